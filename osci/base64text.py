"""Base64 as OSCI writes and reads it: lines of 76 characters, each full or last-with-padding line ended by LF (3.2)."""

import binascii
from collections.abc import Iterable, Iterator

from osci.errors import invalid

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_FOREIGN = bytes(sorted(set(range(256)) - set(_ALPHABET)))
_LINE_CHARS = 76


def encode(data: bytes) -> str:
    """No line end."""
    return binascii.b2a_base64(data, newline=False).decode()


def encode_lines(data: bytes) -> str:
    """Lines of 76 characters with LF; a LF after the last line only if that line is full."""
    text = encode(data)
    lines = [text[at : at + _LINE_CHARS] for at in range(0, len(text), _LINE_CHARS)]
    full = bool(text) and len(text) % _LINE_CHARS == 0
    return "\n".join(lines) + ("\n" if full else "")


def decode(text: str) -> bytes:
    """Foreign characters are ignored (section 3.2); digests are over decoded bytes, so nothing hides in them.

    RemoteProtocolError 9100 where the rest is no base64: padding missing, in the middle, or with bits set.
    """
    return _decode_block(text.encode("utf-8", "replace").translate(None, _FOREIGN))


def decode_chunks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Base64 transfer coding of a MIME part, in any chunking."""
    rest = b""
    for chunk in chunks:
        data = rest + chunk.translate(None, _FOREIGN)
        whole = len(data) - len(data) % 4
        if data[:whole].endswith(b"="):
            whole = max(0, whole - 4)
        rest = data[whole:]
        if whole:
            yield _decode_block(data[:whole])
    if rest:
        yield _decode_block(rest)


def _decode_block(block: bytes) -> bytes:
    if len(block) % 4:
        raise invalid("broken base64")
    try:
        return binascii.a2b_base64(block, strict_mode=True)
    except binascii.Error as error:
        raise invalid("broken base64") from error
