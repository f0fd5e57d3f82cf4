"""Which Schematron rules concern a message, and what they say about it.

Only modules of messages this package knows are run, each only in the versions for which it was found to be right:

* `eeb` in all versions, with SCH-EEB-0001 corrected: the published file of 3.6.2 still looks for fremdeNachrichtenID
  in the nachrichtenkopf, from where 3.6 moved it to `empfaenger`, and so calls every valid eEB wrong (sheet §0 No. 12).
* `gds` in 3.5.1: its rules test vertraulichkeitsstufe and nurMetadaten, which 3.6 removed; there they never fire.
* `straf` in 3.5.1 and 3.6.2.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from threading import Lock
from types import MappingProxyType
from typing import Any

import elementpath
from elementpath.xpath2 import XPath2Parser
from lxml import etree

from xjustiz.fehler import SchemaBroken
from xjustiz.schematron.regelwerk import Kontextregel, Pruefung, Regelwerk, parse_regelwerk
from xjustiz.xmlsicher import local, pfad

MAX_ELEMENTE = 100_000
"""Own limit on messages that are looked at: the tree of the XPath engine takes a kilobyte for each element."""
MAX_ARBEIT = 100_000
"""Own limit on context nodes times elements of the message, for one rule: some rules search the whole message again."""
_GELTUNG: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "eeb": frozenset({"3.5.1", "3.6.2", "4.0.0"}),
        "gds": frozenset({"3.5.1"}),
        "straf": frozenset({"3.5.1", "3.6.2"}),
    }
)
_VERBOTEN = frozenset({"doc", "doc-available", "collection"})
_AKTUELL = "aktueller_knoten"
_EEB_0001 = "count(tns:fremdeNachrichtenID) = 1"
_EEB_0001_RICHTIG = "count(tns:empfaenger/tns:fremdeNachrichtenID) = 1"


@dataclass(frozen=True, slots=True)
class Verstoss:
    """`id` and German `text` as the file gives them; `wo` a path; `datei` the file's name."""

    id: str
    wo: str
    text: str
    datei: str


@dataclass(frozen=True, slots=True)
class SchematronErgebnis:
    """`vollstaendig` False: a limit of this module was met, what was not looked at is not known to be right."""

    verstoesse: tuple[Verstoss, ...] = ()
    vollstaendig: bool = True


class Schematron:
    """Schematron files by name; each is read when it is first needed."""

    def __init__(self, dateien: Mapping[str, bytes]) -> None:
        self._dateien = dict(dateien)
        self._gelesen: dict[str, Regelwerk] = {}
        self._lock = Lock()

    def dateien(self) -> tuple[str, ...]:
        return tuple(sorted(self._dateien))

    def check(self, wurzel: etree._Element, version: str) -> SchematronErgebnis:
        """Every rule the message breaks. Raises SchemaBroken where a file cannot be used."""
        betroffen = [name for name in self.dateien() if _concerns(name, local(wurzel), version)]
        if betroffen and _size(wurzel) > MAX_ELEMENTE:
            return SchematronErgebnis(vollstaendig=False)
        laeufe = [_Lauf(self._regelwerk(name), wurzel, version) for name in betroffen]
        verstoesse = tuple(verstoss for lauf in laeufe for verstoss in lauf.verstoesse())
        return SchematronErgebnis(verstoesse, all(lauf.vollstaendig for lauf in laeufe))

    def verify(self) -> None:
        """Reads every file that is ever run, to its last expression. Raises SchemaBroken."""
        leer = etree.Element("leer")
        for name in self.dateien():
            if _modul(name) in _GELTUNG:
                _Lauf(self._regelwerk(name), leer, "").parse_all()

    def _regelwerk(self, name: str) -> Regelwerk:
        with self._lock:
            if name not in self._gelesen:
                self._gelesen[name] = parse_regelwerk(name, self._dateien[name])
            return self._gelesen[name]


