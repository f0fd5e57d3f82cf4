"""The sixteen pitfalls of the fact sheet (signing-and-evidence §1.4); the number in a name is its number there."""

import asyncio
import importlib.metadata
import io
import logging
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from archiv_bau import SIGNIERT, signed, stamped, with_data
from cms_bau import Bau, LocalTsa, signed_data
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from pki_bau import Sperre, Stelle, Wunsch, anchor, certify, ocsp_answer, trust
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from certs.anchors import Anchors, Zweck
from certs.revocation import Beleg
from certs.urteil import Urteil
from erv_gateway.isolation.werkstatt import Werkstatt
from erv_gateway.signatur import pdf_lesen
from erv_gateway.signatur.cms_belege import Beigaben
from erv_gateway.signatur.cms_pruefen import Massstab, check_cms
from erv_gateway.signatur.ergebnis import Pruefung, Zeitgrundlage
from erv_gateway.signatur.inhalt import Inhalt
from erv_gateway.signatur.isoliert import Pruefdienst
from erv_gateway.signatur.pruefen import check_enclosed, check_pdf
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.signieren import sign_detached

G, U, X = Urteil.GUELTIG, Urteil.UNBESTIMMT, Urteil.UNGUELTIG
TAG, JAHR = timedelta(days=1), timedelta(days=365)
HEUTE = datetime(2026, 11, 21, 12, tzinfo=UTC)
STAMPS = Wunsch(usage=("digital_signature",), purposes=(ExtendedKeyUsageOID.TIME_STAMPING,))
OCSP_URL = ("http://ocsp.example/",)


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)


@pytest.fixture(scope="module")
def ca() -> Stelle:
    return certify("Aussteller", None, Wunsch(ca=True))


@pytest.fixture(scope="module")
def tsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 3072)


@pytest.fixture(scope="module")
def anchors(ca: Stelle) -> Anchors:
    return trust(anchor(Zweck.SIGNATUR, ca), anchor(Zweck.TSA, ca))


def authority(ca: Stelle, key: rsa.RSAPrivateKey, at: datetime, bis: datetime) -> LocalTsa:
    """A time stamp authority at a moment, with a certificate until a day."""
    return LocalTsa(certify(f"TSA {at:%Y}", ca, replace(STAMPS, bis=bis), key).soft, at)


@pytest.fixture(scope="module")
def erika(ca: Stelle) -> Stelle:
    """Her certificate ends in 2026 and names an OCSP service."""
    return certify("Erika", ca, Wunsch(bis=HEUTE + 30 * TAG, ocsp=OCSP_URL))


@pytest.fixture(scope="module")
def lta(pdf: bytes, ca: Stelle, erika: Stelle, tsa_key: rsa.RSAPrivateKey) -> bytes:
    """PAdES-B-LTA of 2026, stamped again in 2028 and in 2033."""

    async def make() -> bytes:
        first = await signed(pdf, erika, authority(ca, tsa_key, SIGNIERT, SIGNIERT + 3 * JAHR))
        data = with_data(first, [ocsp_answer(erika, ca, SIGNIERT + TAG)], [ca.der])
        archive = await stamped(data, authority(ca, tsa_key, SIGNIERT + 2 * TAG, SIGNIERT + 3 * JAHR))
        archive = await stamped(archive, authority(ca, tsa_key, SIGNIERT + 2 * JAHR, SIGNIERT + 8 * JAHR))
        return await stamped(archive, authority(ca, tsa_key, SIGNIERT + 7 * JAHR, SIGNIERT + 15 * JAHR))

    return asyncio.run(make())


def check(pdf: bytes, anchors: Anchors, at: datetime, *belege: Beleg) -> Pruefung:
    return check_pdf(io.BytesIO(pdf), anchors, at, gaben=Beigaben(belege))


def updated(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    change(writer)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def replace_content(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    while page["/Type"] == "/Pages":
        page = page["/Kids"][0]
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"BT ET"))
    writer.mark_update(page.container_ref)


