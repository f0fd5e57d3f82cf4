"""All six dialogs, spoken by our own client: what chapters 5 and 6 ask of an intermediary."""

import pytest
from sandbox_hilfe import START, Clock, Keys, Line, make_line, make_package

from osci.dialog import Delivery, RequestRefused
from osci.errors import RemoteFault
from osci.messages import (
    ByMessageId,
    ByModification,
    ByReception,
    ResponseToFetchDelivery,
    ResponseToFetchProcessCard,
    ResponseToStoreDelivery,
    SelectionRole,
)
from osci.types import Verdict


def fetch(line: Line, dialog: object, **selection: object) -> ResponseToFetchDelivery:
    message = line.ask(dialog, dialog.fetch_delivery(**selection)).message  # type: ignore[arg-type, attr-defined]
    assert isinstance(message, ResponseToFetchDelivery)
    return message


def cards(line: Line, client: object, selection: object = None, limit: int | None = None) -> ResponseToFetchProcessCard:
    dialog = line.opened(client)  # type: ignore[arg-type]
    message = line.ask(dialog, dialog.fetch_process_card(selection, limit)).message  # type: ignore[arg-type]
    assert isinstance(message, ResponseToFetchProcessCard)
    return message


def test_a_stored_delivery_is_answered_with_its_card(line: Line, keys: Keys) -> None:
    message_id = line.new_message_id(keys.sender)
    answer = line.store(message_id, make_package(keys)).message
    assert isinstance(answer, ResponseToStoreDelivery)
    assert answer.process_card is not None
    assert answer.process_card.message_id == message_id
    assert (answer.process_card.card.creation, answer.process_card.card.forwarding) == (START, None)
    assert [entry.code for entry in answer.feedback] == ["0800"]
    assert answer.control_block.challenge is None


def test_what_was_stored_comes_back_byte_for_byte_and_still_verifies(line: Line, keys: Keys) -> None:
    data = bytes(range(256)) * 5000
    line.deliver(make_package(keys, data))
    dialog = line.opened(keys.court)
    answer = line.ask(dialog, dialog.fetch_delivery())
    containers = answer.received.open_containers((keys.court.decryption_key,))
    assert {container.id for container in containers} == {"project_coco", "govello_coco"}
    assert all(c.verdict is Verdict.VALID and len(c.signatures) == 1 for c in containers)
    attachments = [content for c in containers for content in c.contents if content.kind == "attachment"]
    assert [b"".join(content.chunks()) for content in attachments] == [data]


def test_times_of_the_card_follow_the_delivery(line: Line, keys: Keys, clock: Clock) -> None:
    message_id = line.deliver()
    clock.forward(seconds=10)
    dialog = line.opened(keys.court)
    handed_out = fetch(line, dialog).process_card
    assert handed_out is not None
    assert handed_out.card.forwarding == clock.now
    assert cards(line, keys.sender).process_cards[0].card.reception is None
    clock.forward(seconds=5)
    line.ask(dialog, dialog.exit())
    card = cards(line, keys.sender, ByMessageId((message_id,))).process_cards[0].card
    assert card.creation == START
    assert (card.reception, card.recent_modification) == (clock.now, clock.now)
    assert card.subject == "Betreff"


def test_a_lost_answer_is_fetched_again(line: Line, keys: Keys) -> None:
    message_id = line.deliver()
    dialog = line.opened(keys.court)
    assert line.lose(dialog.fetch_delivery()).message_id == message_id
    again = fetch(line, line.opened(keys.court)).process_card
    assert again is not None
    assert again.message_id == message_id


