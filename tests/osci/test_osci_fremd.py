"""What a second, independent writer makes after the fact sheet is read right: the breadth of section 3."""

import base64
import re
from dataclasses import replace

import osci_fremd as f
import osci_fremd_muster as muster
import pytest
from osci_fremd import Style
from osci_fremd_muster import DATA, FILE, TEXT, TIME
from osci_support import UNSIGNED_ALLOWED, own_key, parties, spool

from osci import algorithms as a
from osci import messages as m
from osci.errors import RemoteProtocolError
from osci.keys import SoftKey
from osci.messages import ByMessageId
from osci.opened import OpenedContainer
from osci.partial import chunk_content
from osci.policy import READ_OLD_MAIL, RECEIVING_NOW, Policy
from osci.processcard import CryptographicTimestamp, ProcessCardBundle
from osci.reader import Received, read_message
from osci.types import Role, Use, Verdict


def read(data: bytes, policy: Policy = RECEIVING_NOW) -> Received:
    return read_message((data,), (parties().intermediary_cipher,), policy, spool)


def opened(received: Received, *keys: SoftKey) -> dict[str, OpenedContainer]:
    found = received.open_containers(keys or (parties().addressee, parties().reader))
    return {container.id: container for container in found}


def bytes_of(container: OpenedContainer) -> list[bytes]:
    return [b"".join(c.chunks()) for c in container.contents if c.kind != "container"]


STYLES = {
    "aes128gcm": Style("aes128-gcm"),
    "aes192gcm": Style("aes192-gcm"),
    "aes192gcm iv16": Style("aes192-gcm", 16),
    "aes256gcm iv16": Style(iv=16),
    "aes128gcm iv16": Style("aes128-gcm", 16),
    "oaep sha512": Style(oaep=("sha512", "sha512"), digest="sha512"),
    "oaep mgf1sha384": Style(oaep=("sha256", "sha384")),
    "oaep sha256 mgf1sha512": Style(oaep=("sha256", "sha512")),
    "sha512": Style(digest="sha512"),
    "pss": Style(pss=True),
    "pss sha512": Style(pss=True, digest="sha512"),
    "pss sha3-256": Style(pss=True, digest="sha3_256"),
    "pss sha3-384": Style(pss=True, digest="sha3_384"),
    "pss sha3-512": Style(pss=True, digest="sha3_512"),
    "rsa with sha3 digests": Style(digest="sha3_512"),
    "base64": Style(base64=True),
    "base64 iv16": Style(base64=True, iv=16),
    "no features": Style(features=False),
}


@pytest.mark.parametrize("name", STYLES)
def test_every_algorithm_and_transfer_coding(name: str) -> None:
    style = STYLES[name]
    received = read(muster.sealed(muster.full(style), style))
    encryption = received.transport_encryption
    assert (encryption.symmetric, encryption.iv_bytes) == (f.XENC11 + style.symmetric, style.iv)
    message = received.message
    assert isinstance(message, m.StoreDelivery)
    assert (message.message_id, message.subject, message.languages) == ("fremd-1", "Klage", "de en")
    assert (message.features is None) == (not style.features)
    assert received.transport_signature.digests == (f.DIGESTS[style.digest][0],)
    container = opened(received)["project_coco"]
    assert container.signatures[0].signer == parties().originator.certificate
    assert bytes_of(container) == [DATA, FILE]
    method = container.contents[1].method
    assert method is not None
    assert (method.algorithm, method.iv_bytes) == (f.XENC11 + style.symmetric, style.iv)


@pytest.mark.parametrize("symmetric", ["aes128-cbc", "aes192-cbc", "aes256-cbc"])
@pytest.mark.parametrize("iv", [12, 16])
def test_cbc_is_read_as_old_mail_whatever_its_ivlength_says(symmetric: str, iv: int) -> None:
    style = Style(symmetric, iv)
    data = muster.sealed(muster.full(style), style)
    assert bytes_of(opened(read(data, READ_OLD_MAIL))["project_coco"]) == [DATA, FILE]
    with pytest.raises(RemoteProtocolError, match="9202"):
        read(data)


