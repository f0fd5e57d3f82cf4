"""Small XML from outside."""

import pytest

from erv_gateway.kern.xml import MAX_XML_BYTES, XmlRefused, parse_xml


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b"<!DOCTYPE a><a/>",
        b"<a><b></a>",
        b"",
        b"\x00",
        b"<a/>" + b" " * MAX_XML_BYTES,
        b"<a>" * 300 + b"</a>" * 300,
    ],
)
def test_what_is_not_plain_small_xml_is_refused(data: bytes) -> None:
    with pytest.raises(XmlRefused):
        parse_xml(data, what="test")


def test_plain_xml_is_read() -> None:
    assert parse_xml("<a>ä</a>".encode(), what="test").text == "ä"
