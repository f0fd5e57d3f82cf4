"""One signer of a CMS: whose certificate, over what, and whether the value fits (RFC 5652 §5.4 to 5.6)."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from asn1crypto import cms, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509

from certs.algorithms import Verwendung, rate_key
from certs.certificate import load
from certs.errors import CertsError
from certs.urteil import Urteil
from erv_gateway.signatur.cms_lesen import (
    OID_CONTENT_TYPE,
    OID_MESSAGE_DIGEST,
    OID_SIGNING_CERTIFICATE,
    OID_SIGNING_CERTIFICATE_V2,
    OID_SIGNING_TIME,
    OID_TIMESTAMP,
    Signerteil,
)
from erv_gateway.signatur.inhalt import Inhalt
from erv_gateway.signatur.tlv import Tlv, TlvInvalid, der_header, element_header, oid, parse, split
from erv_gateway.signatur.verfahren import (
    DIGESTS,
    Verfahren,
    digest_name,
    signature_scheme,
    verify,
    verify_digest,
)

SET: Final = 0x31
SEQUENCE: Final = 0x30
HEAD_BYTES: Final = 32  # two headers and a tag
UNSORTIERT: Final = (
    "Hinweis: Die signierten Attribute stehen nicht in der vorgeschriebenen Reihenfolge; die Signatur stimmt."
)


@dataclass(frozen=True, slots=True)
class Befund:
    """One finding. `veraendert`: the content is not what was signed."""

    urteil: Urteil
    grund: str
    veraendert: bool = False


def digest(signer: Signerteil) -> str:
    return digest_name(signer.digest_algorithm)


def scheme(signer: Signerteil) -> Verfahren:
    return signature_scheme(signer.signature_algorithm, digest(signer))


def level(signer: Signerteil) -> str:
    """The form: with the signing certificate attribute it is AdES, with a time stamp B-T."""
    if not {OID_SIGNING_CERTIFICATE, OID_SIGNING_CERTIFICATE_V2} & signer.signed_attributes.keys():
        return "CMS"
    return "B-T" if OID_TIMESTAMP in signer.unsigned_attributes else "B-B"


def describe(signer: Signerteil, certificate: bytes) -> str | None:
    """The algorithm for people, such as "RSA-PSS mit SHA256, 3072 Bit"; None where it is unknown."""
    try:
        verfahren = scheme(signer)
        kind = rate_key(certificate, Verwendung.SIGNATUR, load(certificate).not_valid_before_utc).verfahren
    except CertsError:
        return None
    return f"{verfahren.schema.upper()} mit {verfahren.digest.upper()}, Schlüssel {kind}"


def claimed_time(signer: Signerteil) -> datetime | None:
    values = signer.signed_attributes.get(OID_SIGNING_TIME, ())
    if len(values) != 1:
        return None
    try:
        moment = cms.Time.load(values[0].raw).native
    except (ValueError, TypeError):
        return None
    return moment.astimezone(UTC) if isinstance(moment, datetime) and moment.tzinfo else None


def find_certificate(signer: Signerteil, certificates: tuple[bytes, ...]) -> bytes | None:
    """The signer's certificate among those that came along, by issuer and serial or by key identifier."""
    if signer.sid.tag == 0x80:
        return next((der for der in certificates if _key_identifier(der) == signer.sid.content), None)
    issuer, serial = signer.sid.child(0, 0x30), signer.sid.child(1, 0x02)
    fitting = [der for der in certificates if _serial_and_issuer(der)[0] == serial.content]
    exact = [der for der in fitting if _serial_and_issuer(der)[1] == issuer.raw]
    # names may be encoded differently in both places, but must say the same
    return next(iter(exact or [der for der in fitting if _same_name(_serial_and_issuer(der)[1], issuer.raw)]), None)


def _same_name(one: bytes, other: bytes) -> bool:
    """RFC 5280 §7.1: without regard to string type, case and white space."""
    try:
        return bool(asn1_x509.Name.load(one) == asn1_x509.Name.load(other))
    except (ValueError, TypeError):
        return False


def _key_identifier(der: bytes) -> bytes | None:
    try:
        return load(der).extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except (CertsError, x509.ExtensionNotFound):
        return None


def _serial_and_issuer(der: bytes) -> tuple[bytes, bytes]:
    fields = parse(der).child(0, 0x30).children()
    first = 1 if fields and fields[0].tag == 0xA0 else 0
    return (fields[first].content, fields[first + 2].raw) if len(fields) > first + 2 else (b"", b"")


def check_integrity(signer: Signerteil, content_type: str, certificate: bytes, inhalt: Inhalt) -> Iterator[Befund]:
    """Whether the value fits the key, the digest fits the content, and the certificate is the one that was signed."""
    try:
        if signer.signed is None:
            yield _value_without_attributes(signer, certificate, inhalt)
            return
        yield _message_digest(signer, inhalt)
        yield from _content_type(signer, content_type)
        yield _value(signer, certificate)
        yield from _mixed_digests(signer)
        yield from _signing_certificate(signer, certificate)
    except CertsError as error:
        yield Befund(Urteil.UNBESTIMMT, f"Das Signaturverfahren kann nicht geprüft werden ({error}).")


