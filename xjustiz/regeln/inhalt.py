"""The first bytes of the files: is a file what its name says (F1, F2, F4, F10, S7)."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from xjustiz.regeln.befund import KOPF_BYTES, Anlage, Fund
from xjustiz.regeln.dateien import ARCHIVE, CONTAINER, PDF, TIFF
from xjustiz.regeln.kontext import Kontext, endung
from xjustiz.werte import SIGNATUR_ENDUNGEN

_PDF_VERSION = re.compile(rb"%PDF-(\d+)\.(\d+)")
_ZIP = b"PK\x03\x04"
_ARCHIV_MAGIC = (_ZIP, b"PK\x05\x06", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")
_OLE = b"\xd0\xcf\x11\xe0"
_OFFICE: Mapping[str, tuple[bytes, ...]] = MappingProxyType(
    {
        **dict.fromkeys(("docx", "xlsx", "pptx", "docm", "xlsm", "pptm", "odt", "ods", "odp", "odg"), (_ZIP,)),
        **dict.fromkeys(("doc", "xls", "ppt", "msg"), (_OLE,)),
        "rtf": (b"{\\rtf",),
        "png": (b"\x89PNG\r\n",),
        "jpg": (b"\xff\xd8\xff",),
        "jpeg": (b"\xff\xd8\xff",),
    }
)
_TIFF_MAGIC = (b"II*\x00", b"MM\x00*")
_DER_SEQUENZ = 0x30
_MAX_PDF = (2, 0)
"""PDF 2.0 (2. ERVB 2022 No. 1)."""


def leer(k: Kontext) -> Iterator[Fund]:
    yield from (_fund(anlage) for anlage in k.anlagen if anlage.groesse == 0)


def kein_pdf(k: Kontext) -> Iterator[Fund]:
    for anlage in _filled(k, PDF):
        if b"%PDF-" not in anlage.anfang[:KOPF_BYTES] and not _packed(anlage):
            yield _fund(anlage)


def kein_tiff(k: Kontext) -> Iterator[Fund]:
    for anlage in _filled(k, TIFF):
        if not anlage.anfang.startswith(_TIFF_MAGIC) and not _packed(anlage):
            yield _fund(anlage)


def andere_endung(k: Kontext) -> Iterator[Fund]:
    for anlage in _filled(k, frozenset(_OFFICE)):
        if not anlage.anfang.startswith(_OFFICE[endung(anlage.name)]):
            yield _fund(anlage)


def keine_signatur(k: Kontext) -> Iterator[Fund]:
    for anlage in _filled(k, SIGNATUR_ENDUNGEN):
        if not _looks_like_cms(anlage) and not _packed(anlage):
            yield _fund(anlage)


def verstecktes_archiv(k: Kontext) -> Iterator[Fund]:
    for anlage in k.anlagen:
        if _packed(anlage) and endung(anlage.name) not in ARCHIVE | CONTAINER | frozenset(_OFFICE):
            yield _fund(anlage)


def pdf_version(k: Kontext) -> Iterator[Fund]:
    for anlage in _filled(k, PDF):
        treffer = _PDF_VERSION.search(anlage.anfang[:KOPF_BYTES])
        if treffer is not None and (int(treffer[1][:4]), int(treffer[2][:4])) > _MAX_PDF:
            yield Fund(
                anlage.name[:200], {"name": anlage.name[:200], "version": f"{int(treffer[1])}.{int(treffer[2])}"}
            )


def _filled(k: Kontext, endungen: frozenset[str]) -> Iterator[Anlage]:
    return (anlage for anlage in k.anlagen if anlage.groesse > 0 and endung(anlage.name) in endungen)


def _packed(anlage: Anlage) -> bool:
    return anlage.anfang.startswith(_ARCHIV_MAGIC)


def _looks_like_cms(anlage: Anlage) -> bool:
    """DER or BER SEQUENCE whose length fits the file (X.690 §8.1.3); PEM counts too."""
    if anlage.anfang.startswith((b"-----BEGIN PKCS7-----", b"-----BEGIN CMS-----")):
        return True
    kopf = anlage.anfang
    if len(kopf) < 4 or kopf[0] != _DER_SEQUENZ:
        return False
    if kopf[1] == 0x80:
        return True
    laenge_bytes = kopf[1] & 0x7F if kopf[1] & 0x80 else 0
    laenge = int.from_bytes(kopf[2 : 2 + laenge_bytes], "big") if laenge_bytes else kopf[1]
    return laenge_bytes <= 4 and 2 + laenge_bytes + laenge <= anlage.groesse


def _fund(anlage: Anlage) -> Fund:
    return Fund(anlage.name[:200], {"name": anlage.name[:200]})
