"""MessageMetaData: written valid against its schema, read back equal, and read as others write it (section 3.13)."""

from dataclasses import replace
from pathlib import Path

import pytest
import xmlschema
from osci_support import build, raw, spool, store

from osci.errors import LocalProtocolError, RemoteProtocolError
from osci.messages import StoreDelivery
from osci.metadata import HEADER_ID, ListedCode, MessageMetaData, Party, metadata_of
from osci.metadata_write import metadata_header
from osci.policy import RECEIVING_NOW
from osci.reader import read_message

SCHEMAS = Path(__file__).resolve().parents[3] / "shared" / "schemas" / "xta-2.1.1"
AUTHOR = Party("ags:00000000", "xoev", "Bauamt & <Söhne>", "author")
CODE = ListedCode("urn:de:liste", "1.0", "0401", "Abgabe", "urn:schema")
FULL = MessageMetaData(
    author=AUTHOR,
    sender=Party("s", "xoev"),
    reply_to=Party("r", "xoev"),
    reader=Party("vg:1", "safe"),
    other_readers=(Party("o1", "x"), Party("o2", "x")),
    cc_readers=(Party("c", "x"),),
    message_id="urn:uuid:1",
    in_reply_to=("urn:uuid:0", "urn:uuid:00"),
    requester="Az. 1 & 2",
    responder="Az. 3",
    subject="Betreff <x>",
    service="urn:dienst",
    business_scenario=replace(CODE, payload_schema=None),
    message_type=CODE,
    service_quality="beispiel",
    times=(("Origin", "2026-01-02T03:04:05Z"), ("ObsoleteAfter", "2026-02-01")),
    properties=((replace(CODE, payload_schema=None), "wert"),),
    size=12345,
    test=True,
)
SMALL = MessageMetaData(
    author=AUTHOR,
    reader=Party("vg:1", "safe"),
    message_id="1",
    service="urn:dienst",
    business_scenario="frei",
    message_type=CODE,
)


def through_a_message(*headers: bytes) -> MessageMetaData | None:
    message = read_message((raw(build(store(custom_headers=headers))),), (), RECEIVING_NOW, spool).message
    assert isinstance(message, StoreDelivery)
    return metadata_of(message)


@pytest.mark.parametrize("data", [FULL, SMALL], ids=["full", "small"])
def test_written_and_read_back_equal(data: MessageMetaData) -> None:
    assert through_a_message(metadata_header(data)) == data


@pytest.mark.skipif(not SCHEMAS.is_dir(), reason="the shared schemas are not beside the checkout")
@pytest.mark.parametrize("data", [FULL, SMALL], ids=["full", "small"])
def test_valid_against_the_schema(data: MessageMetaData) -> None:
    schema = xmlschema.XMLSchema(str(SCHEMAS / "OSCI_MessageMetaData_V2.02.xsd"))
    schema.validate(metadata_header(data).replace(f' Id="{HEADER_ID}"'.encode(), b"").decode())


def test_as_the_reference_implementation_writes_it() -> None:
    header = (
        b'<ns2:MessageMetaData xmlns:ns2="http://www.osci.eu/ws/2014/10/transport" '
        b'xmlns:ns3="http://www.w3.org/2005/08/addressing" Id="MetaData"><ns2:DeliveryAttributes><ns2:ServiceQuality>'
        b"beispiel</ns2:ServiceQuality></ns2:DeliveryAttributes><ns2:Originators><ns2:Author><ns2:Identifier "
        b'name="Autor" type="xoev">ags:00000000</ns2:Identifier></ns2:Author></ns2:Originators>'
        b"<ns2:MsgIdentification><ns3:MessageID>m1</ns3:MessageID></ns2:MsgIdentification>"
        b"<ns2:MsgSize>12345</ns2:MsgSize></ns2:MessageMetaData>"
    )
    expected = MessageMetaData(
        author=Party("ags:00000000", "xoev", "Autor"), message_id="m1", service_quality="beispiel", size=12345
    )
    assert through_a_message(header) == expected
    assert through_a_message(b'<x:Other xmlns:x="urn:x" Id="o"/>') is None


def test_what_is_not_metadata_is_refused() -> None:
    header = metadata_header(SMALL)
    with pytest.raises(RemoteProtocolError):
        through_a_message(header, header.replace(b'Id="MetaData"', b'Id="two"'))
    with pytest.raises(RemoteProtocolError):
        through_a_message(metadata_header(FULL).replace(b"12345", b"viel"))


@pytest.mark.parametrize("missing", ["author", "reader", "message_id", "service", "business_scenario", "message_type"])
def test_what_the_schema_needs_has_to_be_given(missing: str) -> None:
    with pytest.raises(LocalProtocolError):
        metadata_header(replace(SMALL, **{missing: None}))  # type: ignore[arg-type]
