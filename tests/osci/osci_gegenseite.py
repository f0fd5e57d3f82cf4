"""The other side of a client's dialog, reduced to what single answers need."""

from dataclasses import replace
from typing import Any

from osci_support import parties, raw, spool

from osci import certificates as c
from osci import messages as m
from osci.answers import Client, Intermediary
from osci.dialog import Dialog, OutgoingRequest
from osci.feedback import feedback
from osci.keys import SoftKey
from osci.policy import RECEIVING_NOW, SENDING
from osci.reader import Received, read_message
from osci.transport import seal
from osci.writer import write_message

CHALLENGE = "c3VwcGxpZXI="


def client() -> Client:
    return Client(parties().originator, parties().originator_cipher)


def intermediary(*, pinned: bool = True) -> Intermediary:
    p = parties()
    return Intermediary(p.intermediary_cipher.certificate, p.intermediary.certificate if pinned else None)


def dialog(*, pinned: bool = True) -> Dialog:
    return Dialog(client(), intermediary(pinned=pinned), spool)


class Peer:
    """Reads a request and writes one answer; `block=` bends the control block, `certificates=` adds others."""

    def __init__(self, signer: SoftKey | None = None) -> None:
        self.signer = signer or parties().intermediary
        self.seen: list[Received] = []

    def read(self, request: OutgoingRequest) -> m.Message:
        received = read_message(request.wire.chunks(), (parties().intermediary_cipher,), RECEIVING_NOW, spool)
        self.seen.append(received)
        return received.message

    def answer(self, request: OutgoingRequest, cls: type[m.Response], *codes: str, **fields: Any) -> bytes:
        return self.sealed(self.message(request, cls, *codes, **fields))

    def message(self, request: OutgoingRequest, cls: type[m.Response], *codes: str, **fields: Any) -> m.Response:
        block = self.read(request).control_block
        explicit = cls is m.ResponseToInitDialog or block.conversation_id is not None
        closing = cls is m.ResponseToExitDialog
        given = m.ControlBlock(
            response=block.challenge,
            challenge=CHALLENGE if explicit and not closing else None,
            conversation_id=block.conversation_id or "77",
            sequence_number=block.sequence_number,
        )
        own = c.intermediary(signature=self.signer.certificate)
        return cls(
            control_block=replace(given, **fields.pop("block", {})),
            certificates=own + fields.pop("certificates", c.Certificates()),
            feedback=feedback(*codes),
            **fields,
        )

    def sealed(self, message: m.Message) -> bytes:
        built = write_message(message, self.signer, spool, RECEIVING_NOW)
        return raw(seal(built, parties().originator_cipher.certificate, SENDING))


def opened(peer: Peer) -> Dialog:
    """An explicit dialog with its first answer behind it."""
    talk = dialog()
    talk.receive([peer.answer(talk.init(), m.ResponseToInitDialog, "0801")])
    return talk
