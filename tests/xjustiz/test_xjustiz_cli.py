"""The contract of `erv-gateway xjustiz check` and `schemata`: output and exit codes, never a traceback."""

import json
import os
import zipfile
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner
from xjustiz_muster import ANTRAG, PDF, Muster, muster

from erv_gateway.cli.xjustiz import register

app = typer.Typer()
register(app)
runner = CliRunner()


@pytest.fixture(autouse=True)
def _schemata(monkeypatch: pytest.MonkeyPatch, schemata_dir: Path) -> None:
    monkeypatch.setenv("ERV_SCHEMATA_DIR", str(schemata_dir))


def _lay(ordner: Path, m: Muster) -> Path:
    ordner.mkdir()
    (ordner / "xjustiz_nachricht.xml").write_text(m.xml, encoding="utf-8")
    for name, inhalt in m.dateien.items():
        (ordner / name).write_bytes(inhalt)
    return ordner


def _pack(ziel: Path, m: Muster, vorsatz: str = "", anlagen: str = "") -> Path:
    with zipfile.ZipFile(ziel, "w") as archiv:
        archiv.writestr(f"{vorsatz}xjustiz_nachricht.xml", m.xml)
        for name, inhalt in m.dateien.items():
            archiv.writestr(f"{anlagen or vorsatz}{name}", inhalt)
    return ziel


def _check(*args: object) -> tuple[int, dict[str, object]]:
    lauf = runner.invoke(app, ["xjustiz", "check", *(str(arg) for arg in args), "--json", "--at", "2026-11-21"])
    return lauf.exit_code, json.loads(lauf.stdout)


def _rules(ergebnis: dict[str, object]) -> list[str]:
    findings = ergebnis["findings"]
    assert isinstance(findings, list)
    return [finding["rule"] for finding in findings]


def test_a_good_folder_and_good_zips(tmp_path: Path) -> None:
    m = muster()
    quellen = (
        _lay(tmp_path / "ordner", m),
        _pack(tmp_path / "flach.zip", m),
        _pack(tmp_path / "tief.zip", m, "export/attachments/"),
        _pack(tmp_path / "mjp.zip", m, "Technische Dokumente/", "Anlagen/"),
    )
    for quelle in quellen:
        code, ergebnis = _check(quelle)
        assert (code, ergebnis["findings"]) == (0, []), quelle
        assert ergebnis["version"] == "3.6.2"
        assert ergebnis["message"] == "nachricht.gds.uebermittlungSchriftgutobjekte.0005005"


def test_a_lone_file_says_what_was_not_checked(tmp_path: Path) -> None:
    ordner = _lay(tmp_path / "ordner", muster())
    code, ergebnis = _check(ordner / "xjustiz_nachricht.xml")
    assert (code, _rules(ergebnis)) == (0, ["D1.anlagen-ungeprueft"])


def test_an_error_is_one_and_fully_described(tmp_path: Path) -> None:
    ordner = _lay(tmp_path / "ordner", muster())
    (ordner / ANTRAG).unlink()
    code, ergebnis = _check(ordner)
    assert code == 1
    assert ergebnis["findings"] == [
        {
            "rule": "D6.fehlt",
            "severity": "error",
            "where": "/nachricht.gds.uebermittlungSchriftgutobjekte.0005005/schriftgutobjekte/akte/"
            "xjustiz.fachspezifischeDaten/inhalt/teilakte/xjustiz.fachspezifischeDaten/inhalt/dokument[1]/"
            "xjustiz.fachspezifischeDaten/datei",
            "text": f"Die aufgeführte Datei „{ANTRAG}“ liegt nicht bei.",
            "source": "XJustiz-Spezifikation, Erläuterungen zum Schema; Leitfaden für den elektronischen "
            "Rechtsverkehr mit der Justiz",
            "remedy": "Datei beifügen oder aus dem Datensatz nehmen.",
        }
    ]
    lesbar = runner.invoke(app, ["xjustiz", "check", str(ordner)])
    assert lesbar.exit_code == 1
    assert "1 Fehler." in lesbar.stdout
    assert "D6.fehlt" in lesbar.stdout


def test_two_messages_of_one_name_in_a_zip(tmp_path: Path) -> None:
    quelle = _pack(tmp_path / "doppelt.zip", muster())
    with zipfile.ZipFile(quelle, "a") as archiv, pytest.warns(UserWarning, match="Duplicate"):
        archiv.writestr("xjustiz_nachricht.xml", muster().xml)
    assert _rules(_check(quelle)[1]) == ["D1.mehrere"]


def test_markup_in_foreign_names_does_no_harm(tmp_path: Path) -> None:
    ordner = _lay(tmp_path / "ordner", muster())
    (ordner / "[red]x[bold].pdf").write_bytes(PDF)
    lauf = runner.invoke(app, ["xjustiz", "check", str(ordner)])
    assert lauf.exit_code == 1
    assert lauf.exception is None or isinstance(lauf.exception, SystemExit)


