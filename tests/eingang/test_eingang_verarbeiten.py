"""What is said about a letter: all is recorded, nothing unchecked is green, its case is found or asked for."""

from dataclasses import replace
from uuid import uuid4

import pytest
from eingang_hilfe import (
    AKTENZEICHEN_GERICHT,
    TRANSPORT,
    UNSIGNIERT,
    VERAENDERT,
    ergebnis,
    ergebnisse,
    receive,
    schreiben,
)
from stationen import AMT, POSTFACH, Werk, kleine_akte, pdf

from erv_gateway.eingang.berichte import PROTOKOLL_JSON, load_berichte
from erv_gateway.eingang.einordnen import EINORDNEN
from erv_gateway.eingang.nachricht import load_anhaenge
from erv_gateway.eingang.verarbeiten import process
from erv_gateway.kern.ids import AkteId
from erv_gateway.kern.zustaende import NachrichtZustand
from erv_gateway.sendung.anschreiben import sign_anschreiben

VHN = "Sicherer Übermittlungsweg (VHN)"


async def test_a_letter_in_order_is_green_and_goes_to_its_case(werk: Werk) -> None:
    akte_id = await werk.akte(kleine_akte(aktenzeichen="63-100/2026"))
    nachricht = await receive(werk, aktenzeichen="63-100/2026")
    assert ergebnis(nachricht) == "gueltig", nachricht.pruefprotokoll
    assert (nachricht.zustand, nachricht.akte_id) == (NachrichtZustand.ZUGEORDNET, akte_id)
    assert (nachricht.absender_safe_id, nachricht.eeb_verlangt) == (werk.gericht, True)
    assert (nachricht.xjustiz_version, nachricht.eingang) == ("3.6.2", werk.uhr.jetzt())
    assert (await werk.jobs(nachricht.id))[-1] == EINORDNEN
    geprueft, zugeordnet = (await werk.eintraege(nachricht.id))[-2:]
    protokoll = next(
        one.datei
        for one in await load_berichte(werk.betrieb.database, nachricht.id)
        if one.datei.name == PROTOKOLL_JSON
    )
    assert geprueft["angaben"] == {"ergebnis": "gueltig", "anhaenge": 4, "protokoll_sha256": protokoll.sha256}
    assert zugeordnet["angaben"] == {"akte": str(akte_id)}


async def test_reading_again_changes_nothing(werk: Werk) -> None:
    nachricht = await receive(werk)
    before = await werk.arten(nachricht.id)
    await process(werk.betrieb, nachricht.id)
    assert await werk.arten(nachricht.id) == before
    assert len(await load_anhaenge(werk.betrieb.database, nachricht.id)) == 4


@pytest.mark.parametrize(("schritt", "result"), [(UNSIGNIERT, "unbestimmt"), (VERAENDERT, "ungueltig")])
async def test_content_that_is_unsigned_or_changed_is_kept_and_not_green(
    werk: Werk, schritt: object, result: str
) -> None:
    nachricht = await receive(werk, schritte=(TRANSPORT, schritt))
    assert ergebnis(nachricht) == result
    assert len(await load_anhaenge(werk.betrieb.database, nachricht.id)) == 4


async def test_without_a_proof_of_origin_the_consequence_is_said(werk: Werk) -> None:
    nachricht = await receive(werk, vhn=False)
    assert (ergebnis(nachricht), ergebnisse(nachricht)[VHN]) == ("unbestimmt", "unbestimmt")
    weg = (nachricht.pruefprotokoll or {})["uebermittlungsweg"]
    assert weg["vhn"] == "kein VHN"
    assert "qualifizierter elektronischer Signatur" in weg["rechtsfolge"]


async def test_a_file_that_the_proof_does_not_list_is_no_part_of_it(werk: Werk) -> None:
    nachricht = await receive(werk, dazu=(("beigemischt.pdf", pdf("fremd")),))
    assert (ergebnis(nachricht), ergebnisse(nachricht)[VHN]) == ("ungueltig", "ungueltig")


@pytest.mark.parametrize("before", [True, False], ids=["before", "behind"])
async def test_a_second_file_of_a_listed_name_does_not_hide_behind_it(werk: Werk, before: bool) -> None:
    _, lieferung = await schreiben(werk)
    doppelt = replace(await werk.vermittler.anhang("x", b"%PDF-1.7 other"), name=lieferung.anhaenge[0].name)
    anhaenge = (doppelt, *lieferung.anhaenge) if before else (*lieferung.anhaenge, doppelt)
    nachricht = await receive(werk, anhaenge=anhaenge)
    assert ergebnisse(nachricht)[VHN] == "ungueltig"


async def test_a_second_proof_of_origin_is_not_chosen_from(werk: Werk) -> None:
    nachricht = await receive(werk, dazu=(("vhn.xml", b"<vhn/>"),))
    assert ergebnisse(nachricht)[VHN] == "ungueltig"


async def test_a_proof_of_origin_of_another_mailbox_is_none(werk: Werk) -> None:
    amt = werk.pki.teilnehmer[AMT]
    nachricht = await receive(werk, absender=werk.vermittler.safe_id, absender_name=amt.name)
    assert ergebnisse(nachricht)[VHN] == "ungueltig"


