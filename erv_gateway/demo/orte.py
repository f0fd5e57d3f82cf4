"""Where the demo keeps things, and that a folder is really one of its own before it is emptied."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from erv_gateway.kern.fehler import KonfigurationInvalid

MARKER = ".erv-gateway-demo"


@dataclass(frozen=True, slots=True)
class Orte:
    wurzel: Path

    @property
    def pki(self) -> Path:
        return self.wurzel / "pki"

    @property
    def sandbox(self) -> Path:
        return self.wurzel / "sandbox"

    @property
    def daten(self) -> Path:
        return self.wurzel / "gateway"

    @property
    def config(self) -> Path:
        return self.wurzel / "erv-gateway.toml"

    @property
    def ergebnis(self) -> Path:
        return self.wurzel / "ergebnis"

    def zugang(self, kennung: str) -> Path:
        """The file with a person's access key."""
        return self.wurzel / f"zugang-{kennung}.txt"

    def log(self, name: str) -> Path:
        return self.wurzel / f"{name}.log"


def fresh(wurzel: Path) -> Orte:
    """An empty demo folder. Raises KonfigurationInvalid when something else lies there."""
    if wurzel.exists() and any(wurzel.iterdir()):
        if not (wurzel / MARKER).exists():
            raise KonfigurationInvalid(f"{wurzel} is not empty and not a demo folder", ordner=str(wurzel))
        shutil.rmtree(wurzel)
    orte = Orte(wurzel.resolve())
    orte.wurzel.mkdir(parents=True, exist_ok=True, mode=0o700)
    (orte.wurzel / MARKER).touch()
    orte.ergebnis.mkdir()
    return orte


def existing(wurzel: Path) -> Orte:
    """The folder of an earlier demo. Raises KonfigurationInvalid when there is none."""
    if not (wurzel / MARKER).exists():
        raise KonfigurationInvalid(f"no demo in {wurzel}: run it first", ordner=str(wurzel))
    return Orte(wurzel.resolve())
