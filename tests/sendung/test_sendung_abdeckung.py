"""What of the history and metadata of the DMS is where in the package, counted in the message as written."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

from pypdfium2 import PdfDocument
from stationen import Werk, datei, dokument, kleine_akte

from erv_gateway.akte.modell import Akte, HistorienArt, HistorienEintrag, Scan
from erv_gateway.kern.ids import SendungId
from erv_gateway.sendung.ablage import collect_teile
from erv_gateway.sendung.eingangsbestaetigung import confirm
from erv_gateway.sendung.packen import make_package
from erv_gateway.sendung.paket_erweiterung import KENNUNG, Historienweg
from erv_gateway.sendung.sendung import load_dateien
from erv_gateway.sendung.uebergabe import hand_over
from xjustiz import Gelesen, read, schriftgut_of

LESERIN = "Berta Blick"
T = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def _akte() -> Akte:
    historie = (
        HistorienEintrag(T, "Sina Scan", "Eingescannt", HistorienArt.GESCANNT, bemerkung="Stapel 7"),
        HistorienEintrag(T, LESERIN, "Gelesen", HistorienArt.GELESEN),
        HistorienEintrag(T, "Gerd Geändert", "Betreff geändert", HistorienArt.GEAENDERT, "Betreff", "alt", "neu"),
    )
    voll = replace(
        dokument(3, "Stellungnahme", datei("Stellungnahme.pdf")),
        historie=historie,
        posteingang=date(2026, 2, 27),
        datum_des_schreibens=date(2026, 2, 25),
        veraktet_am=date(2026, 3, 2),
        erstellt_am=T,
        scan=Scan(date(2026, 3, 2), ersetzend=False),
        absender="Planungsbüro Nord",
        fremdes_geschaeftszeichen="N – 7",
    )
    return replace(kleine_akte(voll), historie=(HistorienEintrag(T, "Anna", "Angelegt", HistorienArt.ANGELEGT),))


async def _sent(werk: Werk) -> SendungId:
    sendung_id = await werk.freigegeben(_akte())
    await make_package(werk.betrieb, sendung_id)
    await hand_over(werk.betrieb, sendung_id)
    await confirm(werk.betrieb, sendung_id)
    return sendung_id


async def _nachricht(werk: Werk, sendung_id: SendungId) -> Gelesen:
    (xml,) = [d for d in await load_dateien(werk.betrieb.database, sendung_id) if d.name == "xjustiz_nachricht.xml"]
    return read(await werk.betrieb.blobs.read(xml.sha256, limit=2**24))


def _with(werk: Werk, weg: Historienweg) -> Werk:
    (gericht,) = werk.betrieb.verzeichnis.values()
    return werk.with_betrieb(verzeichnis={werk.gericht: replace(gericht, historienweg=weg)})


async def test_the_proof_holds_the_history_that_travelled_and_the_report(werk: Werk) -> None:
    sendung_id = await _sent(werk)
    teile = await collect_teile(werk.betrieb, await werk.sendung(sendung_id))
    bericht = json.loads(teile.abdeckung or b"")
    angaben = {a["angabe"]: (a["im_dms"], a["uebermittelt"], a["umgeschrieben"]) for a in bericht["angaben"]}
    assert angaben["Posteingang"] == (1, 1, 0)
    assert angaben["Ersetzender Scan"] == (1, 1, 0)
    assert angaben["Absender"] == (1, 1, 0)
    assert angaben["Fremdes Geschäftszeichen"] == (1, 1, 1)
    assert bericht["historie"]["eintraege"] == 4
    assert bericht["historie"]["lesende_zurueckgehalten"] == 1
    assert bericht["historie"]["erweiterung"] == 0
    assert len(bericht["historie"]["ohne_historie"]) == 2
    protokoll = json.loads(teile.aktenprotokoll or b"")
    assert protokoll["lesende_zurueckgehalten"] == 1
    assert LESERIN.encode() not in (teile.aktenprotokoll or b"")


async def test_pdf_and_json_say_the_same(werk: Werk) -> None:
    """Every value of every entry of the JSON stands in the text of the PDF that travelled."""
    sendung_id = await _sent(werk)
    dateien = await load_dateien(werk.betrieb.database, sendung_id)
    (pdf,) = [d for d in dateien if d.name.startswith("Aktenprotokoll_")]
    dokument_ = PdfDocument(await werk.betrieb.blobs.read(pdf.sha256, limit=2**24))
    text = "".join("".join(seite.get_textpage().get_text_range().split()) for seite in dokument_)
    text = text.replace("\u200b", "").replace("\ufffe", "")
    teile = await collect_teile(werk.betrieb, await werk.sendung(sendung_id))
    protokoll = json.loads(teile.aktenprotokoll or b"")
    werte = [
        wert
        for abschnitt in protokoll["abschnitte"]
        for eintrag in abschnitt["eintraege"]
        for name, wert in eintrag.items()
        if wert is not None and name not in {"zeitpunkt", "art"}
    ]
    assert "Stapel 7" in werte
    fehlend = [wert for wert in werte if "".join(wert.split()) not in text]
    assert fehlend == []
    assert text.count("02.03.2026,10:30:00") == 4
    assert "".join(LESERIN.split()) not in text


async def test_only_a_partner_that_agreed_gets_the_extension(werk: Werk) -> None:
    ohne = schriftgut_of((await _nachricht(werk, await _sent(werk))).nachricht)
    assert ohne is not None
    assert not any(d.erweiterungen for d in ohne.alle_dokumente())
    vereinbart = _with(werk, Historienweg(erweiterung=True))
    sendung_id = await _sent(vereinbart)
    gelesen = await _nachricht(vereinbart, sendung_id)
    mit = schriftgut_of(gelesen.nachricht)
    assert mit is not None
    (erweiterung,) = [e for d in mit.alle_dokumente() for e in d.erweiterungen]
    assert erweiterung.kennung == KENNUNG
    felder = [{feld.name: feld.wert for feld in gruppe.felder} for gruppe in erweiterung.feldgruppen]
    assert [f.get("akteur") for f in felder] == ["Sina Scan", None, "Gerd Geändert"]
    assert felder[2]["neuer_wert"] == "neu"
    assert werk.betrieb.schemas.validate(gelesen.xml) == ()
    teile = await collect_teile(vereinbart.betrieb, await vereinbart.sendung(sendung_id))
    assert json.loads(teile.abdeckung or b"")["historie"]["erweiterung"] == 4


async def test_readers_are_named_only_where_that_was_chosen(werk: Werk) -> None:
    gewaehlt = _with(werk, Historienweg(erweiterung=True, lesende=True))
    sendung_id = await _sent(gewaehlt)
    teile = await collect_teile(gewaehlt.betrieb, await gewaehlt.sendung(sendung_id))
    assert LESERIN.encode() in (teile.aktenprotokoll or b"")
    assert json.loads(teile.abdeckung or b"")["historie"]["lesende_zurueckgehalten"] == 0
    assert LESERIN.encode() in (await _nachricht(gewaehlt, sendung_id)).xml
