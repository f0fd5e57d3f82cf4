"""A signature that is no OSCI signature makes no OSCI message: fault 9100, and nobody's dialog moves."""

from dataclasses import replace

import pytest
from sandbox_hilfe import Keys, Line

from osci.dialog import Dialog
from osci.mailbox import DeliveryStore
from osci.policy import SENDING
from osci.transport import seal
from osci.writer import Built

UNKNOWN = (b"xmldsig-more#rsa-sha256", b"xmldsig-more#rsa-sha384")
BAD_VALUE = (b"<ds:DigestValue>", b"<ds:DigestValue>AAAA")


def changed(keys: Keys, inner: Built, old: bytes, new: bytes) -> Built:
    data = b"".join(inner.chunks())
    assert old in data
    data = data.replace(old, new, 1)
    built = replace(inner, length=len(data), source=lambda: iter((data,)))
    return seal(built, keys.intermediary.decryption_key.certificate, SENDING)


def is_fault(body: bytes) -> bool:
    return b"<soap:Fault>" in body


@pytest.mark.parametrize(("change", "code", "fault"), [(UNKNOWN, "9100", True), (BAD_VALUE, "9601", False)])
def test_form_is_a_fault_and_value_is_feedback(
    line: Line, keys: Keys, change: tuple[bytes, bytes], code: str, fault: bool
) -> None:
    reply = line.server.handle(changed(keys, line.dialog(keys.sender).get_message_id().inner, *change).chunks())
    assert reply.codes == (code,)
    assert is_fault(b"".join(reply.wire.chunks())) is fault


def test_a_malformed_request_uses_up_no_turn(line: Line, keys: Keys) -> None:
    dialog: Dialog = line.opened(keys.sender)
    request = dialog.get_message_id()
    assert line.server.handle(changed(keys, request.inner, *UNKNOWN).chunks()).codes == ("9100",)
    assert line.ask(dialog, request).message.message_id  # type: ignore[attr-defined]


def test_a_malformed_request_proves_no_receipt(line: Line, keys: Keys, store: DeliveryStore) -> None:
    line.deliver()
    dialog = line.opened(keys.court)
    line.ask(dialog, dialog.fetch_delivery())
    request = dialog.exit()
    line.server.handle(changed(keys, request.inner, *UNKNOWN).chunks())
    court = keys.court.decryption_key.certificate
    waiting = store.pick(court, None)
    assert waiting is not None
    assert waiting.card.reception is None
    line.ask(dialog, request)
    assert store.pick(court, None) is None
