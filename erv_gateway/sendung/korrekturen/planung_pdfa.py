"""Originals that are PDF but no PDF/A, or only say so, get a PDF/A copy beside them."""

from dataclasses import replace
from functools import partial
from pathlib import PurePosixPath
from typing import Final

from erv_gateway.akte.modell import Datei, Dokument, Rolle
from erv_gateway.dateien.pruefdienst import Datei as Gelesen
from erv_gateway.sendung.korrekturen.fehler import KorrekturRefused
from erv_gateway.sendung.korrekturen.ghostscript import Ghostscript, UmwandlungFailed
from erv_gateway.sendung.korrekturen.lage import Ausgefuehrt, Lage
from erv_gateway.sendung.korrekturen.werte import Aenderung, Auslassung, Kopie
from xjustiz.merkmale import PdfMerkmale

WARUM: Final = "Die Kopie wird Repräsentat (002), das Original bleibt unverändert (001)."


async def plan_copies(lage: Lage) -> tuple[Aenderung, ...]:
    """What cannot be read is left to pre-flight."""
    _converter(lage)
    blobs = lage.betrieb.blobs
    paare = [(d, original) for d in lage.stand.akte.alle_dokumente() if (original := _original(d)) is not None]
    merkmale = await lage.betrieb.dateipruefer.examine(
        Gelesen(original.sha256, original.bytes, partial(blobs.open_file, original.sha256)) for _, original in paare
    )
    return tuple(
        _change(dokument, original, warum)
        for dokument, original in paare
        if (warum := why(merkmale[original.sha256].pdf)) is not None
    )


def why(pdf: PdfMerkmale | None) -> str | None:
    """The reason for a copy in German; None where there is none, or none is possible."""
    if pdf is None or pdf.kennwort or (pdf.pdfa is not None and not pdf.pdfa_maengel):
        return None
    anfang = "Das Original ist kein PDF/A." if pdf.pdfa is None else "Das Original nennt sich PDF/A, ist es aber nicht."
    return f"{anfang} {WARUM}"


async def make_copies(lage: Lage, aenderungen: tuple[Aenderung, ...]) -> Ausgefuehrt:
    """What cannot be converted without loss is left out and named. Raises KorrekturRefused when nothing is left."""
    converter, blobs, pruefer = _converter(lage), lage.betrieb.blobs, lage.betrieb.dateipruefer
    originale = {d.id: (d, original) for d in lage.stand.akte.alle_dokumente() if (original := _original(d))}
    getan: list[Aenderung] = []
    ausgelassen: list[Auslassung] = []
    for aenderung in aenderungen:
        kopie = aenderung.wirkung
        if not isinstance(kopie, Kopie):
            raise TypeError(f"{kopie.art} is no Kopie")
        try:
            blob = await converter.convert(blobs, pruefer, kopie.original_sha256)
        except UmwandlungFailed as error:
            ausgelassen.append(Auslassung(aenderung.wo, error.satz))
            continue
        name = _copy_name(*originale[kopie.dokument])
        datei = Datei(name, blob.sha256, blob.bytes, "application/pdf", Rolle.REPRAESENTAT)
        getan.append(replace(aenderung, wirkung=replace(kopie, datei=datei)))
    if not getan:
        raise KorrekturRefused("nothing could be converted", grund="keine-umgewandelt", erste=ausgelassen[0].grund)
    return Ausgefuehrt(tuple(getan), tuple(ausgelassen))


def _converter(lage: Lage) -> Ghostscript:
    if lage.betrieb.pdfa is None:
        raise KorrekturRefused("no converter is configured", grund="kein-umwandler")
    return lage.betrieb.pdfa


def _change(dokument: Dokument, original: Datei, warum: str) -> Aenderung:
    return Aenderung(
        wo=f"Dokument „{dokument.titel}“",
        vorher=original.name,
        nachher=f"{original.name} und {_copy_name(dokument, original)} (PDF/A-2b)",
        warum=warum,
        wirkung=Kopie(dokument.id, original.sha256),
    )


def _original(dokument: Dokument) -> Datei | None:
    """The one PDF that is the Original, where no readable copy stands beside it yet."""
    if any(datei.rolle is Rolle.REPRAESENTAT for datei in dokument.dateien):
        return None
    originale = [datei for datei in dokument.dateien if datei.rolle is Rolle.ORIGINAL]
    return originale[0] if len(originale) == 1 and originale[0].medientyp == "application/pdf" else None


def _copy_name(dokument: Dokument, original: Datei) -> str:
    """A name that no file of the document has."""
    stem, taken = PurePosixPath(original.name).stem, {datei.name for datei in dokument.dateien}
    names = (f"{stem}_PDFA{'' if n == 1 else n}.pdf" for n in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)
