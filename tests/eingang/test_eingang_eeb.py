"""The Empfangsbekenntnis: a person's act, once, for a day that can be, and on its way like every Sendung."""

import asyncio
from datetime import date, timedelta
from uuid import UUID

import pytest
from eingang_hilfe import AKTENZEICHEN_GERICHT, receive
from stationen import Werk, kleine_akte

import xjustiz
from erv_gateway.eingang.eeb import Bekenntnis, Stoerung, decide
from erv_gateway.eingang.nachricht import SQL, Nachricht, load_nachricht
from erv_gateway.kern.fehler import EingabeRefused, KonfigurationInvalid, NotFound, ZustandConflict
from erv_gateway.kern.ids import SendungId
from erv_gateway.kern.zustaende import NachrichtZustand, SendungZustand
from erv_gateway.sendung.eingangsbestaetigung import confirm
from erv_gateway.sendung.packen import make_package
from erv_gateway.sendung.sendung import SendungArt, load_dateien
from erv_gateway.sendung.uebergabe import hand_over
from erv_gateway.storage import log

HEUTE = date(2026, 11, 21)


async def letter(werk: Werk, aktenzeichen: str | None = None) -> Nachricht:
    """To a case of its own."""
    akte = kleine_akte(aktenzeichen=aktenzeichen)
    await werk.akte(akte)
    return await receive(werk, aktenzeichen=akte.aktenzeichen)


async def reply_of(werk: Werk, sendung_id: SendungId) -> tuple[bytes, xjustiz.Empfangsbekenntnis]:
    sendung = await werk.sendung(sendung_id)
    xml = await werk.betrieb.blobs.read(sendung.angaben["xjustiz_sha256"], limit=2**20)
    antwort = xjustiz.read(xml).nachricht
    assert isinstance(antwort, xjustiz.Empfangsbekenntnis)
    return xml, antwort


async def untouched(werk: Werk, nachricht: Nachricht) -> None:
    database = werk.betrieb.database
    assert await load_nachricht(database, nachricht.id) == nachricht
    assert await database.fetch_one(SQL.eeb, nachricht.id) is None
    assert await database.fetch_value("SELECT count(*) FROM erv.sendung WHERE antwort_auf = $1", nachricht.id) == 0
    assert "eeb.entschieden" not in await werk.arten(nachricht.id)


async def test_the_reply_is_valid_with_exchanged_heads_and_answers_this_message(werk: Werk) -> None:
    nachricht = await letter(werk, "63-501/2026")
    sendung_id = await decide(werk.betrieb, nachricht.id, Bekenntnis(HEUTE), werk.frank)
    xml, antwort = await reply_of(werk, sendung_id)
    assert werk.betrieb.schemas.validate(xml) == ()
    anhaenge = {row["name"]: row for row in await werk.betrieb.database.fetch_all(SQL.anhaenge, nachricht.id)}
    eingang = xjustiz.read(
        await werk.betrieb.blobs.read(anhaenge["xjustiz_nachricht.xml"]["sha256"], limit=2**20)
    ).nachricht
    assert antwort.ergebnis == HEUTE
    assert antwort.kopf.empfaenger.fremde_nachrichtenid == eingang.kopf.absender.nachrichtenid
    assert antwort.kopf.empfaenger.partner == eingang.kopf.absender.partner
    assert antwort.kopf.absender.partner == eingang.kopf.empfaenger.partner
    assert antwort.kopf.absender.aktenzeichen == "63-501/2026"
    assert antwort.kopf.empfaenger.aktenzeichen == AKTENZEICHEN_GERICHT
    sendung = await werk.sendung(sendung_id)
    assert antwort.kopf.absender.nachrichtenid.uuid == sendung.eigene_nachrichten_id


