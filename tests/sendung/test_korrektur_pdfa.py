"""PDF/A copies by the real Ghostscript: beside the Original, never instead of it, never with less in them."""

import asyncio
import io
import shutil
import stat
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pikepdf
import pytest
from stationen import Werk, kleine_akte

from erv_gateway.akte.einlieferung import read_delivery
from erv_gateway.akte.manifest_schreiben import write_manifest
from erv_gateway.akte.modell import Akte, Datei, Dokument, Rolle
from erv_gateway.akte.uebernahme import take_over
from erv_gateway.dateien.pruefdienst import WORKER, Dateipruefer
from erv_gateway.isolation.werkstatt import Werkstatt
from erv_gateway.kern.ids import SendungId
from erv_gateway.sendung.anlegen import create_sendung
from erv_gateway.sendung.korrekturen.fehler import KorrekturRefused
from erv_gateway.sendung.korrekturen.ghostscript import MIB, Ghostscript, UmwandlungFailed
from erv_gateway.sendung.korrekturen.planung_pdfa import why
from erv_gateway.sendung.korrekturen.vorgang import apply, preview
from erv_gateway.sendung.korrekturen.werte import KorrekturId
from erv_gateway.sendung.paket import load_akte
from erv_gateway.sendung.pruefung import check_sendung
from erv_gateway.storage.blobs import MemoryBlobs
from xjustiz import Schwere
from xjustiz.merkmale import PdfMerkmale

GS = shutil.which("gs")
needs_gs = pytest.mark.skipif(GS is None, reason="Ghostscript is not installed")


def plain(text: str = "Widerspruch", pages: int = 2, **catalog: pikepdf.Object) -> bytes:
    """A PDF as any program writes it: no XMP, no output intent, a font that is not embedded."""
    pdf = pikepdf.new()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    for number in range(pages):
        page = pdf.add_blank_page(page_size=(595, 842))
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.Contents = pdf.make_stream(f"BT /F1 12 Tf 72 700 Td ({text} {number}) Tj ET".encode())
    for name, value in catalog.items():
        pdf.Root[f"/{name}"] = value
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()


def with_hidden_note() -> bytes:
    """An annotation that does not print: PDF/A does not let it pass, so a copy would have less in it."""
    pdf = pikepdf.open(io.BytesIO(plain()))
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[10, 10, 30, 30], Contents="Notiz"
    )
    pdf.pages[0].Annots = pikepdf.Array([pdf.make_indirect(note)])
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def encrypted() -> bytes:
    pdf, out = pikepdf.open(io.BytesIO(plain())), io.BytesIO()
    pdf.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    return out.getvalue()


@pytest.fixture
async def pruefer() -> AsyncIterator[Dateipruefer]:
    async with Werkstatt((WORKER,)) as werkstatt:
        yield Dateipruefer(werkstatt)


@pytest.fixture
def werk_mit_umwandler(werk: Werk) -> Werk:
    return werk.with_betrieb(pdfa=Ghostscript(Path(GS or "gs")))


async def delivered(werk: Werk, **inhalte: bytes) -> SendungId:
    """A Sendung over an Akte with these PDF files, one document each."""
    folder = werk.folder / f"lieferung-{uuid4()}"
    folder.mkdir()
    dokumente = []
    for nummer, (titel, inhalt) in enumerate(inhalte.items(), 1):
        (folder / f"{titel}.pdf").write_bytes(inhalt)
        datei = Datei(f"{titel}.pdf", sha256(inhalt).hexdigest(), len(inhalt), "application/pdf")
        dokumente.append(Dokument(uuid4(), nummer, titel, (datei,)))
    akte = replace(kleine_akte(), teilakten=(), dokumente=tuple(dokumente))
    (folder / "manifest.json").write_bytes(write_manifest(akte))
    einlieferung = await read_delivery(folder, werk.betrieb.blobs)
    akte_id = (await take_over(werk.betrieb.database, werk.uhr, einlieferung, werk.anna)).akte_id
    return await create_sendung(werk.betrieb, werk.neu(akte_id), werk.anna)


