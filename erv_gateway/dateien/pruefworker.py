"""What the child processes of `pruefdienst` run: one file in, its facts as JSON out."""

import json
from dataclasses import replace
from typing import BinaryIO, Final

from erv_gateway.dateien.art import KOPF_BYTES, is_pdf, is_tiff
from erv_gateway.dateien.pdf_struktur import read_struktur
from erv_gateway.dateien.pdf_text import read_text
from erv_gateway.dateien.tiff import read_tiff
from erv_gateway.dateien.uebergabe import merkmale_to_json
from xjustiz.merkmale import Dateimerkmale

ALLES: Final = b"alles"
AUFBAU: Final = b"aufbau"
"""Only what costs little: for files on which the full examination did not come to an end."""


def answer(umfang: bytes, file: BinaryIO) -> bytes:
    return json.dumps(merkmale_to_json(examine(file, gruendlich=umfang == ALLES))).encode()


def examine(file: BinaryIO, *, gruendlich: bool) -> Dateimerkmale:
    file.seek(0)  # the descriptor stands where the service stopped reading
    kopf = file.read(KOPF_BYTES)
    file.seek(0)
    if is_pdf(kopf):
        return _pdf(file, gruendlich)
    if is_tiff(kopf):
        tiff = read_tiff(file)
        return Dateimerkmale(tiff=tiff, unlesbar=tiff is None)
    return Dateimerkmale()


def _pdf(file: BinaryIO, gruendlich: bool) -> Dateimerkmale:
    pdf = read_struktur(file, gruendlich=gruendlich)
    if pdf is None:
        return Dateimerkmale(unlesbar=True)
    if gruendlich and not pdf.kennwort:
        pdf = replace(pdf, text=read_text(file))
    return Dateimerkmale(pdf=pdf)
