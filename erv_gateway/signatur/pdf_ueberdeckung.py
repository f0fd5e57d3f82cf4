"""Whether a signature that came later is drawn over words that were signed before.

The appearance of a signature may show anything, also another amount in the place of the signed one. What lies under
it as a picture only is not seen here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

import pypdfium2
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

MAX_NODES: Final = 50_000  # ours; pages and branches of the page tree

Kasten = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Platz:
    """One widget: its object, and left, bottom, right, top on its page; None where they cannot be read."""

    objekt: int | None
    kasten: Kasten | None

    @property
    def flaeche(self) -> float:
        """Square points; boundless where they cannot be read."""
        if self.kasten is None:
            return float("inf")
        left, bottom, right, top = self.kasten
        return (right - left) * (top - bottom)


def plaetze_of(field: Any) -> tuple[Platz, ...]:
    """All widgets of a form field: itself, or those below it."""
    try:
        widgets = [field, *(kid.get_object() for kid in field.get("/Kids", ()))]
    except (AttributeError, TypeError, PdfError):
        return (Platz(None, None),)
    return tuple(_platz(widget) for widget in widgets if "/Rect" in widget)


def _platz(widget: Any) -> Platz:
    try:
        x1, y1, x2, y2 = (float(number.get_object()) for number in widget["/Rect"])
    except (ValueError, TypeError, AttributeError, PdfError):
        return Platz(None, None)
    return Platz(getattr(widget.container_ref, "idnum", None), (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)))


def covers_words(reader: PdfFileReader, file: BinaryIO, ende: int, plaetze: Iterable[Platz]) -> bool:
    """Whether under one of the places words stand in the file as it was up to `ende`."""
    boxes = {platz.objekt: platz.kasten for platz in plaetze if platz.flaeche}
    if not boxes:
        return False
    file.seek(0)
    signed = pypdfium2.PdfDocument(file.read(ende))
    try:
        return any(_has_words(signed, page, boxes[number]) for page, number in _on_pages(reader) if number in boxes)
    finally:
        signed.close()


def _has_words(document: pypdfium2.PdfDocument, page: int, box: Kasten | None) -> bool:
    if box is None or page >= len(document):
        return box is None
    words = document[page].get_textpage().get_text_bounded(*box)
    return any(sign.isalnum() for sign in words)


def _on_pages(reader: PdfFileReader) -> Iterator[tuple[int, int | None]]:
    """Every annotation with the number of its page, in the order of the page tree."""
    stack, page = [reader.root["/Pages"]], 0
    for _ in range(MAX_NODES):
        if not stack:
            return
        node = stack.pop()
        if "/Kids" in node:
            stack += [kid.get_object() for kid in reversed(node["/Kids"])]
            continue
        for annotation in node["/Annots"] if "/Annots" in node else ():  # noqa: SIM401 - `get` does not resolve
            yield page, getattr(annotation.get_object().container_ref, "idnum", None)
        page += 1
    raise ValueError(f"more than {MAX_NODES} pages")
