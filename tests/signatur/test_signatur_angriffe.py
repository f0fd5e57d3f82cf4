"""Manipulations of signed PDF files, made here after the published attacks: none of them is ever green.

Shadow attacks (hide, replace, hide and replace), incremental saving, signature wrapping, universal signature forgery,
and appearances laid over the text.
"""

import asyncio
import io
import logging
import re
from collections.abc import Callable
from datetime import datetime

import pytest
from cms_bau import Bau, signed_data
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from certs.anchors import Anchors
from certs.keys import SoftKey
from certs.urteil import Urteil
from erv_gateway.signatur.ergebnis import Pruefung
from erv_gateway.signatur.pruefen import check_pdf
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.signieren import sign_pdf

Change = Callable[[IncrementalPdfFileWriter], None]
N = generic.pdf_name


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)


def updated(pdf: bytes, change: Change) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    change(writer)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def signed(pdf: bytes, signer: Signer) -> bytes:
    target = io.BytesIO()
    asyncio.run(sign_pdf(pdf, target, signer))
    return target.getvalue()


def _box(*numbers: int) -> generic.ArrayObject:
    return generic.ArrayObject(map(generic.NumberObject, numbers))


def stream(data: bytes) -> generic.StreamObject:
    return generic.StreamObject(stream_data=data)


def first_page(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    page = writer.root["/Pages"]["/Kids"][0]
    while page["/Type"] == "/Pages":
        page = page["/Kids"][0]
    return page


def _prepare(writer: IncrementalPdfFileWriter) -> None:
    """What an attacker puts into the file before the victim signs it: an overlay, hidden pages, a text field."""
    page = first_page(writer)
    overlay = writer.add_object(stream(b"q 1 1 1 rg 0 0 600 800 re f Q"))
    page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), overlay])
    writer.mark_update(page.container_ref)
    hidden = writer.add_object(stream(b"BT (Ich zahle 10.000 Euro) Tj ET"))
    writer.root[N("/Hidden")] = hidden
    appearance = stream(b"q Q")
    appearance.update({N("/Subtype"): N("/Form"), N("/BBox"): _box(0, 0, 9, 9)})
    field = generic.DictionaryObject(
        {
            N("/Type"): N("/Annot"),
            N("/Subtype"): N("/Widget"),
            N("/FT"): N("/Tx"),
            N("/T"): generic.pdf_string("Betrag"),
            N("/V"): generic.pdf_string("10"),
            N("/Rect"): _box(0, 0, 500, 700),
            N("/AP"): generic.DictionaryObject({N("/N"): writer.add_object(appearance)}),
        }
    )
    reference = writer.add_object(field)
    append_signature_field(writer, SigFieldSpec("Erste"))
    writer.root["/AcroForm"]["/Fields"].append(reference)
    page[N("/Annots")] = generic.ArrayObject([*page.get("/Annots", ()), reference])
    writer.update_root()


@pytest.fixture(scope="module")
def victim(pdf: bytes, brainpool_signer: Signer) -> bytes:
    return signed(updated(pdf, _prepare), brainpool_signer)


def check(pdf: bytes, anchors: Anchors, at: datetime) -> Pruefung:
    return check_pdf(io.BytesIO(pdf), anchors, at)


def test_the_victim_itself_is_green(victim: bytes, anchors: Anchors, jetzt: datetime) -> None:
    """Hidden content in what was signed cannot be seen by checking signatures."""
    assert check(victim, anchors, jetzt).urteil is Urteil.GUELTIG


def hide(writer: IncrementalPdfFileWriter) -> None:
    """The overlay goes, what lay under it appears."""
    page = first_page(writer)
    page["/Contents"] = generic.ArrayObject(list(page.raw_get("/Contents"))[:1])
    writer.mark_update(page.container_ref)


def hide_by_emptying(writer: IncrementalPdfFileWriter) -> None:
    overlay = list(first_page(writer).raw_get("/Contents"))[-1]
    overlay.get_object()._data = b" "
    overlay.get_object()._encoded_data = b" "
    writer.mark_update(overlay)


def hide_and_replace(writer: IncrementalPdfFileWriter) -> None:
    """The page points to the content that was hidden in the signed part."""
    page = first_page(writer)
    page["/Contents"] = writer.root.raw_get("/Hidden")
    writer.mark_update(page.container_ref)


