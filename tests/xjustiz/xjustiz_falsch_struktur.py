"""X: ids, numbers, references, names, days; N6."""

from xjustiz_falsch import Fall
from xjustiz_muster import (
    ANTRAG,
    ID_AKTE,
    ID_ANSCHREIBEN,
    ID_ANTRAG,
    ID_BESCHEID,
    ID_NACHRICHT,
    PDF,
)
from xjustiz_verderben import datei, mit, nacheinander, ohne_datei, ohne_teil, statt, ueberall, zuletzt

FEHLT = "99999999-9999-4999-8999-999999999999"
VERAKTET = "<tns:veraktungsdatum>"
NUMMER = "<tns:nummerImUebergeordnetenContainer>"
GEHEIM = (
    "<tns:auswahl_vertraulichkeit><tns:geheimhaltungsgrad "
    'listURI="urn:xoev-de:xjustiz:codeliste:gds.geheimhaltungsgrad" listVersionID="1.0"><code>VS-NfD</code>'
    "</tns:geheimhaltungsgrad></tns:auswahl_vertraulichkeit>"
)
REFERENZ = (
    "<tns:aktenreferenzen><tns:aktenreferenzart><code>002</code></tns:aktenreferenzart>"
    f"<tns:id.referenzierteAkte>{FEHLT}</tns:id.referenzierteAkte></tns:aktenreferenzen>"
)
PERSON = "<tns:person><tns:ref.beteiligtennummer>7</tns:ref.beteiligtennummer></tns:person>"
ANTRAG_ANZEIGE = "<tns:anzeigename>Bauantrag vom 01.02.2025</tns:anzeigename>"
ROUTING = "<tns:routingInformationAusSafeverzeichnis>x</tns:routingInformationAusSafeverzeichnis>"
PARTNER = "</tns:auswahl_kommunikationspartner>"
FREMD = "</tns:auswahl_aktenzeichen>"
HERSTELLER = "</tns:herstellerinformation>"
EINGANG = "<tns:posteingang><tns:datum>{}</tns:datum></tns:posteingang>"
ENDE_DER_AKTE = "</tns:xjustiz.fachspezifischeDaten>\n    </tns:akte>"


def _verweis(auf: str) -> str:
    return (
        "<tns:verweis><tns:verweistyp><code>002</code></tns:verweistyp>"
        f"<tns:bezugsdokument><tns:ref.sgo>{auf}</tns:ref.sgo></tns:bezugsdokument></tns:verweis>"
    )


def _fach(vor_fachdaten: str) -> tuple[str, str]:
    """Puts elements between identifikation and the fachspezifische Daten of the Bescheid."""
    stelle = f"{ID_BESCHEID}</tns:id>\n{' ' * 20}{NUMMER}2</tns:nummerImUebergeordnetenContainer>\n{' ' * 18}"
    stelle += "</tns:identifikation>"
    return stelle, stelle + vor_fachdaten


