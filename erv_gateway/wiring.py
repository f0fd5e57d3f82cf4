"""The only place that knows concrete parts: from settings to the `Betrieb` that the stations work with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from certs.certificate import pem_to_der
from certs.errors import CertsError
from certs.keys import SoftKey
from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.postfach.base import Empfaenger
from erv_gateway.postfach.egvp import ROLLE_BEBPO, ROLLE_JUSTIZ, Visitenkarte
from erv_gateway.postfach.osci.adapter import OsciPostfach
from erv_gateway.postfach.osci.konfiguration import OsciZugang
from erv_gateway.sendung.betrieb import Betrieb, Gericht, Postfachplatz
from erv_gateway.settings import KeySettings, PostfachSettings, Settings
from erv_gateway.signatur.anker import load_anchors
from erv_gateway.signatur.isoliert import Pruefdienst
from erv_gateway.signatur.schluessel import load_key
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.zeitstempel import Zeitstempeldienst
from erv_gateway.storage.blobs import Blobs
from erv_gateway.storage.blobs_local import LocalBlobs
from erv_gateway.storage.db import Database
from erv_gateway.storage.schemata import load_codelists, load_schemas
from erv_gateway.storage.zugang import ServerUrls, Zugang, database_access
from osci.dialog import Client, Intermediary
from osci.keys import SoftKey as OsciKey
from osci.keys import soft_key
from xjustiz import SafeId

_ROLLEN = {"bebpo": ROLLE_BEBPO, "justiz": ROLLE_JUSTIZ}


class SystemUhr:
    """The machine's clock."""

    def jetzt(self) -> datetime:
        return datetime.now(UTC)


@asynccontextmanager
async def open_database_access(settings: Settings) -> AsyncIterator[Zugang]:
    """The configured PostgreSQL, or the embedded one: found running, else started and ended with this process."""
    url, migrator = settings.database.dsn(), settings.database.dsn(migrator=True)
    urls = None if url is None else ServerUrls(url, migrator)
    async with database_access(settings.postgres_dir, urls) as zugang:
        yield zugang


@asynccontextmanager
async def open_betrieb(settings: Settings) -> AsyncIterator[Betrieb]:
    """Everything a web or worker process needs. Raises KonfigurationInvalid, StorageUnavailable."""
    async with open_database_access(settings) as zugang:
        database = await Database.open(zugang("gateway"))
        try:
            yield build_betrieb(settings, database)
        finally:
            await database.close()


def build_betrieb(settings: Settings, database: Database) -> Betrieb:
    if settings.anchors_dir is None:
        raise KonfigurationInvalid("anchors_dir is not set: nothing could ever be trusted", feld="anchors_dir")
    blobs = LocalBlobs(settings.blobs_dir)
    return Betrieb(
        database=database,
        blobs=blobs,
        uhr=SystemUhr(),
        postfaecher={entry.name: _platz(entry, blobs) for entry in settings.postfach},
        verzeichnis=_verzeichnis(settings),
        anchors=load_anchors(settings.anchors_dir),
        pruefdienst=Pruefdienst(),
        schemas=load_schemas(settings.schemata_dir),
        codelisten=load_codelists(settings.schemata_dir),
        zeitstempel=Zeitstempeldienst(settings.tsa.urls) if settings.tsa.urls else None,
        vier_augen=settings.vier_augen,
        nachfrage=timedelta(seconds=settings.worker.nachfrage_seconds),
        ablage=settings.data_dir / "ablage",
    )


def _platz(entry: PostfachSettings, blobs: Blobs) -> Postfachplatz:
    signature, cipher = _key(entry.signature_key), _key(entry.cipher_key)
    client = Client(_transport_key(signature), _transport_key(cipher))
    visitenkarte = _visitenkarte(entry)
    zugang = OsciZugang(
        name=entry.name,
        safe_id=SafeId(entry.safe_id),
        endpoint=entry.endpoint,
        client=client,
        intermediary=Intermediary(
            _certificate(entry.intermediary_cipher_cert_file), _certificate(entry.intermediary_signature_cert_file)
        ),
        visitenkarte=visitenkarte,
        registrierungs_id=entry.registrierungs_id,
    )
    return Postfachplatz(
        postfach=OsciPostfach(zugang, blobs),
        visitenkarte=visitenkarte,
        dokument_signer=Signer(_key(entry.document_key or entry.signature_key)),
        vhn_signer=Signer(_key(entry.vhn_key)),
        absender_certificate=signature.certificate,
        absender_kette=signature.chain,
    )


def _visitenkarte(entry: PostfachSettings) -> Visitenkarte:
    return Visitenkarte(
        organisation=entry.organisation,
        ort=entry.ort,
        nutzer_id=entry.safe_id,
        rolle=_ROLLEN[entry.role],
        strasse=entry.strasse,
        hausnummer=entry.hausnummer,
        postleitzahl=entry.postleitzahl,
        bundesland=entry.bundesland,
    )


def _verzeichnis(settings: Settings) -> dict[str, Gericht]:
    return {
        entry.safe_id: Gericht(
            entry.gericht_code,
            Empfaenger(SafeId(entry.safe_id), entry.name, _certificate(entry.cipher_cert_file)),
        )
        for entry in settings.verzeichnis
    }


def _transport_key(key: SoftKey) -> OsciKey:
    """The same key as OSCI wants it: with its errors, so that what does not open is the sender's fault (9202)."""
    return soft_key(key.private_key, key.certificate)


def _key(entry: KeySettings) -> SoftKey:
    return load_key(entry.file, entry.password_file)


def _certificate(path: Path) -> bytes:
    """DER of the first certificate in a PEM file."""
    try:
        return pem_to_der(path.read_bytes())[0]
    except (OSError, CertsError, IndexError) as error:
        raise KonfigurationInvalid(f"{path} is no readable certificate: {error}", datei=str(path)) from error
