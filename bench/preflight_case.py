"""A lawful package of many PDFs: each has three pages of text with embedded fonts and one scanned page of its own."""

import hashlib
import io
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pikepdf

import xjustiz as xj
from bench.xjustiz_case import document_names, transmission
from erv_gateway.dateien.pruefdienst import Datei
from erv_gateway.druck import render_pdf

SCAN: Final = (540, 300)
"""Pixels of a grey image that cannot be compressed: 162 KB."""
ABSATZ: Final = "Die Behörde hat den Sachverhalt von Amts wegen ermittelt und die Beteiligten angehört. " * 8
NACHRICHT: Final = "xjustiz_nachricht.xml"


def write_package(folder: Path, count: int) -> tuple[bytes, tuple[Path, ...]]:
    """The message and its files, which are written to `folder`."""
    folder.mkdir()
    vorlage = _template()
    names = document_names(count)
    for name in names:
        (folder / name).write_bytes(_document(vorlage))
    return xj.write(transmission(names), "3.6.2"), tuple(folder / name for name in names)


def datei_of(path: Path) -> Datei:
    return Datei(hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size, lambda: path.open("rb"))


def _template() -> bytes:
    leer = dict.fromkeys(("absenderzeile", "datum", "zeichen", "unterzeichner"), "")
    daten = {**leer, "absender": "Stadt", "empfaenger": [], "betreff": "Bericht", "absaetze": [ABSATZ] * 12}
    return render_pdf("schreiben", daten, erstellt=datetime(2026, 11, 21, tzinfo=UTC))


def _document(vorlage: bytes) -> bytes:
    width, height = SCAN
    with pikepdf.open(io.BytesIO(vorlage)) as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        image = pikepdf.Stream(
            pdf,
            os.urandom(width * height),
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=width,
            Height=height,
            ColorSpace=pikepdf.Name.DeviceGray,
            BitsPerComponent=8,
        )
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(B=pdf.make_indirect(image)))
        page.obj.Contents = pikepdf.Stream(pdf, b"595 0 0 842 0 0 cm /B Do")
        target = io.BytesIO()
        pdf.save(target, compress_streams=False)
    return target.getvalue()
