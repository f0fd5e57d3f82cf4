"""F8, F9, D7, S13, and forwarding: how files are cut."""

from xjustiz_falsch import Fall, Verderben
from xjustiz_muster import ANTRAG, BESCHEID, PDF, Muster
from xjustiz_verderben import datei, mit, nacheinander, ohne_datei, ohne_teil, statt

from xjustiz.merkmale import Dateimerkmale, PdfMerkmale

NACH_VERAKTET = "2025-11-28</tns:veraktungsdatum>"
SCAN = "<tns:scan><tns:scanDatum>2025-11-28</tns:scanDatum><tns:ersetzenderScan>true</tns:ersetzenderScan></tns:scan>"
ZWEITES = "<tns:dokument>\n                  <tns:identifikation>\n                    <tns:id>5555"
EIN_DOKUMENT = nacheinander(ohne_teil(ZWEITES, "</tns:inhalt>"), ohne_datei(BESCHEID))
FILM = b"\x00\x00\x00\x18ftypmp42"
GEGANGEN = (
    "<tns:id>55555555-5555-4555-8555-555555555555</tns:id>\n                    "
    "<tns:nummerImUebergeordnetenContainer>2</tns:nummerImUebergeordnetenContainer>\n                  "
    "</tns:identifikation>"
)


def _seiten(anzahl: int) -> Verderben:
    def tun(m: Muster) -> None:
        m.merkmale[ANTRAG] = Dateimerkmale(pdf=PdfMerkmale("1.7", anzahl, pdfa="2b"))

    return tun


FAELLE: tuple[Fall, ...] = (
    Fall("F8.gesamt-pdf", "zehn-monate-ein-dokument", EIN_DOKUMENT),
    Fall(
        "F8.gesamt-pdf",
        "heisst-gesamtakte",
        nacheinander(
            EIN_DOKUMENT,
            ohne_teil("<tns:laufzeit>", "<tns:xjustiz.fachspezifischeDaten>\n        <tns:aktentyp>"),
            statt("Gesamtakte_2025.pdf", PDF),
        ),
    ),
    Fall(
        "F8.gesamt-pdf",
        "vierhundert-seiten",
        nacheinander(EIN_DOKUMENT, mit(("<tns:ende>2025-11-28", "<tns:ende>2025-02-02")), _seiten(400)),
    ),
    Fall("F9.quelle-als-repraesentat", "odt-002", datei(ANTRAG, "Bauantrag_Quelle.odt", "002", b"PK\x03\x04")),
    Fall("F9.nicht-umwandelbar", "film-in-der-akte", statt("Baustelle_2025-02-01.mp4", FILM)),
    Fall("D7.fehlblatt", "klasse-016", mit(("Bauantrag vom 01.02.2025", "Fehlblatt zu Blatt 12"))),
    Fall("D7.fehlblatt", "im-dateinamen", statt("Fehlblatt_12.pdf", PDF)),
    Fall(
        "S13.transfervermerk",
        "ersetzender-scan",
        mit(
            (NACH_VERAKTET, NACH_VERAKTET + SCAN),
            (GEGANGEN, f"{GEGANGEN}<tns:posteingang><tns:datum>2025-11-27</tns:datum></tns:posteingang>"),
        ),
    ),
    Fall("X.weiterleitung", "ohne-pruefvermerk", mit(("<code>204</code>", "<code>289</code>"))),
)