def test_01_a_page_replaced_under_an_archive_signature_is_red_everywhere(lta: bytes, anchors: Anchors) -> None:
    at = SIGNIERT + 10 * JAHR
    assert check(lta, anchors, at).urteil is G
    result = check(updated(lta, replace_content), anchors, at)
    assert {one.urteil for one in result.signaturen} == {X}
    assert all(one.nach_signatur_geaendert for one in result.signaturen)
    report = result.as_json()
    assert report["verdict"] == "ungueltig"
    assert report["signatures"][0]["changed_after_signing"]


def test_01_validation_without_the_network_carries_an_archive_signature_for_decades(
    lta: bytes, anchors: Anchors
) -> None:
    """Ten years later all certificates but the last stamp's are gone; each stamp proves the one before it."""
    result = check(lta, anchors, SIGNIERT + 10 * JAHR)
    first = result.signaturen[0]
    assert (result.urteil, first.level, first.zeitpunkt) == (G, "B-LTA", SIGNIERT)
    assert first.zeitgrundlage is Zeitgrundlage.ZEITSTEMPEL
    assert [one.level for one in result.signaturen[1:]] == ["Zeitstempel"] * 3
    assert check(lta, anchors, SIGNIERT + 20 * JAHR).urteil is U


def test_01_a_chain_of_stamps_with_a_gap_proves_nothing(
    pdf: bytes, ca: Stelle, erika: Stelle, anchors: Anchors, tsa_key: rsa.RSAPrivateKey
) -> None:
    """The second stamp came after the first one's certificate had ended."""

    async def make() -> bytes:
        first = await signed(pdf, erika, authority(ca, tsa_key, SIGNIERT, SIGNIERT + JAHR))
        data = with_data(first, [ocsp_answer(erika, ca, SIGNIERT + TAG)], [ca.der])
        return await stamped(data, authority(ca, tsa_key, SIGNIERT + 2 * JAHR, SIGNIERT + 15 * JAHR))

    late = asyncio.run(make())
    assert check(late, anchors, SIGNIERT + 10 * JAHR).urteil is U
    assert check(late, anchors, SIGNIERT + 200 * TAG).signaturen[0].urteil is G


def test_02_plain_ecdsa_of_german_cards_is_green(ca: Stelle, anchors: Anchors) -> None:
    for kind in (ec.BrainpoolP256R1(), ec.SECP256R1()):
        leaf = certify("Karte", ca, key=ec.generate_private_key(kind))
        data = signed_data(Bau(leaf.soft, b"Inhalt", plain=True), enclosed=b"Inhalt")
        assert check_enclosed(data, anchors, HEUTE).urteil is G


def test_03_every_level_is_judged_by_what_it_has(
    pdf: bytes, ca: Stelle, erika: Stelle, anchors: Anchors, tsa_key: rsa.RSAPrivateKey
) -> None:
    """B, T, LT, LTA and a signature that only a document time stamp dates: all green at the receipt."""
    fresh = Beleg("ocsp", ocsp_answer(erika, ca, HEUTE))
    stamp = authority(ca, tsa_key, SIGNIERT, SIGNIERT + 3 * JAHR)

    async def levels() -> dict[str, bytes]:
        b, t = await signed(pdf, erika), await signed(pdf, erika, stamp)
        lt = with_data(t, [ocsp_answer(erika, ca, SIGNIERT)], [ca.der])
        return {"B-B": b, "B-T": t, "B-LT": lt, "B-LTA": await stamped(lt, stamp)}

    made = asyncio.run(levels())
    for level, data in made.items():
        result = check(data, anchors, HEUTE, fresh)
        assert (result.signaturen[0].level, result.urteil) == (level, G), result.signaturen[0].gruende
    dated = asyncio.run(stamped(made["B-B"], stamp))
    result = check(dated, anchors, HEUTE, fresh).signaturen[0]
    assert (result.level, result.urteil, result.zeitpunkt) == ("B-T", G, SIGNIERT)
    assert result.zeitgrundlage is Zeitgrundlage.ARCHIV


