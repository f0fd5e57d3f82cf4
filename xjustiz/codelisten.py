"""Code lists: versioned, with labels for people, closed entries and days of validity.

Two sources: JSON files as openXJV 0.9.8 carries them (the columns of the XRepository), and the enumerations that the
XSDs of a version fix (Typ 2).
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from xjustiz.codes import Code
from xjustiz.fehler import CodelisteBroken

_AUFGELOEST = re.compile(r"^\s*aufgel(?:ö|oe)st\b", re.IGNORECASE)
_CODE_SPALTEN = frozenset({"code", "schluessel", "codeid"})
_WERT_SPALTEN = frozenset({"wert", "bezeichnung", "bezeichnung-lang", "shortname", "codename", "staat-oder-gebiet"})


@dataclass(frozen=True, slots=True)
class Eintrag:
    """One entry. `aufgeloest`: closed, not to be used for anything new; `gueltig_bis`: last day, where known."""

    code: str
    wert: str
    beschreibung: str | None = None
    aufgeloest: bool = False
    gueltig_bis: date | None = None

    def closed(self, am: date) -> bool:
        return self.aufgeloest or (self.gueltig_bis is not None and am > self.gueltig_bis)


@dataclass(frozen=True, slots=True)
class Codeliste:
    kennung: str
    """The list without its version, as listURI names it."""
    version: str
    name: str
    gueltig_ab: date | None
    eintraege: Mapping[str, Eintrag] = field(repr=False)

    @property
    def platzhalter(self) -> bool:
        """True for a list published before its content, with a single test value."""
        return len(self.eintraege) <= 1 and all(e.wert in {"Testwert", "N.N."} for e in self.eintraege.values())


class Codelisten:
    """All lists at hand, by listURI and version."""

    def __init__(self, listen: Iterable[Codeliste]) -> None:
        self._listen: dict[str, dict[str, Codeliste]] = {}
        for liste in listen:
            self._listen.setdefault(liste.kennung, {})[liste.version] = liste

    @classmethod
    def from_files(cls, dateien: Mapping[str, bytes]) -> "Codelisten":
        """From JSON files by name. Raises CodelisteBroken naming the file."""
        return cls(parse_codeliste(name, inhalt) for name, inhalt in sorted(dateien.items()))

    def kennungen(self) -> tuple[str, ...]:
        return tuple(sorted(self._listen))

    def versionen(self, kennung: str) -> tuple[str, ...]:
        """Versions at hand, the newest last."""
        return tuple(sorted(self._listen.get(kennung, {}), key=_version_key))

    def get(self, kennung: str, version: str) -> Codeliste | None:
        return self._listen.get(kennung, {}).get(version)

    def with_lists(self, weitere: Iterable[Codeliste]) -> "Codelisten":
        """These and more; what is here already stays."""
        eigene = [liste for versionen in self._listen.values() for liste in versionen.values()]
        return Codelisten((*weitere, *eigene))

    def valid(self, kennung: str, am: date) -> Codeliste | None:
        """The newest version whose validity has begun on a day; lists without that date count as begun."""
        for version in reversed(self.versionen(kennung)):
            liste = self._listen[kennung][version]
            if liste.gueltig_ab is None or liste.gueltig_ab <= am:
                return liste
        return None

    def valid_to(self, kennung: str, version: str) -> date | None:
        """The last day of a version: the one before its successor begins; None where there is none at hand."""
        versionen = self.versionen(kennung)
        spaetere = versionen[versionen.index(version) + 1 :] if version in versionen else ()
        beginne = [self._listen[kennung][v].gueltig_ab for v in spaetere]
        naechster = next((beginn for beginn in beginne if beginn is not None), None)
        return None if naechster is None else naechster - timedelta(days=1)

    def lookup(self, kennung: str, version: str, code: str) -> Eintrag | None:
        liste = self.get(kennung, version)
        return None if liste is None else liste.eintraege.get(code)

    def label(self, code: Code) -> str | None:
        """What a code means, or None where list, version or code are unknown."""
        if code.liste is None or code.version is None:
            return None
        eintrag = self.lookup(code.liste, code.version, code.wert)
        return None if eintrag is None else eintrag.wert

    def search(self, kennung: str, text: str, version: str | None = None) -> tuple[Eintrag, ...]:
        """Entries with all words of `text` in code, label or description (no regard to case).

        In the newest version or the one given; empty where there is none.
        """
        versionen = self.versionen(kennung)
        liste = self.get(kennung, version or (versionen[-1] if versionen else ""))
        woerter = text.casefold().split()
        return () if liste is None else tuple(e for e in liste.eintraege.values() if _holds(e, woerter))


def _holds(eintrag: Eintrag, woerter: list[str]) -> bool:
    heuhaufen = f"{eintrag.code} {eintrag.wert} {eintrag.beschreibung or ''}".casefold()
    return all(wort in heuhaufen for wort in woerter)


def parse_codeliste(name: str, inhalt: bytes) -> Codeliste:
    """One JSON file. `name` is for the error only. Raises CodelisteBroken."""
    try:
        return _codeliste(json.loads(inhalt))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise CodelisteBroken(f"{name}: {error!r}") from error


def _codeliste(daten: dict[str, Any]) -> Codeliste:
    meta = daten["metadaten"]
    spalten = [str(spalte["spaltennameTechnisch"]) for spalte in daten["spalten"]]
    code, wert = _spalten(daten["spalten"], spalten)
    ende = next((i for i, spalte in enumerate(spalten) if spalte.lower() in {"gueltig-bis", "gueltigbis"}), None)
    eintraege = (_eintrag(zeile, spalten, code, wert, ende) for zeile in daten["daten"])
    ab = meta.get("gueltigAb")
    return Codeliste(
        str(meta["kennungInhalt"]),
        str(meta["version"]),
        str(meta["nameKurz"][0]["value"]),
        None if ab is None else date.fromisoformat(str(ab)[:10]),
        MappingProxyType({eintrag.code: eintrag for eintrag in eintraege}),
    )


def _spalten(angaben: list[dict[str, Any]], namen: list[str]) -> tuple[int, int]:
    code = next((i for i, angabe in enumerate(angaben) if angabe.get("empfohleneCodeSpalte")), None)
    if code is None:
        code = next(i for i, name in enumerate(namen) if name.lower() in _CODE_SPALTEN)
    weitere = [i for i in range(len(namen)) if i != code] or [code]
    return code, next((i for i in weitere if namen[i].lower() in _WERT_SPALTEN), weitere[0])


def _eintrag(zeile: list[Any], spalten: list[str], code: int, wert: int, ende: int | None) -> Eintrag:
    text = str(zeile[wert] or "")
    weitere = [i for i, name in enumerate(spalten) if name.lower() == "beschreibung" and i not in (code, wert)]
    beschreibung = next((str(zeile[i]) for i in weitere if zeile[i]), None)
    gueltig_bis = None if ende is None or not zeile[ende] else _day(str(zeile[ende]))
    return Eintrag(str(zeile[code]), text, beschreibung, bool(_AUFGELOEST.match(text)), gueltig_bis)


def _day(text: str) -> date | None:
    """ISO or German; None for anything else (a remark)."""
    deutsch = re.fullmatch(r"(\d\d)\.(\d\d)\.(\d{4})", text.strip())
    try:
        if deutsch is not None:
            return date(int(deutsch[3]), int(deutsch[2]), int(deutsch[1]))
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


def _version_key(version: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(teil), "") if teil.isdigit() else (0, teil) for teil in re.split(r"[.-]", version))
