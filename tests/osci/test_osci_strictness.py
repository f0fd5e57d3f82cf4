"""Chapter 8, row by row: how the reference client takes a mutated answer, and how we do."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from osci_gegenseite import Peer, client, intermediary
from osci_support import UNSIGNED_ALLOWED, parties, raw, spool

from osci import algorithms as a
from osci import certificates as c
from osci import constants as k
from osci import messages as m
from osci.built import Built
from osci.dialog import Dialog, OutgoingRequest
from osci.errors import OsciError, RemoteProtocolError
from osci.keys import SoftKey
from osci.policy import READ_OLD_MAIL, SENDING, Policy
from osci.transport import seal
from osci.writer import write_fault, write_message

LENIENT = replace(SENDING, name="unsigned answers allowed", require_signed=False)
OK = "OK"
Change = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Row:
    """One mutation. `code`: what the reference client says; `ours`: where we differ, on purpose (divergences.md).

    `block` bends the control block before signing; `inner` changes the signed message, `outer` the sealed one.
    """

    code: str
    ours: str | None = None
    cls: type[m.Response] = m.ResponseToFetchDelivery
    block: dict[str, Any] | None = None
    inner: Change | None = None
    outer: Change | None = None
    signed: bool = True
    policy: Policy = SENDING
    sealed: bool = True
    fields: dict[str, Any] | None = None

    @property
    def expected(self) -> str:
        return self.ours or self.code


def bytes_changed(pattern: str, new: bytes, count: int = 1) -> Change:
    return lambda data: re.sub(pattern.encode(), lambda _: new, data, count=count, flags=re.S)


def behind(mark: bytes, new: bytes) -> Change:
    return lambda data: data.replace(mark, mark + new, 1)


def before(mark: bytes, new: bytes) -> Change:
    return lambda data: data.replace(mark, new + mark, 1)


def flipped(find: Callable[[bytes], int]) -> Change:
    def change(data: bytes) -> bytes:
        at = find(data)
        return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]

    return change


def blob_start(data: bytes) -> int:
    return data.index(b"<osci_enc>\r\n\r\n") + len(b"<osci_enc>\r\n\r\n")


def policy(**choice: str) -> Policy:
    return replace(SENDING, require_signed=True, choice=replace(SENDING.choice, **choice))


def signature_last(data: bytes) -> bytes:
    found = re.search(rb"<osci:SupplierSignature.*?</osci:SupplierSignature>", data, re.S)
    assert found is not None
    return data.replace(found[0], b"").replace(b"</soap:Header>", found[0] + b"</soap:Header>")


def signature_first(data: bytes) -> bytes:
    found = re.search(rb"<osci:SupplierSignature.*?</osci:SupplierSignature>", data, re.S)
    assert found is not None
    return data.replace(found[0], b"").replace(b"<soap:Header>", b"<soap:Header>" + found[0])


def mime_boundary(data: bytes) -> bytes:
    found = re.search(rb"boundary=([^;]+);", data)
    assert found is not None
    return found[1]


INIT, EXIT = m.ResponseToInitDialog, m.ResponseToExitDialog
WITH_CIPHER = {"certificates": c.intermediary(cipher=parties().intermediary_cipher.certificate)}
HEADER = (b'<x:h xmlns:x="urn:x" Id="h"/>',)

ROWS: dict[str, Row] = {
    "unsigned": Row(OK, signed=False, policy=LENIENT),
    "unsigned under our policy": Row(OK, "9600", signed=False),
    "not encrypted": Row("9202", sealed=False),
    "Response wrong": Row("9400", block={"response": "ZmFsc2NoZXI="}),
    "Response missing": Row("9400", block={"response": None}),
    "ConversationId missing": Row("9802", block={"conversation_id": None}),
    "another ConversationId in the first answer": Row(OK, cls=INIT, block={"conversation_id": "4711"}),
    "ConversationId not numeric": Row(OK, cls=INIT, block={"conversation_id": "abc-1"}),
    "SequenceNumber wrong": Row("9400", block={"sequence_number": 7}),
    "SequenceNumber missing": Row("9400", block={"sequence_number": None}),
    "SequenceNumber in ResponseToInitDialog": Row("9400", cls=INIT, block={"sequence_number": 0}),
    "Challenge missing in ResponseToInitDialog": Row("9100", cls=INIT, block={"challenge": None}),
    "Challenge in ResponseToExitDialog": Row("9100", cls=EXIT, block={"challenge": "eA=="}),
    "signature without certificate block": Row(
        "9601", inner=bytes_changed("<osci:IntermediaryCertificates.*</osci:IntermediaryCertificates>", b"")
    ),
    "body changed": Row("9601", cls=INIT, inner=bytes_changed("Dialog weiterhin", b"Dialog weiterhim")),
    "cipher certificate of the intermediary": Row("9100", fields=WITH_CIPHER),
    "duplicate Id": Row("9100", inner=before(b"</soap:Header>", b'<x:h xmlns:x="urn:x" Id="body"/>')),
    "text between elements": Row("9100", inner=before(b"</soap:Header>", b"text")),
    "DOCTYPE": Row("9100", inner=before(b"<soap:Envelope", b"<!DOCTYPE x>")),
    "custom header without Id": Row("9100", inner=before(b"</soap:Header>", b'<x:h xmlns:x="urn:x"/>')),
    "comment": Row(OK, inner=before(b"</soap:Header>", b"<!-- c -->")),
    "white space, unsigned": Row(
        OK, signed=False, policy=LENIENT, inner=before(b"</soap:Header>", b" \n\t "), outer=None
    ),
    "features": Row(OK, fields={"features": m.OUR_FEATURES}),
    "signed custom header": Row(OK, fields={"custom_headers": HEADER}),
    "Feedback missing": Row(
        OK, "9100", signed=False, policy=LENIENT, inner=bytes_changed("<osci:Feedback>.*?</osci:Feedback>", b"")
    ),
    "unknown body element": Row(
        OK, cls=INIT, signed=False, policy=LENIENT, inner=before(b"</soap:Body>", b'<x:y xmlns:x="urn:x"/>')
    ),
    "other schemaLocation": Row("9100", inner=bytes_changed("soapResponseToFetchDelivery", b"soapFetchDelivery")),
    "no schemaLocation": Row("9100", inner=bytes_changed(' xsi:schemaLocation="[^"]*"', b"")),
    "schemaLocation with two blanks": Row("9100", inner=bytes_changed(" oscisig.xsd", b"  oscisig.xsd")),
    "another prefix for XSI": Row(
        "9100", inner=lambda d: d.replace(b"xmlns:xsi", b"xmlns:i").replace(b"xsi:schema", b"i:schema")
    ),
    "MIME with LF": Row("9202", inner=lambda d: d.replace(b"\r\n", b"\n")),
    "no CRLF at the end": Row("9202", inner=lambda d: d[:-2]),
    "no end boundary": Row("9202", inner=lambda d: d[: d.rindex(b"\r\n--")]),
    "no Content-ID": Row("9202", inner=bytes_changed("Content-ID: <osci@message>\r\n", b"")),
    "charset": Row("9202", inner=bytes_changed("charset=UTF-8", b"charset=ISO-8859-1")),
    "leading empty lines": Row(OK, inner=lambda d: b"\r\n\r\n" + d),
    "trailing junk": Row(OK, inner=lambda d: d + b"junk"),
    "quoted boundary": Row(
        OK, inner=lambda d: d.replace(b"boundary=" + mime_boundary(d), b'boundary="' + mime_boundary(d) + b'"', 1)
    ),
    "other Content-ID of part 1": Row(OK, inner=bytes_changed("osci@message", b"anders")),
    "no MIME-Version": Row(OK, inner=bytes_changed("MIME-Version: 1.0\r\n", b"")),
    "no XML declaration": Row(OK, inner=bytes_changed(r"<\?xml.*?\?>\s*", b"")),
    "empty-element tags": Row(OK, inner=lambda d: re.sub(rb"<(ds:DigestMethod[^>]*)></ds:DigestMethod>", rb"<\1/>", d)),
    "attribute order": Row(
        OK, inner=lambda d: re.sub(rb'(<osci:ControlBlock.*?)( ConversationId="\d+")( Id="\w+")', rb"\1\3\2", d)
    ),
    "NS5 only on the Envelope": Row(OK, inner=lambda d: d[:500] + d[500:].replace(k.NS5.encode(), b"")),
    "namespace added after signing": Row("9601", inner=behind(b"<soap:Envelope", b' xmlns:q="urn:q"')),
    "PSS with SHA-256": Row(OK, policy=policy(rsa_signature=a.PSS_SHA256)),
    "PSS with SHA-512": Row(OK, policy=policy(rsa_signature=a.PSS_SHA512, digest=a.SHA512)),
    "PSS with SHA3-256": Row(OK, policy=policy(rsa_signature=a.PSS_SHA3_256, digest=a.SHA3_256)),
    "rsa-sha512": Row(OK, policy=policy(rsa_signature=a.RSA_SHA512, digest=a.SHA512)),
    "digests SHA3-512": Row(OK, policy=policy(digest=a.SHA3_512)),
    "digests SHA-1": Row(OK, "9601", policy=policy(digest=a.SHA1)),
    "rsa-sha384": Row("9100", inner=bytes_changed("xmldsig-more#rsa-sha256", b"xmldsig-more#rsa-sha384")),
    "signature last, SHA-256": Row(OK, inner=signature_last),
    "signature last, SHA-512": Row(
        "9601", OK, policy=policy(digest=a.SHA512, rsa_signature=a.RSA_SHA512), inner=signature_last
    ),
    "signature before the ControlBlock": Row("9100", inner=signature_first),
    "envelope byte in the middle": Row("9100", "9202", outer=flipped(lambda d: blob_start(d) + 900)),
    "tag": Row("9202", outer=flipped(lambda d: d.rindex(b"\r\n--") - 1)),
    "IV": Row("9202", outer=flipped(blob_start)),
    "IvLength removed": Row("9202", outer=bytes_changed("<osci128:IvLength.*?</osci128:IvLength>", b"")),
    "encrypted part without transfer encoding": Row(
        "9202", outer=bytes_changed("Content-Transfer-Encoding: binary\r\n", b"")
    ),
}


def request_of(row: Row) -> tuple[Dialog, Peer, OutgoingRequest]:
    """A dialog that waits for an answer of the row's type."""
    talk, peer = Dialog(client(), intermediary(), spool, receiving=row.policy), Peer()
    first = talk.init()
    if row.cls is INIT:
        return talk, peer, first
    talk.receive([peer.answer(first, INIT, "0801")])
    return talk, peer, talk.exit() if row.cls is EXIT else talk.fetch_delivery()


