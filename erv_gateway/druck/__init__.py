"""Readable documents: a typst template from `vorlagen/` and data, out comes a tagged, searchable PDF/A.

Text reaches typst only as data (JSON), never as markup, so nothing in a case file can act as a command.
"""

import json
import tempfile
from collections.abc import Mapping
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any, Final

import typst

from erv_gateway.kern.uhr import berlin

PDF_STANDARD: Final = "a-2a"  # ISO 19005-2 level A: tagged and with Unicode text (ERVV § 2, BITV)


def render_pdf(
    vorlage: str, daten: Mapping[str, Any], *, erstellt: datetime, bilder: Mapping[str, bytes] | None = None
) -> bytes:
    """The PDF/A-2a bytes of `vorlagen/<vorlage>.typ` filled with `daten` (JSON values only).

    `erstellt` becomes the document date, so that the same data always gives the same bytes. `bilder`: PNG or JPEG
    by plain file name; the template finds them as "/<name>".
    """
    with tempfile.TemporaryDirectory(prefix="erv-druck-") as ordner:
        for name, inhalt in (bilder or {}).items():
            Path(ordner, Path(name).name).write_bytes(inhalt)
        return _compile(vorlage, daten, erstellt, Path(ordner))


def _compile(vorlage: str, daten: Mapping[str, Any], erstellt: datetime, ordner: Path) -> bytes:
    main = ordner / "vorlage.typ"
    main.write_bytes(resources.files(__name__).joinpath("vorlagen", f"{vorlage}.typ").read_bytes())
    inputs = {"daten": json.dumps({**daten, "_erstellt": _date_parts(erstellt)}, ensure_ascii=False)}
    return typst.compile(
        main,
        root=ordner,
        format="pdf",
        pdf_standards=PDF_STANDARD,
        sys_inputs=inputs,
        timestamp=int(erstellt.timestamp()),
        ignore_system_fonts=True,
    )


def _date_parts(moment: datetime) -> dict[str, int]:
    local = berlin(moment)
    return {"year": local.year, "month": local.month, "day": local.day}
