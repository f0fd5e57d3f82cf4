"""Names under which files travel: legal (XJustiz, ERVB), telling (BGH VIII ZB 80/22), unique, stable on re-sending."""

import re
import unicodedata
from typing import Final
from uuid import UUID

from xjustiz import Dateiname

XJUSTIZ_NAME: Final = "xjustiz_nachricht.xml"
MAX_NAME: Final = 90  # characters with extension: XJustiz, text of the XSD at dateiname
_ILLEGAL = re.compile(r"[^A-Za-z0-9-]+")
_UMLAUTE = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})
"""Umlauts are lawful in XJustiz names, but OSCI peers differ on them in references; the title keeps them."""


def dateiname(titel: str, kennung: UUID, endung: str, *, zusatz: str = "") -> Dateiname:
    """`Titel[_zusatz]_UUID.endung`, the form the XJustiz specification recommends; the title is cut, never the UUID."""
    tail = f"{'_' + _legal(zusatz) if zusatz else ''}_{kennung}.{endung.lower()}"
    head = _legal(titel)[: MAX_NAME - len(tail)].strip("_-") or "Dokument"
    return Dateiname(head + tail)


def _legal(text: str) -> str:
    spelled = unicodedata.normalize("NFC", text).translate(_UMLAUTE)
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    return _ILLEGAL.sub("_", plain).strip("_-")
