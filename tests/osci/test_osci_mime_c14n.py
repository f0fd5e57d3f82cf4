"""MIME splitter, base64 and canonical form against other implementations and against themselves."""

import base64
import io
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from osci_support import in_chunks

from osci import base64text, xml
from osci.c14n import canonical, canonical_without_inherited
from osci.errors import NotAnOsciMessage, RemoteProtocolError
from osci.mime import MimeReader, message_end, message_head, part_head
from osci.processcard_xml import parse_datetime

BOUNDARY = "MIME_boundary_a/b+c"
parts = st.lists(
    st.one_of(st.binary(max_size=300), st.sampled_from([b"", b"\r\n", b"\r\n--", b"\r\n--MIME_boundary_a/b+", b"--"])),
    min_size=1,
    max_size=5,
)


def message(bodies: list[bytes]) -> bytes:
    out = message_head(BOUNDARY)
    for number, body in enumerate(bodies):
        headers = (("Content-Type", "application/octet-stream"), ("Content-ID", f"<Kläger {number}>"))
        out += part_head(BOUNDARY, headers, first=number == 0) + body
    return out + message_end(BOUNDARY)


def split(chunks: Iterator[bytes]) -> list[tuple[str, int, bytes]]:
    reader = MimeReader(chunks)
    found = []
    while (head := reader.next_part()) is not None:
        found.append((head.id, head.body_offset, b"".join(reader.body())))
    return found


@settings(deadline=None)
@given(parts, st.integers(1, 400))
def test_parts_come_out_as_they_went_in(bodies: list[bytes], size: int) -> None:
    data = message(bodies)
    found = split(in_chunks(data, size))
    assert [body for _, _, body in found] == bodies
    assert [identifier for identifier, _, _ in found] == [f"Kläger {n}" for n in range(len(bodies))]
    assert [data[offset : offset + len(body)] for _, offset, body in found] == bodies


@pytest.mark.parametrize(
    ("value", "boundary"),
    [
        ("Multipart/Related; boundary=a/b+c=; type=text/xml", "a/b+c="),
        ('multipart/related;type="text/xml";boundary="a b;c=d"', "a b;c=d"),
        ('multipart/related; boundary="a\\"b"', 'a"b'),
        ("multipart/related; BOUNDARY = ab", "ab"),
        ("multipart/related; x=y boundary=ab", "ab"),
        ("multipart/related; boundary=----=_Part_1", "----=_Part_1"),
    ],
)
def test_boundaries_as_others_write_them(value: str, boundary: str) -> None:
    head = f"Content-Type: {value}\r\n\r\n--{boundary}\r\nContent-ID: <a>\r\nContent-Type: b\r\n\r\n"
    data = f"{head}x\r\n--{boundary}--\r\n"
    assert split(iter((data.encode(),))) == [("a", data.index("x\r\n--"), b"x")]


@pytest.mark.parametrize("value", ["text/xml; boundary=a", "multipart/related; boundary=", "x" * 3000])
def test_what_has_no_boundary_is_no_message(value: str) -> None:
    with pytest.raises(NotAnOsciMessage):
        split(iter((f"Content-Type: {value}\r\n\r\n--a\r\n".encode(),)))


def test_a_part_has_to_be_read_before_the_next() -> None:
    reader = MimeReader((message([b"1", b"2"]),))
    reader.next_part()
    with pytest.raises(RemoteProtocolError):
        reader.next_part()


@given(st.binary(max_size=500), st.integers(1, 90))
def test_base64_lines_as_the_library_writes_them(data: bytes, size: int) -> None:
    text = base64text.encode_lines(data)
    assert all(len(line) <= 76 for line in text.split("\n"))
    assert text.replace("\n", "") == base64.b64encode(data).decode() == base64text.encode(data)
    assert text.endswith("\n") == (len(text) > 0 and len(text.replace("\n", "")) % 76 == 0)
    assert base64text.decode(text) == data
    assert b"".join(base64text.decode_chunks(in_chunks(text.encode(), size))) == data


@pytest.mark.parametrize("text", ["A", "AA", "A===", "AAAA=", "AA==AA==", "AA-_", "=", "AA=A"])
def test_broken_base64_is_refused(text: str) -> None:
    with pytest.raises(RemoteProtocolError):
        base64text.decode(text)


