"""Keys from files. The password is the first line of a file of its own, never an argument or a setting."""

from pathlib import Path

from certs.errors import CertsError
from certs.keys import SoftKey
from certs.pkcs12 import load_pkcs12
from erv_gateway.signatur.fehler import SchluesselInvalid
from erv_gateway.signatur.passwort import read_password, read_small
from erv_gateway.signatur.signer import Signer


def load_key(p12: Path, password_file: Path | None) -> SoftKey:
    """The key of a PKCS#12 file; no password file means no password. `SchluesselInvalid` when it does not open."""
    password = "" if password_file is None else read_password(password_file)
    try:
        return load_pkcs12(read_small(p12), password)
    except CertsError as error:
        raise SchluesselInvalid(f"{p12.name}: {error}", datei=p12.name) from error


def load_signer(p12: Path, password_file: Path | None, *, pss: bool = True, digest: str = "sha256") -> Signer:
    key = load_key(p12, password_file)
    try:
        return Signer(key, pss=pss, digest=digest)
    except CertsError as error:
        raise SchluesselInvalid(f"{p12.name}: {error}", datei=p12.name) from error
