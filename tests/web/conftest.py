"""A running gateway per test module."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from web_hilfe import AMT_SAFE_ID, GERICHT_SAFE_ID, POSTFACH, Gateway, Testpostfach, Uhr, start

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
from xjustiz import Codelisten, SafeId, Schemas

JETZT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def web_pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return init_pki(tmp_path_factory.mktemp("pki") / "neu", JETZT, ca_bits=3072)


@pytest.fixture
def mit_schemata() -> None:
    """For tests in which something is packed or answered: needs the official schemata."""
    if not {"3.6.2", "codelisten"} <= {eintrag.name for eintrag in installed()}:
        pytest.skip("no XJustiz schemata installed (erv-gateway schemata install)")


@pytest.fixture
async def gateway(db: Database, web_pki: Pki, tmp_path: Path) -> AsyncIterator[Gateway]:
    """Every test has a server of its own; the database is that of the module."""
    uhr = Uhr(JETZT)
    blobs = LocalBlobs(tmp_path / "blobs")
    postfach = Testpostfach(blobs, uhr)
    running = await start(_betrieb(db, blobs, uhr, postfach, web_pki, tmp_path), uhr, postfach)
    yield running
    await running.server.close()


def _betrieb(db: Database, blobs: LocalBlobs, uhr: Uhr, postfach: Testpostfach, pki: Pki, tmp_path: Path) -> Betrieb:
    amt, gericht = pki.teilnehmer["stadt-musterfurt"], pki.teilnehmer["verwaltungsgericht-musterfurt"]
    chiffrat = leaf(gericht.schluessel["postfach-chiffrat"])
    platz = Postfachplatz(
        postfach=postfach,
        visitenkarte=Visitenkarte("Stadt Test", "Teststadt", str(AMT_SAFE_ID), ROLLE_BEBPO),
        dokument_signer=Signer(amt.schluessel["signatur"].load()),
        vhn_signer=Signer(amt.schluessel["vhn"].load()),
        absender_certificate=b"",
        absender_kette=(),
    )
    schemata = {eintrag.name for eintrag in installed()}
    return Betrieb(
        database=db,
        blobs=blobs,
        uhr=uhr,
        postfaecher={POSTFACH: platz},
        verzeichnis={
            GERICHT_SAFE_ID: Gericht("T6076", Empfaenger(SafeId(GERICHT_SAFE_ID), "Verwaltungsgericht Test", chiffrat))
        },
        anchors=load_anchors(pki.anchors_folder),
        pruefdienst=Pruefdienst(),
        schemas=load_schemas(default_dir()) if schemata else Schemas({}),
        codelisten=load_codelists(default_dir()) if schemata else Codelisten(()),
        zeitstempel=None,
        vier_augen=True,
        ablage=tmp_path / "ablage",
    )
