"""The fuzz targets start from messages that are good: a broken seed would fuzz nothing but the first check."""

import io

from fuzz.keys import PDF, FixedKey, encrypted_container
from fuzz.seeds import containers, envelopes, messages
from osci.envelope import parse_envelope
from osci.policy import READ_OLD_MAIL
from osci.reader import read_message
from osci.types import MessageType, Verdict

KEYS = (FixedKey(),)


def test_generated_messages_are_read() -> None:
    kinds = {read_message((m,), KEYS, READ_OLD_MAIL, io.BytesIO).message_type for m in list(messages())[:8]}
    assert {MessageType.STORE_DELIVERY, MessageType.FORWARD_DELIVERY, MessageType.FAULT} <= kinds
    assert len(kinds) == 8


def test_generated_envelopes_are_envelopes() -> None:
    assert all(parse_envelope(envelope).root for envelope in list(envelopes())[:8])


def test_what_is_encrypted_is_reached() -> None:
    found = list(containers())
    assert len(found) == 2
    for container in found:
        received = read_message((encrypted_container(container),), KEYS, READ_OLD_MAIL, io.BytesIO)
        outer, *_ = received.open_containers(KEYS)
        assert outer.encryption is not None
        assert outer.verdict is Verdict.VALID
        attachments = [content for content in outer.contents if content.kind == "attachment"]
        assert [b"".join(content.chunks()) for content in attachments] == [PDF]
