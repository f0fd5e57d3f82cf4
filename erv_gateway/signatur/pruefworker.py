"""The child of `isoliert.py`: one order as JSON on standard input, one answer as JSON on standard output.

Limits are set before anything of the file is read; nothing here opens a network connection.
"""

import base64
import json
import logging
import resource
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, Final

MAX_ORDER_BYTES: Final = 512 * 1024 * 1024
MAX_OPEN_FILES: Final = 64
RECURSION: Final = 2000  # frames; a page tree or a CMS needs below 200


def main() -> int:
    order = json.loads(sys.stdin.buffer.read(MAX_ORDER_BYTES))
    logging.disable(logging.CRITICAL)  # pyHanko logs names from certificates
    restrict(order["memory"], order["cpu"])
    sys.setrecursionlimit(RECURSION)
    try:
        answer = run(order)
    except MemoryError:
        return 1
    sys.stdout.write(json.dumps(answer))
    return 0


def restrict(memory: int, cpu_seconds: int) -> None:
    """Address space, processor time, no files written, no core dump."""
    _lower(resource.RLIMIT_AS, memory)
    _lower(resource.RLIMIT_CPU, cpu_seconds)
    _lower(resource.RLIMIT_FSIZE, 0)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_NOFILE, MAX_OPEN_FILES)


def _lower(kind: int, wanted: int) -> None:
    _soft, hard = resource.getrlimit(kind)
    limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(kind, (limit, limit))


def run(order: dict[str, Any]) -> dict[str, Any]:
    """The answer to an order of `isoliert.Pruefdienst`."""
    from certs.anchors import Zweck
    from erv_gateway.signatur import pruefen  # heavy imports count against the limits, on purpose
    from erv_gateway.signatur.uebergabe import anchors_from_json

    anchors = None if order["anchors"] is None else anchors_from_json(order["anchors"])
    at = datetime.fromisoformat(order["at"])
    if order["task"] == "vhn":
        return _vhn(order, anchors, at)
    zwecke = tuple(Zweck(name) for name in order["purposes"])
    with Path(order["path"]).open("rb") as file:
        if order["task"] == "pdf":
            return pruefen.check_pdf(file, anchors, at, zwecke).as_message()
        if order["task"] == "detached":
            signature = Path(order["signature"]).read_bytes()
            return pruefen.check_detached(file, signature, anchors, at, zwecke).as_message()
        return pruefen.check_enclosed(file.read(), anchors, at, zwecke).as_message()


def _vhn(order: dict[str, Any], anchors: Any, at: datetime) -> dict[str, Any]:
    from erv_gateway.signatur.uebergabe import dateien_from_json, vhn_to_json
    from erv_gateway.signatur.vhn import check_vhn

    xml, p7s = (None if order[name] is None else base64.b64decode(order[name]) for name in ("xml", "p7s"))
    return vhn_to_json(check_vhn(xml, p7s, dateien_from_json(order["files"]), order["sender"], anchors, at))


if __name__ == "__main__":
    sys.exit(main())