def test_rsa_1_5_is_read_as_old_mail_only() -> None:
    style = Style(oaep=None)
    data = muster.sealed(muster.full(style), style)
    received = read(data, READ_OLD_MAIL)
    assert received.transport_encryption.key_transport == a.RSA_1_5
    assert bytes_of(opened(received)["project_coco"]) == [DATA, FILE]
    with pytest.raises(RemoteProtocolError, match="9202"):
        read(data)
    inside = read(muster.full(style)).open_containers((parties().addressee,))
    assert [p.code for p in inside[0].problems] == ["9202"]


def test_several_containers_authors_and_readers() -> None:
    received = read(muster.sealed(muster.multi()))
    found = opened(received)
    assert {i: x.verdict for i, x in found.items()} == dict.fromkeys(
        ("project_coco", "govello_coco", "offen1", "offen2"), Verdict.VALID
    )
    signers = [s.signer for s in found["project_coco"].signatures]
    people = (muster.originator(), muster.author(), muster.author("p256", 2), muster.author("bp256", 3))
    assert signers == [person.der for person in people]
    assert [s.algorithm for s in found["project_coco"].signatures[2:]] == [a.ECDSA_SHA256] * 2
    assert bytes_of(found["offen1"]) == [FILE]
    assert bytes_of(found["offen2"]) == [b""]
    only_reader = opened(received, parties().reader)
    assert not any(x.locked for x in only_reader.values())
    only_addressee = opened(received, parties().addressee)
    assert only_addressee["encdata_1"].locked


@pytest.mark.parametrize("digest", ["sha256", "sha512"])
@pytest.mark.parametrize("kind", ["p256", "bp256"])
def test_ecdsa_as_r_and_s_side_by_side(kind: str, digest: str) -> None:
    style = Style(digest=digest)
    author = muster.author(kind, 2)
    container = f.container("k", [f.data_content("c", DATA)], [author], style)
    (found,) = read(muster.store([container], style, author)).open_containers(())
    assert found.signatures[0].algorithm == f"{f.MORE}ecdsa-{digest}"
    assert found.verdict is Verdict.VALID


@pytest.mark.parametrize("style", [None, Style(), Style(iv=16)], ids=["open", "encrypted", "iv16"])
def test_nested_containers(style: Style | None) -> None:
    found = opened(read(muster.sealed(muster.nested(style))))
    assert {i: x.parent for i, x in found.items()} == {"aussen": None, "mitte": "aussen", "tief": "mitte"}
    assert {x.verdict for x in found.values()} == {Verdict.VALID}
    assert [bytes_of(found[i]) for i in ("aussen", "mitte", "tief")] == [[DATA], [TEXT], [TEXT]]
    references = found["aussen"].signatures[0].references
    assert set(references) == {"#c1", "#c5", "cid:tief.bin"}, "files deep inside are signed outside as well"


@pytest.mark.parametrize("style", [Style(), Style(iv=16), Style(digest="sha512")], ids=str)
@pytest.mark.parametrize("within", [True, False])
def test_doubly_encrypted_content(style: Style, within: bool) -> None:
    """Chapter 9, no. 1: the digest of the inner EncryptedData has no namespace declaration on its start tag."""
    data = muster.sealed(muster.double(style, within=within), style)
    found = opened(read(data))
    assert {i: x.verdict for i, x in found.items()} == {"aussen": Verdict.VALID, "geheim": Verdict.VALID}
    assert bytes_of(found["geheim"]) == [TEXT]
    half = opened(read(data), parties().addressee)
    assert half["encdata_9"].locked
    assert half["aussen"].verdict is Verdict.VALID


def test_inner_ciphertext_is_covered_by_the_outer_signature() -> None:
    data = muster.store([], job=f.store_job())
    assert read(data).open_containers(()) == ()
    one = muster.double(within=False)
    two = muster.double(within=False)
    swapped = _encrypted_data(one)
    unsigned = re.sub(rb"<osci:ClientSignature.*?</osci:ClientSignature>", b"", one, flags=re.S)
    changed = unsigned.replace(swapped, _encrypted_data(two))
    found = read_message((changed,), (), UNSIGNED_ALLOWED, spool).open_containers(())
    assert found[0].verdict is Verdict.INVALID


def _encrypted_data(data: bytes) -> bytes:
    found = re.search(rb'<xenc:EncryptedData Id="encdata_9".*?</xenc:EncryptedData>', data, re.S)
    assert found is not None
    return found[0]


