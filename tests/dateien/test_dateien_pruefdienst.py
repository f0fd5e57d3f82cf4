"""The service: what is known is not examined again, and what was found survives the way through the database."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from dateien_muster import NACH_JS, catalog, changed, claiming, datei, locked, scan
from kleines_pdf import PDF

from erv_gateway.dateien import grenzen, pruefdienst
from erv_gateway.dateien.pruefdienst import Datei, Dateipruefer
from erv_gateway.dateien.speicher import Merkmalspeicher
from erv_gateway.dateien.uebergabe import merkmale_from_json, merkmale_to_json
from erv_gateway.isolation.werkstatt import Werkstatt
from erv_gateway.storage.db import Database
from xjustiz.merkmale import Abbruch, Dateimerkmale, PdfaPruefung, PdfMerkmale, TiffMerkmale


class Uhr:
    def jetzt(self) -> datetime:
        return datetime(2026, 11, 21, 9, tzinfo=UTC)


class NichtMehr(Werkstatt):
    """Nothing may be run any more."""

    async def run(self, *_args: object, **_kwargs: object) -> bytes:
        raise AssertionError("examined again")


ALLE = [changed(catalog(OpenAction=NACH_JS)), changed(claiming), changed(scan), locked(), PDF, b"II*\0\0\0\0\0"]


async def test_known_files_are_not_examined_again(werkstatt: Werkstatt, db: Database) -> None:
    dateien = [datei(inhalt) for inhalt in ALLE]
    speicher = Merkmalspeicher(db, Uhr())
    gefunden = await Dateipruefer(werkstatt, speicher).examine(dateien)
    assert await Dateipruefer(NichtMehr(), speicher).examine(dateien) == gefunden
    assert len(gefunden) == len(ALLE)
    with pytest.raises(AssertionError, match="examined again"):
        await Dateipruefer(NichtMehr(), speicher).examine([datei(PDF + b"\n")])


async def test_what_is_neither_pdf_nor_tiff_is_known_too(werkstatt: Werkstatt, db: Database) -> None:
    pruefer = Dateipruefer(werkstatt, Merkmalspeicher(db, Uhr()))
    text, fremd = datei(b"nur Text"), datei(b"nie gesehen")
    await pruefer.examine([text])
    assert await pruefer.known([text.sha256, fremd.sha256]) == {text.sha256}
    assert await Dateipruefer(werkstatt).known([text.sha256]) == frozenset()


async def test_another_version_of_the_checker_looks_again(
    werkstatt: Werkstatt, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    speicher = Merkmalspeicher(db, Uhr())
    await Dateipruefer(werkstatt, speicher).examine([datei(PDF)])
    monkeypatch.setattr(pruefdienst, "pruefstand", lambda: "2 later")
    with pytest.raises(AssertionError, match="examined again"):
        await Dateipruefer(NichtMehr(), speicher).examine([datei(PDF)])


async def test_two_may_find_out_the_same(werkstatt: Werkstatt, db: Database) -> None:
    speicher = Merkmalspeicher(db, Uhr())
    merkmale: Mapping[str, Dateimerkmale] = {datei(b"x").sha256: Dateimerkmale(unlesbar=True)}
    await speicher.keep("1", merkmale)
    await speicher.keep("1", merkmale)
    assert await speicher.known("1", merkmale) == merkmale


async def test_what_time_cut_off_is_not_kept(
    werkstatt: Werkstatt, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    neu = changed(catalog(Lang="de"))
    speicher = Merkmalspeicher(db, Uhr())
    with monkeypatch.context() as eng:
        eng.setattr(grenzen, "SEKUNDEN", 0.0005)
        merkmale = await Dateipruefer(werkstatt, speicher).examine([datei(neu)])
    assert merkmale[datei(neu).sha256].abbruch is Abbruch.ZEIT
    spaeter = await Dateipruefer(werkstatt, speicher).examine([datei(neu)])
    assert spaeter[datei(neu).sha256].pdf is not None


async def test_a_file_on_disk_is_read_where_it_lies(werkstatt: Werkstatt, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(PDF)
    auf_platte = Datei("0" * 64, len(PDF), lambda: (tmp_path / "a.pdf").open("rb"))
    im_speicher = datei(PDF)
    merkmale = await Dateipruefer(werkstatt).examine([auf_platte, im_speicher])
    assert merkmale["0" * 64] == merkmale[im_speicher.sha256]


@pytest.mark.parametrize(
    "merkmale",
    [
        Dateimerkmale(),
        Dateimerkmale(abbruch=Abbruch.SPEICHER),
        Dateimerkmale(tiff=TiffMerkmale(2, (1, 4), maengel=("schleife",))),
        Dateimerkmale(pdf=PdfMerkmale("1.7", 3, pdfa_maengel=("xfa",), text_abbruch=Abbruch.ABSTURZ)),
        Dateimerkmale(pdf=PdfMerkmale("1.7", 3), pdfa_pruefung=PdfaPruefung("PDF/A-2B", False, ("6.1.2",))),
    ],
)
def test_json_gives_back_what_it_took(merkmale: Dateimerkmale) -> None:
    assert merkmale_from_json(merkmale_to_json(merkmale)) == merkmale
