"""A complete proof bundle of a delivery with many files, built from real OSCI messages with the keys of the run."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final
from uuid import UUID

import xjustiz as xj
from bench.keys import Keys
from bench.osci_case import soft, spool
from bench.xjustiz_case import OWN_ID, document_names, transmission
from erv_gateway.kern.ereignisse import Angabe, EreignisArt, leaf_hash, new_ereignis
from erv_gateway.kern.ids import MessageId, SendungId
from erv_gateway.nachweis.bundle import GesendeteDatei, NachweisTeile, Protokolleintrag, write_nachweis
from erv_gateway.postfach.egvp import NACHRICHT, PROJECT_COCO, EgvpKopf, nachricht_xml
from osci import certificates as c
from osci.content import (
    Attachment,
    AttachmentContent,
    ContentContainer,
    ContentPackage,
    DataContent,
    EncryptedContainer,
)
from osci.feedback import feedback
from osci.messages import ControlBlock, ResponseToFetchProcessCard, ResponseToStoreDelivery, StoreDelivery
from osci.policy import SENDING
from osci.processcard import ProcessCard, ProcessCardBundle
from osci.types import Role, Use
from osci.writer import Built, write_message

XJUSTIZ: Final = "xjustiz_nachricht.xml"
FILE_BYTES: Final = 20_000
SENDUNG: Final = SendungId(UUID(int=7))
MESSAGE_ID: Final = MessageId("bench-1")
SAFE_ID: Final = "DE.Justiz.bench"
CHALLENGE: Final = "Y2hhbGxlbmdl"
ENTRY: Final = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
WAY: Final = (
    EreignisArt.SENDUNG_ANGELEGT,
    EreignisArt.SENDUNG_GEPRUEFT,
    EreignisArt.SENDUNG_FREIGEGEBEN,
    EreignisArt.SENDUNG_BEAUFTRAGT,
    EreignisArt.SENDUNG_KENNUNG_ERHALTEN,
    EreignisArt.SENDUNG_UEBERGABE_BEGONNEN,
    EreignisArt.SENDUNG_UEBERGEBEN,
    EreignisArt.SENDUNG_BESTAETIGT,
)


def write_bundle(keys: Keys, ziel: Path, ordner: Path, count: int) -> None:
    """The bundle to `ziel`, the `count` + 1 files that were sent to `ordner`."""
    ordner.mkdir()
    names = document_names(count)
    for number, name in enumerate(names):
        (ordner / name).write_bytes(b"%PDF-1.7\n" + number.to_bytes(4) * (FILE_BYTES // 4))
    (ordner / XJUSTIZ).write_bytes(xj.write(transmission(names), "3.6.2"))
    with ziel.open("w+b") as file:
        write_nachweis(_parts(keys, ordner, (*names, XJUSTIZ)), file)


def _parts(keys: Keys, ordner: Path, names: Sequence[str]) -> NachweisTeile:
    sent = _store(keys, ordner, names)
    if sent.record is None:
        raise AssertionError("a fresh package has a record")
    files = sent.record.containers[0].attachments
    return NachweisTeile(
        sendung_id=SENDUNG,
        eigene_nachrichten_id=str(OWN_ID),
        message_id=MESSAGE_ID,
        eingang=ENTRY,
        empfaenger=SAFE_ID,
        dateien=tuple(GesendeteDatei(file.name, file.length, file.sha256) for file in files),
        xjustiz=(ordner / XJUSTIZ).read_bytes(),
        umschlag=sent.envelope,
        inhalte=tuple(container.xml for container in sent.record.containers),
        annahme=_acceptance(keys),
        laufzettel=_card(keys),
        vermittler=keys.hub.der,
        absender=keys.sender.der,
        ketten=(keys.ca.der,),
        eintraege=tuple(_log(sent)),
        created=ENTRY + timedelta(minutes=5),
    )


def _store(keys: Keys, ordner: Path, names: Sequence[str]) -> Built:
    kopf = EgvpKopf("Allgemeine Nachricht", SAFE_ID, "Bench", "3 K 1/26", "63.1-2025/0815")
    data = DataContent(nachricht_xml(kopf), NACHRICHT)
    files = (AttachmentContent(_attachment(ordner / name), name) for name in names)
    container = ContentContainer((data, *files), PROJECT_COCO, (soft(keys.sender),))
    message = StoreDelivery(
        control_block=ControlBlock(challenge=CHALLENGE),
        certificates=c.originator(signature=keys.sender.der, cipher=keys.sender_cipher.der)
        + c.Certificates((c.entry(Role.ADDRESSEE, Use.CIPHER, keys.court.der),)),
        message_id=MESSAGE_ID,
        package=ContentPackage((EncryptedContainer(container, (keys.court.der,)),)),
    )
    return write_message(message, soft(keys.sender), spool, SENDING)


def _attachment(path: Path) -> Attachment:
    return Attachment(path.name, path.stat().st_size, partial(_content, path))


def _content(path: Path) -> Iterator[bytes]:
    yield path.read_bytes()


def _acceptance(keys: Keys) -> bytes:
    answer = ResponseToStoreDelivery(
        control_block=ControlBlock(response=CHALLENGE),
        certificates=c.intermediary(signature=keys.hub.der),
        feedback=feedback("0801"),
        process_card=_bundle(),
    )
    return b"".join(write_message(answer, soft(keys.hub), spool, SENDING).chunks())


def _card(keys: Keys) -> bytes:
    answer = ResponseToFetchProcessCard(
        control_block=ControlBlock(response=CHALLENGE),
        certificates=c.intermediary(signature=keys.hub.der),
        feedback=feedback("0801"),
        process_cards=(_bundle(),),
    )
    return b"".join(write_message(answer, soft(keys.hub), spool, SENDING).chunks())


def _bundle() -> ProcessCardBundle:
    return ProcessCardBundle(MESSAGE_ID, ProcessCard(ENTRY, creation=ENTRY))


def _log(sent: Built) -> Iterator[Protokolleintrag]:
    named: dict[EreignisArt, dict[str, Angabe]] = {
        EreignisArt.SENDUNG_UEBERGABE_BEGONNEN: {"umschlag_sha256": hashlib.sha256(sent.envelope).hexdigest()}
    }
    for number, art in enumerate(WAY):
        moment = ENTRY + timedelta(seconds=number - len(WAY))
        body = new_ereignis(art, SENDUNG, zeitpunkt=moment, handelnd="bench", **named.get(art, {})).body()
        yield Protokolleintrag(number + 1, body, leaf_hash(body))
