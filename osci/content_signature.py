"""Content signatures of a container (section 3.9): what must be signed, and whether it is."""

from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, replace
from functools import cache
from hmac import compare_digest

from osci import algorithms as a
from osci import base64text
from osci.c14n import canonical, canonical_without_inherited
from osci.certificates import Certificates
from osci.constants import DS, MAX_SIGNATURES, OSCI, XADES, XENC
from osci.encryption import cipher_reference
from osci.errors import invalid
from osci.opened_parts import AttachmentOpener
from osci.policy import Policy
from osci.signature import ParsedSignature, Reference, SignatureStatus, digest, parse_signature
from osci.signature_check import check_value
from osci.types import Role, Use, Verdict
from osci.xml import Element


@dataclass(frozen=True, slots=True)
class _Target:
    """Something that has to be signed: transforms that may be named, and its digest for a digest URI.

    Digests are computed once, however many signatures there are.
    """

    transforms: frozenset[tuple[str, ...]]
    digest: Callable[[str], bytes | None]
    is_data: bool = False


def wanted_digests(document: Element) -> dict[str, set[str]]:
    """Digest URIs that the signatures anywhere in the document need, by attachment name."""
    wanted: dict[str, set[str]] = {}
    for found in document.walk():
        if found.is_(DS, "Reference"):
            uri, method = found.get("URI") or "", found.child(DS, "DigestMethod")
            if uri.startswith("cid:") and method is not None:
                wanted.setdefault(uri[4:], set()).add(method.get("Algorithm") or "")
    return wanted


def check_container(
    container: Element, opener: AttachmentOpener, certificates: Certificates, policy: Policy
) -> tuple[SignatureStatus, ...]:
    """A status for each ds:Signature of the container itself. RemoteProtocolError 9100 for a malformed one."""
    signatures = [parse_signature(e) for e in container.all(DS, "Signature")]
    if len(signatures) > MAX_SIGNATURES:
        raise invalid(f"more than {MAX_SIGNATURES} signatures of one container")
    if not signatures:
        return ()
    targets = dict(_targets(container, opener))
    return tuple(_check(parsed, targets, certificates, policy) for parsed in signatures)


def content_id(content: Element) -> str:
    """Id of a Content; of data it stands on the Base64Content (section 3.8)."""
    data = content.child(OSCI, "Base64Content")
    identifier = (data or content).get("Id")
    if identifier is None:
        raise invalid("a Content without Id")
    return identifier


def attachment_name(content: Element) -> str | None:
    """Reference id of an attachment content, None for the other kinds."""
    href = content.get("href")
    if href is None:
        return None
    if not href.startswith("cid:") or len(href) == len("cid:"):
        raise invalid("a Content whose href is no cid")
    return href[4:]


def _targets(container: Element, opener: AttachmentOpener) -> Iterator[tuple[str, _Target]]:
    for child in container.elements():
        if child.is_(OSCI, "Content"):
            yield from _content_targets(child, opener)
        elif child.is_(XENC, "EncryptedData") and cipher_reference(child) is None:
            yield f"#{child.get('Id')}", _element_target(canonical_without_inherited, child)


def _content_targets(content: Element, opener: AttachmentOpener) -> Iterator[tuple[str, _Target]]:
    data = content.child(OSCI, "Base64Content")
    if data is not None:
        yield f"#{content_id(content)}", _data_target(data)
        return
    yield f"#{content_id(content)}", _element_target(canonical, content)
    for name in _names(content):
        yield f"cid:{name}", _attachment_target(name, opener)


def _names(content: Element) -> Iterator[str]:
    """Attachments of this content, inside nested containers too."""
    for found in content.walk():
        if found.is_(OSCI, "Content") and (name := attachment_name(found)) is not None:
            yield name


def _data_target(data: Element) -> _Target:
    once = cache(lambda uri: digest(uri, base64text.decode(data.text())))
    return _Target(frozenset({(a.BASE64,)}), once, is_data=True)


def _element_target(form: Callable[[Element], bytes], found: Element) -> _Target:
    return _Target(frozenset({(a.C14N,)}), cache(lambda uri: digest(uri, form(found))))


def _attachment_target(name: str, opener: AttachmentOpener) -> _Target:
    return _Target(frozenset({()}), lambda uri: opener.digest(name, uri))


def _check(
    parsed: ParsedSignature, targets: dict[str, _Target], certificates: Certificates, policy: Policy
) -> SignatureStatus:
    entry = certificates.by_id((parsed.retrieval or "")[1:])
    if entry is None or entry.use is not Use.SIGNATURE or entry.role not in {Role.ORIGINATOR, Role.OTHER_AUTHOR}:
        status = SignatureStatus(Verdict.VALID, parsed.algorithm, signer_id=parsed.retrieval)
        return status.failed("9601", "a content signature names no certificate of originator or author")
    status = check_value(parsed, entry.der, policy)
    expected = dict(targets)
    time = _signing_time(parsed)
    if time is not None:
        expected[f"#{time[0]}"] = time[1]
        status = replace(status, signing_time=time[2])
    given = {r.uri for r in parsed.references}
    if given != expected.keys():
        difference = ", ".join(sorted(given ^ expected.keys()))
        status = status.failed(_coverage_code(expected.keys() - given), f"signed set differs: {difference}")
    for reference in parsed.references:
        status = _check_reference(status, reference, expected.get(reference.uri))
    return status


def _coverage_code(missing: Set[str]) -> str:
    """A Content that is not signed makes the message malformed, other gaps make the signature wrong (section 3.9)."""
    if any(uri.startswith("#") for uri in missing):
        return "9100"
    return "9602" if missing else "9601"


def _check_reference(status: SignatureStatus, reference: Reference, target: _Target | None) -> SignatureStatus:
    if target is None:
        return status
    if reference.transforms not in target.transforms:
        text = f"transforms of {reference.uri} cannot be followed"
        return status.doubted(text) if target.is_data else status.failed("9601", text)
    actual = target.digest(reference.digest_method) if reference.digest_method in a.DIGESTS else None
    if actual is None or not compare_digest(actual, reference.digest):
        return status.failed("9601", f"digest of {reference.uri} is wrong")
    return status


def _signing_time(parsed: ParsedSignature) -> tuple[str, _Target, str] | None:
    """The claimed signing time (section 3.9), with the Id and the digest target of its SignedProperties."""
    found = [e for o in parsed.element.all(DS, "Object") for e in o.walk() if e.is_(XADES, "SignedProperties")]
    if not found:
        return None
    if len(found) > 1 or not found[0].get("Id"):
        raise invalid("several SignedProperties, or without Id")
    times = [e.text() for e in found[0].walk() if e.is_(XADES, "SigningTime")]
    target = _Target(frozenset({(), (a.C14N,)}), lambda uri: digest(uri, canonical(found[0])))
    return found[0].get("Id") or "", target, times[0] if times else ""