async def akte_of(werk: Werk, sendung_id: SendungId) -> Akte:
    return await load_akte(werk.betrieb, await werk.sendung(sendung_id))


async def test_without_a_converter_the_person_is_told(werk: Werk) -> None:
    sendung_id = await delivered(werk, Widerspruch=plain())
    with pytest.raises(KorrekturRefused) as refused:
        await preview(werk.betrieb, sendung_id, KorrekturId.PDFA)
    assert refused.value.angaben["grund"] == "kein-umwandler"


@needs_gs
async def test_the_copy_is_002_beside_an_untouched_001(werk_mit_umwandler: Werk) -> None:
    werk, original = werk_mit_umwandler, plain()
    sendung_id = await delivered(werk, Widerspruch=original)
    plan = await preview(werk.betrieb, sendung_id, KorrekturId.PDFA)
    assert [change.nachher for change in plan.aenderungen] == ["Widerspruch.pdf und Widerspruch_PDFA.pdf (PDF/A-2b)"]
    await apply(werk.betrieb, sendung_id, KorrekturId.PDFA, werk.anna, plan_sha256=plan.digest)
    (dokument,) = (await akte_of(werk, sendung_id)).dokumente
    first, second = dokument.dateien
    assert (first.rolle, first.sha256) == (Rolle.ORIGINAL, sha256(original).hexdigest())
    assert second.rolle is Rolle.REPRAESENTAT
    with pikepdf.open(io.BytesIO(await werk.betrieb.blobs.read(second.sha256, limit=2**24))) as copy:
        assert (copy.open_metadata().pdfa_status, len(copy.pages)) == ("2B", 2)
    befunde = await check_sendung(werk.betrieb, sendung_id, werk.anna)
    assert [befund for befund in befunde if befund.schwere is Schwere.ERROR] == []
    assert (await preview(werk.betrieb, sendung_id, KorrekturId.PDFA)).aenderungen == ()


@needs_gs
async def test_an_original_that_is_pdfa_needs_no_copy(werk_mit_umwandler: Werk) -> None:
    sendung_id = await werk_mit_umwandler.angelegt()
    assert (await preview(werk_mit_umwandler.betrieb, sendung_id, KorrekturId.PDFA)).aenderungen == ()


@needs_gs
async def test_what_loses_something_is_left_out_and_named(werk_mit_umwandler: Werk) -> None:
    werk = werk_mit_umwandler
    sendung_id = await delivered(werk, Widerspruch=plain(), Notiz=with_hidden_note())
    plan = await preview(werk.betrieb, sendung_id, KorrekturId.PDFA)
    done = await apply(werk.betrieb, sendung_id, KorrekturId.PDFA, werk.anna, plan_sha256=plan.digest)
    assert len(done.aenderungen) == 1
    (left_out,) = done.auslassungen
    assert left_out.wo == "Dokument „Notiz“"
    assert left_out.grund.startswith("Ghostscript meldet: ")
    assert (await werk.eintraege(sendung_id))[-1]["angaben"]["auslassungen"] == 1
    assert [len(d.dateien) for d in (await akte_of(werk, sendung_id)).dokumente] == [2, 1]


@needs_gs
async def test_when_nothing_can_be_converted_nothing_is_changed(werk_mit_umwandler: Werk) -> None:
    werk = werk_mit_umwandler
    sendung_id = await delivered(werk, Notiz=with_hidden_note())
    plan = await preview(werk.betrieb, sendung_id, KorrekturId.PDFA)
    with pytest.raises(KorrekturRefused) as refused:
        await apply(werk.betrieb, sendung_id, KorrekturId.PDFA, werk.anna, plan_sha256=plan.digest)
    assert refused.value.angaben["grund"] == "keine-umgewandelt"
    assert await werk.arten(sendung_id) == ["sendung.angelegt"]


@needs_gs
@pytest.mark.parametrize(
    "inhalt", [b"%PDF-1.7\nnothing", encrypted(), plain(pages=0)], ids=["broken", "locked", "empty"]
)
async def test_hostile_and_broken_files_give_a_reason(pruefer: Dateipruefer, inhalt: bytes) -> None:
    blobs = MemoryBlobs()
    blob = await blobs.put_bytes(inhalt)
    converter = Ghostscript(Path(GS or "gs"))
    with pytest.raises(UmwandlungFailed) as failed:
        await converter.convert(blobs, pruefer, blob.sha256)
    assert failed.value.satz.endswith(".")