def replace_tree(writer: IncrementalPdfFileWriter) -> None:
    page = generic.DictionaryObject(
        {
            N("/Type"): N("/Page"),
            N("/MediaBox"): _box(0, 0, 200, 200),
            N("/Contents"): writer.root.raw_get("/Hidden"),
        }
    )
    kids = generic.ArrayObject([writer.add_object(page)])
    tree = {N("/Type"): N("/Pages"), N("/Kids"): kids, N("/Count"): generic.NumberObject(1)}
    writer.root["/Pages"] = writer.add_object(generic.DictionaryObject(tree))
    writer.update_root()


def swap_pages(writer: IncrementalPdfFileWriter) -> None:
    node = writer.root["/Pages"]
    while len(node["/Kids"]) == 1:
        node = node["/Kids"][0]
    kids = list(node.raw_get("/Kids"))
    node["/Kids"] = generic.ArrayObject(reversed(kids))
    writer.mark_update(node.container_ref)


def drop_page(writer: IncrementalPdfFileWriter) -> None:
    node = writer.root["/Pages"]
    while len(node["/Kids"]) == 1:
        node = node["/Kids"][0]
    node["/Kids"] = generic.ArrayObject(list(node.raw_get("/Kids"))[:1])
    node["/Count"] = generic.NumberObject(1)
    writer.mark_update(node.container_ref)


def append_page(writer: IncrementalPdfFileWriter) -> None:
    writer.insert_page(PageObject(contents=writer.add_object(stream(b"BT ET")), media_box=(0, 0, 200, 200)))


def replace_font(writer: IncrementalPdfFileWriter) -> None:
    """Digits that look like others."""
    fonts = first_page(writer)["/Resources"]["/Font"]
    name = next(iter(fonts))
    fonts[name] = writer.add_object(
        generic.DictionaryObject({N("/Type"): N("/Font"), N("/Subtype"): N("/Type1"), N("/BaseFont"): N("/Symbol")})
    )
    writer.mark_update(first_page(writer).container_ref)
    if fonts.container_ref is not None:
        writer.mark_update(fonts.container_ref)


def stamp_over(writer: IncrementalPdfFileWriter) -> None:
    appearance = stream(b"q 1 1 1 rg 0 0 600 800 re f Q")
    appearance.update({N("/Subtype"): N("/Form"), N("/BBox"): _box(0, 0, 600, 800)})
    note = generic.DictionaryObject(
        {
            N("/Type"): N("/Annot"),
            N("/Subtype"): N("/Stamp"),
            N("/Rect"): _box(0, 0, 600, 800),
            N("/AP"): generic.DictionaryObject({N("/N"): writer.add_object(appearance)}),
        }
    )
    page = first_page(writer)
    page[N("/Annots")] = generic.ArrayObject([*page.get("/Annots", ()), writer.add_object(note)])
    writer.mark_update(page.container_ref)


def fill_over(writer: IncrementalPdfFileWriter) -> None:
    """Replace by overlay: the field's new appearance covers the page."""
    for reference in writer.root["/AcroForm"]["/Fields"]:
        field = reference.get_object()
        if field["/T"] == "Betrag":
            field["/V"] = generic.pdf_string("10.000")
            appearance = stream(b"q 1 1 1 rg 0 0 600 800 re f Q")
            appearance.update(field["/AP"]["/N"])
            field["/AP"] = generic.DictionaryObject({N("/N"): writer.add_object(appearance)})
            writer.mark_update(field.container_ref)


def add_script(writer: IncrementalPdfFileWriter) -> None:
    action = {N("/S"): N("/JavaScript"), N("/JS"): generic.pdf_string("this.getField('Betrag').value='1'")}
    writer.root[N("/OpenAction")] = generic.DictionaryObject(action)
    writer.update_root()


def archive_with_a_change(writer: IncrementalPdfFileWriter) -> None:
    """Hidden among what a long-term update may bring."""
    writer.root[N("/DSS")] = writer.add_object(generic.DictionaryObject({N("/Certs"): generic.ArrayObject()}))
    hide_and_replace(writer)
    writer.update_root()


def exclude_signature(writer: IncrementalPdfFileWriter) -> None:
    """The field stays, its value goes."""
    for reference in writer.root["/AcroForm"]["/Fields"]:
        field = reference.get_object()
        if "/V" in field and field["/T"] != "Betrag":
            del field["/V"]
            writer.mark_update(field.container_ref)


