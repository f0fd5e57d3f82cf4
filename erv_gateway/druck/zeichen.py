"""Which characters the embedded fonts can show. PDF/A level A refuses a document with a character that has no glyph."""

import unicodedata
from typing import Any

SHOWN = (
    (0x20, 0x4FF),  # Latin, Greek, Cyrillic
    (0x1E00, 0x1FFF),  # Latin Extended Additional (DIN 91379), Greek Extended
    (0x2010, 0x2040),  # punctuation
    (0x20A0, 0x20BF),  # currencies
    (0x2190, 0x22FF),  # arrows, mathematical operators
    (0x2500, 0x25FF),  # box drawing, shapes
)
SHOWN_SINGLE = frozenset("\n\u200b\u2116\u2122\ufffd")
HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def shown(value: Any) -> Any:
    """The same JSON value; in its strings a character without a glyph becomes its code point, such as [U+4E2D]."""
    match value:
        case str():
            return "".join(map(_shown, value))
        case dict():
            return {name: shown(inhalt) for name, inhalt in value.items()}
        case list() | tuple():
            return [shown(inhalt) for inhalt in value]
        case _:
            return value


def _shown(zeichen: str) -> str:
    if zeichen in SHOWN_SINGLE:
        return zeichen
    known = any(first <= ord(zeichen) <= last for first, last in SHOWN)
    return zeichen if known and unicodedata.category(zeichen) not in HIDDEN_CATEGORIES else f"[U+{ord(zeichen):04X}]"