def test_03_unsorted_signed_attributes_are_valid_with_a_note(ca: Stelle, anchors: Anchors) -> None:
    """The sheet's third danger (DSS-667)."""
    leaf = certify("Erika", ca)
    data = signed_data(Bau(leaf.soft, b"Inhalt", reverse_stored=True), enclosed=b"Inhalt")
    result = check_enclosed(data, anchors, HEUTE)
    assert result.urteil is G
    assert any("Reihenfolge" in grund for grund in result.signaturen[0].gruende)


def test_04_the_receipt_proves_existence_without_any_stamp(ca: Stelle, erika: Stelle, anchors: Anchors) -> None:
    p7s = asyncio.run(sign_detached(b"Inhalt", Signer(erika.soft), zeitpunkt=SIGNIERT))
    later = Beleg("ocsp", ocsp_answer(erika, ca, HEUTE, sperre=Sperre(HEUTE - 30 * TAG)))

    def verdict(eingang: datetime) -> Urteil:
        massstab = Massstab(anchors, (Zweck.SIGNATUR,), eingang, Beigaben((later,)))
        (result,) = check_cms(p7s, Inhalt.of_bytes(b"Inhalt"), massstab)
        return result.urteil

    assert verdict(HEUTE - 31 * TAG) is G
    assert verdict(HEUTE - 29 * TAG) is X


def test_05_signers_of_one_cms_are_split_as_bytes(ca: Stelle, anchors: Anchors) -> None:
    good, bad = certify("Gut", ca), certify("Schlecht", ca)
    both = signed_data(
        Bau(good.soft, b"Inhalt", reverse_stored=True),
        Bau(bad.soft, b"Inhalt", attribute_digest=bytes(32)),
        enclosed=b"Inhalt",
    )
    result = check_enclosed(both, anchors, HEUTE)
    assert [one.urteil for one in result.signaturen] == [G, X]


def test_05_one_broken_field_of_a_pdf_hides_no_other(pdf: bytes, ca: Stelle, anchors: Anchors) -> None:
    leaf = certify("Erika", ca)
    first = asyncio.run(signed(pdf, leaf))
    for junk in (b"<>", b"<3003>"):
        start = first.index(b"/Contents <") + 10
        end = first.index(b">", start) + 1
        broken = first[:start] + junk.ljust(end - start) + first[end:]
        result = check(asyncio.run(signed(broken, leaf)), anchors, HEUTE)
        assert [one.urteil for one in result.signaturen] in ([U, G], [X, G]), junk


