"""F2 to F5, F7: what an examination of the content finds."""

from typing import Any

from xjustiz_falsch import Fall, Verderben
from xjustiz_muster import ANTRAG, TIFF, Muster, owi_muster
from xjustiz_verderben import datei

from xjustiz.merkmale import Abbruch, Dateimerkmale, PdfaPruefung, PdfMerkmale, PdfText, TiffMerkmale

PLAN = "Bauantrag_Plan.tif"


def merkmale(name: str, ergebnis: Dateimerkmale) -> Verderben:
    def verderbe(m: Muster) -> None:
        m.merkmale[name] = ergebnis

    return verderbe


def pdf(**angaben: Any) -> Verderben:
    return merkmale(ANTRAG, Dateimerkmale(pdf=PdfMerkmale(**{"version": "1.7", "seiten": 3, **angaben})))


def tiff(**angaben: Any) -> Verderben:
    beilegen = datei(ANTRAG, PLAN, "006", TIFF)

    def verderbe(m: Muster) -> None:
        beilegen(m)
        m.merkmale[PLAN] = Dateimerkmale(tiff=TiffMerkmale(**{"bilder": 1, **angaben}))

    return verderbe


def text(scans: tuple[int, ...], mit_text: int) -> PdfText:
    return PdfText(3, mit_text, scans, len(scans), 0, unvollstaendig=False)


FAELLE: tuple[Fall, ...] = (
    Fall("F4.beschaedigt", "pdf", merkmale(ANTRAG, Dateimerkmale(unlesbar=True))),
    Fall("F4.kennwort", "pdf", pdf(kennwort=True, verschluesselt=True, verbote=("lesen",))),
    Fall("F4.verschluesselt", "ohne-kennwort", pdf(verschluesselt=True)),
    Fall("F4.verschluesselt", "druckverbot", pdf(verschluesselt=True, verbote=("drucken", "kopieren"))),
    Fall("F4.pruefung-abgebrochen", "bombe", merkmale(ANTRAG, Dateimerkmale(abbruch=Abbruch.SPEICHER))),
    Fall("F4.pruefung-zeit", "langsam", merkmale(ANTRAG, Dateimerkmale(abbruch=Abbruch.ZEIT))),
    Fall("F4.ohne-seiten", "pdf", pdf(seiten=0)),
    Fall("F4.seite-ohne-flaeche", "pdf", pdf(seiten_ohne_groesse=1)),
    Fall("F5.skript", "pdf", pdf(skripte=2)),
    Fall("F5.startaktion", "pdf", pdf(startaktionen=1)),
    Fall("F5.extern", "pdf", pdf(externe_inhalte=1)),
    Fall("F5.eingebettet", "pdf", pdf(eingebettet=1)),
    Fall("F5.multimedia", "pdf", pdf(multimedia=1)),
    Fall("F5.xfa", "pdf", pdf(xfa=True)),
    Fall("F2.pdfa-widerspruch", "schriften", pdf(pdfa="2b", pdfa_maengel=("schriften",))),
    Fall(
        "F2.pdfa-nicht-konform",
        "verapdf",
        merkmale(
            ANTRAG,
            Dateimerkmale(
                pdf=PdfMerkmale("1.7", 3, pdfa="2b"), pdfa_pruefung=PdfaPruefung("PDF/A-2B", False, ("6.1",))
            ),
        ),
    ),
    Fall("F3.kein-pdfa", "owi", pdf(), owi_muster),
    Fall("F2.big-tiff", "plan", tiff(big=True)),
    Fall("F2.tiff-kompression", "deflate", tiff(kompressionen=(8,))),
    Fall("F4.tiff-beschaedigt", "plan", tiff(maengel=("schleife",))),
    Fall("F4.maengel", "pdf", pdf(maengel=("xref",), mangel_anzahl=1)),
    Fall("F5.schriften", "helvetica", pdf(schriften_fehlend=("Helvetica",))),
    Fall("F7.scan-ohne-text", "seite-2", pdf(text=text((2,), 2))),
    Fall("F7.ohne-text", "zeichnung", pdf(text=text((), 0))),
    Fall("F2.pdfa-teil", "pdfa-3", pdf(pdfa="3b")),
    Fall("F4.teilweise-geprueft", "riese", pdf(unvollstaendig=("objekte",))),
)
