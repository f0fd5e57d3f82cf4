"""Lawful file names, seen and fixed; where the title says nothing, the name in the delivery becomes the Anzeigename."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from erv_gateway.akte.modell import Datei, Dokument, Rolle
from erv_gateway.sendung.korrekturen.anwenden import Korrigiert
from erv_gateway.sendung.korrekturen.baum import map_dokumente
from erv_gateway.sendung.korrekturen.lage import Lage
from erv_gateway.sendung.korrekturen.werte import Aenderung, Name
from erv_gateway.sendung.packstueck import name_dateien

WARUM: Final = (
    "Dateinamen haben höchstens 90 Zeichen aus Buchstaben, Ziffern, Unterstrich und Minus und sind eindeutig."
)
WARUM_TITEL: Final = f"{WARUM} Der Titel sagt nichts über den Inhalt; der gelieferte Name wird Anzeigename."
_UUID_PREFIX: Final = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}[_-]+", re.IGNORECASE)  # xdomea
_SAYS_NOTHING: Final = re.compile(
    r"(scan|dokument|anlage|datei|schriftstück|document|image|img|file|unbenannt|untitled|neu|kopie|seite|attachment)?"
    r"[\W\d_]*",
    re.IGNORECASE,
)
"""Titles from which a judge cannot tell one paper from another (BGH VIII ZB 80/22)."""


async def plan_namen(lage: Lage) -> tuple[Aenderung, ...]:
    return tuple(find_namen(lage.stand))


def find_namen(stand: Korrigiert) -> Iterator[Aenderung]:
    """One change per file that does not travel under the name it came with, unless it was fixed before."""
    akte = map_dokumente(stand.akte, lambda dokument: replace(dokument, titel=telling_title(dokument)))
    namen = name_dateien(akte, stand.namen)
    for vorher, nachher in zip(stand.akte.alle_dokumente(), akte.alle_dokumente(), strict=True):
        for datei in vorher.dateien:
            name = str(namen[vorher.id, datei.name])
            if name != PurePosixPath(datei.name).name and stand.namen.get((vorher.id, datei.name)) != name:
                yield _change(vorher, nachher.titel, datei, name)


def telling_title(dokument: Dokument) -> str:
    """The title, or where it says nothing the name of the Original (else of the first file) without its ending."""
    if not dokument.dateien or not _SAYS_NOTHING.fullmatch(dokument.titel):
        return dokument.titel
    datei = next((d for d in dokument.dateien if d.rolle is Rolle.ORIGINAL), dokument.dateien[0])
    stem = _UUID_PREFIX.sub("", PurePosixPath(datei.name).stem)
    return dokument.titel if _SAYS_NOTHING.fullmatch(stem) else stem


def _change(dokument: Dokument, titel: str, datei: Datei, name: str) -> Aenderung:
    other = titel if titel != dokument.titel else None
    return Aenderung(
        wo=f"Dokument „{dokument.titel}“",
        vorher=datei.name,
        nachher=name if other is None else f"{name} (Anzeigename „{other}“)",
        warum=WARUM if other is None else WARUM_TITEL,
        wirkung=Name(dokument.id, datei.name, name, dokument.titel, other),
    )
