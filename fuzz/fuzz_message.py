"""Whole messages: read, verify, open, report, answer. The first byte: a message, or what is encrypted in one."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime

import atheris

with atheris.instrument_imports(include=["osci"]):
    from osci.errors import OsciError
    from osci.inspect import inspect
    from osci.intermediary import Identity, IntermediaryServer, MemoryChunks, MemoryStore
    from osci.policy import READ_OLD_MAIL
    from osci.reader import read_message

from fuzz.harness import pieces, run
from fuzz.keys import FixedKey, encrypted_container
from fuzz.seeds import containers, messages, signing_key

_KEYS = (FixedKey(),)
_NOW = datetime(2026, 11, 21, tzinfo=UTC)
_IDENTITY = Identity(signing_key(), FixedKey())


def read(data: bytes) -> None:
    message = data[1:] if data[:1] != b"\x01" else encrypted_container(data[1:])
    _open(message)
    if data[:1] == b"\x00":
        _report_and_answer(message)


def _open(message: bytes) -> None:
    try:
        received = read_message(pieces(message), _KEYS, READ_OLD_MAIL, io.BytesIO)
        for container in received.open_containers(_KEYS):
            for content in container.unsafe_contents:
                b"".join(content.chunks())
    except OsciError:
        return


def _report_and_answer(message: bytes) -> None:
    """An intermediary answers whatever comes, it never raises; here even what is not signed."""
    store = MemoryStore()
    store.issue("1")
    chunks = MemoryChunks()
    server = IntermediaryServer(_IDENTITY, store, lambda: _NOW, io.BytesIO, receiving=READ_OLD_MAIL, chunks=chunks)
    server.handle((message,))
    inspect((message,), _KEYS, io.BytesIO).to_dict()


def _seeds() -> Iterator[bytes]:
    yield from (b"\x00" + message for message in messages())
    yield from (b"\x01" + container for container in containers())


if __name__ == "__main__":
    run(read, _seeds())
