"""An official addition to an XJustiz version (a "Nachlieferung"): some modules, put into what is installed.

The core (modules below 0100: Grunddatensatz, messages, common code lists) belongs to the version and does not change
within it; only special modules are replaced, by module number, since their file names carry a version of their own.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from erv_gateway.kern.fehler import EingabeRefused

KERN_BIS: Final = 100
"""Module numbers below this are the core (sheet §1.2: byte-identical in all fix levels of a version)."""
_MODUL = re.compile(r"xjustiz_(\d{4})_.+\.xsd")
_VERWEIS = re.compile(rb'schemaLocation\s*=\s*["\']([^"\']+)["\']')


def modul(name: str) -> str:
    """What a file is a version of: its module number, or its name when it has none."""
    treffer = _MODUL.fullmatch(name)
    return name if treffer is None else treffer[1]


def merge(vorhanden: Mapping[str, bytes], neu: Mapping[str, bytes]) -> dict[str, bytes]:
    """All files of the version with `neu` in it; `neu` alone when it has every module (a new edition).

    Raises EingabeRefused when `neu` would change the core, or when the result refers to files it does not have.
    """
    nummern = {modul(name) for name in neu}
    if nummern >= {modul(name) for name in vorhanden}:
        return dict(neu)
    fremd = sorted(name for name, inhalt in neu.items() if _core(name) and vorhanden.get(name) != inhalt)
    if fremd:
        namen = ", ".join(fremd)
        raise EingabeRefused(
            f"the addition changes the core: {namen}",
            satz=f"Die Nachlieferung passt nicht zur installierten Version; anders als dort sind: {namen}.",
        )
    ganz = {name: inhalt for name, inhalt in vorhanden.items() if modul(name) not in nummern} | dict(neu)
    _check_complete(ganz)
    return ganz


def _core(name: str) -> bool:
    nummer = modul(name)
    return not nummer.isdigit() or int(nummer) < KERN_BIS


def _check_complete(dateien: Mapping[str, bytes]) -> None:
    fehlend = sorted(set(_references(dateien.values())) - dateien.keys())
    if fehlend:
        namen = ", ".join(fehlend)
        raise EingabeRefused(
            f"the addition needs files that are not there: {namen}",
            satz=f"Die Nachlieferung ist unvollständig; es fehlen: {namen}.",
        )


def _references(inhalte: Iterable[bytes]) -> Iterable[str]:
    for inhalt in inhalte:
        for ort in _VERWEIS.findall(inhalt):
            yield ort.decode("utf-8", "replace").rsplit("/", 1)[-1].replace("%20", " ")
