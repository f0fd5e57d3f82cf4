"""Small secret files: passwords, PINs, client secrets. The secret is the first line, never an argument or a setting."""

from pathlib import Path
from typing import Final

from erv_gateway.signatur.fehler import SchluesselInvalid

MAX_FILE_BYTES: Final = 1024 * 1024  # ours; keys have 3 to 10 KB, secrets some bytes


def read_password(path: Path) -> str:
    """Raises `SchluesselInvalid` for a file that is missing, empty or no text."""
    try:
        secret = read_small(path).decode("utf-8").splitlines()[0]
    except (UnicodeDecodeError, IndexError) as error:
        raise SchluesselInvalid(f"{path.name} holds no password", datei=path.name) from error
    return secret


def read_small(path: Path) -> bytes:
    """The whole file; `SchluesselInvalid` when it is missing or far too large."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise SchluesselInvalid(f"{path.name} cannot be read: {error.strerror}", datei=path.name) from error
    if len(data) > MAX_FILE_BYTES:
        raise SchluesselInvalid(f"{path.name} is larger than a key file", datei=path.name)
    return data
