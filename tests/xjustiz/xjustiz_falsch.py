"""Wrong packages, each named after the one rule it breaks. As folders for a person:

python tests/xjustiz/xjustiz_falsch.py DIRECTORY
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path

from xjustiz_muster import HEUTE, Muster, muster

TEILE = ("datensatz", "struktur", "verfahren", "namen", "dateien", "merkmale", "akten", "codes")
Verderben = Callable[[Muster], None]


@dataclass(frozen=True)
class Fall:
    """`verderbe` spoils what `grund` makes in one point; `auch`: rules that cannot but speak with it."""

    regel: str
    name: str
    verderbe: Verderben
    grund: Callable[[], Muster] = muster
    am: date = HEUTE
    auch: frozenset[str] = frozenset()
    ohne_schema: bool = False

    @property
    def ordner(self) -> str:
        return f"{self.regel}--{self.name}"

    def muster(self) -> Muster:
        m = self.grund()
        self.verderbe(m)
        return m


def faelle() -> Iterator[Fall]:
    for teil in TEILE:
        yield from import_module(f"xjustiz_falsch_{teil}").FAELLE


def lay(m: Muster, ordner: Path) -> Path:
    """The package as files; what cannot lie in a folder (the same name twice) is left out."""
    ordner.mkdir(parents=True)
    (ordner / m.name).write_bytes(m.xml.encode(m.kodierung))
    for name, inhalt in m.dateien.items():
        (ordner / name).write_bytes(inhalt)
    for anlage in m.doppelte:
        with (ordner / anlage.name).open("wb") as datei:
            datei.write(anlage.anfang)
            datei.truncate(anlage.groesse)
    return ordner


def main(ziel: Path) -> int:
    anzahl = 0
    for fall in faelle():
        m = fall.muster()
        if not m.merkmale:  # what an examination would find is given, the file itself is not made
            lay(m, ziel / fall.ordner)
            anzahl += 1
    print(f"{anzahl} Pakete in {ziel}; prüfen mit: erv-gateway xjustiz check ORDNER --at {HEUTE.isoformat()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])) if len(sys.argv) == 2 else 2)