def test_a_proven_delivery_is_not_handed_out_again_unless_asked_for(line: Line, keys: Keys) -> None:
    first, second = line.deliver(), line.deliver()
    dialog = line.opened(keys.court)
    message = fetch(line, dialog)
    assert [entry.code for entry in message.feedback] == ["0801", "3800"]
    seen = [message.process_card, fetch(line, dialog).process_card]
    assert [card.message_id for card in seen if card] == [first, second]
    with pytest.raises(RequestRefused, match="9803"):
        line.ask(dialog, dialog.fetch_delivery())
    by_id = fetch(line, dialog, selection=ByMessageId((first,))).process_card
    assert by_id is not None
    assert by_id.message_id == first


def test_a_mailbox_shows_only_its_own(line: Line, keys: Keys) -> None:
    message_id = line.deliver()
    dialog = line.opened(keys.stranger)
    for selection in (None, ByMessageId((message_id,)), ByReception(START)):
        with pytest.raises(RequestRefused, match="9803"):
            line.ask(dialog, dialog.fetch_delivery(selection))
    with pytest.raises(RequestRefused, match="9804"):
        line.ask(dialog, dialog.fetch_process_card(ByMessageId((message_id,))))


def test_deliveries_are_selected_by_date(line: Line, keys: Keys, clock: Clock) -> None:
    line.deliver()
    clock.forward(hours=1)
    later = line.deliver()
    message = fetch(line, line.opened(keys.court), selection=ByReception(clock.now))
    assert message.process_card is not None
    assert message.process_card.message_id == later
    assert message.selection == ByReception(clock.now)


def test_cards_are_selected_by_every_rule(line: Line, keys: Keys, clock: Clock) -> None:
    first = line.deliver()
    clock.forward(hours=1)
    second = line.deliver()

    def ids(client: object, selection: object) -> list[str]:
        return [bundle.message_id for bundle in cards(line, client, selection).process_cards]

    assert ids(keys.sender, None) == [first, second]
    assert ids(keys.court, ByReception(clock.now, SelectionRole.ADDRESSEE)) == [second]
    assert ids(keys.sender, ByMessageId((second, first))) == [first, second]
    clock.forward(hours=1)
    dialog = line.opened(keys.court)
    fetch(line, dialog)
    line.ask(dialog, dialog.exit())
    assert ids(keys.sender, ByModification(clock.now)) == [first]
    assert ids(keys.sender, ByReception(START, no_reception=True)) == [second]
    for client, role in ((keys.sender, SelectionRole.ADDRESSEE), (keys.court, SelectionRole.ORIGINATOR)):
        with pytest.raises(RequestRefused, match="9804"):
            cards(line, client, ByReception(START, role))


def test_more_cards_than_asked_for_are_announced(line: Line, keys: Keys) -> None:
    line.deliver()
    line.deliver()
    answer = cards(line, keys.sender, None, limit=1)
    assert len(answer.process_cards) == 1
    assert [entry.code for entry in answer.feedback] == ["0801", "3801"]


def test_jobs_in_an_explicit_dialog(line: Line, keys: Keys) -> None:
    dialog = line.opened(keys.sender)
    message_id = line.ask(dialog, dialog.get_message_id()).message.message_id  # type: ignore[attr-defined]
    court = keys.court.decryption_key.certificate
    answer = line.ask(dialog, dialog.store_delivery(message_id, Delivery(make_package(keys), court)))
    assert [entry.code for entry in answer.feedback] == ["0801"]
    assert [entry.code for entry in line.ask(dialog, dialog.exit()).feedback] == ["0800"]


def test_after_exit_the_dialog_is_gone(line: Line, keys: Keys) -> None:
    dialog = line.opened(keys.sender)
    request = dialog.exit()
    line.ask(dialog, request)
    assert line.lose(request).codes == ("9400",)


def test_a_restarted_server_knows_no_dialogs(line: Line, keys: Keys, clock: Clock, store: object) -> None:
    dialog = line.opened(keys.sender)
    restarted = make_line(keys, store, clock)  # type: ignore[arg-type]
    with pytest.raises(RemoteFault, match="9400"):
        restarted.ask(dialog, dialog.fetch_delivery())
