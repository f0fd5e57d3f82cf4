"""A second look at PDF signatures, as an attacker and as the other side's expert: no wrong green, no wrong red."""

import asyncio
import io
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from archiv_bau import stamped, with_data
from cms_bau import LocalTsa
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from pdf_bau import (
    FORGED,
    Nachtrag,
    continued,
    continued_by_stream,
    entries,
    entry,
    last_object,
    place_of,
    stream,
    written_by_hand,
)
from pki_bau import Stelle, Wunsch, anchor, certify, ocsp_answer, trust
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from certs.anchors import Anchors, Zweck
from certs.urteil import Urteil
from erv_gateway.isolation.werkstatt import Werkstatt
from erv_gateway.pruefprotokoll.dateien import Pruefauftrag, check_files
from erv_gateway.pruefprotokoll.etsi import render_etsi
from erv_gateway.pruefprotokoll.gliederung import bericht_of
from erv_gateway.pruefprotokoll.html import render_html
from erv_gateway.pruefprotokoll.json_form import to_json
from erv_gateway.pruefprotokoll.pdf import render_bericht
from erv_gateway.signatur.ergebnis import Signaturpruefung
from erv_gateway.signatur.isoliert import Pruefdienst
from erv_gateway.signatur.pruefen import check_pdf
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.signieren import sign_pdf

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
STAMP = Wunsch(usage=("digital_signature",), purposes=[ExtendedKeyUsageOID.TIME_STAMPING])


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)


@pytest.fixture(scope="module")
def ca() -> Stelle:
    return certify("Aussteller", None, Wunsch(ca=True))


@pytest.fixture(scope="module")
def erika(ca: Stelle) -> Stelle:
    return certify("Erika Muster", ca)


@pytest.fixture(scope="module")
def trusted(ca: Stelle) -> Anchors:
    return trust(anchor(Zweck.SIGNATUR, ca), anchor(Zweck.TSA, ca))


@pytest.fixture(scope="module")
def victim(erika: Stelle) -> bytes:
    return signed(written_by_hand(), erika)


def signed(pdf: bytes, leaf: Stelle) -> bytes:
    target = io.BytesIO()
    asyncio.run(sign_pdf(pdf, target, Signer(leaf.soft)))
    return target.getvalue()


def signed_visibly(pdf: bytes, leaf: Stelle, name: str, box: tuple[int, int, int, int]) -> bytes:
    metadata = PdfSignatureMetadata(field_name=name, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256")
    return _with(PdfSigner(metadata, Signer(leaf.soft), new_field_spec=SigFieldSpec(name, box=box)), pdf)


def _with(signer: PdfSigner, pdf: bytes) -> bytes:
    target = io.BytesIO()
    signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False), output=target)
    return target.getvalue()


def first(pdf: bytes, trusted: Anchors) -> Signaturpruefung:
    return check_pdf(io.BytesIO(pdf), trusted, AT).signaturen[0]


def shown(pdf: bytes) -> str:
    return str(pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_bounded())


def test_the_victim_is_green_and_shows_what_was_signed(victim: bytes, trusted: Anchors) -> None:
    assert first(victim, trusted).urteil is Urteil.GUELTIG
    assert shown(victim) == "Zehn Euro"


