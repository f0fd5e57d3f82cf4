"""A small PDF written by hand, and incremental updates as no well-behaved program writes them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Places = dict[tuple[int, int], int]


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>\nstream\n" % (entries, len(data)) + data + b"\nendstream"


OBJECTS = {
    1: b"<</Type/Catalog/Pages 2 0 R/Hidden 6 0 R/AcroForm<</Fields[7 0 R]/DA(/Helv 0 Tf)"
    b"/DR<</Font<</Helv 5 0 R/Sym 8 0 R>>>>>>>>",
    2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>/Annots[7 0 R]>>",
    4: stream(b"BT /F 20 Tf 50 200 Td (Zehn Euro) Tj ET"),
    5: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    6: stream(
        b"1 1 1 rg 0 0 300 300 re f 0 g BT /F 20 Tf 50 200 Td (Tausend Euro) Tj ET",
        b"/Type/XObject/Subtype/Form/BBox[0 0 300 300]/Resources<</Font<</F 5 0 R>>>>",
    ),
    7: b"<</Type/Annot/Subtype/Widget/FT/Tx/T(Betrag)/V(10)/DA(/Helv 12 Tf)/Rect[10 10 100 40]/P 3 0 R>>",
    8: b"<</Type/Font/Subtype/Type1/BaseFont/Symbol>>",
}
FORGED = stream(b"BT /F 20 Tf 50 200 Td (Tausend Euro) Tj ET")


def written_by_hand() -> bytes:
    """One page that says "Zehn Euro", a text field, and a form that is drawn nowhere."""
    out, places = b"%PDF-1.7\n", {}
    for number, body in OBJECTS.items():
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % places[number] for number in OBJECTS)
    end = b"trailer<</Root 1 0 R/Size 9>>\nstartxref\n%d\n%%%%EOF\n" % len(out)
    return out + b"xref\n0 9\n0000000000 65535 f \n" + table + end


@dataclass(frozen=True)
class Nachtrag:
    """`objects`: number, generation, body; `heads`: what stands before a body instead of its number.

    `table`: the subsections, from the places of the objects; `trailer`: more entries; `loose`: bytes before the table.
    """

    objects: Sequence[tuple[int, int, bytes]]
    heads: tuple[tuple[int, bytes], ...] = ()
    table: Callable[[Places], bytes] | None = None
    trailer: bytes = b""
    loose: bytes = b""


def continued(pdf: bytes, nachtrag: Nachtrag) -> bytes:
    out, places = pdf if pdf.endswith(b"\n") else pdf + b"\n", {}
    for number, generation, body in nachtrag.objects:
        places[number, generation] = len(out)
        head = dict(nachtrag.heads).get(number, b"%d %d obj" % (number, generation))
        out += head + b"\n" + body + b"\nendobj\n"
    out += nachtrag.loose
    table = (nachtrag.table or entries)(places)
    size = max([40, *(number + 1 for number, _ in places)])
    previous = int(re.findall(rb"startxref\s+(\d+)", pdf)[-1])
    trailer = b"trailer<</Root 1 0 R/Size %d/Prev %d%s>>" % (size, previous, nachtrag.trailer)
    return out + b"xref\n" + table + trailer + b"\nstartxref\n%d\n%%%%EOF\n" % len(out)


def entries(places: Places) -> bytes:
    return b"".join(entry(number, place, generation) for (number, generation), place in places.items())


def entry(number: int, place: int, generation: int = 0, kind: bytes = b"n") -> bytes:
    return b"%d 1\n%010d %05d %s \n" % (number, place, generation, kind)


def last_object(pdf: bytes, number: int) -> bytes:
    """The body of an object as it was written last; it has no stream."""
    return re.findall(rb"\n%d 0 obj\s*(<<.*?>>)\s*endobj" % number, pdf, re.DOTALL)[-1]


def place_of(pdf: bytes, number: int) -> int:
    """Where it stands first."""
    return pdf.index(b"\n%d 0 obj" % number) + 1


Row = tuple[int, int, int, int]


def continued_by_stream(
    pdf: bytes, objects: Sequence[tuple[int, bytes]], rows: Callable[[dict[int, int]], list[Row]], **entry: bytes
) -> bytes:
    """With a cross-reference stream; `rows`: number, kind, place, generation. `index`, `more`: what its entries say."""
    out, places = pdf if pdf.endswith(b"\n") else pdf + b"\n", {}
    for number, body in objects:
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = [*rows(places), (50, 1, len(out), 0)]
    data = b"".join(bytes([kind]) + place.to_bytes(4) + generation.to_bytes(2) for _, kind, place, generation in table)
    index = entry.get("index", b" ".join(b"%d 1" % number for number, *_ in table))
    previous = int(re.findall(rb"startxref\s+(\d+)", pdf)[-1])
    head = b"/Type/XRef/Root 1 0 R/Size 60/Prev %d/W[1 4 2]/Index[%s]%s" % (previous, index, entry.get("more", b""))
    return out + b"50 0 obj\n" + stream(data, head) + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(out)
