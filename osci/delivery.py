"""A delivery as its sender sees it: what it carries and whom it is for; stored, forwarded or mediated alike."""

from dataclasses import dataclass, field

from osci.certificates import Certificates
from osci.content import Package
from osci.messages import QualityOfTimestamp


@dataclass(frozen=True, slots=True)
class Delivery:
    """`addressee`: DER cipher certificate of whom it is for; the mailbox, where there is one, is found by it.

    Readers and authors of the package get their certificate entries from the dialog; `certificates` adds others, or
    fixes Ids. `custom_headers`: header elements as canonical XML with an Id (section 3.13). `quality`: of the
    timestamps that the intermediary puts on the process card.
    """

    package: Package
    addressee: bytes
    subject: str | None = None
    certificates: Certificates = field(default_factory=Certificates)
    custom_headers: tuple[bytes, ...] = ()
    quality: QualityOfTimestamp = field(default_factory=QualityOfTimestamp)
