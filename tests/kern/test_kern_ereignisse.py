"""The canonical form of a log entry: what is hashed today must be hashable the same way in twenty years."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from erv_gateway.kern.ereignisse import Ereignis, EreignisArt, leaf_hash, new_ereignis
from erv_gateway.kern.fehler import ErvError

FIXED = Ereignis(
    id=UUID(int=1),
    art=EreignisArt.SENDUNG_UEBERGEBEN,
    gegenstand=UUID(int=2),
    zeitpunkt=datetime(2026, 11, 21, 13, 0, 0, 5, tzinfo=timezone(timedelta(hours=1))),
    handelnd="uebergabe",
    angaben={"message_id": "ä-1", "versuch": 2, "leer": None},
    nonce="00" * 16,
)


def test_the_bytes_are_fixed() -> None:
    assert (
        FIXED.body()
        == (
            '{"angaben":{"leer":null,"message_id":"ä-1","versuch":2},"art":"sendung.uebergeben","format":1,'
            '"gegenstand":"00000000-0000-0000-0000-000000000002","handelnd":"uebergabe",'
            '"id":"00000000-0000-0000-0000-000000000001","nonce":"00000000000000000000000000000000",'
            '"zeitpunkt":"2026-11-21T12:00:00.000005+00:00"}'
        ).encode()
    )


def test_the_leaf_hash_is_rfc_6962() -> None:
    assert leaf_hash(FIXED.body()) == hashlib.sha256(b"\x00" + FIXED.body()).digest()


def test_a_naive_time_is_refused() -> None:
    naive = Ereignis(FIXED.id, FIXED.art, FIXED.gegenstand, datetime(2026, 1, 1), "x", {}, "00")  # noqa: DTZ001
    with pytest.raises(ErvError):
        naive.body()


def test_two_equal_events_have_different_leaves() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    first, second = (
        new_ereignis(EreignisArt.SENDUNG_GEPRUEFT, UUID(int=2), zeitpunkt=now, handelnd="x") for _ in range(2)
    )
    assert first.nonce != second.nonce
    assert leaf_hash(first.body()) != leaf_hash(second.body())
    assert json.loads(first.body())["nonce"] == first.nonce
