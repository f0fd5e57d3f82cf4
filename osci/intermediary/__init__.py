"""The intermediary's side of OSCI 1.2, without I/O: one request body in, one answer body out (chapter 6).

Deliveries for recipients without a mailbox come out as `Outbound`: the driver sends them and feeds the answer back.
"""

from osci.intermediary.admission import Admission, DeliveryRequest
from osci.intermediary.chunks import ChunkStore, MemoryChunks, Packed, Plan, Upload
from osci.intermediary.dialogs import DIALOG_LIFETIME, MAX_DIALOGS
from osci.intermediary.inspection import CertificateInspector, Inspector
from osci.intermediary.means import Identity
from osci.intermediary.memory import MemoryStore
from osci.intermediary.relay import Outbound
from osci.intermediary.server import IntermediaryServer, Reply

__all__ = [
    "DIALOG_LIFETIME",
    "MAX_DIALOGS",
    "Admission",
    "CertificateInspector",
    "ChunkStore",
    "DeliveryRequest",
    "Identity",
    "Inspector",
    "IntermediaryServer",
    "MemoryChunks",
    "MemoryStore",
    "Outbound",
    "Packed",
    "Plan",
    "Reply",
    "Upload",
]
