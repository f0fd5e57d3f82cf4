"""A gateway's stations over this module's database; see `stationen`."""

from pathlib import Path

import pytest
from stationen import Werk, build_werk

from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.storage.db import Database
from erv_gateway.storage.schemata import load_schemas


@pytest.fixture
async def werk(db: Database, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Werk:
    try:
        load_schemas()
    except KonfigurationInvalid as missing:
        pytest.skip(f"XJustiz schemata are not installed: {missing}")
    return await build_werk(db, tmp_path_factory.getbasetemp(), tmp_path)
