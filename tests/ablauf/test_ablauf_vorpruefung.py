"""kill -9 while the files of a case are examined: another worker goes on where the facts end."""

import asyncio
import signal
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest
from ablauf_buehne import Buehne, until
from ablauf_prozess import end
from kleines_pdf import OBJEKTE, build_pdf

from erv_gateway.akte.einlieferung import read_delivery
from erv_gateway.akte.manifest_schreiben import write_manifest
from erv_gateway.akte.modell import Akte, Datei, Dokument
from erv_gateway.akte.uebernahme import take_over
from erv_gateway.akte.untersuchung import UNTERSUCHEN
from erv_gateway.dateien.pruefdienst import GRUPPE
from erv_gateway.demo.einrichtung import POSTFACH
from erv_gateway.kern.ids import SendungId
from erv_gateway.kern.zustaende import SendungZustand
from erv_gateway.sendung.angaben import SendungAngaben
from erv_gateway.sendung.anlegen import NeueSendung, create_sendung
from erv_gateway.sendung.vorpruefung import VORPRUEFEN, load_vorpruefung, request_check
from erv_gateway.storage import log
from erv_gateway.storage.jobs import held

ANZAHL = 2 * GRUPPE + 10

pytestmark = pytest.mark.crash


@pytest.mark.parametrize("gestorben", [UNTERSUCHEN, VORPRUEFEN])
async def test_a_worker_dies_while_it_examines(buehne: Buehne, gestorben: str) -> None:
    sendung_id = await large_draft(buehne)
    if gestorben == VORPRUEFEN:
        await forget(buehne, UNTERSUCHEN)
    assert await request_check(buehne.betrieb, sendung_id, buehne.personen[0], timedelta(0)) is None
    dying = buehne.mortal("nach-gruppe")
    assert await asyncio.to_thread(dying.wait, 60) == -signal.SIGKILL, buehne.logs()
    mitten = await load_vorpruefung(buehne.betrieb, await buehne.sendung(sendung_id))
    assert mitten is not None
    assert (mitten.dateien, mitten.fertig, mitten.angehalten) == (ANZAHL, GRUPPE, False)
    worker = buehne.worker()
    try:
        await until(lambda: buehne.sendung(sendung_id), lambda sendung: sendung.zustand is SendungZustand.GEPRUEFT)
    finally:
        end(worker)
    eintraege = await log.entries_of(buehne.betrieb.database, sendung_id)
    assert [eintrag.art for eintrag in eintraege] == ["sendung.angelegt", "sendung.geprueft"]
    assert await held(buehne.betrieb.database) == ()


async def large_draft(buehne: Buehne) -> SendungId:
    betrieb, person = buehne.betrieb, buehne.personen[0]
    einlieferung = await read_delivery(large_case(buehne.folder / "gross"), betrieb.blobs)
    akte_id = (await take_over(betrieb.database, betrieb.uhr, einlieferung, person)).akte_id
    empfaenger = next(iter(betrieb.verzeichnis))
    angaben = SendungAngaben(("Anbei die Akte.",), "Karin Brandt")
    return await create_sendung(betrieb, NeueSendung(akte_id, POSTFACH, empfaenger, "Behördenakte", angaben), person)


async def forget(buehne: Buehne, job: str) -> None:
    """As for a case file that was taken over before there was this job."""
    async with buehne.betrieb.database.transaction() as tx:
        await tx.execute("DELETE FROM erv_jobs.pgqueuer WHERE entrypoint = $1", job)


def large_case(folder: Path) -> Path:
    folder.mkdir()
    dokumente = tuple(_dokument(folder, nummer) for nummer in range(1, ANZAHL + 1))
    akte = Akte(uuid4(), "63-2/2026", "Baugenehmigung", "Stadt Musterfurt")
    (folder / "manifest.json").write_bytes(write_manifest(replace(akte, dokumente=dokumente)))
    return folder


def _dokument(folder: Path, nummer: int) -> Dokument:
    data = build_pdf(*OBJEKTE, kopf=b"%%PDF-1.7\n%% %s\n" % uuid4().hex.encode())
    (folder / f"{nummer}.pdf").write_bytes(data)
    datei = Datei(f"{nummer}.pdf", sha256(data).hexdigest(), len(data), "application/pdf")
    return Dokument(uuid4(), nummer, f"Blatt {nummer}", (datei,))
