"""Request out, answer in: control blocks, state and the checks of one dialog (chapter 5), whatever is asked for."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace

from osci import base64text
from osci.answers import Answer, Client, Expectation, Intermediary, RequestRefused, check_answer
from osci.built import Built
from osci.dialog_state import TRANSITIONS, State
from osci.errors import LocalProtocolError, RemoteFault
from osci.feedback import EXPLICIT_DIALOG_NEEDED
from osci.messages import OUR_FEATURES, ControlBlock, FeatureDescription, Request
from osci.policy import SENDING, Policy
from osci.transport import seal
from osci.types import MessageType, SpoolFactory
from osci.writer import write_message

CHALLENGE_BYTES = 10  # section 3.15


@dataclass(frozen=True, slots=True)
class OutgoingRequest:
    """`wire`: bytes for the HTTP body, encrypted. `inner`: the signed message inside. `expectation`: for the answer."""

    wire: Built
    inner: Built
    expectation: Expectation


class Exchange:
    """What all dialogs have in common. `intermediary` gets the signature certificate of the first answer.

    `languages`: blank separated, for the texts of the Feedback. `features`: what we say that we understand.
    """

    def __init__(
        self,
        client: Client,
        intermediary: Intermediary,
        spool_factory: SpoolFactory,
        sending: Policy = SENDING,
        receiving: Policy = SENDING,
        *,
        languages: str | None = "de",
        features: FeatureDescription | None = OUR_FEATURES,
    ) -> None:
        self.state = State.NEW
        self.intermediary = intermediary
        self.client = client
        self._spool_factory = spool_factory
        self._sending = sending
        self._receiving = receiving
        self._languages = languages
        self._features = features
        self._expectation: Expectation | None = None
        self._conversation_id: str | None = None
        self._last_challenge: str | None = None
        self._sequence = 0

    def send(self, request: Request) -> OutgoingRequest:
        """`request` with the control block and the features of this dialog, signed and encrypted.

        LocalProtocolError where the state does not allow it, or where the message cannot be written.
        """
        following = TRANSITIONS.get((self.state, request.type))
        if following is None:
            raise LocalProtocolError(f"{request.type.value} is not possible in state {self.state.value}")
        block = self._control_block(request.type)
        request = replace(request, control_block=block, features=self._features, languages=self._languages)
        inner = write_message(request, self.client.signing_key, self._spool_factory, self._sending)
        wire = seal(inner, self.intermediary.cipher_certificate, self._sending)
        expectation = Expectation(
            message_type=request.type.response,
            challenge=block.challenge or "",
            conversation_id=block.conversation_id,
            sequence_number=block.sequence_number,
        )
        self.state = following
        self._expectation = expectation
        return OutgoingRequest(wire, inner, expectation)

    def receive(self, chunks: Iterable[bytes]) -> Answer:
        """The answer to the last request, checked. Raises as `check_answer` does; the dialog fails with it.

        Only RequestRefused leaves an explicit dialog open (9803: nothing there; go on or exit).
        """
        expectation = self._expectation
        if expectation is None:
            raise LocalProtocolError("no request is waiting for an answer")
        self._expectation = None
        try:
            answer = check_answer(
                chunks, expectation, self.client, self.intermediary, self._receiving, self._spool_factory
            )
        except RequestRefused as refused:
            self._refused(refused, expectation)
            raise
        except RemoteFault:
            self.state = TRANSITIONS[self.state, MessageType.FAULT]
            raise
        except BaseException:
            self.state = State.FAILED
            raise
        self._accept(answer, expectation)
        return answer

    def _control_block(self, kind: MessageType) -> ControlBlock:
        challenge = base64text.encode(secrets.token_bytes(CHALLENGE_BYTES))
        if kind is MessageType.INIT_DIALOG:
            return ControlBlock(challenge=challenge)
        if self.state is State.NEW:
            return ControlBlock(challenge=challenge, sequence_number=0)
        return ControlBlock(self._last_challenge, challenge, self._conversation_id, self._sequence)

    def _accept(self, answer: Answer, expectation: Expectation) -> None:
        block = answer.message.control_block
        if expectation.message_type is not MessageType.RESPONSE_TO_INIT_DIALOG:
            self._sequence += 1
        self._conversation_id = block.conversation_id or self._conversation_id
        self._last_challenge = block.challenge
        self.intermediary = replace(self.intermediary, signature_certificate=answer.signer)
        self.state = TRANSITIONS[self.state, expectation.message_type]

    def _refused(self, refused: RequestRefused, expectation: Expectation) -> None:
        opening = self.state is State.INIT_SENT
        if opening or refused.code == EXPLICIT_DIALOG_NEEDED or refused.answer.message.control_block.challenge is None:
            self.state = State.FAILED if self.state is not State.SINGLE_SENT else State.CLOSED
            return
        self._accept(refused.answer, expectation)
