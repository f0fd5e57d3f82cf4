"""What we write is read back equal, by ourselves and by others."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from osci_support import (
    UNSIGNED_ALLOWED,
    attachment,
    build,
    in_chunks,
    own_key,
    parties,
    raw,
    spool,
    store,
    store_certificates,
)

from osci import algorithms as a
from osci import certificates as c
from osci import messages as m
from osci.content import (
    AttachmentContent,
    ContainerContent,
    ContentContainer,
    ContentPackage,
    DataContent,
    EncryptedContainer,
    StoredPackage,
)
from osci.errors import LocalProtocolError, RemoteProtocolError
from osci.feedback import FeedbackEntry, feedback
from osci.keys import SoftKey
from osci.policy import RECEIVING_NOW, SENDING, Choice, Policy
from osci.processcard import (
    CryptographicTimestamp,
    Inspection,
    MathResult,
    OfflineResult,
    OnlineResult,
    ProcessCard,
    ProcessCardBundle,
)
from osci.reader import Received, read_message
from osci.transport import seal
from osci.types import Role, Use, Verdict
from osci.writer import write_fault, write_message

NOW = datetime(2026, 11, 21, 20, 30, 5, tzinfo=timezone(timedelta(hours=1)))
CARD = ProcessCardBundle(
    "id-1",
    ProcessCard(NOW, NOW, NOW + timedelta(seconds=1), CryptographicTimestamp("urn:x", b"\x01" * 90), "Betreff & <x>"),
    (
        Inspection(
            timestamp=NOW.astimezone(UTC),
            subject='CN=Amt,O=Stadt "X"',
            issuer="CN=CA",
            serial_number=2**80,
            certificate_type="advanced",
            math_result=MathResult.OK,
            offline_result=OfflineResult.VALID,
            online_result=OnlineResult("ok", (("OCSP", "AAAA"),)),
        ),
    ),
)
BLOCK = m.ControlBlock("cmVz", "Y2hh", "1000", 3)


def read(data: bytes, *keys: SoftKey, policy: Policy = RECEIVING_NOW, size: int = 777) -> Received:
    return read_message(in_chunks(data, size), keys, policy, spool)


def im_certificates() -> c.Certificates:
    return c.intermediary(signature=parties().intermediary.certificate)


def originator_certificates() -> c.Certificates:
    return c.originator(signature=parties().originator.certificate, cipher=parties().originator_cipher.certificate)


def all_messages() -> list[m.Message]:
    common = {"control_block": BLOCK, "certificates": originator_certificates(), "features": m.OUR_FEATURES}
    answer = {"control_block": BLOCK, "certificates": im_certificates(), "feedback": feedback("0801", "3800")}
    reception = m.ByReception(NOW, m.SelectionRole.ADDRESSEE, no_reception=True)
    chunk = m.ChunkInformation(number=2, size=20, received=(1,), total=2, total_message_size=23)
    recipient = c.Certificates((c.entry(Role.ADDRESSEE, Use.SIGNATURE, parties().originator.certificate),))
    return [
        m.InitDialog(**common),
        m.ExitDialog(**common),
        m.GetMessageId(**common, languages="de en"),
        m.FetchDelivery(**common, selection=m.ByMessageId(("id 1",))),
        m.FetchDelivery(**common, selection=m.ByReception(NOW)),
        m.FetchProcessCard(**common, selection=reception, limit=10),
        m.FetchProcessCard(**common, selection=m.ByMessageId(("a", "b"))),
        m.FetchProcessCard(**common, selection=m.ByModification(NOW)),
        m.StoreDelivery(**common, message_id="x", subject="<&>", quality=m.QualityOfTimestamp(reception=None)),
        m.ForwardDelivery(**common, message_id="x", receiver="https://x.example/?a=1&b=2"),
        m.MediateDelivery(**common, receiver="https://x.example/", quality=None),
        m.PartialStoreDelivery(**common, message_id="x_Partial", chunk=chunk),
        m.PartialStoreDelivery(**common, message_id="x_Partial"),
        m.PartialFetchDelivery(**common, selection=m.ByMessageId(("x",)), chunk=replace(chunk, received=())),
        m.ProcessDelivery(control_block=BLOCK, certificates=im_certificates(), process_card=CARD),
        m.AcceptDelivery(control_block=BLOCK, certificates=im_certificates(), process_card=CARD),
        m.ResponseToInitDialog(**answer),
        m.ResponseToExitDialog(**answer),
        m.ResponseToGetMessageId(**answer, message_id="neu/ß"),
        m.ResponseToStoreDelivery(**answer, process_card=CARD),
        m.ResponseToForwardDelivery(**answer, process_card=CARD),
        m.ResponseToFetchDelivery(**answer, selection=m.ByMessageId(("x",)), process_card=CARD),
        m.ResponseToFetchProcessCard(**answer, selection=reception, limit=2, process_cards=(CARD, CARD)),
        m.ResponseToMediateDelivery(**answer, request_card=CARD, reply_card=CARD),
        m.ResponseToPartialStoreDelivery(**answer, inside_feedback=feedback("0800"), process_card=CARD, chunk=chunk),
        m.ResponseToPartialFetchDelivery(**answer, chunk=chunk, message_id="x", selection=m.ByMessageId(("x",))),
        m.ResponseToProcessDelivery(
            control_block=BLOCK,
            certificates=originator_certificates(),
            feedback=(FeedbackEntry("0800", "ok", None),),
            message_id="y",
        ),
        m.ResponseToAcceptDelivery(control_block=BLOCK, certificates=recipient, feedback=feedback("0800")),
    ]


@pytest.mark.parametrize("message", all_messages(), ids=lambda message: message.type.value)
def test_every_message_type_is_read_back_equal(message: m.Message) -> None:
    roles = {e.role for e in message.certificates if e.use is Use.SIGNATURE}
    signer = parties().intermediary if Role.INTERMEDIARY in roles else parties().originator
    received = read(raw(write_message(message, signer, spool, RECEIVING_NOW)))
    assert received.transport_signature.verdict is Verdict.VALID
    assert received.message == message


def test_a_delivery_keeps_its_content_through_both_encryptions() -> None:
    p = parties()
    sealed = seal(build(), p.intermediary_cipher.certificate, SENDING)
    assert raw(sealed) == raw(sealed), "the same bytes each time"
    assert sealed.sha256() == hashlib.sha256(raw(sealed)).hexdigest()
    received = read(raw(sealed), p.intermediary_cipher)
    assert received.transport_encryption.symmetric == a.AES256_GCM
    assert received.transport_encryption.iv_bytes == 12
    message = received.message
    assert isinstance(message, m.StoreDelivery)
    assert (message.message_id, message.subject) == ("id-1 äöü", 'Klage <Müller> & "Söhne"')
    for key in (p.addressee, p.reader):
        inside, outside = received.open_containers((key,))
        assert inside.id == "project_coco"
        assert [s.signer for s in inside.signatures] == [p.originator.certificate, p.author.certificate]
        assert b"".join(inside.contents[1].chunks()) == b"x" * 3000
        assert b"".join(outside.contents[0].chunks()) == b"open"
    locked, _ = received.open_containers((p.stranger,))
    assert locked.locked
    assert locked.verdict is Verdict.INDETERMINATE
    with pytest.raises(RemoteProtocolError, match="no key"):
        _ = locked.contents


def test_inner_bytes_and_envelope_are_the_evidence_as_built() -> None:
    built = build()
    received = read(raw(seal(built, parties().intermediary_cipher.certificate, SENDING)), parties().intermediary_cipher)
    assert b"".join(received.inner.chunks()) == raw(built)
    assert received.inner.length == built.length
    assert received.envelope.endswith(built.envelope)


def test_the_record_shows_what_was_signed() -> None:
    built = build()
    assert built.record is not None
    inside, outside = built.record.containers
    assert (inside.id, inside.encrypted, outside.encrypted) == ("project_coco", True, False)
    assert b"MgmtData" not in inside.xml, "no attachment keys in the evidence"
    root = etree.fromstring(inside.xml)
    assert etree.tostring(root, method="c14n") == inside.xml
    (file,) = inside.attachments
    assert (file.name, file.length, file.encrypted) == ("akte.pdf", 3000, True)
    assert file.sha256 == hashlib.sha256(b"x" * 3000).hexdigest()
    assert file.transferred_length == 3000 + 12 + 16
    part = raw(built).split(b"<akte.pdf>\r\nContent-Length: 3028\r\n\r\n")[1][:3028]
    assert hashlib.sha256(part).hexdigest() == file.transferred_sha256


CHOICES = [
    Choice(),
    Choice(symmetric=a.AES128_GCM, iv_bytes=16),
    Choice(symmetric=a.AES192_GCM, oaep_digest=a.SHA512, oaep_mgf=a.MGF1_SHA512),
    Choice(digest=a.SHA512, rsa_signature=a.RSA_SHA512),
    Choice(digest=a.SHA3_256, rsa_signature=a.PSS_SHA3_256),
    Choice(rsa_signature=a.PSS_SHA256),
    Choice(digest=a.SHA3_512, rsa_signature=a.PSS_SHA3_512),
]


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: a.short_name(choice.symmetric + choice.rsa_signature))
def test_every_algorithm_of_the_policy_round_trips(choice: Choice) -> None:
    policy = replace(RECEIVING_NOW, choice=choice)
    built = write_message(store(), parties().originator, spool, policy)
    received = read(raw(seal(built, parties().intermediary_cipher.certificate, policy)), parties().intermediary_cipher)
    assert received.transport_signature.algorithm == choice.rsa_signature
    assert {container.verdict for container in received.open_containers((parties().addressee,))} == {Verdict.VALID}


@pytest.mark.parametrize("kind", ["p256", "bp256"])
def test_authors_with_ec_keys(kind: str) -> None:
    author = own_key(f"author {kind}", kind=kind)
    certificates = store_certificates() + c.Certificates(
        (c.entry(Role.OTHER_AUTHOR, Use.SIGNATURE, author.certificate, 9),)
    )
    package = ContentPackage((ContentContainer((DataContent(b"ec"),), signers=(author,)),))
    received = read(raw(build(store(package, certificates=certificates))))
    (container,) = received.open_containers(())
    assert container.signatures[0].algorithm == a.ECDSA_SHA256
    assert container.verdict is Verdict.VALID


def test_nested_and_doubly_encrypted_containers() -> None:
    p = parties()
    secret = EncryptedContainer(ContentContainer((DataContent(b"four eyes"),)), (p.reader.certificate,))
    nested = ContentContainer((AttachmentContent(attachment("tief.bin", b"abc")),), signers=(p.author,))
    outer = ContentContainer(
        (ContainerContent(nested, "n1"), DataContent(b"d", "n2")), "outer", (p.originator,), (secret,)
    )
    for item in (outer, EncryptedContainer(outer, (p.addressee.certificate,))):
        received = read(raw(build(store(ContentPackage((item,))))))
        found = received.open_containers((p.addressee, p.reader))
        assert [(x.parent, x.verdict) for x in found] == [
            (None, Verdict.VALID),
            ("outer", Verdict.VALID),
            ("outer", Verdict.VALID),
        ]
        assert [x.kind for x in found[0].contents] == ["container", "data"]
        assert b"".join(found[1].contents[0].chunks()) == b"abc"
        assert b"".join(found[2].contents[0].chunks()) == b"four eyes"


def test_a_stored_delivery_is_passed_on_unchanged() -> None:
    p = parties()
    header = b'<x:Meta xmlns:x="urn:x" Id="meta"><x:A>1 &amp; 2</x:A></x:Meta>'
    stored = read(raw(build(store(custom_headers=(header,))))).message
    assert isinstance(stored, m.StoreDelivery)
    assert isinstance(stored.package, StoredPackage)
    answer = m.ResponseToFetchDelivery(
        control_block=BLOCK,
        certificates=im_certificates() + stored.certificates.others,
        feedback=feedback("0801"),
        custom_headers=stored.custom_headers,
        package=stored.package,
    )
    built = write_message(answer, p.intermediary, spool, RECEIVING_NOW)
    assert stored.package.xml in built.envelope, "byte for byte"
    fetched = read(raw(seal(built, p.addressee.certificate, SENDING)), p.addressee)
    message = fetched.message
    assert isinstance(message, m.ResponseToFetchDelivery)
    assert message.custom_headers == stored.custom_headers
    assert {x.verdict for x in fetched.open_containers((p.addressee,))} == {Verdict.VALID}
    assert isinstance(message.package, StoredPackage)
    assert message.package.xml == stored.package.xml


def test_unsigned_messages_are_a_result_that_the_policy_judges() -> None:
    data = raw(write_message(store(), None, spool, UNSIGNED_ALLOWED))
    assert isinstance(read(data, policy=UNSIGNED_ALLOWED).message, m.StoreDelivery)
    received = read(data)
    assert received.transport_signature.verdict is Verdict.INDETERMINATE
    assert isinstance(received.unsafe_message, m.StoreDelivery)
    with pytest.raises(RemoteProtocolError) as caught:
        _ = received.message
    assert caught.value.code == "9600"


def test_fault() -> None:
    received = read(raw(write_fault("9400", "Response <falsch>")))
    assert received.message == m.Fault(code="9400", text="Response <falsch>")
    assert not read(raw(write_fault("9000", client_at_fault=False))).message.client_at_fault  # type: ignore[attr-defined]


def test_weak_or_unfit_signers_are_not_valid() -> None:
    encipher = own_key("encipher only", usage="encipher")
    message = store(ContentPackage(()), certificates=c.originator(signature=encipher.certificate))
    status = read(raw(write_message(message, encipher, spool, RECEIVING_NOW))).transport_signature
    assert status.verdict is Verdict.INVALID
    assert "key usage" in status.reasons[0]
    strict = replace(RECEIVING_NOW, min_rsa_bits=3000)
    assert read(raw(build()), policy=strict).transport_signature.verdict is Verdict.INDETERMINATE
    no_rsa = replace(RECEIVING_NOW, signatures=frozenset({a.ECDSA_SHA256}))
    received = read(raw(build()), policy=no_rsa)
    assert received.transport_signature.verdict is Verdict.INDETERMINATE
    with pytest.raises(RemoteProtocolError):
        _ = received.message


def test_what_cannot_be_written_is_refused_before_anything_is_sent() -> None:
    p = parties()
    with pytest.raises(LocalProtocolError, match="signature"):
        write_message(store(), None, spool, RECEIVING_NOW)
    with pytest.raises(LocalProtocolError, match="SignatureCertificateOriginator"):
        write_message(store(), p.stranger, spool, RECEIVING_NOW)
    with pytest.raises(LocalProtocolError, match="alphabet"):
        attachment("a&b.pdf", b"")
    twice = AttachmentContent(attachment("a.pdf", b"1")), AttachmentContent(attachment("a.pdf", b"2"))
    with pytest.raises(LocalProtocolError, match="two attachments"):
        build(store(ContentPackage((ContentContainer(twice),))))
    lying = replace(attachment("a.pdf", b"1"), length=2)
    with pytest.raises(LocalProtocolError, match="not its length"):
        build(store(ContentPackage((ContentContainer((AttachmentContent(lying),)),))))
    foreign = EncryptedContainer(ContentContainer(()), (p.stranger.certificate,))
    with pytest.raises(LocalProtocolError, match="reader"):
        build(store(ContentPackage((foreign,))))
    with pytest.raises(LocalProtocolError, match="custom header"):
        build(store(custom_headers=(b"<a/><b/>",)))
    with pytest.raises(LocalProtocolError, match="twice"):
        build(store(ContentPackage((ContentContainer((), "body"),))))
    old = replace(SENDING, choice=Choice(symmetric=a.AES256_CBC))
    with pytest.raises(LocalProtocolError, match="does not allow"):
        seal(build(), p.intermediary_cipher.certificate, old)


names = st.text(st.sampled_from("abcXYZ019._-"), min_size=1, max_size=8).filter(str.isalnum)
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20)


@st.composite
def containers(draw: st.DrawFn, used: set[str], depth: int = 2) -> ContentContainer:
    contents: list[DataContent | AttachmentContent | ContainerContent] = []
    for _ in range(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from(["data", "attachment", "container"] if depth else ["data", "attachment"]))
        if kind == "data":
            contents.append(DataContent(draw(st.binary(max_size=200))))
        elif kind == "attachment":
            name = f"{draw(names)}-{len(used)}"
            used.add(name)
            contents.append(AttachmentContent(attachment(name, draw(st.binary(max_size=200)), 7)))
        else:
            contents.append(ContainerContent(draw(containers(used, depth - 1))))
    signers = draw(st.sets(st.sampled_from(["originator", "author"])))
    return ContentContainer(tuple(contents), signers=tuple(getattr(parties(), name) for name in sorted(signers)))


@st.composite
def packages(draw: st.DrawFn) -> ContentPackage:
    used: set[str] = set()
    items: list[ContentContainer | EncryptedContainer] = []
    for _ in range(draw(st.integers(0, 3))):
        container = draw(containers(used))
        encrypted = draw(st.booleans())
        items.append(EncryptedContainer(container, (parties().addressee.certificate,)) if encrypted else container)
    return ContentPackage(tuple(items))


def flat(container: ContentContainer) -> list[bytes | str]:
    """Contents in the order in which opening gives them: a container, then the containers inside it."""
    found: list[bytes | str] = []
    for content in container.contents:
        if isinstance(content, DataContent):
            found.append(content.data)
        elif isinstance(content, AttachmentContent):
            found.append(b"".join(content.attachment.chunks()))
        else:
            found.append("container")
    for content in container.contents:
        if isinstance(content, ContainerContent):
            found += flat(content.container)
    return found


@settings(deadline=None, max_examples=60)
@given(packages(), words, words)
def test_any_delivery_is_read_back_equal(package: ContentPackage, subject: str, message_id: str) -> None:
    data = raw(build(store(package, subject=subject, message_id=message_id)))
    received = read(data)
    message = received.message
    assert isinstance(message, m.StoreDelivery)
    assert (message.subject, message.message_id) == (subject, message_id)
    opened = received.open_containers((parties().addressee,))
    given = [c if c.kind == "container" else b"".join(c.chunks()) for x in opened for c in x.contents]
    encrypted = [i.container for i in package.items if isinstance(i, EncryptedContainer)]
    plain = [i for i in package.items if isinstance(i, ContentContainer)]
    wanted = [content for container in (*encrypted, *plain) for content in flat(container)]
    assert [g if isinstance(g, bytes) else "container" for g in given] == wanted


def test_characters_that_xml_has_not_and_colliding_ids_never_leave() -> None:
    for subject in ("\x00", "a\x1bb", "\ud800"):
        with pytest.raises(LocalProtocolError):
            build(store(subject=subject))
    for identifier in (b"body", b"clientsignature", b"storedelivery"):
        header = b'<x:h xmlns:x="urn:x" Id="' + identifier + b'"/>'
        with pytest.raises(LocalProtocolError):
            build(store(custom_headers=(header,)))