PAGE = (4, 0, FORGED)
EMPTY = (31, 0, b"<</Type/Pages/Count 0/Kids[]>>")
NOTHING = (30, 0, b"null")
TWO_WAYS = {
    "unknown mark": Nachtrag([PAGE], table=lambda at: entry(4, at[4, 0], kind=b"x")),
    "number beyond 32 bit": Nachtrag([PAGE], table=lambda at: entry(4 + 2**32, at[4, 0])),
    "negative number": Nachtrag([PAGE], table=lambda at: b"-1" + entry(4, at[4, 0])[1:]),
    "first number shifted": Nachtrag([PAGE], table=lambda at: b"0" + entry(4, at[4, 0])),
    "other head": Nachtrag([(30, 0, FORGED)], heads=((30, b"4 0 obj"),)),
    "comment in the head": Nachtrag([(30, 0, FORGED)], heads=((30, b"30%\n0 obj"),)),
    "object in no table": Nachtrag([NOTHING], loose=b"4 0 obj\n" + FORGED + b"\nendobj\n"),
    "loose bytes": Nachtrag([NOTHING], loose=b"BT (Tausend Euro) Tj ET\n"),
    "two tables": Nachtrag([NOTHING], loose=b"xref\n" + entry(4, 9) + b"trailer<</Root 1 0 R/Size 40>>\n"),
    "two roots": Nachtrag([(30, 0, b"<</Type/Catalog/Pages 31 0 R>>"), EMPTY], trailer=b"/Root 30 0 R"),
    "second generation": Nachtrag([(4, 1, FORGED)]),
    "hybrid": Nachtrag([NOTHING], trailer=b"/XRefStm 9"),
    "end named twice": Nachtrag([NOTHING], trailer=b">>\nstartxref\n9\n<<"),
    "stream longer than it says": Nachtrag([(30, 0, FORGED.replace(b"/Length 4", b"/Length 3"))]),
    "no end of object": Nachtrag([(30, 0, b"null\n31 0 obj null")]),
}


@pytest.mark.parametrize("name", TWO_WAYS)
def test_what_readers_take_for_different_things_is_never_green(victim: bytes, trusted: Anchors, name: str) -> None:
    """Some viewers show "Tausend Euro" for several of these, where pyHanko's comparison found nothing changed."""
    result = check_pdf(io.BytesIO(continued(victim, TWO_WAYS[name])), trusted, AT)
    assert result.urteil is not Urteil.GUELTIG
    assert not any(one.urteil is Urteil.GUELTIG for one in result.signaturen)


@pytest.mark.parametrize("again", [b"/Pages 31 0 R>>", b"/#50ages 31 0 R>>"])
def test_a_key_that_stands_twice_is_never_green(victim: bytes, trusted: Anchors, again: bytes) -> None:
    catalog = last_object(victim, 1)[:-2] + again
    assert first(continued(victim, Nachtrag([(1, 0, catalog), EMPTY])), trusted).urteil is not Urteil.GUELTIG


@pytest.mark.parametrize("turned", [False, True])
def test_two_entries_for_one_object_are_never_green(victim: bytes, trusted: Anchors, turned: bool) -> None:
    old = place_of(victim, 4)

    def table(at: dict[tuple[int, int], int]) -> bytes:
        both = [entry(4, at[4, 0]), entry(4, old)]
        return b"".join(reversed(both) if turned else both)

    assert first(continued(victim, Nachtrag([PAGE], table=table)), trusted).urteil is not Urteil.GUELTIG


def test_a_plain_update_that_changes_nothing_stays_green(victim: bytes, trusted: Anchors) -> None:
    """Comments, the head of the free list and repeated entries for unchanged objects are read alike by everyone."""
    dates = (30, 0, b"<</ModDate(D:20260101000000Z)/Producer(Werkzeug)>>")
    place = place_of(victim, 5)
    nachtrag = Nachtrag(
        [dates],
        loose=b"% Nachtrag\r\n",
        trailer=b"/Info 30 0 R",
        table=lambda at: b"0 1\n0000000000 65535 f \n" + entry(5, place) + entries(at),
    )
    assert first(continued(victim, nachtrag), trusted).urteil is Urteil.GUELTIG


def _form(change: Callable[[bytes], bytes], victim: bytes) -> bytes:
    return continued(victim, Nachtrag([(1, 0, change(last_object(victim, 1)))]))


@pytest.mark.parametrize(
    "change",
    [
        lambda catalog: catalog.replace(b"/Helv 5 0 R", b"/Helv 8 0 R"),
        lambda catalog: catalog.replace(b"/SigFlags 3", b"/SigFlags 3 /NeedAppearances true"),
        lambda catalog: catalog.replace(b"Helv 0 Tf)", b"Sym 0 Tf)"),
    ],
)
def test_fonts_of_the_form_exchanged_after_signing_are_never_green(
    victim: bytes, erika: Stelle, trusted: Anchors, change: Callable[[bytes], bytes]
) -> None:
    """The value stays, what is drawn for it does not; a further signature does not heal it."""
    changed = _form(change, victim)
    assert changed[len(victim) :].count(b"/Pages 2 0 R") == 1
    for pdf in (changed, signed(changed, erika)):
        assert first(pdf, trusted).urteil is Urteil.UNBESTIMMT


XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<r:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>%s</dc:title></r:Description></r:RDF>'
    b"</x:xmpmeta>"
)


@pytest.mark.parametrize(
    ("nachtrag", "expected"),
    [
        (Nachtrag([(30, 0, b"<</Title(Freispruch)>>")], trailer=b"/Info 30 0 R"), Urteil.UNBESTIMMT),
        (Nachtrag([(12, 0, stream(XMP % b"Freispruch", b"/Type/Metadata/Subtype/XML"))]), Urteil.UNBESTIMMT),
        (Nachtrag([(12, 0, stream(XMP % b"", b"/Type/Metadata/Subtype/XML"))]), Urteil.GUELTIG),
    ],
)
def test_a_title_changed_after_signing_is_said(
    victim: bytes, trusted: Anchors, nachtrag: Nachtrag, expected: Urteil
) -> None:
    result = first(continued(victim, nachtrag), trusted)
    assert (result.urteil, "Titel" in " ".join(result.gruende)) == (expected, expected is Urteil.UNBESTIMMT)


def test_small_signatures_that_cover_the_page_together_are_not_green(
    pdf: bytes, erika: Stelle, trusted: Anchors
) -> None:
    """Each is a little smaller than a quarter of the page."""
    tiled = signed(pdf, erika)
    for number, (x, y) in enumerate([(0, 0), (297, 0), (0, 420), (297, 420)]):
        tiled = signed_visibly(tiled, erika, f"Kachel{number}", (x, y, x + 295, y + 415))
    assert first(tiled, trusted).urteil is Urteil.UNBESTIMMT


def test_a_countersignature_on_a_form_leaves_the_first_green(victim: bytes, erika: Stelle, trusted: Anchors) -> None:
    """A text field that nobody touched is not one that was filled."""
    for pdf in (signed(victim, erika), signed_visibly(victim, erika, "Zweite", (150, 20, 250, 60))):
        assert [one.urteil for one in check_pdf(io.BytesIO(pdf), trusted, AT).signaturen] == [Urteil.GUELTIG] * 2


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (MDPPerm.NO_CHANGES, Urteil.UNGUELTIG),
        (MDPPerm.FILL_FORMS, Urteil.GUELTIG),
        (MDPPerm.ANNOTATE, Urteil.GUELTIG),
    ],
)
def test_what_the_author_certified_decides_on_further_signatures(
    pdf: bytes, erika: Stelle, trusted: Anchors, level: MDPPerm, expected: Urteil
) -> None:
    metadata = PdfSignatureMetadata(
        field_name="Verfasser",
        subfilter=SigSeedSubFilter.PADES,
        md_algorithm="sha256",
        certify=True,
        docmdp_permissions=level,
    )
    certified = _with(PdfSigner(metadata, Signer(erika.soft)), pdf)
    assert first(certified, trusted).urteil is Urteil.GUELTIG
    again = bytearray(certified).replace(b"/P 1\n", b"/P 3\n")  # what our own signing refuses, others do
    further = signed(bytes(again), erika)
    assert first(bytes(certified) + further[len(certified) :], trusted).urteil is expected


SHAPES: dict[str, dict[str, object]] = {
    "object streams": {"object_stream_mode": pikepdf.ObjectStreamMode.generate},
    "linearised": {"linearize": True},
    "linearised with object streams": {
        "linearize": True,
        "object_stream_mode": pikepdf.ObjectStreamMode.generate,
    },
    "pdf 2.0": {"force_version": "2.0"},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_file_carries_signatures_and_archive_data(
    pdf: bytes, ca: Stelle, erika: Stelle, trusted: Anchors, tsa_stelle: Stelle, shape: str
) -> None:
    target = io.BytesIO()
    pikepdf.open(io.BytesIO(pdf)).save(target, **SHAPES[shape])  # type: ignore[arg-type]
    twice = signed(signed(target.getvalue(), erika), erika)
    data = with_data(twice, [ocsp_answer(erika, ca, AT)], [ca.der])
    for moment in (datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)):
        data = asyncio.run(stamped(data, LocalTsa(tsa_stelle.soft, moment)))
    result = check_pdf(io.BytesIO(data), trusted, AT)
    assert [one.urteil for one in result.signaturen] == [Urteil.GUELTIG] * 4, result