@given(st.binary(max_size=200), st.text(alphabet=" \t\r\n-_.!\x00Ä\u2028", max_size=20), st.integers(0, 300))
def test_foreign_characters_are_ignored(data: bytes, foreign: str, at: int) -> None:
    """Section 3.2: old peers break lines as they like; digests are over the decoded bytes."""
    text = base64text.encode_lines(data)
    mixed = text[:at] + foreign + text[at:]
    assert base64text.decode(mixed) == data
    assert b"".join(base64text.decode_chunks(in_chunks(mixed.encode(), 7))) == data


names = st.sampled_from(["a", "p:a", "q:b", "c"])
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], include_characters="\t\n\r"), max_size=8)


def _escaped(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return text.replace("\r", "&#13;").replace("\n", "&#10;").replace("\t", "&#9;")


@st.composite
def documents(draw: st.DrawFn, depth: int = 3) -> str:
    name = draw(names)
    declared = draw(
        st.sets(st.sampled_from(['xmlns:p="urn:p"', 'xmlns:q="urn:q"', 'xmlns:p="urn:z"', 'xmlns="urn:d"']))
    )
    if len({d.split("=")[0] for d in declared}) != len(declared):
        declared = set()
    attributes = draw(st.dictionaries(st.sampled_from(["b", "a", "p:x", "q:a", "xml:lang"]), texts, max_size=4))
    head = " ".join([name, *sorted(declared), *(f'{k}="{_escaped(v)}"' for k, v in attributes.items())])
    children = draw(st.lists(documents(depth - 1) if depth else texts.map(_escaped), max_size=3))
    comment = draw(st.sampled_from(["", "<!-- c -->", "<![CDATA[<x>&]]>"]))
    return f"<{head}>{draw(texts.map(_escaped))}{comment}{''.join(children)}</{name}>"


@settings(deadline=None, max_examples=300)
@given(documents())
def test_canonical_form_is_that_of_libxml2(document: str) -> None:
    source = f'<r xmlns:p="urn:p0" xmlns:q="urn:q0">{document}</r>'.encode()
    root = etree.fromstring(source)
    assert canonical(xml.parse(source)) == _libxml2(root)
    apex = xml.parse(source).elements()[0] if not root.text else None
    if apex is not None:
        assert canonical(apex) == _libxml2_element(root[0])


def _libxml2(root: etree._Element) -> bytes:
    out = io.BytesIO()
    etree.ElementTree(root).write_c14n(out, with_comments=False)
    return out.getvalue()


def _libxml2_element(found: etree._Element) -> bytes:
    """Of the element alone: taken out and parsed again, since c14n of sub-elements is wrong in lxml."""
    alone = etree.fromstring(etree.tostring(found, with_tail=False))
    return _libxml2(alone)


def test_no_declaration_on_the_apex_where_the_library_writes_none() -> None:
    source = b'<r xmlns:x="urn:x"><x:e B="2" A="1"><y:f xmlns:y="urn:y"/></x:e></r>'
    inner = xml.parse(source).elements()[0]
    assert canonical_without_inherited(inner) == b'<x:e A="1" B="2"><y:f xmlns:y="urn:y"></y:f></x:e>'
    assert canonical(inner) == b'<x:e xmlns:x="urn:x" A="1" B="2"><y:f xmlns:y="urn:y"></y:f></x:e>'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-02T03:04:05+01:00", "2026-01-02T03:04:05+01:00"),
        ("2026-01-02T03:04:05.5Z", "2026-01-02T03:04:05.500000+00:00"),
        ("2026-01-02T03:04:05.123456789-05:30", "2026-01-02T03:04:05.123456-05:30"),
    ],
)
def test_times(text: str, expected: str) -> None:
    assert parse_datetime(text).isoformat() == expected


@pytest.mark.parametrize(
    "text", ["2026-01-02", "2026-13-02T03:04:05Z", "2026-01-02T03:04:05", "gestern", "", "2026-01-02T03:04:05+99:99"]
)
def test_times_that_are_none(text: str) -> None:
    with pytest.raises(RemoteProtocolError):
        parse_datetime(text)
