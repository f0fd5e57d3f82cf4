"""Keys from files. The password is the first line of a file of its own, never an argument or a setting."""

from pathlib import Path
from typing import Final

from certs.errors import CertsError
from certs.keys import SoftKey
from certs.pkcs12 import load_pkcs12
from erv_gateway.signatur.fehler import SchluesselInvalid
from erv_gateway.signatur.signer import Signer

MAX_P12_BYTES: Final = 1024 * 1024  # ours; real ones have 3 to 10 KB


def load_key(p12: Path, password_file: Path | None) -> SoftKey:
    """The key of a PKCS#12 file; no password file means no password. `SchluesselInvalid` when it does not open."""
    password = "" if password_file is None else read_password(password_file)
    try:
        return load_pkcs12(_read(p12), password)
    except CertsError as error:
        raise SchluesselInvalid(f"{p12.name}: {error}", datei=p12.name) from error


def load_signer(p12: Path, password_file: Path | None, *, pss: bool = True, digest: str = "sha256") -> Signer:
    key = load_key(p12, password_file)
    try:
        return Signer(key, pss=pss, digest=digest)
    except CertsError as error:
        raise SchluesselInvalid(f"{p12.name}: {error}", datei=p12.name) from error


def read_password(path: Path) -> str:
    try:
        return _read(path).decode("utf-8").splitlines()[0]
    except (UnicodeDecodeError, IndexError) as error:
        raise SchluesselInvalid(f"{path.name} holds no password", datei=path.name) from error


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_P12_BYTES + 1)
    except OSError as error:
        raise SchluesselInvalid(f"{path.name} cannot be read: {error.strerror}", datei=path.name) from error
    if len(data) > MAX_P12_BYTES:
        raise SchluesselInvalid(f"{path.name} is larger than a key file", datei=path.name)
    return data
