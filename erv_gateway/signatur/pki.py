"""The development PKI on disk: made once, found again through its index `pki.toml`."""

import tomllib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from certs.devpki import KeySpec, Plan, Rolle, build, entries, generate_key
from certs.devpki.build import PrivateKey
from certs.errors import CertsError
from certs.keys import SoftKey
from erv_gateway.signatur.fehler import PkiRefused
from erv_gateway.signatur.pki_files import INDEX, write_pki
from erv_gateway.signatur.schluessel import load_key

KEY_THREADS: Final = 4


@dataclass(frozen=True, slots=True)
class Schluesselort:
    """Where a key lies; absolute paths. `zertifikat` is PEM, the leaf first, then its issuing CA."""

    p12: Path
    passwort: Path
    zertifikat: Path

    def load(self) -> SoftKey:
        return load_key(self.p12, self.passwort)


@dataclass(frozen=True, slots=True)
class Teilnehmer:
    """`schluessel` by name: postfach-signatur, postfach-chiffrat, vhn, signatur, tsa."""

    kennung: str
    name: str
    rolle: Rolle
    safe_id: str | None
    schluessel: Mapping[str, Schluesselort]


@dataclass(frozen=True, slots=True)
class Pki:
    folder: Path
    anchors_folder: Path
    teilnehmer: Mapping[str, Teilnehmer]

    def mit_rolle(self, rolle: Rolle) -> tuple[Teilnehmer, ...]:
        return tuple(teilnehmer for teilnehmer in self.teilnehmer.values() if teilnehmer.rolle is rolle)


def init_pki(
    folder: Path,
    now: datetime,
    *,
    aemter: tuple[str, ...] | None = None,
    gericht: str | None = None,
    vermittler: str | None = None,
    ca_bits: int = 4096,
    leaf_bits: int = 3072,
) -> Pki:
    """Make a PKI in `folder`, which must be empty or not exist yet; `PkiRefused` otherwise, nothing is overwritten."""
    standard = Plan()
    plan = Plan(
        aemter or standard.aemter, gericht or standard.gericht, vermittler or standard.vermittler, ca_bits, leaf_bits
    )
    _claim(folder)
    try:
        pki = build(plan, _generate_keys(plan), now)
    except CertsError as error:
        raise PkiRefused(str(error)) from error
    write_pki(folder, pki, now)
    return load_pki(folder)


def _claim(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise PkiRefused(f"{folder} is not empty; an existing PKI is never overwritten", ordner=str(folder))
        folder.chmod(0o700)
    except OSError as error:
        raise PkiRefused(f"{folder}: {error.strerror}", ordner=str(folder)) from error


def _generate_keys(plan: Plan) -> dict[str, PrivateKey]:
    wanted = entries(plan)
    longest_first = sorted(wanted, key=lambda entry: list(KeySpec).index(entry.key))
    with ThreadPoolExecutor(KEY_THREADS) as pool:
        keys = pool.map(lambda entry: generate_key(plan, entry.key), longest_first)
        return {entry.pfad: key for entry, key in zip(longest_first, keys, strict=True)}


def load_pki(folder: Path) -> Pki:
    """The PKI that lies in `folder`; `PkiRefused` when its index is missing or broken."""
    root = folder.resolve()
    try:
        index = tomllib.loads((root / INDEX).read_text("utf-8"))
        members = [_teilnehmer(root, entry) for entry in index["teilnehmer"]]
        return Pki(root, root / str(index["anker"]), {member.kennung: member for member in members})
    except OSError as error:
        raise PkiRefused(f"{root / INDEX} cannot be read: {error.strerror}", ordner=str(root)) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PkiRefused(f"{root / INDEX} is not an index of a PKI: {error}", ordner=str(root)) from error


def _teilnehmer(root: Path, entry: Mapping[str, Any]) -> Teilnehmer:
    keys = {
        name: Schluesselort(root / place["p12"], root / place["passwort"], root / place["zertifikat"])
        for name, place in entry["schluessel"].items()
    }
    return Teilnehmer(entry["kennung"], entry["name"], Rolle(entry["rolle"]), entry.get("safe_id"), keys)
