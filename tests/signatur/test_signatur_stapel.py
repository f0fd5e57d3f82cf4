"""A batch: one authorisation for all, in order, and all or nothing."""

import asyncio
import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest
from cms_bau import LocalTsa

from certs.anchors import Anchors
from certs.keys import KeyHandle, SoftKey
from certs.urteil import Urteil
from erv_gateway.kern.fehler import EingabeRefused
from erv_gateway.signatur.fehler import SchluesselInvalid, SignierdienstFailed, SignierenFailed
from erv_gateway.signatur.pruefen import check_detached, check_pdf
from erv_gateway.signatur.rohsigner import KeySigner
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.stapel import MAX_STAPEL, DateiAuftrag, PdfAuftrag, sign_batch

Keys = Callable[[str, str], SoftKey]


class Guarded(KeySigner):
    """A key whose guardian counts how often he is asked."""

    def __init__(self, key: KeyHandle) -> None:
        super().__init__(key)
        self.asked: list[int] = []
        self.refuses = False

    async def sign_all(self, data: Sequence[bytes], algorithm: str) -> tuple[bytes, ...]:
        self.asked.append(len(data))
        if self.refuses:
            raise SignierdienstFailed("no")
        return await super().sign_all(data, algorithm)


@pytest.fixture
def guarded(key_of: Keys) -> Guarded:
    return Guarded(key_of("stadt-musterfurt", "signatur"))


def test_one_authorisation_for_all_documents_in_their_order(
    guarded: Guarded, pdf: bytes, tsa: LocalTsa, anchors: Anchors, jetzt: datetime
) -> None:
    files = [b"%d" % number for number in range(5)]
    detached = [DateiAuftrag(io.BytesIO(data), io.BytesIO()) for data in files]
    letters = [PdfAuftrag(io.BytesIO(pdf), io.BytesIO()) for _ in range(3)]
    asyncio.run(sign_batch([*detached, *letters], Signer(guarded), tsa, zeitpunkt=jetzt))
    assert guarded.asked == [8]
    for auftrag, data in zip(detached, files, strict=True):
        result = check_detached(io.BytesIO(data), auftrag.target.getvalue(), anchors, jetzt)
        assert (result.urteil, result.signaturen[0].level) == (Urteil.GUELTIG, "B-T")
    assert {check_pdf(letter.target, anchors, jetzt).urteil for letter in letters} == {Urteil.GUELTIG}


@pytest.mark.parametrize("bad", [b"%PDF-1.7 kaputt", b"kein PDF"])
def test_one_bad_document_leaves_nothing_signed(guarded: Guarded, pdf: bytes, bad: bytes) -> None:
    orders = [PdfAuftrag(io.BytesIO(data), io.BytesIO()) for data in (pdf, bad, pdf)]
    with pytest.raises(SignierenFailed):
        asyncio.run(sign_batch(orders, Signer(guarded)))
    assert guarded.asked == []
    assert [order.target.getvalue() for order in orders] == [b"", b"", b""]


def test_a_guardian_who_refuses_leaves_nothing_signed(guarded: Guarded, pdf: bytes) -> None:
    guarded.refuses = True
    orders = [PdfAuftrag(io.BytesIO(pdf), io.BytesIO()), DateiAuftrag(io.BytesIO(b"a"), io.BytesIO())]
    with pytest.raises(SignierdienstFailed):
        asyncio.run(sign_batch(orders, Signer(guarded)))
    assert guarded.asked == [2]
    assert [order.target.getvalue() for order in orders] == [b"", b""]


def test_an_empty_batch_asks_nobody_and_a_huge_one_is_refused(guarded: Guarded) -> None:
    asyncio.run(sign_batch([], Signer(guarded)))
    orders = [DateiAuftrag(io.BytesIO(), io.BytesIO())] * (MAX_STAPEL + 1)
    with pytest.raises(EingabeRefused):
        asyncio.run(sign_batch(orders, Signer(guarded)))
    assert guarded.asked == []


def test_a_key_that_is_too_weak_signs_nothing_any_more(pdf: bytes, jetzt: datetime) -> None:
    from cryptography.hazmat.primitives.asymmetric import rsa
    from test_signatur_cms import LEAF

    from certs.devpki.build import issue
    from erv_gateway.signatur.signieren import sign_detached, sign_pdf

    key = rsa.generate_private_key(65537, 2048)
    weak = Signer(SoftKey(key, issue(LEAF, key, None, datetime(2025, 1, 1, tzinfo=UTC)).certificate))
    orders = [PdfAuftrag(io.BytesIO(pdf), io.BytesIO())]
    for sign in (
        sign_pdf(pdf, io.BytesIO(), weak, zeitpunkt=jetzt),
        sign_detached(b"a", weak, zeitpunkt=jetzt),
        sign_batch(orders, weak, zeitpunkt=jetzt),
    ):
        with pytest.raises(SchluesselInvalid, match="2048"):
            asyncio.run(sign)
    assert asyncio.run(sign_detached(b"a", weak, zeitpunkt=datetime.fromisoformat("2025-12-31T12:00:00+00:00")))
