"""The rules every certificate of a chain must keep: validity, CA right, path length, key usage, algorithms."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from certs.algorithms import Bewertung, Eignung, Verwendung, rate, rate_key
from certs.anchors import Zweck
from certs.errors import CertificateInvalid
from certs.urteil import Urteil

# RFC 5280 §4.2: what may be marked critical and is either judged here or restricts nothing that is asked
UNDERSTOOD: Final = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
        ExtensionOID.CERTIFICATE_POLICIES,
        ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
        ExtensionOID.SUBJECT_KEY_IDENTIFIER,
    }
)

URTEIL_OF: Final = {
    Eignung.OK: Urteil.GUELTIG,
    Eignung.VERALTET: Urteil.UNBESTIMMT,
    Eignung.VERBOTEN: Urteil.UNGUELTIG,
}


_LEAF_USE: Final = {
    Zweck.MAILBOX: Verwendung.OSCI,
    Zweck.VHN_BEBPO: Verwendung.HERKUNFT,
    Zweck.VHN_JUSTIZ: Verwendung.HERKUNFT,
}
_E = TypeVar("_E", bound=x509.ExtensionType)


@dataclass(frozen=True, slots=True)
class Mangel:
    urteil: Urteil
    grund: str


def check_path(path: Sequence[x509.Certificate], zweck: Zweck, at: datetime) -> Iterator[Mangel]:
    """Everything wrong with a path from leaf to anchor at the moment `at`; nothing when it is good."""
    for position, certificate in enumerate(path):
        yield from _validity(certificate, at)
        yield from _critical(certificate)
        if position > 0:
            yield from _authority(certificate, position - 1)
        if position < len(path) - 1 or len(path) == 1:
            yield from _algorithms(certificate, _verwendung(zweck, position), at)
    yield from _usage(path[0], zweck)


def _validity(certificate: x509.Certificate, at: datetime) -> Iterator[Mangel]:
    name = _name(certificate)
    if at > certificate.not_valid_after_utc:
        ende = f"{certificate.not_valid_after_utc:%d.%m.%Y}"
        yield Mangel(Urteil.UNBESTIMMT, f"Das Zertifikat „{name}“ war zum maßgeblichen Zeitpunkt abgelaufen ({ende}).")
    if at < certificate.not_valid_before_utc:
        yield Mangel(Urteil.UNGUELTIG, f"Das Zertifikat „{name}“ war zum maßgeblichen Zeitpunkt noch nicht gültig.")


def _critical(certificate: x509.Certificate) -> Iterator[Mangel]:
    for extension in certificate.extensions:
        oid, name = extension.oid, _name(certificate)
        if extension.critical and oid not in UNDERSTOOD:
            grund = "enthält eine kritische Erweiterung, die nicht geprüft werden kann"
            yield Mangel(Urteil.UNBESTIMMT, f"Das Zertifikat „{name}“ {grund} ({oid.dotted_string}).")
        elif oid == ExtensionOID.NAME_CONSTRAINTS and _restricts_people(extension.value):
            grund = "begrenzt die Namen, für die es gilt; das kann nicht geprüft werden"
            yield Mangel(Urteil.UNBESTIMMT, f"Das Zertifikat „{name}“ {grund}.")


def _restricts_people(constraints: object) -> bool:
    """Names of hosts and addresses of machines say nothing of who signs; names of people do, marked critical or not."""
    if not isinstance(constraints, x509.NameConstraints):
        return True
    subtrees = (*(constraints.permitted_subtrees or ()), *(constraints.excluded_subtrees or ()))
    return any(isinstance(name, x509.DirectoryName | x509.RFC822Name) for name in subtrees)


def _authority(certificate: x509.Certificate, below: int) -> Iterator[Mangel]:
    """`below` counts the CA certificates between this one and the leaf (RFC 5280 §4.2.1.9)."""
    name = _name(certificate)
    constraints = _extension(certificate, x509.BasicConstraints)
    if constraints is None or not constraints.ca:
        yield Mangel(Urteil.UNGUELTIG, f"„{name}“ darf keine Zertifikate ausstellen.")
    elif constraints.path_length is not None and below > constraints.path_length:
        yield Mangel(Urteil.UNGUELTIG, f"Die Kette unter „{name}“ ist länger als erlaubt.")
    usage = _extension(certificate, x509.KeyUsage)
    if usage is not None and not usage.key_cert_sign:
        yield Mangel(Urteil.UNGUELTIG, f"Der Schlüssel von „{name}“ darf keine Zertifikate signieren.")


def _algorithms(certificate: x509.Certificate, verwendung: Verwendung, at: datetime) -> Iterator[Mangel]:
    try:
        ratings = [rate_key(certificate.public_bytes(Encoding.DER), verwendung, at)]
        digest = certificate.signature_hash_algorithm
    except (CertificateInvalid, UnsupportedAlgorithm):
        yield Mangel(Urteil.UNBESTIMMT, f"Das Zertifikat „{_name(certificate)}“ nutzt ein unbekanntes Verfahren.")
        return
    if digest is not None:
        ratings.append(rate(digest.name, Verwendung.ZERTIFIKAT, at))
    yield from map(mangel_of, (rating for rating in ratings if rating.eignung is not Eignung.OK))


def mangel_of(rating: Bewertung) -> Mangel:
    return Mangel(URTEIL_OF[rating.eignung], rating.grund)


def _verwendung(zweck: Zweck, position: int) -> Verwendung:
    if position > 0:
        return Verwendung.ZERTIFIKAT
    return _LEAF_USE.get(zweck, Verwendung.SIGNATUR)


def _usage(leaf: x509.Certificate, zweck: Zweck) -> Iterator[Mangel]:
    """Mailbox certificates sign or encrypt; all others must be allowed to sign.

    VHN leaves have the extended usage clientAuth only, so it is judged for time stamps alone (RFC 3161 §2.3).
    """
    usage = _extension(leaf, x509.KeyUsage)
    signs = usage is None or usage.digital_signature or usage.content_commitment
    if zweck is not Zweck.MAILBOX and not signs:
        yield Mangel(Urteil.UNGUELTIG, f"Der Schlüssel von „{_name(leaf)}“ ist nicht zum Signieren bestimmt.")
    extended = _extension(leaf, x509.ExtendedKeyUsage)
    if zweck is Zweck.TSA and (extended is None or set(extended) != {ExtendedKeyUsageOID.TIME_STAMPING}):
        yield Mangel(Urteil.UNGUELTIG, f"„{_name(leaf)}“ ist nicht (nur) zum Ausstellen von Zeitstempeln bestimmt.")


def _extension(certificate: x509.Certificate, kind: type[_E]) -> _E | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _name(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()
