"""The files of a package before it is sealed: what each is called, where its bytes are, whose document it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from erv_gateway.akte.modell import Akte, Datei, Dokument, Rolle
from erv_gateway.sendung.paket_namen import dateiname
from xjustiz import Dateiname

_ZUSATZ = {Rolle.TRANSFERVERMERK: "Transfervermerk", Rolle.REPRAESENTAT: "Lesefassung"}


@dataclass(frozen=True, slots=True)
class Packstueck:
    """One file of the package. `anzeigename`: the document's title and, where it differs, the file's own name."""

    name: Dateiname
    anzeigename: str
    sha256: str
    bytes: int


Benennung = dict[tuple[UUID, str], Dateiname]
"""From document and name in the delivery to the name in the package."""


def name_dateien(akte: Akte, festgelegt: Mapping[tuple[UUID, str], str] = MappingProxyType({})) -> Benennung:
    """A legal, unique name for every file. The same file of the same document always gets the same name.

    `festgelegt`: names that a person has seen and fixed; they come first, the others keep clear of them.
    """
    taken = {name.casefold() for name in festgelegt.values()}
    return {
        (dokument.id, datei.name): (
            Dateiname(festgelegt[dokument.id, datei.name])
            if (dokument.id, datei.name) in festgelegt
            else _unique(dokument, datei, taken)
        )
        for dokument in akte.alle_dokumente()
        for datei in _signatures_last(dokument)
    }


def packstuecke_of(akte: Akte, namen: Benennung) -> Iterator[Packstueck]:
    for dokument in akte.alle_dokumente():
        for datei in dokument.dateien:
            yield Packstueck(namen[dokument.id, datei.name], dokument.titel, datei.sha256, datei.bytes)


def _signatures_last(dokument: Dokument) -> list[Datei]:
    return sorted(dokument.dateien, key=lambda datei: datei.rolle is Rolle.SIGNATURDATEI)


def _unique(dokument: Dokument, datei: Datei, taken: set[str]) -> Dateiname:
    endung = datei.name.rpartition(".")[2] if "." in datei.name else "bin"
    zusatz = _ZUSATZ.get(datei.rolle, "")
    for nummer in range(1, len(taken) + 2):
        suffix = f"{zusatz}{nummer if nummer > 1 else ''}"
        name = dateiname(dokument.titel, dokument.id, endung, zusatz=suffix)
        if name.casefold() not in taken:
            taken.add(name.casefold())
            return name
    raise AssertionError("more names than files")
