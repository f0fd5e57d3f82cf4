"""Forms of content signatures that we read but never write: signing time, foreign transforms, wrong signer roles."""

import hashlib

import pytest
from osci_support import UNSIGNED_ALLOWED, parties, raw, spool, store, store_certificates

from osci import algorithms as a
from osci.c14n import canonical
from osci.constants import NS5, XADES
from osci.content import StoredPackage
from osci.opened import OpenedContainer
from osci.policy import READ_OLD_MAIL, RECEIVING_NOW
from osci.reader import read_message
from osci.signature import Reference, signature_xml
from osci.types import Role, Use, Verdict
from osci.writer import write_message
from osci.xml import parse

DATA = Reference("#c1", (a.BASE64,), a.SHA256, hashlib.sha256(b"hello").digest())
CONTENT = '<osci:Content><osci:Base64Content Id="c1">aGVsbG8=</osci:Base64Content></osci:Content>'
TIME = (
    f'<xades:QualifyingProperties xmlns:xades="{XADES}" Target="#s"><xades:SignedProperties Id="kTS0">'
    "<xades:SignedSignatureProperties><xades:SigningTime>2026-01-02T03:04:05Z</xades:SigningTime>"
    "</xades:SignedSignatureProperties></xades:SignedProperties></xades:QualifyingProperties>"
)


def opened(signature: str) -> OpenedContainer:
    package = StoredPackage(f'<osci:ContentContainer{NS5} Id="k">{signature}{CONTENT}</osci:ContentContainer>'.encode())
    built = write_message(store(package), None, spool, UNSIGNED_ALLOWED)  # type: ignore[arg-type]
    (container,) = read_message((raw(built),), (), READ_OLD_MAIL, spool).open_containers(())
    return container


def signature(*references: Reference, role: Role = Role.ORIGINATOR, use: Use = Use.SIGNATURE) -> str:
    entry = next(e for e in store_certificates() if (e.role, e.use) == (role, use))
    return signature_xml(parties().originator, references, entry.id, RECEIVING_NOW)


def with_time(digest: bytes) -> str:
    signed = signature(DATA, Reference("#kTS0", (), a.SHA256, digest))
    return signed.replace("</ds:Signature>", f"<ds:Object>{TIME}</ds:Object></ds:Signature>")


def test_the_claimed_signing_time_is_checked_and_given() -> None:
    scope = parse(f"<x{NS5}>{TIME}</x>".encode()).elements()[0].elements()[0]
    right = hashlib.sha256(canonical(scope)).digest()
    container = opened(with_time(right))
    assert container.signatures[0].reasons == ()
    assert container.verdict is Verdict.VALID
    assert container.signatures[0].signing_time == "2026-01-02T03:04:05Z"
    assert opened(with_time(b"\0" * 32)).verdict is Verdict.INVALID


def test_a_signing_time_must_be_signed() -> None:
    unsigned = signature(DATA).replace("</ds:Signature>", f"<ds:Object>{TIME}</ds:Object></ds:Signature>")
    assert opened(unsigned).verdict is Verdict.INVALID


def test_a_transform_that_only_the_sender_can_follow_is_not_decided() -> None:
    foreign = Reference("#c1", (a.BASE64, "http://www.w3.org/TR/1999/REC-xslt-19991116"), a.SHA256, b"\1" * 32)
    assert opened(signature(foreign)).verdict is Verdict.INDETERMINATE


@pytest.mark.parametrize(("role", "use"), [(Role.ADDRESSEE, Use.CIPHER), (Role.ORIGINATOR, Use.CIPHER)])
def test_only_originator_and_authors_sign_content(role: Role, use: Use) -> None:
    container = opened(signature(DATA, role=role, use=use))
    assert container.signatures[0].verdict is Verdict.INVALID


def test_another_authors_certificate_does_not_fit() -> None:
    assert opened(signature(DATA, role=Role.OTHER_AUTHOR)).verdict is Verdict.INVALID


def test_several_signatures_each_have_their_own_result() -> None:
    wrong = Reference("#c1", (a.BASE64,), a.SHA256, b"\0" * 32)
    container = opened(signature(DATA) + signature(wrong))
    assert [s.verdict for s in container.signatures] == [Verdict.VALID, Verdict.INVALID]
    assert container.verdict is Verdict.INVALID


def test_content_that_nobody_signed_makes_the_container_malformed() -> None:
    """Section 3.9: 9100 for an uncovered Content, 9601 for something signed that is not there."""
    more = '<osci:Content><osci:Base64Content Id="c2">ZXZpbA==</osci:Base64Content></osci:Content>'
    uncovered = opened(signature(DATA) + more)
    assert [s.code for s in uncovered.signatures] == ["9100"]
    missing = Reference("#c9", (a.BASE64,), a.SHA256, b"\0" * 32)
    assert [s.code for s in opened(signature(DATA, missing)).signatures] == ["9601"]
