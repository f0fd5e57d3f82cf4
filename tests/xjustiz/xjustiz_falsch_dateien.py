"""F and S: roles, content and signatures of the files."""

from xjustiz_falsch import Fall
from xjustiz_muster import ANSCHREIBEN, ANTRAG, BESCHEID, CMS, PDF, TIFF
from xjustiz_verderben import datei, inhalt, nacheinander, statt

ENVELOPED = bytes.fromhex("3010 0609 2a864886f70d010703 a003 020100")
"""ContentInfo of CMS EnvelopedData."""
P7S = f"{ANSCHREIBEN}.p7s"
FAELLE: tuple[Fall, ...] = (
    Fall("X.original", "zwei", datei(ANTRAG, "Bauantrag_Zweitschrift.pdf", "001", PDF)),
    Fall(
        "X.repraesentat",
        "zwei",
        nacheinander(datei(ANTRAG, "Bauantrag_A.pdf", "002", PDF), datei(ANTRAG, "Bauantrag_B.pdf", "002", PDF)),
    ),
    Fall("X.ursprungsformat", "013-in-362", datei(ANTRAG, "Bauantrag_Quelle.odt", "013", b"PK\x03\x04")),
    Fall("F1.dateityp", "word-allein", statt("Bauantrag.docx", b"PK\x03\x04")),
    Fall("F1.dateityp", "html", statt("Bauantrag.html", b"<html>")),
    Fall(
        "F1.dateityp",
        "film-als-schriftsatz",
        nacheinander(
            lambda m: m.umbenenne(ANSCHREIBEN, "Anschreiben_Film.mp4"),
            inhalt("Anschreiben_Film.mp4", b"\x00\x00\x00\x18ftyp"),
        ),
    ),
    Fall("F1.tiff-allein", "plan", statt("Bauantrag_Plan.tif", TIFF)),
    Fall("F1.kein-pdf", "text", inhalt(ANTRAG, b"Hallo, ich bin kein PDF.")),
    Fall("F1.kein-tiff", "text", datei(ANTRAG, "Bauantrag_Plan.tiff", "006", b"Hallo")),
    Fall("F1.inhalt", "docx-platzhalter", datei(ANTRAG, "Bauantrag_Quelle.docx", "006", b"kein echtes DOCX")),
    Fall("F2.pdf-version", "pdf-21", inhalt(ANTRAG, b"%PDF-2.1\n")),
    Fall("F10.archiv", "zip", statt("Bauantrag_Anlagen.zip", b"PK\x03\x04")),
    Fall("F10.verstecktes-archiv", "zip-als-pdf", inhalt(ANTRAG, b"PK\x03\x04" + PDF[:2])),
    Fall("F10.verschluesselt", "pgp", statt("Bauantrag.pgp", b"\x85\x02\x0c\x03")),
    Fall("F10.verschluesselt", "cms-umschlag", datei(ANSCHREIBEN, P7S, "003", ENVELOPED, ANSCHREIBEN)),
    Fall(
        "F10.verschluesselt",
        "pgp-text",
        datei(ANTRAG, "Bauantrag_Vermerk.txt", "010", b"-----BEGIN PGP MESSAGE-----\n"),
    ),
    Fall(
        "S5.gemeinsame-signatur",
        "zwei-fassungen",
        nacheinander(
            datei(ANSCHREIBEN, "Anschreiben_Kopie.pdf", "002", PDF),
            datei(ANSCHREIBEN, P7S, "003", CMS, ANSCHREIBEN, "Anschreiben_Kopie.pdf"),
        ),
        auch=frozenset({"S7.name"}),
    ),
    Fall("S5.container", "asice", statt("Bauantrag.asice", b"PK\x03\x04")),
    Fall("S7.ohne-bezug", "p7s", datei(ANSCHREIBEN, P7S, "003", CMS)),
    Fall("S7.bezug-unerlaubt", "transfervermerk", datei(ANTRAG, "Transfervermerk_Antrag.pdf", "006", PDF, ANTRAG)),
    Fall(
        "S7.bezug-unbekannt",
        "anderes-dokument",
        datei(ANSCHREIBEN, "Anschreiben_X.pdf.p7s", "003", CMS, BESCHEID),
        auch=frozenset({"S7.name"}),
    ),
    Fall(
        "S7.endung",
        "xml",
        datei(ANSCHREIBEN, "Anschreiben_Signatur.xml", "003", b"<x/>", ANSCHREIBEN),
    ),
    Fall("S7.inhalt", "text", datei(ANSCHREIBEN, P7S, "003", b"keine echte Signatur", ANSCHREIBEN)),
    Fall("S7.name", "anderer-name", datei(ANSCHREIBEN, "Signatur_Anschreiben.p7s", "003", CMS, ANSCHREIBEN)),
    Fall("S8.signatur-bei-akte", "antrag", datei(ANTRAG, f"{ANTRAG}.p7s", "003", CMS, ANTRAG)),
    Fall("X.vhn-ohne-signatur", "anschreiben", datei(ANSCHREIBEN, "vhn_Anschreiben.xml", "011", b"<x/>")),
)
