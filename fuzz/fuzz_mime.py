"""MIME splitter and base64 transfer coding: any bytes, cut into chunks anywhere."""

import atheris

with atheris.instrument_imports(include=["osci"]):
    from osci.base64text import decode_chunks
    from osci.errors import OsciError
    from osci.mime import MimeReader

from fuzz.harness import pieces, run
from fuzz.seeds import messages


def split(data: bytes) -> None:
    mime = MimeReader(pieces(data))
    while (head := mime.next_part()) is not None:
        start = mime.position
        body = b"".join(mime.body())
        if data[start : start + len(body)] != body:
            raise AssertionError("a part is not what stands at its offset")
        _decode(head.is_base64, body)


def _decode(coded: bool, body: bytes) -> None:
    """The same bytes come out, however the text is cut."""
    if not coded:
        return
    try:
        whole = b"".join(decode_chunks((body,)))
    except OsciError:
        whole = None
    try:
        cut = b"".join(decode_chunks(pieces(body)))
    except OsciError:
        cut = None
    if whole != cut:
        raise AssertionError("base64 depends on where it is cut")


if __name__ == "__main__":
    run(split, messages())
