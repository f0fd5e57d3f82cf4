"""Reading a content record again: which attachments a signed container names, and with which digests."""

from osci import algorithms as a
from osci.constants import DS, OSCI
from osci.content_signature import attachment_name
from osci.errors import RemoteProtocolError, invalid
from osci.policy import Policy
from osci.signature import parse_signature
from osci.signature_check import check_value
from osci.types import Verdict
from osci.xml import Element, parse

SHA256 = a.SHA256


def signed_attachments(record: bytes, certificate: bytes, policy: Policy) -> dict[str, bytes]:
    """SHA-256 (32 bytes) of the plaintext of each attachment, by reference id, as signed with `certificate` (DER).

    `record` is a ContentContainer as signed, without the attachments' key carriers (`ContainerRecord.xml`, section
    3.9). Raises RemoteProtocolError when it is not of that form, is not signed once by this certificate, or when the
    signature does not hold. What the attachments themselves contain is for the caller to compare.
    """
    container = parse(record)
    if not container.is_(OSCI, "ContentContainer"):
        raise invalid("a record that is no ContentContainer")
    signatures = container.all(DS, "Signature")
    if len(signatures) != 1:
        raise RemoteProtocolError("9602", "a record needs exactly one signature")
    parsed = parse_signature(signatures[0])
    status = check_value(parsed, certificate, policy)
    if status.verdict is not Verdict.VALID:
        raise RemoteProtocolError(status.code or "9601", "; ".join(status.reasons))
    digests = {r.uri[4:]: r.digest for r in parsed.references if r.uri.startswith("cid:") and r.digest_method == SHA256}
    if digests.keys() != _names(container):
        raise RemoteProtocolError("9602", "the signature and the contents name different attachments")
    return digests


def _names(container: Element) -> set[str]:
    found = (attachment_name(element) for element in container.walk() if element.is_(OSCI, "Content"))
    return {name for name in found if name is not None}
