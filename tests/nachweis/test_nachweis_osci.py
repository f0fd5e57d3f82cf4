"""A bundle made of what the package `osci` really writes: our StoreDelivery, the answers of an intermediary."""

import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import replace

import nachweis_fabrik as fabrik
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from nachweis_urteile import failed, verdict

from erv_gateway.nachweis.bundle import GesendeteDatei, NachweisTeile
from osci import certificates
from osci.built import Built, ContentRecord
from osci.content import (
    Attachment,
    AttachmentContent,
    Content,
    ContentContainer,
    ContentPackage,
    DataContent,
    EncryptedContainer,
)
from osci.dialog import Client, Delivery, Dialog, Intermediary, OutgoingRequest
from osci.feedback import feedback
from osci.keys import SoftKey
from osci.messages import ControlBlock, Message, ResponseToFetchProcessCard, ResponseToStoreDelivery
from osci.policy import SENDING
from osci.processcard import ProcessCard, ProcessCardBundle
from osci.writer import write_message

EINGANG = dt.datetime(2026, 11, 21, 20, 54, 32, 123000, tzinfo=dt.timezone(dt.timedelta(hours=1)))
CUSTOM = b'<x:Vermerk xmlns:x="urn:x" Id="vermerk">&lt;ja&gt;</x:Vermerk>'


@pytest.fixture(scope="module")
def keys() -> Mapping[str, SoftKey]:
    """RSA everywhere, under the CA of the test bundles."""
    ca_name, ca_key = "Osci CA", rsa.generate_private_key(65537, 3072)
    made = {"CA": SoftKey(ca_key, fabrik.make_certificate(ca_name, ca_key, ca_name, ca_key, ca=True))}
    for role in ("Absender", "Vermittler", "Gericht"):
        key = rsa.generate_private_key(65537, 3072)
        made[role] = SoftKey(key, fabrik.make_certificate(f"Osci {role}", key, ca_name, ca_key))
    return made


def attachment(name: str, data: bytes) -> AttachmentContent:
    return AttachmentContent(Attachment(name, len(data), lambda: iter((data,))))


def store(keys: Mapping[str, SoftKey], files: Mapping[str, bytes]) -> OutgoingRequest:
    absender, gericht = keys["Absender"], keys["Gericht"].certificate
    attachments = [attachment(name, data) for name, data in files.items()]
    contents: tuple[Content, ...] = (DataContent(fabrik.nachricht_xml(), "nachricht.xml"), *attachments)
    project = ContentContainer(contents, "project_coco", (absender,))
    govello = ContentContainer((DataContent(b"user_id=x\n", "additional_infos"),), "govello_coco", (absender,))
    package = ContentPackage(tuple(EncryptedContainer(container, (gericht,)) for container in (project, govello)))
    dialog = Dialog(Client(absender, absender), Intermediary(keys["Vermittler"].certificate, None), io.BytesIO)
    return dialog.store_delivery(
        fabrik.MESSAGE_ID, Delivery(package, gericht, "Allgemeine <Nachricht>", custom_headers=(CUSTOM,))
    )


def answer(message: Message, vermittler: SoftKey) -> bytes:
    own = certificates.intermediary(signature=vermittler.certificate)
    built: Built = write_message(replace(message, certificates=own), vermittler, io.BytesIO, SENDING)
    return b"".join(built.chunks())


@pytest.fixture(scope="module")
def teile(keys: Mapping[str, SoftKey]) -> NachweisTeile:
    documents = {"Bauantrag.pdf": b"%PDF-1 a" * 1000, "Anschreiben.pdf": b"%PDF-3 c"}
    data = fabrik.xjustiz(list(documents))
    files = {"xjustiz_nachricht.xml": data, **documents, "vhn.xml": b"<vhn/>", "vhn.xml.p7s": b"cms"}
    request = store(keys, files)
    card = ProcessCardBundle(fabrik.MESSAGE_ID, ProcessCard(EINGANG, EINGANG, None, None, "Allgemeine <Nachricht>"), ())
    block = ControlBlock(response=request.expectation.challenge, conversation_id="1", sequence_number=0)
    accepted = ResponseToStoreDelivery(control_block=block, feedback=feedback("0800"), process_card=card)
    block = ControlBlock(response="AQID", challenge="AQIE", conversation_id="2", sequence_number=0)
    fetched = ResponseToFetchProcessCard(control_block=block, feedback=feedback("0801"), process_cards=(card,))
    record = request.inner.record
    assert isinstance(record, ContentRecord)
    return replace(
        fabrik.good_teile(),
        eingang=EINGANG,
        dateien=tuple(GesendeteDatei(n, len(d), fabrik.hexdigest(d)) for n, d in files.items()),
        xjustiz=data,
        umschlag=request.inner.envelope,
        inhalte=tuple(container.xml for container in record.containers),
        annahme=answer(accepted, keys["Vermittler"]),
        laufzettel=answer(fetched, keys["Vermittler"]),
        vermittler=keys["Vermittler"].certificate,
        absender=keys["Absender"].certificate,
        ketten=(keys["CA"].certificate,),
        eintraege=fabrik.protokoll({}),
    )


def test_bundle_of_real_messages_is_gueltig(teile: NachweisTeile, keys: Mapping[str, SoftKey]) -> None:
    assert failed(fabrik.write(teile), [keys["CA"].certificate]) == set()
    assert verdict(fabrik.write(teile)) == "gueltig"


def test_other_envelope_does_not_fit(teile: NachweisTeile, keys: Mapping[str, SoftKey]) -> None:
    other = store(keys, {"xjustiz_nachricht.xml": teile.xjustiz}).inner.envelope
    assert failed(fabrik.write(replace(teile, umschlag=other))) == {"umschlag", "annahme"}


def test_certificates_are_those_of_the_messages(teile: NachweisTeile) -> None:
    assert x509.load_der_x509_certificate(teile.absender).subject.rfc4514_string() == "CN=Osci Absender"
