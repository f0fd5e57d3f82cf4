"""Counting wrong keys, and telling addresses apart."""

from datetime import UTC, datetime, timedelta

import pytest
from aiohttp.test_utils import make_mocked_request

from erv_gateway.web import drossel
from erv_gateway.web.drossel import FENSTER, MAX_FEHLVERSUCHE, Drossel
from erv_gateway.web.fehler import AnmeldungBlocked
from erv_gateway.web.herkunft import Adresse

JETZT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def test_the_limit_counts_within_its_window() -> None:
    one = Drossel()
    for number in range(1, MAX_FEHLVERSUCHE + 1):
        one.check("a", JETZT)
        assert one.count("a", JETZT) == number
    with pytest.raises(AnmeldungBlocked) as blocked:
        one.check("a", JETZT + FENSTER - timedelta(seconds=1))
    assert blocked.value.angaben == {"sekunden": 1, "minuten": 1}
    one.check("b", JETZT)
    one.check("a", JETZT + FENSTER)
    assert one.count("a", JETZT + FENSTER) == 1


def test_memory_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drossel, "MAX_ADRESSEN", 3)
    one = Drossel()
    for address in "abcd":
        one.count(address, JETZT)
    assert one.count("d", JETZT) == 2
    assert one.count("a", JETZT) == 1


@pytest.mark.parametrize(
    ("peer", "public_url", "forwarded", "expected"),
    [
        ("192.0.2.7", None, "203.0.113.1", "192.0.2.7"),
        ("127.0.0.1", None, "203.0.113.1", "127.0.0.1"),
        ("127.0.0.1", "https://erv.example", "198.51.100.1, 203.0.113.1", "203.0.113.1"),
        ("192.0.2.7", "https://erv.example", "203.0.113.1", "192.0.2.7"),
        ("127.0.0.1", "https://erv.example", "quatsch", "unbekannt"),
        ("2001:db8:1:2:aaaa::1", None, "", "2001:db8:1:2::/64"),
    ],
)
def test_whose_attempts_are_counted(peer: str, public_url: str | None, forwarded: str, expected: str) -> None:
    request = make_mocked_request("GET", "/", headers={"X-Forwarded-For": forwarded}).clone(remote=peer)
    assert Adresse(public_url).of_caller(request) == expected