async def test_a_sender_whose_certificate_leads_nowhere_is_not_green(werk: Werk) -> None:
    stranger = werk.pki.teilnehmer["tsa"].schluessel["tsa"].load().certificate
    nachricht = await receive(werk, absender_certificate=stranger)
    assert ergebnisse(nachricht)["Zertifikat des Absenders"] != "gueltig"
    assert ergebnis(nachricht) != "gueltig"
    assert (await receive(werk, absender_certificate=None)).pruefprotokoll is not None


async def test_a_broken_data_set_is_said_and_the_letter_kept(werk: Werk) -> None:
    _, lieferung = await schreiben(werk, vhn=False)
    kaputt = await werk.vermittler.anhang("xjustiz_nachricht.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    nachricht = await receive(werk, anhaenge=(lieferung.anhaenge[0], kaputt))
    assert ergebnisse(nachricht)["XJustiz-Datensatz"] == "ungueltig"
    assert (nachricht.zustand, nachricht.eeb_verlangt) == (NachrichtZustand.ZU_KLAEREN, False)


async def test_a_pdf_that_was_changed_after_signing_is_not_green(werk: Werk) -> None:
    """The proof of origin says only that the court sent this file; its own signature says that it is not intact."""
    platz = werk.betrieb.platz(POSTFACH)
    signed = await sign_anschreiben(werk.betrieb, platz, pdf("signiert"))
    for data, result in ((signed, "gueltig"), (signed.replace(b"/Producer", b"/Produzer"), "ungueltig")):
        _, lieferung = await schreiben(werk, vhn=False, dazu=(("Beschluss.pdf", data),))
        nachricht = await receive(werk, vhn=False, anhaenge=lieferung.anhaenge)
        assert ergebnisse(nachricht)["Signatur in „Beschluss.pdf“"] == result
    assert ergebnis(nachricht) == "ungueltig"


async def test_an_answer_finds_its_case_by_our_message(werk: Werk) -> None:
    sendung = await werk.sendung(await werk.angelegt())
    nachricht = await receive(werk, antwort_auf=sendung.eigene_nachrichten_id)
    assert (nachricht.akte_id, nachricht.fremde_nachrichten_id) == (sendung.akte_id, sendung.eigene_nachrichten_id)
    assert "Nachrichten-ID" in (nachricht.zuordnung or "")


async def test_contradicting_references_go_to_a_person(werk: Werk) -> None:
    sendung = await werk.sendung(await werk.angelegt())
    await werk.akte(kleine_akte(aktenzeichen="63-200/2026"))
    nachricht = await receive(werk, antwort_auf=sendung.eigene_nachrichten_id, aktenzeichen="63-200/2026")
    assert (nachricht.zustand, nachricht.akte_id) == (NachrichtZustand.ZU_KLAEREN, None)
    assert "verschiedenen Akten" in (nachricht.zuordnung or "")
    assert EINORDNEN not in await werk.jobs(nachricht.id)


async def test_a_number_of_several_cases_goes_to_a_person(werk: Werk) -> None:
    for _ in range(2):
        await werk.akte(kleine_akte(aktenzeichen="63-300/2026"))
    nachricht = await receive(werk, aktenzeichen="63-300/2026")
    assert (nachricht.zustand, nachricht.akte_id) == (NachrichtZustand.ZU_KLAEREN, None)
    assert "mehreren Akten" in (nachricht.zuordnung or "")


async def test_unknown_references_go_to_a_person(werk: Werk) -> None:
    nachricht = await receive(werk, aktenzeichen="nie gesehen", antwort_auf=uuid4())
    assert (nachricht.zustand, nachricht.akte_id) == (NachrichtZustand.ZU_KLAEREN, None)


@pytest.mark.parametrize("changes", [{"vhn": False}, {"schritte": (TRANSPORT, UNSIGNIERT)}])
async def test_the_courts_file_number_is_learnt_from_nothing_doubtful(werk: Werk, changes: dict[str, object]) -> None:
    aktenzeichen = f"63-{uuid4().hex[:6]}/2026"
    akte_id = await werk.akte(kleine_akte(aktenzeichen=aktenzeichen))
    nachricht = await receive(werk, aktenzeichen=aktenzeichen, **changes)
    assert nachricht.akte_id == akte_id
    assert await gericht_aktenzeichen(werk, akte_id) is None
    await receive(werk, aktenzeichen=aktenzeichen)
    assert await gericht_aktenzeichen(werk, akte_id) == AKTENZEICHEN_GERICHT


async def test_the_file_number_is_learnt_from_a_court_of_the_directory_only(werk: Werk) -> None:
    aktenzeichen = f"63-{uuid4().hex[:6]}/2026"
    akte_id = await werk.akte(kleine_akte(aktenzeichen=aktenzeichen))
    stranger = werk.with_betrieb(verzeichnis={})
    assert ergebnis(await receive(stranger, aktenzeichen=aktenzeichen)) == "gueltig"
    assert await gericht_aktenzeichen(werk, akte_id) is None


async def gericht_aktenzeichen(werk: Werk, akte_id: AkteId) -> str | None:
    found: str | None = await werk.betrieb.database.fetch_value(
        "SELECT gericht_aktenzeichen FROM erv.akte WHERE id = $1", akte_id
    )
    return found
