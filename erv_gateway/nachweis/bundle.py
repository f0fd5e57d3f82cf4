"""Writes a proof bundle: a deterministic ZIP (stored, sorted, fixed dates), the same parts always give the same bytes.

The proof must contain the originals, not replace them (OLG Hamm 15.01.2024 - 22 U 13/23): the intermediary's signed
answers and our signed envelope go in byte for byte.
"""

import base64
import hashlib
import json
import zipfile
from importlib import resources
from typing import BinaryIO, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from erv_gateway.nachweis.modell import (
    ABDECKUNG,
    ABSENDER,
    AKTENPROTOKOLL,
    ANNAHME,
    LAUFZETTEL,
    LIESMICH,
    MANIFEST,
    MAX_ENTRIES,
    MAX_ENTRY_BYTES,
    MAX_TOTAL_BYTES,
    PDF,
    PROTOKOLL,
    UMSCHLAG,
    VERMITTLER,
    XJUSTIZ,
    GeschriebenerNachweis,
    GesendeteDatei,
    NachweisRefused,
    NachweisTeile,
    Protokolleintrag,
    inhalt_path,
    kette_path,
)
from erv_gateway.nachweis.pdf import render_nachweis
from erv_gateway.nachweis.verzeichnis import build_verzeichnis

__all__ = ["GeschriebenerNachweis", "GesendeteDatei", "NachweisTeile", "Protokolleintrag", "write_nachweis"]

ZIP_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest date a ZIP can name; the true date stands in nachweis.json."""
FILE_MODE: Final = 0o644
CHUNK: Final = 2**20


def write_nachweis(teile: NachweisTeile, ziel: BinaryIO) -> GeschriebenerNachweis:
    """Writes the bundle to `ziel` (empty, seekable, read/write). Raises NachweisRefused. `ziel` stays open."""
    _check_teile(teile)
    files = _files(teile)
    _check_limits(files)
    files = {MANIFEST: build_verzeichnis(teile, files), **dict(sorted(files.items()))}
    with zipfile.ZipFile(ziel, "w", compression=zipfile.ZIP_STORED) as archive:
        for path, data in files.items():
            archive.writestr(_entry(path), data)
    return _measure(ziel)


def _files(teile: NachweisTeile) -> dict[str, bytes]:
    files = {
        LIESMICH: resources.files(__package__).joinpath("data", "liesmich.txt").read_bytes(),
        PDF: render_nachweis(teile),
        XJUSTIZ: teile.xjustiz,
        UMSCHLAG: teile.umschlag,
        LAUFZETTEL: teile.laufzettel,
        VERMITTLER: _pem(teile.vermittler),
        ABSENDER: _pem(teile.absender),
        PROTOKOLL: b"".join(_log_line(eintrag) for eintrag in teile.eintraege),
    }
    files |= {inhalt_path(number): inhalt for number, inhalt in enumerate(teile.inhalte, 1)}
    files |= {kette_path(number): _pem(der) for number, der in enumerate(teile.ketten, 1)}
    optional = {ANNAHME: teile.annahme, AKTENPROTOKOLL: teile.aktenprotokoll, ABDECKUNG: teile.abdeckung}
    return files | {path: data for path, data in optional.items() if data is not None}


def _check_teile(teile: NachweisTeile) -> None:
    if teile.eingang.tzinfo is None or teile.created.tzinfo is None:
        raise NachweisRefused("a proof bundle needs aware times")
    if not teile.inhalte or not teile.dateien or not teile.eintraege:
        raise NachweisRefused("a proof bundle needs contents, files and log entries")
    names = [datei.dateiname for datei in teile.dateien]
    if len(set(names)) != len(names):
        raise NachweisRefused("a file name occurs twice in the delivery")


def _check_limits(files: dict[str, bytes]) -> None:
    largest = max(len(data) for data in files.values())
    total = sum(len(data) for data in files.values())
    if len(files) >= MAX_ENTRIES or largest > MAX_ENTRY_BYTES or total > MAX_TOTAL_BYTES - MAX_ENTRY_BYTES:
        raise NachweisRefused(f"{len(files)} files with {total} bytes are more than a bundle may hold")


def _pem(der: bytes) -> bytes:
    try:
        return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)
    except ValueError as error:
        raise NachweisRefused(f"not a certificate: {error}") from error


def _log_line(eintrag: Protokolleintrag) -> bytes:
    line = {
        "body": base64.b64encode(eintrag.body).decode(),
        "leaf_hash": eintrag.leaf_hash.hex(),
        "seq": eintrag.seq,
    }
    return json.dumps(line).encode() + b"\n"


def _entry(path: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(path, date_time=ZIP_EPOCH)
    info.external_attr = FILE_MODE << 16
    info.create_system = 3  # Unix, also when written elsewhere
    return info


def _measure(ziel: BinaryIO) -> GeschriebenerNachweis:
    ziel.seek(0)
    digest = hashlib.sha256()
    while chunk := ziel.read(CHUNK):
        digest.update(chunk)
    return GeschriebenerNachweis(digest.hexdigest(), ziel.tell())
