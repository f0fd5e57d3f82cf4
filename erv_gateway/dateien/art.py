"""Which files are examined, by their first bytes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

KOPF_BYTES: Final = 1024
"""PDF readers look for %PDF- in the first 1,024 bytes (ISO 32000-2 Annex I)."""
BYTE_ORDERS: Mapping[bytes, str] = MappingProxyType({b"II": "<", b"MM": ">"})
_TIFF: Final = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
"""TIFF 6.0 section 2 and BigTIFF, which is told apart to be refused."""


def is_pdf(kopf: bytes) -> bool:
    return b"%PDF-" in kopf[:KOPF_BYTES]


def is_tiff(kopf: bytes) -> bool:
    return kopf.startswith(_TIFF)


def examinable(kopf: bytes) -> bool:
    return is_pdf(kopf) or is_tiff(kopf)
