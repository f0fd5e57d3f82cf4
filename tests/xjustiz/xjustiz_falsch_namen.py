"""D6, N1 to N3: names, number and size."""

from xjustiz_falsch import Fall
from xjustiz_muster import ANTRAG, BESCHEID, CMS, PDF, Muster
from xjustiz_verderben import datei, inhalt, mit, nacheinander, name, ohne_datei

from xjustiz import Anlage

UUID = "99999999-9999-4999-8999-999999999999"
SELBST = (
    "<tns:datei><tns:dateiname>xjustiz_nachricht.xml</tns:dateiname>"
    "<tns:bestandteil><code>006</code></tns:bestandteil></tns:datei>"
)


def _gross(m: Muster) -> None:
    del m.dateien[ANTRAG]
    m.doppelte.append(Anlage(ANTRAG, 200 * 10**6 + 1, PDF))


def _viele(m: Muster) -> None:
    for nummer in range(1001):
        datei(ANTRAG, f"Bericht_{nummer}.pdf", "006", PDF)(m)


def _zweimal_da(m: Muster) -> None:
    m.doppelte.append(Anlage(ANTRAG, len(PDF), PDF))


FAELLE: tuple[Fall, ...] = (
    Fall("D6.selbst", "eigener-eintrag", mit(("</tns:datei>", f"</tns:datei>{SELBST}"))),
    Fall(
        "N1.reserviert",
        "vhn-xml",
        nacheinander(datei(ANTRAG, "vhn.xml", "011", b"<x/>"), datei(ANTRAG, "vhn_x.xml.p7s", "003", CMS, "vhn.xml")),
        auch=frozenset({"S7.name"}),
    ),
    Fall("N1.laenge", "91-zeichen", name("B" * 87 + ".pdf")),
    Fall("N1.punkte", "zwei-punkte", name("Bauantrag.v2.pdf")),
    Fall("N1.punkte", "ohne-endung", datei(ANTRAG, "Bauantrag_Vermerk", "010", PDF)),
    Fall("N1.zeichen", "leerzeichen", name("Bauantrag neu.pdf")),
    Fall("N1.zeichen", "akzent", name("Bauantrag_é.pdf")),
    Fall(
        "N1.doppelt", "zweimal-aufgefuehrt", nacheinander(mit((f">{BESCHEID}<", f">{ANTRAG}<")), ohne_datei(BESCHEID))
    ),
    Fall("N1.doppelt", "zweimal-da", _zweimal_da),
    Fall("N1.gross-klein", "antrag-antrag", lambda m: m.umbenenne(BESCHEID, ANTRAG.upper().replace(".PDF", ".pdf"))),
    Fall("N2.nichtssagend", "scan0001", name("scan0001.pdf")),
    Fall("N2.nichtssagend", "nur-uuid", name(f"{UUID}.pdf")),
    Fall("N2.nichtssagend", "anlage-3", name("Anlage_3.pdf")),
    Fall("N3.groesse", "200-mb-und-ein-byte", _gross),
    Fall("N3.anzahl", "1001-dateien", _viele),
    Fall("F4.leer", "null-bytes", inhalt(ANTRAG, b"")),
)
