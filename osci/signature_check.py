"""The SignatureValue of a parsed signature against its certificate and the policy (sections 3.6, 3.11)."""

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from osci import algorithms as a
from osci.errors import RemoteProtocolError
from osci.keys import PublicSide, field_bytes, hash_algorithm, parse_certificate, rsa_padding
from osci.policy import Policy
from osci.signature import ParsedSignature, SignatureStatus, is_short
from osci.types import Verdict


def check_value(parsed: ParsedSignature, certificate: bytes, policy: Policy) -> SignatureStatus:
    """The SignatureValue against the certificate, algorithms and key size against the policy; digests come later."""
    status = SignatureStatus(
        Verdict.VALID,
        algorithm=parsed.algorithm,
        digests=tuple(sorted({r.digest_method for r in parsed.references})),
        references=tuple(r.uri for r in parsed.references),
        signer=certificate,
        signer_id=parsed.retrieval,
    )
    loaded = _loaded(certificate)
    if loaded is None:
        return status.failed("9601", "the signer's certificate cannot be read")
    if not loaded.may_sign:
        status = status.failed("9601", "the certificate's key usage does not allow signatures")
    if parsed.algorithm not in a.SIGNATURES:
        status = status.failed("9100", f"signature algorithm {a.short_name(parsed.algorithm)} is not known")
    status = _apply_policy(status, loaded, policy)
    if not _value_fits(parsed, loaded):
        status = status.failed("9601", "the signature value is wrong")
    return status


def _loaded(certificate: bytes) -> PublicSide | None:
    try:
        return parse_certificate(certificate)
    except RemoteProtocolError:
        return None


def _apply_policy(status: SignatureStatus, certificate: PublicSide, policy: Policy) -> SignatureStatus:
    for uri in (status.algorithm or "", *status.digests):
        if uri not in policy.signatures and uri not in policy.digests:
            status = status.doubted(f"algorithm {a.short_name(uri)} is not relied upon ({policy.name})")
    if is_short(certificate.key, policy):
        status = status.doubted(f"the signer's key is too short ({policy.name})")
    return status


def _value_fits(parsed: ParsedSignature, certificate: PublicSide) -> bool:
    scheme = a.SIGNATURES.get(parsed.algorithm)
    if scheme is None:
        return False
    try:
        _verify(certificate, scheme, parsed)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True


def _verify(certificate: PublicSide, scheme: a.SignatureScheme, parsed: ParsedSignature) -> None:
    key = certificate.key
    hashing = hash_algorithm(scheme.digest)
    if isinstance(key, rsa.RSAPublicKey) and scheme.family != "ecdsa":
        key.verify(parsed.value, parsed.signed, rsa_padding(scheme), hashing)
    elif isinstance(key, ec.EllipticCurvePublicKey) and scheme.family == "ecdsa":
        size = field_bytes(key.curve)
        if len(parsed.value) != 2 * size:
            raise InvalidSignature
        r, s = int.from_bytes(parsed.value[:size], "big"), int.from_bytes(parsed.value[size:], "big")
        key.verify(encode_dss_signature(r, s), parsed.signed, ec.ECDSA(hashing))
    else:
        raise InvalidSignature
