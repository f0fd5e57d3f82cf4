"""The demo's settings: one authority mailbox, one court, two people, all out of the development PKI."""

import fcntl
import json
import os
import socket
import tempfile
from pathlib import Path
from typing import Final

from erv_gateway.demo.orte import Orte
from erv_gateway.demo.prozesse import SandboxAdressen
from erv_gateway.signatur.pki import Pki, Schluesselort, Teilnehmer

AEMTER: Final = ("Stadt Beispielfurt", "Landkreis Auental")
GERICHT_NAME: Final = "Verwaltungsgericht Musterstadt"
AMT: Final = "stadt-beispielfurt"
GERICHT: Final = "verwaltungsgericht-musterstadt"
POSTFACH: Final = "rechtsamt"
PREFERRED_PORT: Final = 8480


def free_port(preferred: int = PREFERRED_PORT) -> int:
    """`preferred` when nobody listens there and no other demo is about to, else any."""
    ports = (preferred, 0) if _reserve(preferred) else (0,)
    for port in ports:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            found: int = probe.getsockname()[1]
            return found
    raise OSError("no free port on loopback")


def _reserve(port: int) -> bool:
    """Until this process ends: a second demo, started at the same time, must not meet the service of the first."""
    path = Path(tempfile.gettempdir()) / f"erv-gateway-demo-{os.getuid()}-{port}.lock"
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def write_config(
    orte: Orte,
    pki: Pki,
    adressen: SandboxAdressen,
    port: int,
    gericht_code: str,
    *,
    namen: tuple[str, str] = (AMT, GERICHT),
) -> None:
    """The TOML file that `erv-gateway run` works with; secrets stay in the files of the PKI.

    `namen`: of the authority and of the court in the PKI.
    """
    amt, gericht = (pki.teilnehmer[name] for name in namen)
    vermittler = pki.teilnehmer["vermittler"]
    lines = [
        f"data_dir = {_q(orte.daten)}",
        f"anchors_dir = {_q(pki.anchors_folder)}",
        "vier_augen = true",
        "[web]",
        f"port = {port}",
        "[worker]",
        "processes = 2",
        "heartbeat_seconds = 5",
        "abholen_seconds = 1",
        "nachfrage_seconds = 2",
        "[tsa]",
        f"urls = [{_q(adressen.tsa)}]",
        "[[postfach]]",
        f"name = {_q(POSTFACH)}",
        f"safe_id = {_q(amt.safe_id)}",
        f"organisation = {_q(amt.name)}",
        'strasse = "Rathausplatz"',
        'hausnummer = "1"',
        'postleitzahl = "00017"',
        f"ort = {_q(amt.name.removeprefix('Stadt '))}",
        f"endpoint = {_q(adressen.osci)}",
        f"intermediary_cipher_cert_file = {_q(_zertifikat(vermittler, 'postfach-chiffrat'))}",
        f"intermediary_signature_cert_file = {_q(_zertifikat(vermittler, 'postfach-signatur'))}",
        f"signature_key = {_key(amt.schluessel['postfach-signatur'])}",
        f"cipher_key = {_key(amt.schluessel['postfach-chiffrat'])}",
        f"vhn_key = {_key(amt.schluessel['vhn'])}",
        f"document_key = {_key(amt.schluessel['signatur'])}",
        "[[verzeichnis]]",
        f"gericht_code = {_q(gericht_code)}",
        f"safe_id = {_q(gericht.safe_id)}",
        f"name = {_q(gericht.name)}",
        f"cipher_cert_file = {_q(_zertifikat(gericht, 'postfach-chiffrat'))}",
    ]
    orte.config.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _zertifikat(teilnehmer: Teilnehmer, name: str) -> Path:
    return teilnehmer.schluessel[name].zertifikat


def _key(ort: Schluesselort) -> str:
    return f"{{ file = {_q(ort.p12)}, password_file = {_q(ort.passwort)} }}"


def _q(value: object) -> str:
    """A TOML basic string; JSON strings are ones."""
    return json.dumps(str(value), ensure_ascii=False)
