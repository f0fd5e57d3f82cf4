"""Facts as JSON: between child and service, and in the database."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, TypeVar

from xjustiz.merkmale import Abbruch, Dateimerkmale, PdfaPruefung, PdfMerkmale, PdfText, TiffMerkmale

T = TypeVar("T")


def merkmale_to_json(merkmale: Dateimerkmale) -> dict[str, Any]:
    return asdict(merkmale)


def merkmale_from_json(data: Mapping[str, Any]) -> Dateimerkmale:
    """Raises KeyError, TypeError or ValueError for what is not of this form."""
    return Dateimerkmale(
        pdf=None if data["pdf"] is None else _pdf(data["pdf"]),
        tiff=None if data["tiff"] is None else _value(TiffMerkmale, data["tiff"]),
        unlesbar=bool(data["unlesbar"]),
        abbruch=_abbruch(data["abbruch"]),
        pdfa_pruefung=None if data["pdfa_pruefung"] is None else _value(PdfaPruefung, data["pdfa_pruefung"]),
    )


def _pdf(data: Mapping[str, Any]) -> PdfMerkmale:
    text = None if data["text"] is None else _value(PdfText, data["text"])
    return _value(PdfMerkmale, {**data, "text": text, "text_abbruch": _abbruch(data["text_abbruch"])})


def _abbruch(name: str | None) -> Abbruch | None:
    return None if name is None else Abbruch(name)


def _value(kind: type[T], data: Mapping[str, Any]) -> T:
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in data.items()})
