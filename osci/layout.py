"""Where each message type keeps its data, and who signs it: the table of chapter 4."""

from dataclasses import dataclass
from types import MappingProxyType

from osci.constants import OSCI, OSCI2017
from osci.types import MessageType, Role

M = MessageType


@dataclass(frozen=True, slots=True)
class Layout:
    """`in_body`: the job element stands in the Body, else it is a header block. `package`: the Body has content.

    `signer` is the role whose signature certificate verifies the transport signature (section 3.6).
    """

    signer: Role
    in_body: bool = False
    package: bool = False
    namespace: str = OSCI


_ORIGINATOR, _INTERMEDIARY = Role.ORIGINATOR, Role.INTERMEDIARY

LAYOUTS = MappingProxyType(
    {
        M.INIT_DIALOG: Layout(_ORIGINATOR, in_body=True),
        M.RESPONSE_TO_INIT_DIALOG: Layout(_INTERMEDIARY, in_body=True),
        M.GET_MESSAGE_ID: Layout(_ORIGINATOR, in_body=True),
        M.RESPONSE_TO_GET_MESSAGE_ID: Layout(_INTERMEDIARY, in_body=True),
        M.STORE_DELIVERY: Layout(_ORIGINATOR, package=True),
        M.RESPONSE_TO_STORE_DELIVERY: Layout(_INTERMEDIARY),
        M.FETCH_DELIVERY: Layout(_ORIGINATOR),
        M.RESPONSE_TO_FETCH_DELIVERY: Layout(_INTERMEDIARY, package=True),
        M.FETCH_PROCESS_CARD: Layout(_ORIGINATOR, in_body=True),
        M.RESPONSE_TO_FETCH_PROCESS_CARD: Layout(_INTERMEDIARY, in_body=True),
        M.EXIT_DIALOG: Layout(_ORIGINATOR, in_body=True),
        M.RESPONSE_TO_EXIT_DIALOG: Layout(_INTERMEDIARY, in_body=True),
        M.MEDIATE_DELIVERY: Layout(_ORIGINATOR, package=True),
        M.RESPONSE_TO_MEDIATE_DELIVERY: Layout(_INTERMEDIARY, package=True),
        M.FORWARD_DELIVERY: Layout(_ORIGINATOR, package=True),
        M.RESPONSE_TO_FORWARD_DELIVERY: Layout(_INTERMEDIARY),
        M.PROCESS_DELIVERY: Layout(_INTERMEDIARY, package=True),
        M.RESPONSE_TO_PROCESS_DELIVERY: Layout(_ORIGINATOR, package=True),
        M.ACCEPT_DELIVERY: Layout(_INTERMEDIARY, package=True),
        M.RESPONSE_TO_ACCEPT_DELIVERY: Layout(Role.ADDRESSEE),
        M.PARTIAL_STORE_DELIVERY: Layout(_ORIGINATOR, package=True, namespace=OSCI2017),
        M.RESPONSE_TO_PARTIAL_STORE_DELIVERY: Layout(_INTERMEDIARY, namespace=OSCI2017),
        M.PARTIAL_FETCH_DELIVERY: Layout(_ORIGINATOR, namespace=OSCI2017),
        M.RESPONSE_TO_PARTIAL_FETCH_DELIVERY: Layout(_INTERMEDIARY, package=True, namespace=OSCI2017),
    }
)

_SCHEMA_TAIL = "http://www.w3.org/2000/09/xmldsig# oscisig.xsd http://www.w3.org/2001/04/xmlenc# oscienc.xsd"


def schema_location(kind: MessageType) -> str:
    """The exact attribute value that tells the message type (section 3.3)."""
    name = kind.value[0].upper() + kind.value[1:]
    return f"http://schemas.xmlsoap.org/soap/envelope/ soap{name}.xsd {_SCHEMA_TAIL}"


BY_SCHEMA_LOCATION = MappingProxyType({schema_location(kind): kind for kind in (*LAYOUTS, M.ENCRYPTED)})


def signature_block(kind: MessageType) -> str:
    return "SupplierSignature" if kind.is_response else "ClientSignature"
