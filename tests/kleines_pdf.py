"""A small PDF that is whole: one page, searchable text, nothing to complain about."""

_GLYPH = b"1000 0 0 0 750 750 d1 0 0 750 750 re f"
_TEXT = b"BT /F 12 Tf 72 720 Td (aaaaaaaaaaaaaaaaaaaaaaaa) Tj ET"
OBJEKTE = (
    b"<</Type/Catalog/Pages 2 0 R>>",
    b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
    b"<</Length %d>>\nstream\n%s\nendstream" % (len(_TEXT), _TEXT),
    b"<</Type/Font/Subtype/Type3/FontBBox[0 0 750 750]/FontMatrix[0.001 0 0 0.001 0 0]/FirstChar 97/LastChar 97"
    b"/Widths[1000]/Encoding<</Type/Encoding/Differences[97/a]>>/CharProcs<</a 6 0 R>>/Resources<<>>>>",
    b"<</Length %d>>\nstream\n%s\nendstream" % (len(_GLYPH), _GLYPH),
)


def build_pdf(*objekte: bytes, kopf: bytes = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", trailer: bytes = b"") -> bytes:
    """`objekte` numbered from 1; the first is the catalog."""
    teile, stellen = bytearray(kopf), []
    for nummer, objekt in enumerate(objekte, 1):
        stellen.append(len(teile))
        teile += b"%d 0 obj\n%s\nendobj\n" % (nummer, objekt)
    xref = len(teile)
    teile += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objekte) + 1)
    teile += b"".join(b"%010d 00000 n \n" % stelle for stelle in stellen)
    return bytes(teile) + b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objekte) + 1,
        trailer,
        xref,
    )


PDF = build_pdf(*OBJEKTE)
