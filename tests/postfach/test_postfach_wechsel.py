"""A mailbox with an old cipher certificate: trouble under one key keeps no mail under another waiting."""

from collections.abc import AsyncIterator
from typing import Any, cast

import pytest

from erv_gateway.kern.fehler import GegenstelleFailed
from erv_gateway.kern.ids import MessageId
from erv_gateway.postfach.base import Anhang, Postfach, Zustellung
from erv_gateway.postfach.osci.wechsel import WechselPostfach

ORIGINAL = Anhang("original.osci", "0" * 64, 1)


class Fach:
    """One mailbox under one key: gives what it has, then fails if told to."""

    def __init__(self, *kennungen: str, fehler: bool = False) -> None:
        self._kennungen = kennungen
        self._fehler = fehler

    async def collect(self, _gehalten: object) -> AsyncIterator[Zustellung]:
        for kennung in self._kennungen:
            yield Zustellung(MessageId(kennung), ORIGINAL)
        if self._fehler:
            raise GegenstelleFailed("the line broke")


async def test_all_keys_are_asked_and_the_trouble_is_told_at_the_end() -> None:
    faecher = [cast("Postfach", fach) for fach in (Fach("neu", fehler=True), Fach("alt"), Fach("uralt", fehler=True))]
    gesehen: list[str] = []

    async def collect() -> None:
        async for ereignis in WechselPostfach(faecher[0], tuple(faecher[1:])).collect(cast("Any", None)):
            gesehen.append(ereignis.message_id)

    with pytest.raises(GegenstelleFailed, match="line broke"):
        await collect()
    assert gesehen == ["neu", "alt", "uralt"]