async def test_the_decision_is_on_record_and_the_reply_takes_the_guarded_way(werk: Werk) -> None:
    nachricht = await letter(werk)
    sendung_id = await decide(werk.betrieb, nachricht.id, Bekenntnis(HEUTE), werk.frank)
    assert (await load_nachricht(werk.betrieb.database, nachricht.id)).zustand is NachrichtZustand.ERLEDIGT
    entschieden, erledigt = (await werk.eintraege(nachricht.id))[-2:]
    assert (entschieden["art"], erledigt["art"]) == ("eeb.entschieden", "nachricht.erledigt")
    assert (entschieden["handelnd"], entschieden["angaben"]) == (str(werk.frank), {"ergebnis": "bekenntnis"})
    sendung = await werk.sendung(sendung_id)
    assert (sendung.art, sendung.zustand) == (SendungArt.EEB, SendungZustand.FREIGEGEBEN)
    assert (sendung.antwort_auf, sendung.empfaenger_safe_id) == (nachricht.id, werk.gericht)

    await make_package(werk.betrieb, sendung_id)
    names = [datei.name for datei in await load_dateien(werk.betrieb.database, sendung_id)]
    assert names == ["xjustiz_nachricht.xml", "vhn.xml", "vhn.xml.p7s"], "the data set is the acknowledgement"
    await hand_over(werk.betrieb, sendung_id)
    await confirm(werk.betrieb, sendung_id)
    assert (await werk.sendung(sendung_id)).zustand is SendungZustand.BESTAETIGT
    assert len(werk.vermittler.angenommen) == 1


async def test_a_second_decision_is_refused(werk: Werk) -> None:
    nachricht = await letter(werk)
    await decide(werk.betrieb, nachricht.id, Bekenntnis(HEUTE), werk.frank)
    for zweite in (Bekenntnis(HEUTE), Stoerung("1", "")):
        with pytest.raises(ZustandConflict):
            await decide(werk.betrieb, nachricht.id, zweite, werk.anna)
    assert await replies(werk, nachricht.id) == 1


async def test_two_people_decide_in_the_same_moment(werk: Werk) -> None:
    """One of them is heard, and the reply says what that one said."""
    nachricht = await letter(werk)
    both = await asyncio.gather(
        decide(werk.betrieb, nachricht.id, Bekenntnis(HEUTE), werk.frank),
        decide(werk.betrieb, nachricht.id, Stoerung("2", "unleserlich"), werk.anna),
        return_exceptions=True,
    )
    (refused,) = [outcome for outcome in both if isinstance(outcome, BaseException)]
    (sendung_id,) = [outcome for outcome in both if isinstance(outcome, UUID)]
    assert isinstance(refused, ZustandConflict)
    assert await replies(werk, nachricht.id) == 1
    eeb = await werk.betrieb.database.fetch_one(SQL.eeb, nachricht.id)
    assert eeb is not None
    _, antwort = await reply_of(werk, SendungId(sendung_id))
    assert (antwort.ergebnis == HEUTE) == (eeb["art"] == "BEKENNTNIS")
    assert (await werk.arten(nachricht.id)).count("eeb.entschieden") == 1


@pytest.mark.parametrize("datum", [HEUTE - timedelta(days=1), HEUTE + timedelta(days=1)])
async def test_a_day_before_the_arrival_or_in_the_future_cannot_be(werk: Werk, datum: date) -> None:
    nachricht = await letter(werk)
    with pytest.raises(EingabeRefused) as caught:
        await decide(werk.betrieb, nachricht.id, Bekenntnis(datum), werk.frank)
    assert caught.value.angaben["grund"] == "eeb-datum"
    await untouched(werk, nachricht)


async def test_the_day_is_a_day_in_germany(werk: Werk) -> None:
    """23:30 UTC on the 21st is the 22nd in Berlin: for the arrival and for today."""
    werk.uhr.moment = werk.uhr.moment.replace(hour=23, minute=30)
    nachricht = await letter(werk)
    with pytest.raises(EingabeRefused):
        await decide(werk.betrieb, nachricht.id, Bekenntnis(HEUTE), werk.frank)
    await decide(werk.betrieb, nachricht.id, Bekenntnis(HEUTE + timedelta(days=1)), werk.frank)


