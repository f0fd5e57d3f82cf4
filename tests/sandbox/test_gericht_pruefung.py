"""What the court notices: every message goes through a real intermediary, then through the court's own eyes."""

import io
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sandbox_hilfe import SHARED, Keys, Line
from sandbox_prozess import GERICHT, VERMITTLER, Amt

from erv_gateway.sandbox.gericht.befund import Befund, Urteil, befund_from_json
from erv_gateway.sandbox.gericht.cms import load_anchors
from erv_gateway.sandbox.gericht.datensatz import schemapruefung
from erv_gateway.sandbox.gericht.eingang import Eingaenge
from erv_gateway.sandbox.gericht.pruefung import Geprueft, Pruefer
from erv_gateway.sandbox.schluessel import osci_key
from erv_gateway.signatur.pki import Pki
from erv_gateway.storage.schemata import load_schemas
from osci.answers import Client
from osci.content import ContentPackage, EncryptedContainer
from osci.intermediary import Identity, IntermediaryServer, MemoryStore
from osci.messages import ResponseToFetchDelivery
from osci.types import SpoolFactory

Judge = Callable[[ContentPackage], Geprueft]
EXAMPLES = SHARED / "examples" / "xjustiz" / "3.6.2"


@pytest.fixture(scope="session")
def pruefer(pki: Pki, schemata: Path) -> Pruefer:
    key = osci_key(pki.teilnehmer[GERICHT].schluessel["postfach-chiffrat"].load())
    spools: SpoolFactory = io.BytesIO
    return Pruefer(
        key,
        load_anchors(pki.anchors_folder / "vhn-bebpo"),
        schemapruefung(load_schemas(schemata)),
        spools,
    )


@pytest.fixture
def judge(pki: Pki, amt: Amt, pruefer: Pruefer) -> Judge:
    def key(kennung: str, name: str):  # type: ignore[no-untyped-def]
        return osci_key(pki.teilnehmer[kennung].schluessel[name].load())

    court = Client(key(GERICHT, "postfach-signatur"), key(GERICHT, "postfach-chiffrat"))
    identity = Identity(key(VERMITTLER, "postfach-signatur"), key(VERMITTLER, "postfach-chiffrat"))
    server = IntermediaryServer(identity, MemoryStore(), lambda: datetime.now(UTC), io.BytesIO)
    line = Line(server, Keys(identity, amt.client, court, court))

    def check(package: ContentPackage) -> Geprueft:
        line.deliver(package)
        dialog = line.opened(court)
        answer = line.ask(dialog, dialog.fetch_delivery())
        assert isinstance(answer.message, ResponseToFetchDelivery)
        return pruefer.check(answer.message, answer.received, datetime.now(UTC))

    return check


def reasons(befund: Befund) -> str:
    return " | ".join(befund.gruende)


def test_a_right_message(judge: Judge, amt: Amt, beispiel: dict[str, bytes]) -> None:
    befund = judge(amt.package(beispiel)).befund
    assert (befund.urteil, befund.gruende, befund.will_antwort) == (Urteil.GUELTIG, (), True)
    assert (befund.absender.safe_id, befund.absender.chiffrat) == (
        amt.safe_id,
        amt.client.decryption_key.certificate.hex(),
    )
    assert all(datei.gelistet for datei in befund.dateien if datei.name.endswith(".pdf"))
    assert befund_from_json(befund.to_json()) == befund


def test_an_eeb_is_not_answered(judge: Judge, amt: Amt) -> None:
    xml = (EXAMPLES / "04_eeb_abgegeben" / "xjustiz_nachricht.xml").read_bytes()
    befund = judge(amt.package({"xjustiz_nachricht.xml": xml})).befund
    assert (befund.urteil, befund.nachricht, befund.will_antwort) == (
        Urteil.GUELTIG,
        "nachricht.eeb.zuruecklaufend.2200007",
        False,
    )


def test_no_proof_of_origin(judge: Judge, amt: Amt, beispiel: dict[str, bytes]) -> None:
    befund = judge(amt.package(beispiel, vhn=False)).befund
    assert (befund.urteil, befund.will_antwort) == (Urteil.UNBESTIMMT, False)
    assert reasons(befund) == "Herkunftsnachweis fehlt"


