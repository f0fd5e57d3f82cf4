"""Keys once per process; every test gets fresh stores of both kinds."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sandbox_hilfe import SHARED, Clock, Keys, Line, make_keys, make_line
from sandbox_prozess import Amt, Sandbox, end

from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.sandbox.speicher import Speicher
from erv_gateway.signatur.pki import Pki, init_pki
from erv_gateway.storage.schemata import default_dir, load_schemas
from osci.intermediary import MemoryStore
from osci.mailbox import DeliveryStore


@pytest.fixture(scope="session")
def keys() -> Keys:
    return make_keys()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DeliveryStore]:
    """Both implementations keep the same contract."""
    if request.param == "memory":
        yield MemoryStore()
        return
    speicher = Speicher(tmp_path / "speicher")
    yield speicher
    speicher.close()


@pytest.fixture
def line(keys: Keys, store: DeliveryStore, clock: Clock) -> Line:
    return make_line(keys, store, clock)


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return init_pki(tmp_path_factory.mktemp("pki") / "neu", datetime.now(UTC), ca_bits=3072)


@pytest.fixture(scope="session")
def schemata() -> Path:
    folder = default_dir()
    try:
        load_schemas(folder)
    except KonfigurationInvalid:
        pytest.skip("XJustiz schemata are not installed (make setup)")
    return folder


@pytest.fixture
def sandbox(tmp_path: Path, pki: Pki, schemata: Path) -> Iterator[Sandbox]:
    folder = tmp_path / "sandbox"
    folder.mkdir()
    made = Sandbox(folder, pki.folder, schemata)
    yield made
    end(made)


@pytest.fixture
def amt(pki: Pki, sandbox: Sandbox) -> Amt:
    return Amt(pki, sandbox)


@pytest.fixture(scope="session")
def beispiel() -> dict[str, bytes]:
    """A complete, valid message of an authority: data set and files."""
    folder = SHARED / "examples" / "xjustiz" / "3.6.2" / "01_behoerdenakte_minimal"
    if not folder.exists():
        pytest.skip("shared examples are not beside this checkout")
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}
