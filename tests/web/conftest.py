"""A running gateway per test module."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from stationen import werkstatt
from web_hilfe import AMT_SAFE_ID, GERICHT_SAFE_ID, POSTFACH, Gateway, StartWith, Testpostfach, Uhr, start

from certs.anchors import Anchors
from erv_gateway.dateien.pruefdienst import Dateipruefer
from erv_gateway.dateien.speicher import Merkmalspeicher
from erv_gateway.postfach.base import Empfaenger
from erv_gateway.postfach.egvp import ROLLE_BEBPO, Visitenkarte
from erv_gateway.sandbox.gericht.stammdaten import leaf
from erv_gateway.sendung.betrieb import Betrieb, Gericht, Postfachplatz
from erv_gateway.signatur.anker import load_anchors
from erv_gateway.signatur.isoliert import Pruefdienst
from erv_gateway.signatur.pki import Pki, init_pki
from erv_gateway.signatur.signer import Signer
from erv_gateway.storage.blobs_local import LocalBlobs
from erv_gateway.storage.db import Database
from erv_gateway.storage.schemata import default_dir, installed, load_codelists, load_schemas
from erv_gateway.web import api_sendungen, seiten_sendung
from xjustiz import Codelisten, SafeId, Schemas

JETZT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Vorrat:
    chiffrat: bytes
    dokument_signer: Signer
    vhn_signer: Signer
    anchors: Anchors
    schemas: Schemas
    codelisten: Codelisten


@pytest.fixture(scope="session")
def web_pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return init_pki(tmp_path_factory.mktemp("pki") / "neu", JETZT, ca_bits=3072)


@pytest.fixture
def mit_schemata() -> None:
    """For tests in which something is packed or answered: needs the official schemata."""
    if not {"3.6.2", "codelisten"} <= {eintrag.name for eintrag in installed()}:
        pytest.skip("no XJustiz schemata installed (erv-gateway schemata install)")


@pytest.fixture(scope="session")
def vorrat(web_pki: Pki) -> Vorrat:
    """What does not change from test to test."""
    amt, gericht = web_pki.teilnehmer["stadt-musterfurt"], web_pki.teilnehmer["verwaltungsgericht-musterfurt"]
    da = bool(installed())
    return Vorrat(
        chiffrat=leaf(gericht.schluessel["postfach-chiffrat"]),
        dokument_signer=Signer(amt.schluessel["signatur"].load()),
        vhn_signer=Signer(amt.schluessel["vhn"].load()),
        anchors=load_anchors(web_pki.anchors_folder),
        schemas=load_schemas(default_dir()) if da else Schemas({}),
        codelisten=load_codelists(default_dir()) if da else Codelisten(()),
    )


@pytest.fixture(autouse=True)
def geduld(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker runs here: a busy machine must not hand the pre-flight over to one."""
    for module in (api_sendungen, seiten_sendung):
        monkeypatch.setattr(module, "GEDULD", timedelta(minutes=5))


@pytest.fixture
async def gateway(db: Database, vorrat: Vorrat, tmp_path: Path) -> AsyncIterator[Gateway]:
    """Every test has a server of its own; the database is that of the module."""
    running = await start_gateway(db, vorrat, tmp_path)
    yield running
    await running.server.close()


@pytest.fixture
async def start_with(db: Database, vorrat: Vorrat, tmp_path: Path) -> AsyncIterator[StartWith]:
    """For tests that need another application: `await start_with(public_url="https://erv.example")`."""
    started: list[Gateway] = []

    async def start_one(**options: Any) -> Gateway:
        started.append(await start_gateway(db, vorrat, tmp_path, **options))
        return started[-1]

    yield start_one
    for running in started:
        await running.server.close()


async def start_gateway(db: Database, vorrat: Vorrat, tmp_path: Path, **options: Any) -> Gateway:
    uhr = Uhr(JETZT)
    blobs = LocalBlobs(tmp_path / "blobs")
    postfach = Testpostfach(blobs, uhr)
    betrieb = make_betrieb(db, blobs, uhr, postfach, vorrat, tmp_path)
    return await start(betrieb, uhr, postfach, **options)


def make_betrieb(
    db: Database, blobs: LocalBlobs, uhr: Uhr, postfach: Testpostfach, vorrat: Vorrat, tmp_path: Path
) -> Betrieb:
    platz = Postfachplatz(
        postfach=postfach,
        visitenkarte=Visitenkarte("Stadt Test", "Teststadt", str(AMT_SAFE_ID), ROLLE_BEBPO),
        dokument_signer=vorrat.dokument_signer,
        vhn_signer=vorrat.vhn_signer,
        absender_certificate=b"",
        absender_kette=(),
    )
    empfaenger = Empfaenger(SafeId(GERICHT_SAFE_ID), "Verwaltungsgericht Test", vorrat.chiffrat)
    return Betrieb(
        database=db,
        blobs=blobs,
        uhr=uhr,
        postfaecher={POSTFACH: platz},
        verzeichnis={GERICHT_SAFE_ID: Gericht("T6076", empfaenger)},
        anchors=vorrat.anchors,
        pruefdienst=Pruefdienst(werkstatt=werkstatt()),
        dateipruefer=Dateipruefer(werkstatt(), Merkmalspeicher(db, uhr)),
        schemas=vorrat.schemas,
        codelisten=vorrat.codelisten,
        zeitstempel=None,
        vier_augen=True,
        nachfrage=timedelta(seconds=1),
        ablage=tmp_path / "ablage",
    )
