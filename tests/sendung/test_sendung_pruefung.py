"""Pre-flight: whatever would come back from the court is said before a person approves."""

from dataclasses import replace
from datetime import timedelta

import pytest
from stationen import Werk, datei, dokument, kleine_akte

from erv_gateway.kern.fehler import ZustandConflict
from erv_gateway.kern.zustaende import SendungZustand
from erv_gateway.sendung.freigabe import approve
from erv_gateway.sendung.pruefung import check_sendung
from xjustiz import Schwere


async def test_a_case_file_in_order_passes_and_says_so_in_the_log(werk: Werk) -> None:
    sendung_id = await werk.angelegt()
    befunde = await check_sendung(werk.betrieb, sendung_id, werk.anna)
    assert [befund for befund in befunde if befund.schwere is Schwere.ERROR] == []
    sendung = await werk.sendung(sendung_id)
    assert sendung.zustand is SendungZustand.GEPRUEFT
    assert [befund["regel"] for befund in sendung.befunde or []] == [befund.regel for befund in befunde]
    assert await werk.arten(sendung_id) == ["sendung.angelegt", "sendung.geprueft"]


async def test_a_document_on_paper_is_named_and_refused(werk: Werk) -> None:
    sendung_id = await werk.angelegt(kleine_akte(dokument(3, "Lageplan in Papier")))
    befunde = await check_sendung(werk.betrieb, sendung_id, werk.anna)
    (befund,) = [befund for befund in befunde if befund.schwere is Schwere.ERROR]
    assert befund.regel == "P-OHNE-DATEI"
    assert "Lageplan in Papier" in befund.wo
    assert "keine Datei" in befund.text
    sendung = await werk.sendung(sendung_id)
    assert sendung.zustand is SendungZustand.ENTWURF
    assert "P-OHNE-DATEI" in [gespeichert["regel"] for gespeichert in sendung.befunde or []]


async def test_a_recipient_whose_certificate_has_expired_is_refused(werk: Werk) -> None:
    sendung_id = await werk.angelegt()
    werk.uhr.forward(days=4 * 365)
    befunde = await check_sendung(werk.betrieb, sendung_id, werk.anna)
    empfaenger = [befund for befund in befunde if befund.regel == "P-EMPFAENGER"]
    assert [befund.schwere for befund in empfaenger] == [Schwere.ERROR]
    assert (await werk.sendung(sendung_id)).zustand is SendungZustand.ENTWURF


async def test_a_certificate_of_another_purpose_is_no_recipient(werk: Werk) -> None:
    (gericht,) = werk.betrieb.verzeichnis.values()
    tsa = werk.pki.teilnehmer["tsa"].schluessel["tsa"].load().certificate
    fremd = replace(gericht, empfaenger=replace(gericht.empfaenger, cipher_certificate=tsa))
    other = werk.with_betrieb(verzeichnis={werk.gericht: fremd})
    befunde = await check_sendung(other.betrieb, await other.angelegt(), other.anna)
    assert "P-EMPFAENGER" in [befund.regel for befund in befunde if befund.schwere is Schwere.ERROR]


async def test_replaced_characters_are_shown_and_do_not_stop(werk: Werk) -> None:
    sendung_id = await werk.angelegt(kleine_akte(dokument(3, "Plan „Ost“ – Blatt 1", datei("Plan.pdf"))))
    befunde = await check_sendung(werk.betrieb, sendung_id, werk.anna)
    (hinweis,) = [befund for befund in befunde if befund.regel == "P-UMSCHRIFT"]
    assert hinweis.schwere is Schwere.HINT
    assert "„–“" in hinweis.text
    assert (await werk.sendung(sendung_id)).zustand is SendungZustand.GEPRUEFT


async def test_what_is_already_approved_is_not_checked_again(werk: Werk) -> None:
    """Findings that a person approved stay what they were."""
    sendung_id = await werk.freigegeben()
    before = (await werk.sendung(sendung_id)).befunde
    werk.uhr.forward(days=4 * 365)
    with pytest.raises(ZustandConflict):
        await check_sendung(werk.betrieb, sendung_id, werk.anna)
    assert (await werk.sendung(sendung_id)).befunde == before


async def test_a_draft_in_order_can_be_checked_after_the_cause_is_gone(werk: Werk) -> None:
    sendung_id = await werk.angelegt()
    werk.uhr.forward(days=4 * 365)
    await check_sendung(werk.betrieb, sendung_id, werk.anna)
    werk.uhr.moment -= timedelta(days=4 * 365)
    await check_sendung(werk.betrieb, sendung_id, werk.anna)
    assert (await werk.sendung(sendung_id)).zustand is SendungZustand.GEPRUEFT


async def test_nothing_unchecked_is_approved(werk: Werk) -> None:
    sendung_id = await werk.angelegt()
    with pytest.raises(ZustandConflict):
        await approve(werk.betrieb, sendung_id, werk.frank)
    assert await werk.jobs(sendung_id) == []
