"""PDF signatures: green only while nothing but signatures and archive data came after them."""

import asyncio
import io
import logging
from collections.abc import Callable
from datetime import datetime

import pikepdf
import pytest
from cms_bau import Bau, LocalTsa, signed_data
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, PdfTimeStamper

from certs.anchors import Anchors
from certs.keys import SoftKey
from certs.urteil import Urteil
from erv_gateway.signatur.ergebnis import Pruefung
from erv_gateway.signatur.fehler import SignierenFailed
from erv_gateway.signatur.pruefen import check_pdf
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.signieren import sign_pdf


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)


def signed(pdf: bytes, signer: Signer, tsa: LocalTsa | None = None) -> bytes:
    target = io.BytesIO()
    asyncio.run(sign_pdf(pdf, target, signer, tsa))
    return target.getvalue()


def check(pdf: bytes, anchors: Anchors | None, at: datetime) -> Pruefung:
    return check_pdf(io.BytesIO(pdf), anchors, at)


def verdicts(pruefung: Pruefung) -> list[Urteil]:
    return [signatur.urteil for signatur in pruefung.signaturen]


def updated(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """An incremental update as an attacker or a viewer appends it."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    change(writer)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def append_page(writer: IncrementalPdfFileWriter) -> None:
    contents = writer.add_object(generic.StreamObject(stream_data=b"BT ET"))
    writer.insert_page(PageObject(contents=contents, media_box=(0, 0, 200, 200)))


def replace_content(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    while page["/Type"] == "/Pages":
        page = page["/Kids"][0]
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"BT ET"))
    writer.mark_update(page.container_ref)


def test_rsa_and_brainpool_sign_b_b_and_b_t(
    pdf: bytes, rsa_signer: Signer, brainpool_signer: Signer, anchors: Anchors, jetzt: datetime, tsa: LocalTsa
) -> None:
    for signer in (rsa_signer, brainpool_signer):
        assert [s.level for s in check(signed(pdf, signer), anchors, jetzt).signaturen] == ["B-B"]
        result = check(signed(pdf, signer, tsa), anchors, jetzt)
        assert (result.urteil, result.signaturen[0].level) == (Urteil.GUELTIG, "B-T")
        assert not result.signaturen[0].nach_signatur_geaendert


def test_a_second_signature_leaves_the_first_green(
    pdf: bytes, rsa_signer: Signer, brainpool_signer: Signer, anchors: Anchors, jetzt: datetime
) -> None:
    twice = signed(signed(pdf, rsa_signer), brainpool_signer)
    result = check(twice, anchors, jetzt)
    assert verdicts(result) == [Urteil.GUELTIG, Urteil.GUELTIG]
    assert not any(signatur.nach_signatur_geaendert for signatur in result.signaturen)


def test_the_original_stays_byte_for_byte_and_keeps_its_pdf_a_claim(pdf: bytes, rsa_signer: Signer) -> None:
    result = signed(pdf, rsa_signer)
    assert result.startswith(pdf)
    with pikepdf.open(io.BytesIO(result)) as opened, opened.open_metadata() as metadata:
        assert metadata.pdfa_status == "2A"


def test_the_result_is_the_same_for_bytes_and_streams(
    pdf: bytes, rsa_signer: Signer, anchors: Anchors, jetzt: datetime
) -> None:
    target = io.BytesIO()
    asyncio.run(sign_pdf(io.BytesIO(pdf), target, rsa_signer, grund="Übersendung"))
    assert check(target.getvalue(), anchors, jetzt).urteil is Urteil.GUELTIG


@pytest.mark.parametrize("change", [append_page, replace_content])
def test_what_changes_after_signing_is_red(
    pdf: bytes,
    rsa_signer: Signer,
    anchors: Anchors,
    jetzt: datetime,
    change: Callable[[IncrementalPdfFileWriter], None],
) -> None:
    result = check(updated(signed(pdf, rsa_signer), change), anchors, jetzt)
    assert verdicts(result) == [Urteil.UNGUELTIG]
    assert result.signaturen[0].nach_signatur_geaendert


def test_a_page_appended_under_a_second_signature_is_red_for_the_first(
    pdf: bytes, rsa_signer: Signer, brainpool_signer: Signer, anchors: Anchors, jetzt: datetime
) -> None:
    result = check(signed(updated(signed(pdf, rsa_signer), append_page), brainpool_signer), anchors, jetzt)
    assert verdicts(result) == [Urteil.UNGUELTIG, Urteil.GUELTIG]
    assert result.urteil is Urteil.UNGUELTIG


def test_a_flipped_byte_of_the_document_is_red(
    pdf: bytes, rsa_signer: Signer, anchors: Anchors, jetzt: datetime
) -> None:
    broken = bytearray(signed(pdf, rsa_signer))
    position = broken.index(b"/Title") if b"/Title" in broken else 400
    broken[position + 8] ^= 1
    assert check(bytes(broken), anchors, jetzt).urteil is not Urteil.GUELTIG


def test_a_signature_that_skips_bytes_is_red(
    pdf: bytes, rsa_signer: Signer, anchors: Anchors, jetzt: datetime, key_of: Callable[[str, str], SoftKey]
) -> None:
    """A value that fits its ranges, which leave out a part of the document: intact, and worth nothing."""
    data = signed(pdf, rsa_signer)
    start, end = data.index(b"/Contents <") + 10, data.index(b">", data.index(b"/Contents <"))
    ranges = data.index(b"[", data.index(b"/ByteRange"))
    numbers = [int(number) for number in data[ranges + 1 : data.index(b"]", ranges)].split()]
    numbers[0], numbers[1] = 1, numbers[1] - 1
    moved = f"[{' '.join(map(str, numbers))}]".encode().ljust(data.index(b"]", ranges) + 1 - ranges)
    data = data[:ranges] + moved + data[ranges + len(moved) :]
    value = signed_data(Bau(key_of("stadt-musterfurt", "signatur"), data[1:start] + data[end + 1 :]))
    skipping = data[: start + 1] + value.hex().encode().ljust(end - start - 1, b"0") + data[end:]
    result = check(skipping, anchors, jetzt)
    assert verdicts(result) == [Urteil.UNGUELTIG]
    assert any("nicht vollständig" in grund for grund in result.signaturen[0].gruende)
    assert not any("signiert wurde" in grund for grund in result.signaturen[0].gruende)


def test_no_signed_byte_can_be_flipped_unnoticed(
    pdf: bytes, brainpool_signer: Signer, anchors: Anchors, jetzt: datetime
) -> None:
    data = signed(pdf, brainpool_signer)
    value = range(data.index(b"/Contents <") + 11, data.index(b">", data.index(b"/Contents <") + 11))
    for position in range(0, len(data), len(data) // 90):
        if position not in value:
            broken = bytearray(data)
            broken[position] ^= 0x01
            assert check(bytes(broken), anchors, jetzt).urteil is not Urteil.GUELTIG, position


def test_nothing_may_hide_behind_the_signature_value(
    pdf: bytes, brainpool_signer: Signer, anchors: Anchors, jetzt: datetime
) -> None:
    data = signed(pdf, brainpool_signer)
    end = data.index(b">", data.index(b"/Contents <") + 11)
    assert data[end - 2 : end] == b"00"
    assert check(data[: end - 2] + b"41" + data[end:], anchors, jetzt).urteil is Urteil.UNBESTIMMT


def form(pdf: bytes) -> bytes:
    def add(writer: IncrementalPdfFileWriter) -> None:
        append_signature_field(writer, SigFieldSpec("Erste"))
        acroform = writer.root["/AcroForm"]
        field = generic.DictionaryObject(
            {
                generic.pdf_name("/FT"): generic.pdf_name("/Tx"),
                generic.pdf_name("/T"): generic.pdf_string("Bemerkung"),
                generic.pdf_name("/V"): generic.pdf_string(""),
            }
        )
        acroform["/Fields"].append(writer.add_object(field))
        writer.update_root()

    return updated(pdf, add)


def fill(writer: IncrementalPdfFileWriter) -> None:
    for reference in writer.root["/AcroForm"]["/Fields"]:
        field = reference.get_object()
        if field["/T"] == "Bemerkung":
            field["/V"] = generic.pdf_string("nachgetragen")
            writer.mark_update(field.container_ref)


def test_a_form_filled_after_signing_is_yellow(
    pdf: bytes, rsa_signer: Signer, anchors: Anchors, jetzt: datetime
) -> None:
    before = signed(form(pdf), rsa_signer)
    assert check(before, anchors, jetzt).urteil is Urteil.GUELTIG
    result = check(updated(before, fill), anchors, jetzt)
    assert verdicts(result) == [Urteil.UNBESTIMMT]
    assert result.signaturen[0].nach_signatur_geaendert


def test_what_the_author_locked_may_not_be_filled(
    pdf: bytes, rsa_signer: Signer, anchors: Anchors, jetzt: datetime
) -> None:
    target = io.BytesIO()
    metadata = PdfSignatureMetadata(
        field_name="Erste",
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        subfilter=SigSeedSubFilter.PADES,
        md_algorithm="sha256",
    )
    PdfSigner(metadata, rsa_signer).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(form(pdf))), output=target)
    assert check(target.getvalue(), anchors, jetzt).urteil is Urteil.GUELTIG
    assert check(updated(target.getvalue(), fill), anchors, jetzt).urteil is Urteil.UNGUELTIG


def test_a_document_time_stamp_is_judged_as_one(
    pdf: bytes, rsa_signer: Signer, anchors: Anchors, jetzt: datetime, tsa: LocalTsa
) -> None:
    target = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(signed(pdf, rsa_signer)))
    PdfTimeStamper(tsa).timestamp_pdf(writer, md_algorithm="sha256", output=target)
    result = check(target.getvalue(), anchors, jetzt)
    assert verdicts(result) == [Urteil.GUELTIG, Urteil.GUELTIG]
    assert [signatur.level for signatur in result.signaturen] == ["B-T", "Zeitstempel"]


def test_two_signers_in_one_field_are_both_judged(
    pdf: bytes, rsa_signer: Signer, anchors: Anchors, jetzt: datetime, key_of: Callable[[str, str], SoftKey]
) -> None:
    """pyHanko refuses such a field as a whole; the value is exchanged for one of two signers over the same ranges."""
    data = signed(pdf, rsa_signer)
    start, end = data.index(b"/Contents <") + 10, data.index(b">", data.index(b"/Contents <"))
    covered = data[:start] + data[end + 1 :]
    double = signed_data(
        Bau(key_of("stadt-musterfurt", "signatur"), covered), Bau(key_of("landkreis-auental", "signatur"), covered)
    )
    space = end - start - 1
    result = check(data[: start + 1] + double.hex().encode().ljust(space, b"0") + data[end:], anchors, jetzt)
    assert verdicts(result) == [Urteil.GUELTIG, Urteil.GUELTIG]


def test_a_broken_field_hides_no_good_signature(
    pdf: bytes, rsa_signer: Signer, brainpool_signer: Signer, anchors: Anchors, jetzt: datetime
) -> None:
    data = signed(pdf, rsa_signer)
    start = data.index(b"/Contents <") + 11
    broken = data[:start] + b"00" * 8 + data[start + 16 :]
    result = check(signed(broken, brainpool_signer), anchors, jetzt)
    assert verdicts(result) == [Urteil.UNBESTIMMT, Urteil.GUELTIG]
    assert result.urteil is Urteil.UNBESTIMMT


def hybrid(pdf: bytes) -> bytes:
    """A file as Word writes it: a classic table whose trailer points to a cross-reference stream as well."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        plain = io.BytesIO()
        opened.save(plain, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    data = plain.getvalue()
    size = int(data[data.rindex(b"/Size") + 5 :].split()[0].strip(b">/"))
    offset = data.rindex(b"xref", 0, data.rindex(b"startxref"))
    head, tail = data[:offset], data[offset:]
    rows = bytes([0]) + bytes(4) + b"\xff\xff"
    stream = (
        f"{size} 0 obj\n<</Type/XRef/Size {size + 1}/W[1 4 2]/Index[0 1]/Length {len(rows)}>>\nstream\n".encode()
        + rows
        + b"\nendstream\nendobj\n"
    )
    moved = tail.replace(b"trailer <<", f"trailer << /XRefStm {len(head)} ".encode())
    start = moved.rindex(b"startxref")
    return head + stream + moved[:start] + f"startxref\n{len(head) + len(stream)}\n%%EOF\n".encode()


def test_hybrid_cross_references_are_signed_and_checked(
    pdf: bytes, rsa_signer: Signer, anchors: Anchors, jetzt: datetime
) -> None:
    data = hybrid(pdf)
    assert b"/XRefStm" in data
    assert check(signed(data, rsa_signer), anchors, jetzt).urteil is Urteil.GUELTIG


def test_no_signature_is_a_result_of_its_own(pdf: bytes, anchors: Anchors, jetzt: datetime) -> None:
    result = check(pdf, anchors, jetzt)
    assert (result.urteil, result.signaturen, result.lesbar) == (Urteil.UNBESTIMMT, (), True)


@pytest.mark.parametrize("cut", [0, 20, 900, -40])
def test_broken_files_are_open_and_never_raise(
    pdf: bytes, rsa_signer: Signer, anchors: Anchors, jetzt: datetime, cut: int
) -> None:
    data = signed(pdf, rsa_signer)
    assert check(data[:cut], anchors, jetzt).urteil is not Urteil.GUELTIG


def test_no_anchors_no_green(pdf: bytes, rsa_signer: Signer, jetzt: datetime) -> None:
    assert check(signed(pdf, rsa_signer), None, jetzt).urteil is Urteil.UNBESTIMMT


def test_what_is_no_pdf_is_not_signed(rsa_signer: Signer) -> None:
    for data in (b"", b"kein PDF", b"%PDF-1.7\n%%EOF"):
        with pytest.raises(SignierenFailed):
            signed(data, rsa_signer)


def test_broken_pdfs_are_refused_in_form_or_signed(pdf: bytes, rsa_signer: Signer) -> None:
    for position in range(len(pdf) - 1, 0, -len(pdf) // 40):
        for broken in (pdf[:position], pdf[:position] + b"<<" + pdf[position + 2 :]):
            try:
                assert signed(broken, rsa_signer).startswith(broken)
            except SignierenFailed:
                continue


def test_an_encrypted_pdf_is_not_signed(pdf: bytes, rsa_signer: Signer) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        locked = io.BytesIO()
        opened.save(locked, encryption=pikepdf.Encryption(owner="o", user="", R=6))
    with pytest.raises(SignierenFailed):
        signed(locked.getvalue(), rsa_signer)
