"""A look at the beginning of a message that cannot be read as a whole, to say at least what it was meant to be."""

import re
from collections.abc import Iterable, Iterator

from osci.errors import RemoteProtocolError
from osci.layout import BY_SCHEMA_LOCATION
from osci.mime import MimeReader
from osci.parts import read_xml_part
from osci.transport import TransportEncryption, describe
from osci.types import MessageType
from osci.xml import parse

_HEAD_BYTES = 64 * 1024
"""The envelope's start tag stands within the first few hundred bytes; an encrypted envelope fits as a whole."""
_LOCATION = re.compile(rb'<[A-Za-z0-9_.-]+:Envelope[^<>]*\sxsi:schemaLocation\s*=\s*(?:"([^"<>]*)"|\'([^\'<>]*)\')')
_FAULT = re.compile(rb"<[A-Za-z0-9_.-]+:Fault[\s>]")


class Sniffer:
    """Passes chunks through and keeps the first ones."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._source = chunks
        self._head = bytearray()

    def chunks(self) -> Iterator[bytes]:
        for chunk in self._source:
            if len(self._head) < _HEAD_BYTES:
                self._head += chunk[: _HEAD_BYTES - len(self._head)]
            yield chunk

    def message_type(self) -> MessageType | None:
        """The type that the envelope's start tag names, None if there is no such tag."""
        match = _LOCATION.search(self._head)
        if match is not None:
            value = (match[1] or match[2] or b"").decode("utf-8", "replace")
            return BY_SCHEMA_LOCATION.get(value)
        return MessageType.FAULT if _FAULT.search(self._head) else None

    def transport_encryption(self) -> TransportEncryption:
        """What the envelope says about its encryption, if it is one and can be parsed."""
        if self.message_type() is not MessageType.ENCRYPTED:
            return TransportEncryption()
        try:
            document = read_xml_part(MimeReader((bytes(self._head),)))
            return describe(parse(document).elements()[-1])
        except (RemoteProtocolError, IndexError):
            return TransportEncryption(present=True)
