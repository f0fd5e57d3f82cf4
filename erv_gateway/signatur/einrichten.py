"""The `Pruefdienst` of a running gateway, from its settings."""

from collections.abc import Callable
from datetime import datetime

from certs.certificate import pem_to_der
from certs.errors import CertsError
from erv_gateway.isolation.werkstatt import Werkstatt
from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.settings import AbrufSettings, VertrauenslistenSettings
from erv_gateway.signatur.abruf import Abruf
from erv_gateway.signatur.abruf_ablage import Abrufablage
from erv_gateway.signatur.abruf_regeln import Abrufregeln
from erv_gateway.signatur.beschaffung import Beschaffung
from erv_gateway.signatur.isoliert import Pruefdienst
from erv_gateway.signatur.vertrauensdienst import Vertrauenslisten
from erv_gateway.signatur.vertrauensliste_ordner import load_lists, pinned_signers
from erv_gateway.storage.db import Database

Uhr = Callable[[], datetime]


def make_abruf(section: AbrufSettings, database: Database, uhr: Uhr) -> Abruf | None:
    """The one fetcher; None where no host is named: then nothing is fetched."""
    if not section.hosts:
        return None
    return Abruf(Abrufregeln(frozenset(section.hosts), sekunden=section.seconds), uhr, ablage=Abrufablage(database))


def make_pruefdienst(
    werkstatt: Werkstatt, abruf: Abruf | None, listen: VertrauenslistenSettings, uhr: Uhr
) -> Pruefdienst:
    """Raises KonfigurationInvalid, VertrauenslisteRefused."""
    beschaffung = None if abruf is None else Beschaffung(abruf, uhr)
    return Pruefdienst(werkstatt=werkstatt, beschaffung=beschaffung, listen=_listen(listen), uhr=uhr)


def _listen(section: VertrauenslistenSettings) -> Vertrauenslisten:
    if section.lists_dir is None:
        return Vertrauenslisten()
    return load_lists(section.lists_dir, _signers(section)).vertrauenslisten


def _signers(section: VertrauenslistenSettings) -> tuple[bytes, ...]:
    if section.lotl_signers_file is None:
        return pinned_signers()
    try:
        return pem_to_der(section.lotl_signers_file.read_bytes())
    except (OSError, CertsError) as error:
        raise KonfigurationInvalid(
            f"lotl_signers_file cannot be read: {error}", feld="vertrauenslisten.lotl_signers_file"
        ) from error
