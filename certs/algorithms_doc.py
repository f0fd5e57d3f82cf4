"""The dated table of algorithms as people read it: Markdown, from the table itself."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from certs.algorithms import MAX_BITS, NIE, TABELLE, Verwendung, Zeile

KURZ: Final = {
    Verwendung.SIGNATUR: "Dokument",
    Verwendung.ZERTIFIKAT: "Zertifikat",
    Verwendung.HERKUNFT: "VHN",
    Verwendung.OSCI: "OSCI",
    Verwendung.SCHLUESSELTRANSPORT: "Schlüsseltransport",
    Verwendung.INHALT: "Inhalt",
}
KOPF: Final = (
    "| Verfahren | Bit | Verwendung | gut bis einschließlich | nichts wert ab | Quelle |",
    "|---|---|---|---|---|---|",
)


def markdown_table() -> str:
    """The whole table; a line stands for a row of `TABELLE`, in its order (the first that fits decides)."""
    return "\n".join([*KOPF, *map(_line, TABELLE)]) + "\n"


def _line(zeile: Zeile) -> str:
    cells = (zeile.verfahren, _bits(zeile), ", ".join(_uses(zeile)), _until(zeile.ok_vor), _from(zeile.verboten_ab))
    return f"| {' | '.join(cells)} | {zeile.quelle} |"


def _uses(zeile: Zeile) -> Iterator[str]:
    if zeile.verwendungen == frozenset(Verwendung):
        yield "alle"
        return
    yield from (kurz for verwendung, kurz in KURZ.items() if verwendung in zeile.verwendungen)


def _bits(zeile: Zeile) -> str:
    if zeile.max_bits == MAX_BITS:
        return f"ab {zeile.min_bits}" if zeile.min_bits else "–"
    return f"{zeile.min_bits}–{zeile.max_bits}" if zeile.min_bits else f"bis {zeile.max_bits}"


def _until(moment: datetime | None) -> str:
    if moment is None:
        return "heute ohne Ende"
    return "nie" if moment == NIE else f"{moment - timedelta(days=1):%d.%m.%Y}"


def _from(moment: datetime | None) -> str:
    if moment is None:
        return "–"
    return "immer" if moment == NIE else f"{moment:%d.%m.%Y}"
