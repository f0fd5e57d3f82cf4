"""XML signatures as OSCI uses them (sections 3.6, 3.9): writing SignedInfo, parsing it, checking the SignatureValue."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from osci import algorithms as a
from osci import base64text
from osci.c14n import canonical
from osci.c14n import escape_attribute as esc
from osci.constants import DS, NS5
from osci.errors import LocalProtocolError, RemoteProtocolError, invalid
from osci.keys import PublicSide, SigningKey, field_bytes, hash_algorithm, parse_certificate, rsa_padding
from osci.policy import Policy
from osci.types import Verdict
from osci.xml import Element


@dataclass(frozen=True, slots=True)
class Reference:
    """One ds:Reference: URI (`#id` or `cid:name`), transform URIs, digest URI and value."""

    uri: str
    transforms: tuple[str, ...]
    digest_method: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class ParsedSignature:
    """A ds:Signature as it stands; nothing is checked yet. `signed` are the canonical bytes of SignedInfo."""

    algorithm: str
    references: tuple[Reference, ...]
    signed: bytes
    value: bytes
    retrieval: str | None
    element: Element


@dataclass(frozen=True, slots=True)
class SignatureStatus:
    """Result of a check. `signer` is the DER certificate; `code` the OSCI code when not valid; `reasons` say why."""

    verdict: Verdict
    algorithm: str | None = None
    digests: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    signer: bytes | None = None
    signer_id: str | None = None
    code: str | None = None
    reasons: tuple[str, ...] = ()
    signing_time: str | None = None

    @property
    def present(self) -> bool:
        return self.algorithm is not None

    def failed(self, code: str, reason: str) -> "SignatureStatus":
        """The same signature, proven wrong for one more reason; the first code stays."""
        kept = self.code if self.verdict is Verdict.INVALID else None
        return replace(self, verdict=Verdict.INVALID, code=kept or code, reasons=(*self.reasons, reason))

    def doubted(self, reason: str) -> "SignatureStatus":
        """Not relied upon, without being proven wrong."""
        verdict = Verdict.INVALID if self.verdict is Verdict.INVALID else Verdict.INDETERMINATE
        return replace(self, verdict=verdict, code=self.code or "9601", reasons=(*self.reasons, reason))


UNSIGNED = SignatureStatus(Verdict.INDETERMINATE, code="9600", reasons=("not signed",))


def digest(method: str, data: bytes) -> bytes:
    """Digest for a URI of section 3.11; LocalProtocolError if we do not know it."""
    name = a.DIGESTS.get(method)
    if name is None:
        raise LocalProtocolError(f"unknown digest algorithm {method}")
    return hashlib.new(name, data, usedforsecurity=False).digest()


def choose_algorithm(certificate: bytes, policy: Policy) -> str:
    """The signature URI of the policy's choice that fits the key."""
    key = parse_certificate(certificate).key
    algorithm = policy.choice.rsa_signature if isinstance(key, rsa.RSAPublicKey) else policy.choice.ecdsa_signature
    if algorithm not in policy.signatures:
        raise LocalProtocolError(f"policy {policy.name} does not allow {algorithm}")
    return algorithm


def signature_xml(key: SigningKey, references: Sequence[Reference], certificate_id: str, policy: Policy) -> str:
    """A complete ds:Signature over the references, in the library's form; NS5 is the context it stands in."""
    algorithm = choose_algorithm(key.certificate, policy)
    inner = _signed_info(references, algorithm)
    value = key.sign(f"<ds:SignedInfo{NS5}>{inner}</ds:SignedInfo>".encode(), algorithm)
    return (
        f"<ds:Signature><ds:SignedInfo>{inner}</ds:SignedInfo>"
        f"<ds:SignatureValue>{base64text.encode_lines(value)}</ds:SignatureValue>"
        f'<ds:KeyInfo><ds:RetrievalMethod URI="#{esc(certificate_id)}"></ds:RetrievalMethod></ds:KeyInfo>'
        "</ds:Signature>"
    )


def _signed_info(references: Sequence[Reference], algorithm: str) -> str:
    head = (
        f'\n<ds:CanonicalizationMethod Algorithm="{a.C14N}"></ds:CanonicalizationMethod>'
        f'\n<ds:SignatureMethod Algorithm="{algorithm}"></ds:SignatureMethod>\n'
    )
    return head + "".join(_reference_xml(reference) for reference in references)


def _reference_xml(reference: Reference) -> str:
    steps = "".join(f'<ds:Transform Algorithm="{uri}"></ds:Transform>\n' for uri in reference.transforms)
    transforms = f"<ds:Transforms>\n{steps}</ds:Transforms>\n" if steps else ""
    return (
        f'<ds:Reference URI="{esc(reference.uri)}">\n{transforms}'
        f'<ds:DigestMethod Algorithm="{reference.digest_method}"></ds:DigestMethod>\n'
        f"<ds:DigestValue>{base64text.encode(reference.digest)}</ds:DigestValue>\n</ds:Reference>\n"
    )


def parse_signature(element: Element) -> ParsedSignature:
    """A ds:Signature element into its parts. RemoteProtocolError 9100 for what is not of the form of section 3.6."""
    children = element.elements()
    if any(e.namespace != DS or e.local not in _ALLOWED for e in children):
        raise invalid("unknown element in a signature")
    info = element.need(DS, "SignedInfo")
    if _algorithm(info.need(DS, "CanonicalizationMethod")) != a.C14N:
        raise invalid("canonicalization algorithm is not inclusive C14N 1.0")
    references = tuple(_parse_reference(e) for e in info.all(DS, "Reference"))
    if len({r.uri for r in references}) != len(references):
        raise invalid("two references to the same thing")
    key_info = element.child(DS, "KeyInfo")
    method = key_info.child(DS, "RetrievalMethod") if key_info else None
    uri = method.get("URI") if method else None
    return ParsedSignature(
        algorithm=_algorithm(info.need(DS, "SignatureMethod")),
        references=references,
        signed=canonical(info),
        value=base64text.decode(element.need(DS, "SignatureValue").text()),
        retrieval=uri,
        element=element,
    )


_ALLOWED = {"SignedInfo", "SignatureValue", "KeyInfo", "Object"}


def _algorithm(element: Element) -> str:
    uri = element.get("Algorithm")
    if uri is None:
        raise invalid(f"{element.local} without Algorithm")
    return uri


def _parse_reference(element: Element) -> Reference:
    uri = element.get("URI")
    if not uri:
        raise invalid("a reference without URI")
    steps = element.child(DS, "Transforms")
    return Reference(
        uri=uri,
        transforms=tuple(_algorithm(e) for e in steps.all(DS, "Transform")) if steps else (),
        digest_method=_algorithm(element.need(DS, "DigestMethod")),
        digest=base64text.decode(element.need(DS, "DigestValue").text()),
    )


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
    key = certificate.key
    short_rsa = isinstance(key, rsa.RSAPublicKey) and key.key_size < policy.min_rsa_bits
    short_ec = isinstance(key, ec.EllipticCurvePublicKey) and key.key_size < policy.min_ec_bits
    if short_rsa or short_ec:
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
