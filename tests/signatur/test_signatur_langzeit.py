"""PAdES B-LT and B-LTA: what a check years later needs lies in the file; pyHanko and OpenSSL agree."""

import asyncio
import io
import re
import subprocess
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import x509
from ltv_pki import Direkt, LebendePki, serve, write_keys
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator.context import ValidationContext

from certs.anchors import Anchor, Anchors, Zweck
from certs.certificate import fingerprint
from certs.urteil import Urteil
from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.signatur.abruf import Abruf
from erv_gateway.signatur.abruf_regeln import Abrufregeln
from erv_gateway.signatur.fehler import SchluesselInvalid, SignierenFailed, SperrauskunftFailed, ZeitstempelFailed
from erv_gateway.signatur.langzeit import Langzeit
from erv_gateway.signatur.pruefen import check_pdf
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.signieren import sign_pdf
from erv_gateway.signatur.zeitstempel import Zeitstempeldienst


@pytest.fixture(scope="session")
def pki_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certomancer")
    write_keys(folder)
    return folder


@pytest.fixture
async def lebend(pki_keys: Path) -> AsyncIterator[LebendePki]:
    async with serve(pki_keys) as pki:
        yield pki


def langzeit(pki: LebendePki, abruf: Direkt | None = None, *, archiv: bool = True) -> Langzeit:
    return Langzeit((pki.der("root"),), abruf or Direkt(), archiv)


async def signed(pki: LebendePki, pdf: bytes, name: str = "leaf", *, archiv: bool = True) -> bytes:
    target = io.BytesIO()
    signer = Signer(pki.key(name))
    await sign_pdf(pdf, target, signer, Zeitstempeldienst([pki.tsa_url]), langzeit=langzeit(pki, archiv=archiv))
    return target.getvalue()


def offline(pki: LebendePki, reader: PdfFileReader) -> ValidationContext:
    """Nothing but the file and the root."""
    return DocumentSecurityStore.read_dss(reader).as_validation_context(
        {
            "trust_roots": [x509.Certificate.load(pki.der("root"))],
            "allow_fetching": False,
            "revocation_mode": "require",
        }
    )


async def holds_offline(pki: LebendePki, pdf: bytes, number: int = 0) -> bool:
    """pyHanko's verdict."""
    reader = PdfFileReader(io.BytesIO(pdf), strict=False)
    context = offline(pki, reader)
    signature = reader.embedded_regular_signatures[number]
    status = await async_validate_pdf_signature(
        signature, signer_validation_context=context, ts_validation_context=context
    )
    return status.bottom_line and status.timestamp_validity is not None and status.timestamp_validity.valid


@pytest.mark.parametrize("archiv", [False, True])
async def test_the_file_holds_all_that_a_later_check_needs(lebend: LebendePki, pdf: bytes, archiv: bool) -> None:
    result = await signed(lebend, pdf, archiv=archiv)
    assert result.startswith(pdf)
    assert await holds_offline(lebend, result)
    reader = PdfFileReader(io.BytesIO(result))
    store = DocumentSecurityStore.read_dss(reader)
    assert len(store.ocsps) >= 1
    assert len(store.crls) >= 1
    assert len(reader.embedded_timestamp_signatures) == (1 if archiv else 0)


async def test_the_archive_time_stamp_covers_signature_and_data(lebend: LebendePki, pdf: bytes) -> None:
    reader = PdfFileReader(io.BytesIO(await signed(lebend, pdf)))
    (stamp,) = reader.embedded_timestamp_signatures
    status = await async_validate_pdf_timestamp(stamp, offline(lebend, reader))
    assert status.valid
    assert status.trusted
    assert status.coverage >= SignatureCoverageLevel.ENTIRE_REVISION
    assert isinstance(status.diff_result, DiffResult)
    assert status.diff_result.modification_level <= ModificationLevel.LTA_UPDATES  # its own revocation data follow it


async def test_openssl_agrees_with_the_signature_in_the_pdf(
    lebend: LebendePki, pdf: bytes, openssl: str, tmp_path: Path
) -> None:
    result = await signed(lebend, pdf)
    found = re.search(rb"/ByteRange\s*\[\s*(\d+) (\d+) (\d+) (\d+)", result)
    assert found is not None
    a, b, c, d = map(int, found.groups())
    (tmp_path / "content").write_bytes(result[a : a + b] + result[c : c + d])
    (tmp_path / "cms").write_bytes(bytes.fromhex(result[a + b + 1 : c - 1].decode()))
    pem = tmp_path / "root.pem"
    (tmp_path / "root.der").write_bytes(lebend.der("root"))
    assert await asyncio.to_thread(run, openssl, "x509", "-inform", "DER", "-in", tmp_path / "root.der", "-out", pem)
    command = ["cms", "-verify", "-binary", "-inform", "DER", "-in", tmp_path / "cms", "-purpose", "any"]
    command += ["-content", tmp_path / "content", "-CAfile", pem, "-out", "/dev/null"]
    assert await asyncio.to_thread(run, openssl, *command)