def drop_form(writer: IncrementalPdfFileWriter) -> None:
    del writer.root["/AcroForm"]
    writer.update_root()


RED = [
    hide,
    hide_by_emptying,
    hide_and_replace,
    replace_tree,
    swap_pages,
    drop_page,
    append_page,
    replace_font,
    stamp_over,
    add_script,
    archive_with_a_change,
]


@pytest.mark.parametrize("attack", RED)
def test_what_changes_the_document_is_red(victim: bytes, anchors: Anchors, jetzt: datetime, attack: Change) -> None:
    result = check(updated(victim, attack), anchors, jetzt)
    assert result.urteil is Urteil.UNGUELTIG
    assert result.signaturen[0].nach_signatur_geaendert


@pytest.mark.parametrize("attack", RED)
def test_a_second_signature_over_the_change_does_not_heal_it(
    victim: bytes, brainpool_signer: Signer, anchors: Anchors, jetzt: datetime, attack: Change
) -> None:
    result = check(signed(updated(victim, attack), brainpool_signer), anchors, jetzt)
    assert result.urteil is Urteil.UNGUELTIG
    assert result.signaturen[0].nach_signatur_geaendert


@pytest.mark.parametrize("attack", [fill_over, exclude_signature, drop_form])
def test_what_only_touches_the_form_is_never_green(
    victim: bytes, anchors: Anchors, jetzt: datetime, attack: Change
) -> None:
    assert check(updated(victim, attack), anchors, jetzt).urteil is not Urteil.GUELTIG


APPENDED = b"\n%d 0 obj\n<</Type/Page/MediaBox[0 0 9 9]>>\nendobj\n"


@pytest.mark.parametrize(
    "tail",
    [
        APPENDED % 24,
        APPENDED % 24 + b"%%EOF\n",
        APPENDED % 24 + b"trailer<</Root 37 0 R>>\n%%EOF\n",
        b"\n" * 50 + b"kein PDF mehr",
        b"startxref\n0\n%%EOF\n",
    ],
)
def test_bytes_behind_the_last_revision_are_never_green(
    victim: bytes, anchors: Anchors, jetzt: datetime, tail: bytes
) -> None:
    """Incremental saving without a table: repairing viewers show it, strict ones do not."""
    assert check(victim + tail, anchors, jetzt).urteil is not Urteil.GUELTIG


def test_an_old_table_named_again_hides_no_appended_objects(victim: bytes, anchors: Anchors, jetzt: datetime) -> None:
    start = victim[victim.rindex(b"startxref") :]
    assert check(victim + APPENDED % 24 + start, anchors, jetzt).urteil is not Urteil.GUELTIG


def test_white_space_behind_the_file_harms_nothing(victim: bytes, anchors: Anchors, jetzt: datetime) -> None:
    assert check(victim + b"\r\n\0 ", anchors, jetzt).urteil is Urteil.GUELTIG


@pytest.mark.parametrize("head", [b"\n", b"%PDF-1.4\n", b"x" * 30])
def test_bytes_before_the_file_are_never_green(victim: bytes, anchors: Anchors, jetzt: datetime, head: bytes) -> None:
    assert check(head + victim, anchors, jetzt).urteil is not Urteil.GUELTIG


def byte_range(pdf: bytes) -> tuple[int, int, list[int]]:
    """Start and end of the array in the file, and its numbers."""
    found = re.search(rb"/ByteRange\s*\[([\d\s]+)\]", pdf)
    assert found is not None
    return found.start(1), found.end(1), [int(one) for one in found.group(1).split()]


def with_range(pdf: bytes, text: bytes) -> bytes:
    start, end, _numbers = byte_range(pdf)
    assert len(text) <= end - start
    return pdf[:start] + text.ljust(end - start) + pdf[end:]


@pytest.mark.parametrize(
    "text",
    [
        b"", b"0 0 0 0", b"0 1", b"0", b"-1 5 6 7", b"0 10 5 20", b"0 999999999 1 1", b"a b c d", b"null",
        b"0 -5 9 9", b"0.5 1 2 3", b"1 2 3 4 5",
    ],
)  # fmt: skip
def test_forged_ranges_are_never_green(victim: bytes, anchors: Anchors, jetzt: datetime, text: bytes) -> None:
    assert check(with_range(victim, text), anchors, jetzt).urteil is not Urteil.GUELTIG


