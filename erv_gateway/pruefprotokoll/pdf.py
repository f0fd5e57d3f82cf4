"""A report as PDF/A-2a: the same parts and words as the HTML, on paper."""

from typing import Any

from erv_gateway.druck import render_pdf
from erv_gateway.pruefprotokoll.ansicht import SYMBOLE, Absatz, Bericht, Block, Felder, Zelle


def render_bericht(bericht: Bericht) -> bytes:
    """PDF/A-2a bytes, the same for the same report. A letter without a glyph stands as its code point."""
    return render_pdf("bericht", bericht_daten(bericht), erstellt=bericht.erstellt)


def bericht_daten(bericht: Bericht) -> dict[str, Any]:
    return {
        "titel": bericht.titel,
        "kopf": [_block(block) for block in bericht.kopf],
        "abschnitte": [
            {"titel": one.titel, "ebene": one.ebene, "bloecke": [_block(block) for block in one.bloecke]}
            for one in bericht.abschnitte
        ],
    }


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Absatz):
        return {"art": "absatz", "zelle": _zelle(block.zelle)}
    if isinstance(block, Felder):
        return {"art": "felder", "felder": [[name, _zelle(zelle)] for name, zelle in block.felder]}
    return {
        "art": "tabelle",
        "titel": block.titel,
        "kopf": list(block.kopf),
        "zeilen": [[_zelle(zelle) for zelle in zeile] for zeile in block.zeilen],
    }


def _zelle(zelle: Zelle) -> dict[str, str]:
    ampel = {} if zelle.ampel is None else {"ampel": str(zelle.ampel), "symbol": SYMBOLE[zelle.ampel]}
    return {"text": zelle.text, "art": str(zelle.art), **ampel}