def body_of(row: Row, peer: Peer, request: OutgoingRequest) -> bytes:
    fields = {"block": row.block or {}, **(row.fields or {})}
    message = peer.message(request, row.cls, "0800" if row.cls is EXIT else "0801", **fields)
    if not row.signed:
        data = raw(write_message(message, None, spool, UNSIGNED_ALLOWED))
    else:
        writing = replace(READ_OLD_MAIL, choice=row.policy.choice)  # the peer may do what we would not
        data = raw(write_message(message, parties().intermediary, spool, writing))
    changed = row.inner(data) if row.inner else data
    assert (changed != data) == (row.inner is not None)
    if not row.sealed:
        return changed
    built = Built(len(changed), lambda: iter((changed,)), b"")
    wire = raw(seal(built, parties().originator_cipher.certificate, SENDING))
    return row.outer(wire) if row.outer else wire


@pytest.mark.parametrize("name", ROWS)
def test_mutated_answers(name: str) -> None:
    row = ROWS[name]
    talk, peer, request = request_of(row)
    assert outcome(talk, body_of(row, peer, request)) == row.expected


def outcome(talk: Dialog, data: bytes) -> str:
    try:
        talk.receive([data])
    except RemoteProtocolError as error:
        return error.code
    except OsciError as error:
        return type(error).__name__
    return OK


