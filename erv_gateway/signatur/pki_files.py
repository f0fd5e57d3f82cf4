"""Writing a development PKI: keys as PKCS#12 with a generated password each, certificates, anchors, index.

Folders 0700, key and password files 0600 from the first byte on; an existing file is never opened for writing.
"""

import json
import os
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from certs.anchors import FORMAT, Zweck
from certs.certificate import der_to_pem, fingerprint, load
from certs.devpki import Ausstellung, DevPki, Rolle, Teilnehmerplan
from certs.pkcs12 import write_pkcs12
from erv_gateway.signatur.fehler import PkiRefused

INDEX: Final = "pki.toml"
ANCHORS: Final = "anchors"
PASSWORD_BYTES: Final = 24  # 192 bit from the system's generator
ROLLEN: Final = {Zweck.VHN_BEBPO: ("egvp_bebpo",), Zweck.VHN_JUSTIZ: ("justiz",)}


def write_pki(folder: Path, pki: DevPki, now: datetime) -> None:
    """Everything below `folder`; the index last, so that a half-written PKI is never taken for one."""
    try:
        for issued in pki.ausstellungen.values():
            _write_key(folder, issued)
        _write_anchors(folder / ANCHORS, pki, now)
        _write(folder / INDEX, "\n".join(_index(pki)).encode() + b"\n", 0o600)
    except OSError as error:
        raise PkiRefused(f"{error.filename}: {error.strerror}") from error


def _write_key(folder: Path, issued: Ausstellung) -> None:
    base = folder / issued.eintrag.pfad
    base.parent.mkdir(mode=0o700, exist_ok=True)
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    name = issued.eintrag.pfad
    _write(base.with_suffix(".pass"), password.encode() + b"\n", 0o600)
    _write(base.with_suffix(".p12"), write_pkcs12(issued.key, issued.certificate, issued.chain, password, name), 0o600)
    _write(base.with_suffix(".pem"), der_to_pem((issued.certificate, *issued.chain[:1])), 0o644)


def _write_anchors(folder: Path, pki: DevPki, now: datetime) -> None:
    folder.mkdir(mode=0o700)
    lines = ["# Vertrauensanker der Entwicklungs-PKI: nur für Schulung, Test und Sandbox", f"format = {FORMAT}"]
    for zweck, certificate in pki.anchors().items():
        name = f"{zweck}/{zweck}-ca.pem"
        (folder / zweck).mkdir(mode=0o700)
        _write(folder / name, der_to_pem([certificate]), 0o644)
        lines += _anchor(name, zweck, certificate, now)
    _write(folder / "anchors.toml", "\n".join(lines).encode() + b"\n", 0o644)


def _anchor(name: str, zweck: Zweck, certificate: bytes, now: datetime) -> Iterator[str]:
    yield ""
    yield "[[anker]]"
    yield f"datei = {_quoted(name)}"
    yield f"zweck = {_quoted(zweck)}"
    yield f"rollen = [{', '.join(map(_quoted, ROLLEN.get(zweck, ())))}]"
    yield f"gueltig_ab = {load(certificate).not_valid_before_utc.isoformat()}"
    yield f"gueltig_bis = {load(certificate).not_valid_after_utc.isoformat()}"
    yield f"quelle = {_quoted(f'Entwicklungs-PKI vom {now:%Y-%m-%d}')}"
    yield f"sha256 = {_quoted(fingerprint(certificate))}"


def _index(pki: DevPki) -> Iterator[str]:
    yield "# Entwicklungs-PKI: nur für Schulung, Test und Sandbox. Pfade gelten ab diesem Ordner."
    yield f"anker = {_quoted(ANCHORS)}"
    for teilnehmer in pki.plan.teilnehmer():
        yield from _member(teilnehmer, pki)


def _member(teilnehmer: Teilnehmerplan, pki: DevPki) -> Iterator[str]:
    yield ""
    yield "[[teilnehmer]]"
    yield f"kennung = {_quoted(teilnehmer.kennung)}"
    yield f"name = {_quoted(teilnehmer.name)}"
    yield f"rolle = {_quoted(Rolle(teilnehmer.rolle))}"
    if teilnehmer.safe_id is not None:
        yield f"safe_id = {_quoted(teilnehmer.safe_id)}"
    for pfad, issued in pki.ausstellungen.items():
        if pfad.startswith(f"{teilnehmer.kennung}/"):
            yield from _place(pfad, issued)


def _place(pfad: str, issued: Ausstellung) -> Iterator[str]:
    yield ""
    yield f"[teilnehmer.schluessel.{issued.eintrag.profil}]"
    yield f"p12 = {_quoted(f'{pfad}.p12')}"
    yield f"passwort = {_quoted(f'{pfad}.pass')}"
    yield f"zertifikat = {_quoted(f'{pfad}.pem')}"
    yield f"zweck = {_quoted(issued.eintrag.zweck or '')}"
    yield f"subject = {_quoted(load(issued.certificate).subject.rfc4514_string())}"
    yield f"sha256 = {_quoted(fingerprint(issued.certificate))}"


def _quoted(text: str) -> str:
    """A TOML basic string; JSON escapes are a subset of TOML's."""
    return json.dumps(str(text), ensure_ascii=False)


def _write(path: Path, data: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        os.fchmod(descriptor, mode)
