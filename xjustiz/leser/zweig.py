"""A cursor over one element that knows what was read, so that nothing is dropped silently."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from typing import TypeVar

from lxml import etree

from xjustiz.codes import Code
from xjustiz.fehler import NachrichtUnreadable, WertInvalid
from xjustiz.nachrichten import NAMENSRAUM
from xjustiz.werte import Uuid
from xjustiz.xmlsicher import pfad

_T = TypeVar("_T")
_ZEITPUNKT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?")
_DATUM = re.compile(r"(\d{4}-\d\d-\d\d)(?:Z|[+-]\d\d:\d\d)?")
_UHRZEIT = re.compile(r"(\d\d:\d\d:\d\d)(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?")
_BETRAG = re.compile(r"[+-]?([0-9]{1,15}(\.[0-9]{0,15})?|\.[0-9]{1,15})([eE][+-]?[0-9]{1,2})?")
"""xs:double without INF and NaN, of bounded length."""
_ZAHL = re.compile(r"[+-]?[0-9]{1,9}")
MAX_NICHT_GELESEN = 1000
"""Own limit on what is listed; one entry is as bad as a thousand."""
_ATTRIBUTE = frozenset({"listURI", "listVersionID", "xjustizVersion"})
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_WAHRHEIT = {"true": True, "1": True, "false": False, "0": False}


def _foreign(attribut: str) -> bool:
    return attribut not in _ATTRIBUTE and not attribut.startswith(_XSI)


class Bericht:
    """Collects what a reading left behind."""

    def __init__(self) -> None:
        self.maengel: list[str] = []
        self._zweige: list[Zweig] = []

    def zweig(self, element: etree._Element) -> "Zweig":
        neu = Zweig(element, self)
        self._zweige.append(neu)
        return neu

    def nicht_gelesen(self) -> tuple[str, ...]:
        """Paths of the elements and attributes nobody asked for, in the order of reading, at most MAX_NICHT_GELESEN."""
        return tuple(islice(self._reste(), MAX_NICHT_GELESEN))

    def _reste(self) -> Iterator[str]:
        for zweig in self._zweige:
            yield from (f"{pfad(zweig.element)}/@{name}" for name, _ in zweig.element.items() if _foreign(name))
            yield from (pfad(element) for element in zweig.rest())


class Zweig:
    """One element: its children are taken by name, each at most once."""

    __slots__ = ("_bericht", "_offen", "element")

    def __init__(self, element: etree._Element, bericht: Bericht) -> None:
        self.element = element
        self._bericht = bericht
        self._offen = [kind for kind in element if isinstance(kind.tag, str)]

    def rest(self) -> list[etree._Element]:
        return self._offen

    def eins(self, name: str) -> "Zweig | None":
        """The first child of this name, or None."""
        gefunden = self._take(name, 1)
        return self._bericht.zweig(gefunden[0]) if gefunden else None

    def alle(self, name: str) -> list["Zweig"]:
        return [self._bericht.zweig(element) for element in self._take(name)]

    def muss(self, name: str) -> "Zweig":
        """The first child of this name; raises NachrichtUnreadable where it is missing."""
        gefunden = self.eins(name)
        if gefunden is None:
            raise NachrichtUnreadable(f"{pfad(self.element)}: {name} is missing")
        return gefunden

    def wahl(self) -> "Zweig":
        """The one child of an auswahl_ element. Raises NachrichtUnreadable where there is none."""
        if not self._offen:
            raise NachrichtUnreadable(f"{pfad(self.element)}: empty choice")
        return self._bericht.zweig(self._offen.pop(0))

    def inhalt(self) -> str:
        """The element's own text."""
        return self.element.text or ""

    def text(self, name: str) -> str | None:
        kind = self.eins(name)
        return None if kind is None else kind.inhalt()

    def texte(self, name: str) -> tuple[str, ...]:
        return tuple(kind.inhalt() for kind in self.alle(name))

    def muss_text(self, name: str) -> str:
        return self.muss(name).inhalt()

    def code(self, name: str) -> Code | None:
        kind = self.eins(name)
        return None if kind is None else kind.als_code()

    def codes(self, name: str) -> tuple[Code, ...]:
        return tuple(kind.als_code() for kind in self.alle(name))

    def muss_code(self, name: str) -> Code:
        return self.muss(name).als_code()

    def als_code(self) -> Code:
        """This element as a code; code and name stand in no namespace."""
        wert = self._unqualified("code")
        if wert is None:
            raise NachrichtUnreadable(f"{pfad(self.element)}: code is missing")
        attribute = self.element.attrib
        return Code(wert, attribute.get("listURI"), attribute.get("listVersionID"), self._unqualified("name"))

    def datum(self, name: str) -> date | None:
        return self._optional(name, parse_datum)

    def zeitpunkt(self, name: str) -> datetime | None:
        return self._optional(name, parse_zeitpunkt)

    def uhrzeit(self, name: str) -> time | None:
        return self._optional(name, parse_uhrzeit)

    def zahl(self, name: str) -> int | None:
        return self._optional(name, parse_zahl)

    def betrag(self, name: str) -> Decimal | None:
        return self._optional(name, parse_betrag)

    def uuid(self, name: str) -> Uuid | None:
        return self._optional(name, Uuid)

    def wahr(self, name: str, vorgabe: bool) -> bool | None:
        """A boolean; `vorgabe` is what XSD says an empty element means (its fixed or default value)."""
        return self._optional(name, lambda text: _WAHRHEIT[text] if text else vorgabe)

    def must(self, name: str, deutung: Callable[[str], _T]) -> _T:
        """A mandatory value; raises NachrichtUnreadable where it is missing or makes no sense."""
        kind = self.muss(name)
        try:
            return deutung(kind.inhalt().strip())
        except (ValueError, KeyError, WertInvalid) as error:
            raise NachrichtUnreadable(f"{pfad(kind.element)}: {error}") from error

    def _optional(self, name: str, deutung: Callable[[str], _T]) -> _T | None:
        kind = self.eins(name)
        if kind is None:
            return None
        try:
            return deutung(kind.inhalt().strip())
        except (ValueError, KeyError, WertInvalid) as error:
            self._bericht.maengel.append(f"{pfad(kind.element)}: {error}")
            return None

    def _take(self, name: str, hoechstens: int | None = None) -> list[etree._Element]:
        tag = f"{{{NAMENSRAUM}}}{name}"
        gefunden: list[etree._Element] = []
        offen: list[etree._Element] = []
        for kind in self._offen:
            passt = kind.tag == tag and (hoechstens is None or len(gefunden) < hoechstens)
            (gefunden if passt else offen).append(kind)
        self._offen = offen
        return gefunden

    def _unqualified(self, name: str) -> str | None:
        for kind in self._offen:
            if kind.tag == name:
                self._offen.remove(kind)
                return (kind.text or "").strip()
        return None


