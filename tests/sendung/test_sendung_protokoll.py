"""State, log and next job are one transaction; the log holds ids, digests, codes and counts, nothing of the content."""

import re
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from stationen import Stoerung, Werk

from erv_gateway.kern.ereignisse import Ereignis, EreignisArt
from erv_gateway.kern.ids import SendungId
from erv_gateway.sendung.anlegen import create_sendung
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.sendung.eingangsbestaetigung import confirm
from erv_gateway.sendung.freigabe import approve
from erv_gateway.sendung.packen import make_package
from erv_gateway.sendung.pruefung import check_sendung
from erv_gateway.sendung.uebergabe import hand_over
from erv_gateway.storage import log
from erv_gateway.storage.db import Tx
from erv_gateway.storage.jobs import Later

Schritt = Callable[[Betrieb, SendungId], Awaitable[object]]

ALLOWED = re.compile(
    r"[0-9a-f]{64}"  # digest
    r"|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # uuid
    r"|nachricht-[0-9a-f-]{36}"  # MessageId
    r"|DE\.[A-Za-z0-9.-]+"  # SAFE-ID
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00"  # time
    r"|\d{4}( \d{4})*"  # OSCI codes
    r"|[a-z]+(-[a-z]+)*"  # our own words
)


async def walk(werk: Werk) -> SendungId:
    """A way with a detour: lost once, settled, confirmed."""
    werk.vermittler.stoerungen.append(Stoerung.VERLOREN_VORHER)
    sendung_id = await werk.beauftragt()
    with pytest.raises(Later):
        await hand_over(werk.betrieb, sendung_id)
    await hand_over(werk.betrieb, sendung_id)
    await confirm(werk.betrieb, sendung_id)
    return sendung_id


async def test_every_step_is_on_record_with_its_actor_and_nothing_of_the_content(werk: Werk) -> None:
    sendung_id = await walk(werk)
    eintraege = await werk.eintraege(sendung_id)
    assert [eintrag["art"].removeprefix("sendung.") for eintrag in eintraege] == [
        "angelegt",
        "geprueft",
        "freigegeben",
        "beauftragt",
        "kennung-erhalten",
        "uebergabe-begonnen",
        "ungewiss",
        "nicht-angekommen",
        "uebergabe-begonnen",
        "uebergeben",
        "bestaetigt",
    ]
    assert [eintrag["handelnd"] for eintrag in eintraege[:3]] == [str(werk.anna), str(werk.anna), str(werk.frank)]
    for eintrag in eintraege:
        texts = [value for value in eintrag["angaben"].values() if isinstance(value, str)]
        assert all(ALLOWED.fullmatch(text) for text in texts), texts
        others = [value for value in eintrag["angaben"].values() if not isinstance(value, str)]
        assert all(value is None or isinstance(value, int) for value in others)


async def anlegen(werk: Werk, stand: EreignisArt) -> SendungId:
    """As far as the step before the one that writes `stand`."""
    vorher = {
        EreignisArt.SENDUNG_GEPRUEFT: werk.angelegt,
        EreignisArt.SENDUNG_BEAUFTRAGT: werk.freigegeben,
    }
    return await vorher.get(stand, werk.beauftragt)()


SCHRITTE: list[tuple[EreignisArt, Schritt]] = [
    (EreignisArt.SENDUNG_BEAUFTRAGT, make_package),
    (EreignisArt.SENDUNG_KENNUNG_ERHALTEN, hand_over),
    (EreignisArt.SENDUNG_UEBERGABE_BEGONNEN, hand_over),
    (EreignisArt.SENDUNG_UEBERGEBEN, hand_over),
]


class LogBroken(Exception):
    pass


def break_log(monkeypatch: pytest.MonkeyPatch, art: EreignisArt) -> None:
    true = log.append

    async def append(tx: Tx, ereignis: Ereignis) -> None:
        await true(tx, ereignis)
        if ereignis.art is art:
            raise LogBroken

    monkeypatch.setattr(log, "append", append)


async def row(werk: Werk, sendung_id: UUID) -> tuple[object, ...]:
    """Everything a half-done step could have left."""
    database = werk.betrieb.database
    return (
        await werk.sendung(SendungId(sendung_id)),
        await database.fetch_value("SELECT count(*) FROM erv.sendung_datei WHERE sendung_id = $1", sendung_id),
        await werk.jobs(sendung_id),
        await werk.arten(sendung_id),
    )


@pytest.mark.parametrize(("art", "schritt"), SCHRITTE, ids=[str(art) for art, _ in SCHRITTE])
async def test_without_its_log_entry_nothing_changes(
    werk: Werk, art: EreignisArt, schritt: Schritt, monkeypatch: pytest.MonkeyPatch
) -> None:
    sendung_id = await anlegen(werk, art)
    before = await row(werk, sendung_id)
    break_log(monkeypatch, art)
    with pytest.raises(LogBroken):
        await schritt(werk.betrieb, sendung_id)
    after = await row(werk, sendung_id)
    if art in {EreignisArt.SENDUNG_BEAUFTRAGT, EreignisArt.SENDUNG_KENNUNG_ERHALTEN}:
        assert after == before
    assert str(art) not in await werk.arten(sendung_id)
    assert (len(werk.vermittler.gesendet) == 0) == (art is not EreignisArt.SENDUNG_UEBERGEBEN)


async def test_an_accepted_delivery_whose_record_failed_is_found_again(
    werk: Werk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer came, its transaction did not: as after a crash, the intermediary is asked and nothing sent twice."""
    sendung_id = await werk.beauftragt()
    break_log(monkeypatch, EreignisArt.SENDUNG_UEBERGEBEN)
    with pytest.raises(LogBroken):
        await hand_over(werk.betrieb, sendung_id)
    monkeypatch.undo()
    await hand_over(werk.betrieb, sendung_id)
    await confirm(werk.betrieb, sendung_id)
    assert (await werk.arten(sendung_id))[-3:] == ["sendung.ungewiss", "sendung.uebergeben", "sendung.bestaetigt"]
    assert len(werk.vermittler.gesendet) == 1


async def test_a_persons_step_without_its_log_entry_did_not_happen(werk: Werk, monkeypatch: pytest.MonkeyPatch) -> None:
    sendung_id = await werk.angelegt()
    before = await row(werk, sendung_id)
    count = await werk.betrieb.database.fetch_value("SELECT count(*) FROM erv.sendung")
    akte_id = await werk.akte()
    for art, act in (
        (EreignisArt.SENDUNG_ANGELEGT, lambda: create_sendung(werk.betrieb, werk.neu(akte_id), werk.anna)),
        (EreignisArt.SENDUNG_GEPRUEFT, lambda: check_sendung(werk.betrieb, sendung_id, werk.anna)),
    ):
        with monkeypatch.context() as broken:
            break_log(broken, art)
            with pytest.raises(LogBroken):
                await act()
    assert await row(werk, sendung_id) == before
    assert await werk.betrieb.database.fetch_value("SELECT count(*) FROM erv.sendung") == count

    await check_sendung(werk.betrieb, sendung_id, werk.anna)
    before = await row(werk, sendung_id)
    with monkeypatch.context() as broken:
        break_log(broken, EreignisArt.SENDUNG_FREIGEGEBEN)
        with pytest.raises(LogBroken):
            await approve(werk.betrieb, sendung_id, werk.frank)
    assert await row(werk, sendung_id) == before