def _concerns(datei: str, nachricht: str, version: str) -> bool:
    """`xjustiz.eeb_1_0.sch` concerns `nachricht.eeb.…`; the Grunddatensatz concerns every message."""
    modul = _modul(datei)
    return version in _GELTUNG.get(modul, ()) and modul in {"gds", nachricht.split(".")[1]}


def _modul(datei: str) -> str:
    return datei.removeprefix("xjustiz.").partition("_")[0]


def _size(wurzel: etree._Element) -> int:
    return sum(1 for _ in wurzel.iter())


class _Lauf:
    """One file over one message."""

    def __init__(self, regelwerk: Regelwerk, wurzel: etree._Element, version: str) -> None:
        self._werk = regelwerk
        self._version = version
        self._parser = XPath2Parser(namespaces=dict(regelwerk.namensraeume))
        baum: Any = wurzel.getroottree()
        self._baum: Any = elementpath.get_node_tree(baum)
        self._hoechstens = max(1, MAX_ARBEIT // _size(wurzel))
        self.vollstaendig = True

    def verstoesse(self) -> Iterator[Verstoss]:
        for muster in self._werk.muster:
            gesehen: set[int] = set()
            for regel in muster:
                yield from self._rule(regel, gesehen)

    def _rule(self, regel: Kontextregel, gesehen: set[int]) -> Iterator[Verstoss]:
        knoten = [k for k in self._select(_absolute(regel.kontext)) if id(k) not in gesehen]
        gesehen.update(id(k) for k in knoten)
        self.vollstaendig = self.vollstaendig and len(knoten) <= self._hoechstens
        for pruefung in regel.pruefungen if knoten else ():
            test = self._test(pruefung)
            for einer in knoten[: self._hoechstens]:
                if not self._evaluate(test, einer):
                    yield Verstoss(pruefung.id, pfad(einer.value), pruefung.text, self._werk.name)

    def parse_all(self) -> None:
        for regel in (regel for muster in self._werk.muster for regel in muster):
            self._parse(_absolute(regel.kontext))
            for pruefung in regel.pruefungen:
                self._test(pruefung)

    def _test(self, pruefung: Pruefung) -> Any:
        return self._parse(f"boolean({_corrected(pruefung, self._version).ausdruck})")

    def _select(self, ausdruck: str) -> list[Any]:
        context = elementpath.XPathContext(self._baum)
        try:
            return list(self._parse(ausdruck).select(context))
        except elementpath.ElementPathError as error:
            raise SchemaBroken(f"{self._werk.name}: {error}") from error

    def _evaluate(self, test: Any, knoten: Any) -> bool:
        """False also where the test itself fails on what stands in the message: the rule is not shown to be kept."""
        context = elementpath.XPathContext(self._baum, item=knoten, variables={_AKTUELL: knoten})
        try:
            return bool(test.evaluate(context))
        except elementpath.ElementPathError:
            return False

    def _parse(self, ausdruck: str) -> Any:
        """XPath 2.0, with the XSLT function current() as a variable; functions that load documents are refused."""
        try:
            token = self._parser.parse(ausdruck.replace("current()", f"${_AKTUELL}"))
        except (elementpath.ElementPathError, RecursionError) as error:
            raise SchemaBroken(f"{self._werk.name}: {error}") from error
        if any(teil.symbol in _VERBOTEN for teil in token.iter()):
            raise SchemaBroken(f"{self._werk.name}: loads documents")
        return token


def _absolute(kontext: str) -> str:
    return kontext if kontext.startswith("/") else f"//{kontext}"


def _corrected(pruefung: Pruefung, version: str) -> Pruefung:
    if pruefung.id == "SCH-EEB-0001" and pruefung.ausdruck == _EEB_0001 and version != "3.5.1":
        return replace(pruefung, ausdruck=_EEB_0001_RICHTIG)
    return pruefung
