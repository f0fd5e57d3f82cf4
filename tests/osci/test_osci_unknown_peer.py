"""A peer that writes the same messages in its own way: other order, quotes, prefixes, boundaries, headers, codings."""

from dataclasses import replace
from typing import Any

import osci_fremd as f
import osci_fremd_muster as muster
import pytest
from osci_fremd import Style
from osci_fremd_muster import DATA, FILE
from osci_support import needs_vectors, parties, spool, vector_bytes, vector_keys, vectors
from osci_umschrift import REWRITINGS

from osci import messages as m
from osci.built import Built
from osci.keys import DecryptionKey
from osci.policy import READ_OLD_MAIL, RECEIVING_NOW, SENDING
from osci.reader import Received, read_message
from osci.transport import seal
from osci.types import Verdict

PREFIXES = (("osci", "osc"), ("soap", "soapenv"), ("ds", "dsig"), ("xenc", "xe"))
OTHER = Style(prefixes=PREFIXES)


def values(received: Received, keys: list[DecryptionKey]) -> list[object]:
    """All that a message says, apart from how it was written."""
    message, status = received.unsafe_message, received.transport_signature
    found: list[object] = [
        message.type,
        message.control_block,
        message.certificates,
        message.features,
        message.custom_headers,
        (status.verdict, status.signer, status.algorithm, frozenset(status.references)),
    ]
    for container in received.open_containers(keys):
        found.append((container.id, container.parent, container.verdict))
        found += [(c.id, c.kind, c.name, c.sha256) for c in container.unsafe_contents]
    return found


def plain_vectors() -> list[Any]:
    """Chunks are left out: the piece of a message in them would be rewritten too."""
    entries = [e for p in vectors("positive") if (e := p.values[0])]
    readable = [e for e in entries if "exception" not in e["expected"] and not e["expected"].get("transportEnvelope")]
    return [e for e in readable if "StoreDelivery-1" not in e["name"] and "ToPartialFetch" not in e["name"]]


@needs_vectors
@pytest.mark.parametrize("name", REWRITINGS)
def test_rewritten_vectors_say_the_same(name: str) -> None:
    changed = 0
    for entry in plain_vectors():
        data, keys = vector_bytes(entry), vector_keys(entry)
        rewritten = REWRITINGS[name](data)
        changed += rewritten != data
        before = values(read_message((data,), keys, READ_OLD_MAIL, spool), list(keys))
        after = values(read_message((rewritten,), keys, READ_OLD_MAIL, spool), list(keys))
        assert after == before, entry["name"]
    assert changed, "this rewriting does something"


@pytest.mark.parametrize("name", REWRITINGS)
@pytest.mark.parametrize("sealed", [False, True], ids=["plain", "sealed"])
def test_rewritten_messages_of_another_writer(name: str, sealed: bool) -> None:
    """Inside a transport envelope, and the envelope itself rewritten as well."""
    keys = [parties().addressee, parties().reader, parties().intermediary_cipher]
    for data in (muster.multi(), muster.double(), muster.nested(Style(iv=16))):
        rewritten = REWRITINGS[name](data)
        if sealed:
            built = Built(len(rewritten), lambda r=rewritten: iter((r,)), b"")
            rewritten = REWRITINGS[name](b"".join(seal(built, keys[2].certificate, SENDING).chunks()))
        before = values(read_message((data,), keys, RECEIVING_NOW, spool), list(keys))
        assert values(read_message((rewritten,), keys, RECEIVING_NOW, spool), list(keys)) == before


@pytest.mark.parametrize("count", range(1, 5))
def test_other_prefixes(count: int) -> None:
    """Prefixes are part of the canonical form, but nobody prescribes them (only `xsi`, section 3.3)."""
    style = replace(OTHER, prefixes=PREFIXES[:count])
    inner = muster.full(style)
    assert b"<osc:" in inner
    received = read_message((f.sealed(inner, muster.intermediary(), style),), _keys(), RECEIVING_NOW, spool)
    message = received.message
    assert isinstance(message, m.StoreDelivery)
    assert (message.message_id, message.subject) == ("fremd-1", "Klage")
    (container,) = received.open_containers(_keys())
    assert container.signatures[0].verdict is Verdict.VALID
    assert [b"".join(c.chunks()) for c in container.contents] == [DATA, FILE]


@pytest.mark.parametrize("within", [True, False])
def test_other_prefixes_with_content_for_two(within: bool) -> None:
    received = read_message((muster.double(OTHER, within=within),), _keys(), RECEIVING_NOW, spool)
    assert received.message
    assert {x.verdict for x in received.open_containers(_keys())} == {Verdict.VALID}


def _keys() -> list[DecryptionKey]:
    return [parties().addressee, parties().reader, parties().intermediary_cipher]


@pytest.mark.parametrize("content", [12, 16])
@pytest.mark.parametrize("transport", [12, 16])
def test_iv_lengths_are_independent_of_each_other(transport: int, content: int) -> None:
    """Each EncryptionMethod has its own IvLength (section 3.11)."""
    data = f.sealed(muster.full(Style(iv=content)), muster.intermediary(), Style("aes128-gcm", transport))
    received = read_message((data,), _keys(), RECEIVING_NOW, spool)
    assert received.transport_encryption.iv_bytes == transport
    (container,) = received.open_containers(_keys())
    assert container.contents[1].method is not None
    assert container.contents[1].method.iv_bytes == content
