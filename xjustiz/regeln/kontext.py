"""What every rule may look at: the tree as it came, its objects and files, the package, the day."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from lxml import etree

from xjustiz.codelisten import Codelisten
from xjustiz.nachrichten import NAMENSRAUM, NachrichtArt
from xjustiz.regeln.befund import Anlage, Paket, Richtung
from xjustiz.regeln.codestellen import CodeStelle, code_stellen
from xjustiz.schemata import Schemas, version_of
from xjustiz.versionen import KALENDER, Version
from xjustiz.xmlsicher import local

TNS = f"{{{NAMENSRAUM}}}"
FACH = "xjustiz.fachspezifischeDaten"
_OBJEKTE = frozenset({"akte", "teilakte", "dokument", "ansichtsPDF"})
_ARTEN: Mapping[str, str] = MappingProxyType(
    {"akte": "Akte", "teilakte": "Teilakte", "dokument": "Dokument", "ansichtsPDF": "Ansichts-PDF"}
)


@dataclass(frozen=True, slots=True)
class DateiStelle:
    """A `datei` element with what its rules need."""

    element: etree._Element
    dokument: etree._Element
    name: str
    bestandteil: str
    bezuege: tuple[str, ...]

    @property
    def endung(self) -> str:
        return endung(self.name)


@dataclass(frozen=True, slots=True)
class Kontext:
    paket: Paket
    wurzel: etree._Element
    version: str
    art: str
    schemas: Schemas
    codelisten: Codelisten
    am: date
    richtung: Richtung
    objekte: tuple[etree._Element, ...]
    """akte, teilakte, dokument and ansichtsPDF elements in document order."""
    dateien: tuple[DateiStelle, ...]
    nach_dokument: Mapping[int, tuple[DateiStelle, ...]]
    """Files by the identity of their dokument element, which `objekte` keeps alive."""
    codes: tuple[CodeStelle, ...]
    kalender: tuple[Version, ...] = KALENDER

    @property
    def von_justiz(self) -> bool:
        """The sender is a court or public prosecutor."""
        pfade = ("absender/informationen/auswahl_kommunikationspartner/gericht", "auswahl_absender/absender.gericht")
        return any(find(self.wurzel, f"nachrichtenkopf/{pfad}") is not None for pfad in pfade)

    @property
    def anlagen(self) -> tuple[Anlage, ...]:
        return self.paket.anlagen or ()

    @property
    def dokumente(self) -> tuple[etree._Element, ...]:
        return tuple(objekt for objekt in self.objekte if local(objekt) in {"dokument", "ansichtsPDF"})

    @property
    def akten(self) -> tuple[etree._Element, ...]:
        return tuple(objekt for objekt in self.objekte if local(objekt) == "akte")

    def dateien_of(self, dokument: etree._Element) -> tuple[DateiStelle, ...]:
        return self.nach_dokument.get(id(dokument), ())

    def ist(self, art: NachrichtArt) -> bool:
        return self.art == art.value


def build_kontext(
    paket: Paket,
    wurzel: etree._Element,
    schemas: Schemas,
    codelisten: Codelisten,
    am: date,
    richtung: Richtung,
    kalender: tuple[Version, ...] = KALENDER,
) -> Kontext:
    objekte = tuple(_objekte(wurzel))
    dateien = tuple(_dateien(objekte))
    gruppen: dict[int, list[DateiStelle]] = {}
    for stelle in dateien:
        gruppen.setdefault(id(stelle.dokument), []).append(stelle)
    return Kontext(
        paket,
        wurzel,
        version_of(wurzel),
        local(wurzel),
        schemas,
        codelisten,
        am,
        richtung,
        objekte,
        dateien,
        {dokument: tuple(stellen) for dokument, stellen in gruppen.items()},
        tuple(code_stellen(wurzel)),
        kalender,
    )


def find(element: etree._Element, pfad: str) -> etree._Element | None:
    """The first descendant along a path of local names in the XJustiz namespace."""
    return element.find(_qualified(pfad))


def findall(element: etree._Element, pfad: str) -> list[etree._Element]:
    return element.findall(_qualified(pfad))


def text_of(element: etree._Element, pfad: str) -> str | None:
    gefunden = find(element, pfad)
    return None if gefunden is None else (gefunden.text or "").strip()


def iter_named(wurzel: etree._Element, *namen: str) -> Iterator[etree._Element]:
    return wurzel.iter(*(TNS + name for name in namen))


def kinder(container: etree._Element) -> list[etree._Element]:
    """The objects that share the numbering of one container (schriftgutobjekte, akte, teilakte)."""
    ort = container if local(container) == "schriftgutobjekte" else find(container, f"{FACH}/inhalt")
    return [] if ort is None else [kind for kind in ort if isinstance(kind.tag, str) and local(kind) in _OBJEKTE]


def je_akte(kontext: Kontext) -> list[tuple[etree._Element, list[etree._Element]]]:
    """Every Akte with the documents in it and in its Teilakten, in one pass."""
    gruppen: dict[int, list[etree._Element]] = {id(akte): [] for akte in kontext.akten}
    for dokument in kontext.dokumente:
        for ahne in dokument.iterancestors(TNS + "akte"):
            gruppen[id(ahne)].append(dokument)
    return [(akte, gruppen[id(akte)]) for akte in kontext.akten]


def container(kontext: Kontext) -> Iterator[etree._Element]:
    schriftgut = find(kontext.wurzel, "schriftgutobjekte")
    if schriftgut is not None:
        yield schriftgut
        yield from (objekt for objekt in kontext.objekte if local(objekt) in {"akte", "teilakte"})


def code_of(element: etree._Element, pfad: str) -> str:
    """The code at the end of a path (`code` itself has no namespace); empty where there is none."""
    gefunden = find(element, pfad)
    return "" if gefunden is None else (gefunden.findtext("code") or "").strip()


def klasse_of(dokument: etree._Element) -> str:
    return code_of(dokument, f"{FACH}/dokumentklasse")


def titel_of(element: etree._Element) -> str:
    """The display name of the object an element belongs to, for a sentence."""
    eigene = (element, *element.iterancestors())
    objekt = next((ahne for ahne in eigene if local(ahne) in _OBJEKTE), None)
    if objekt is None:
        return "Schriftgut der Nachricht" if local(element) == "schriftgutobjekte" else "Nachricht"
    return (text_of(objekt, f"{FACH}/anzeigename") or f"{_ARTEN[local(objekt)]} ohne Namen")[:120]


def in_akte(element: etree._Element) -> bool:
    return any(local(ahne) == "akte" for ahne in element.iterancestors())


def endung(name: str) -> str:
    """The last extension, lower case, without dot; empty where there is none."""
    stamm, punkt, ende = name.rpartition(".")
    return ende.lower() if punkt and stamm else ""


def _objekte(wurzel: etree._Element) -> Iterator[etree._Element]:
    schriftgut = find(wurzel, "schriftgutobjekte")
    if schriftgut is not None:
        yield from iter_named(schriftgut, *sorted(_OBJEKTE))


def _dateien(objekte: Iterable[etree._Element]) -> Iterator[DateiStelle]:
    for objekt in objekte:
        for datei in findall(objekt, f"{FACH}/datei"):
            bezuege = tuple((bezug.text or "").strip() for bezug in findall(datei, "dateiname.bezugsdatei"))
            code = code_of(datei, "bestandteil")
            yield DateiStelle(datei, objekt, text_of(datei, "dateiname") or "", code, bezuege)


def _qualified(pfad: str) -> str:
    return "/".join(TNS + teil for teil in pfad.split("/"))
