"""Values that are valid when they exist. All of them are `str`, so that they go wherever text is wanted."""

import re
from enum import StrEnum
from typing import Self
from uuid import UUID, uuid4

from xjustiz.din91379 import Din91379Text
from xjustiz.fehler import WertInvalid

MAX_DATEINAME = 90
"""Characters with extension (text at `dateiname` in the XSD; ERVB No. 6)."""
MAX_PUNKTE = 2
"""Dots in a name: one extension, or two for a chained signature extension (practice of the BLK tool)."""
RESERVIERTE_NAMEN = frozenset(
    {"vhn.xml", "vhn.xml.p7s", "xjustiz_nachricht.xml", "pruefvermerk.xml", "pruefvermerk.pdf"}
)
"""Names the transport gives itself (sheet §0 No. 15)."""
NACHRICHT_DATEINAME = "xjustiz_nachricht.xml"
SIGNATUR_ENDUNGEN = frozenset({"p7s", "pkcs7", "p7m", "p7", "sig"})
"""Extensions that may follow another extension ("x.pdf.p7s")."""

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DATEINAME = re.compile(r"[A-Za-z0-9ÄÖÜäöüß_-]+(?:\.[A-Za-z0-9]+){1,2}")
_SAFE_ID = re.compile(r"[!-~]{3,120}")


class Uuid(str):
    """A UUID as XJustiz writes it: 8-4-4-4-12 hex digits, spelling kept, compared without regard to case.

    Own pattern, because the one of XJustiz 3.6.2 and older accepts "|" (sheet §0 No. 14).
    """

    __slots__ = ()

    def __new__(cls, value: "str | UUID") -> Self:
        text = str(value)
        if _UUID.fullmatch(text) is None:
            raise WertInvalid(f"not a UUID: {text[:60]!r}")
        return super().__new__(cls, text)

    @classmethod
    def neu(cls) -> Self:
        """A random one."""
        return cls(uuid4())

    @property
    def uuid(self) -> UUID:
        return UUID(str(self))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and self.lower() == other.lower()

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self.lower())


class Aktenzeichen(Din91379Text):
    """A file number: one line of DIN 91379 text (type C), not blank, without blanks at its ends."""

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        if not text.strip() or text != text.strip() or any(zeichen in text for zeichen in "\t\r\n"):
            raise WertInvalid(f"not a file number: {text[:60]!r}")
        return super().__new__(cls, text)


class Dateiname(str):
    """A file name that every court system takes (rule N1).

    At most 90 characters; letters with German umlauts, digits, "_" and "-"; an extension, or a chained one
    ("x.pdf.p7s"); none of the reserved names.
    """

    __slots__ = ()

    def __new__(cls, name: str) -> Self:
        mangel = dateiname_mangel(name)
        if mangel is not None:
            raise WertInvalid(f"file name {name[:120]!r}: {mangel}")
        return super().__new__(cls, name)


class DateinameMangel(StrEnum):
    """Why a name is no `Dateiname`; the first that applies, in this order."""

    RESERVIERT = "reserviert"
    LAENGE = "laenge"
    PUNKTE = "punkte"
    ZEICHEN = "zeichen"


def dateiname_mangel(name: str) -> DateinameMangel | None:
    """What is wrong with a file name under rule N1, or None."""
    if name.lower() in RESERVIERTE_NAMEN:
        return DateinameMangel.RESERVIERT
    if len(name) > MAX_DATEINAME:
        return DateinameMangel.LAENGE
    if not _dots_lawful(name):
        return DateinameMangel.PUNKTE
    return None if _DATEINAME.fullmatch(name) else DateinameMangel.ZEICHEN


def _dots_lawful(name: str) -> bool:
    teile = name.split(".")
    if not all(teile) or not 1 <= len(teile) - 1 <= MAX_PUNKTE:
        return False
    return len(teile) == 2 or teile[-1].lower() in SIGNATUR_ENDUNGEN


class SafeId(str):
    """A SAFE-ID: opaque, case kept (sheet §4.5). Printable ASCII without blanks, 3 to 120 characters."""

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        if _SAFE_ID.fullmatch(text) is None:
            raise WertInvalid(f"not a SAFE-ID: {text[:60]!r}")
        return super().__new__(cls, text)