@pytest.mark.parametrize(("code", "expected"), [("9400", "9400"), ("9000", "9000"), ("1234", "9811")])
def test_faults_in_place_of_an_answer(code: str, expected: str) -> None:
    talk, _, _ = request_of(ROWS["features"])
    assert outcome(talk, raw(write_fault(code, client_at_fault=code != "9000"))) == expected


def test_signed_by_another_key() -> None:
    talk, _, request = request_of(ROWS["features"])
    data = Peer(parties().stranger).answer(request, m.ResponseToFetchDelivery, "0801")
    assert outcome(talk, data) == "9601"


class ShortSalt(SoftKey):
    """Signs PSS with a salt of 20 bytes, as some smart cards do."""

    def sign(self, data: bytes, algorithm: str) -> bytes:
        assert isinstance(self._key, rsa.RSAPrivateKey)
        return self._key.sign(data, padding.PSS(padding.MGF1(hashes.SHA256()), 20), hashes.SHA256())


def test_pss_with_a_salt_of_another_length() -> None:
    talk, peer, request = request_of(ROWS["PSS with SHA-256"])
    message = peer.message(request, m.ResponseToFetchDelivery, "0801")
    own = parties().intermediary
    built = write_message(message, ShortSalt(own._key, own.certificate), spool, policy(rsa_signature=a.PSS_SHA256))
    assert outcome(talk, raw(seal(built, parties().originator_cipher.certificate, SENDING))) == "9601"


def test_for_another_certificate() -> None:
    talk, peer, request = request_of(ROWS["features"])
    message = peer.message(request, m.ResponseToFetchDelivery, "0801")
    built = write_message(message, parties().intermediary, spool, SENDING)
    assert outcome(talk, raw(seal(built, parties().stranger.certificate, SENDING))) == "9200"
