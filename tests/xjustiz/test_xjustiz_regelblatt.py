"""docs/regeln.md is what the code says, and leaves no rule of the sheet unmentioned."""

import json
import re
from importlib.util import find_spec
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner
from xjustiz_muster import SHARED

from erv_gateway.cli.regelblatt import BLATT, Blattregel
from erv_gateway.cli.regelblatt.markdown import geprueft, render, umgang
from erv_gateway.cli.xjustiz import register
from xjustiz import REGELN

WURZEL = Path(__file__).resolve().parents[2]
BLATT_DATEI = SHARED / "reference" / "xjustiz-and-erv-rules.md"
ZEILEN: tuple[Blattregel, ...] = tuple(zeile for zeilen in BLATT.values() for zeile in zeilen)
app = typer.Typer()
register(app)


def test_the_published_table_is_the_one_of_the_code() -> None:
    erwartet = render()
    gefunden = (WURZEL / "docs" / "regeln.md").read_text(encoding="utf-8")
    assert gefunden == erwartet, "write it anew: erv-gateway xjustiz regeln --markdown > docs/regeln.md"


@pytest.mark.skipif(not BLATT_DATEI.is_file(), reason="the shared reference sheet is not beside the checkout")
def test_every_rule_of_the_sheet_is_there() -> None:
    blatt = set(re.findall(r"^\| ([FNDSBRAK]\d+) \|", BLATT_DATEI.read_text(encoding="utf-8"), re.MULTILINE))
    assert len(blatt) >= 56
    assert blatt - {zeile.nummer for zeile in ZEILEN} == set()


def test_every_line_says_what_is_done_about_it() -> None:
    assert len({zeile.nummer for zeile in ZEILEN}) == len(ZEILEN)
    assert [zeile.nummer for zeile in ZEILEN if not umgang(zeile)] == []


def test_every_rule_of_the_table_has_its_line() -> None:
    bekannt = {zeile.nummer for zeile in ZEILEN}
    assert {regel.id for regel in REGELN if not set(regel.nummern) <= bekannt} == set()
    assert {kennung for zeile in ZEILEN for kennung in geprueft(zeile.nummer)} == {regel.id for regel in REGELN}


def test_the_stations_named_exist() -> None:
    genannt = {name for zeile in ZEILEN for name in re.findall(r"`([^`]+)`", zeile.ablauf or "")}
    for name in genannt - {"check-config"}:
        if name.startswith("docs/"):
            assert (WURZEL / name).is_file(), name
        else:
            assert find_spec(name if name.startswith("certs.") else f"erv_gateway.{name}") is not None, name


def test_the_command_shows_searches_and_writes() -> None:
    runner = CliRunner()
    assert runner.invoke(app, ["xjustiz", "regeln", "--markdown"]).stdout == render()
    (eine,) = json.loads(runner.invoke(app, ["xjustiz", "regeln", "S10.sicherer-weg-pflicht", "--json"]).stdout)
    assert (eine["since"], eine["severity"], eine["sheet"]) == ("2028-01-01", "error", ["S10"])
    lesbar = runner.invoke(app, ["xjustiz", "regeln", "n6"])
    assert (lesbar.exit_code, "VS-NfD" in lesbar.stdout) == (0, True)
    assert runner.invoke(app, ["xjustiz", "regeln", "gibt-es-nicht"]).exit_code == 1
