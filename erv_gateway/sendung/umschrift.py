"""Free text of a DMS on its way into XJustiz: what had to be replaced is collected and shown, never silent."""

from collections.abc import Mapping
from types import MappingProxyType

from xjustiz import Datentyp, Din91379Text, Umschrift, transliterate

Festgelegt = Mapping[tuple[Datentyp, str], str]
"""Replacements that a person has seen and fixed: from data type and text to what is written."""


class Umschreiber:
    """Collects one German sentence for each text that could not travel as it was and that nobody has looked at."""

    def __init__(self, festgelegt: Festgelegt = MappingProxyType({})) -> None:
        self._festgelegt = festgelegt
        self._ersetzt: dict[tuple[Datentyp, str], Umschrift] = {}

    def __call__(self, text: str, datentyp: Datentyp = Datentyp.C) -> Din91379Text:
        if (datentyp, text) in self._festgelegt:
            return Din91379Text(self._festgelegt[datentyp, text], datentyp)
        umschrift = transliterate(text, datentyp)
        if umschrift.ersetzungen:
            self._ersetzt[datentyp, text] = umschrift
        return umschrift.text

    def optional(self, text: str | None, datentyp: Datentyp = Datentyp.C) -> Din91379Text | None:
        return self(text, datentyp) if text else None

    @property
    def ersetzt(self) -> Mapping[tuple[Datentyp, str], Umschrift]:
        """What was replaced, in the order in which it came."""
        return MappingProxyType(self._ersetzt)

    @property
    def meldungen(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(_sentence, self._ersetzt.values())))


def _sentence(umschrift: Umschrift) -> str:
    paare = ", ".join(f"„{e.zeichen}“ → „{e.ersatz}“" for e in umschrift.ersetzungen)
    return f"{umschrift.text}: {paare}"
