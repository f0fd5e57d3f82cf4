"""What every part of the xdomea reader shares: where findings go, how texts, dates and numbers are read."""

import re
from datetime import date, datetime
from uuid import UUID

from lxml import etree

from erv_gateway.akte.befund import Befund
from erv_gateway.akte.dateien import Dateien, EingelieferteDatei, nfc
from erv_gateway.akte.werte import checked_date
from erv_gateway.akte.xdomea.versionen import Fassung
from erv_gateway.kern.uhr import BERLIN

XS_DATE_ZONE = re.compile(r"(?<=^\d{4}-\d\d-\d\d)(Z|[+-]\d\d:\d\d)$")  # XML Schema part 2 §3.2.9
MAX_NUMMER_DIGITS = 9  # own limit, within xs:unsignedInt
NIL = UUID(int=0)


class Leser:
    """One reading of one message. Faults are collected, so reading goes on with harmless stand-in values."""

    __slots__ = ("befund", "dateien", "fassung", "genannt", "ohne_zone", "vorgaenge")

    def __init__(self, fassung: Fassung, dateien: Dateien, befund: Befund) -> None:
        self.fassung = fassung
        self.dateien = dateien
        self.befund = befund
        self.genannt: set[str] = set()
        self.ohne_zone = 0
        self.vorgaenge = 0

    def kinder(self, element: etree._Element, name: str) -> list[etree._Element]:
        return element.findall(f"{{{self.fassung.namespace}}}{name}")

    def kind(self, element: etree._Element | None, *pfad: str) -> etree._Element | None:
        for name in pfad:
            element = None if element is None else element.find(f"{{{self.fassung.namespace}}}{name}")
        return element

    def text(self, element: etree._Element | None, *pfad: str) -> str | None:
        """The text below the path with white space collapsed; None when absent or empty."""
        found = self.kind(element, *pfad)
        return None if found is None else collapse(found)

    def datum(self, element: etree._Element | None, wo: str, *pfad: str) -> date | None:
        """xs:date; a zone, if given, does not move the day."""
        wert = self.text(element, *pfad)
        try:
            return None if wert is None else checked_date(date.fromisoformat(XS_DATE_ZONE.sub("", wert)))
        except ValueError:
            self.befund.mangel("xdomea-wert", wo, wert=wert or "", element=pfad[-1])
            return None

    def zeitpunkt(self, element: etree._Element | None, wo: str, *pfad: str) -> datetime | None:
        """xs:dateTime, aware; without a zone it is read as German time and counted."""
        wert = self.text(element, *pfad)
        try:
            moment = None if wert is None else checked_date(_parse_datetime(wert))
        except ValueError:
            self.befund.mangel("xdomea-wert", wo, wert=wert or "", element=pfad[-1])
            return None
        if moment is None or moment.tzinfo is not None:
            return moment
        self.ohne_zone += 1
        return moment.replace(tzinfo=BERLIN)

    def kennung(self, element: etree._Element, wo: str) -> UUID:
        """Identifikation/ID; the XSD pattern also lets "|" pass, a UUID does not."""
        wert = self.text(element, "Identifikation", "ID")
        if wert is None:
            self.befund.mangel("xdomea-pflicht", wo, element="Identifikation/ID")
            return NIL
        try:
            return UUID(wert)
        except ValueError:
            self.befund.mangel("xdomea-wert", wo, wert=wert, element="Identifikation/ID")
            return NIL

    def nummer(self, element: etree._Element) -> int | None:
        """NummerImUebergeordnetenContainer; in 2.4 it is any text, only plain digits count."""
        wert = self.text(element, "Identifikation", "NummerImUebergeordnetenContainer")
        return (
            int(wert)
            if wert is not None and wert.isascii() and wert.isdigit() and len(wert) <= MAX_NUMMER_DIGITS
            else None
        )

    def datei(self, name: str, wo: str) -> EingelieferteDatei | None:
        """The delivered file of that name; a missing one is a Mangel."""
        self.genannt.add(nfc(name))
        datei = self.dateien.get(nfc(name))
        if datei is None:
            self.befund.mangel("datei-fehlt", name, bei=wo)
        return datei

    def ohne_platz(self, element: etree._Element | None, gelesen: frozenset[str], wo: str) -> None:
        """Reports every child that the model has no place for."""
        for kind in () if element is None else element:
            name = etree.QName(kind).localname
            wert = collapse(kind)
            if name not in gelesen and wert is not None:
                self.befund.hinweis("ohne-platz", wo, element=name, wert=wert)


def _parse_datetime(wert: str) -> datetime:
    if "T" not in wert:
        raise ValueError("xs:dateTime has a time")
    return datetime.fromisoformat(wert)


def collapse(element: etree._Element) -> str | None:
    """All text of the element, in order, as one line; None when there is none."""
    return " ".join(" ".join(str(teil) for teil in element.itertext()).split()) or None
