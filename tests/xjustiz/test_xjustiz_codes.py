"""Code lists for people: versions and their days, closed entries, search, the command."""

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from erv_gateway.cli import make_app
from erv_gateway.cli.xjustiz_codes import load_lists
from xjustiz import Codeliste, Codelisten, Eintrag, Liste

app = make_app(["xjustiz"])
runner = CliRunner()


def _list(version: str, ab: date | None, *eintraege: Eintrag) -> Codeliste:
    return Codeliste("urn:x:gds.probe", version, "Probe", ab, {e.code: e for e in eintraege})


PROBE = Codelisten(
    [
        _list("1.9", date(2025, 4, 30), Eintrag("1", "Alt")),
        _list("1.10", date(2026, 4, 30), Eintrag("1", "Neu"), Eintrag("2", "aufgelöst - früher", aufgeloest=True)),
        _list("2.0", date(2027, 4, 30), Eintrag("3", "Künftig")),
    ]
)


@pytest.mark.parametrize(
    ("am", "version"),
    [
        (date(2025, 4, 29), None),
        (date(2026, 4, 29), "1.9"),
        (date(2026, 4, 30), "1.10"),
        (date(2027, 4, 29), "1.10"),
        (date(2027, 4, 30), "2.0"),
    ],
)
def test_the_version_of_a_day(am: date, version: str | None) -> None:
    liste = PROBE.valid("urn:x:gds.probe", am)
    assert (None if liste is None else liste.version) == version


def test_a_version_ends_the_day_before_the_next_begins() -> None:
    enden = [PROBE.valid_to("urn:x:gds.probe", version) for version in PROBE.versionen("urn:x:gds.probe")]
    assert enden == [date(2026, 4, 29), date(2027, 4, 29), None]
    assert PROBE.valid_to("urn:x:gds.probe", "9") is None


def test_a_closed_entry_stays_readable_but_closed() -> None:
    eintrag = PROBE.lookup("urn:x:gds.probe", "1.10", "2")
    assert eintrag is not None
    assert eintrag.closed(date(2026, 11, 21))
    ende = Eintrag("4", "x", gueltig_bis=date(2026, 6, 30))
    assert [ende.closed(date(2026, 6, 30)), ende.closed(date(2026, 7, 1))] == [False, True]


def test_all_words_are_searched_in_code_label_and_description(codelisten: Codelisten) -> None:
    treffer = codelisten.search(Liste.GERICHTE, "verwaltungsgericht KOBLENZ", "3.7")
    assert "T6076" in {eintrag.code for eintrag in treffer}
    assert all("koblenz" in eintrag.wert.casefold() for eintrag in treffer)
    assert codelisten.search(Liste.GERICHTE, "verwaltungsgericht gibtsnicht") == ()


def _run(schemata_dir: Path, *argumente: str) -> tuple[int, str]:
    lauf = runner.invoke(app, ["xjustiz", "codes", *argumente, "--schemata", str(schemata_dir)])
    return lauf.exit_code, lauf.output


def test_without_a_list_all_are_listed_typ_2_and_typ_3(schemata_dir: Path) -> None:
    code, ausgabe = _run(schemata_dir, "--json", "--at", "2026-11-21")
    listen = {zeile["list"]: zeile for zeile in json.loads(ausgabe)}
    assert code == 0
    assert set(map(str, Liste)) - {str(Liste.DATENTYP)} <= set(listen)
    assert listen[str(Liste.GERICHTE)]["version"] == "3.7"
    assert listen["urn:xoev-de:xjustiz:codeliste:gds.bestandteiltyp"]["version"] == "2.5"
    assert _run(schemata_dir)[0] == 0


@pytest.mark.parametrize("name", ["gerichte", "GDS.Gerichte", str(Liste.GERICHTE)])
def test_a_list_is_found_by_name_and_searched(schemata_dir: Path, name: str) -> None:
    code, ausgabe = _run(schemata_dir, name, "Verwaltungsgericht", "Koblenz", "--json")
    daten = json.loads(ausgabe)
    assert code == 0
    assert daten["list"] == str(Liste.GERICHTE)
    assert "T6076" in {eintrag["code"] for eintrag in daten["entries"]}


def test_a_closed_court_is_shown_as_closed(schemata_dir: Path) -> None:
    eintraege = json.loads(_run(schemata_dir, "gerichte", "aufgelöst", "--json")[1])["entries"]
    assert eintraege
    assert all(eintrag["closed"] for eintrag in eintraege if eintrag["label"].startswith("aufgelöst"))
    assert "aufgelöst" in _run(schemata_dir, "gerichte", "aufgelöst")[1]


def test_versions_differ_and_can_be_named(schemata_dir: Path) -> None:
    listen = load_lists(schemata_dir)
    kennung = "urn:xoev-de:xjustiz:codeliste:gds.bestandteiltyp"
    alt = listen.versionen(kennung)[0]
    assert alt != "2.5"
    assert "013" not in {e["code"] for e in _entries(schemata_dir, "bestandteiltyp", "--version", alt)}
    assert "013" in {e["code"] for e in _entries(schemata_dir, "bestandteiltyp", "--version", "2.5")}


def _entries(schemata_dir: Path, *argumente: str) -> list[dict[str, object]]:
    eintraege: list[dict[str, object]] = json.loads(_run(schemata_dir, *argumente, "--json")[1])["entries"]
    return eintraege


@pytest.mark.parametrize(
    ("argumente", "code"),
    [(["gerichte", "gibtsnicht"], 1), (["nichts"], 2), (["gds"], 2), (["gerichte", "--version", "0.1"], 2)],
)
def test_exit_codes(schemata_dir: Path, argumente: list[str], code: int) -> None:
    assert _run(schemata_dir, *argumente)[0] == code


def test_without_schemata_it_says_how_to_install(tmp_path: Path) -> None:
    code, ausgabe = _run(tmp_path, "gerichte")
    assert code == 2
    assert "schemata install" in ausgabe.replace("\n", " ")
