"""Additions to an installed version: special modules are replaced, the core never changes, nothing gets lost."""

import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from erv_gateway.kern.fehler import EingabeRefused
from erv_gateway.storage.schemata import install, installed, load_schemas

_XS = "http://www.w3.org/2001/XMLSchema"
GRUND = "xjustiz_0000_grunddatensatz_3_6.xsd"


def _xsd(inhalt: str, version: str = "3.6.2") -> str:
    return (
        f'<xs:schema xmlns:xs="{_XS}" targetNamespace="http://www.xjustiz.de"><xs:annotation><xs:appinfo>'
        f"<versionStandard><version>{version}</version></versionStandard></xs:appinfo></xs:annotation>{inhalt}</xs:schema>"
    )


def _modul(nachricht: str, ziel: str = GRUND) -> str:
    return _xsd(f'<xs:include schemaLocation="{ziel}"/><xs:element name="{nachricht}" type="xs:date"/>')


AUSGABE = {
    GRUND: _xsd(""),
    "xjustiz_0005_nachrichten_3_2.xsd": _modul("nachricht.gds.basisnachricht.0005006"),
    "xjustiz_2600_zwangsvollstreckung_3_4.xsd": _modul("nachricht.zvstr.alt.2600001"),
    "xjustiz_2610_cl_zwangsvollstreckung_3_2.xsd": _xsd(""),
}
NACHLIEFERUNG = {"xjustiz_2600_zwangsvollstreckung_3_6.xsd": _modul("nachricht.zvstr.neu.2600002")}


def _zip(pfad: Path, dateien: dict[str, str]) -> Path:
    with zipfile.ZipFile(pfad, "w", zipfile.ZIP_DEFLATED) as archiv:
        for name, inhalt in dateien.items():
            archiv.writestr(f"XSD/{name}", inhalt)
    return pfad


@pytest.fixture
def ziel(tmp_path: Path) -> Path:
    install(_zip(tmp_path / "ausgabe.zip", AUSGABE), tmp_path / "ziel")
    return tmp_path / "ziel"


@pytest.mark.parametrize("mit_kern", [False, True], ids=["modules only", "with the unchanged core"])
def test_an_addition_replaces_its_module_and_keeps_the_rest(ziel: Path, tmp_path: Path, mit_kern: bool) -> None:
    kern = {name: inhalt for name, inhalt in AUSGABE.items() if "_00" in name}
    quelle = _zip(tmp_path / "nach.zip", NACHLIEFERUNG | (kern if mit_kern else {}))
    install(quelle, ziel)
    schemas = load_schemas(ziel)
    assert schemas.dateien("3.6.2") == tuple(
        sorted((*NACHLIEFERUNG, *(name for name in AUSGABE if "_2600_" not in name)))
    )
    gueltig = (
        b'<x:nachricht.zvstr.neu.2600002 xmlns:x="http://www.xjustiz.de">2026-08-01</x:nachricht.zvstr.neu.2600002>'
    )
    assert schemas.validate(gueltig, "3.6.2") == ()
    assert "nachricht.zvstr.alt.2600001" not in schemas.nachrichten("3.6.2")
    herkunft = json.loads((ziel / "3.6.2" / "manifest.json").read_text())["herkunft"]
    assert "ausgabe.zip" in herkunft
    assert hashlib.sha256(quelle.read_bytes()).hexdigest() in herkunft


def test_a_changed_core_is_refused_by_name_and_changes_nothing(ziel: Path, tmp_path: Path) -> None:
    vorher = installed(ziel)
    fremd = NACHLIEFERUNG | {GRUND: AUSGABE[GRUND] + " "}
    with pytest.raises(EingabeRefused) as fehler:
        install(_zip(tmp_path / "fremd.zip", fremd), ziel)
    assert GRUND in str(fehler.value.angaben["satz"])
    assert installed(ziel) == vorher


@pytest.mark.parametrize(
    ("dateien", "wort"),
    [
        ({"xjustiz_2600_z_3_6.xsd": _modul("nachricht.zvstr.neu.2600002", "xjustiz_9999_fehlt.xsd")}, "9999_fehlt"),
        ({"xjustiz_2600_z_3_6.xsd": _xsd("", "4.0.0")}, "Zuerst das vollständige Paket von XJustiz 4.0.0"),
        ({"xjustiz_2600_a.xsd": _xsd("", "4.0.0"), "xjustiz_2700_b.xsd": _xsd("")}, "mischt"),
        ({"xjustiz_2600_a.xsd": _xsd("", "3.3.1")}, "3.3.1"),
    ],
    ids=["needs more", "version not there", "mixed", "version not read"],
)
def test_additions_that_do_not_fit_are_refused(ziel: Path, tmp_path: Path, dateien: dict[str, str], wort: str) -> None:
    with pytest.raises(EingabeRefused) as fehler:
        install(_zip(tmp_path / "nach.zip", dateien), ziel)
    assert wort in str(fehler.value.angaben["satz"])
    assert len(load_schemas(ziel).dateien("3.6.2")) == len(AUSGABE)


def test_a_complete_new_edition_still_replaces_all(ziel: Path, tmp_path: Path) -> None:
    neu = {name: inhalt + "\n" for name, inhalt in AUSGABE.items()}
    install(_zip(tmp_path / "neu.zip", neu), ziel)
    assert load_schemas(ziel).datei("3.6.2", GRUND) == neu[GRUND].encode()
