"""The comparison behind a green verdict: nothing missing, nothing surplus, nothing different, never nothing at all."""

import pytest

from erv_gateway.postfach.base import Teil
from erv_gateway.sendung.eingangsbestaetigung import compare
from erv_gateway.sendung.sendung import SendungDatei

ERWARTET = (SendungDatei(1, "a.pdf", "A", "aa" * 32, 10), SendungDatei(2, "b.pdf", "B", "bb" * 32, 20))
GESENDET = (Teil("b.pdf", 20, "bb" * 32, "x"), Teil("a.pdf", 10, "aa" * 32, "y"))


def test_equal_sets_are_green_in_whatever_order() -> None:
    urteil = compare(ERWARTET, GESENDET)
    assert urteil["gruende"] == []
    assert [zeile["ok"] for zeile in urteil["dateien"]] == [True, True]


@pytest.mark.parametrize(
    "uebergeben",
    [
        (),
        GESENDET[:1],
        (*GESENDET, Teil("c.pdf", 1, "cc" * 32, "z")),
        (*GESENDET, GESENDET[0]),
        (GESENDET[0], Teil("a.pdf", 10, "bb" * 32, "y")),
        (GESENDET[0], Teil("a.pdf", 11, "aa" * 32, "y")),
        (GESENDET[0], Teil("A.pdf", 10, "aa" * 32, "y")),
    ],
)
def test_every_difference_is_a_reason(uebergeben: tuple[Teil, ...]) -> None:
    assert compare(ERWARTET, uebergeben)["gruende"]


def test_nothing_to_compare_is_not_green() -> None:
    assert compare((), ())["gruende"]
