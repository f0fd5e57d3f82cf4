"""A lawful package to start from, built with the writer; tests spoil it in one point each."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from kleines_pdf import PDF

import xjustiz as xj
from xjustiz import Code, Liste, Uuid, typ3
from xjustiz.merkmale import Dateimerkmale

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
BEISPIELE = SHARED / "examples" / "xjustiz"
HEUTE = date(2026, 11, 21)
ERSTELLT = datetime(2026, 11, 21, 8, 15, tzinfo=UTC)
HERSTELLER = xj.Herstellerinformation("ERV-Gateway", "Projekt", "0.1.0")
TIFF = b"II*\x00\x08\x00\x00\x00"
CMS = b"\x30\x06\x06\x04\x2a\x03\x04\x05"
ID_NACHRICHT = "11111111-1111-4111-8111-111111111111"
ID_AKTE = "22222222-2222-4222-8222-222222222222"
ID_TEIL = "33333333-3333-4333-8333-333333333333"
ID_ANTRAG = "44444444-4444-4444-8444-444444444444"
ID_BESCHEID = "55555555-5555-4555-8555-555555555555"
ID_ANSCHREIBEN = "66666666-6666-4666-8666-666666666666"
ANTRAG, BESCHEID, ANSCHREIBEN = "Bauantrag_2025-02-01.pdf", "Bescheid_2025-11-27.pdf", "Anschreiben_2026-11-20.pdf"


@dataclass
class Muster:
    """A package as text and files, to be spoiled."""

    xml: str
    dateien: dict[str, bytes] = field(default_factory=dict)
    doppelte: list[xj.Anlage] = field(default_factory=list)
    name: str = "xjustiz_nachricht.xml"
    kodierung: str = "utf-8"
    versand: xj.Versand | None = None
    merkmale: dict[str, Dateimerkmale] = field(default_factory=dict)

    def ersetze(self, alt: str, neu: str) -> None:
        """Replaces the first occurrence, which must be there."""
        assert alt in self.xml, alt
        self.xml = self.xml.replace(alt, neu, 1)

    def umbenenne(self, alt: str, neu: str) -> None:
        self.xml = self.xml.replace(f">{alt}<", f">{neu}<")
        self.dateien[neu] = self.dateien.pop(alt)

    def paket(self) -> xj.Paket:
        anlagen = [
            xj.Anlage(name, len(inhalt), inhalt[:1024], self.merkmale.get(name))
            for name, inhalt in self.dateien.items()
        ]
        return xj.Paket(self.xml.encode(self.kodierung), (*anlagen, *self.doppelte), self.name, self.versand)


def kopf() -> xj.Nachrichtenkopf:
    return xj.Nachrichtenkopf(
        ERSTELLT,
        xj.Absender(xj.Partner(xj.Stelle.sonstige("Stadt Beispielstadt")), Uuid(ID_NACHRICHT), "63.1-2025/0815"),
        xj.Empfaenger(xj.Partner(xj.Stelle.gericht(typ3(Liste.GERICHTE, "T6076"))), "3 K 1234/26.KO"),
        HERSTELLER,
        (typ3(Liste.EREIGNIS, "204"),),
    )


def grunddaten() -> xj.Grunddaten:
    gericht = xj.Instanzdaten(
        xj.Stelle.gericht(typ3(Liste.GERICHTE, "T6076")),
        instanznummer="1",
        sachgebiet=typ3(Liste.SACHGEBIET, "056"),
        aktenzeichen=xj.AktenzeichenAngabe("3 K 1234/26.KO"),
        kurzrubrum="Mustermann ./. Stadt Beispielstadt",
        gegenstaende=("Baugenehmigung",),
    )
    klaeger = xj.Beteiligung(
        xj.NatuerlichePerson("Mustermann", "Erika"),
        "1",
        (xj.Rolle(typ3(Liste.ROLLENBEZEICHNUNG, "101"), rollennummer="1"),),
    )
    return xj.Grunddaten(instanzdaten=(gericht,), beteiligungen=(klaeger,))


def dokument(kennung: str, nummer: int, klasse: str, datei: str, name: str) -> xj.Dokument:
    return xj.Dokument(Uuid(kennung), nummer, typ3(Liste.DOKUMENTKLASSE, klasse), (xj.Datei(datei),), name)


def uebermittlung() -> xj.Uebermittlung:
    antrag = dokument(ID_ANTRAG, 1, "016", ANTRAG, "Bauantrag vom 01.02.2025")
    bescheid = replace(
        dokument(ID_BESCHEID, 2, "017", BESCHEID, "Bescheid vom 27.11.2025"),
        verweise=(xj.Verweis(Code("002"), Uuid(ID_ANTRAG)),),
        veraktungsdatum=date(2025, 11, 28),
    )
    teil = xj.Teilakte(Uuid(ID_TEIL), 1, Code("008"), "Verwaltungsverfahren", dokumente=(antrag, bescheid))
    akte = xj.Akte(
        Uuid(ID_AKTE),
        1,
        Code("018"),
        (xj.AktenzeichenAngabe("63.1-2025/0815"),),
        "Bauakte Musterweg 1",
        laufzeit=xj.Zeitraum(date(2025, 2, 1), date(2025, 11, 28)),
        teilakten=(teil,),
    )
    brief = dokument(ID_ANSCHREIBEN, 2, "015", ANSCHREIBEN, "Anschreiben")
    return xj.Uebermittlung(kopf(), grunddaten(), xj.Schriftgut((akte,), (brief,), Uuid(ID_ANSCHREIBEN)))


def muster(version: str = "3.6.2") -> Muster:
    return Muster(xj.write(uebermittlung(), version).decode(), {ANTRAG: PDF, BESCHEID: PDF, ANSCHREIBEN: PDF})


def eeb_muster() -> Muster:
    angefordert = replace(uebermittlung(), schriftgut=_with_demand(uebermittlung().schriftgut))
    antwort = xj.eeb_reply(
        angefordert, date(2026, 11, 21), nachrichtenid=Uuid.neu(), erstellt=ERSTELLT, herstellerinformation=HERSTELLER
    )
    return Muster(xj.write(antwort).decode())


def _with_demand(schriftgut: xj.Schriftgut) -> xj.Schriftgut:
    (brief,) = schriftgut.dokumente
    return replace(schriftgut, dokumente=(replace(brief, eeb_erforderlich=True),))


def fehler_muster() -> Muster:
    """0005007 as an answer to the package of `muster`."""
    antwort = replace(kopf(), empfaenger=replace(kopf().empfaenger, fremde_nachrichtenid=Uuid(ID_NACHRICHT)))
    antwort = replace(antwort, absender=replace(antwort.absender, nachrichtenid=Uuid.neu()))
    return Muster(xj.write(xj.Fehlernachricht(antwort, (xj.Fehler(typ3(Liste.FEHLERCODES, "004")),))).decode())


def bestaetigung_muster() -> Muster:
    """0005008 without fachdaten: lawful for the XSD, but no receipt."""
    m = fehler_muster()
    m.xml = m.xml.replace("nachricht.gds.fehler.0005007", "nachricht.gds.verarbeitungsbestaetigung.0005008")
    anfang, ende = m.xml.index("<tns:fachdaten>"), m.xml.index("</tns:fachdaten>") + len("</tns:fachdaten>")
    m.xml = m.xml[:anfang] + m.xml[ende:]
    return m


_OWI = "nachricht.straf.owi.verfahrensmitteilung.externAnJustiz.0500010"
_BEHOERDE = """<tns:beteiligung><tns:rolle><tns:rollennummer>2</tns:rollennummer><tns:rollenbezeichnung
 listURI="urn:xoev-de:xjustiz:codeliste:gds.rollenbezeichnung" listVersionID="3.6"><code>189</code>
