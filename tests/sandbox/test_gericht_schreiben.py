"""The court's own data set, read by the gateway's reader and rules, which share no code with its writer."""

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sandbox_prozess import Amt

from erv_gateway.sandbox.gericht.befund import Absenderangaben, Befund, Urteil
from erv_gateway.sandbox.gericht.datensatz import UEBERMITTLUNG
from erv_gateway.sandbox.gericht.schreiben import Schreiben, build_dateien, build_package
from erv_gateway.sandbox.gericht.stammdaten import gerichtsdaten
from erv_gateway.signatur.anker import load_anchors
from erv_gateway.signatur.pki import Pki
from erv_gateway.signatur.vhn import VhnErgebnis, check_vhn
from erv_gateway.signatur.vhn_xml import VhnDatei
from erv_gateway.storage.schemata import load_codelists, load_schemas
from osci.content import EncryptedContainer
from xjustiz import Anlage, Paket, Richtung, Uuid, check, eeb_angefordert, read

FREMD = "6fe0a5f5-34be-4ff5-9a51-1f3b0a4c7d11"
Write = Callable[[str | None], dict[str, bytes]]


def befund(amt: Amt, aktenzeichen: str | None) -> Befund:
    absender = Absenderangaben(amt.safe_id, amt.name, amt.client.decryption_key.certificate.hex())
    return Befund(
        message_id="m",
        abrufe=1,
        eingang=None,
        betreff=None,
        urteil=Urteil.GUELTIG,
        gruende=(),
        absender=absender,
        nachricht=UEBERMITTLUNG,
        nachrichten_id=FREMD,
        aktenzeichen_absender=aktenzeichen,
    )


@pytest.fixture
def write(pki: Pki, amt: Amt) -> Write:
    def build(aktenzeichen: str | None) -> dict[str, bytes]:
        schreiben = Schreiben(befund(amt, aktenzeichen), "1 K 123/26", datetime.now(UTC))
        return build_dateien(schreiben, gerichtsdaten(pki))

    return build


@pytest.mark.parametrize("aktenzeichen", ["63-2026/0815 <Bau & Boden>", None])
def test_the_gateway_finds_nothing_wrong(write: Write, schemata: Path, aktenzeichen: str | None) -> None:
    dateien = write(aktenzeichen)
    xml = dateien.pop("xjustiz_nachricht.xml")
    anlagen = tuple(Anlage(name, len(data), data[:1024]) for name, data in dateien.items())
    result = check(
        Paket(xml, anlagen),
        schemas=load_schemas(schemata),
        codelisten=load_codelists(schemata),
        am=date(2026, 11, 21),
        richtung=Richtung.EINGANG,
    )
    assert result.fehlerfrei, [befund.text for befund in result.befunde]


def test_it_asks_for_an_eeb_and_repeats_what_the_sender_wrote(write: Write) -> None:
    gelesen = read(write(" 63-2026/0815 ")["xjustiz_nachricht.xml"])
    kopf = gelesen.nachricht.kopf
    assert eeb_angefordert(gelesen.nachricht)
    assert kopf.absender.aktenzeichen == "1 K 123/26"
    assert kopf.empfaenger.aktenzeichen == " 63-2026/0815 "
    assert kopf.empfaenger.fremde_nachrichtenid == Uuid(FREMD)
    assert gelesen.nicht_gelesen == ()


def test_the_proof_of_origin_is_one_of_the_justiz(write: Write, pki: Pki) -> None:
    dateien = write("1")
    xml, p7s = dateien.pop("vhn.xml"), dateien.pop("vhn.xml.p7s")
    listed = [VhnDatei(name, hashlib.sha256(data).hexdigest(), len(data)) for name, data in dateien.items()]
    court = gerichtsdaten(pki).safe_id
    result = check_vhn(xml, p7s, listed, court, load_anchors(pki.anchors_folder), datetime.now(UTC))
    assert result.ergebnis is VhnErgebnis.GUELTIG, result.gruende


def test_the_package_is_for_the_sender_alone(write: Write, pki: Pki, amt: Amt) -> None:
    schreiben = Schreiben(befund(amt, "1"), "1 K 123/26", datetime.now(UTC))
    package = build_package(schreiben, gerichtsdaten(pki), write("1"))
    reader = amt.client.decryption_key.certificate
    assert [type(item) for item in package.items] == [EncryptedContainer, EncryptedContainer]
    assert {item.readers for item in package.items if isinstance(item, EncryptedContainer)} == {(reader,)}
