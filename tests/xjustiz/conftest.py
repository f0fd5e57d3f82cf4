"""Schemata and examples for the tests of this folder; everything is skipped with a reason where they are missing."""

from datetime import date
from pathlib import Path

import pytest

from erv_gateway.kern.fehler import ErvError
from erv_gateway.storage.schemata import default_dir, install, installed, load_codelists, load_schemas
from xjustiz import Codelisten, Schemas

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
HEUTE = date(2026, 11, 21)


@pytest.fixture(scope="session")
def schemata_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is installed on this machine, else a fresh installation of the default source."""
    vorhanden = {eintrag.name for eintrag in installed()}
    if {"3.5.1", "3.6.2", "codelisten"} <= vorhanden:
        return default_dir()
    ordner = tmp_path_factory.mktemp("schemata")
    try:
        install(ziel=ordner)
    except ErvError as error:
        pytest.skip(f"no XJustiz schemata installed, and they cannot be had: {error}")
    return ordner


@pytest.fixture(scope="session")
def codelisten(schemata_dir: Path) -> Codelisten:
    return load_codelists(schemata_dir)


@pytest.fixture(scope="session")
def schemas(schemata_dir: Path) -> Schemas:
    """3.5.1 and 3.6.2 as installed, 4.0.0 from the shared folder where it is there."""
    geladen = load_schemas(schemata_dir)
    dateien = {version: _files(geladen, version) for version in ("3.5.1", "3.6.2")}
    ordner = SHARED / "schemas" / "xjustiz-4.0.0"
    if ordner.is_dir():
        dateien["4.0.0"] = {datei.name: datei.read_bytes() for datei in ordner.glob("*.xsd")}
    return Schemas(dateien)


def _files(schemas: Schemas, version: str) -> dict[str, bytes]:
    return {name: schemas.datei(version, name) or b"" for name in schemas.dateien(version)}


@pytest.fixture
def heute() -> date:
    return HEUTE
