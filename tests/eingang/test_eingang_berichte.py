"""The reports kept with a letter: complete, hashed in the log, filed for the DMS, and enough to repeat every check."""

import json
from dataclasses import replace
from uuid import uuid4

import pytest
from eingang_hilfe import ergebnis, ergebnisse, receive, schreiben
from stationen import POSTFACH, Werk, kleine_akte, pdf

from erv_gateway.eingang.berichte import ETSI_XML, PROTOKOLL_JSON, PROTOKOLL_PDF, load_berichte
from erv_gateway.eingang.einordnen import file_nachricht
from erv_gateway.eingang.pruefvermerk import load_protokoll
from erv_gateway.kern.fehler import NotFound
from erv_gateway.kern.ids import NachrichtId
from erv_gateway.pruefprotokoll.dateien import file_digest
from erv_gateway.pruefprotokoll.json_form import to_json
from erv_gateway.pruefprotokoll.wiederholen import repeat_pruefungen
from erv_gateway.pruefprotokoll.wiederholen_vhn import repeat_herkunft
from erv_gateway.sendung.anschreiben import sign_anschreiben
from erv_gateway.signatur.signieren import sign_detached


async def signed_letter(werk: Werk) -> tuple[tuple[str, bytes], ...]:
    """A PAdES file, and another with its signature beside."""
    platz = werk.betrieb.platz(POSTFACH)
    beschluss = await sign_anschreiben(werk.betrieb, platz, pdf("Beschluss"))
    anlage = pdf("Anlage")
    p7s = await sign_detached(anlage, platz.dokument_signer, zeitpunkt=werk.uhr.jetzt())
    return (("Beschluss.pdf", beschluss), ("Anlage.pdf", anlage), ("Anlage.pdf.p7s", p7s))


async def test_every_signature_of_a_letter_is_in_its_reports(werk: Werk) -> None:
    nachricht = await receive(werk, vhn=False, dazu=await signed_letter(werk))
    assert ergebnisse(nachricht)["Signatur in „Beschluss.pdf“"] == "gueltig"
    assert ergebnisse(nachricht)["Signatur in „Anlage.pdf.p7s“"] == "gueltig"
    protokoll = await load_protokoll(werk.betrieb, nachricht.id)
    assert to_json(protokoll) == nachricht.pruefprotokoll
    signiert = {one.signaturdatei or one.name: one for one in protokoll.signaturen if one.signaturen}
    assert set(signiert) == {"Beschluss.pdf", "Anlage.pdf.p7s"}
    assert all(one.grundlage_sha256 is not None for one in signiert.values())
    names = {one.datei.name for one in await load_berichte(werk.betrieb.database, nachricht.id)}
    assert {PROTOKOLL_JSON, PROTOKOLL_PDF, ETSI_XML, "pruefgrundlage-001.json"} < names


async def test_the_log_holds_the_digest_of_the_kept_json(werk: Werk) -> None:
    nachricht = await receive(werk)
    (geprueft,) = [e for e in await werk.eintraege(nachricht.id) if e["art"] == "nachricht.geprueft"]
    data = await werk.betrieb.blobs.read(geprueft["angaben"]["protokoll_sha256"], limit=10**6)
    assert json.loads(data) == nachricht.pruefprotokoll


async def test_the_checks_are_repeated_from_the_folder_of_the_dms(werk: Werk) -> None:
    akte_id = await werk.akte(kleine_akte(aktenzeichen="63-500/2026"))
    nachricht = await receive(werk, aktenzeichen="63-500/2026", dazu=await signed_letter(werk))
    await file_nachricht(werk.betrieb, nachricht.id)
    folder = werk.betrieb.ablage / str(akte_id) / str(nachricht.id)
    orte = {file_digest(path): path for path in folder.iterdir()}
    protokoll = await load_protokoll(werk.betrieb, nachricht.id)
    werk.uhr.forward(days=3650)
    results = await repeat_pruefungen(protokoll, orte.get, werk.betrieb.pruefdienst)
    assert [one.gleich for one in results] == [True, True]
    herkunft = await repeat_herkunft(protokoll, orte.get, werk.betrieb.pruefdienst)
    assert herkunft is not None
    assert (herkunft.gleich, herkunft.damals, herkunft.heute) == (True, "ungueltig", "ungueltig")  # dazu is not listed


async def test_a_signature_over_another_file_is_red(werk: Werk) -> None:
    _, (anlage, _), (p7s_name, p7s) = await signed_letter(werk)
    dazu = ((anlage, pdf("untergeschoben")), (p7s_name, p7s))
    nachricht = await receive(werk, vhn=False, dazu=dazu)
    assert ergebnisse(nachricht)["Signatur in „Anlage.pdf.p7s“"] == "ungueltig"
    assert ergebnis(nachricht) == "ungueltig"


async def test_two_files_of_one_name_are_two_results(werk: Werk) -> None:
    (name, signed), *_ = await signed_letter(werk)
    broken = signed.replace(b"/Producer", b"/Produzer")
    for order in ((signed, broken), (broken, signed)):
        nachricht = await receive(werk, vhn=False, dazu=tuple((name, data) for data in order))
        protokoll = await load_protokoll(werk.betrieb, nachricht.id)
        verdicts = [str(one.ergebnis) for one in protokoll.signaturen if one.name == name]
        assert sorted(verdicts) == ["gueltig", "ungueltig"]
        assert ergebnis(nachricht) == "ungueltig"


async def test_a_pdf_hides_its_signature_behind_no_other_ending(werk: Werk) -> None:
    (_, signed), *_ = await signed_letter(werk)
    dazu = (("Bild.tif", signed.replace(b"/Producer", b"/Produzer")),)
    assert ergebnis(await receive(werk, vhn=False, dazu=dazu)) == "ungueltig"


async def test_a_pdf_that_cannot_be_read_is_never_green(werk: Werk) -> None:
    nachricht = await receive(werk, vhn=False, dazu=(("kaputt.pdf", b"%PDF-1.7\nnichts"),))
    assert ergebnisse(nachricht)["Signatur in „kaputt.pdf“"] == "unbestimmt"


async def test_hostile_names_break_no_report(werk: Werk) -> None:
    names = ["\u202efdp.exe\u200b.pdf", "a" * 300 + ".pdf", "<b>&\"'.pdf", "中文.pdf", "a.pdf", "A.PDF", ".p7s"]
    _, lieferung = await schreiben(werk, vhn=False)
    datei = await werk.vermittler.anhang("x", b"kein PDF")
    dazu = tuple(replace(datei, name=name) for name in names)
    nachricht = await receive(werk, vhn=False, anhaenge=(*lieferung.anhaenge, *dazu))
    protokoll = await load_protokoll(werk.betrieb, nachricht.id)
    assert [one.name for one in protokoll.struktur][-len(names) :] == names


async def test_without_a_check_there_is_no_protocol(werk: Werk) -> None:
    with pytest.raises(NotFound):
        await load_protokoll(werk.betrieb, NachrichtId(uuid4()))
