"""What a delivery must keep to before it is taken: whatever is taken must also be able to leave again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from osci import certificates as c
from osci.certificates import Certificates
from osci.constants import MAX_XML_BYTES, NS5
from osci.content import Part, StoredPackage
from osci.content_writer import RESERVED_IDS
from osci.errors import invalid
from osci.feedback import FeedbackEntry
from osci.layout import LAYOUTS
from osci.messages import ForwardDelivery, MediateDelivery, StoreDelivery
from osci.types import Role, Use
from osci.xml import parse

DeliveryRequest = StoreDelivery | ForwardDelivery | MediateDelivery
Admission = Callable[[DeliveryRequest], FeedbackEntry | None]
"""Looks at a delivery before anything is done with it (certificates, sizes, receiver); an entry (9xxx) refuses it."""

_OWN_IDS: Final = RESERVED_IDS | {kind.value.lower() for kind in LAYOUTS}
"""Ids of the blocks around the content when it goes out again (section 3.3)."""


ROOM_BYTES: Final = 2 * 1024 * 1024
"""Own choice: header blocks, process card and signature around the content, with a thousand attachments."""


@dataclass(frozen=True, slots=True)
class Content:
    """What of a delivery goes out again. `addressee`: DER of CipherCertificateAddressee."""

    addressee: bytes
    certificates: Certificates
    package: StoredPackage


def content_of(request: DeliveryRequest, sender: bytes, own: Certificates) -> Content:
    """Raises RemoteProtocolError 9100 without CipherCertificateAddressee, or for Ids that `own` blocks will need.

    `sender`: cipher certificate of the client. In an explicit dialog the request need not repeat it, but whoever
    gets the delivery wants to answer.
    """
    addressee = request.certificates.find(Role.ADDRESSEE, Use.CIPHER)
    if addressee is None or not isinstance(request.package, StoredPackage):
        raise invalid("a delivery without CipherCertificateAddressee")
    certificates = request.certificates.others
    if certificates.find(Role.ORIGINATOR, Use.CIPHER) is None:
        certificates = c.originator(cipher=sender) + certificates
    check_repackable(request.package, certificates, request.custom_headers, own)
    return Content(addressee, certificates, request.package)


def check_repackable(
    package: StoredPackage, certificates: Certificates, custom_headers: tuple[bytes, ...], own: Certificates
) -> None:
    """Content that could not be written again would block the mailbox it lies in. Raises RemoteProtocolError 9100.

    Ids are unique in a document (section 3.3); a MIME header is one line; the XML must leave room for our blocks.
    """
    reserved = _OWN_IDS | {entry.id for entry in own}
    fragments = (package.xml, *custom_headers)
    size = sum(map(len, fragments)) + sum(2 * len(entry.der) for entry in certificates)
    if size > MAX_XML_BYTES - ROOM_BYTES:
        raise invalid("the XML of the delivery leaves no room for the message around it")
    if not reserved.isdisjoint({*(entry.id for entry in certificates), *_ids(fragments)}):
        raise invalid("the delivery uses an Id that belongs to the message around it")
    if any("\r" in text or "\n" in text for part in package.parts for text in _header_texts(part)):
        raise invalid("a MIME header with a line break in it")


def _header_texts(part: Part) -> Iterator[str]:
    yield from (part.content_id, part.content_type, part.encoding)
    for name, value in part.headers:
        yield from (name, value)


def _ids(fragments: tuple[bytes, ...]) -> Iterator[str]:
    root = parse(b"<x" + NS5.encode() + b">" + b"".join(fragments) + b"</x>")
    yield from (value for found in root.walk() if (value := found.get("Id")) is not None)
