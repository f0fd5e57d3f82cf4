"""The table in the documentation is the one in the code, and every rule of it holds at both sides of its dates."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import x25519
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

from certs import algorithms
from certs.algorithms import NIE, TABELLE, Eignung, Verwendung, Zeile, rate
from certs.algorithms_doc import markdown_table
from certs.errors import CertificateInvalid
from certs.uris import DIGESTS, KEY_TRANSPORT, SIGNATURES, SYMMETRIC

DOC = Path(__file__).resolve().parents[2] / "docs" / "algorithmen.md"


def test_the_documented_table_is_the_one_that_counts() -> None:
    _, _, documented = DOC.read_text("utf-8").partition("<!-- table -->\n")
    assert documented == markdown_table()


@pytest.mark.parametrize("zeile", TABELLE, ids=lambda zeile: f"{zeile.verfahren}-{zeile.min_bits}-{zeile.quelle[:9]}")
def test_each_row_changes_at_its_dates(zeile: Zeile) -> None:
    def at(moment: datetime) -> set[Eignung]:
        bits = zeile.min_bits or min(zeile.max_bits, 0)
        return {rate(zeile.verfahren, one, moment, bits=bits).eignung for one in zeile.verwendungen}

    second = timedelta(seconds=1)
    if zeile.ok_vor not in (None, NIE):
        assert at(zeile.ok_vor - second) == {Eignung.OK}
        assert Eignung.OK not in at(zeile.ok_vor)
    if zeile.verboten_ab not in (None, NIE):
        assert Eignung.VERBOTEN not in at(zeile.verboten_ab - second)
        assert at(zeile.verboten_ab) == {Eignung.VERBOTEN}
    if zeile.ok_vor is None:
        assert at(datetime(2031, 12, 31, tzinfo=UTC)) == {Eignung.OK}


def test_every_uri_of_osci_is_rated() -> None:
    known = {zeile.verfahren for zeile in TABELLE}
    used = {one.schema.value for one in SIGNATURES.values()} | {one.digest for one in SIGNATURES.values()}
    used |= {*DIGESTS.values(), *SYMMETRIC.values(), *KEY_TRANSPORT.values()}
    assert used <= known


def test_short_keys_of_mailboxes_and_proofs_of_origin_ended_before_those_of_documents() -> None:
    day = datetime(2024, 6, 1, tzinfo=UTC)
    rated = {one: rate("rsa", one, day, bits=2048).eignung for one in Verwendung}
    assert rated[Verwendung.SIGNATUR] is Eignung.OK
    for one in (Verwendung.OSCI, Verwendung.HERKUNFT, Verwendung.SCHLUESSELTRANSPORT):
        assert rated[one] is Eignung.VERALTET


def test_an_unknown_kind_of_key_is_open_and_not_forbidden(monkeypatch: pytest.MonkeyPatch) -> None:
    key: PublicKeyTypes = x25519.X25519PrivateKey.generate().public_key()
    monkeypatch.setattr(algorithms, "public_key", lambda _: key)
    with pytest.raises(CertificateInvalid, match="X25519"):
        algorithms.rate_key(b"", Verwendung.SIGNATUR, datetime(2026, 1, 1, tzinfo=UTC))
