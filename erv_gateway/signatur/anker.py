"""Trust anchors from a folder: `anchors.toml` and the PEM files it names."""

import tomllib
from pathlib import Path, PurePosixPath
from typing import Final

from certs.anchors import Anchors, parse_anchors
from certs.errors import CertsError
from erv_gateway.signatur.fehler import AnkerInvalid

INDEX: Final = "anchors.toml"
MAX_FILE_BYTES: Final = 1024 * 1024  # ours


def load_anchors(folder: Path) -> Anchors:
    """The anchors of `folder`. `AnkerInvalid` when the index or one of its files is missing or wrong."""
    index = _read(folder / INDEX)
    try:
        names = [str(entry["datei"]) for entry in tomllib.loads(index.decode("utf-8"))["anker"]]
        return parse_anchors(index, {name: _read(_inside(folder, name)) for name in names})
    except CertsError as error:
        raise AnkerInvalid(str(error)) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise AnkerInvalid(f"{INDEX} cannot be read: {error}") from error


def _inside(folder: Path, name: str) -> Path:
    relative = PurePosixPath(name)
    if relative.is_absolute() or ".." in relative.parts:
        raise AnkerInvalid(f"{INDEX} names a file outside its folder: {name}")
    return folder / relative


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise AnkerInvalid(f"{path.name} cannot be read: {error.strerror}") from error
    if len(data) > MAX_FILE_BYTES:
        raise AnkerInvalid(f"{path.name} is larger than {MAX_FILE_BYTES} bytes")
    return data
