"""A SoftHSM2 of one's own: a token in a temporary folder, and keys put into it."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from certs.keys import SoftKey
from erv_gateway.signatur.pkcs11 import Pkcs11Key, Schluesselname
from erv_gateway.signatur.token import Token, Tokenort, Tokens

PIN = "wird-nur-hier-gebraucht"
LIBRARY = "usr/lib/softhsm/libsofthsm2.so"
PLACES = (Path("/"), Path(__file__).resolve().parents[2] / "var" / "softhsm")


def find_softhsm() -> tuple[Path, Path] | None:
    """The library and the tool, installed or unpacked by ops/setup/softhsm.sh."""
    found = ((place / LIBRARY, place / "usr/bin/softhsm2-util") for place in PLACES)
    return next((pair for pair in found if pair[0].exists() and pair[1].exists()), None)


@dataclass(frozen=True)
class Hsm:
    library: Path
    tool: Path
    folder: Path
    tokens: Tokens

    def make_token(self, label: str) -> Tokenort:
        pin = self.folder / f"{label}.pin"
        pin.write_text(f"{PIN}\n")
        self._run("--init-token", "--free", "--label", label, "--so-pin", "sicher", "--pin", PIN)
        return Tokenort(self.library, label, None, pin)

    def put(self, ort: Tokenort, key: SoftKey, name: str, kennung: str) -> None:
        pem = self.folder / f"{name}.key"
        pem.write_bytes(key.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        self._run("--import", str(pem), "--token", ort.label or "", "--label", name, "--id", kennung, "--pin", PIN)
        pem.unlink()

    def token(self, ort: Tokenort) -> Token:
        return self.tokens.token(ort)

    def key(self, ort: Tokenort, soft: SoftKey, name: str) -> Pkcs11Key:
        return Pkcs11Key(self.token(ort), Schluesselname(label=name), soft.certificate, soft.chain)

    def _run(self, *arguments: str) -> None:
        command = [str(self.tool), "--module", str(self.library), *arguments]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stdout + result.stderr


@contextmanager
def softhsm(folder: Path, pair: tuple[Path, Path]) -> Iterator[Hsm]:
    (folder / "tokens").mkdir()
    config = folder / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(config)
    try:
        yield Hsm(*pair, folder, Tokens())
    finally:
        del os.environ["SOFTHSM2_CONF"]
        if before is not None:
            os.environ["SOFTHSM2_CONF"] = before