</tns:rollenbezeichnung></tns:rolle><tns:beteiligter><tns:beteiligtennummer>2</tns:beteiligtennummer>
<tns:auswahl_beteiligter><tns:organisation><tns:bezeichnung>
<tns:bezeichnung.aktuell>Stadt Beispielstadt</tns:bezeichnung.aktuell></tns:bezeichnung></tns:organisation>
</tns:auswahl_beteiligter></tns:beteiligter></tns:beteiligung></tns:verfahrensdaten>"""
_FACHDATEN = """</tns:schriftgutobjekte><tns:fachdaten><tns:bussgeldbescheid>
<tns:erlassdatum>2026-09-01</tns:erlassdatum>
<tns:geldbusse>120.00</tns:geldbusse></tns:bussgeldbescheid><tns:datumDesEinspruchs>2026-09-15</tns:datumDesEinspruchs>
</tns:fachdaten>"""


def owi_muster() -> Muster:
    """0500010 after an objection, made from the text of `muster`."""
    m = muster()
    m.xml = m.xml.replace("nachricht.gds.uebermittlungSchriftgutobjekte.0005005", _OWI)
    m.ersetze("xjustiz_0005_nachrichten_3_2.xsd", "xjustiz_0500_straf_3_6.xsd")
    for alt, neu in (("204", "116"), ("056", "026"), ("101", "040"), ("018", "010")):
        m.ersetze(f"<code>{alt}</code>", f"<code>{neu}</code>")
    m.ersetze("</tns:verfahrensdaten>", _BEHOERDE)
    m.ersetze("</tns:schriftgutobjekte>", _FACHDATEN)
    return m
