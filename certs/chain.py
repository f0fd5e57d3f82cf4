"""From a certificate to a trust anchor of the right purpose (RFC 5280 §6, without policies and name constraints).

Revocation is not judged here: it needs data from outside, which the caller fetches and judges on top.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding

from certs.anchors import Anchor, Anchors, Zweck
from certs.certificate import load
from certs.errors import CertificateInvalid
from certs.pathrules import Mangel, check_path
from certs.urteil import Urteil, schlechtestes

MAX_OTHERS: Final = 64  # ours; a German chain has two to four certificates
MAX_DEPTH: Final = 8  # ours
MAX_SIGNATURE_CHECKS: Final = 200  # ours; stops crafted sets of cross-signed certificates


@dataclass(frozen=True, slots=True)
class Kettenpruefung:
    """The verdict on a chain. `kette` runs from the certificate to the anchor, DER; empty when none was found.

    `fremder_zweck` names the purpose under which the certificate would be trusted, when it is not one asked for.
    """

    urteil: Urteil
    gruende: tuple[str, ...]
    kette: tuple[bytes, ...] = ()
    anchor: Anchor | None = None
    fremder_zweck: Zweck | None = None


@dataclass(frozen=True, slots=True)
class _Pfad:
    zertifikate: tuple[x509.Certificate, ...]
    anchor: Anchor


class _TooManyChecks(Exception):
    pass


def verify_chain(
    leaf: bytes, others: Iterable[bytes], anchors: Anchors, zwecke: Iterable[Zweck], at: datetime
) -> Kettenpruefung:
    """Whether `leaf` is trusted for one of `zwecke` at the moment `at` (aware); `others` are possible issuers, DER.

    Green needs a chain to an anchor in which every signature, validity, CA right, path length, key usage and
    algorithm is right. No anchor found or an expired certificate is open (yellow), a broken rule is red.
    """
    try:
        certificate = load(leaf)
    except CertificateInvalid:
        return Kettenpruefung(Urteil.UNBESTIMMT, ("Das Zertifikat ist nicht lesbar.",))
    wanted = tuple(zwecke)
    candidates = _load_all(others)
    try:
        found = [_judge(pfad, at) for pfad in _paths(certificate, candidates, anchors.for_zweck(*wanted, at=at))]
        if found:
            return min(found, key=lambda result: list(Urteil).index(result.urteil))
        return _untrusted(certificate, candidates, anchors, wanted, at)
    except _TooManyChecks:
        return Kettenpruefung(Urteil.UNBESTIMMT, ("Die beigefügten Zertifikate ergeben zu viele mögliche Ketten.",))


def _load_all(others: Iterable[bytes]) -> tuple[x509.Certificate, ...]:
    """What can be read of them; an unreadable extra certificate must not hide a good chain."""
    loaded: list[x509.Certificate] = []
    for der in dict.fromkeys(others):
        try:
            loaded.append(load(der))
        except CertificateInvalid:
            continue
    return tuple(loaded[:MAX_OTHERS])


def _judge(pfad: _Pfad, at: datetime) -> Kettenpruefung:
    maengel = tuple(check_path(pfad.zertifikate, pfad.anchor.zweck, at))
    urteil = schlechtestes([Urteil.GUELTIG, *(mangel.urteil for mangel in maengel)])
    kette = tuple(certificate.public_bytes(Encoding.DER) for certificate in pfad.zertifikate)
    return Kettenpruefung(urteil, _texts(maengel), kette, pfad.anchor)


def _texts(maengel: Iterable[Mangel]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(mangel.grund for mangel in maengel))


def _untrusted(
    certificate: x509.Certificate,
    candidates: tuple[x509.Certificate, ...],
    anchors: Anchors,
    wanted: tuple[Zweck, ...],
    at: datetime,
) -> Kettenpruefung:
    fremde = tuple(zweck for zweck in Zweck if zweck not in wanted)
    for pfad in _paths(certificate, candidates, anchors.for_zweck(*fremde, at=at)):
        zweck = pfad.anchor.zweck
        grund = f"Der Aussteller ist nur für den Zweck „{zweck}“ zugelassen, nicht für „{', '.join(wanted)}“."
        return Kettenpruefung(Urteil.UNBESTIMMT, (grund,), fremder_zweck=zweck)
    if _claims_anchor(certificate, candidates, anchors.for_zweck(*wanted, at=at)):
        return Kettenpruefung(
            Urteil.UNGUELTIG, ("Das Zertifikat wurde nicht von dem Aussteller signiert, den es nennt.",)
        )
    return Kettenpruefung(Urteil.UNBESTIMMT, ("Der Aussteller des Zertifikats gehört zu keinem Vertrauensanker.",))


def _claims_anchor(
    certificate: x509.Certificate, candidates: tuple[x509.Certificate, ...], trusted: tuple[Anchor, ...]
) -> bool:
    """No other certificate explains the issuer, and an anchor of that name did not sign: forged."""
    if any(candidate.subject == certificate.issuer for candidate in candidates):
        return False
    return any(load(anchor.certificate).subject == certificate.issuer for anchor in trusted)


def _paths(
    leaf: x509.Certificate, candidates: tuple[x509.Certificate, ...], trusted: tuple[Anchor, ...]
) -> Iterator[_Pfad]:
    """Every path whose names and signatures fit, depth first."""
    ends = [(anchor, load(anchor.certificate)) for anchor in trusted]
    yield from (_Pfad((leaf,), anchor) for anchor, end in ends if end == leaf)
    stack: list[tuple[x509.Certificate, ...]] = [(leaf,)]
    budget = MAX_SIGNATURE_CHECKS
    while stack:
        path = stack.pop()
        issuers = [*ends, *((None, candidate) for candidate in candidates if candidate not in path)]
        for anchor, issuer in issuers:
            if issuer.subject != path[-1].issuer or issuer in path:
                continue
            budget -= 1
            if budget < 0:
                raise _TooManyChecks
            if not _issued(path[-1], issuer):
                continue
            if anchor is not None:
                yield _Pfad((*path, issuer), anchor)
            elif len(path) < MAX_DEPTH:
                stack.append((*path, issuer))


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return True


def issuer_among(certificate: bytes, others: Iterable[bytes]) -> bytes | None:
    """The first of `others` (DER) that issued `certificate` by name and signature; None when none did."""
    try:
        subject = load(certificate)
    except CertificateInvalid:
        return None
    for candidate in _load_all(others):
        if candidate.subject == subject.issuer and _issued(subject, candidate):
            return candidate.public_bytes(Encoding.DER)
    return None