def run(*command: object) -> bool:
    return subprocess.run([str(one) for one in command], capture_output=True, check=False).returncode == 0


async def test_a_second_signature_keeps_the_first_and_its_archive(lebend: LebendePki, pdf: bytes) -> None:
    first = await signed(lebend, pdf)
    second = await signed(lebend, first)
    assert second.startswith(first)
    assert await holds_offline(lebend, second, 0)
    assert await holds_offline(lebend, second, 1)
    reader = PdfFileReader(io.BytesIO(second))
    assert len(reader.embedded_timestamp_signatures) == 2


async def test_the_pdf_a_claim_and_the_text_stay(lebend: LebendePki, pdf: bytes) -> None:
    result = await signed(lebend, pdf)
    with pikepdf.open(io.BytesIO(pdf)) as before, pikepdf.open(io.BytesIO(result)) as after:
        for one, other in zip(before.pages, after.pages, strict=True):
            assert one.Contents.read_bytes() == other.Contents.read_bytes()
        with before.open_metadata() as old, after.open_metadata() as new:
            assert old.pdfa_status == new.pdfa_status == "2A"


async def test_a_revoked_certificate_signs_nothing(lebend: LebendePki, pdf: bytes) -> None:
    with pytest.raises(SchluesselInvalid, match="revoked"):
        await signed(lebend, pdf, "revoked")


async def test_without_revocation_data_there_is_no_long_term_signature(lebend: LebendePki, pdf: bytes) -> None:
    with pytest.raises(SignierenFailed, match="could not be validated"):
        await signed(lebend, pdf, "mute")
    silent = Direkt()
    silent.dead = True
    with pytest.raises(SperrauskunftFailed, match="not reachable"):
        await sign_pdf(
            pdf,
            io.BytesIO(),
            Signer(lebend.key("leaf")),
            Zeitstempeldienst([lebend.tsa_url]),
            langzeit=langzeit(lebend, silent),
        )
    assert silent.asked


async def test_a_long_term_signature_needs_an_authority_that_answers(lebend: LebendePki, pdf: bytes) -> None:
    signer = Signer(lebend.key("leaf"))
    with pytest.raises(KonfigurationInvalid):
        await sign_pdf(pdf, io.BytesIO(), signer, langzeit=langzeit(lebend))
    dead = Zeitstempeldienst(["http://127.0.0.1:9/tsa"], timeout=2)
    with pytest.raises(ZeitstempelFailed):
        await sign_pdf(pdf, io.BytesIO(), signer, dead, langzeit=langzeit(lebend))


async def test_an_unknown_root_is_refused(lebend: LebendePki, pdf: bytes, key_of: object) -> None:
    foreign = Langzeit((lebend.der("mute"),), Direkt())
    with pytest.raises(SignierenFailed):
        await sign_pdf(
            pdf, io.BytesIO(), Signer(lebend.key("leaf")), Zeitstempeldienst([lebend.tsa_url]), langzeit=foreign
        )


async def test_our_own_check_finds_it_green_too(lebend: LebendePki, pdf: bytes) -> None:
    """Off-line, with nothing but the file and the anchors."""
    root = lebend.der("root")
    start = datetime(2020, 1, 1, tzinfo=UTC)
    anchors = Anchors(
        tuple(
            Anchor(zweck, root, frozenset(), start, None, "Probe", fingerprint(root))
            for zweck in (Zweck.SIGNATUR, Zweck.TSA)
        )
    )
    for archiv, level in ((False, "B-LT"), (True, "B-LTA")):
        result = await signed(lebend, pdf, archiv=archiv)
        now = datetime.now(UTC) + timedelta(seconds=2)
        pruefung = check_pdf(io.BytesIO(result), anchors, now)
        (signature,) = (one for one in pruefung.signaturen if one.level.startswith("B-"))
        assert (signature.urteil, signature.level) == (Urteil.GUELTIG, level), signature.gruende


async def test_the_one_fetcher_brings_the_data_where_its_rules_allow(lebend: LebendePki, pdf: bytes) -> None:
    hosts = frozenset({"127.0.0.1"})
    for lokal in (True, False):
        abruf = Abruf(Abrufregeln(hosts, lokal=lokal), lambda: datetime.now(UTC))
        target, signer, tsa = io.BytesIO(), Signer(lebend.key("leaf")), Zeitstempeldienst([lebend.tsa_url])
        wanted = Langzeit((lebend.der("root"),), abruf)
        if lokal:
            await sign_pdf(pdf, target, signer, tsa, langzeit=wanted)
            assert await holds_offline(lebend, target.getvalue())
        else:
            with pytest.raises(SperrauskunftFailed):
                await sign_pdf(pdf, target, signer, tsa, langzeit=wanted)
