"""Whatever comes in, an answer goes out; and the table of dialogs stays small."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sandbox_hilfe import START, Clock, Keys, Line, make_line, make_package

from osci.delivery import Delivery
from osci.errors import LocalProtocolError, RemoteProtocolError
from osci.intermediary import MemoryStore, dialogs
from osci.intermediary.dialogs import DIALOG_LIFETIME, Client, Dialogs, implicit, offered
from osci.messages import ControlBlock
from osci.policy import SENDING
from osci.transport import seal

CLIENT = Client(b"chiffrat", b"signatur", encrypted=True)
BLOCK = ControlBlock(challenge="QQ==")


@pytest.fixture(scope="module")
def inner(keys: Keys) -> bytes:
    """A complete storeDelivery, not yet encrypted."""
    line = make_line(keys, MemoryStore(), Clock())
    dialog = line.dialog(keys.sender)
    prepared = dialog.store_delivery("kennung", Delivery(make_package(keys), keys.court.decryption_key.certificate))
    return b"".join(prepared.inner.chunks())


@given(data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_damage_gets_an_answer_and_never_a_delivery(keys: Keys, inner: bytes, data: st.DataObject) -> None:
    """The damage is inside the encryption, where a hostile client would put it."""
    store = MemoryStore()
    store.issue("kennung")
    line = make_line(keys, store, Clock())
    position = data.draw(st.integers(0, len(inner) - 1))
    length = data.draw(st.integers(0, 40))
    damaged = inner[:position] + data.draw(st.binary(max_size=12)) + inner[position + length :]
    reply = line.server.handle(sealed(line, damaged).chunks())
    assert reply.codes
    stored = store.pick(keys.court.decryption_key.certificate, None) is not None
    assert stored == (reply.codes == ("0800",))


def sealed(line: Line, data: bytes):  # type: ignore[no-untyped-def]
    like = line.dialog(line.keys.sender).init().inner
    built = replace(like, length=len(data), source=lambda: iter((data,)))
    return seal(built, line.keys.intermediary.decryption_key.certificate, SENDING)


def test_old_dialogs_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogs, "MAX_DIALOGS", 3)
    table = Dialogs()
    turns = [offered(BLOCK, CLIENT) for _ in range(5)]
    for turn in turns:
        table.open(turn, START)
    assert [entered(table, turn, START) for turn in turns] == [False, False, True, True, True]
    late = offered(BLOCK, CLIENT)
    table.open(late, START + DIALOG_LIFETIME + timedelta(seconds=1))
    assert [entered(table, turn, START + DIALOG_LIFETIME) for turn in turns[2:]] == [False] * 3


def entered(table: Dialogs, turn: dialogs.Turn, now: object) -> bool:
    block = ControlBlock(turn.answer.challenge, "QQ==", turn.answer.conversation_id, 0)
    try:
        table.enter(block, now)  # type: ignore[arg-type]
    except RemoteProtocolError:
        return False
    return True


def test_only_an_offer_can_be_opened() -> None:
    with pytest.raises(LocalProtocolError):
        Dialogs().open(implicit(BLOCK, CLIENT), START)


def test_what_is_no_longer_open_is_closed_quietly() -> None:
    table, turn = Dialogs(), offered(BLOCK, CLIENT)
    table.close(turn)
    table.handed_out(turn, "kennung")


def test_challenges_and_conversations_are_never_repeated() -> None:
    turns = [offered(BLOCK, CLIENT).answer for _ in range(200)]
    assert len({turn.challenge for turn in turns}) == len({turn.conversation_id for turn in turns}) == 200
    assert all((turn.conversation_id or "").isdigit() for turn in turns)
