"""The job element of each message type into its dataclass, chapter 4."""

from osci.job_fields import Common, Extras
from osci.jobs_read_requests import REQUEST_READERS
from osci.jobs_read_responses import RESPONSE_READERS
from osci.messages import Message
from osci.types import MessageType
from osci.xml import Element

__all__ = ["Common", "Extras", "read_job"]


def read_job(kind: MessageType, job: Element, common: Common, extras: Extras) -> Message:
    """The typed message. RemoteProtocolError 9100 where the job element does not hold what its type needs."""
    reader = REQUEST_READERS.get(kind) or RESPONSE_READERS[kind]
    return reader(job, common, extras)