FAELLE: tuple[Fall, ...] = (
    Fall("X.uuid-form", "strich", mit((ID_BESCHEID, "5555555|-5555-4555-8555-555555555555"))),
    Fall("X.uuid-doppelt", "akte-und-bescheid", mit((ID_BESCHEID, ID_AKTE))),
    Fall(
        "X.uuid-doppelt",
        "nur-gross-klein",
        mit((ID_AKTE, "abcdefab-2222-4222-8222-222222222222"), (ID_BESCHEID, "ABCDEFAB-2222-4222-8222-222222222222")),
    ),
    Fall(
        "X.nachrichtenid-gleich",
        "antwort-auf-sich",
        mit((FREMD, f"{FREMD}<tns:fremdeNachrichtenID>{ID_NACHRICHT}</tns:fremdeNachrichtenID>")),
    ),
    Fall("X.nummer-doppelt", "zwei-erste", mit((f"{NUMMER}2<", f"{NUMMER}1<"))),
    Fall("X.nummer-luecke", "zwei-fehlt", mit((f"{NUMMER}2<", f"{NUMMER}3<"))),
    Fall(
        "X.nummer-luecke",
        "eins-fehlt",
        mit((f"{ID_AKTE}</tns:id>\n        {NUMMER}1<", f"{ID_AKTE}</tns:id>\n        {NUMMER}3<")),
    ),
    Fall("X.anschreiben", "ins-leere", mit((ID_ANSCHREIBEN, FEHLT))),
    Fall("X.anschreiben", "auf-akte", mit((ID_ANSCHREIBEN, ID_AKTE))),
    Fall("X.anschreiben-schriftsatz", "klage", mit(("<code>015</code>", "<code>003</code>"))),
    Fall("X.anschreiben-schriftsatz", "anlage", mit((ID_ANSCHREIBEN, ID_BESCHEID))),
    Fall("X.verweis", "ins-leere", mit((f"<tns:ref.sgo>{ID_ANTRAG}", f"<tns:ref.sgo>{FEHLT}"))),
    Fall("X.verweis", "auf-sich", mit((f"<tns:ref.sgo>{ID_ANTRAG}", f"<tns:ref.sgo>{ID_BESCHEID}"))),
    Fall("X.verweis-kreis", "zwei-anlagen", mit((ANTRAG_ANZEIGE, ANTRAG_ANZEIGE + _verweis(ID_BESCHEID)))),
    Fall("X.aktenreferenz", "liegt-nicht-bei", mit(("<tns:inhalt>", f"{REFERENZ}<tns:inhalt>"))),
    Fall("X.grunddaten-verweis", "person-7", mit((VERAKTET, PERSON + VERAKTET))),
    Fall(
        "X.grunddaten-nummer",
        "zwei-rollen-1",
        mit(("</tns:rolle>", "</tns:rolle><tns:rolle><tns:rollennummer>1</tns:rollennummer></tns:rolle>")),
    ),
    Fall(
        "X.safe-id-als-name",
        "justiz",
        mit(("Stadt Beispielstadt", "DE.Justiz.0a0b0c0d-1111-4111-8111-0123456789ab.00ff")),
    ),
    Fall("X.safe-id-als-name", "govello", mit(("Stadt Beispielstadt", "govello-1158326163654-000011370"))),
    Fall("X.anzeigename-doppelt", "zweimal", mit(("Bescheid vom 27.11.2025", "Bauantrag vom 01.02.2025"))),
    Fall("X.anzeigename-fehlt", "anschreiben", mit(("<tns:anzeigename>Anschreiben</tns:anzeigename>", ""))),
    Fall("X.gesperrt", "justizinterne-daten", mit(("</tns:akte>", "<tns:justizinterneDaten/></tns:akte>"))),
    Fall("X.gesperrt", "bestandteil-004", datei(ANTRAG, "Vorversion_Bauantrag.pdf", "004", PDF)),
    Fall("X.gesperrt", "routing", mit((PARTNER, PARTNER + ROUTING))),
    Fall("X.laufzeit", "verkehrt", mit(("<tns:beginn>2025", "<tns:beginn>2026"))),
    Fall("X.zukunft", "veraktet-2035", mit((f"{VERAKTET}2025", f"{VERAKTET}2035"))),
    Fall(
        "X.zukunft",
        "eingang-morgen",
        mit(_fach(EINGANG.format("2026-11-22"))),
    ),
    Fall(
        "X.zukunft",
        "export-morgen",
        mit(
            (
                "<tns:inhalt>",
                "<tns:erstellungszeitpunktAkteVersand>2026-11-22T12:00:00+01:00</tns:erstellungszeitpunktAkteVersand>"
                "<tns:inhalt>",
            )
        ),
    ),
    Fall("X.erstellt-zukunft", "morgen", mit(("2026-11-21T08:15:00", "2026-11-23T08:15:00"))),
    Fall(
        "X.eingang-vor-schreiben",
        "einen-tag",
        mit(_fach(f"{EINGANG.format('2025-11-26')}<tns:datumDesSchreibens>2025-11-27</tns:datumDesSchreibens>")),
    ),
    Fall("X.zeitzone", "ohne-zone", mit(("08:15:00+00:00", "08:15:00"))),
    Fall(
        "X.akte-leer",
        "ohne-dokumente",
        nacheinander(
            ohne_teil("<tns:inhalt>", ENDE_DER_AKTE),
            ohne_datei(ANTRAG),
            ohne_datei("Bescheid_2025-11-27.pdf"),
        ),
    ),
    Fall(
        "X.ohne-schriftgut",
        "leer",
        nacheinander(
            ohne_teil("<tns:anschreiben>", "</tns:schriftgutobjekte>"),
            lambda m: m.dateien.clear(),
        ),
    ),
    Fall("N6.verschlusssache", "vs-nfd", mit((HERSTELLER, f"{HERSTELLER}{GEHEIM}"))),
    Fall("N6.vermerk", "im-titel", mit(("Bescheid vom 27.11.2025", "VS-NfD: Bescheid vom 27.11.2025"))),
    Fall("N6.vermerk", "im-dateinamen", statt("Bauantrag_VS-Vertraulich.pdf", PDF)),
    Fall("N6.vermerk", "ausgeschrieben", ueberall("Baugenehmigung", "Bunker, VS - Nur für den Dienstgebrauch")),
    Fall("X.ohne-inhalt", "nur-transfervermerk", zuletzt("<code>001</code>", "<code>006</code>")),
)
