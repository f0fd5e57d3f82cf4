"""A PKI, a signed PDF, and a check service, made once per run."""

import asyncio
import io
from pathlib import Path

import pytest
from pruefprotokoll_muster import JETZT, Pruefen

from certs.anchors import Anchors
from erv_gateway.druck import render_pdf
from erv_gateway.pruefprotokoll.dateien import Dateibericht, Pruefauftrag, check_files
from erv_gateway.signatur.anker import load_anchors
from erv_gateway.signatur.isoliert import Pruefdienst
from erv_gateway.signatur.pki import Pki, init_pki
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.signieren import sign_detached, sign_pdf


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return init_pki(tmp_path_factory.mktemp("pki") / "neu", JETZT, aemter=("Stadt Musterfurt",), ca_bits=3072)


@pytest.fixture(scope="session")
def anchors(pki: Pki) -> Anchors:
    return load_anchors(pki.anchors_folder)


@pytest.fixture(scope="session")
def signer(pki: Pki) -> Signer:
    return Signer(pki.teilnehmer["stadt-musterfurt"].schluessel["signatur"].load())


@pytest.fixture(scope="session")
def signed_pdf(signer: Signer) -> bytes:
    seite = {"titel": "Klage", "kopf": [], "abschnitte": [{"titel": "Antrag", "ebene": 2, "bloecke": []}]}
    target = io.BytesIO()
    asyncio.run(sign_pdf(render_pdf("bericht", seite, erstellt=JETZT), target, signer))
    return target.getvalue()


@pytest.fixture(scope="session")
def p7s(signer: Signer) -> bytes:
    """A detached signature over `b"Anlage"`."""
    return asyncio.run(sign_detached(b"Anlage", signer, zeitpunkt=JETZT))


@pytest.fixture
def pruefen(tmp_path: Path, anchors: Anchors) -> Pruefen:
    """Checks files given as name=bytes, in a folder of their own."""

    def check(dateien: dict[str, bytes], trust: Anchors | None = anchors) -> Dateibericht:
        folder = tmp_path / "dateien"
        folder.mkdir(exist_ok=True)
        for name, data in dateien.items():
            (folder / name).write_bytes(data)
        paths = [folder / name for name in dateien]
        return asyncio.run(check_files(paths, Pruefdienst(), Pruefauftrag(trust, JETZT, JETZT, "Test")))

    return check