@pytest.mark.parametrize("value", [b"null", b"<>", b"<00>", b"<30>", b"(x)", b"[]", b"17"])
def test_forged_values_are_never_green(victim: bytes, anchors: Anchors, jetzt: datetime, value: bytes) -> None:
    start = victim.index(b"/Contents <") + 10
    end = victim.index(b">", start) + 1
    forged = victim[:start] + value.ljust(end - start) + victim[end:]
    assert check(forged, anchors, jetzt).urteil is not Urteil.GUELTIG


def test_names_of_the_signature_dictionary_may_not_vanish(victim: bytes, anchors: Anchors, jetzt: datetime) -> None:
    for name in (b"/ByteRange", b"/Contents <", b"/SubFilter", b"/Filter"):
        forged = victim.replace(name, b"/X" + name[2:], 1)
        assert check(forged, anchors, jetzt).urteil is not Urteil.GUELTIG, name


def test_wrapping_the_signed_parts_is_red(
    pdf: bytes, victim: bytes, anchors: Anchors, jetzt: datetime, key_of: Callable[[str, str], SoftKey]
) -> None:
    """SWA: the second signed part moves to the end, foreign objects come between; the digest still fits."""
    _start, _end, (first, length, second, rest) = byte_range(victim)
    wedge = b"\n99 0 obj\n<</Evil true>>\nendobj\n"
    moved = with_range(victim, b"%d %d %d %d" % (first, length, second + len(wedge), rest))
    wrapped = moved[:second] + wedge + moved[second:]
    result = check(wrapped, anchors, jetzt)
    assert result.urteil is not Urteil.GUELTIG


def test_a_signature_over_a_wedge_of_its_own_is_red(
    pdf: bytes, anchors: Anchors, jetzt: datetime, key_of: Callable[[str, str], SoftKey], brainpool_signer: Signer
) -> None:
    """The same with a value made for it: intact in itself, but it skips bytes that are no signature."""
    data = signed(pdf, brainpool_signer)
    _start, _end, (_first, length, second, rest) = byte_range(data)
    skipping = with_range(data, b"0 %d %d %d" % (length, second + 40, rest - 40))
    covered = skipping[:length] + skipping[second + 40 :]
    value = signed_data(Bau(key_of("stadt-musterfurt", "signatur"), covered)).hex().encode()
    room = second - length - 2
    forged = skipping[: length + 1] + value.ljust(room, b"0") + skipping[second - 1 :]
    result = check(forged, anchors, jetzt)
    assert result.urteil is Urteil.UNGUELTIG


def test_a_signature_copied_into_another_file_is_red(
    pdf: bytes, victim: bytes, anchors: Anchors, jetzt: datetime, brainpool_signer: Signer
) -> None:
    other = signed(updated(pdf, append_page), brainpool_signer)
    start, end = victim.index(b"/Contents <") + 11, victim.index(b">", victim.index(b"/Contents <"))
    place = other.index(b"/Contents <") + 11
    forged = other[:place] + victim[start:end] + other[place + end - start :]
    assert check(forged, anchors, jetzt).urteil is Urteil.UNGUELTIG


@pytest.mark.parametrize(
    ("box", "expected"), [((0, 0, 600, 800), Urteil.UNBESTIMMT), ((40, 40, 240, 90), Urteil.GUELTIG)]
)
def test_a_later_signature_laid_over_the_page_is_yellow(
    pdf: bytes,
    brainpool_signer: Signer,
    anchors: Anchors,
    jetzt: datetime,
    box: tuple[int, int, int, int],
    expected: Urteil,
) -> None:
    """Sneaky signature: the appearance of a second, trusted signature hides what the first one signed."""
    metadata = PdfSignatureMetadata(field_name="Zweite", subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256")
    field = SigFieldSpec("Zweite", box=box)
    target = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(signed(pdf, brainpool_signer)), strict=False)
    PdfSigner(metadata, brainpool_signer, new_field_spec=field).sign_pdf(writer, output=target)
    result = check(target.getvalue(), anchors, jetzt)
    assert [one.urteil for one in result.signaturen] == [expected, Urteil.GUELTIG], result.signaturen[0].gruende
