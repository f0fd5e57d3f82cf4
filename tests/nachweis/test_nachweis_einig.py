"""The two verifiers never disagree, and nothing but German verdicts comes out, whatever is thrown at them."""

import nachweis_fabrik as fabrik
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from nachweis_urteile import UNLESBAR, own, pack, rehash, stand_alone, unpack, verifier

from erv_gateway.nachweis import modell, xmlbaum
from erv_gateway.nachweis.befund import Mangel

GOOD = unpack(fabrik.good_bundle())
VERDICTS = {"gueltig", "unbestimmt", "ungueltig", UNLESBAR}
SIGNED_OR_CHECKED = sorted(set(GOOD) - {modell.PDF, modell.LIESMICH, modell.MANIFEST})
FRAGMENTS = (
    b"<!-- x -->",
    b"<![CDATA[x]]>",
    b"&#13;",
    b"\r",
    b"\n",
    b" ",
    b"&lt;",
    b'xmlns=""',
    b"<?x?>",
    b"\x00",
    b"=",
)


@st.composite
def mutations(draw: st.DrawFn) -> tuple[str, bytes]:
    """One file and its changed content: bits flipped, pieces cut, doubled or put in."""
    path = draw(st.sampled_from(SIGNED_OR_CHECKED))
    data = bytearray(GOOD[path])
    for _ in range(draw(st.integers(1, 3))):
        position = draw(st.integers(0, max(0, len(data) - 1)))
        kind = draw(st.sampled_from(("flip", "cut", "double", "insert")))
        length = draw(st.integers(1, 40))
        if kind == "flip" and data:
            data[position] ^= 1 << draw(st.integers(0, 7))
        elif kind == "cut":
            del data[position : position + length]
        elif kind == "double":
            data[position:position] = data[position : position + length]
        else:
            data[position:position] = draw(st.sampled_from(FRAGMENTS))
    return path, bytes(data)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(mutations())
def test_verifiers_agree_on_rehashed_mutations(mutation: tuple[str, bytes]) -> None:
    path, data = mutation
    bundle = rehash({**GOOD, path: data})
    assert own(bundle)[0] == stand_alone(bundle)[0]


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(mutations())
def test_unlisted_change_is_never_gueltig(mutation: tuple[str, bytes]) -> None:
    path, data = mutation
    bundle = pack({**GOOD, path: data})
    verdicts = {own(bundle)[0], stand_alone(bundle)[0]}
    assert verdicts == ({"gueltig"} if data == GOOD[path] else {"ungueltig"})


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, len(GOOD[modell.MANIFEST]) - 1), st.binary(min_size=0, max_size=3))
def test_verifiers_agree_on_mutated_manifests(position: int, inserted: bytes) -> None:
    manifest = bytearray(GOOD[modell.MANIFEST])
    manifest[position : position + 2] = inserted
    bundle = pack({**GOOD, modell.MANIFEST: bytes(manifest)})
    assert own(bundle)[0] == stand_alone(bundle)[0]


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, len(fabrik.good_bundle()) - 1), st.binary(min_size=1, max_size=8))
def test_verifiers_agree_on_mutated_archives(position: int, inserted: bytes) -> None:
    bundle = bytearray(fabrik.good_bundle())
    bundle[position : position + len(inserted)] = inserted
    left, right = own(bytes(bundle))[0], stand_alone(bytes(bundle))[0]
    assert left == right
    assert left in VERDICTS


PREFIXES = st.sampled_from(("", "a", "b", "ds"))
URIS = st.sampled_from(("urn:x", "urn:y", "http://z/"))
TEXTS = st.text(st.sampled_from("aä<>&\"' \t\n\r€"), max_size=8)


@st.composite
def elements(draw: st.DrawFn, depth: int = 0) -> str:
    """Well-formed XML with namespaces declared here and there, attributes and odd texts, in other notations."""
    declared = draw(st.dictionaries(PREFIXES, URIS, max_size=2)) | ({"a": "urn:x"} if depth == 0 else {})
    names = "".join(f' xmlns{":" if p else ""}{p}="{uri}"' for p, uri in declared.items())
    attributes = draw(st.dictionaries(st.sampled_from(("u", "v", "a:w", "Z")), TEXTS, max_size=3))
    written = "".join(f' {name}="{escape(text)}"' for name, text in attributes.items())
    inner = "".join(draw(st.lists(elements(depth + 1), max_size=2))) if depth < 3 else ""
    prefix = draw(st.sampled_from(("", "a:")))
    return f"<{prefix}e{names}{written}>{escape(draw(TEXTS))}{inner}<!-- c --></{prefix}e>"


def escape(text: str) -> str:
    pairs = {"&": "&amp;", "<": "&lt;", '"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;"}
    return "".join(pairs.get(char, char) for char in text)


@settings(max_examples=300, deadline=None)
@given(elements())
def test_three_canonicalisers_agree(xml: str) -> None:
    """verify.py's on expat, ours on lxml, and libxml2 on the whole document."""
    data = xml.encode()
    whole = etree.tostring(etree.fromstring(data), method="c14n", exclusive=False, with_comments=False)
    assert verifier().canonicalize(verifier().parse_xml(data)) == whole
    theirs = [verifier().canonicalize(node) for node in verifier().parse_xml(data).walk()]
    ours = [xmlbaum.canonical(element) for element in xmlbaum.parse_xml(data).iter()]
    assert theirs == ours


HOSTILE = {
    "doctype": b"<!DOCTYPE a><a/>",
    "entity": b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
    "external": b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
    "laughs": b'<!DOCTYPE a [<!ENTITY x "' + b"y" * 99 + b'"><!ENTITY z "&x;&x;&x;">]><a>&z;&z;</a>',
    "instruction": b"<a><?x y?></a>",
    "instruction before": b"<?x y?><a/>",
    "twice the Id": b'<a><b Id="1"/><b Id="1"/></a>',
    "deep": b"<a>" * 150 + b"</a>" * 150,
    "very deep": b"<a>" * 100_000 + b"</a>" * 100_000,
    "unknown prefix": b"<x:a/>",
    "latin-1": '<?xml version="1.0" encoding="ISO-8859-1"?><a>ä</a>'.encode("latin-1"),
    "utf-16": "<a/>".encode("utf-16"),
    "two roots": b"<a/><a/>",
    "empty": b"",
    "attribute twice": b'<a xmlns:p="u" xmlns:q="u" p:x="1" q:x="2"/>',
    "many": b"<a>" + b"<b/>" * 200_001 + b"</a>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_xml_is_refused_by_both(name: str) -> None:
    with pytest.raises(verifier().Mangel):
        verifier().parse_xml(HOSTILE[name])
    with pytest.raises(Mangel):
        xmlbaum.parse_xml(HOSTILE[name])
