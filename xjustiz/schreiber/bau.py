"""A cursor that appends children in the order of the calls and checks every value on its way out."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal

from lxml import etree

from xjustiz.codes import Code
from xjustiz.din91379 import Datentyp, Din91379Text
from xjustiz.fehler import NachrichtInvalid, WertInvalid
from xjustiz.nachrichten import NAMENSRAUM
from xjustiz.werte import Uuid
from xjustiz.xmlsicher import pfad

MAX_STELLEN = 15
"""Own limit on the digits of an amount before and after the point; a double holds 15."""
_KEIN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Bau:
    """The element that is being filled. A value of None writes nothing."""

    __slots__ = ("element",)

    def __init__(self, element: etree._Element) -> None:
        self.element = element

    def kind(self, name: str) -> "Bau":
        return Bau(etree.SubElement(self.element, f"{{{NAMENSRAUM}}}{name}"))

    def text(self, name: str, wert: str | None, typ: Datentyp = Datentyp.C) -> None:
        """DIN 91379 text. Raises NachrichtInvalid for a character the type does not allow, and for blank text."""
        if wert is None:
            return
        if not wert.strip():
            raise self.invalid(name, "blank text")
        try:
            self._leaf(name, Din91379Text(wert, typ))
        except WertInvalid as error:
            raise self.invalid(name, str(error)) from error

    def texte(self, name: str, werte: Iterable[str], typ: Datentyp = Datentyp.C) -> None:
        for wert in werte:
            self.text(name, wert, typ)

    def frei(self, name: str, wert: str | None) -> None:
        """xs:string: anything XML can hold."""
        if wert is None:
            return
        if _KEIN_XML.search(wert) is not None:
            raise self.invalid(name, "a character XML cannot hold")
        self._leaf(name, wert)

    def uuid(self, name: str, wert: Uuid | None) -> None:
        if wert is None:
            return
        try:
            self._leaf(name, str(Uuid(wert)))
        except WertInvalid as error:
            raise self.invalid(name, str(error)) from error

    def datum(self, name: str, wert: date | None) -> None:
        if wert is not None:
            self._leaf(name, wert.isoformat())

    def uhrzeit(self, name: str, wert: time | None) -> None:
        if wert is not None:
            self._leaf(name, wert.replace(microsecond=0, tzinfo=None).isoformat())

    def zeitpunkt(self, name: str, wert: datetime | None) -> None:
        """xs:dateTime with its offset, whole seconds. Raises NachrichtInvalid for a naive time."""
        if wert is None:
            return
        if wert.tzinfo is None:
            raise self.invalid(name, "a time without zone")
        self._leaf(name, wert.isoformat(timespec="seconds"))

    def zahl(self, name: str, wert: int | None, mindestens: int | None = None) -> None:
        if wert is None:
            return
        if mindestens is not None and wert < mindestens:
            raise self.invalid(name, f"{wert} is below {mindestens}")
        self._leaf(name, str(wert))

    def betrag(self, name: str, wert: Decimal | None) -> None:
        """xs:double, written as decimal number. Raises NachrichtInvalid for what is no amount of money."""
        if wert is None:
            return
        if not wert.is_finite() or abs(wert.adjusted()) > MAX_STELLEN:
            raise self.invalid(name, "not an amount")
        self._leaf(name, format(wert, "f"))

    def wahr(self, name: str, wert: bool | None) -> None:
        if wert is not None:
            self._leaf(name, "true" if wert else "false")

    def fest(self, name: str, gilt: bool, wert: bool) -> None:
        """An element whose value the XSD fixes: written when it applies, else left out (sheet §0 No. 7)."""
        if gilt:
            self.wahr(name, wert)

    def code(self, name: str, code: Code | None) -> None:
        """Typ 2: the list is fixed by the XSD."""
        if code is None:
            return
        ziel = etree.SubElement(self.element, f"{{{NAMENSRAUM}}}{name}")
        for attribut, wert in (("listURI", code.liste), ("listVersionID", code.version)):
            if wert is not None:
                ziel.set(attribut, wert)
        for kind, text in (("code", code.wert), ("name", code.name)):
            if text is not None:
                self._code_child(ziel, kind, text)

    def typ3(self, name: str, code: Code | None) -> None:
        """Typ 3: raises NachrichtInvalid where list or list version is missing."""
        if code is not None and (code.liste is None or code.version is None):
            raise self.invalid(name, "a Typ-3 code needs its list and list version")
        self.code(name, code)

    def codes3(self, name: str, codes: Iterable[Code]) -> None:
        for code in codes:
            self.typ3(name, code)

    def invalid(self, name: str, problem: str) -> NachrichtInvalid:
        return NachrichtInvalid(f"{pfad(self.element)}/{name}", problem)

    def _leaf(self, name: str, text: str) -> None:
        etree.SubElement(self.element, f"{{{NAMENSRAUM}}}{name}").text = text

    def _code_child(self, ziel: etree._Element, name: str, text: str) -> None:
        if not text.strip() or _KEIN_XML.search(text) is not None:
            raise self.invalid(name, "an empty or impossible code")
        etree.SubElement(ziel, name).text = text
