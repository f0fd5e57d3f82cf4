"""A file too big for one message: the plan a person saw becomes linked Sendungen, all of them or none."""

import asyncio
import json
from dataclasses import replace
from uuid import uuid4

import pytest
from stationen import Werk, datei, dokument, kleine_akte

from erv_gateway.akte.modell import Akte
from erv_gateway.kern.fehler import EingabeRefused, ErvError, ZustandConflict
from erv_gateway.kern.ids import SendungId
from erv_gateway.kern.zustaende import SendungZustand
from erv_gateway.sendung import teilen
from erv_gateway.sendung.eingangsbestaetigung import confirm
from erv_gateway.sendung.freigabe import approve
from erv_gateway.sendung.packen import make_package
from erv_gateway.sendung.pruefung import check_sendung
from erv_gateway.sendung.sendung import load_dateien
from erv_gateway.sendung.teilen import gruppenstand, plan_digest, plan_teilung, rejoin, split
from erv_gateway.sendung.teilung import RESERVE_BYTES, RESERVE_DATEIEN, Grenzen, Teilungsplan, plan_of
from erv_gateway.sendung.uebergabe import hand_over
from xjustiz import Schwere, read, schriftgut_of

ENG = Grenzen(RESERVE_BYTES + 10**6, RESERVE_DATEIEN + 2)
"""Two files a message."""