def _value_without_attributes(signer: Signerteil, certificate: bytes, inhalt: Inhalt) -> Befund:
    verfahren = scheme(signer)
    if _looks_like_attributes(inhalt):
        grund = "Der Inhalt hat die Gestalt signierter Attribute: Ob er selbst signiert wurde, ist nicht zu erkennen."
        return Befund(Urteil.UNBESTIMMT, grund)
    if verify_digest(certificate, verfahren, signer.signature, inhalt.digest(verfahren.digest)):
        return Befund(Urteil.GUELTIG, "")
    return Befund(Urteil.UNGUELTIG, "Die Signatur passt nicht zur Datei.", veraendert=True)


def _looks_like_attributes(inhalt: Inhalt) -> bool:
    """Signed attributes of another signature, passed off as content signed without any, fit its value (RFC 5652 §5.4).

    The same bytes are a DER SET of SEQUENCEs that begin with an object identifier.
    """
    start = inhalt.head(HEAD_BYTES)
    try:
        offset, length = element_header(start, 0)
        inner, _ = element_header(start, offset)
    except TlvInvalid:
        return False
    whole = length is not None and offset + length == inhalt.size
    return whole and (start[0], start[offset], start[inner : inner + 1]) == (SET, SEQUENCE, b"\x06")


def _message_digest(signer: Signerteil, inhalt: Inhalt) -> Befund:
    values = signer.signed_attributes.get(OID_MESSAGE_DIGEST, ())
    if len(values) != 1 or values[0].tag != 0x04:
        return Befund(Urteil.UNGUELTIG, "Der Signatur fehlt der Hashwert des Inhalts.")
    if values[0].content != inhalt.digest(digest(signer)):
        return Befund(Urteil.UNGUELTIG, "Der Inhalt ist nicht der, der signiert wurde.", veraendert=True)
    return Befund(Urteil.GUELTIG, "")


def _content_type(signer: Signerteil, content_type: str) -> Iterator[Befund]:
    values = signer.signed_attributes.get(OID_CONTENT_TYPE, ())
    if len(values) != 1 or oid(values[0]) != content_type:
        yield Befund(Urteil.UNGUELTIG, "Die Signatur gilt einer anderen Art von Inhalt.")


def _value(signer: Signerteil, certificate: bytes) -> Befund:
    """The signed attributes are signed as a DER SET; some programs sign or store its elements unsorted (DSS-667)."""
    verfahren, content = scheme(signer), signer.signed or b""
    header = der_header(SET, len(content))
    if verify(certificate, verfahren, signer.signature, header + content):
        return Befund(Urteil.GUELTIG, "")
    elements = split(content)
    in_order = b"".join(sorted(element.raw for element in elements))
    if in_order != content and verify(certificate, verfahren, signer.signature, header + in_order):
        return Befund(Urteil.GUELTIG, UNSORTIERT)
    if any(_indefinite(element) for element in elements):
        return Befund(Urteil.UNBESTIMMT, "Die signierten Attribute sind nicht in DER kodiert.")
    return Befund(Urteil.UNGUELTIG, "Der Signaturwert ist falsch.")


def _indefinite(element: Tlv) -> bool:
    return len(element.raw) > 1 and element.raw[1] == 0x80


def _mixed_digests(signer: Signerteil) -> Iterator[Befund]:
    verfahren = scheme(signer)
    if verfahren.schema != "eddsa" and verfahren.digest != digest(signer):
        yield Befund(Urteil.UNBESTIMMT, "Signatur und Inhalt verwenden verschiedene Hashverfahren (RFC 8933).")


def _signing_certificate(signer: Signerteil, certificate: bytes) -> Iterator[Befund]:
    """ESS signing certificate (RFC 5035): binds the signature to exactly this certificate."""
    for name in (OID_SIGNING_CERTIFICATE, OID_SIGNING_CERTIFICATE_V2):
        if len(signer.signed_attributes.get(name, (None,))) != 1:
            yield Befund(Urteil.UNBESTIMMT, "Die Angabe, welches Zertifikat zur Signatur gehört, ist fehlerhaft.")
    for value in signer.signed_attributes.get(OID_SIGNING_CERTIFICATE_V2, ()):
        first = tsp.SigningCertificateV2.load(value.raw)["certs"][0]
        name = DIGESTS.get(first["hash_algorithm"]["algorithm"].dotted, "")
        if not name or hashlib.new(name.replace("-", "_"), certificate).digest() != first["cert_hash"].native:
            yield Befund(Urteil.UNGUELTIG, "Die Signatur nennt ein anderes Zertifikat als das beigefügte.")
    for value in signer.signed_attributes.get(OID_SIGNING_CERTIFICATE, ()):
        hashed = tsp.SigningCertificate.load(value.raw)["certs"][0]["cert_hash"].native
        if hashlib.sha1(certificate, usedforsecurity=False).digest() != hashed:
            yield Befund(Urteil.UNGUELTIG, "Die Signatur nennt ein anderes Zertifikat als das beigefügte.")
