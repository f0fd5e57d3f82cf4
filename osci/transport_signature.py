"""The transport signature against the message it came with, section 3.6."""

from collections.abc import Mapping
from hmac import compare_digest

from osci import algorithms as a
from osci.c14n import canonical
from osci.certificates import Certificates
from osci.envelope import Envelope
from osci.errors import LocalProtocolError
from osci.parts import ReceivedPart
from osci.policy import Policy
from osci.signature import ParsedSignature, Reference, SignatureStatus, digest
from osci.signature_check import check_value
from osci.types import Use, Verdict


def check_transport_signature(
    envelope: Envelope, parts: Mapping[str, ReceivedPart], certificates: Certificates, policy: Policy
) -> SignatureStatus:
    """Verified with the certificate of the sending role, over exactly all header blocks, the Body and all parts."""
    parsed = envelope.signature
    if parsed is None:
        raise LocalProtocolError("there is no signature to check")
    role = envelope.layout.signer
    der = certificates.find(role, Use.SIGNATURE)
    if der is None:
        return _without_certificate(parsed, f"SignatureCertificate{role} is missing")
    status = check_value(parsed, der, policy)
    named = certificates.by_id((parsed.retrieval or "")[1:])
    if named is None or named.der != der or named.use is not Use.SIGNATURE:
        status = status.failed("9601", f"the signature does not name SignatureCertificate{role}")
    status = _check_coverage(status, parsed, envelope, parts)
    for reference in parsed.references:
        reason = _mismatch(reference, envelope, parts)
        if reason is not None:
            status = status.failed("9601", reason)
    return status


def _without_certificate(parsed: ParsedSignature, reason: str) -> SignatureStatus:
    uris = tuple(r.uri for r in parsed.references)
    status = SignatureStatus(Verdict.VALID, parsed.algorithm, references=uris, signer_id=parsed.retrieval)
    return status.failed("9601", reason)


def _check_coverage(
    status: SignatureStatus, parsed: ParsedSignature, envelope: Envelope, parts: Mapping[str, ReceivedPart]
) -> SignatureStatus:
    expected = {f"#{i}" for i in envelope.signable} | {f"cid:{i}" for i in parts}
    given = {r.uri for r in parsed.references}
    if missing := sorted(expected - given):
        status = status.failed("9601", f"not signed: {', '.join(missing)}")
    if surplus := sorted(given - expected):
        status = status.failed("9601", f"signed, but not there: {', '.join(surplus)}")
    return status


def _mismatch(reference: Reference, envelope: Envelope, parts: Mapping[str, ReceivedPart]) -> str | None:
    """Why the reference is wrong, None if it is right or if coverage has spoken already."""
    found = envelope.signable.get(reference.uri[1:]) if reference.uri.startswith("#") else None
    part = parts.get(reference.uri[4:]) if reference.uri.startswith("cid:") else None
    if reference.digest_method not in a.DIGESTS:
        return f"unknown digest algorithm for {reference.uri}"
    if found is not None:
        allowed, actual = {(a.C14N,), ()}, digest(reference.digest_method, canonical(found))
    elif part is not None:
        allowed, actual = {(), (a.BASE64,)}, part.digests[reference.digest_method]
    else:
        return None
    if reference.transforms not in allowed:
        return f"unexpected transform for {reference.uri}"
    return None if compare_digest(actual, reference.digest) else f"digest of {reference.uri} is wrong"
