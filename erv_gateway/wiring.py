"""The only place that knows concrete parts: from settings to the `Betrieb` that the stations work with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from certs.certificate import pem_to_der
from certs.errors import CertsError
from certs.keys import KeyHandle, SoftKey
from certs.lebenslauf import Schluesselart
from erv_gateway.dateien.pruefdienst import WORKER as DATEIWORKER
from erv_gateway.dateien.pruefdienst import Dateipruefer
from erv_gateway.dateien.speicher import Merkmalspeicher
from erv_gateway.dateien.verapdf import VeraPdf
from erv_gateway.isolation.werkstatt import Werkstatt
from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.postfach.base import Empfaenger, Postfach
from erv_gateway.postfach.egvp import ROLLE_BEBPO, ROLLE_JUSTIZ, Visitenkarte
from erv_gateway.postfach.osci.adapter import OsciPostfach
from erv_gateway.postfach.osci.konfiguration import OsciZugang
from erv_gateway.postfach.osci.leitung import ClientZertifikat, Leitung, Proxy, tls_context
from erv_gateway.postfach.osci.schluessel import TransportKey
from erv_gateway.postfach.osci.wechsel import WechselPostfach, zugaenge
from erv_gateway.sendung.betrieb import Betrieb, Gericht, Postfachplatz
from erv_gateway.sendung.korrekturen.ghostscript import MIB, Ghostscript
from erv_gateway.sendung.paket_erweiterung import Historienweg
from erv_gateway.settings import PdfaSettings, PostfachSettings, Settings
from erv_gateway.settings.sections import DateienSettings, TransportSettings
from erv_gateway.signatur.anker import load_anchors
from erv_gateway.signatur.einrichten import make_abruf, make_pruefdienst
from erv_gateway.signatur.isoliert import WORKER as PRUEFWORKER
from erv_gateway.signatur.schluesselquelle import keys_of, open_key, open_signer
from erv_gateway.signatur.token import Tokens
from erv_gateway.signatur.zeitstempel import Zeitstempeldienst
from erv_gateway.storage.blobs import Blobs
from erv_gateway.storage.blobs_local import LocalBlobs
from erv_gateway.storage.db import Database
from erv_gateway.storage.schemata import load_codelists, load_schemas
from erv_gateway.storage.zugang import ServerUrls, Zugang, database_access
from osci.dialog import Client, Intermediary
from osci.keys import DecryptionKey, soft_key
from osci.keys import SoftKey as OsciKey
from xjustiz import SafeId, moved_kalender

WARM = (PRUEFWORKER, DATEIWORKER)
"""What the children that look at foreign files find imported."""
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
            async with Werkstatt(WARM) as werkstatt:
                yield build_betrieb(settings, database, werkstatt)
        finally:
            await database.close()


def build_betrieb(settings: Settings, database: Database, werkstatt: Werkstatt | None = None) -> Betrieb:
    """Without a `werkstatt` it gets one of its own."""
    if settings.anchors_dir is None:
        raise KonfigurationInvalid("anchors_dir is not set: nothing could ever be trusted", feld="anchors_dir")
    werkstatt = werkstatt or Werkstatt(WARM)
    blobs, uhr, tokens = LocalBlobs(settings.blobs_dir), SystemUhr(), Tokens()
    return Betrieb(
        database=database,
        blobs=blobs,
        uhr=uhr,
        postfaecher={entry.name: _platz(entry, blobs, tokens) for entry in settings.postfach},
        verzeichnis=_verzeichnis(settings),
        anchors=load_anchors(settings.anchors_dir),
        pruefdienst=make_pruefdienst(
            werkstatt, make_abruf(settings.abruf, database, uhr.jetzt), settings.vertrauenslisten, uhr.jetzt
        ),
        dateipruefer=Dateipruefer(werkstatt, Merkmalspeicher(database, uhr), _verapdf(settings.dateien)),
        schemas=load_schemas(settings.schemata_dir),
        codelisten=load_codelists(settings.schemata_dir),
        zeitstempel=Zeitstempeldienst(settings.tsa.urls) if settings.tsa.urls else None,
        vier_augen=settings.vier_augen,
        nachfrage=timedelta(seconds=settings.worker.nachfrage_seconds),
        ablage=settings.data_dir / "ablage",
        pdfa=_pdfa(settings.pdfa),
    )


def _verapdf(section: DateienSettings) -> VeraPdf | None:
    return None if section.verapdf_file is None else VeraPdf(section.verapdf_file, section.verapdf_seconds)


def _pdfa(section: PdfaSettings) -> Ghostscript | None:
    if section.ghostscript_file is None:
        return None
    return Ghostscript(section.ghostscript_file, section.seconds, section.memory_mib * MIB)


def _platz(entry: PostfachSettings, blobs: Blobs, tokens: Tokens) -> Postfachplatz:
    signature, cipher = open_key(entry.signature_key, tokens), open_key(entry.cipher_key, tokens)
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
        leitung=_leitung(entry),
    )
    return Postfachplatz(
        postfach=_postfach(zugang, _weitere_chiffratschluessel(entry, tokens), blobs),
        visitenkarte=visitenkarte,
        dokument_signer=open_signer(entry.document_key or entry.signature_key, tokens),
        vhn_signer=open_signer(entry.vhn_key, tokens),
        absender_certificate=signature.certificate,
        absender_kette=signature.chain,
        kalender=moved_kalender(entry.xjustiz_umstellung),
        schluessel=keys_of(entry, tokens),
    )


def _postfach(zugang: OsciZugang, weitere: tuple[DecryptionKey, ...], blobs: Blobs) -> Postfach:
    aktiv, *andere = (OsciPostfach(one, blobs, SystemUhr().jetzt) for one in zugaenge(zugang, weitere))
    return WechselPostfach(aktiv, tuple(andere)) if andere else aktiv


def _weitere_chiffratschluessel(entry: PostfachSettings, tokens: Tokens) -> tuple[DecryptionKey, ...]:
    wanted = (weiterer for weiterer in entry.schluessel if weiterer.art == Schluesselart.CHIFFRAT.value)
    return tuple(_transport_key(open_key(weiterer, tokens)) for weiterer in wanted)


def _leitung(entry: PostfachSettings) -> Leitung:
    transport = entry.transport
    cert, key = transport.client_cert_file, transport.client_key_file
    client = None if cert is None or key is None else ClientZertifikat(cert, key, transport.client_key_password_file)
    return Leitung(
        tls=tls_context(transport.ca_file, client) if entry.endpoint.startswith("https:") else None,
        proxy=None if transport.proxy is None else _proxy(transport.proxy, transport),
        connect_seconds=transport.connect_seconds,
        read_seconds=transport.read_seconds,
    )


def _proxy(url: str, transport: TransportSettings) -> Proxy:
    file = transport.proxy_password_file
    try:
        return Proxy(url, transport.proxy_user, "" if file is None else file.read_text("utf-8").strip())
    except (OSError, UnicodeDecodeError) as error:
        raise KonfigurationInvalid(f"{file} is not readable: {error}", datei=str(file)) from error


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
            Historienweg(entry.erweiterung, entry.lesende),
        )
        for entry in settings.verzeichnis
    }


def _transport_key(key: KeyHandle) -> OsciKey | TransportKey:
    """The same key as OSCI wants it: with its errors, so that what does not open is the sender's fault (9202)."""
    return soft_key(key.private_key, key.certificate) if isinstance(key, SoftKey) else TransportKey(key)


def _certificate(path: Path) -> bytes:
    """DER of the first certificate in a PEM file."""
    try:
        return pem_to_der(path.read_bytes())[0]
    except (OSError, CertsError, IndexError) as error:
        raise KonfigurationInvalid(f"{path} is no readable certificate: {error}", datei=str(path)) from error
