"""Header lines of a MIME message and of its parts (section 3.2), read and checked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from osci import constants as k
from osci.errors import broken_mime

_SINGLE = frozenset({"content-id", "content-type", "content-transfer-encoding", "content-length", "mime-version"})


@dataclass(frozen=True, slots=True)
class PartHead:
    """Header of a MIME part. `id` without angle brackets, `headers` by lower-case name; `body_offset` in the stream."""

    id: str
    content_type: str
    encoding: str
    headers: Mapping[str, str]
    body_offset: int

    @property
    def is_base64(self) -> bool:
        return self.encoding.lower() == "base64" or self.content_type.lower().startswith("text/base64")


def parse_headers(lines: list[bytes]) -> dict[str, str]:
    """Unfolded lines to values by lower-case name; BrokenMime for what is no header, or twice where it must not."""
    headers: dict[str, str] = {}
    for line in lines:
        try:
            name, colon, value = line.decode().partition(":")
        except UnicodeDecodeError as error:
            raise broken_mime("a MIME header is not UTF-8") from error
        name = name.strip().lower()
        if not colon or not name:
            raise broken_mime("a MIME header line without name")
        if name in headers and name in _SINGLE:
            raise broken_mime(f"MIME header {name} twice")
        headers[name] = value.strip()
    return headers


_PARAMETER = re.compile(r'([^\s;="]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s;]*)')


def parse_parameters(value: str) -> tuple[str, dict[str, str]]:
    """Type and parameters, split at semicolons and blanks; values may be quoted, blanks may stand around the `=`."""
    if len(value) > k.MAX_CONTENT_TYPE_CHARS:
        raise broken_mime("a Content-Type is too long")
    kind, _, rest = value.partition(";")
    return kind.strip().lower(), {name.lower(): _unquoted(given) for name, given in _PARAMETER.findall(rest)}


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] == '"':
        return re.sub(r"\\(.)", r"\1", value[1:-1])
    return value


def check_charset(head: PartHead) -> None:
    """charset, if given, must be UTF-8 (section 3.2)."""
    charset = parse_parameters(head.content_type)[1].get("charset", "UTF-8")
    if charset.upper() != "UTF-8":
        raise broken_mime(f"charset {charset!r} is not UTF-8")


def check_length(head: PartHead, length: int) -> None:
    """A Content-Length that contradicts the boundary is refused: two readers would see two messages."""
    given = head.headers.get("content-length")
    if given is not None and given != str(length):
        raise broken_mime(f"Content-Length {given!r} of part {head.id!r} is wrong")