def parse_zahl(text: str) -> int:
    """xs:integer of at most nine digits. Raises ValueError."""
    if _ZAHL.fullmatch(text) is None:
        raise ValueError(f"not a number: {text[:40]!r}")
    return int(text)


def parse_betrag(text: str) -> Decimal:
    """xs:double as the decimal number written, at most 15 digits on either side of the point. Raises ValueError."""
    if _BETRAG.fullmatch(text) is None:
        raise ValueError(f"not an amount: {text[:40]!r}")
    return Decimal(text)


def parse_zeitpunkt(text: str) -> datetime:
    """xs:dateTime; fractions beyond microseconds are cut. Naive where the zone is left out. Raises ValueError."""
    treffer = _ZEITPUNKT.fullmatch(text)
    if treffer is None:
        raise ValueError(f"not a dateTime: {text[:40]!r}")
    bruch = (treffer[2] or "")[:7]
    return datetime.fromisoformat(treffer[1] + (bruch if len(bruch) > 1 else "") + (treffer[3] or ""))


def parse_datum(text: str) -> date:
    """xs:date, a zone is ignored. Raises ValueError."""
    treffer = _DATUM.fullmatch(text)
    if treffer is None:
        raise ValueError(f"not a date: {text[:40]!r}")
    return date.fromisoformat(treffer[1])


def parse_uhrzeit(text: str) -> time:
    """xs:time, fractions and zone are ignored. Raises ValueError."""
    treffer = _UHRZEIT.fullmatch(text)
    if treffer is None:
        raise ValueError(f"not a time: {text[:40]!r}")
    return time.fromisoformat(treffer[1])
