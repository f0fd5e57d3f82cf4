"""OSCI-Transport 1.2 (German administration to justice): messages, codec, security and dialogs, without any I/O.

Bytes in, values and bytes out. The caller brings HTTP, files and time:

* `Dialog` is the client: each request method gives an `OutgoingRequest`, whose `wire.chunks()` are one HTTP body;
  `receive` takes the body of the answer and gives an `Answer` that holds every check, or raises.
* `Recipient` is the passive recipient, `osci.intermediary.IntermediaryServer` the other side of a `Dialog`.
* A `Delivery` carries a `ContentPackage` of containers to an addressee. Payload flows as iterators of chunks and is
  released only after its tag and signatures were checked (`OpenedContainer.contents`).
* `Upload` and `Download` cut large deliveries into chunks. `read_message` reads any single message.
* A `Policy` says which algorithms may be used; `osci.messages` has one frozen dataclass for each message type.

Only `OsciError` and its children are raised for what others send. Read `docs/osci/api.md` for an example, and
`docs/osci/supported.md` for what is spoken. Sections and chapters in docstrings are those of the protocol's fact sheet.
"""

from osci.answers import Answer, Client, Expectation, Intermediary, RequestRefused, check_answer
from osci.certificates import Certificates
from osci.content import (
    Attachment,
    AttachmentContent,
    ContainerContent,
    ContentContainer,
    ContentPackage,
    DataContent,
    EncryptedContainer,
    StoredPackage,
)
from osci.delivery import Delivery
from osci.dialog import Dialog, OutgoingRequest, State
from osci.download import Download
from osci.errors import LocalProtocolError, NotAnOsciMessage, OsciError, RemoteFault, RemoteProtocolError
from osci.incoming import Incoming
from osci.keys import DecryptionKey, SigningKey, SoftKey, soft_key
from osci.messages import ByMessageId, ByModification, ByReception, QualityOfTimestamp
from osci.opened import OpenedContainer, OpenedContent
from osci.policy import READ_OLD_MAIL, RECEIVING_NOW, SENDING, Choice, Policy
from osci.processcard import ProcessCard, ProcessCardBundle
from osci.reader import Received, read_message
from osci.recipient import Recipient, Refusal
from osci.types import MessageType, Role, Use, Verdict
from osci.upload import Upload

__all__ = [
    "READ_OLD_MAIL",
    "RECEIVING_NOW",
    "SENDING",
    "Answer",
    "Attachment",
    "AttachmentContent",
    "ByMessageId",
    "ByModification",
    "ByReception",
    "Certificates",
    "Choice",
    "Client",
    "ContainerContent",
    "ContentContainer",
    "ContentPackage",
    "DataContent",
    "DecryptionKey",
    "Delivery",
    "Dialog",
    "Download",
    "EncryptedContainer",
    "Expectation",
    "Incoming",
    "Intermediary",
    "LocalProtocolError",
    "MessageType",
    "NotAnOsciMessage",
    "OpenedContainer",
    "OpenedContent",
    "OsciError",
    "OutgoingRequest",
    "Policy",
    "ProcessCard",
    "ProcessCardBundle",
    "QualityOfTimestamp",
    "Received",
    "Recipient",
    "Refusal",
    "RemoteFault",
    "RemoteProtocolError",
    "RequestRefused",
    "Role",
    "SigningKey",
    "SoftKey",
    "State",
    "StoredPackage",
    "Upload",
    "Use",
    "Verdict",
    "check_answer",
    "read_message",
    "soft_key",
]