def test_names_that_are_no_text_and_terminal_codes_do_no_harm(tmp_path: Path) -> None:
    ordner = _lay(tmp_path / "ordner", muster())
    (ordner / "gut\x1b[31mrot.pdf").write_bytes(PDF)
    Path(os.fsdecode(os.fsencode(ordner) + b"/latin1_\xe4.pdf")).write_bytes(PDF)
    assert sorted(_rules(_check(ordner)[1])) == ["D6.nicht-aufgefuehrt"] * 2 + ["N1.zeichen"] + ["N1.zeichen"]
    lauf = runner.invoke(app, ["xjustiz", "check", str(ordner)])
    assert lauf.exit_code == 1
    assert "\x1b[31mrot" not in lauf.stdout


def test_the_day_and_the_direction_can_be_chosen(tmp_path: Path) -> None:
    quelle = str(_lay(tmp_path / "ordner", muster()))
    for extra, erwartet in ((["--at", "2027-05-01"], 0), (["--at", "2027-05-01", "--ausgang"], 1)):
        assert runner.invoke(app, ["xjustiz", "check", quelle, *extra]).exit_code == erwartet


def _unreadable(tmp_path: Path) -> list[list[str]]:
    leer = tmp_path / "leer"
    leer.mkdir()
    text = tmp_path / "text.xml"
    text.write_text("kein XML")
    dtd = tmp_path / "dtd.xml"
    dtd.write_text('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>')
    fremd = tmp_path / "fremd.xml"
    fremd.write_text("<x/>")
    kaputt = _pack(tmp_path / "kaputt.zip", muster())
    kaputt.write_bytes(kaputt.read_bytes()[200:])
    ohne = tmp_path / "ohne.zip"
    with zipfile.ZipFile(ohne, "w") as archiv:
        archiv.writestr("a.pdf", "x")
    return [[str(pfad)] for pfad in (leer, text, dtd, fremd, kaputt, ohne, tmp_path / "fehlt")] + [
        [],
        ["--at", "gestern", str(leer)],
        ["--gibt-es-nicht"],
    ]


def test_what_cannot_be_read_is_two_without_traceback(tmp_path: Path) -> None:
    for args in _unreadable(tmp_path):
        lauf = runner.invoke(app, ["xjustiz", "check", *args])
        assert lauf.exit_code == 2, args
        assert isinstance(lauf.exception, SystemExit), args
        assert lauf.stdout == ""
        assert lauf.stderr.strip()
        assert "Traceback" not in lauf.output


def test_missing_schemata_are_two_and_say_how_to_install(tmp_path: Path) -> None:
    quelle = _lay(tmp_path / "ordner", muster())
    lauf = runner.invoke(app, ["xjustiz", "check", str(quelle), "--schemata", str(tmp_path / "nichts")])
    assert lauf.exit_code == 2
    assert "erv-gateway schemata install" in lauf.stderr


def test_a_version_without_installed_schema_is_said(tmp_path: Path, schemata_dir: Path) -> None:
    ordner = tmp_path / "schemata"
    ordner.mkdir()
    for name in ("3.6.2", "codelisten"):
        (ordner / name).symlink_to(schemata_dir / name)
    quelle = _lay(tmp_path / "ordner", muster("4.0.0"))
    code, ergebnis = _check(quelle, "--schemata", ordner)
    assert (code, _rules(ergebnis)) == (0, ["D1.schema-fehlt", "D1.version-zukuenftig"])


def test_schemata_list_and_install(tmp_path: Path, schemata_dir: Path) -> None:
    ziel = ["--schemata", str(tmp_path / "ziel")]
    leer = runner.invoke(app, ["schemata", "list", *ziel])
    assert (leer.exit_code, "Keine Schemata installiert" in leer.stdout) == (0, True)
    lauf = runner.invoke(app, ["schemata", "install", "--from", str(schemata_dir / "3.6.2"), *ziel])
    assert (lauf.exit_code, "3.6.2" in lauf.stdout) == (0, True)
    eintraege = json.loads(runner.invoke(app, ["schemata", "list", "--json", *ziel]).stdout)
    assert [(e["version"], e["valid_from"], e["valid_to"]) for e in eintraege] == [
        ("3.6.2", "2026-04-30", "2027-04-29")
    ]
    assert len(eintraege[0]["sha256"]) == 64
    schlecht = runner.invoke(app, ["schemata", "install", "--from", str(tmp_path / "fehlt.zip"), *ziel])
    assert (schlecht.exit_code, schlecht.stderr.strip()) == (2, "Die angegebene Quelle gibt es nicht.")
