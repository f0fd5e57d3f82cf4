"""What strangers hand to the command line: files that are nothing, lie about what they are, or try to do harm."""

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

HUGE: Final = 50 * 2**30
DTD: Final = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
NOISE: Final = bytes((at * at * 31 + at // 7) % 256 for at in range(4096))

Make = Callable[[Path], None]


def _bytes(data: bytes) -> Make:
    def make(path: Path) -> None:
        path.write_bytes(data)

    return make


def _huge(path: Path) -> None:
    """Sparse: takes no room on the disk."""
    with path.open("wb") as file:
        file.truncate(HUGE)


def _zip(*entries: tuple[str, bytes]) -> Make:
    def make(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in entries:
                archive.writestr(name, data)

    return make


def _encrypted(path: Path) -> None:
    """The flag is enough: whoever opens such an entry without a password fails."""
    _zip(("xjustiz_nachricht.xml", b"<x/>"), ("manifest.json", b"{}"))(path)
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            data[at + offset] |= 1
    path.write_bytes(data)


def _symlink(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("xjustiz_nachricht.xml", "manifest.json"):
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o120777 << 16
            archive.writestr(entry, "/etc/passwd")


def _cut_front(path: Path) -> None:
    _zip(("xjustiz_nachricht.xml", NOISE))(path)
    path.write_bytes(path.read_bytes()[100:])


EINGABEN: Final[Mapping[str, Make]] = MappingProxyType(
    {
        "leer": _bytes(b""),
        "ordner": lambda path: path.mkdir(),
        "riesig": _huge,
        "rauschen": _bytes(NOISE),
        "rauschen.pdf": _bytes(b"%PDF-1.7\n" + NOISE),
        "rauschen.p7s": _bytes(b"\x30\x82\x0f\xfc" + NOISE),
        "leer.zip": _bytes(b"PK\x05\x06" + bytes(18)),
        "ohne_anfang.zip": _cut_front,
        "verschluesselt.zip": _encrypted,
        "verweis.zip": _symlink,
        "ausbruch.zip": _zip(("../../manifest.json", b"{}"), ("/etc/passwd", b"x")),
        "bombe.zip": _zip(("xjustiz_nachricht.xml", bytes(80 * 2**20)), ("manifest.json", bytes(80 * 2**20))),
        "dtd.xml": _bytes(DTD),
        "utf16.xml": _bytes('<?xml version="1.0" encoding="UTF-16"?><x/>'.encode("utf-16")),
        "tief.xml": _bytes(b"<a>" * 100_000 + b"</a>" * 100_000),
        "attribute.xml": _bytes(b"<a " + b" ".join(b'a%d=""' % at for at in range(50_000)) + b"/>"),
        "tief.toml": _bytes(b"a=" + b"[" * 100_000),
        "steuer\x1b[31m\x9b1m\u202efdp.xml": _bytes(b"x"),
        "neue\nzeile.zip": _bytes(b"x"),
    }
)
"""Name of the file → what makes it. `fehlt` is not among them and is never there."""
