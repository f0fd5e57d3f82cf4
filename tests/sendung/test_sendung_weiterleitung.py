"""The attachment set of a forwarded Nachricht: originals untouched, proofs renamed, the same input the same package."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from stationen import POSTFACH, Werk

import xjustiz as xj
from erv_gateway.kern.fehler import EingabeRefused
from erv_gateway.postfach.base import Anhang
from erv_gateway.sendung.paket import SNIFF_BYTES
from erv_gateway.sendung.weiterleitung import Vermerk, Weiterleitung, Weiterleitungsziel, assemble_weiterleitung

ERSTELLT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
VERMERK = Vermerk(b"<Pruefvermerk/>", b"%PDF-1.7\n")
ORIGINALE = {
    "xjustiz_nachricht.xml": b"<original/>",
    "Klageschrift.pdf": b"%PDF-1.7\n1",
    "Klageschrift.pdf.p7s": b"\x30\x03\x02\x01\x00",
    "vhn.xml": b"<vhn/>",
    "vhn.xml.p7s": b"\x30\x03\x02\x01\x01",
    "pruefvermerk.xml": b"<vom Transport/>",
}


def _target(werk: Werk) -> Weiterleitungsziel:
    (safe_id,) = werk.betrieb.verzeichnis
    nummer = UUID("99999999-9999-4999-8999-999999999999")
    return Weiterleitungsziel(POSTFACH, safe_id, nummer, "63.1-2025/0815", "3 K 1234/26.KO")


async def _attachments(werk: Werk, inhalte: dict[str, bytes]) -> tuple[Anhang, ...]:
    blobs = [(name, await werk.betrieb.blobs.put_bytes(inhalt)) for name, inhalt in inhalte.items()]
    return tuple(Anhang(name, blob.sha256, blob.bytes) for name, blob in blobs)


async def _assembled(werk: Werk, inhalte: dict[str, bytes]) -> Weiterleitung:
    anhaenge = await _attachments(werk, inhalte)
    return await assemble_weiterleitung(werk.betrieb, anhaenge, VERMERK, _target(werk), ERSTELLT)


async def test_originals_stay_and_proofs_get_names_of_their_own(werk: Werk) -> None:
    fertig = await _assembled(werk, ORIGINALE)
    nach_inhalt = {await werk.betrieb.blobs.read(a.sha256, limit=SNIFF_BYTES): a.name for a in fertig.anhaenge}
    gelesen = xj.read(fertig.nachricht).nachricht
    assert isinstance(gelesen, xj.Uebermittlung)
    nachricht, pdf, xml, vhn, signatur = gelesen.schriftgut.dateinamen()
    assert nach_inhalt == {
        ORIGINALE["Klageschrift.pdf"]: "Klageschrift.pdf",
        ORIGINALE["Klageschrift.pdf.p7s"]: "Klageschrift.pdf.p7s",
        ORIGINALE["xjustiz_nachricht.xml"]: nachricht,
        ORIGINALE["vhn.xml"]: vhn,
        ORIGINALE["vhn.xml.p7s"]: signatur,
        VERMERK.pdf: pdf,
        VERMERK.xml: xml,
    }
    assert signatur == f"{vhn}.p7s"


async def test_the_package_passes_the_checks_of_what_goes_out(werk: Werk) -> None:
    fertig = await _assembled(werk, ORIGINALE)
    anlagen = []
    for anhang in fertig.anhaenge:
        inhalt = await werk.betrieb.blobs.read(anhang.sha256, limit=SNIFF_BYTES)
        anlagen.append(xj.Anlage(anhang.name, anhang.bytes, inhalt))
    ergebnis = xj.check(
        xj.Paket(fertig.nachricht, tuple(anlagen)),
        schemas=werk.betrieb.schemas,
        codelisten=werk.betrieb.codelisten,
        am=ERSTELLT.date(),
        richtung=xj.Richtung.AUSGANG,
    )
    assert [befund for befund in ergebnis.befunde if befund.schwere is xj.Schwere.ERROR] == []


async def test_the_same_input_makes_the_same_package(werk: Werk) -> None:
    assert await _assembled(werk, ORIGINALE) == await _assembled(werk, ORIGINALE)


async def test_half_a_proof_of_origin_is_none(werk: Werk) -> None:
    ohne = {name: inhalt for name, inhalt in ORIGINALE.items() if name != "vhn.xml.p7s"}
    assert not [a.name for a in (await _assembled(werk, ohne)).anhaenge if a.name.startswith("vhn")]


async def test_the_version_is_the_one_of_the_day(werk: Werk) -> None:
    anhaenge = await _attachments(werk, ORIGINALE)
    spaeter = datetime(2027, 4, 29, 22, 0, tzinfo=UTC)
    fertig = await assemble_weiterleitung(werk.betrieb, anhaenge, VERMERK, _target(werk), spaeter)
    assert xj.read(fertig.nachricht).version == "4.0.0"


async def test_what_cannot_be_forwarded_is_refused(werk: Werk) -> None:
    with pytest.raises(EingabeRefused) as ohne:
        await _assembled(werk, {"Brief.pdf": b"%PDF-1.7"})
    anhaenge = await _attachments(werk, ORIGINALE)
    doppelt = (*anhaenge, replace(anhaenge[1], name="klageschrift.PDF"))
    with pytest.raises(EingabeRefused) as zweimal:
        await assemble_weiterleitung(werk.betrieb, doppelt, VERMERK, _target(werk), ERSTELLT)
    gruende = [ohne.value.angaben["grund"], zweimal.value.angaben["grund"]]
    assert gruende == ["weiterleitung-ohne-datensatz", "weiterleitung-doppelt"]