def broken(beispiel: Mapping[str, bytes], **changes: bytes | None) -> dict[str, bytes]:
    names = {"xml": "xjustiz_nachricht.xml", "pdf": next(name for name in beispiel if name.endswith(".pdf"))}
    merged = {**beispiel, **{names.get(key, key): value for key, value in changes.items()}}
    return {name: value for name, value in merged.items() if value is not None}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"pdf": None}, "gelistet, aber nicht eingegangen"),
        ({"Beifang_txt": b"ungebeten"}, "eingegangen, aber nicht gelistet"),
        ({"xml": None}, "xjustiz_nachricht.xml fehlt"),
        ({"xml": b"<kein"}, "is not well-formed"),
        ({"xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}, "xjustiz_nachricht.xml:"),
        ({"xml": b'<a xmlns="http://www.xjustiz.de"/>'}, "nicht schemakonform"),
    ],
)
def test_data_set_and_files(
    judge: Judge, amt: Amt, beispiel: dict[str, bytes], changes: dict[str, bytes | None], reason: str
) -> None:
    befund = judge(amt.package(broken(beispiel, **changes))).befund
    assert (befund.urteil, befund.will_antwort) == (Urteil.UNGUELTIG, False)
    assert reason in reasons(befund)


def test_a_file_exchanged_behind_the_proof(judge: Judge, amt: Amt, beispiel: dict[str, bytes]) -> None:
    proof = amt.herkunft(beispiel)
    exchanged = broken(beispiel, pdf=b"%PDF-1.7 ein anderes")
    befund = judge(amt.package({**exchanged, **proof}, vhn=False)).befund
    assert befund.urteil is Urteil.UNGUELTIG
    assert "stimmt nicht mit dem Herkunftsnachweis überein" in reasons(befund)


def test_a_proof_that_was_edited(judge: Judge, amt: Amt, beispiel: dict[str, bytes]) -> None:
    proof = amt.herkunft(beispiel)
    edited = {**proof, "vhn.xml": proof["vhn.xml"].replace(b"egvp_bebpo", b"egvp_notar")}
    assert "Hash des Inhalts falsch" in reasons(judge(amt.package({**beispiel, **edited}, vhn=False)).befund)


@pytest.mark.parametrize(
    ("kennung", "reason"),
    [
        ("landkreis-auental", "gehört nicht dem Absender"),
        (GERICHT, "Aussteller des Zertifikats ist unbekannt"),
    ],
)
def test_a_proof_of_somebody_else(
    judge: Judge, amt: Amt, pki: Pki, beispiel: dict[str, bytes], kennung: str, reason: str
) -> None:
    amt.vhn = pki.teilnehmer[kennung].schluessel["vhn"].load()
    befund = judge(amt.package(beispiel)).befund
    assert befund.urteil is Urteil.UNGUELTIG
    assert reason in reasons(befund)


def test_content_nobody_signed(judge: Judge, amt: Amt, beispiel: dict[str, bytes]) -> None:
    (item,) = amt.package(beispiel).items
    assert isinstance(item, EncryptedContainer)
    unsigned = ContentPackage(
        (EncryptedContainer(type(item.container)(item.container.contents, item.container.id), item.readers),)
    )
    assert "ist nicht signiert" in reasons(judge(unsigned).befund)


def test_content_for_somebody_else(judge: Judge, amt: Amt, beispiel: dict[str, bytes]) -> None:
    (item,) = amt.package(beispiel).items
    assert isinstance(item, EncryptedContainer)
    locked = ContentPackage((EncryptedContainer(item.container, (amt.client.decryption_key.certificate,)),))
    geprueft = judge(locked)
    assert geprueft.befund.urteil is Urteil.UNGUELTIG
    assert geprueft.anlagen == ()


def test_kept_once_and_counted(judge: Judge, amt: Amt, beispiel: dict[str, bytes], tmp_path: Path) -> None:
    eingaenge = Eingaenge(tmp_path / "eingaenge")
    geprueft = judge(amt.package(beispiel))
    eingaenge.add(geprueft, (b"original",))
    eingaenge.count_again(geprueft.befund)
    again = Eingaenge(tmp_path / "eingaenge")
    ((folder, befund),) = again.open(again.names())
    assert befund.abrufe == 2
    assert (folder / "original.osci").read_bytes() == b"original"
    for name, data in beispiel.items():
        assert (folder / "anhaenge" / name).read_bytes() == data


@pytest.mark.parametrize("message_id", ["../../etc/passwd", "", ".", "a" * 500, "x/y", "Ä"])
def test_hostile_message_ids_stay_inside(tmp_path: Path, message_id: str) -> None:
    eingaenge = Eingaenge(tmp_path / "eingaenge")
    assert eingaenge.place(message_id).parent == tmp_path / "eingaenge"
    assert len(eingaenge.place(message_id).name) == 64
