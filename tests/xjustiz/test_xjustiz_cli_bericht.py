"""The report for people: grouped, one sentence for each finding, rule, source, what to do."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner
from xjustiz_falsch import lay
from xjustiz_muster import ANSCHREIBEN, ANTRAG, BESCHEID, CMS, muster
from xjustiz_verderben import datei, mit, nacheinander

from erv_gateway.cli.xjustiz import register

app = typer.Typer()
register(app)
runner = CliRunner()


@pytest.fixture(autouse=True)
def _schemata(monkeypatch: pytest.MonkeyPatch, schemata_dir: Path) -> None:
    monkeypatch.setenv("ERV_SCHEMATA_DIR", str(schemata_dir))


@pytest.fixture
def ordner(tmp_path: Path) -> Path:
    m = muster()
    nacheinander(
        mit(("Bescheid vom 27.11.2025", "Bauantrag vom 01.02.2025"), ("2025-11-28</tns:v", "2035-11-28</tns:v")),
        datei(ANSCHREIBEN, "Signatur_Anschreiben.p7s", "003", CMS, ANSCHREIBEN),
    )(m)
    pfad = lay(m, tmp_path / "paket")
    (pfad / ANTRAG).unlink()
    (pfad / BESCHEID).unlink()
    return pfad


def _lines(*args: object) -> list[str]:
    lauf = runner.invoke(app, ["xjustiz", "check", *(str(arg) for arg in args), "--at", "2026-11-21"])
    assert isinstance(lauf.exception, SystemExit | None)
    return lauf.stdout.splitlines()


def test_grouped_by_severity_and_rule_with_the_remedy_once(ordner: Path) -> None:
    zeilen = _lines(ordner)
    fehler, warnungen = zeilen.index("Fehler"), zeilen.index("Warnungen")
    regel = next(i for i, zeile in enumerate(zeilen) if zeile.startswith("  D6.fehlt  XJustiz-Spezifikation"))
    assert fehler < regel < warnungen
    assert zeilen[regel + 1] == f"    Die aufgeführte Datei „{ANTRAG}“ liegt nicht bei."
    assert f"    Die aufgeführte Datei „{BESCHEID}“ liegt nicht bei." in zeilen[regel:warnungen]
    assert zeilen.count("    → Datei beifügen oder aus dem Datensatz nehmen.") == 1
    assert zeilen[-1] == "2 Fehler. 3 Warnungen, 0 Hinweise."


def test_a_place_is_short_and_the_sentence_names_the_document(ordner: Path) -> None:
    zeilen = _lines(ordner)
    satz = zeilen.index("    Bei „Bauantrag vom 01.02.2025“ liegt ein Tag (2035-11-28) in der Zukunft.")
    assert zeilen[satz + 1] == "      schriftgutobjekte/akte/teilakte/dokument[2]/veraktungsdatum"
    assert not any("fachspezifischeDaten" in zeile for zeile in zeilen)


def test_the_machine_reads_the_whole_path(ordner: Path) -> None:
    lauf = runner.invoke(app, ["xjustiz", "check", str(ordner), "--json", "--at", "2026-11-21"])
    (zukunft,) = [f for f in json.loads(lauf.stdout)["findings"] if f["rule"] == "X.zukunft"]
    assert zukunft["where"].startswith("/nachricht.gds.uebermittlungSchriftgutobjekte.0005005/schriftgutobjekte/akte")
    assert set(zukunft) == {"rule", "severity", "where", "text", "source", "remedy"}


def test_a_fault_of_the_schema_keeps_its_own_words_for_developers(tmp_path: Path) -> None:
    m = muster()
    m.ersetze("<code>018</code>", "<code>999</code>")
    pfad = lay(m, tmp_path / "paket")
    lauf = runner.invoke(app, ["xjustiz", "check", str(pfad), "--json", "--at", "2026-11-21"])
    (fund,) = json.loads(lauf.stdout)["findings"]
    assert fund["text"] == "Der Datensatz verstößt gegen das Schema: „999“ ist kein Wert, den „code“ kennt."
    assert fund["details"].startswith("Element 'code': [facet 'enumeration']")


def test_the_way_is_judged_where_it_is_named(tmp_path: Path) -> None:
    pfad = lay(muster(), tmp_path / "paket")
    assert not any("S10" in zeile for zeile in _lines(pfad) + _lines(pfad, "--weg", "bebpo"))
    assert any(zeile.startswith("  S10.sicherer-weg  ") for zeile in _lines(pfad, "--weg", "egvp"))
    assert runner.invoke(app, ["xjustiz", "check", str(pfad), "--weg", "fax"]).exit_code == 2
