"""The one XML part of an answer of the intermediary (fact sheet 3.2). Its own small reader: email.parser guesses."""

import re
from collections.abc import Mapping
from typing import Final

from erv_gateway.nachweis.befund import Mangel
from erv_gateway.nachweis.xmlsignatur import decode_base64

_FOLD: Final = re.compile(r"\r\n[ \t]+")
_BOUNDARY: Final = re.compile(r';\s*boundary=(?:"([^"]+)"|([^;\s"]+))')


def xml_part(data: bytes) -> bytes:
    """The XML of a multipart/related message that has exactly one part. Raises Mangel."""
    head, rest = _split_head(data.lstrip(b"\r\n"))
    content_type = head.get("content-type", "")
    boundary = _BOUNDARY.search(content_type)
    if boundary is None or not content_type.lower().startswith("multipart/related"):
        raise Mangel("keine mehrteilige MIME-Nachricht")
    delimiter = b"\r\n--" + (boundary[1] or boundary[2]).encode("latin-1")
    preamble, *parts = (b"\r\n" + rest).split(delimiter)
    if preamble or len(parts) != 2 or parts[1].rstrip(b"\r\n") != b"--" or not parts[0].startswith(b"\r\n"):
        raise Mangel("die MIME-Nachricht hat nicht genau einen Teil")
    return _decode(*_split_head(parts[0].removeprefix(b"\r\n")))


def _decode(head: Mapping[str, str], body: bytes) -> bytes:
    if not head.get("content-type", "").lower().startswith("text/"):
        raise Mangel("der MIME-Teil ist kein XML")
    if head.get("content-transfer-encoding", "").lower() == "base64":
        return decode_base64(body.decode("latin-1"))
    return body


def _split_head(data: bytes) -> tuple[dict[str, str], bytes]:
    head, blank, body = data.partition(b"\r\n\r\n")
    if not blank:
        raise Mangel("MIME-Kopf ohne Ende")
    pairs = [_field(line) for line in _FOLD.sub(" ", head.decode("latin-1")).split("\r\n")]
    if len(dict(pairs)) != len(pairs):
        raise Mangel("MIME-Kopf fehlerhaft")
    return dict(pairs), body


def _field(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon:
        raise Mangel("MIME-Kopf fehlerhaft")
    return name.lower(), value.strip()
