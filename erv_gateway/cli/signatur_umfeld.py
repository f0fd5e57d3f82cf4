"""What a check on the command line may draw on: revocation data, trusted lists, and the network where it is allowed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from certs.certificate import pem_to_der
from certs.errors import CertsError
from erv_gateway.kern.fehler import EingabeRefused, KonfigurationInvalid
from erv_gateway.signatur.abruf import Abruf
from erv_gateway.signatur.abruf_regeln import Abrufregeln
from erv_gateway.signatur.belegdatei import read_beleg
from erv_gateway.signatur.beschaffung import Beschaffung
from erv_gateway.signatur.grundlage import Sperrdatum
from erv_gateway.signatur.isoliert import Pruefdienst
from erv_gateway.signatur.vertrauensdienst import Vertrauenslisten
from erv_gateway.signatur.vertrauensliste_ordner import load_lists, pinned_signers

MAX_PEM_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Umfeld:
    dienst: Pruefdienst


def load_umfeld(
    revocation: Iterable[Path],
    trusted_lists: Path | None,
    lotl_signers: Path | None,
    hosts: Iterable[str],
    *,
    online: bool,
) -> Umfeld:
    """Raises ErvError children. Nothing is fetched unless `online`, and then only from `hosts`."""
    listen = Vertrauenslisten()
    if trusted_lists is not None:
        listen = load_lists(trusted_lists, signers_of(lotl_signers)).vertrauenslisten
    beschaffung = Beschaffung(make_abruf(hosts), utc_now) if online else None
    belege = tuple(Sperrdatum(one.art, "", utc_now(), one.daten) for one in map(read_beleg, revocation))
    return Umfeld(Pruefdienst(beschaffung=beschaffung, listen=listen, sperrdaten=belege, uhr=utc_now))


def make_abruf(hosts: Iterable[str]) -> Abruf:
    permitted = frozenset(host.lower() for host in hosts)
    if not permitted:
        raise KonfigurationInvalid("--online needs at least one --allow-host")
    return Abruf(Abrufregeln(permitted), utc_now)


def signers_of(pem: Path | None) -> tuple[bytes, ...]:
    if pem is None:
        return pinned_signers()
    try:
        with pem.open("rb") as file:
            return pem_to_der(file.read(MAX_PEM_BYTES))
    except (OSError, CertsError) as error:
        raise EingabeRefused(f"{pem.name} cannot be read: {error}") from error


def utc_now() -> datetime:
    return datetime.now(UTC)