@pytest.fixture(autouse=True)
def _narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lawful limits need 200 MB of files; the planner is the same for narrower ones."""

    def narrow(akte: Akte) -> Teilungsplan:
        return plan_of(akte, ENG)

    monkeypatch.setattr(teilen, "plan_of", narrow)


async def _angelegt(werk: Werk) -> SendungId:
    return await werk.angelegt(kleine_akte(*(dokument(n, f"Vermerk {n}", datei(f"V{n}.pdf")) for n in range(3, 6))))


async def _split(werk: Werk, sendung_id: SendungId) -> tuple[SendungId, ...]:
    digest = plan_digest(await plan_teilung(werk.betrieb, sendung_id))
    return await split(werk.betrieb, sendung_id, werk.anna, digest)


async def _message(werk: Werk, sendung_id: SendungId) -> tuple[list[str], bytes]:
    dateien = {d.name: d for d in await load_dateien(werk.betrieb.database, sendung_id)}
    xml = await werk.betrieb.blobs.read(dateien["xjustiz_nachricht.xml"].sha256, limit=2**24)
    gut = schriftgut_of(read(xml).nachricht)
    assert gut is not None
    return [str(d.anzeigename) for d in gut.alle_dokumente() if d.klasse.wert not in {"014", "015"}], xml


async def test_every_part_takes_its_own_way_and_together_they_are_the_file(werk: Werk) -> None:
    sendung_id = await _angelegt(werk)
    teile = await _split(werk, sendung_id)
    assert teile[0] == sendung_id
    angekommen: list[str] = []
    for nummer, teil in enumerate(teile, 1):
        befunde = await check_sendung(werk.betrieb, teil, werk.anna)
        assert not [befund for befund in befunde if befund.schwere is Schwere.ERROR]
        await approve(werk.betrieb, teil, werk.frank)
        await make_package(werk.betrieb, teil)
        titel, xml = await _message(werk, teil)
        assert werk.betrieb.schemas.validate(xml) == ()
        angekommen += titel
        sendung = await werk.sendung(teil)
        assert sendung.betreff_mit_teil == f"Behördenakte (Teil {nummer} von {len(teile)})"
        await hand_over(werk.betrieb, teil)
        stand = await gruppenstand(werk.betrieb.database, sendung_id)
        assert stand is not None
        assert not stand.alle_bestaetigt
        await confirm(werk.betrieb, teil)
    assert angekommen == ["Antrag", "Bescheid", "Vermerk 3", "Vermerk 4", "Vermerk 5"]
    assert len({(await werk.sendung(teil)).eigene_nachrichten_id for teil in teile}) == len(teile)
    stand = await gruppenstand(werk.betrieb.database, teile[1])
    assert stand is not None
    assert stand.alle_bestaetigt
    assert [teil.sendung_id for teil in stand.teile] == list(teile)


async def test_two_people_at_once_split_once(werk: Werk) -> None:
    sendung_id = await _angelegt(werk)
    ergebnisse = await asyncio.gather(_split(werk, sendung_id), _split(werk, sendung_id), return_exceptions=True)
    assert sorted(type(e).__name__ for e in ergebnisse) == ["ZustandConflict", "tuple"]
    assert len(await werk.betrieb.database.fetch_all("SELECT 1 FROM erv.sendungsteil")) >= 3


async def test_a_failure_between_the_parts_leaves_nothing(werk: Werk, monkeypatch: pytest.MonkeyPatch) -> None:
    sendung_id = await _angelegt(werk)
    digest = plan_digest(await plan_teilung(werk.betrieb, sendung_id))
    vorher = await werk.betrieb.database.fetch_value("SELECT count(*) FROM erv.sendung")

    async def broken(*_: object, **__: object) -> None:
        raise ErvError("the process ends here")

    monkeypatch.setattr(teilen, "record", broken)
    with pytest.raises(ErvError, match="ends here"):
        await split(werk.betrieb, sendung_id, werk.anna, digest)
    assert await werk.betrieb.database.fetch_value("SELECT count(*) FROM erv.sendung") == vorher
    assert await gruppenstand(werk.betrieb.database, sendung_id) is None


async def test_another_plan_than_the_one_seen_is_refused(werk: Werk) -> None:
    with pytest.raises(EingabeRefused) as fehler:
        await split(werk.betrieb, await _angelegt(werk), werk.anna, "0" * 64)
    assert fehler.value.angaben["grund"] == "plan-anders"


async def test_what_fits_is_not_split_and_what_is_too_big_is_named(werk: Werk, monkeypatch: pytest.MonkeyPatch) -> None:
    sendung_id = await _angelegt(werk)
    monkeypatch.setattr(teilen, "plan_of", plan_of)
    with pytest.raises(EingabeRefused) as fehler:
        await _split(werk, sendung_id)
    assert fehler.value.angaben["grund"] == "teilung-unnoetig"
    monkeypatch.setattr(teilen, "plan_of", lambda akte: plan_of(akte, replace(ENG, bytes=RESERVE_BYTES + 5000)))
    with pytest.raises(EingabeRefused) as fehler:
        await _split(werk, sendung_id)
    assert fehler.value.angaben["grund"] == "dokument-zu-gross"


async def test_a_split_can_be_taken_back_until_a_part_is_approved(werk: Werk) -> None:
    sendung_id = await _angelegt(werk)
    teile = await _split(werk, sendung_id)
    await check_sendung(werk.betrieb, sendung_id, werk.anna)
    await rejoin(werk.betrieb, sendung_id, werk.frank)
    assert (await werk.sendung(sendung_id)).zustand is SendungZustand.ENTWURF
    assert (await werk.sendung(sendung_id)).teil_von is None
    assert {(await werk.sendung(teil)).zustand for teil in teile[1:]} == {SendungZustand.ZURUECKGEZOGEN}
    wieder = await _split(werk, sendung_id)
    await check_sendung(werk.betrieb, wieder[1], werk.anna)
    await approve(werk.betrieb, wieder[1], werk.frank)
    with pytest.raises(ZustandConflict):
        await rejoin(werk.betrieb, sendung_id, werk.anna)
    assert (await werk.sendung(sendung_id)).teil_von == len(wieder)


async def test_the_log_of_the_whole_names_plan_and_parts(werk: Werk) -> None:
    sendung_id = await _angelegt(werk)
    digest = plan_digest(await plan_teilung(werk.betrieb, sendung_id))
    teile = await split(werk.betrieb, sendung_id, werk.anna, digest)
    letzter = (await werk.eintraege(sendung_id))[-1]
    assert letzter["art"] == "sendung.geteilt"
    assert (letzter["angaben"]["plan_sha256"], letzter["angaben"]["teile"]) == (digest, len(teile))
    assert json.dumps(letzter).find("Vermerk") == -1
    assert uuid4() not in teile
