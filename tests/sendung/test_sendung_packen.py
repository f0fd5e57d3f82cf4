"""The package: what the court will unpack, judged with the means of the receiving side."""

import io
from dataclasses import replace

import pytest
from stationen import Werk, datei, dokument, kleine_akte, pdf

from certs.urteil import Urteil
from erv_gateway.kern.zustaende import SendungZustand
from erv_gateway.sendung import packen
from erv_gateway.sendung.anlegen import create_sendung
from erv_gateway.sendung.freigabe import approve
from erv_gateway.sendung.packen import make_package
from erv_gateway.sendung.pruefung import check_sendung
from erv_gateway.sendung.sendung import SendungDatei, load_dateien
from erv_gateway.sendung.uebergabe import UEBERGEBEN, hand_over
from erv_gateway.signatur.pruefen import check_pdf
from erv_gateway.signatur.vhn import VhnErgebnis, check_vhn
from erv_gateway.signatur.vhn_xml import VhnDatei
from xjustiz import Befund, Schwere, read, schriftgut_of

VHN = ("vhn.xml", "vhn.xml.p7s")


async def content(werk: Werk, datei: SendungDatei) -> bytes:
    return await werk.betrieb.blobs.read(datei.sha256, limit=2**24)


async def test_the_package_is_complete_listed_signed_and_valid(werk: Werk) -> None:
    sendung_id = await werk.freigegeben(kleine_akte(dokument(3, "Übersichtsplan", datei("Plan.pdf"))))
    await make_package(werk.betrieb, sendung_id)
    dateien = {d.name: d for d in await load_dateien(werk.betrieb.database, sendung_id)}
    inhalt = {name: await content(werk, d) for name, d in dateien.items()}

    titel = {name.rsplit("_", 1)[0] for name in dateien if name.endswith(".pdf")}
    assert titel == {"Antrag", "Bescheid", "Uebersichtsplan", "Anschreiben", "Aktenprotokoll"}
    assert {pdf("Antrag.pdf"), pdf("Bescheid.pdf"), pdf("Plan.pdf")} <= set(inhalt.values())
    assert len(dateien) == len(titel) + 3

    xml = inhalt["xjustiz_nachricht.xml"]
    assert werk.betrieb.schemas.validate(xml) == ()
    schriftgut = schriftgut_of(read(xml).nachricht)
    assert schriftgut is not None
    assert set(schriftgut.dateinamen()) == set(dateien) - {"xjustiz_nachricht.xml", *VHN}

    listed = [VhnDatei(d.name, d.sha256, d.bytes) for d in dateien.values() if d.name not in VHN]
    safe_id, anchors = str(werk.vermittler.safe_id), werk.betrieb.anchors
    pruefung = check_vhn(inhalt[VHN[0]], inhalt[VHN[1]], listed, safe_id, anchors, werk.uhr.jetzt())
    assert pruefung.ergebnis is VhnErgebnis.GUELTIG, pruefung.gruende
    less = check_vhn(inhalt[VHN[0]], inhalt[VHN[1]], listed[1:], safe_id, anchors, werk.uhr.jetzt())
    assert less.ergebnis is VhnErgebnis.UNGUELTIG


async def test_the_letter_carries_a_valid_signature(werk: Werk) -> None:
    sendung_id = await werk.beauftragt()
    dateien = await load_dateien(werk.betrieb.database, sendung_id)
    (brief,) = [d for d in dateien if d.name.startswith("Anschreiben_")]
    pruefung = check_pdf(io.BytesIO(await content(werk, brief)), werk.betrieb.anchors, werk.uhr.jetzt())
    assert [signatur.urteil for signatur in pruefung.signaturen] == [Urteil.GUELTIG], pruefung
    assert pruefung.urteil is Urteil.GUELTIG