def test_custom_headers() -> None:
    message = read(muster.store([], custom=(muster.CUSTOM,))).message
    assert message.custom_headers == (muster.CUSTOM.encode(),)


def test_the_claimed_signing_time() -> None:
    container = muster.signed_container(Style(), muster.originator(), muster.author(), time=TIME)
    received = read(muster.store([f.encrypted("e", container, [addressee()])], Style(), muster.author()))
    found = opened(received)["project_coco"]
    assert [(s.verdict, s.signing_time) for s in found.signatures] == [(Verdict.VALID, TIME)] * 2


def addressee() -> f.Person:
    return muster.addressee()


def test_cryptographic_timestamps() -> None:
    message = read(muster.store([], job=f.store_job(quality="cryptographic"))).message
    assert isinstance(message, m.StoreDelivery)
    kind = m.TimestampQuality.CRYPTOGRAPHIC
    assert message.quality == m.QualityOfTimestamp(kind, kind)


@pytest.mark.parametrize("style", [Style(), Style(base64=True)], ids=["binary", "base64"])
@pytest.mark.parametrize("size", [0, 1, 56, 57, 58, 10_240, 5_000_000])
def test_attachments_of_all_sizes(size: int, style: Style) -> None:
    file = (b"0123456789abcdef" * (size // 16 + 1))[:size]
    plain = f.container("offen", [f.file_content("c1", "offen.bin", file)])
    secret = f.container("zu", [f.file_content("c2", "zu.bin", file, style)], [muster.originator()])
    data = muster.sealed(muster.store([plain, f.encrypted("e", secret, [addressee()])], style), style)
    found = opened(read(data))
    assert [bytes_of(found[i]) for i in ("offen", "zu")] == [[file], [file]]


def test_two_files_may_share_a_key() -> None:
    style = Style()
    contents = [f.file_content("c1", "eins.bin", b"1" * 50, style), f.file_content("c2", "zwei.bin", b"2" * 50, style)]
    container = f.container("k", contents, [muster.originator()])
    found = opened(read(muster.store([f.encrypted("e", container, [addressee()])], style)))
    assert bytes_of(found["k"]) == [b"1" * 50, b"2" * 50]


# other message types


def intermediary_signature() -> f.Person:
    return muster.person("intermediary", "SignatureCertificateIntermediary", "intermed_signature_1")


def card(kind: str = "<osci:Plain>2026-01-02T03:04:05.5+01:00</osci:Plain>") -> str:
    return (
        "<osci:ProcessCardBundle><osci:MessageId>aWQ=</osci:MessageId><osci:ProcessCard "
        f'RecentModification="2026-01-02T03:04:05Z"><osci:Creation>{kind}</osci:Creation></osci:ProcessCard>'
        "<osci:InspectionReport></osci:InspectionReport></osci:ProcessCardBundle>"
    )


def process_job(bundle: str) -> f.Job:
    block = (
        f'<osci:processDelivery{f.NS5} Id="processdelivery"{f.NEXT}><osci:MessageIdResponse>aWQy'
        f"</osci:MessageIdResponse>{bundle}</osci:processDelivery>"
    )
    return f.Job(
        "ProcessDelivery",
        block,
        "processdelivery",
        ours=(muster.intermediary(), intermediary_signature()),
        control=' Id="controlblock"',
    )


@pytest.mark.parametrize("style", [Style(), Style(base64=True, iv=16, digest="sha512")], ids=["now", "old"])
def test_process_delivery_to_a_passive_recipient(style: Style) -> None:
    token = '<osci:Cryptographic Algorithm="urn:tsa">dG9rZW4=</osci:Cryptographic>'
    for bundle in (card(), card(token)):
        inner = f.message(process_job(bundle), muster.people(), [signed()], intermediary_signature(), style)
        received = read_message((f.sealed(inner, addressee(), style),), (parties().addressee,), RECEIVING_NOW, spool)
        message = received.message
        assert isinstance(message, m.ProcessDelivery)
        assert message.message_id_response == "id2"
        assert isinstance(message.process_card, ProcessCardBundle)
        creation = message.process_card.card.creation
        assert isinstance(creation, CryptographicTimestamp) == (bundle == card(token))
        assert message.certificates.find(Role.INTERMEDIARY, Use.CIPHER) == parties().intermediary_cipher.certificate


def signed() -> f.Written:
    return f.container("k", [f.data_content("c", DATA)], [muster.originator()])


def test_the_signer_of_a_process_delivery_is_the_intermediary() -> None:
    inner = f.message(process_job(card()), muster.people(), [signed()], muster.originator())
    assert read(inner).transport_signature.code == "9601"


def partial_job(information: str) -> f.Job:
    block = (
        f'<osci2017:partialStoreDelivery{f.NS6} Id="partialstoredelivery"{f.NEXT}><osci:MessageId>aWRfUGFydGlhbA=='
        f"</osci:MessageId>{information}</osci2017:partialStoreDelivery>"
    )
    control = ' ConversationId="1000" Id="controlblock" SequenceNumber="1"'
    return f.Job("PartialStoreDelivery", block, "partialstoredelivery", (), (("creation", "plain"),), control)


def test_the_second_chunk_of_two() -> None:
    information = (
        '<osci2017:ChunkInformation ChunkNumber="2" ChunkSize="20" TotalChunkNumbers="2" TotalMessageSize="23">'
        "</osci2017:ChunkInformation>"
    )
    blob = f.container("ChunkContentContainer", [f.file_content("ChunkContent", "ChunkBlobStoreDelivery", FILE)])
    received = read(muster.sealed(muster.store([blob], job=partial_job(information))))
    message = received.message
    assert isinstance(message, m.PartialStoreDelivery)
    assert message.chunk == m.ChunkInformation(2, 20, None, 2, 23)
    assert message.quality == m.QualityOfTimestamp(reception=None)
    assert b"".join(chunk_content(received).chunks()) == FILE


def test_only_information_is_asked_for() -> None:
    message = read(muster.store([], job=partial_job("<osci2017:InfoOnly></osci2017:InfoOnly>"))).message
    assert isinstance(message, m.PartialStoreDelivery)
    assert message.chunk is None


def test_a_fetched_delivery_with_its_selection() -> None:
    block = (
        f'<osci:responseToFetchDelivery{f.NS5} Id="responsetofetchdelivery"{f.NEXT}><osci:Feedback><osci:Entry>'
        "<osci:Code>0801</osci:Code><osci:Text>ok</osci:Text></osci:Entry></osci:Feedback><osci:fetchDelivery>"
        "<osci:SelectionRule><osci:MessageId>aWQ=</osci:MessageId></osci:SelectionRule></osci:fetchDelivery>"
        f"{card()}</osci:responseToFetchDelivery>"
    )
    job = f.Job("ResponseToFetchDelivery", block, "responsetofetchdelivery", (intermediary_signature(),))
    inner = f.message(job, muster.people(), [signed()], None).replace(b"osci:DesiredLanguages", b"x:y", 0)
    inner = re.sub(rb"<osci:DesiredLanguages.*?</osci:DesiredLanguages>", b"", inner, flags=re.S)
    message = read(inner, UNSIGNED_ALLOWED).message
    assert isinstance(message, m.ResponseToFetchDelivery)
    assert message.selection == ByMessageId(("id",))
    assert message.feedback[0].language is None, "xml:lang may be missing"
    assert message.process_card is not None


def test_what_the_writer_signs_is_really_checked() -> None:
    """The opposite of all above: one changed character in any signed place is noticed."""
    data = muster.store([signed()])
    message_id = base64.b64encode(b"fremd-1")
    for old in (b"Y2hhbGxlbmdl", message_id, b'LanguagesList="de', b'Quality="plain', b'Version="1.2.0', b'Id="k"'):
        assert old in data
        changed = data.replace(old, old[:-1] + (b"f" if old[-1:] != b"f" else b"g"), 1)
        try:
            status = read(changed).transport_signature
        except RemoteProtocolError:
            continue
        assert status.verdict is Verdict.INVALID, old


def test_an_author_whose_key_is_another_is_noticed() -> None:
    thief = replace(muster.author(), key=own_key("thief")._key)
    container = f.container("k", [f.data_content("c", DATA)], [thief])
    (found,) = read(muster.store([container], Style(), thief)).open_containers(())
    assert found.verdict is Verdict.INVALID
