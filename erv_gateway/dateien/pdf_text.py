"""What a search in a PDF would find: text by page, as pdfium extracts it."""

import ctypes
import mmap
import time
from typing import BinaryIO

import pypdfium2
import pypdfium2.raw as pdfium

from erv_gateway.dateien.grenzen import MAX_NAMEN, MAX_TEXT_SEKUNDEN, MAX_TEXTSEITEN, MIN_ZEICHEN
from xjustiz.merkmale import PdfText


def read_text(file: BinaryIO) -> PdfText | None:
    """None for what pdfium cannot open. Stops after MAX_TEXTSEITEN pages or MAX_TEXT_SEKUNDEN of work."""
    inhalt = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    try:
        dokument = pypdfium2.PdfDocument((ctypes.c_ubyte * len(inhalt)).from_buffer(inhalt))
    except pypdfium2.PdfiumError:
        return None
    return _text(dokument)


def _text(dokument: pypdfium2.PdfDocument) -> PdfText:
    ende = time.process_time() + MAX_TEXT_SEKUNDEN
    mit_text, gelesen, scans, leer = 0, 0, [], 0
    for nummer in range(min(len(dokument), MAX_TEXTSEITEN)):
        if time.process_time() > ende:
            break
        zeichen, bild = _page(dokument, nummer)
        gelesen += 1
        mit_text += zeichen >= MIN_ZEICHEN
        if zeichen < MIN_ZEICHEN and bild:
            scans.append(nummer + 1)
        leer += zeichen == 0 and not bild
    return PdfText(
        seiten=gelesen,
        mit_text=mit_text,
        bild_ohne_text=tuple(scans[:MAX_NAMEN]),
        bild_ohne_text_anzahl=len(scans),
        leer=leer,
        unvollstaendig=gelesen < len(dokument),
    )


def _page(dokument: pypdfium2.PdfDocument, nummer: int) -> tuple[int, bool]:
    """Characters on the page, and, where they are few, whether it shows an image."""
    try:
        seite = dokument[nummer]
    except pypdfium2.PdfiumError:
        return 0, False
    try:
        text = seite.get_textpage()
        zeichen: int = text.count_chars()
        text.close()
        bilder = () if zeichen >= MIN_ZEICHEN else seite.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=4)
        return zeichen, next(iter(bilder), None) is not None
    except pypdfium2.PdfiumError:
        return 0, False
    finally:
        seite.close()
