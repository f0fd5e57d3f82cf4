"""The state tables, and the diagrams drawn from them."""

import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

import pytest

from erv_gateway.kern.fehler import ZustandConflict
from erv_gateway.kern.zustaende import (
    NACHRICHT_UEBERGAENGE,
    SENDUNG_UEBERGAENGE,
    NachrichtZustand,
    SendungZustand,
    check_nachricht,
    check_sendung,
)

LIFECYCLE = Path(__file__).parents[2] / "docs" / "lifecycle.md"


def drawn(heading: str) -> set[tuple[str, str]]:
    section = LIFECYCLE.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("```")[1]
    return set(re.findall(r"(\w+) --> (\w+)", section))


def pairs(table: Mapping[StrEnum, frozenset[StrEnum]]) -> set[tuple[str, str]]:
    return {(str(von), str(nach)) for von, targets in table.items() for nach in targets}


def test_the_diagrams_show_the_tables() -> None:
    assert drawn("Sendung") == pairs(dict(SENDUNG_UEBERGAENGE))
    assert drawn("Nachricht") == pairs(dict(NACHRICHT_UEBERGAENGE))


def test_every_state_has_its_row() -> None:
    assert set(SENDUNG_UEBERGAENGE) == set(SendungZustand)
    assert set(NACHRICHT_UEBERGAENGE) == set(NachrichtZustand)


def test_nothing_is_sent_again_once_it_was_handed_over() -> None:
    for von in (SendungZustand.UEBERGEBEN, SendungZustand.BESTAETIGT, SendungZustand.ABGELEGT):
        with pytest.raises(ZustandConflict):
            check_sendung(von, SendungZustand.BEAUFTRAGT)


def test_only_an_approved_sendung_can_be_commissioned() -> None:
    allowed = {von for von, targets in SENDUNG_UEBERGAENGE.items() if SendungZustand.BEAUFTRAGT in targets}
    assert allowed == {SendungZustand.FREIGEGEBEN, SendungZustand.UNGEWISS}


def test_a_nachricht_is_examined_only_after_it_was_acknowledged() -> None:
    with pytest.raises(ZustandConflict) as caught:
        check_nachricht(NachrichtZustand.GESICHERT, NachrichtZustand.GEPRUEFT)
    assert caught.value.angaben == {"von": "GESICHERT", "nach": "GEPRUEFT"}
