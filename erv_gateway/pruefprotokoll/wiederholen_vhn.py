"""Repeating the check of a proof of origin, off-line, on the grounds it rested on."""

from dataclasses import dataclass
from typing import Final

from erv_gateway.pruefprotokoll.grundlagen import MAX_GRUNDLAGE_BYTES, from_bytes
from erv_gateway.pruefprotokoll.modell import Bestandteil, Pruefprotokoll, Uebermittlungsweg
from erv_gateway.pruefprotokoll.signaturen import signatur_of
from erv_gateway.pruefprotokoll.wiederholen import ANDERS, FEHLT, GLEICH, UNLESBAR, Fundort
from erv_gateway.signatur.fehler import GrundlageInvalid
from erv_gateway.signatur.isoliert import Pruefdienst
from erv_gateway.signatur.vhn import VHN_NAME, VHN_SIGNATUR_NAME
from erv_gateway.signatur.vhn_ergebnis import VhnPruefung
from erv_gateway.signatur.vhn_xml import VhnDatei

MAX_VHN_BYTES: Final = 2**20  # as on the way in


@dataclass(frozen=True, slots=True)
class Vhnwiederholung:
    """`heute`: today's result, None when the check could not be made again; `text` says why, or how both compare."""

    damals: str
    heute: str | None
    gleich: bool
    text: str


async def repeat_herkunft(protokoll: Pruefprotokoll, fundort: Fundort, dienst: Pruefdienst) -> Vhnwiederholung | None:
    """None where no proof of origin was checked."""
    weg = protokoll.uebermittlungsweg
    if weg is None or weg.grundlage_sha256 is None:
        return None
    xml, p7s = (_first(protokoll, name) for name in (VHN_NAME, VHN_SIGNATUR_NAME))
    rest = tuple(VhnDatei(one.name, one.sha256, one.bytes) for one in protokoll.struktur if one not in (xml, p7s))
    xml_bytes, p7s_bytes = _bytes(fundort, xml), _bytes(fundort, p7s)
    grundlage = _read(fundort, weg.grundlage_sha256, MAX_GRUNDLAGE_BYTES)
    if xml_bytes is None or p7s_bytes is None or grundlage is None:
        return Vhnwiederholung(weg.vhn, None, gleich=False, text=FEHLT)
    try:
        result = await dienst.repeat_vhn(xml_bytes, p7s_bytes, rest, weg.absender, from_bytes(grundlage))
    except GrundlageInvalid:
        return Vhnwiederholung(weg.vhn, None, gleich=False, text=UNLESBAR)
    gleich = _same(weg, result)
    return Vhnwiederholung(weg.vhn, str(result.ergebnis), gleich, GLEICH if gleich else ANDERS)


def _same(weg: Uebermittlungsweg, heute: VhnPruefung) -> bool:
    signatur = None if heute.signatur is None else signatur_of(heute.signatur)
    return (weg.vhn, weg.text, weg.gruende, weg.signatur) == (
        str(heute.ergebnis),
        heute.uebermittlungsweg,
        heute.gruende,
        signatur,
    )


def _first(protokoll: Pruefprotokoll, name: str) -> Bestandteil | None:
    return next((one for one in protokoll.struktur if one.name == name), None)


def _bytes(fundort: Fundort, datei: Bestandteil | None) -> bytes | None:
    return None if datei is None else _read(fundort, datei.sha256, MAX_VHN_BYTES)


def _read(fundort: Fundort, sha256: str, limit: int) -> bytes | None:
    path = fundort(sha256)
    if path is None:
        return None
    with path.open("rb") as file:
        return file.read(limit + 1)