@pytest.fixture(scope="module")
def tsa_stelle(ca: Stelle) -> Stelle:
    return certify("Stempel", ca, STAMP, rsa.generate_private_key(65537, 3072))


@pytest.mark.parametrize(
    ("nachtrag", "words", "indication"),
    [
        (Nachtrag([PAGE]), "ungültig (rot)", "total-failed"),
        (TWO_WAYS["unknown mark"], "unbestimmt (gelb)", "indeterminate"),
        (Nachtrag([(30, 0, b"<</Title(x)>>")], trailer=b"/Info 30 0 R"), "unbestimmt (gelb)", "indeterminate"),
    ],
)
async def test_every_report_says_the_same(
    victim: bytes,
    trusted: Anchors,
    werkstatt: Werkstatt,
    tmp_path: Path,
    nachtrag: Nachtrag,
    words: str,
    indication: str,
) -> None:
    path = tmp_path / "klage.pdf"
    path.write_bytes(continued(victim, nachtrag))
    found = await check_files([path], Pruefdienst(werkstatt=werkstatt), Pruefauftrag(trusted, AT, AT, "Test"))
    bericht = bericht_of(found.protokoll)
    assert to_json(found.protokoll)["ergebnis"] == ("ungueltig" if "rot" in words else "unbestimmt")
    assert words in render_html(bericht).decode()
    assert words in pypdfium2.PdfDocument(render_bericht(bericht))[0].get_textpage().get_text_range()
    etsi = render_etsi(found.protokoll, found.zertifikate).decode()
    assert indication in etsi
    assert "total-passed" not in etsi


@pytest.mark.parametrize(
    ("box", "expected"),
    [((45, 190, 160, 225), Urteil.UNBESTIMMT), ((150, 20, 280, 60), Urteil.GUELTIG), ((0, 0, 0, 0), Urteil.GUELTIG)],
)
def test_a_small_signature_over_signed_words_is_not_green(
    victim: bytes, erika: Stelle, trusted: Anchors, box: tuple[int, int, int, int], expected: Urteil
) -> None:
    """Sneaky signature: in the place of "Zehn Euro" its appearance can say anything."""
    both = check_pdf(io.BytesIO(signed_visibly(victim, erika, "Zweite", box)), trusted, AT).signaturen
    assert [one.urteil for one in both] == [expected, Urteil.GUELTIG]


PACKED = stream(b"3 0 <</Type/Page>>", b"/Type/ObjStm/N 1/First 4")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("plain", Urteil.GUELTIG),
        ("unknown kind", Urteil.UNBESTIMMT),
        ("number beyond 32 bit", Urteil.UNBESTIMMT),
        ("two indexes", Urteil.UNBESTIMMT),
        ("other head in the object stream", Urteil.UNBESTIMMT),
        ("replaced", Urteil.UNGUELTIG),
    ],
)
def test_tables_in_streams_are_read_by_the_letter_too(
    victim: bytes, trusted: Anchors, name: str, expected: Urteil
) -> None:
    built = {
        "plain": lambda: continued_by_stream(victim, [(30, b"null")], lambda at: [(30, 1, at[30], 0)]),
        "unknown kind": lambda: continued_by_stream(victim, [(4, FORGED)], lambda at: [(4, 5, at[4], 0)]),
        "number beyond 32 bit": lambda: continued_by_stream(
            victim, [(4, FORGED)], lambda at: [(4, 1, at[4], 0)], index=b"4294967300 1 4294967346 1"
        ),
        "two indexes": lambda: continued_by_stream(
            victim, [(4, FORGED)], lambda at: [(30, 1, at[4], 0)], more=b"/Index[4 1 50 1]"
        ),
        "other head in the object stream": lambda: continued_by_stream(
            victim, [(30, PACKED)], lambda at: [(30, 1, at[30], 0), (32, 2, 30, 0)]
        ),
        "replaced": lambda: continued_by_stream(victim, [(4, FORGED)], lambda at: [(4, 1, at[4], 0)]),
    }[name]
    assert first(built(), trusted).urteil is expected
