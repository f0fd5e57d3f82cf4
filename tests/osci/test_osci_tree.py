"""The small tree: what it refuses between elements, and that nothing of it outlives its user."""

import gc
from collections.abc import Iterator

import pytest

from osci.c14n import canonical
from osci.constants import NS5
from osci.errors import RemoteProtocolError
from osci.xml import Element, parse


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def living() -> int:
    return sum(isinstance(found, Element) for found in gc.get_objects())


@pytest.mark.usefixtures("no_collector")
def test_a_tree_is_freed_without_the_collector() -> None:
    """Trees of 200,000 elements must not pile up until the collector comes round."""
    before = living()
    tree = parse(b"<a>" + b"<b/>" * 500 + b"</a>")
    assert living() == before + 501
    del tree
    assert living() == before


@pytest.mark.usefixtures("no_collector")
def test_a_refused_document_leaves_nothing_either() -> None:
    before = living()
    with pytest.raises(RemoteProtocolError):
        parse(b"<a>" + b"<b/>" * 500)
    assert living() == before


@pytest.mark.parametrize("blank", ["", " ", "\t\r\n "])
def test_blanks_may_stand_between_elements(blank: str) -> None:
    tree = parse(f"<a>{blank}<b/>{blank}<c/>{blank}</a>".encode())
    assert [found.local for found in tree.elements()] == ["b", "c"]


@pytest.mark.parametrize("text", ["x", " x ", "\u00a0", "\u2003", "&#x20;x", "<![CDATA[x]]>"])
def test_other_text_between_elements_is_refused(text: str) -> None:
    """What Unicode calls a blank is none in XML."""
    tree = parse(f"<a><b/>{text}<c/></a>".encode())
    with pytest.raises(RemoteProtocolError, match="9100"):
        tree.elements()
    with pytest.raises(RemoteProtocolError, match="9100"):
        tree.child("", "b")


def test_elements_inside_text_are_refused() -> None:
    with pytest.raises(RemoteProtocolError, match="9100"):
        parse(b"<a>text<b/></a>").text()


def test_an_only_child_is_the_only_one() -> None:
    tree = parse(b"<a><b/><c/><b/></a>")
    assert tree.need("", "c").local == "c"
    with pytest.raises(RemoteProtocolError, match="more than once"):
        tree.child("", "b")


def test_elements_come_in_document_order() -> None:
    tree = parse(b"<a><b><c/><d/></b>x<e><f/></e></a>")
    assert "".join(found.local for found in tree.walk()) == "abcdef"


def test_the_five_declarations_are_sorted_whatever_their_order() -> None:
    """The usual context takes a short cut, any other goes the long way."""
    swapped = " ".join(reversed(NS5.split()))
    assert canonical(parse(f"<soap:a {swapped}></soap:a>".encode())) == f"<soap:a{NS5}></soap:a>".encode()
    more = canonical(parse(f'<soap:a xmlns:z="urn:z" {swapped} xmlns:a="urn:&lt;"></soap:a>'.encode()))
    assert more == f'<soap:a xmlns:a="urn:&lt;"{NS5} xmlns:z="urn:z"></soap:a>'.encode()