async def test_where_none_is_demanded_none_is_given(werk: Werk) -> None:
    nachricht = await letter(werk)
    async with werk.betrieb.database.transaction() as tx:
        await tx.execute("UPDATE erv.nachricht SET eeb_verlangt = false WHERE id = $1", nachricht.id)
    nachricht = await load_nachricht(werk.betrieb.database, nachricht.id)
    with pytest.raises(ZustandConflict):
        await decide(werk.betrieb, nachricht.id, Bekenntnis(HEUTE), werk.frank)
    await untouched(werk, nachricht)


async def test_an_unassigned_letter_cannot_be_acknowledged(werk: Werk) -> None:
    nachricht = await receive(werk)
    assert (nachricht.zustand, nachricht.eeb_verlangt) == (NachrichtZustand.ZU_KLAEREN, True)
    with pytest.raises(ZustandConflict):
        await decide(werk.betrieb, nachricht.id, Bekenntnis(HEUTE), werk.frank)
    await untouched(werk, nachricht)


async def test_a_person_may_say_why_not_in_their_own_words(werk: Werk) -> None:
    """Typed on a German keyboard, with dashes, quotes and a line break that XJustiz does not know."""
    nachricht = await letter(werk)
    grund = "Anlage K 1 – „Lageplan“ – fehlt;\nbitte nachreichen …"
    sendung_id = await decide(werk.betrieb, nachricht.id, Stoerung("2", grund), werk.frank)
    xml, antwort = await reply_of(werk, sendung_id)
    assert werk.betrieb.schemas.validate(xml) == ()
    assert isinstance(antwort.ergebnis, xjustiz.Stoerung)
    assert "Lageplan" in (antwort.ergebnis.grund or "")
    eeb = await werk.betrieb.database.fetch_one(SQL.eeb, nachricht.id)
    assert eeb is not None
    assert (eeb["stoerung"], eeb["grund"]) == ("2", grund)


async def test_an_unknown_reason_is_refused(werk: Werk) -> None:
    nachricht = await letter(werk)
    with pytest.raises(EingabeRefused):
        await decide(werk.betrieb, nachricht.id, Stoerung("9", "weil"), werk.frank)
    await untouched(werk, nachricht)


async def test_a_sender_who_is_in_no_directory_gets_no_reply(werk: Werk) -> None:
    nachricht = await letter(werk)
    with pytest.raises(NotFound):
        await decide(werk.with_betrieb(verzeichnis={}).betrieb, nachricht.id, Bekenntnis(HEUTE), werk.frank)
    await untouched(werk, nachricht)


async def test_without_its_log_entry_nothing_was_decided(werk: Werk, monkeypatch: pytest.MonkeyPatch) -> None:
    nachricht = await letter(werk)

    async def broken(*_: object) -> None:
        raise RuntimeError("log")

    with monkeypatch.context() as patched:
        patched.setattr(log, "append", broken)
        with pytest.raises(RuntimeError):
            await decide(werk.betrieb, nachricht.id, Bekenntnis(HEUTE), werk.frank)
    await untouched(werk, nachricht)


async def test_a_recipient_that_expired_meanwhile_stops_the_reply_for_the_administrator(werk: Werk) -> None:
    """A decision cannot be made again, so its reply is not thrown away: the directory is renewed, the job released."""
    nachricht = await letter(werk)
    sendung_id = await decide(werk.betrieb, nachricht.id, Bekenntnis(HEUTE), werk.frank)
    werk.uhr.forward(days=4 * 365)
    with pytest.raises(KonfigurationInvalid):
        await make_package(werk.betrieb, sendung_id)
    assert (await werk.sendung(sendung_id)).zustand is SendungZustand.FREIGEGEBEN
    werk.uhr.forward(days=-4 * 365)
    await make_package(werk.betrieb, sendung_id)
    assert (await werk.sendung(sendung_id)).zustand is SendungZustand.BEAUFTRAGT


async def replies(werk: Werk, nachricht_id: UUID) -> int:
    found: int = await werk.betrieb.database.fetch_value(
        "SELECT count(*) FROM erv.sendung WHERE antwort_auf = $1", nachricht_id
    )
    return found
