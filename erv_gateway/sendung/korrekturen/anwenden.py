"""The corrected Akte: what was delivered, and the recorded changes made to it in their order. Pure and repeatable."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from uuid import UUID

from erv_gateway.akte.modell import Akte, Datei, Dokument, Rolle, Teilakte
from erv_gateway.sendung.korrekturen.baum import (
    Container,
    Kind,
    containers_of,
    ids_of,
    kinder_of,
    map_containers,
    map_dokumente,
)
from erv_gateway.sendung.korrekturen.fehler import KorrekturRefused
from erv_gateway.sendung.korrekturen.werte import Aenderung, Fehlblatt, Kopie, Name, Nummer, Text
from xjustiz import Datentyp

KLASSE_FEHLBLATT = "011"  # GDS.Dokumentklasse

Namen = Mapping[tuple[UUID, str], str]
"""From document and name in the delivery to the name that a person has seen."""
Texte = Mapping[tuple[Datentyp, str], str]


@dataclass(frozen=True, slots=True)
class Korrigiert:
    """`akte` as the package shows it; `namen` and `texte` replace what the builder would otherwise choose itself."""

    akte: Akte
    namen: Namen = field(default_factory=lambda: MappingProxyType({}))
    texte: Texte = field(default_factory=lambda: MappingProxyType({}))


def korrigiere(akte: Akte, korrekturen: Iterable[tuple[Aenderung, ...]]) -> Korrigiert:
    """Raises KorrekturRefused (`passt-nicht`) when a change does not find what it was made for."""
    stand = Korrigiert(akte)
    for aenderungen in korrekturen:
        stand = _apply(stand, aenderungen)
    return stand


def retold(stand: Korrigiert, akte: Akte) -> Korrigiert:
    """The same where documents travel under other UUIDs: `akte` is that of `stand` with only its ids changed."""
    paare = zip(stand.akte.alle_dokumente(), akte.alle_dokumente(), strict=True)
    neu = {alt.id: dokument.id for alt, dokument in paare}
    namen = {(neu.get(dokument, dokument), datei): name for (dokument, datei), name in stand.namen.items()}
    return Korrigiert(akte, MappingProxyType(namen), stand.texte)


def _apply(stand: Korrigiert, aenderungen: tuple[Aenderung, ...]) -> Korrigiert:
    wirkungen = [aenderung.wirkung for aenderung in aenderungen]
    namen = [wirkung for wirkung in wirkungen if isinstance(wirkung, Name)]
    texte = {(w.datentyp, w.vorher): w.nachher for w in wirkungen if isinstance(w, Text)}
    akte = _renumber(stand.akte, {w.objekt: w for w in wirkungen if isinstance(w, Nummer)})
    akte = _retitle(akte, namen)
    akte = _add_copies(akte, {w.dokument: w for w in wirkungen if isinstance(w, Kopie)})
    for fehlblatt in reversed([w for w in wirkungen if isinstance(w, Fehlblatt)]):
        akte = _insert(akte, fehlblatt)  # backwards: of several behind the same neighbour the first stays first
    fest = {(name.dokument, name.datei): name.name for name in namen}
    return Korrigiert(akte, MappingProxyType({**stand.namen, **fest}), MappingProxyType({**stand.texte, **texte}))


def _renumber(akte: Akte, nummern: Mapping[UUID, Nummer]) -> Akte:
    if not nummern:
        return akte
    _check(nummern.keys() <= ids_of(akte))

    def numbered(kind: Kind) -> Kind:
        nummer = nummern.get(kind.id)
        _check(nummer is None or nummer.vorher == kind.nummer)
        return kind if nummer is None else replace(kind, nummer=nummer.nachher)

    return map_containers(akte, lambda container: _with_kinder(container, map(numbered, kinder_of(container))))


def _retitle(akte: Akte, namen: Iterable[Name]) -> Akte:
    by_dokument: dict[UUID, list[Name]] = {}
    for name in namen:
        by_dokument.setdefault(name.dokument, []).append(name)
    if not by_dokument:
        return akte
    _check(by_dokument.keys() <= ids_of(akte))

    def titled(dokument: Dokument) -> Dokument:
        gewollt = by_dokument.get(dokument.id, ())
        dateien = {datei.name for datei in dokument.dateien}
        _check(all(name.titel_vorher == dokument.titel and name.datei in dateien for name in gewollt))
        titel = next((name.titel for name in gewollt if name.titel is not None), dokument.titel)
        return replace(dokument, titel=titel)

    return map_dokumente(akte, titled)


def _add_copies(akte: Akte, kopien: Mapping[UUID, Kopie]) -> Akte:
    if not kopien:
        return akte
    _check(kopien.keys() <= ids_of(akte))

    def beside(dokument: Dokument) -> Dokument:
        kopie = kopien.get(dokument.id)
        return dokument if kopie is None else replace(dokument, dateien=_with_copy(dokument.dateien, kopie))

    return map_dokumente(akte, beside)


def _with_copy(dateien: tuple[Datei, ...], kopie: Kopie) -> tuple[Datei, ...]:
    """The Original stays 001 and untouched, the copy is 002 right behind it."""
    places = [n for n, d in enumerate(dateien) if d.rolle is Rolle.ORIGINAL and d.sha256 == kopie.original_sha256]
    _check(len(places) == 1 and all(datei.rolle is not Rolle.REPRAESENTAT for datei in dateien))
    if kopie.datei is None:
        return dateien
    return (*dateien[: places[0] + 1], kopie.datei, *dateien[places[0] + 1 :])


def _insert(akte: Akte, fehlblatt: Fehlblatt) -> Akte:
    """Right behind its neighbour; what stands there moves on by one, unless the number was free."""
    stellen = [stelle.container for stelle in containers_of(akte) if stelle.container.id == fehlblatt.container]
    _check(len(stellen) == 1 and fehlblatt.dokument not in ids_of(akte))
    nummern = {kind.id: kind.nummer for kind in kinder_of(stellen[0])}
    _check(fehlblatt.nach is None or fehlblatt.nach in nummern)
    nummer = 1 if fehlblatt.nach is None else nummern[fehlblatt.nach] + 1
    taken = nummer in nummern.values()

    def change(container: Container) -> Container:
        if container.id != fehlblatt.container:
            return container
        kinder = [_moved(kind, nummer) if taken else kind for kind in kinder_of(container)]
        return _with_kinder(container, (*kinder, sheet_of(fehlblatt, nummer)))

    return map_containers(akte, change)


def _moved(kind: Kind, ab: int) -> Kind:
    return replace(kind, nummer=kind.nummer + 1) if kind.nummer >= ab else kind


def sheet_of(fehlblatt: Fehlblatt, nummer: int) -> Dokument:
    """The document that stands for a removed one; with the entry of the history that says so, if there is one."""
    return Dokument(
        id=fehlblatt.dokument,
        nummer=nummer,
        titel=fehlblatt.titel,
        dateien=() if fehlblatt.datei is None else (fehlblatt.datei,),
        klasse=KLASSE_FEHLBLATT,
        historie=fehlblatt.historie,
    )


def _with_kinder(container: Container, kinder: Iterable[Kind]) -> Container:
    order = sorted(kinder, key=lambda kind: kind.nummer)
    return replace(
        container,
        teilakten=tuple(kind for kind in order if isinstance(kind, Teilakte)),
        dokumente=tuple(kind for kind in order if isinstance(kind, Dokument)),
    )


def _check(fits: bool) -> None:
    if not fits:
        raise KorrekturRefused("a recorded change does not find what it was made for", grund="passt-nicht")
