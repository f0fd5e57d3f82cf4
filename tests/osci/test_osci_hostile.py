"""Bytes from somebody who means harm: only OsciError comes out, and never changed content."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import repeat

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from osci_support import attachment, build, in_chunks, parties, raw, spool, store

from osci import constants as k
from osci import messages as m
from osci.content import AttachmentContent, ContentContainer, ContentPackage, DataContent
from osci.errors import NotAnOsciMessage, OsciError, RemoteProtocolError
from osci.inspect import inspect
from osci.policy import READ_OLD_MAIL, RECEIVING_NOW, SENDING
from osci.reader import Received, read_message
from osci.transport import seal
from osci.types import Verdict


@cache
def small() -> bytes:
    """A signed delivery with data, an attachment and a signed container."""
    content = (DataContent(b"<a/>"), AttachmentContent(attachment("a.txt", b"attachment")))
    return raw(build(store(ContentPackage((ContentContainer(content, signers=(parties().originator,)),)))))


@cache
def small_sealed() -> bytes:
    request = m.GetMessageId(control_block=m.ControlBlock(challenge="eA=="), certificates=store().certificates)
    return raw(seal(build(request), parties().intermediary_cipher.certificate, SENDING))  # type: ignore[arg-type]


def read(data: bytes) -> Received:
    return read_message((data,), (parties().intermediary_cipher,), RECEIVING_NOW, spool)


def everything(data: bytes) -> list[object]:
    """All that a careful caller gets out of a message."""
    received = read(data)
    found: list[object] = [_comparable(received)]
    for container in received.open_containers((parties().addressee,)):
        found += [(container.id, c.id, c.kind, c.name, b"".join(c.chunks())) for c in container.contents]
    return found


def _comparable(received: Received) -> object:
    message = received.message
    job = (getattr(message, "message_id", None), getattr(message, "subject", None))
    return message.type, message.control_block, message.certificates, message.features, message.custom_headers, job


def refused(data: bytes) -> str:
    with pytest.raises(RemoteProtocolError) as caught:
        everything(data)
    return caught.value.code


def test_the_samples_are_intact() -> None:
    assert len(everything(small())) == 3
    assert len(everything(small_sealed())) == 1


# truncation and single bits


@pytest.mark.parametrize("sample", [small, small_sealed], ids=["plain", "sealed"])
def test_truncated_at_every_byte(sample: Callable[[], bytes]) -> None:
    data = sample()
    step = 1 if sample is small else 17
    for end in (*range(0, len(data) - 300, step), *range(len(data) - 300, len(data))):
        with pytest.raises(OsciError):
            read(data[:end])


@pytest.mark.exhaustive
@pytest.mark.timeout(3000)
def test_a_sealed_message_truncated_at_every_byte() -> None:
    data = small_sealed()
    for end in range(len(data)):
        with pytest.raises(OsciError):
            read(data[:end])


@pytest.mark.exhaustive
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("sample", [small, small_sealed], ids=["plain", "sealed"])
def test_every_single_bit(sample: Callable[[], bytes]) -> None:
    data = sample()
    expected = everything(data)
    for bit in range(8 * len(data)):
        try:
            found = everything(flip(data, bit))
        except OsciError:
            continue
        assert found == expected, bit


def flip(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << (bit % 8)
    return bytes(changed)


@pytest.mark.parametrize("sample", [small, small_sealed], ids=["plain", "sealed"])
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.data())
def test_a_flipped_bit_is_noticed_or_changes_nothing(sample: Callable[[], bytes], place: st.DataObject) -> None:
    """Letter case of MIME header names, for one, may change without any meaning changing."""
    data = sample()
    changed = flip(data, place.draw(st.integers(0, 8 * len(data) - 1)))
    try:
        found = everything(changed)
    except OsciError:
        return
    assert found == everything(data)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 3000), st.integers(0, 200))
def test_any_splice_raises_nothing_but_our_errors(insert: bytes, start: int, cut: int) -> None:
    data = small()
    changed = data[:start] + insert + data[start + cut :]
    try:
        report = inspect((changed,), (parties().addressee,), spool)
    except NotAnOsciMessage:
        return
    assert report.verdict in {"gueltig", "unbestimmt", "ungueltig"}


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_no_message(data: bytes) -> None:
    with pytest.raises(OsciError):
        read_message((data,), (), READ_OLD_MAIL, spool)


# XML


def inside_header(xml: str) -> Callable[[bytes], bytes]:
    return lambda data: data.replace(b"</soap:Header>", xml.encode() + b"</soap:Header>")


XML_TRICKS: dict[str, Callable[[bytes], bytes]] = {
    "doctype": lambda d: d.replace(b"<soap:Envelope", b"<!DOCTYPE x><soap:Envelope", 1),
    "entity": lambda d: d.replace(
        b"<soap:Envelope", b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c SYSTEM "file:///etc/passwd">]><soap:Envelope', 1
    ).replace(b"Klage", b"&c;"),
    "unknown entity": lambda d: d.replace(b"Klage", b"&nbsp;"),
    "processing instruction": lambda d: d.replace(b"<soap:Body", b"<?x y?><soap:Body"),
    "utf-16 declared": lambda d: d.replace(b'encoding="UTF-8"', b'encoding="UTF-16"', 1),
    "latin-1 declared": lambda d: d.replace(b'encoding="UTF-8"', b'encoding="ISO-8859-1"', 1),
    "xml 1.1": lambda d: d.replace(b'version="1.0"', b'version="1.1"', 1),
    "text between blocks": lambda d: d.replace(b"</soap:Header>", b"x</soap:Header>"),
    "duplicate Id": inside_header('<x:h xmlns:x="urn:x" Id="body"/>'),
    "hidden duplicate Id": inside_header('<x:h xmlns:x="urn:x" Id="x"><x:i Id="body"/></x:h>'),
    "header without Id": inside_header('<x:h xmlns:x="urn:x"/>'),
    "second job block": inside_header(
        '<osci:storeDelivery Id="two"><osci:MessageId>eA==</osci:MessageId></osci:storeDelivery>'
    ),
    "foreign job block": inside_header('<osci:fetchDelivery Id="two"/>'),
    "second signature": inside_header('<osci:SupplierSignature Id="two"/>'),
    "undeclared prefix": inside_header("<y:h Id='y'/>"),
    "attribute twice by namespace": inside_header('<x:h xmlns:x="urn:x" xmlns:z="urn:x" x:a="1" z:a="2" Id="q"/>'),
    "default SOAP namespace": lambda d: d.replace(b"soap:", b"").replace(b"xmlns:soap", b"xmlns"),
    "other schemaLocation": lambda d: d.replace(b"soapStoreDelivery.xsd", b"soapFetchDelivery.xsd"),
    "no schemaLocation": lambda d: d.replace(b" xsi:schemaLocation=", b" Id="),
    "control block last": lambda d: re.sub(
        rb"(<soap:Header>)(<osci:ControlBlock.*?</osci:ControlBlock>)(.*)(</soap:Header>)", rb"\1\3\2\4", d, flags=re.S
    ),
    "xsi bound to another namespace": lambda d: d.replace(k.XSI.encode(), b"urn:other", 1),
    "something beside the signature": lambda d: d.replace(
        b"</osci:ClientSignature>", b"<ds:Object/></osci:ClientSignature>"
    ),
    "too many certificates": lambda d: re.sub(
        rb"(<osci:CipherCertificateOtherReader.*?</osci:CipherCertificateOtherReader>)",
        lambda f: b"".join(f[0].replace(b'Id="', b'Id="r%d' % n) for n in range(k.MAX_CERTIFICATES)),
        d,
        flags=re.S,
    ),
    "deep": inside_header("<x:h xmlns:x='urn:x' Id='d'>" + "<x:a>" * 100 + "</x:a>" * 100 + "</x:h>"),
    "wide": inside_header("<x:h xmlns:x='urn:x' Id='d' " + " ".join(f"a{i}=''" for i in range(100)) + "/>"),
}


@pytest.mark.parametrize("name", XML_TRICKS)
def test_xml_tricks(name: str) -> None:
    changed = XML_TRICKS[name](small())
    assert changed != small()
    assert refused(changed) == "9100"


def test_too_many_elements() -> None:
    many = "<x:a/>" * (k.MAX_XML_ELEMENTS + 1)
    assert refused(inside_header(f"<x:h xmlns:x='urn:x' Id='d'>{many}</x:h>")(small())) == "9100"


# signature wrapping: the signed element moves elsewhere, an unsigned one takes its place


def body_of(data: bytes) -> bytes:
    found = re.search(rb"<soap:Body.*</soap:Body>", data, re.S)
    assert found is not None
    return found[0]


def evil_body(data: bytes, identifier: str = "body2") -> bytes:
    return body_of(data).replace(b'Id="body"', f'Id="{identifier}"'.encode()).replace(b"PGEvPg==", b"PGIvPg==")


def without_inner_ids(xml: bytes) -> bytes:
    return re.sub(rb' Id="(content|contentcontainer)\d+"', b"", xml)


def wrapped(place: str, content: bytes) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        evil = without_inner_ids(evil_body(data))
        moved = data.replace(body_of(data), b"@@").replace(
            place.encode(), content.replace(b"BODY", body_of(data)) + place.encode(), 1
        )
        return moved.replace(b"@@", evil)

    return change


WRAPPINGS: dict[str, Callable[[bytes], bytes]] = {
    "old Body in a custom header": wrapped("</soap:Header>", b'<x:w xmlns:x="urn:x" Id="w">BODY</x:w>'),
    "old Body in a custom header without Id": wrapped("</soap:Header>", b'<x:w xmlns:x="urn:x">BODY</x:w>'),
    "old Body in a ds:Object": wrapped("</ds:Signature></osci:ClientSignature>", b"<ds:Object>BODY</ds:Object>"),
    "old Body in the signature block": wrapped("</osci:ClientSignature>", b"BODY"),
    "old Body in SignedInfo's place": wrapped("<ds:SignatureValue>", b"BODY"),
    "old Body beside the new one": wrapped("</soap:Envelope>", b"BODY"),
    "old Body as header block": wrapped("</soap:Header>", b"BODY"),
    "old Body inside the new one": lambda d: d.replace(
        body_of(d), without_inner_ids(evil_body(d)).replace(b"</soap:Body>", body_of(d) + b"</soap:Body>")
    ),
    "old Body before the Header": lambda d: d.replace(body_of(d), without_inner_ids(evil_body(d))).replace(
        b"<soap:Header>", body_of(d) + b"<soap:Header>"
    ),
    "new Body keeps the Id, old one loses it": lambda d: d.replace(
        body_of(d), without_inner_ids(evil_body(d, "body")) + body_of(d).replace(b' Id="body"', b"")
    ),
    "reference renamed with the Body": lambda d: d.replace(body_of(d), evil_body(d)).replace(b"#body", b"#body2"),
    "job block moved": lambda d: re.sub(
        rb"<osci:storeDelivery.*?</osci:storeDelivery>",
        lambda f: (
            b'<x:w xmlns:x="urn:x" Id="w">'
            + f[0]
            + b"</x:w>"
            + f[0].replace(b'Id="storedelivery"', b'Id="s2"').replace(b"aWQtMSD", b"aWQtMiD")
        ),
        d,
        flags=re.S,
    ),
    "certificate renamed": lambda d: d.replace(b'URI="#originator_signature', b'URI="#author2_signature', 1),
}


@pytest.mark.parametrize("name", WRAPPINGS)
def test_signature_wrapping(name: str) -> None:
    changed = WRAPPINGS[name](small())
    assert changed != small()
    assert refused(changed) in {"9100", "9601", "9602"}
    report = inspect((changed,), (), spool)
    assert report.verdict == "ungueltig"


def test_content_signature_wrapping() -> None:
    """Without a transport signature the content signature stands alone; what it does not cover is noticed."""
    unsigned = re.sub(rb"<osci:ClientSignature.*?</osci:ClientSignature>", b"", small(), flags=re.S)
    added = b'<osci:Content><osci:Base64Content Id="evil">ZXZpbA==</osci:Base64Content></osci:Content>'
    first = re.search(rb"<osci:Content>.*?</osci:Content>", unsigned, re.S)
    assert first is not None
    changes = {
        "added": unsigned.replace(first[0], first[0] + added),
        "removed": unsigned.replace(first[0], b""),
        "changed": unsigned.replace(b"PGEvPg==", b"PGIvPg=="),
        "attachment changed": unsigned.replace(b"attachment\r\n--", b"Attachment\r\n--"),
        "attachment renamed": unsigned.replace(b"a.txt", b"b.txt", 1),
        "element unknown": unsigned.replace(first[0], first[0] + b"<osci:Other/>"),
    }
    for name, data in changes.items():
        received = read_message((data,), (), READ_OLD_MAIL, spool)
        assert received.transport_signature.verdict is Verdict.INDETERMINATE
        try:
            containers = received.open_containers(())
        except RemoteProtocolError:
            continue
        assert containers[0].verdict is Verdict.INVALID, name
        with pytest.raises(RemoteProtocolError):
            _ = containers[0].contents


def test_limits_on_costly_things() -> None:
    """Many signatures or encrypted containers would keep the reader busy for minutes."""
    unsigned = re.sub(rb"<osci:ClientSignature.*?</osci:ClientSignature>", b"", small(), flags=re.S)
    signature = re.search(rb"<ds:Signature>.*?</ds:Signature>", unsigned, re.S)
    assert signature is not None
    many = unsigned.replace(signature[0], signature[0] * (k.MAX_SIGNATURES + 1))
    (container,) = read_message((many,), (), READ_OLD_MAIL, spool).open_containers(())
    assert "signatures" in container.problems[0].text
    encrypted = b'<xenc:EncryptedData MimeType="text/xml"/>' * (k.MAX_ENCRYPTED_CONTAINERS + 1)
    many = unsigned.replace(b"<osci:ContentPackage>", b"<osci:ContentPackage>" + encrypted)
    opened = read_message((many,), (), READ_OLD_MAIL, spool).open_containers(())
    assert "encrypted containers" in opened[k.MAX_ENCRYPTED_CONTAINERS].problems[0].text


# MIME


MIME_TRICKS: dict[str, Callable[[bytes], bytes]] = {
    "LF only": lambda d: d.replace(b"\r\n", b"\n"),
    "no CRLF at the end": lambda d: d[:-2],
    "no end boundary": lambda d: d[: d.rindex(b"\r\n--")],
    "no Content-ID": lambda d: d.replace(b"Content-ID: <a.txt>\r\n", b""),
    "no Content-Transfer-Encoding": lambda d: d.replace(b"Content-Transfer-Encoding: 8-bit\r\n", b""),
    "wrong Content-Length": lambda d: d.replace(b"Content-Length: 10", b"Content-Length: 9"),
    "Content-Length too large": lambda d: d.replace(b"Content-Length: 10", b"Content-Length: 11"),
    "Content-Length negative": lambda d: d.replace(b"Content-Length: 10", b"Content-Length: -10"),
    "Content-Length of 10^20": lambda d: d.replace(b"Content-Length: 10", b"Content-Length: 1" + b"0" * 20),
    "Content-Length no number": lambda d: d.replace(b"Content-Length: 10", b"Content-Length: zehn"),
    "Content-Length twice": lambda d: d.replace(b"Content-Length: 10", b"Content-Length: 10\r\nContent-Length: 10"),
    "many header lines in a part": lambda d: d.replace(
        b"Content-ID: <a.txt>", b"X: y\r\n" * 1_000_000 + b"Content-ID: <a.txt>"
    ),
    "many distinct headers": lambda d: d.replace(
        b"Content-ID: <a.txt>", b"".join(b"X%d:\r\n" % n for n in range(1_000_000)) + b"Content-ID: <a.txt>"
    ),
    "endless parameters": lambda d: d.replace(b"; type=text/xml", b'; a="' * 300_000, 1),
    "backslashes in parameters": lambda d: d.replace(b"; type=text/xml", b'; a="' + b'\\"' * 400_000, 1),
    "charset ISO-8859-1": lambda d: d.replace(b"charset=UTF-8", b"charset=ISO-8859-1"),
    "MIME-Version 2.0": lambda d: d.replace(b"MIME-Version: 1.0", b"MIME-Version: 2.0"),
    "part twice": lambda d: d[: d.rindex(b"\r\n--")] + d[d.index(b"\r\n--", d.index(b"</soap:Envelope>")) :],
    "boundary in a part": lambda d: d.replace(b"attachment\r\n--", b"attach\r\n--" + boundary(d) + b"x\r\n--"),
    "Content-ID twice": lambda d: d.replace(b"Content-ID: <a.txt>", b"Content-ID: <b>\r\nContent-ID: <a.txt>"),
    "long header line": lambda d: d.replace(
        b"MIME-Version", b"X: " + b"y" * (k.MAX_MIME_LINE_BYTES + 10) + b"\r\nMIME-Version"
    ),
    "many header lines": lambda d: d.replace(b"MIME-Version", b"X: y\r\n" * 1_000_000 + b"MIME-Version"),
    "header not UTF-8": lambda d: d.replace(b"<a.txt>", b"<a\xff.txt>"),
    "header without colon": lambda d: d.replace(b"Content-ID: <a.txt>", b"Content-ID <a.txt>"),
}


def boundary(data: bytes) -> bytes:
    found = re.search(rb"boundary=([^;]+);", data)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("name", MIME_TRICKS)
def test_mime_tricks(name: str) -> None:
    changed = MIME_TRICKS[name](small())
    assert changed != small()
    assert refused(changed) == "9100"


HARMLESS: dict[str, Callable[[bytes], bytes]] = {
    "empty lines in front": lambda d: b"\r\n\r\n" + d,
    "junk behind": lambda d: d + b"junk",
    "quoted boundary": lambda d: d.replace(b"boundary=" + boundary(d), b'boundary="' + boundary(d) + b'"', 1),
    "folded header": lambda d: d.replace(b"; type=text/xml", b";\r\n type=text/xml"),
    "header names in lower case": lambda d: d.replace(b"Content-ID", b"content-id"),
    "no MIME-Version": lambda d: d.replace(b"MIME-Version: 1.0\r\n", b""),
    "no angle brackets": lambda d: d.replace(b"<a.txt>", b"a.txt"),
    "no XML declaration": lambda d: re.sub(rb"<\?xml.*?\?>\s*", b"", d),
    "comment": lambda d: d.replace(b"</osci:Challenge>", b"<!-- x --></osci:Challenge>"),
    "NS5 only on the Envelope": lambda d: d[:600] + d[600:].replace(k.NS5.encode(), b""),
    "other quotes": lambda d: d.replace(b'Id="controlblock"', b"Id='controlblock'"),
    "character references": lambda d: d.replace(b"Klage", b"&#75;lage"),
    "CDATA": lambda d: d.replace(b"Klage", b"<![CDATA[Klage]]>"),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_another_way_to_write_the_same(name: str) -> None:
    changed = HARMLESS[name](small())
    assert changed != small()
    assert everything(changed) == everything(small())


def test_an_endless_stream_ends_at_a_limit() -> None:
    def endless(head: bytes, block: bytes) -> Iterator[bytes]:
        yield head
        yield from repeat(block)

    at = small().index(b"attachment\r\n--")
    for head, block in (
        (b"", b"\r\n" * 1000),
        (b"", b"x" * 100_000),
        (small()[:300], b" " * 1_000_000),
        (small()[:at], b"\0" * 8_000_000),
    ):
        with pytest.raises(RemoteProtocolError):
            read_message(endless(head, block), (), RECEIVING_NOW, _Nowhere)


class _Nowhere:
    """A spool that swallows what it is given, so that the test needs neither disk nor memory."""

    def seek(self, *_: int) -> int:
        return 0

    def write(self, data: bytes) -> int:
        return len(data)

    def read(self, *_: int) -> bytes:
        return b""


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1000])
def test_chunk_borders_do_not_matter(size: int) -> None:
    for data in (small(), small_sealed()):
        received = read_message(in_chunks(data, size), (parties().intermediary_cipher,), RECEIVING_NOW, spool)
        assert received.transport_signature.verdict is Verdict.VALID
