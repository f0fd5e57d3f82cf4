"""The standard of forwarding (Leitfaden 6.5; sheet §2.7): what a forwarded message must carry, and in which place."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from xjustiz.codes import Bestandteiltyp
from xjustiz.regeln.befund import Fund
from xjustiz.regeln.kontext import DateiStelle, Kontext, findall, klasse_of

WEITERLEITUNG = "289"
"""GDS.Ereignis."""
TECHNISCHE_INFORMATION = "014"
"""GDS.Dokumentklasse."""
_UUID = "_[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_B = Bestandteiltyp
_TEILE: Mapping[str, tuple[str, re.Pattern[str]]] = MappingProxyType(
    {
        "xjustiz_nachricht_UUID.xml": (_B.ORIGINAL.value, re.compile(rf"xjustiz_nachricht{_UUID}\.xml")),
        "pruefvermerk_UUID.pdf": (_B.PRUEFVERMERK.value, re.compile(rf"pruefvermerk{_UUID}\.pdf")),
        "pruefvermerk_UUID.xml": (_B.PRUEFVERMERK.value, re.compile(rf"pruefvermerk{_UUID}\.xml")),
    }
)
"""What every forwarded message has; a VHN only where the first sender had a secure way."""


def unvollstaendig(k: Kontext) -> Iterator[Fund]:
    if not _forwarded(k):
        return
    dateien = [d for dok in k.dokumente if klasse_of(dok) == TECHNISCHE_INFORMATION for d in k.dateien_of(dok)]
    fehlend = [form for form, (teil, name) in _TEILE.items() if not _there(dateien, teil, name)]
    if fehlend:
        yield Fund(f"/{k.art}/schriftgutobjekte", {"fehlend": ", ".join(fehlend)})


def _forwarded(k: Kontext) -> bool:
    codes = (ereignis.findtext("code") or "" for ereignis in findall(k.wurzel, "nachrichtenkopf/ereignis"))
    return any(code.strip() == WEITERLEITUNG for code in codes)


def _there(dateien: list[DateiStelle], teil: str, name: re.Pattern[str]) -> bool:
    return any(datei.bestandteil == teil and name.fullmatch(datei.name) for datei in dateien)
