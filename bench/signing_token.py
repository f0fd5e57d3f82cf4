"""The same with the key in a SoftHSM2 token; no rows where it is not installed."""

import io
import os
import subprocess
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bench.context import Context
from bench.keys import Keys, load_keys
from bench.result import Row
from bench.signing import letter, rate
from certs.keys import KeyHandle
from certs.uris import Schema, signature_uri
from erv_gateway.signatur.pkcs11 import Pkcs11Key, Schluesselname
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.signieren import sign_detached, sign_pdf
from erv_gateway.signatur.token import Tokenort, Tokens

LIBRARY: Final = Path("usr/lib/softhsm/libsofthsm2.so")
PLACES: Final = (Path("/"), Path("var/softhsm"))
PIN: Final = "4711"

WHEN: Final = datetime.now(UTC)


def signatures(context: Context) -> list[Row]:
    keys = load_keys(context.folder)
    place = next((place for place in PLACES if (place / LIBRARY).exists()), None)
    if place is None:
        return []
    key = _in_token(context.folder / "softhsm", place, keys)
    signer, pdf = Signer(key), letter()
    measure = partial(rate, context, keys, f"key in SoftHSM2; file of {len(pdf) / 1000:.0f} KB")
    return [
        measure("SoftHSM: RSA-3072 PSS", partial(_bare, key)),
        measure("SoftHSM: PAdES-B", lambda: sign_pdf(pdf, io.BytesIO(), signer)),
        measure("SoftHSM: CAdES-B", lambda: sign_detached(pdf, signer, zeitpunkt=WHEN)),
    ]


async def _bare(key: KeyHandle) -> None:
    key.sign(bytes(32), signature_uri(Schema.RSA_PSS, "sha256"))


def _in_token(folder: Path, place: Path, keys: Keys) -> KeyHandle:
    """A token of this run's own, with the sender's key in it."""
    (folder / "tokens").mkdir(parents=True, exist_ok=True)
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    (folder / "pin").write_text(PIN)
    private = keys.sender.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(private)
    command = [str(place / "usr/bin/softhsm2-util"), "--module", str(place / LIBRARY)]
    _run(*command, "--init-token", "--free", "--label", "bench", "--so-pin", PIN, "--pin", PIN)
    _run(*command, "--import", str(folder / "key.pem"), "--token", "bench", "--label", "k", "--id", "01", "--pin", PIN)
    token = Tokens().token(Tokenort(place / LIBRARY, "bench", None, folder / "pin"))
    return Pkcs11Key(token, Schluesselname(label="k"), keys.sender.der, (keys.ca.der,))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own command line
