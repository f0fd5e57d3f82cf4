"""PDF and TIFF files to be examined, each made for one fact."""

import hashlib
import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
from kleines_pdf import OBJEKTE, PDF, build_pdf
from pikepdf import Array, Dictionary, Name, Stream

from erv_gateway.dateien.pdf_xmp import PDFA
from erv_gateway.dateien.pruefdienst import Datei

Aenderung = Callable[[pikepdf.Pdf], Any]
FONT = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
NACH_JS = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
XMP = (
    f'<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    f'xmlns:pdfaid="{PDFA}">%s</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)
PDFA_2B = XMP % "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>"


def datei(inhalt: bytes) -> Datei:
    return Datei(hashlib.sha256(inhalt).hexdigest(), len(inhalt), lambda: io.BytesIO(inhalt))


def changed(*aenderungen: Aenderung, **save: Any) -> bytes:
    """The small good PDF with changes."""
    with pikepdf.open(io.BytesIO(PDF)) as pdf:
        for aendere in aenderungen:
            aendere(pdf)
        ziel = io.BytesIO()
        pdf.save(ziel, **save)
    return ziel.getvalue()


def catalog(**eintraege: Any) -> Aenderung:
    def aendere(pdf: pikepdf.Pdf) -> None:
        for name, wert in eintraege.items():
            pdf.Root[f"/{name}"] = wert

    return aendere


def page(**eintraege: Any) -> Aenderung:
    def aendere(pdf: pikepdf.Pdf) -> None:
        for name, wert in eintraege.items():
            pdf.pages[0].obj[f"/{name}"] = wert

    return aendere


def annotation(**eintraege: Any) -> Aenderung:
    return page(Annots=Array([Dictionary(Type=Name.Annot, Rect=Array([0, 0, 9, 9]), **eintraege)]))


def metadata(xmp: str) -> Aenderung:
    def aendere(pdf: pikepdf.Pdf) -> None:
        pdf.Root.Metadata = pdf.make_indirect(Stream(pdf, xmp.encode()))

    return aendere


def stream(**eintraege: Any) -> Aenderung:
    """A form object on the page with these entries in its dictionary."""

    def aendere(pdf: pikepdf.Pdf) -> None:
        inhalt = Stream(pdf, b"q Q", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 1, 1]), **eintraege)
        pdf.pages[0].obj.Resources.XObject = Dictionary(X=pdf.make_indirect(inhalt))

    return aendere


def attachment(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["quelle.txt"] = b"inhalt"


def scan(pdf: pikepdf.Pdf) -> None:
    """A further page that shows an image and has no text."""
    neu = pdf.add_blank_page(page_size=(200, 200))
    bild = Stream(
        pdf,
        bytes(100),
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=10,
        Height=10,
        ColorSpace=Name.DeviceGray,
        BitsPerComponent=8,
    )
    neu.obj.Resources = Dictionary(XObject=Dictionary(B=pdf.make_indirect(bild)))
    neu.obj.Contents = Stream(pdf, b"200 0 0 200 0 0 cm /B Do")


def claiming(pdf: pikepdf.Pdf) -> None:
    """What PDF/A-2b asks for, as far as the structure shows it."""
    metadata(PDFA_2B)(pdf)
    profil = pdf.make_indirect(Stream(pdf, b"profile"))
    pdf.Root.OutputIntents = Array([Dictionary(Type=Name.OutputIntent, S=Name.GTS_PDFA1, DestOutputProfile=profil)])


def encrypted(**rechte: bool) -> bytes:
    return changed(encryption=pikepdf.Encryption(owner="o", user="", allow=pikepdf.Permissions(**rechte)))


def locked() -> bytes:
    return changed(encryption=pikepdf.Encryption(owner="o", user="geheim"))


def many_fields(anzahl: int) -> bytes:
    felder = [b"<</FT/Tx/T(f%d)/V(x)>>" % nummer for nummer in range(anzahl)]
    verweise = b" ".join(b"%d 0 R" % (len(OBJEKTE) + 1 + nummer) for nummer in range(anzahl))
    katalog = b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[%s]>>>>" % verweise
    return build_pdf(katalog, *OBJEKTE[1:], *felder)


def many_pages(anzahl: int) -> bytes:
    kinder = b" ".join(b"3 0 R" for _ in range(anzahl))
    return build_pdf(OBJEKTE[0], b"<</Type/Pages/Count %d/Kids[%s]>>" % (anzahl, kinder), *OBJEKTE[2:])


def with_catalog(mehr: bytes, *objekte: bytes) -> bytes:
    return build_pdf(b"<</Type/Catalog/Pages 2 0 R%s>>" % mehr, *OBJEKTE[1:], *objekte)


def content_bomb(bytes_: int) -> bytes:
    """A content stream that becomes `bytes_` of zeros when decoded twice."""
    innen = zlib.compress(zlib.compress(bytes(bytes_), 9), 9)
    strom = b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>\nstream\n%s\nendstream" % (len(innen), innen)
    return build_pdf(*OBJEKTE[:3], strom, *OBJEKTE[4:])


def build_tiff(*bilder: dict[int, int], order: str = "<", schleife: bool = False) -> bytes:
    """Directories with these tags (SHORT values), one after the other."""
    kopf = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, 8)
    teile = [kopf]
    stelle = 8
    for nummer, tags in enumerate(bilder):
        stelle += 2 + 12 * len(tags) + 4
        letztes = nummer == len(bilder) - 1
        eintraege = b"".join(struct.pack(order + "HHIHH", tag, 3, 1, wert, 0) for tag, wert in sorted(tags.items()))
        danach = (8 if schleife else 0) if letztes else stelle
        teile.append(struct.pack(order + "H", len(tags)) + eintraege + struct.pack(order + "I", danach))
    return b"".join(teile)


BILD = {256: 100, 257: 200, 259: 4}
