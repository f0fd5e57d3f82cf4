"""Which algorithm is good for what, and until when: one dated table for signing, validating and OSCI alike.

Sources: TR-02102-1 (2025-01), TR-03116-4 (2023) §§3, 4; SOG-IS 1.3 with the notice of the Bundesnetzagentur of
2024-09-06 (RSA below 3000 bit ends 2025-12-31); the operators of EGVP (3000 bit from 2024-01-01).
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

from certs import uris
from certs.errors import CertificateInvalid
from certs.publickey import public_key


class Verwendung(StrEnum):
    SIGNATUR = "Signatur eines Dokuments"
    ZERTIFIKAT = "Signatur eines Zertifikats"
    HERKUNFT = "Signatur eines Herkunftsnachweises"
    OSCI = "Signatur einer OSCI-Nachricht"
    SCHLUESSELTRANSPORT = "Verschlüsselung des Nachrichtenschlüssels"
    INHALT = "Verschlüsselung des Inhalts"


class Eignung(StrEnum):
    """`VERALTET`: may be read and is shown as open; `VERBOTEN`: proves nothing any more. New use needs `OK`."""

    OK = "ok"
    VERALTET = "veraltet"
    VERBOTEN = "verboten"


@dataclass(frozen=True, slots=True)
class Bewertung:
    """The verdict of the table on one algorithm; `grund` is a German sentence, empty when `OK`."""

    eignung: Eignung
    verfahren: str
    grund: str
    quelle: str


MAX_BITS: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Zeile:
    """One rule: from `min_bits` to `max_bits` (both included; 0 where the length does not count)."""

    verfahren: str
    verwendungen: frozenset[Verwendung]
    ok_vor: datetime | None
    """First moment at which it is no longer good; None: no end known."""
    verboten_ab: datetime | None
    quelle: str
    min_bits: int = 0
    max_bits: int = MAX_BITS


def _tag(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


NIE: Final = datetime.min.replace(tzinfo=UTC)
_SIGNIEREN: Final = frozenset({Verwendung.SIGNATUR, Verwendung.ZERTIFIKAT, Verwendung.HERKUNFT, Verwendung.OSCI})
_DOKUMENT: Final = frozenset({Verwendung.SIGNATUR, Verwendung.ZERTIFIKAT})
_EGVP_ZERTIFIKATE: Final = frozenset({Verwendung.OSCI, Verwendung.HERKUNFT, Verwendung.SCHLUESSELTRANSPORT})
_TRANSPORT: Final = frozenset({Verwendung.SCHLUESSELTRANSPORT})
_INHALT: Final = frozenset({Verwendung.INHALT})
_ALLE: Final = frozenset(Verwendung)
_BUND: Final = "SOG-IS 1.3, Bekanntmachung der Bundesnetzagentur vom 06.09.2024"
_EGVP: Final = "Vorgabe der EGVP-Betreiber ab 01.01.2024"
_TR: Final = "BSI TR-02102-1"
_TR_XML: Final = "BSI TR-03116-4 §3"

TABELLE: Final = (
    Zeile("md5", _ALLE, NIE, NIE, _TR),
    Zeile("sha1", _SIGNIEREN, _tag(2008, 7, 1), _tag(2008, 7, 1), "OSCI-Transport 1.2; BSI TR-02102-1"),
    Zeile("ripemd160", _SIGNIEREN, _tag(2011, 1, 1), _tag(2016, 1, 1), "Algorithmenkatalog der Bundesnetzagentur"),
    Zeile("sha1", _TRANSPORT, _tag(2021, 1, 1), None, _TR_XML),  # as OAEP digest SHA-1 is not broken, only dated
    Zeile("sha224", _SIGNIEREN, _tag(2016, 1, 1), None, "Algorithmenkatalog der Bundesnetzagentur"),
    *(Zeile(f"sha{bits}", _ALLE, None, None, _TR) for bits in ("256", "384", "512")),
    *(Zeile(f"sha3-{bits}", _ALLE, None, None, _TR) for bits in ("256", "384", "512")),
    Zeile("rsa", _ALLE, NIE, NIE, _BUND, max_bits=1023),
    Zeile("rsa", _ALLE, _tag(2011, 1, 1), _tag(2016, 1, 1), _BUND, min_bits=1024, max_bits=1899),
    Zeile("rsa", _DOKUMENT, _tag(2026, 1, 1), None, _BUND, min_bits=1900, max_bits=2999),
    Zeile("rsa", _EGVP_ZERTIFIKATE, _tag(2024, 1, 1), None, _EGVP, min_bits=1900, max_bits=2999),
    Zeile("rsa", _ALLE, None, None, _TR, min_bits=3000),
    Zeile("ec", _ALLE, _tag(2016, 1, 1), _tag(2016, 1, 1), _TR, max_bits=223),
    Zeile("ec", _ALLE, _tag(2023, 1, 1), None, _TR, min_bits=224, max_bits=249),
    Zeile("ec", _ALLE, None, None, _TR, min_bits=250),
    Zeile("ed25519", _SIGNIEREN, None, None, "RFC 8419; SOG-IS 1.3"),
    Zeile("ed448", _SIGNIEREN, None, None, "RFC 8419; SOG-IS 1.3"),
    Zeile("rsa-pss", _SIGNIEREN, None, None, "BSI TR-02102-1 §5.3.1"),
    # not in the recommended table any more, but TR-03116-4 §4 lets it be verified, and courts still use it
    Zeile("rsa-pkcs1", _SIGNIEREN, None, None, "BSI TR-03116-4 §4"),
    Zeile("ecdsa", _SIGNIEREN, None, None, "BSI TR-02102-1 §5.3"),
    Zeile("rsa-oaep", _TRANSPORT, None, None, _TR_XML),
    Zeile("rsa-1_5", _TRANSPORT, _tag(2021, 1, 1), None, _TR_XML),
    Zeile("aes-gcm", _INHALT, None, None, _TR_XML),
    Zeile("aes-cbc", _INHALT, _tag(2021, 1, 1), None, _TR_XML),
    Zeile("3des-cbc", _INHALT, _tag(2016, 1, 1), None, _TR_XML),
)


def rate(verfahren: str, verwendung: Verwendung, at: datetime, *, bits: int = 0) -> Bewertung:
    """What the table says of `verfahren` ("sha256", "rsa", "rsa-pss", "aes-gcm", ...) at the moment `at`.

    `bits` is the key length where the length counts. What is not in the table is `VERBOTEN`.
    """
    name = f"{verfahren.upper()} mit {bits} Bit" if bits else verfahren.upper()
    for zeile in TABELLE:
        if (
            zeile.verfahren == verfahren
            and verwendung in zeile.verwendungen
            and zeile.min_bits <= bits <= zeile.max_bits
        ):
            return _bewertung(zeile, name, verwendung, at)
    return Bewertung(Eignung.VERBOTEN, name, f"{name} ist für die {verwendung} nicht zugelassen.", "")


def _bewertung(zeile: Zeile, name: str, verwendung: Verwendung, at: datetime) -> Bewertung:
    if zeile.verboten_ab is not None and at >= zeile.verboten_ab:
        return Bewertung(Eignung.VERBOTEN, name, f"{name} ist für die {verwendung} nicht zugelassen.", zeile.quelle)
    if zeile.ok_vor is not None and at >= zeile.ok_vor:
        seit = f"{zeile.ok_vor:%d.%m.%Y}"
        return Bewertung(
            Eignung.VERALTET, name, f"{name} gilt für die {verwendung} seit {seit} als nicht mehr sicher.", zeile.quelle
        )
    return Bewertung(Eignung.OK, name, "", zeile.quelle)


def rate_key(certificate: bytes, verwendung: Verwendung, at: datetime) -> Bewertung:
    """The public key of a certificate (DER), by kind and length.

    `CertificateInvalid` when it cannot be read or is of a kind the table does not know: that is open, not forbidden.
    """
    kind, bits = _kind(public_key(certificate))
    return rate(kind, verwendung, at, bits=bits)


def _kind(key: PublicKeyTypes) -> tuple[str, int]:
    if isinstance(key, rsa.RSAPublicKey):
        return "rsa", key.key_size
    if isinstance(key, ec.EllipticCurvePublicKey):
        return "ec", key.curve.key_size
    if isinstance(key, ed25519.Ed25519PublicKey):
        return "ed25519", 0
    if isinstance(key, ed448.Ed448PublicKey):
        return "ed448", 0
    raise CertificateInvalid(f"keys of the kind {type(key).__name__} are not rated")


def rate_uri(uri: str, verwendung: Verwendung, at: datetime) -> Bewertung:
    """An algorithm URI of XML-DSig or XML-Enc; a signature URI is as good as the worse of its scheme and its digest."""
    if uri in uris.SIGNATURES:
        verfahren = uris.SIGNATURES[uri]
        teile = [rate(verfahren.schema, verwendung, at), rate(verfahren.digest, verwendung, at)]
        return max(teile, key=lambda teil: list(Eignung).index(teil.eignung))
    for table in (uris.DIGESTS, uris.SYMMETRIC, uris.KEY_TRANSPORT):
        if uri in table:
            return rate(table[uri], verwendung, at)
    return Bewertung(Eignung.VERBOTEN, uri, f"Das Verfahren {uri} ist nicht bekannt.", "")
