"""Checks in a child process: same verdicts, and no way for a file to take the service down."""

import asyncio
import io
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from certs.anchors import Anchors
from certs.keys import SoftKey
from certs.urteil import Urteil
from erv_gateway.signatur.fehler import PruefungRefused
from erv_gateway.signatur.isoliert import Grenzen, Pruefdienst
from erv_gateway.signatur.pruefen import check_detached, check_pdf
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.signieren import sign_detached, sign_pdf
from erv_gateway.signatur.vhn import ROLLE_BEBPO, VhnAngaben, check_vhn, write_vhn


async def test_the_child_says_what_the_parent_would(
    pdf: bytes, rsa_signer: Signer, anchors: Anchors, jetzt: datetime, tmp_path: Path
) -> None:
    target = io.BytesIO()
    await sign_pdf(pdf, target, rsa_signer)
    path, signature = tmp_path / "a.pdf", tmp_path / "a.pdf.p7s"
    path.write_bytes(target.getvalue())
    signature.write_bytes(await sign_detached(target.getvalue(), rsa_signer, zeitpunkt=jetzt))
    dienst = Pruefdienst()
    in_child = await dienst.check_pdf(path, anchors, jetzt)
    assert in_child == check_pdf(io.BytesIO(target.getvalue()), anchors, jetzt)
    assert in_child.urteil is Urteil.GUELTIG
    detached = await dienst.check_detached(path, signature, anchors, jetzt)
    assert detached == check_detached(io.BytesIO(target.getvalue()), signature.read_bytes(), anchors, jetzt)
    assert detached.urteil is Urteil.GUELTIG


async def test_a_proof_of_origin_is_judged_alike_in_the_child(
    key_of: Callable[[str, str], SoftKey], anchors: Anchors, jetzt: datetime
) -> None:
    key = key_of("stadt-musterfurt", "vhn")
    angaben = VhnAngaben("DE.Justiz.falsch", ROLLE_BEBPO, True, (), "erv-gateway", jetzt)
    vhn = await write_vhn(angaben, Signer(key))
    arguments = (vhn.xml, vhn.p7s, (), "DE.Justiz.falsch", anchors, jetzt)
    assert await Pruefdienst().check_vhn(*arguments) == check_vhn(*arguments)


@pytest.mark.parametrize(
    "grenzen",
    [Grenzen(speicher_basis=64 * 1024 * 1024), Grenzen(sekunden=0.0005)],
    ids=["memory", "time"],
)
async def test_what_needs_more_than_its_limits_is_open(
    pdf: bytes, anchors: Anchors, jetzt: datetime, tmp_path: Path, grenzen: Grenzen
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf)
    result = await Pruefdienst(grenzen).check_pdf(path, anchors, jetzt)
    assert (result.urteil, result.lesbar) == (Urteil.UNBESTIMMT, False)
    assert (await Pruefdienst(grenzen).check_vhn(b"x", b"y", (), None, None, jetzt)).ergebnis == "nicht pruefbar"


async def test_a_file_larger_than_a_message_is_not_opened(anchors: Anchors, jetzt: datetime, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7" + bytes(100))
    assert not (await Pruefdienst(Grenzen(max_datei=50)).check_pdf(path, anchors, jetzt)).lesbar
    with pytest.raises(PruefungRefused):
        await Pruefdienst().check_pdf(tmp_path / "nicht da", anchors, jetzt)


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


@pytest.mark.parametrize("extra", [nested(60_000), b"/Prev 9 " * 1000], ids=["deep arrays", "loops"])
async def test_bombs_end_as_a_result(
    pdf: bytes, anchors: Anchors, jetzt: datetime, tmp_path: Path, extra: bytes
) -> None:
    body = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/AcroForm<</Fields " + extra + b">>>>\nendobj\n"
    xref = b"xref\n0 2\n0000000000 65535 f \n0000000009 00000 n \n"
    trailer = b"trailer<</Size 2/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(body)
    path = tmp_path / "bombe.pdf"
    path.write_bytes(body + xref + trailer)
    started = time.monotonic()
    result = await Pruefdienst().check_pdf(path, anchors, jetzt)
    assert result.urteil is Urteil.UNBESTIMMT
    assert time.monotonic() - started < 60


async def test_the_loop_is_free_while_a_child_works(
    pdf: bytes, anchors: Anchors, jetzt: datetime, tmp_path: Path
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf)
    running = asyncio.create_task(Pruefdienst().check_pdf(path, anchors, jetzt))
    ticks = 0
    while not running.done():
        await asyncio.sleep(0.01)
        ticks += 1
    assert ticks > 5
    assert (await running).lesbar