@pytest.mark.parametrize("error", [KeyError, OSError, RecursionError, AttributeError, ValueError, TypeError])
def test_06_whatever_breaks_inside_the_reader_is_open_with_a_reason(
    pdf: bytes, ca: Stelle, anchors: Anchors, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    leaf = certify("Erika", ca)
    data = asyncio.run(signed(pdf, leaf))

    def breaks(*_: object, **__: object) -> None:
        raise error("x")

    monkeypatch.setattr(pdf_lesen, "changes", breaks)
    result = check(data, anchors, HEUTE)
    assert (result.urteil, result.lesbar) == (U, True)
    assert error.__name__ in result.signaturen[0].gruende[0]
    monkeypatch.setattr(pdf_lesen, "PdfFileReader", breaks)
    result = check(data, anchors, HEUTE)
    assert (result.urteil, result.lesbar) == (U, False)
    assert error.__name__ in result.gruende[0]


def test_07_irregular_files_are_read_leniently_and_the_report_says_so(pdf: bytes, ca: Stelle, anchors: Anchors) -> None:
    leaf = certify("Erika", ca)
    assert check(asyncio.run(signed(pdf, leaf)), anchors, HEUTE).gruende == ()
    for irregular in (_hybrid(pdf), _padded(pdf)):
        result = check(asyncio.run(signed(irregular, leaf)), anchors, HEUTE)
        assert result.urteil is G
        assert any("nachsichtig" in grund for grund in result.gruende)


def _plain(pdf: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        plain = io.BytesIO()
        opened.save(plain, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return plain.getvalue()


def _hybrid(pdf: bytes) -> bytes:
    """As Word writes it: a table whose trailer points to a cross-reference stream as well."""
    data = _plain(pdf)
    size = int(data[data.rindex(b"/Size") + 5 :].split()[0].strip(b">/"))
    offset = data.rindex(b"xref", 0, data.rindex(b"startxref"))
    head, tail = data[:offset], data[offset:]
    rows = bytes([0]) + bytes(4) + b"\xff\xff"
    stream = f"{size} 0 obj\n<</Type/XRef/Size {size + 1}/W[1 4 2]/Index[0 1]/Length {len(rows)}>>\nstream\n".encode()
    stream += rows + b"\nendstream\nendobj\n"
    moved = tail.replace(b"trailer <<", f"trailer << /XRefStm {len(head)} ".encode())
    start = moved.rindex(b"startxref")
    return head + stream + moved[:start] + f"startxref\n{len(head) + len(stream)}\n%%EOF\n".encode()


def _padded(pdf: bytes) -> bytes:
    """Offsets filled up with spaces instead of zeros."""
    data = _plain(pdf)
    start, end = data.rindex(b"\nxref\n") + 6, data.rindex(b"trailer")
    lines = [
        line[:10].lstrip(b"0").rjust(10) + line[10:] if len(line) > 17 and line[:10].strip(b"0") else line
        for line in data[start:end].split(b"\n")
    ]
    return data[:start] + b"\n".join(lines) + data[end:]


def test_07_an_empty_user_password_is_no_obstacle_and_a_real_one_is_said(
    pdf: bytes, ca: Stelle, anchors: Anchors
) -> None:
    for user, lesbar in (("", True), ("geheim", False)):
        locked = io.BytesIO()
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            opened.save(locked, encryption=pikepdf.Encryption(owner="o", user=user, R=6))
        result = check(locked.getvalue(), anchors, HEUTE)
        assert (result.urteil, result.lesbar) == (U, lesbar)


def test_07_a_broken_end_of_file_is_refused(pdf: bytes, ca: Stelle, anchors: Anchors) -> None:
    data = asyncio.run(signed(pdf, certify("Erika", ca)))
    for broken in (data.replace(b"startxref", b"startxxxx"), data[:-30]):
        assert check(broken, anchors, HEUTE).urteil is U


async def test_08_the_event_loop_stays_free(
    pdf: bytes, ca: Stelle, anchors: Anchors, werkstatt: Werkstatt, tmp_path: Path
) -> None:
    """The work is done elsewhere; the figures for 100 MB are in test_signatur_schleife.py."""
    path = tmp_path / "a.pdf"
    path.write_bytes(await signed(pdf, certify("Erika", ca)))
    running = asyncio.create_task(Pruefdienst(werkstatt=werkstatt).check_pdf(path, anchors, HEUTE))
    ticks = 0
    while not running.done():
        await asyncio.sleep(0.001)
        ticks += 1
    assert (await running).urteil is G
    assert ticks > 3


def test_09_the_checking_code_imports_no_way_to_the_network() -> None:
    """The children check; only `abruf` fetches, and they do not have it."""
    code = (
        "import sys, erv_gateway.signatur.pruefworker;"
        "print([m for m in sys.modules if m.startswith('erv_gateway.signatur.abruf')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_10_algorithms_are_dated_by_the_best_time_of_the_signature(
    ca: Stelle, anchors: Anchors, tsa_key: rsa.RSAPrivateKey
) -> None:
    """RSA-2048 ended with 2025: a stamp before that saves it, a claimed time does not."""
    leaf = certify("Alt", ca, key=rsa.generate_private_key(65537, 2048))
    before = datetime(2025, 6, 1, tzinfo=UTC)
    stamp = authority(ca, tsa_key, before, HEUTE + 9 * JAHR)

    def verdict(p7s: bytes) -> Urteil:
        massstab = Massstab(anchors, (Zweck.SIGNATUR,), HEUTE)
        (result,) = check_cms(p7s, Inhalt.of_bytes(b"Inhalt"), massstab)
        return result.urteil

    assert verdict(asyncio.run(sign_detached(b"Inhalt", Signer(leaf.soft), stamp, zeitpunkt=before))) is G
    assert verdict(asyncio.run(sign_detached(b"Inhalt", Signer(leaf.soft), zeitpunkt=before))) is U


def test_11_either_signing_usage_is_enough_and_none_is_red(ca: Stelle, anchors: Anchors) -> None:
    cases = {("digital_signature",): G, ("content_commitment",): G, ("key_encipherment",): X, ("key_agreement",): X}
    for usage, expected in cases.items():
        leaf = certify("Erika", ca, Wunsch(usage=usage, purposes=(ExtendedKeyUsageOID.CLIENT_AUTH,)))
        data = signed_data(Bau(leaf.soft, b"Inhalt"), enclosed=b"Inhalt")
        assert check_enclosed(data, anchors, HEUTE).urteil is expected, usage


def test_12_and_14_the_libraries_are_the_pinned_ones(checkout: Path) -> None:
    project = tomllib.loads((checkout / "pyproject.toml").read_text())["project"]["dependencies"]
    assert any(one.startswith("pyhanko[") and one.endswith("==0.38.*") for one in project)
    assert importlib.metadata.version("pyhanko").startswith("0.38.")
    assert importlib.metadata.version("python-pkcs11").startswith("0.9.")


def test_13_nothing_may_follow_the_cms_and_oscrypto_is_not_used(ca: Stelle, anchors: Anchors) -> None:
    data = signed_data(Bau(certify("Erika", ca).soft, b"Inhalt"), enclosed=b"Inhalt")
    assert check_enclosed(data, anchors, HEUTE).urteil is G
    assert not check_enclosed(data + b"\x30\x00", anchors, HEUTE).lesbar
    code = "import sys, erv_gateway.signatur.pruefworker; print('oscrypto.asymmetric' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def _form(writer: IncrementalPdfFileWriter) -> None:
    append_signature_field(writer, SigFieldSpec("Erste"))
    field = generic.DictionaryObject(
        {
            generic.pdf_name("/FT"): generic.pdf_name("/Tx"),
            generic.pdf_name("/T"): generic.pdf_string("Bemerkung"),
            generic.pdf_name("/V"): generic.pdf_string(""),
        }
    )
    writer.root["/AcroForm"]["/Fields"].append(writer.add_object(field))
    writer.update_root()


def _fill(writer: IncrementalPdfFileWriter) -> None:
    for reference in writer.root["/AcroForm"]["/Fields"]:
        field = reference.get_object()
        if field["/T"] == "Bemerkung":
            field["/V"] = generic.pdf_string("nachgetragen")
            writer.mark_update(field.container_ref)


def test_15_a_form_filled_after_signing_is_yellow(pdf: bytes, ca: Stelle, anchors: Anchors) -> None:
    leaf = certify("Erika", ca)
    before = asyncio.run(signed(updated(pdf, _form), leaf))
    assert check(before, anchors, HEUTE).urteil is G
    result = check(updated(before, _fill), anchors, HEUTE).signaturen[0]
    assert (result.urteil, result.nach_signatur_geaendert) == (U, True)
    assert "Formularfelder" in result.gruende[0]


def test_15_a_badly_encoded_cms_is_never_green(pdf: bytes, ca: Stelle, anchors: Anchors) -> None:
    """BadEncodedCMS.pdf: the value is base64 or cut short where DER must stand."""
    data = asyncio.run(signed(pdf, certify("Erika", ca)))
    start = data.index(b"/Contents <") + 11
    end = data.index(b">", start)
    value = bytes.fromhex(data[start:end].decode()).rstrip(b"\0")
    for bad in (value[:-1], value[1:], b"MIIG" + value[4:], value[:4] + value):
        forged = data[:start] + bad.hex().encode().ljust(end - start, b"0")[: end - start] + data[end:]
        assert check(forged, anchors, HEUTE).urteil is not G


def test_16_a_claim_of_pdf_a_stays_and_is_never_confirmed_here(pdf: bytes, ca: Stelle, anchors: Anchors) -> None:
    data = asyncio.run(signed(pdf, certify("Erika", ca)))
    with pikepdf.open(io.BytesIO(data)) as opened, opened.open_metadata() as metadata:
        assert metadata.pdfa_status == "2A"
    assert "PDF/A" not in str(check(data, anchors, HEUTE).as_json())
