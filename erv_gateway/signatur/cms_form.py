"""Signature files as text: PEM (RFC 7468 §8, §9) and bare base64, as some programs write `.p7s`."""

import base64
import re
from typing import Final

MAX_HEAD: Final = 64  # ours; enough to tell text from DER
_PEM: Final = re.compile(rb"\s*-----BEGIN (PKCS7|CMS|PKCS #7 SIGNED DATA)-----\s(.*?)-----END \1-----\s*", re.DOTALL)
_BASE64: Final = re.compile(rb"\s*[A-Za-z0-9+/]{4}[A-Za-z0-9+/\s]*={0,2}\s*")


def unarmoured(data: bytes) -> bytes:
    """The DER or BER in `data`; what is no such text is given back as it is."""
    found = _PEM.fullmatch(data)
    text = found[2] if found is not None else data
    if found is None and not (_BASE64.match(data[:MAX_HEAD]) and _BASE64.fullmatch(data)):
        return data
    try:
        return base64.b64decode(b"".join(text.split()), validate=True)
    except ValueError:
        return data
