"""Hostile files end in facts or in a reason, never in an error, and never take the service with them."""

import os
import time
from collections.abc import Callable

import pytest
from dateien_muster import content_bomb, datei, many_fields, many_pages, with_catalog
from kleines_pdf import OBJEKTE, PDF, build_pdf

from erv_gateway.dateien import grenzen
from erv_gateway.dateien.pruefdienst import Dateipruefer
from erv_gateway.isolation.werkstatt import Werkstatt
from xjustiz.merkmale import Abbruch, Dateimerkmale


async def examine(werkstatt: Werkstatt, inhalt: bytes) -> Dateimerkmale:
    return (await Dateipruefer(werkstatt).examine([datei(inhalt)]))[datei(inhalt).sha256]


def chain(laenge: int) -> bytes:
    """Objects that hang on each other like a string of pearls, the last one at the first."""
    erstes = len(OBJEKTE) + 1
    perlen = [b"<</N %d 0 R>>" % (erstes + (nummer + 1) % laenge) for nummer in range(laenge)]
    return with_catalog(b"/Kette %d 0 R" % erstes, *perlen)


LESBAR: dict[str, Callable[[], bytes]] = {
    "loop of objects": lambda: chain(3),
    "chain of 20,000 objects": lambda: chain(20_000),
    "100,000 fields": lambda: many_fields(100_000),
    "2,000 pages": lambda: many_pages(2_000),
    "a page count of two thousand million": lambda: PDF.replace(b"/Count 1/Kids", b"/Count 2000000000/Kids"),
    "fonts that describe themselves": lambda: with_catalog(
        b"/F 7 0 R", b"<</Type/Font/Subtype/Type1/BaseFont 7 0 R/FontDescriptor 7 0 R>>"
    ),
    "types turned upside down": lambda: with_catalog(
        b"/AcroForm[1 2]/OutputIntents(x)/Metadata 3 0 R/Names<</EF/S>>/OpenAction[/JS]/S 12/Subtype[1]/FT null"
    ),
}


@pytest.mark.parametrize("name", LESBAR)
async def test_what_can_be_read_is_read(werkstatt: Werkstatt, name: str) -> None:
    merkmale = await examine(werkstatt, LESBAR[name]())
    assert merkmale.abbruch is None
    assert merkmale.pdf is not None or merkmale.unlesbar


UNLESBAR: dict[str, bytes] = {
    "only a head": b"%PDF-1.7\n",
    "junk": b"%PDF-1.4\n" + b"1 0 obj<<>>endobj " * 50_000,
    "random": b"%PDF-1.7\n" + os.urandom(100_000),
    "deep arrays": with_catalog(b"/A " + b"[" * 60_000 + b"]" * 60_000),
    "page tree that is its own child": build_pdf(OBJEKTE[0], b"<</Type/Pages/Count 5/Kids[2 0 R 2 0 R]>>"),
    "no catalog": build_pdf(b"[1 2 3]"),
}


@pytest.mark.parametrize("name", UNLESBAR)
async def test_what_cannot_be_read_says_so(werkstatt: Werkstatt, name: str) -> None:
    merkmale = await examine(werkstatt, UNLESBAR[name])
    pdf = merkmale.pdf
    assert merkmale.unlesbar or (pdf is not None and (pdf.mangel_anzahl or pdf.seiten == 0))


async def test_a_bomb_costs_no_more_than_its_limits(werkstatt: Werkstatt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grenzen, "SPEICHER_BASIS", 300 * grenzen.MIB)
    started = time.monotonic()
    merkmale = await examine(werkstatt, content_bomb(600 * 10**6))
    assert time.monotonic() - started < 60
    assert merkmale.abbruch is Abbruch.SPEICHER or (
        merkmale.pdf is not None and (merkmale.pdf.text_abbruch is not None or merkmale.pdf.mangel_anzahl)
    )
    assert (await examine(werkstatt, PDF)).pdf is not None


async def test_out_of_time_is_said_and_the_build_is_known_all_the_same(
    werkstatt: Werkstatt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grenzen, "SEKUNDEN", 0.0005)
    assert (await examine(werkstatt, PDF)).abbruch is Abbruch.ZEIT


async def test_a_file_larger_than_a_message_is_not_examined(
    werkstatt: Werkstatt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grenzen, "MAX_DATEI_BYTES", 100)
    assert (await examine(werkstatt, PDF)).abbruch is Abbruch.ZU_GROSS


async def test_cut_and_flipped_files_never_raise(werkstatt: Werkstatt) -> None:
    stellen = range(0, len(PDF), max(1, len(PDF) // 25))
    kaputt = [PDF[:stelle] for stelle in stellen]
    kaputt += [PDF[:stelle] + bytes((PDF[stelle] ^ 0x55,)) + PDF[stelle + 1 :] for stelle in stellen]
    merkmale = await Dateipruefer(werkstatt).examine([datei(inhalt) for inhalt in kaputt])
    assert len(merkmale) == len(set(kaputt))
    assert all(m.abbruch in {None, Abbruch.ABSTURZ} for m in merkmale.values())
