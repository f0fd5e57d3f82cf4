"""A PKI made once per run, and what hostile or unlucky senders make of it."""

import asyncio
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import typst
from cms_bau import LocalTsa

from certs.anchors import Anchors
from certs.keys import SoftKey
from erv_gateway.isolation.werkstatt import Werkstatt
from erv_gateway.signatur.anker import load_anchors
from erv_gateway.signatur.isoliert import WORKER
from erv_gateway.signatur.pki import Pki, init_pki
from erv_gateway.signatur.signer import Signer

JETZT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
AMT, KREIS, GERICHT = "stadt-musterfurt", "landkreis-auental", "verwaltungsgericht-musterfurt"


@pytest.fixture(scope="session")
def jetzt() -> datetime:
    return JETZT


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return init_pki(tmp_path_factory.mktemp("pki") / "neu", JETZT, ca_bits=3072)


@pytest.fixture(scope="session")
def anchors(pki: Pki) -> Anchors:
    return load_anchors(pki.anchors_folder)


@pytest.fixture(scope="session")
def key_of(pki: Pki) -> Callable[[str, str], SoftKey]:
    return lambda kennung, name: pki.teilnehmer[kennung].schluessel[name].load()


@pytest.fixture(scope="session")
def rsa_signer(key_of: Callable[[str, str], SoftKey]) -> Signer:
    return Signer(key_of(AMT, "signatur"))


@pytest.fixture(scope="session")
def brainpool_signer(key_of: Callable[[str, str], SoftKey]) -> Signer:
    return Signer(key_of(KREIS, "signatur"))


@pytest.fixture
def tsa(key_of: Callable[[str, str], SoftKey]) -> LocalTsa:
    return LocalTsa(key_of("tsa", "tsa"), JETZT - timedelta(hours=1))


@pytest.fixture(scope="session")
def pdf() -> bytes:
    """A PDF/A-2a of two pages."""
    head = b'#set document(title: "Anschreiben")\n#set text(lang: "de")\n'
    source = head + b"= Anschreiben\nAnbei die Akte.\n#pagebreak()\nEnde."
    return bytes(typst.compile(source, format="pdf", pdf_standards="a-2a", ignore_system_fonts=True))


@pytest.fixture(scope="session")
def openssl() -> str:
    path = shutil.which("openssl")
    if path is None:
        pytest.skip("openssl is not installed")
    return path


@pytest.fixture(scope="session")
def openssl_agrees(openssl: str, pki: Pki, tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes, bytes], bool]:
    """Whether `openssl cms -verify` finds the detached CMS over the content good under our root."""

    def check(content: bytes, p7s: bytes) -> bool:
        folder = tmp_path_factory.mktemp("openssl")
        (folder / "content").write_bytes(content)
        (folder / "p7s").write_bytes(p7s)
        command = [openssl, "cms", "-verify", "-binary", "-inform", "DER", "-in", str(folder / "p7s")]
        command += ["-content", str(folder / "content"), "-CAfile", str(pki.folder / "ca" / "root.pem")]
        command += ["-purpose", "any", "-attime", str(int(JETZT.timestamp())), "-out", "/dev/null"]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    return check


@pytest.fixture(scope="session")
def werkstatt() -> Iterator[Werkstatt]:
    """Shared by all checks in children: starting a warm parent takes a second."""
    shared = Werkstatt((WORKER,))
    yield shared
    asyncio.run(shared.aclose())
