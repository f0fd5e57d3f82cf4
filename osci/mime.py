"""MIME as OSCI uses it (section 3.2): own splitter over raw bytes, since boundaries and binary parts break others."""

from collections.abc import Iterable, Iterator
from types import MappingProxyType

from osci import constants as k
from osci.errors import NotAnOsciMessage, RemoteProtocolError, broken_mime
from osci.mime_headers import PartHead, parse_headers, parse_parameters

_CRLF = b"\r\n"


class MimeReader:
    """Splits a stream of chunks. Call `next_part()` and read its `body()` to the end, until `next_part()` gives None.

    BrokenMime for what is broken, NotAnOsciMessage when the first lines are no MIME at all. `position` is
    the number of bytes of the stream that are done with; after the last part it is the length of the message.
    """

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._source = iter(chunks)
        self._buffer = bytearray()
        self._eof = False
        self.position = 0
        self.boundary = b""
        self._state = "head"
        self._parts = 0

    def next_part(self) -> PartHead | None:
        """Head of the next part, None after the end boundary."""
        if self._state == "head":
            self._read_message_head()
        if self._state == "body":
            raise broken_mime("the body of a MIME part was not read")
        if self._state == "end":
            return None
        self._parts += 1
        if self._parts > k.MAX_PARTS:
            raise broken_mime(f"more than {k.MAX_PARTS} MIME parts")
        head = self._part_head()
        self._state = "body"
        return head

    def body(self) -> Iterator[bytes]:
        """The bytes of the present part as they stand (transfer coding not undone)."""
        delimiter = b"\r\n--" + self.boundary
        while True:
            at = self._buffer.find(delimiter)
            if at >= 0:
                break
            keep = len(delimiter) - 1
            if len(self._buffer) > keep:
                yield self._take(len(self._buffer) - keep)
            self._fill()
        if at:
            yield self._take(at)
        self._take(len(delimiter))
        self._after_boundary()

    # lines and buffer

    def _fill(self) -> None:
        chunk = next(self._source, None)
        if chunk is None:
            raise broken_mime("the message ends too early")
        self._buffer += chunk

    def _take(self, count: int) -> bytes:
        taken = bytes(memoryview(self._buffer)[:count])
        del self._buffer[:count]
        self.position += count
        return taken

    def _line(self) -> bytes:
        start = 0
        while (at := self._buffer.find(_CRLF, start, k.MAX_MIME_LINE_BYTES)) < 0:
            if len(self._buffer) >= k.MAX_MIME_LINE_BYTES:
                raise broken_mime("a MIME header line is too long")
            start = max(0, len(self._buffer) - 1)
            self._fill()
        return self._take(at + 2)[:-2]

    def _headers(self) -> dict[str, str]:
        lines: list[bytes] = []
        size = 0
        while line := self._line():
            size += len(line)
            if size > k.MAX_MIME_HEADER_BYTES:
                raise broken_mime("MIME headers are too long")
            if line[:1] in {b" ", b"\t"} and lines:
                lines[-1] += b" " + line.strip()
            else:
                lines.append(line)
        return parse_headers(lines)

    # structure

    def _read_message_head(self) -> None:
        try:
            self._skip_empty_lines()
            headers = self._headers()
            kind, parameters = parse_parameters(headers.get("content-type", ""))
        except RemoteProtocolError as error:
            raise NotAnOsciMessage(error.code, f"no MIME message: {error.text}") from error
        if kind != "multipart/related" or not parameters.get("boundary"):
            raise NotAnOsciMessage("9100", "no Multipart/Related message with a boundary")
        if headers.get("mime-version", "1.0").strip() != "1.0":
            raise broken_mime("MIME-Version is not 1.0")
        self.boundary = parameters["boundary"].encode()
        self._skip_empty_lines()
        if self._line().rstrip(b" \t") != b"--" + self.boundary:
            raise broken_mime("the first MIME boundary is missing")
        self._state = "part"

    def _skip_empty_lines(self) -> None:
        for _ in range(k.MAX_EMPTY_LINES):
            while len(self._buffer) < len(_CRLF):
                self._fill()
            if not self._buffer.startswith(_CRLF):
                return
            self._line()
        raise broken_mime("too many empty lines")

    def _part_head(self) -> PartHead:
        headers = self._headers()
        identifier = headers.get("content-id", "").strip()
        content_type = headers.get("content-type", "").strip()
        if not identifier or not content_type:
            raise broken_mime("a MIME part without Content-ID or Content-Type")
        if identifier.startswith("<") and identifier.endswith(">"):
            identifier = identifier[1:-1]
        encoding = headers.get("content-transfer-encoding", "").strip()
        return PartHead(identifier, content_type, encoding, MappingProxyType(headers), self.position)

    def _after_boundary(self) -> None:
        rest = self._line().rstrip(b" \t")
        if rest not in {b"", b"--"}:
            raise broken_mime("a MIME boundary inside a part")
        self._state = "end" if rest else "part"


# writing


def message_head(boundary: str) -> bytes:
    """Header of the whole message with the first delimiter's line still missing."""
    return (
        f"MIME-Version: 1.0\r\nContent-Type: Multipart/Related; boundary={boundary}; type=text/xml\r\n\r\n"
    ).encode()


def part_head(boundary: str, headers: Iterable[tuple[str, str]], *, first: bool = False) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    before = "" if first else "\r\n"
    return f"{before}--{boundary}\r\n{lines}\r\n".encode()


def message_end(boundary: str) -> bytes:
    return f"\r\n--{boundary}--\r\n".encode()
