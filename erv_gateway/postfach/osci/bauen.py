"""From an Auftrag to the OSCI content: the two EGVP containers, signed by us, encrypted for the recipient."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from erv_gateway import __version__
from erv_gateway.postfach.base import Anhang, Auftrag
from erv_gateway.postfach.egvp import (
    ADDITIONAL_INFOS,
    GOVELLO_COCO,
    HERSTELLERINFORMATION,
    NACHRICHT,
    PROJECT_COCO,
    VISITENKARTE,
    EgvpKopf,
    additional_infos,
    herstellerinformation_xml,
    nachricht_xml,
    visitenkarte_xml,
)
from erv_gateway.postfach.osci.konfiguration import OsciZugang
from erv_gateway.storage.blobs import Blobs
from osci.content import (
    Attachment,
    AttachmentContent,
    ContentContainer,
    ContentPackage,
    DataContent,
    EncryptedContainer,
)

CHUNK: Final = 2**20


def build_package(zugang: OsciZugang, blobs: Blobs, auftrag: Auftrag) -> ContentPackage:
    readers = (auftrag.empfaenger.cipher_certificate,)
    return ContentPackage(
        (
            EncryptedContainer(_project(zugang, blobs, auftrag), readers),
            EncryptedContainer(_govello(zugang, auftrag), readers),
        )
    )


def _project(zugang: OsciZugang, blobs: Blobs, auftrag: Auftrag) -> ContentContainer:
    kopf = EgvpKopf(
        nachrichtentyp=auftrag.nachrichtentyp,
        empfaengerkennung=str(auftrag.empfaenger.safe_id),
        betreff=auftrag.betreff,
        aktenzeichen_empfaenger=auftrag.aktenzeichen_empfaenger,
        aktenzeichen_absender=auftrag.aktenzeichen_absender,
        freitext=auftrag.freitext,
    )
    data = (
        DataContent(nachricht_xml(kopf), NACHRICHT),
        DataContent(visitenkarte_xml(zugang.visitenkarte), VISITENKARTE),
        DataContent(herstellerinformation_xml(__version__, zugang.registrierungs_id), HERSTELLERINFORMATION),
    )
    files = tuple(AttachmentContent(_attachment(blobs, anhang), anhang.name) for anhang in auftrag.anhaenge)
    return ContentContainer((*data, *files), PROJECT_COCO, (zugang.client.signing_key,))


def _govello(zugang: OsciZugang, auftrag: Auftrag) -> ContentContainer:
    infos = DataContent(additional_infos(str(zugang.safe_id), auftrag.betreff), ADDITIONAL_INFOS)
    return ContentContainer((infos,), GOVELLO_COCO, (zugang.client.signing_key,))


def _attachment(blobs: Blobs, anhang: Anhang) -> Attachment:
    return Attachment(anhang.name, anhang.bytes, partial(_chunks, blobs, anhang.sha256))


def _chunks(blobs: Blobs, sha256: str) -> Iterator[bytes]:
    with blobs.open_file(sha256) as file:
        while chunk := file.read(CHUNK):
            yield chunk
