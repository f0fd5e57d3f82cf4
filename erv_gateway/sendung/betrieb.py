"""What the stations work with. `wiring` fills it once per process."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from certs.anchors import Anchors
from certs.lebenslauf import Schluesseleintrag
from erv_gateway.dateien.pruefdienst import Dateipruefer
from erv_gateway.kern.fehler import KonfigurationInvalid, NotFound
from erv_gateway.kern.uhr import Uhr, berlin
from erv_gateway.postfach.base import Empfaenger, Postfach
from erv_gateway.postfach.egvp import Visitenkarte
from erv_gateway.sendung.korrekturen.ghostscript import Ghostscript
from erv_gateway.sendung.paket_erweiterung import Historienweg
from erv_gateway.signatur.isoliert import Pruefdienst
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.zeitstempel import Zeitstempeldienst
from erv_gateway.storage.blobs import Blobs
from erv_gateway.storage.db import Database
from xjustiz import KALENDER, Codelisten, Schemas, Version, version_for


@dataclass(frozen=True, slots=True)
class Postfachplatz:
    """A mailbox of ours with what is signed for it."""

    postfach: Postfach
    visitenkarte: Visitenkarte
    dokument_signer: Signer
    vhn_signer: Signer
    absender_certificate: bytes
    """DER of the certificate that signs the transport."""
    absender_kette: tuple[bytes, ...]
    schluessel: tuple[Schluesseleintrag, ...] = ()
    """All keys of the mailbox, also the planned and the retired ones."""
    kalender: tuple[Version, ...] = KALENDER
    """When which XJustiz version is valid for the partners of this mailbox."""

    def xjustiz_version(self, moment: datetime) -> str:
        """The version to write: the one of the local day. Raises XJustizError beyond the calendar."""
        return version_for(berlin(moment).date(), self.kalender).nummer


@dataclass(frozen=True, slots=True)
class Gericht:
    """An entry of the directory: the code of GDS.Gerichte and the mailbox that belongs to it."""

    code: str
    empfaenger: Empfaenger
    historienweg: Historienweg = Historienweg()  # noqa: RUF009 - frozen


@dataclass(frozen=True, slots=True)
class Betrieb:
    database: Database
    blobs: Blobs
    uhr: Uhr
    postfaecher: Mapping[str, Postfachplatz]
    verzeichnis: Mapping[str, Gericht]
    """By SAFE-ID."""
    anchors: Anchors
    pruefdienst: Pruefdienst
    dateipruefer: Dateipruefer
    schemas: Schemas
    codelisten: Codelisten
    zeitstempel: Zeitstempeldienst | None
    vier_augen: bool
    nachfrage: timedelta
    """How long to wait before the other side is asked again: after trouble, for an outcome, for a Laufzettel."""
    ablage: Path
    pdfa: Ghostscript | None = None
    """None: no copies are made."""

    def platz(self, name: str) -> Postfachplatz:
        """Raises KonfigurationInvalid for a mailbox that was taken out of the settings."""
        if name not in self.postfaecher:
            raise KonfigurationInvalid(f"no mailbox {name!r} in the settings", postfach=name)
        return self.postfaecher[name]

    def postfach(self, name: str) -> Postfach:
        return self.platz(name).postfach

    def gericht(self, safe_id: str) -> Gericht:
        """Raises NotFound."""
        if safe_id not in self.verzeichnis:
            raise NotFound(f"no recipient {safe_id!r} in the directory", was="Empfänger")
        return self.verzeichnis[safe_id]
