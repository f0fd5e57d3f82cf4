"""Signature wrapping at the content signature, generated: where the signed Content goes, which Id the forged one bears.

The transport is unsigned (as mail of others may be), so the content signature stands alone. The classic eight variants
are among these; wrapping at the transport signature: `test_osci_hostile.py`.
"""

import re
from collections.abc import Callable

import pytest
from osci_support import UNSIGNED_ALLOWED, attachment, parties, raw, spool, store

from osci.content import AttachmentContent, ContentContainer, ContentPackage, DataContent
from osci.errors import OsciError
from osci.reader import read_message
from osci.types import Verdict
from osci.writer import write_message

TRUE, FORGED = b"Klage zur\xc3\xbcckgenommen", b"Klage erhoben"
ENCODED = b"S2xhZ2UgenVyw7xja2dlbm9tbWVu"
FORGED_ENCODED = b"S2xhZ2UgZXJob2Jlbg=="


def message() -> bytes:
    contents = (DataContent(TRUE, "signed"), AttachmentContent(attachment("a.txt", b"x" * 30), "file"))
    container = ContentContainer(contents, "container", (parties().originator,))
    package = ContentPackage((container,))
    return raw(write_message(store(package), None, spool, UNSIGNED_ALLOWED))


def content_of(data: bytes) -> bytes:
    found = re.search(rb'<osci:Content><osci:Base64Content Id="signed">.*?</osci:Content>', data, re.S)
    assert found is not None
    assert ENCODED in found[0]
    return found[0]


def into(place: bytes, template: bytes = b"SIGNED") -> Callable[[bytes, bytes], bytes]:
    """The signed Content goes before `place`, wrapped as `template` says."""
    return lambda data, signed: data.replace(place, template.replace(b"SIGNED", signed) + place, 1)


OBJECT = b"<ds:Object>SIGNED</ds:Object>"
FOREIGN = b'<x:w xmlns:x="urn:x" Id="w">SIGNED</x:w>'
PLACES: dict[str, Callable[[bytes, bytes], bytes]] = {
    "in a ds:Object": into(b"</ds:Signature>", OBJECT),
    "in a foreign element in a ds:Object": into(b"</ds:Signature>", OBJECT.replace(b"SIGNED", FOREIGN)),
    "before the signature": into(b"<ds:Signature>"),
    "beside the forged one": into(b"</osci:ContentContainer>"),
    "in a foreign element of the container": into(b"</osci:ContentContainer>", FOREIGN),
    "in a container beside": into(
        b"</osci:ContentPackage>", b'<osci:ContentContainer Id="c2">SIGNED</osci:ContentContainer>'
    ),
    "in a nested container": into(
        b"</osci:ContentContainer>",
        b'<osci:Content Id="n"><osci:ContentContainer Id="c2">SIGNED</osci:ContentContainer></osci:Content>',
    ),
    "in a custom header": into(b"</soap:Header>", FOREIGN),
    "behind the package": into(b"</soap:Body>"),
    "inside the forged one": into(b"</osci:Base64Content><!--forged-->"),
}
IDS = {"the same Id": b' Id="signed"', "another Id": b' Id="other"', "no Id": b""}


@pytest.mark.parametrize("identifier", IDS)
@pytest.mark.parametrize("place", PLACES)
def test_the_forged_content_is_never_good(place: str, identifier: str) -> None:
    data = message()
    signed = content_of(data)
    forged = signed.replace(ENCODED, FORGED_ENCODED).replace(b' Id="signed"', IDS[identifier])
    forged = forged.replace(b"</osci:Base64Content>", b"</osci:Base64Content><!--forged-->")
    wrapped = PLACES[place](data.replace(signed, forged), signed)
    assert wrapped.count(ENCODED) == wrapped.count(FORGED_ENCODED) == 1
    assert released(data) == {TRUE, b"x" * 30}
    assert FORGED not in released(wrapped)


@pytest.mark.parametrize("identifier", ["the same Id", "no Id"])
def test_nor_where_the_signed_one_has_lost_its_id(identifier: str) -> None:
    data = message()
    signed = content_of(data)
    forged = signed.replace(ENCODED, FORGED_ENCODED).replace(b' Id="signed"', IDS[identifier])
    for place, put in PLACES.items():
        wrapped = put(data.replace(signed, forged), signed.replace(b' Id="signed"', b""))
        assert FORGED not in released(wrapped), place


def released(data: bytes) -> set[bytes]:
    """What a caller gets without opting out; of containers that say they are signed."""
    try:
        containers = read_message((data,), (), UNSIGNED_ALLOWED, spool).open_containers(())
    except OsciError:
        return set()
    found = set()
    for container in containers:
        if container.verdict is Verdict.VALID and container.signatures:
            found |= {b"".join(content.chunks()) for content in container.contents if content.kind != "container"}
        elif container.verdict is not Verdict.VALID:
            with pytest.raises(OsciError):
                _ = container.contents
    return found