async def test_the_intention_is_on_record_before_anything_is_sent(werk: Werk) -> None:
    sendung_id = await werk.beauftragt()
    sendung = await werk.sendung(sendung_id)
    assert sendung.zustand is SendungZustand.BEAUFTRAGT
    assert (await werk.jobs(sendung_id))[-1] == UEBERGEBEN
    last = (await werk.eintraege(sendung_id))[-1]
    dateien = {d.name: d for d in await load_dateien(werk.betrieb.database, sendung_id)}
    for beleg in ("aktenprotokoll_sha256", "abdeckung_sha256"):
        assert await werk.betrieb.blobs.size(last["angaben"].pop(beleg)) > 0
    assert last["angaben"] == {
        "empfaenger": werk.gericht,
        "eigene_nachrichten_id": str(sendung.eigene_nachrichten_id),
        "xjustiz_sha256": dateien["xjustiz_nachricht.xml"].sha256,
        "dateien": len(dateien),
    }
    assert werk.vermittler.gesendet == []


async def test_the_head_names_sender_recipient_and_both_file_numbers(werk: Werk) -> None:
    akte_id = await werk.akte(kleine_akte(aktenzeichen="63-77/2026"))
    sendung_id = await create_sendung(werk.betrieb, werk.neu(akte_id, aktenzeichen_gericht="3 K 17/26"), werk.anna)
    await check_sendung(werk.betrieb, sendung_id, werk.anna)
    await approve(werk.betrieb, sendung_id, werk.frank)
    await make_package(werk.betrieb, sendung_id)
    dateien = {d.name: d for d in await load_dateien(werk.betrieb.database, sendung_id)}
    kopf = read(await content(werk, dateien["xjustiz_nachricht.xml"])).nachricht.kopf
    assert (kopf.absender.aktenzeichen, kopf.empfaenger.aktenzeichen) == ("63-77/2026", "3 K 17/26")
    assert kopf.absender.nachrichtenid.uuid == (await werk.sendung(sendung_id)).eigene_nachrichten_id


async def test_a_package_is_made_once(werk: Werk) -> None:
    """The job again, after a crash behind its commit: nothing is added."""
    sendung_id = await werk.beauftragt()
    before = await load_dateien(werk.betrieb.database, sendung_id), await werk.arten(sendung_id)
    await make_package(werk.betrieb, sendung_id)
    assert (await load_dateien(werk.betrieb.database, sendung_id), await werk.arten(sendung_id)) == before


async def test_a_package_that_fails_its_check_is_never_sent(werk: Werk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules may be stricter at packing than at approval: another day, another list, another version."""
    sendung_id = await werk.freigegeben()
    fehler = Befund("X-TEST", Schwere.ERROR, "xjustiz_nachricht.xml", "Text", "Quelle", "Abhilfe")

    async def strict(*_: object) -> tuple[Befund, ...]:
        return (fehler,)

    monkeypatch.setattr(packen, "check_entwurf", strict)
    await make_package(werk.betrieb, sendung_id)
    await hand_over(werk.betrieb, sendung_id)
    sendung = await werk.sendung(sendung_id)
    assert sendung.zustand is SendungZustand.ABGEWIESEN
    assert [befund["regel"] for befund in sendung.befunde or []] == ["X-TEST"]
    assert await load_dateien(werk.betrieb.database, sendung_id) == ()
    assert UEBERGEBEN not in await werk.jobs(sendung_id)
    assert werk.vermittler.gesendet == []


async def test_a_recipient_that_expired_after_the_approval_gets_nothing(werk: Werk) -> None:
    sendung_id = await werk.freigegeben()
    (gericht,) = werk.betrieb.verzeichnis.values()
    tsa = werk.pki.teilnehmer["tsa"].schluessel["tsa"].load().certificate
    fremd = replace(gericht, empfaenger=replace(gericht.empfaenger, cipher_certificate=tsa))
    await make_package(werk.with_betrieb(verzeichnis={werk.gericht: fremd}).betrieb, sendung_id)
    sendung = await werk.sendung(sendung_id)
    assert sendung.zustand is SendungZustand.ABGEWIESEN
    assert "P-EMPFAENGER" in [befund["regel"] for befund in sendung.befunde or []]
