"""Trust anchors typed by purpose. The issuing CA decides what a certificate stands for, so there is never one pool."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any, Final

from certs.certificate import fingerprint, pem_to_der
from certs.errors import AnchorsInvalid, CertificateInvalid

FORMAT: Final = 1
MAX_ANCHORS: Final = 1000  # ours; the EU trusted lists together have about 600 issuing CAs


class Zweck(StrEnum):
    """What an anchor may vouch for."""

    MAILBOX = "mailbox"
    VHN_BEBPO = "vhn-bebpo"
    VHN_JUSTIZ = "vhn-justiz"
    SIGNATUR = "signatur"
    TSA = "tsa"


@dataclass(frozen=True, slots=True)
class Anchor:
    """One certificate that is trusted for one purpose, from a day to a day.

    `rollen` are the roles a sender may claim under it (only for VHN), `quelle` says where the certificate came from,
    `sha256` is the fingerprint of its DER.
    """

    zweck: Zweck
    certificate: bytes
    rollen: frozenset[str]
    gueltig_ab: datetime
    gueltig_bis: datetime | None
    quelle: str
    sha256: str
    freigegeben_von: str | None = None

    def is_valid_at(self, at: datetime) -> bool:
        return self.gueltig_ab <= at and (self.gueltig_bis is None or at < self.gueltig_bis)


@dataclass(frozen=True, slots=True)
class Anchors:
    alle: tuple[Anchor, ...]

    def for_zweck(self, *zwecke: Zweck, at: datetime) -> tuple[Anchor, ...]:
        """The anchors trusted for one of `zwecke` at the moment `at`."""
        return tuple(anchor for anchor in self.alle if anchor.zweck in zwecke and anchor.is_valid_at(at))


def parse_anchors(toml: bytes, files: Mapping[str, bytes]) -> Anchors:
    """Anchors from the bytes of `anchors.toml` and the PEM files it names (relative, with "/").

    Raises `AnchorsInvalid` where an entry is incomplete, a file is missing or its fingerprint differs.
    """
    try:
        document = tomllib.loads(toml.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise AnchorsInvalid(f"anchors.toml cannot be read: {error}") from error
    entries = document.get("anker")
    if document.get("format") != FORMAT or not isinstance(entries, list):
        raise AnchorsInvalid(f"anchors.toml needs format = {FORMAT} and [[anker]] entries")
    if len(entries) > MAX_ANCHORS:
        raise AnchorsInvalid(f"more than {MAX_ANCHORS} anchors")
    return Anchors(tuple(_anchor(number, entry, files) for number, entry in enumerate(entries, start=1)))


def _anchor(number: int, entry: object, files: Mapping[str, bytes]) -> Anchor:
    if not isinstance(entry, dict):
        raise AnchorsInvalid(f"anchor {number} is not a table")
    where = f"anchor {number} ({entry.get('datei', '?')})"
    certificate = _certificate(where, entry, files)
    ab = _moment(where, "gueltig_ab", entry.get("gueltig_ab"))
    bis = None if "gueltig_bis" not in entry else _moment(where, "gueltig_bis", entry["gueltig_bis"])
    if bis is not None and bis <= ab:
        raise AnchorsInvalid(f"{where}: gueltig_bis is not after gueltig_ab, so it would never be valid")
    return Anchor(
        zweck=_zweck(where, entry),
        certificate=certificate,
        rollen=_rollen(where, entry),
        gueltig_ab=ab,
        gueltig_bis=bis,
        quelle=_text(where, "quelle", entry),
        sha256=fingerprint(certificate),
        freigegeben_von=_text(where, "freigegeben_von", entry) if "freigegeben_von" in entry else None,
    )


def _certificate(where: str, entry: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    name = _text(where, "datei", entry)
    if name not in files:
        raise AnchorsInvalid(f"{where}: the file is missing")
    try:
        certificates = pem_to_der(files[name])
    except CertificateInvalid as error:
        raise AnchorsInvalid(f"{where}: {error}") from error
    if len(certificates) != 1:
        raise AnchorsInvalid(f"{where}: the file must hold exactly one certificate")
    if fingerprint(certificates[0]) != _text(where, "sha256", entry).lower():
        raise AnchorsInvalid(f"{where}: the certificate is not the one whose SHA-256 was approved")
    return certificates[0]


def _zweck(where: str, entry: Mapping[str, Any]) -> Zweck:
    try:
        return Zweck(_text(where, "zweck", entry))
    except ValueError as error:
        raise AnchorsInvalid(f"{where}: zweck must be one of {', '.join(Zweck)}") from error


def _rollen(where: str, entry: Mapping[str, Any]) -> frozenset[str]:
    rollen = entry.get("rollen", [])
    if not isinstance(rollen, list) or not all(isinstance(rolle, str) for rolle in rollen):
        raise AnchorsInvalid(f"{where}: rollen must be a list of texts")
    return frozenset(rollen)


def _text(where: str, name: str, entry: Mapping[str, Any]) -> str:
    value = entry.get(name)
    if not isinstance(value, str) or not value:
        raise AnchorsInvalid(f"{where}: {name} is missing")
    return value


def _moment(where: str, name: str, value: object) -> datetime:
    """A TOML date counts from its first moment in UTC; a TOML time must have an offset."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time.min, tzinfo=UTC)
    raise AnchorsInvalid(f"{where}: {name} must be a date, or a time with offset")
