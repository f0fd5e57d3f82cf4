"""One OSCI delivery as the gateway sends it: content signed and encrypted, transport signed and encrypted."""

import os
import tempfile
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO, Final, cast

from bench.context import MIB
from bench.keys import Key, Keys
from osci import certificates as c
from osci.content import (
    Attachment,
    AttachmentContent,
    ContentContainer,
    ContentPackage,
    DataContent,
    EncryptedContainer,
)
from osci.keys import SoftKey
from osci.messages import OUR_FEATURES, ControlBlock, StoreDelivery
from osci.policy import RECEIVING_NOW, SENDING
from osci.reader import read_message
from osci.transport import seal
from osci.types import Role, Use
from osci.writer import Built, write_message

DATA_BYTES: Final = 2000


def spool() -> BinaryIO:
    """As in the service: an unnamed file, not memory."""
    return cast("BinaryIO", tempfile.TemporaryFile())


def soft(key: Key) -> SoftKey:
    return SoftKey(key.private, key.der)


def delivery(keys: Keys, size: int, attachments: int) -> StoreDelivery:
    """`size` bytes in `attachments` equal files, beside a small data content."""
    block = os.urandom(min(MIB, size // attachments))
    files = tuple(_file(f"akte-{number}.pdf", block, size // attachments) for number in range(attachments))
    inside = ContentContainer(
        (DataContent(b"<a>" + b"x" * DATA_BYTES + b"</a>"), *files), "project_coco", (soft(keys.sender),)
    )
    return StoreDelivery(
        control_block=ControlBlock(challenge="Y2hhbGxlbmdl", sequence_number=0),
        certificates=c.originator(signature=keys.sender.der, cipher=keys.sender_cipher.der)
        + c.Certificates((c.entry(Role.ADDRESSEE, Use.CIPHER, keys.court.der),)),
        features=OUR_FEATURES,
        message_id="bench-1",
        subject="Bench",
        package=ContentPackage((EncryptedContainer(inside, (keys.court.der,)),)),
    )


def build(keys: Keys, message: StoreDelivery) -> Built:
    return seal(write_message(message, soft(keys.sender), spool, SENDING), keys.hub_cipher.der, SENDING)


def write_wire(keys: Keys, message: StoreDelivery, file: BinaryIO) -> None:
    for chunk in build(keys, message).chunks():
        file.write(chunk)


def read_wire(keys: Keys, file: BinaryIO) -> int:
    """Open both encryptions, verify both signatures, read every content once; the bytes of content."""
    chunks = iter(partial(file.read, MIB), b"")
    received = read_message(chunks, (soft(keys.hub_cipher),), RECEIVING_NOW, spool)
    received.require_signature()
    (container,) = received.open_containers((soft(keys.court),))
    return sum(len(chunk) for content in container.contents for chunk in content.chunks())


def _file(name: str, block: bytes, size: int) -> AttachmentContent:
    return AttachmentContent(Attachment(name, size, partial(_pieces, block, size)), name)


def _pieces(block: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, size, len(block)):
        yield block[: size - start]
