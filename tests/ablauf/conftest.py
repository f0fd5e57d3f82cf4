"""The whole way with real parts: PKI, sandbox process, PostgreSQL, and a small case file."""

import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ablauf_buehne import Buehne, Sandbox, write_settings

from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.signatur.pki import Pki, init_pki
from erv_gateway.storage.embedded import EmbeddedPostgres
from erv_gateway.storage.migrate import migrate
from erv_gateway.storage.schemata import load_schemas


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    folder = tmp_path_factory.mktemp("pki") / "pki"
    return init_pki(folder, datetime.now(UTC), ca_bits=3072)


@pytest.fixture(scope="session")
def _schemata() -> None:
    try:
        load_schemas()
    except KonfigurationInvalid as missing:
        pytest.skip(f"XJustiz schemata are not installed: {missing}")


@pytest.fixture(scope="module")
def sandbox(pki: Pki, tmp_path_factory: pytest.TempPathFactory, _schemata: None) -> Iterator[Sandbox]:
    server = Sandbox(tmp_path_factory.mktemp("sandbox"), pki.folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
async def buehne(pki: Pki, sandbox: Sandbox, made_cluster: Path, tmp_path: Path) -> AsyncIterator[Buehne]:
    """A migrated database, settings for one mailbox, one court, two people, and the taken-over case file."""
    settings = write_settings(tmp_path, pki, sandbox)
    shutil.copytree(made_cluster / "cluster", settings.postgres_dir / "cluster")
    async with EmbeddedPostgres(settings.postgres_dir) as server:
        await migrate(server.dsn("migrator"))
        async with await Buehne.open(tmp_path, pki, sandbox, settings, server) as opened:
            yield opened