def script(folder: Path, text: str) -> Path:
    """A program that behaves as a broken or hostile Ghostscript would."""
    path = folder / "gs"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.mark.parametrize(
    ("program", "satz"),
    [
        ("exit 1", "Ghostscript brach ab"),
        ("sleep 60", "dauerte zu lange"),
        ("while :; do :; done", "dauerte zu lange|brach ab"),
        ("echo '**** Warning: font missing' >&2; cp original.pdf kopie.pdf", "Ghostscript meldet: Warning"),
        ("cp original.pdf kopie.pdf", "kein PDF/A-2b"),
        ("echo nonsense > kopie.pdf", "keine lesbare Datei"),
        ("true", "ergab keine Datei"),
        ("head -c 200000000 /dev/zero > kopie.pdf || exit 1", "brach ab"),
    ],
)
async def test_the_result_is_judged_not_believed(
    tmp_path: Path, pruefer: Dateipruefer, program: str, satz: str
) -> None:
    blobs = MemoryBlobs()
    blob = await blobs.put_bytes(plain())
    converter = Ghostscript(script(tmp_path, program), sekunden=2)
    with pytest.raises(UmwandlungFailed) as failed:
        await converter.convert(blobs, pruefer, blob.sha256)
    assert any(part in failed.value.satz for part in satz.split("|")), failed.value.satz


async def test_memory_is_limited_and_no_secret_of_ours_is_in_its_environment(
    tmp_path: Path, pruefer: Dateipruefer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ERV_SECRET", "x")
    seen = tmp_path / "seen"
    blobs = MemoryBlobs()
    blob = await blobs.put_bytes(plain())
    converter = Ghostscript(script(tmp_path, f"{{ ulimit -v; env; pwd; }} > {seen}"), speicher=512 * MIB)
    with pytest.raises(UmwandlungFailed):
        await converter.convert(blobs, pruefer, blob.sha256)
    lines = seen.read_text().splitlines()
    assert lines[0] == str(512 * 1024)
    assert not [line for line in lines if line.startswith("ERV_")]
    folder = Path(lines[-1])
    assert folder.name not in {path.name for path in folder.parent.iterdir()}


async def test_nothing_stays_running_when_the_caller_gives_up(tmp_path: Path, pruefer: Dateipruefer) -> None:
    """Also not what the program started itself."""
    pid_file = tmp_path / "pid"
    blobs = MemoryBlobs()
    blob = await blobs.put_bytes(plain())
    converter = Ghostscript(script(tmp_path, f"sleep 60 & echo $! > {pid_file}; wait"))
    work = asyncio.create_task(converter.convert(blobs, pruefer, blob.sha256))
    grandchild = await asyncio.to_thread(read_when_written, pid_file)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    await asyncio.to_thread(wait_for_end, grandchild)


def read_when_written(path: Path) -> int:
    while not (path.exists() and path.read_text().endswith("\n")):
        time.sleep(0.01)
    return int(path.read_text())


def wait_for_end(pid: int) -> None:
    """Gone, or dead and only not yet collected by whoever inherited it."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return
        if state == "Z":
            return
        time.sleep(0.01)
    raise AssertionError(f"process {pid} goes on")


@pytest.mark.parametrize(
    ("pdf", "anfang"),
    [
        (None, None),
        (PdfMerkmale("1.7", 1), "Das Original ist kein PDF/A."),
        (PdfMerkmale("1.7", 1, pdfa="2b"), None),
        (PdfMerkmale("1.7", 1, pdfa="2b", pdfa_maengel=("schriften",)), "Das Original nennt sich PDF/A"),
        (PdfMerkmale("1.7", 1, kennwort=True), None),
    ],
)
def test_who_needs_a_copy(pdf: PdfMerkmale | None, anfang: str | None) -> None:
    reason = why(pdf)
    assert (reason is None) == (anfang is None)
    assert reason is None or reason.startswith(anfang or "")
