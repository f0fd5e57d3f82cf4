"""Every state and every event has its German words; the pages' own commands are what the design names."""

import pytest

from erv_gateway.kern.ereignisse import EreignisArt
from erv_gateway.kern.zustaende import NACHRICHT_UEBERGAENGE, SENDUNG_UEBERGAENGE, NachrichtZustand, SendungZustand
from erv_gateway.postfach.base import Pruefergebnis
from erv_gateway.web.antwort import disposition
from erv_gateway.web.ereignistexte import EREIGNIS_TEXTE, ERGEBNIS_TEXTE, SCHWERE_TEXTE, ereignis_text
from erv_gateway.web.rahmen import datum, zahl, zeit
from erv_gateway.web.zustandstexte import NACHRICHT_TEXTE, SENDUNG_TEXTE, Handelnd, nachricht_text
from xjustiz import Schwere


def test_every_state_event_result_and_severity_has_words() -> None:
    assert set(SENDUNG_TEXTE) == set(SendungZustand)
    assert set(NACHRICHT_TEXTE) == set(NachrichtZustand)
    assert set(EREIGNIS_TEXTE) == set(EreignisArt)
    assert set(ERGEBNIS_TEXTE) == {ergebnis.value for ergebnis in Pruefergebnis}
    assert set(SCHWERE_TEXTE) == {schwere.value for schwere in Schwere}


def test_where_nothing_can_follow_nobody_must_act() -> None:
    for zustand, nach in SENDUNG_UEBERGAENGE.items():
        assert (SENDUNG_TEXTE[zustand].handelnd is Handelnd.ERLEDIGT) == (not nach), zustand
    for zustand, folgende in NACHRICHT_UEBERGAENGE.items():
        assert (NACHRICHT_TEXTE[zustand].handelnd is Handelnd.ERLEDIGT) == (not folgende), zustand


def test_an_open_eeb_comes_first() -> None:
    assert nachricht_text(NachrichtZustand.ZUGEORDNET, eeb_offen=True).name == "Empfangsbekenntnis offen"
    assert nachricht_text(NachrichtZustand.ZU_KLAEREN, eeb_offen=True).name == "Zu klären"


def test_an_event_of_a_newer_version_is_shown_as_written() -> None:
    assert ereignis_text("sendung.angelegt") == "Sendung angelegt"
    assert ereignis_text("sendung.neu") == "sendung.neu"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-21T23:30:05.5+00:00", "22.11.2026, 00:30:05 Uhr"),
        ("2026-07-01T12:00:00Z", "01.07.2026, 14:00:00 Uhr"),
        (None, "–"),
    ],
)
def test_times_are_those_of_berlin(value: str | None, expected: str) -> None:
    assert zeit(value) == expected


def test_days_and_numbers_are_written_as_in_german() -> None:
    assert (datum("2026-11-21"), datum(None), zahl(1234567)) == ("21.11.2026", "–", "1.234.567")


def test_a_download_name_is_plain_for_all_and_right_for_those_who_can() -> None:
    assert disposition("Verfügung 1.pdf") == (
        "attachment; filename=\"Verf_gung_1.pdf\"; filename*=UTF-8''Verf%C3%BCgung%201.pdf"
    )
