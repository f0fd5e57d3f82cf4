"""D1: the message file itself."""

from datetime import date

from xjustiz_falsch import Fall
from xjustiz_muster import ANTRAG, Muster, muster
from xjustiz_verderben import inhalt, mit, nacheinander, ohne_datei, ueberall, zuletzt


def _kodiert(m: Muster) -> None:
    m.ersetze("UTF-8", "ISO-8859-1")
    m.kodierung = "iso-8859-1"


def _umbenannt(m: Muster) -> None:
    m.name = "nachricht.xml"


AKTENZEICHEN = "<tns:aktenzeichen.freitext>3 K 1234/26.KO</tns:aktenzeichen.freitext>"
KURZRUBRUM = "<tns:kurzrubrum>Mustermann ./. Stadt Beispielstadt</tns:kurzrubrum>"
INSTANZ = "<tns:instanznummer>1"
ENDE = "</tns:schriftgutobjekte>"
FAELLE: tuple[Fall, ...] = (
    Fall("D1.schema", "gedankenstrich", mit(("Bauakte Musterweg 1", "Bauakte \u2013 Musterweg 1"))),
    Fall("D1.schema", "deutsche-anfuehrung", mit(("Bauakte Musterweg 1", "\u201eBauakte\u201c"))),
    Fall("D1.schema", "nfd-umlaut", mit(("Baugenehmigung", "Gebu\u0308hr"))),
    Fall("D1.schema", "weicher-trennstrich", mit(("Baugenehmigung", "Bau\u00adgenehmigung"))),
    Fall("D1.schema", "code-im-namensraum", mit(("<code>008</code>", "<tns:code>008</tns:code>"))),
    Fall("D1.schema", "listenversion-fehlt", mit((' listVersionID="1.4"', ""))),
    Fall("D1.schema", "unbekannter-aktentyp", mit(("<code>018</code>", "<code>999</code>"))),
    Fall(
        "D1.schema",
        "akteneinsicht-true",
        mit(("<tns:veraktungsdatum>", "<tns:akteneinsicht>true</tns:akteneinsicht><tns:veraktungsdatum>")),
    ),
    Fall(
        "D1.schema",
        "neu-false",
        nacheinander(
            mit((AKTENZEICHEN, "<tns:aktenzeichen.neu>false</tns:aktenzeichen.neu>")),
            zuletzt("3 K 1234/26.KO", "3 K 1234/26.KO"),
        ),
        auch=frozenset({"D3.aktenzeichen-verschwiegen"}),
    ),
    Fall("D1.schema", "herstellerinformation-fehlt", mit(("<tns:version>0.1.0</tns:version>", ""))),
    Fall(
        "D1.schema",
        "veraltete-reihenfolge",
        mit((KURZRUBRUM, ""), (INSTANZ, KURZRUBRUM + INSTANZ)),
    ),
    Fall(
        "D1.schema",
        "ansichts-pdf-vor-400",
        mit((ENDE, f"<tns:ansichtsPDF/>{ENDE}")),
    ),
    Fall(
        "D1.nachricht-unbekannt",
        "3005013",
        ueberall("Schriftgutobjekte.0005005", "Schriftgutobjekte.3005013"),
        auch=frozenset({"D3.gericht"}),
    ),
    Fall("D1.schema-fehlt", "ohne-schema", lambda _: None, ohne_schema=True),
    Fall("D1.version-unbekannt", "999", mit(('"3.6.2"', '"9.9.9"'))),
    Fall("D1.version-unbekannt", "leer", mit(('xjustizVersion="3.6.2"', ""))),
    Fall("D1.version-nie-gueltig", "370", mit(('"3.6.2"', '"3.7.0"'))),
    Fall("D1.version-abgelaufen", "362-im-mai-2027", lambda _: None, am=date(2027, 5, 1)),
    Fall("D1.version-zukuenftig", "400", lambda _: None, grund=lambda: muster("4.0.0")),
    Fall("D1.kodierung", "latin1", _kodiert),
    Fall("D1.dateiname", "nachricht-xml", _umbenannt),
    Fall("D1.mehrere", "zwei-nachrichten", inhalt("xjustiz_Nachricht.xml", b"<x/>")),
    Fall("D1.praefix", "x", nacheinander(ueberall("tns:", "x:"), ueberall(":tns", ":x"))),
    Fall("D1.schemaort", "falsches-modul", mit(("xjustiz_0005_nachrichten_3_2.xsd", "xjustiz_2200_eeb_3_1.xsd"))),
    Fall("D6.nicht-aufgefuehrt", "ueberzaehlig", inhalt("Zusatz_Gutachten.pdf", b"%PDF-1.7")),
    Fall("D6.fehlt", "fehlend", ohne_datei(ANTRAG)),
)
