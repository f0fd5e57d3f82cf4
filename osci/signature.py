"""XML signatures as OSCI uses them (sections 3.6, 3.9): writing SignedInfo, parsing it, checking the SignatureValue."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from osci import algorithms as a
from osci import base64text
from osci.c14n import canonical
from osci.c14n import escape_attribute as esc
from osci.constants import DS, NS5
from osci.errors import LocalProtocolError, invalid
from osci.keys import SigningKey, public_key
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
    """The signature URI of the policy's choice that fits the key; LocalProtocolError where the policy has none."""
    key = public_key(certificate)
    if is_short(key, policy):
        raise LocalProtocolError(f"policy {policy.name} does not allow to sign with so short a key")
    algorithm = policy.choice.rsa_signature if isinstance(key, rsa.RSAPublicKey) else policy.choice.ecdsa_signature
    if algorithm not in policy.signatures:
        raise LocalProtocolError(f"policy {policy.name} does not allow {algorithm}")
    return algorithm


def is_short(key: object, policy: Policy) -> bool:
    """Whether a signature key has fewer bits than the policy relies upon."""
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size < policy.min_rsa_bits
    return isinstance(key, ec.EllipticCurvePublicKey) and key.curve.key_size < policy.min_ec_bits


def signature_xml(key: SigningKey, references: Sequence[Reference], certificate_id: str, policy: Policy) -> str:
    """A complete ds:Signature over the references, in the library's form; NS5 is the context it stands in."""
    algorithm = choose_algorithm(key.certificate, policy)
    if not policy.digests.issuperset(reference.digest_method for reference in references):
        raise LocalProtocolError(f"policy {policy.name} does not allow {a.short_name(policy.choice.digest)}")
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
