"""D2 to D5, S6, S10 to S12: the case, its partners, the way."""

from datetime import date

from xjustiz_falsch import Fall, Verderben
from xjustiz_muster import ANSCHREIBEN, CMS, ID_ANTRAG, Muster, muster, owi_muster
from xjustiz_verderben import datei, mit, nacheinander, ohne_teil

from xjustiz import Versand

EMAIL = Versand(sicherer_weg=False, osci=False)
EGVP = Versand(sicherer_weg=False, osci=True)
IM_KOPF = "<tns:aktenzeichen.freitext>3 K 1234/26.KO</tns:aktenzeichen.freitext>\n      </tns:auswahl_aktenzeichen>"
UNBEKANNT = "<tns:aktenzeichen.unbekannt>true</tns:aktenzeichen.unbekannt></tns:auswahl_aktenzeichen>"
ZWEITE_INSTANZ = """<tns:instanzdaten><tns:auswahl_instanzbehoerde><tns:gericht
 listURI="urn:xoev-de:xjustiz:codeliste:gds.gerichte" listVersionID="3.7"><code>T6076</code></tns:gericht>
</tns:auswahl_instanzbehoerde><tns:aktenzeichen><tns:auswahl_aktenzeichen>
<tns:aktenzeichen.freitext>4 L 77/26.KO</tns:aktenzeichen.freitext></tns:auswahl_aktenzeichen></tns:aktenzeichen>
</tns:instanzdaten>"""
GERICHT_ABSENDER = (
    '<tns:gericht listURI="urn:xoev-de:xjustiz:codeliste:gds.gerichte" listVersionID="3.7">'
    "<code>T6076</code></tns:gericht>"
)
ANTRAG_KENNUNG = (
    f"<tns:id>{ID_ANTRAG}</tns:id>\n{' ' * 20}<tns:nummerImUebergeordnetenContainer>1"
    f"</tns:nummerImUebergeordnetenContainer>\n{' ' * 18}</tns:identifikation>"
)
TYP_010 = "<code>010</code>\n        </tns:aktentyp>"
HYBRID = "<tns:hybridakte>true</tns:hybridakte>"
SENDER = "<tns:sonstige>Stadt Beispielstadt</tns:sonstige>"


def _auf(versand: Versand) -> Verderben:
    def tun(m: Muster) -> None:
        m.versand = versand

    return tun


def _ohne_aktenzeichen_der_instanz(m: Muster) -> None:
    anfang = m.xml.index("<tns:aktenzeichen>", m.xml.index("<tns:instanzdaten>"))
    m.xml = m.xml[:anfang] + m.xml[m.xml.index("<tns:kurzrubrum>") :]


FAELLE: tuple[Fall, ...] = (
    Fall(
        "D2.partner-gleich",
        "gericht-an-sich",
        mit((SENDER, GERICHT_ABSENDER)),
    ),
    Fall("D2.mehrere-verfahren", "zwei-aktenzeichen", mit(("<tns:beteiligung>", f"{ZWEITE_INSTANZ}<tns:beteiligung>"))),
    Fall(
        "D3.gericht",
        "ohne-gericht",
        ohne_teil("<tns:verfahrensdaten>", "</tns:grunddaten>"),
        auch=frozenset({"D3.beteiligte", "D3.gegenstand"}),
    ),
    Fall("D3.aktenzeichen", "nur-im-kopf", _ohne_aktenzeichen_der_instanz),
    Fall("D3.aktenzeichen-anders", "ohne-leerzeichen", mit(("3 K 1234/26.KO", "3K1234/26.KO"))),
    Fall("D3.aktenzeichen-verschwiegen", "unbekannt", mit((IM_KOPF, UNBEKANNT))),
    Fall("D3.beteiligte", "keine", ohne_teil("<tns:beteiligung>", "</tns:verfahrensdaten>")),
    Fall("D3.rolle", "ohne-rolle", ohne_teil("<tns:rolle>", "<tns:beteiligter>")),
    Fall("D3.gegenstand", "ohne-gegenstand", ohne_teil("<tns:verfahrensgegenstand>", "</tns:instanzdaten>")),
    Fall("D4.aktenzeichen", "ohne-eigenes", mit(("<tns:aktenzeichen>63.1-2025/0815</tns:aktenzeichen>", ""))),
    Fall(
        "D4.dokumentart",
        "alle-andere",
        mit((">016<", ">001<"), (">017<", ">001<")),
    ),
    Fall(
        "D4.eingang",
        "fremdes-zeichen",
        mit((ANTRAG_KENNUNG, f"{ANTRAG_KENNUNG}<tns:fremdesGeschaeftszeichen>1/25</tns:fremdesGeschaeftszeichen>")),
    ),
    Fall("D5.betroffener", "ohne-040", mit(("<code>040</code>", "<code>101</code>")), grund=owi_muster),
    Fall("D5.behoerde", "ohne-189", mit(("<code>189</code>", "<code>024</code>")), grund=owi_muster),
    Fall("D5.ereignis", "versand-allgemein", mit(("<code>116</code>", "<code>204</code>")), grund=owi_muster),
    Fall(
        "D5.akte",
        "ohne-akte",
        nacheinander(ohne_teil("<tns:anschreiben>", "</tns:schriftgutobjekte>"), lambda m: m.dateien.clear()),
        grund=owi_muster,
    ),
    Fall("D5.aktentyp", "behoerdenakte", mit(("<code>010</code>", "<code>018</code>")), grund=owi_muster),
    Fall("D5.bescheid", "ohne-erlass", ohne_teil("<tns:erlassdatum>", "<tns:geldbusse>"), grund=owi_muster),
    Fall("D5.einspruch", "ohne-tag", ohne_teil("<tns:datumDesEinspruchs>", "</tns:fachdaten>"), grund=owi_muster),
    Fall("D5.aktenfuehrung", "ohne-anschreiben", ohne_teil("<tns:anschreiben>", "<tns:akte>"), grund=owi_muster),
    Fall("S12.hybridakte", "im-januar-2027", mit((TYP_010, TYP_010 + HYBRID)), grund=owi_muster, am=date(2027, 1, 1)),
    Fall("S10.sicherer-weg", "egvp-ohne-vhn", _auf(EGVP)),
    Fall(
        "S10.sicherer-weg-pflicht",
        "januar-2028",
        _auf(EGVP),
        grund=lambda: muster("4.0.0"),
        am=date(2028, 1, 1),
    ),
    Fall("S11.weg", "portal", _auf(EMAIL), grund=owi_muster, auch=frozenset({"S10.sicherer-weg"})),
    Fall(
        "S6.weg",
        "signiert-per-mail",
        nacheinander(datei(ANSCHREIBEN, f"{ANSCHREIBEN}.p7s", "003", CMS, ANSCHREIBEN), _auf(EMAIL)),
        auch=frozenset({"S10.sicherer-weg"}),
    ),
)
