"""A message in its MIME frame (section 3.2)."""

from collections.abc import Iterator

from osci import constants as k
from osci.built import Built, ContentRecord, new_boundary
from osci.content import Part
from osci.errors import LocalProtocolError
from osci.mime import message_end, message_head, part_head


def framed(envelope: bytes, parts: tuple[Part, ...], record: ContentRecord | None) -> Built:
    """Envelope and parts as one message, not sealed; LocalProtocolError for a header of more than one line."""
    boundary = new_boundary()
    first = part_head(boundary, _XML_HEADERS, first=True)
    head = message_head(boundary) + first + k.XML_DECLARATION + envelope
    heads = tuple(part_head(boundary, _part_headers(part)) for part in parts)
    end = message_end(boundary)
    length = len(head) + sum(map(len, heads)) + sum(part.length for part in parts) + len(end)

    def chunks() -> Iterator[bytes]:
        yield head
        for part_start, part in zip(heads, parts, strict=True):
            yield part_start
            yield from part.chunks()
        yield end

    return Built(length, chunks, envelope, record)


_XML_HEADERS = (
    ("Content-Type", "text/xml; charset=UTF-8"),
    ("Content-Transfer-Encoding", "8bit"),
    ("Content-ID", "<osci@message>"),
)


def _part_headers(part: Part) -> tuple[tuple[str, str], ...]:
    own = (
        ("Content-Type", part.content_type),
        ("Content-Transfer-Encoding", part.encoding),
        ("Content-ID", f"<{part.content_id}>"),
        ("Content-Length", str(part.length)),
    )
    for name, value in (*own, *part.headers):
        if "\r" in name + value or "\n" in name + value:
            raise LocalProtocolError("a MIME header is one line")
    return (*own, *part.headers)
