"""Readable documents: a typst template from `vorlagen/` and data, out comes a tagged, searchable PDF/A.

Text reaches typst only as data (JSON), never as markup, so nothing in a case file can act as a command.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any, Final

import typst

from erv_gateway.druck.zeichen import shown
from erv_gateway.kern.uhr import berlin

PDF_STANDARD: Final = "a-2a"  # ISO 19005-2 level A: tagged and with Unicode text (ERVV § 2, BITV)


def render_pdf(
    vorlage: str, daten: Mapping[str, Any], *, erstellt: datetime, bilder: Mapping[str, bytes] | None = None
) -> bytes:
    """The PDF/A-2a bytes of `vorlagen/<vorlage>.typ` filled with `daten` (JSON values only).

    `erstellt` becomes the document date, so that the same data always gives the same bytes. `bilder`: PNG or JPEG
    by plain file name; the template finds them as "/<name>".
    """
    with _ordner(vorlage, bilder or {}) as main:
        return typst.compile(
            str(main),
            root=str(main.parent),
            format="pdf",
            pdf_standards=PDF_STANDARD,
            sys_inputs=_inputs(daten, erstellt),
            timestamp=int(erstellt.timestamp()),
            ignore_system_fonts=True,
        )


def render_png(vorlage: str, daten: Mapping[str, Any], *, erstellt: datetime, ppi: int) -> bytes:
    """The same as a PNG image with `ppi` pixels per inch, for templates of exactly one page."""
    with _ordner(vorlage, {}) as main:
        return typst.compile(
            str(main),
            root=str(main.parent),
            format="png",
            ppi=float(ppi),
            sys_inputs=_inputs(daten, erstellt),
            ignore_system_fonts=True,
        )


@contextmanager
def _ordner(vorlage: str, bilder: Mapping[str, bytes]) -> Iterator[Path]:
    """A folder of its own for template and images: typst reads nothing outside of it."""
    with tempfile.TemporaryDirectory(prefix="erv-druck-") as ordner:
        for name, inhalt in bilder.items():
            Path(ordner, Path(name).name).write_bytes(inhalt)
        main = Path(ordner, "vorlage.typ")
        main.write_bytes(resources.files(__name__).joinpath("vorlagen", f"{vorlage}.typ").read_bytes())
        yield main


def _inputs(daten: Mapping[str, Any], erstellt: datetime) -> dict[str, str]:
    return {"daten": json.dumps({**shown(dict(daten)), "_erstellt": _date_parts(erstellt)}, ensure_ascii=False)}


def _date_parts(moment: datetime) -> dict[str, int]:
    local = berlin(moment)
    return {"year": local.year, "month": local.month, "day": local.day}
