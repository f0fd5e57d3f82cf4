"""Which XJustiz version is written when: midnight in Berlin, and mailboxes whose partners switch on another day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from stationen import POSTFACH, Werk

from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.sendung.betrieb import Postfachplatz
from erv_gateway.sendung.pruefung import find
from erv_gateway.settings import load
from xjustiz import KALENDER, Lage, Version, WertInvalid, XJustizError, lage_of, moved_kalender, version_for

FRUEHER = date(2027, 4, 26)


def _platz(werk: Werk, kalender: tuple[Version, ...] = KALENDER) -> Postfachplatz:
    return replace(werk.betrieb.platz(POSTFACH), kalender=kalender)


@pytest.mark.parametrize(
    ("moment", "version"),
    [
        (datetime(2026, 4, 29, 21, 59, 59, 999999, tzinfo=UTC), "3.5.1"),
        (datetime(2026, 4, 29, 22, 0, tzinfo=UTC), "3.6.2"),
        (datetime(2027, 4, 29, 21, 59, 59, 999999, tzinfo=UTC), "3.6.2"),
        (datetime(2027, 4, 29, 22, 0, tzinfo=UTC), "4.0.0"),
        (datetime(2027, 4, 30, 0, 0, tzinfo=UTC), "4.0.0"),
    ],
)
async def test_the_day_is_the_one_in_berlin(werk: Werk, moment: datetime, version: str) -> None:
    assert _platz(werk).xjustiz_version(moment) == version


@pytest.mark.parametrize(
    ("moment", "version"),
    [
        (datetime(2027, 4, 25, 21, 59, 59, tzinfo=UTC), "3.6.2"),
        (datetime(2027, 4, 25, 22, 0, tzinfo=UTC), "4.0.0"),
        (datetime(2027, 4, 30, 12, 0, tzinfo=UTC), "4.0.0"),
    ],
)
async def test_a_mailbox_may_switch_earlier(werk: Werk, moment: datetime, version: str) -> None:
    assert _platz(werk, moved_kalender({"4.0.0": FRUEHER})).xjustiz_version(moment) == version


@pytest.mark.parametrize("ab", [FRUEHER, date(2027, 5, 7), date(2027, 4, 30)])
def test_a_moved_calendar_has_one_version_for_every_day(ab: date) -> None:
    kalender = moved_kalender({"4.0.0": ab})
    tag = date(2026, 4, 30)
    while tag <= date(2028, 4, 29):
        gueltig = [v.nummer for v in kalender if v.lage(tag) is Lage.GUELTIG]
        assert gueltig == ["4.0.0" if tag >= ab else "3.6.2"]
        tag += timedelta(days=1)
    assert lage_of("4.0.0", ab - timedelta(days=1), kalender) is Lage.ZUKUENFTIG
    assert lage_of("3.6.2", ab, kalender) is Lage.ABGELAUFEN
    assert version_for(date(2027, 4, 29)).nummer == "3.6.2", "the official calendar stays what it is"


@pytest.mark.parametrize(
    "umstellung",
    [
        {"3.7.0": date(2027, 1, 31)},
        {"9.9.9": date(2027, 4, 26)},
        {"2.4": date(2019, 9, 2)},
        {"4.0.0": date(2026, 4, 30)},
        {"4.0.0": date.max},
        {"4.0.0": date.min},
    ],
)
def test_an_impossible_switch_is_refused(umstellung: dict[str, date]) -> None:
    with pytest.raises(WertInvalid):
        moved_kalender(umstellung)


async def test_beyond_the_calendar_nothing_is_guessed(werk: Werk) -> None:
    with pytest.raises(XJustizError):
        _platz(werk).xjustiz_version(datetime(2028, 4, 30, tzinfo=UTC))


async def test_the_draft_is_written_and_checked_by_the_calendar_of_its_mailbox(werk: Werk) -> None:
    """The switch is put into the past of the test's clock: 4.0.0 is no future version then, 3.6.2 is not written."""
    gestern = werk.uhr.jetzt().date() - timedelta(days=1)
    kalender = tuple(
        replace(v, gueltig_ab=gestern) if v.nummer == "4.0.0" else replace(v, gueltig_bis=gestern - timedelta(days=1))
        for v in KALENDER
        if v.nummer in {"3.6.2", "4.0.0"}
    )
    bewegt = werk.with_betrieb(postfaecher={POSTFACH: _platz(werk, kalender)})
    sendung = await werk.sendung(await werk.angelegt())
    amtlich = {befund.regel for befund in await find(werk.betrieb, sendung, werk.uhr.jetzt())}
    eigene = {befund.regel for befund in await find(bewegt.betrieb, sendung, werk.uhr.jetzt())}
    versionen = {"D1.version-zukuenftig", "D1.version-abgelaufen"}
    assert not versionen & (amtlich | eigene)
    ohne_4 = "4.0.0" not in werk.betrieb.schemas.versionen()
    assert ("D1.schema-fehlt" in eigene) is ohne_4, "it was written as 4.0.0"
    assert "D1.schema-fehlt" not in amtlich


_POSTFACH = """
[[postfach]]
name = "beBPo"
safe_id = "DE.Justiz.x.1"
organisation = "Stadt"
ort = "Ort"
endpoint = "https://vermittler.example/osci"
intermediary_cipher_cert_file = "a.pem"
intermediary_signature_cert_file = "b.pem"
signature_key = { file = "s.p12", password_file = "s.txt" }
cipher_key = { file = "c.p12", password_file = "c.txt" }
vhn_key = { file = "v.p12", password_file = "v.txt" }
"""


def test_the_settings_name_the_day(tmp_path: Path) -> None:
    datei = tmp_path / "erv.toml"
    datei.write_text(_POSTFACH + 'xjustiz_umstellung = { "4.0.0" = 2027-04-26 }\n', encoding="utf-8")
    (postfach,) = load(datei).postfach
    assert postfach.xjustiz_umstellung == {"4.0.0": FRUEHER}


def test_the_settings_refuse_an_impossible_day_in_german(tmp_path: Path) -> None:
    datei = tmp_path / "erv.toml"
    datei.write_text(_POSTFACH + 'xjustiz_umstellung = { "3.7.0" = 2027-04-26 }\n', encoding="utf-8")
    with pytest.raises(KonfigurationInvalid) as gefangen:
        load(datei)
    (zeile,) = gefangen.value.angaben["faults"]
    assert "xjustiz_umstellung" in zeile
    assert "4.0.0" in zeile
