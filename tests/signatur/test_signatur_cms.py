"""CMS signatures beside a file: what is green must be green for OpenSSL, too, and nothing wrong may be green."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from asn1crypto import cms
from cms_bau import Bau, LocalTsa, signed_data, tlv
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from certs.anchors import Anchors, Zweck
from certs.devpki import Ausstellung
from certs.devpki.build import issue
from certs.devpki.plan import Eintrag, KeySpec, Profil
from certs.keys import SoftKey
from certs.urteil import Urteil
from erv_gateway.signatur.cms_lesen import OID_TIMESTAMP, read_signed_data
from erv_gateway.signatur.cms_pruefen import Massstab, check_cms
from erv_gateway.signatur.ergebnis import Signaturpruefung
from erv_gateway.signatur.inhalt import Inhalt
from erv_gateway.signatur.pki import Pki
from erv_gateway.signatur.pruefen import check_enclosed
from erv_gateway.signatur.schluessel import load_key
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.signieren import sign_detached

INHALT = b"Ein Schriftsatz.\r\n" * 40
Keys = Callable[[str, str], SoftKey]
Agrees = Callable[[bytes, bytes], bool]


def check(p7s: bytes, anchors: Anchors | None, at: datetime, content: bytes = INHALT) -> tuple[Signaturpruefung, ...]:
    return check_cms(p7s, Inhalt.of_bytes(content), Massstab(anchors, (Zweck.SIGNATUR,), at))


def one(p7s: bytes, anchors: Anchors | None, at: datetime, content: bytes = INHALT) -> Signaturpruefung:
    (result,) = check(p7s, anchors, at, content)
    return result


@pytest.fixture(scope="module")
def issuer(pki: Pki) -> Ausstellung:
    """The signature CA with its key, to issue what it should not."""
    base = pki.folder / "ca" / "signatur-ca"
    key = load_key(base.with_suffix(".p12"), base.with_suffix(".pass"))
    assert isinstance(key.private_key, rsa.RSAPrivateKey)
    return Ausstellung(
        Eintrag("ca/signatur-ca", Profil.CA, Zweck.SIGNATUR, "Signatur Entwicklung CA", None, KeySpec.RSA_CA),
        key.private_key,
        key.certificate,
        key.chain,
    )


LEAF = Eintrag("x/signatur", Profil.SIGNATUR, Zweck.SIGNATUR, "Erika Beispiel", None, KeySpec.RSA_LEAF)


def soft(issued: Ausstellung) -> SoftKey:
    return SoftKey(issued.key, issued.certificate, issued.chain)


@pytest.mark.parametrize(
    ("kennung", "pss", "digest"),
    [
        ("stadt-musterfurt", True, "sha256"),
        ("stadt-musterfurt", True, "sha512"),
        ("stadt-musterfurt", False, "sha256"),
        ("landkreis-auental", True, "sha256"),
        ("landkreis-auental", True, "sha384"),
    ],
)
def test_every_kind_of_signature_is_green_here_and_in_openssl(
    key_of: Keys, anchors: Anchors, jetzt: datetime, openssl_agrees: Agrees, kennung: str, pss: bool, digest: str
) -> None:
    signer = Signer(key_of(kennung, "signatur"), pss=pss, digest=digest)
    p7s = asyncio.run(sign_detached(INHALT, signer, zeitpunkt=jetzt))
    result = one(p7s, anchors, jetzt)
    assert (result.urteil, result.level, result.behauptet) == (Urteil.GUELTIG, "B-B", jetzt)
    assert openssl_agrees(INHALT, p7s)


def test_chunks_and_streams_give_the_signature_of_the_whole(
    rsa_signer: Signer, anchors: Anchors, jetzt: datetime
) -> None:
    p7s = asyncio.run(sign_detached((INHALT[i : i + 7] for i in range(0, len(INHALT), 7)), rsa_signer))
    assert one(p7s, anchors, jetzt).urteil is Urteil.GUELTIG


def test_a_changed_file_is_red_and_named_as_changed(
    rsa_signer: Signer, anchors: Anchors, jetzt: datetime, openssl_agrees: Agrees
) -> None:
    p7s = asyncio.run(sign_detached(INHALT, rsa_signer))
    result = one(p7s, anchors, jetzt, INHALT + b"x")
    assert result.urteil is Urteil.UNGUELTIG
    assert result.nach_signatur_geaendert
    assert not openssl_agrees(INHALT + b"x", p7s)


def test_without_anchors_nothing_is_green(rsa_signer: Signer, jetzt: datetime) -> None:
    result = one(asyncio.run(sign_detached(INHALT, rsa_signer)), None, jetzt)
    assert result.urteil is Urteil.UNBESTIMMT
    assert any("Vertrauen nicht geprüft" in grund for grund in result.gruende)


def test_a_certificate_of_another_purpose_is_not_trusted(key_of: Keys, anchors: Anchors, jetzt: datetime) -> None:
    p7s = asyncio.run(sign_detached(INHALT, Signer(key_of("stadt-musterfurt", "vhn"))))
    result = one(p7s, anchors, jetzt)
    assert result.urteil is Urteil.UNBESTIMMT
    assert any("vhn-bebpo" in grund for grund in result.gruende)


def test_an_issuer_of_the_same_name_is_not_the_issuer(anchors: Anchors, jetzt: datetime, issuer: Ausstellung) -> None:
    key = rsa.generate_private_key(65537, 3072)
    rogue = issue(issuer.eintrag, key, None, jetzt)
    leaf = issue(LEAF, ec.generate_private_key(ec.SECP256R1()), rogue, jetzt)
    p7s = asyncio.run(sign_detached(INHALT, Signer(SoftKey(leaf.key, leaf.certificate))))
    assert one(p7s, anchors, jetzt).urteil is Urteil.UNGUELTIG


def test_expired_is_open_and_not_yet_valid_is_red(anchors: Anchors, jetzt: datetime, issuer: Ausstellung) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    expired = soft(issue(LEAF, key, issuer, jetzt - timedelta(days=1), lifetime=timedelta(days=1)))
    future = soft(issue(LEAF, key, issuer, jetzt + timedelta(days=30)))
    when = (jetzt - timedelta(hours=36), jetzt + timedelta(days=31))
    made = [
        asyncio.run(sign_detached(INHALT, Signer(key), zeitpunkt=moment))
        for key, moment in zip((expired, future), when, strict=True)
    ]
    verdicts = [one(cms, anchors, jetzt).urteil for cms in made]
    assert verdicts == [Urteil.UNBESTIMMT, Urteil.UNGUELTIG]


def test_a_good_time_stamp_keeps_an_expired_certificate_green(
    anchors: Anchors, jetzt: datetime, issuer: Ausstellung, key_of: Keys
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    expired = soft(issue(LEAF, key, issuer, jetzt, lifetime=timedelta(days=1, minutes=-1)))
    earlier = jetzt - timedelta(hours=1)
    stamped = asyncio.run(
        sign_detached(INHALT, Signer(expired), LocalTsa(key_of("tsa", "tsa"), earlier), zeitpunkt=earlier)
    )
    result = one(stamped, anchors, jetzt)
    assert (result.urteil, result.level) == (Urteil.GUELTIG, "B-T")
    assert result.zeitpunkt == jetzt - timedelta(hours=1)
    late = asyncio.run(sign_detached(INHALT, Signer(expired), LocalTsa(key_of("tsa", "tsa"), jetzt), zeitpunkt=earlier))
    assert one(late, anchors, jetzt).urteil is Urteil.UNBESTIMMT


def test_a_stamp_from_nobody_we_trust_is_not_counted(
    anchors: Anchors, jetzt: datetime, rsa_signer: Signer, key_of: Keys
) -> None:
    other = LocalTsa(key_of("stadt-musterfurt", "vhn"), jetzt - timedelta(days=300))
    result = one(asyncio.run(sign_detached(INHALT, rsa_signer, other)), anchors, jetzt)
    assert result.zeitpunkt == jetzt
    assert any("nicht gewertet" in grund for grund in result.gruende)


def stamped(signer: Signer, tsa: LocalTsa) -> tuple[bytes, bytes]:
    """A signature with its time stamp token."""
    p7s = asyncio.run(sign_detached(INHALT, signer, tsa))
    (signer_part,) = read_signed_data(p7s).signers
    return p7s, signer_part.unsigned_attributes[OID_TIMESTAMP][0].raw


def test_a_stamp_over_something_else_is_open(
    anchors: Anchors, jetzt: datetime, rsa_signer: Signer, tsa: LocalTsa
) -> None:
    first, own = stamped(rsa_signer, tsa)
    while True:  # the serial number of a stamp differs in length now and then
        _second, donor = stamped(rsa_signer, tsa)
        if len(donor) == len(own):
            break
    result = one(first.replace(own, donor), anchors, jetzt)
    assert result.urteil is Urteil.UNBESTIMMT
    assert any("anderen Inhalt" in grund for grund in result.gruende)


def test_rsa_2048_was_good_until_the_cut_over(anchors: Anchors, jetzt: datetime, issuer: Ausstellung) -> None:
    made = jetzt - timedelta(days=400)
    old_issuer = issue(issuer.eintrag, issuer.key, None, made)
    leaf = soft(issue(LEAF, rsa.generate_private_key(65537, 2048), old_issuer, made))
    p7s = asyncio.run(sign_detached(INHALT, Signer(leaf), zeitpunkt=made))
    pinned = Anchors(tuple(_pinned(anchor, old_issuer.certificate) for anchor in anchors.alle))
    assert one(p7s, pinned, made).urteil is Urteil.GUELTIG
    result = one(p7s, pinned, jetzt)
    assert result.urteil is Urteil.UNBESTIMMT
    assert any("2048" in grund for grund in result.gruende)


def _pinned(anchor, certificate):  # type: ignore[no-untyped-def]
    from dataclasses import replace

    start = anchor.gueltig_ab - timedelta(days=500)
    return replace(anchor, certificate=certificate, gueltig_ab=start) if anchor.zweck is Zweck.SIGNATUR else anchor


def test_plain_ecdsa_of_german_cards_is_green(key_of: Keys, anchors: Anchors, jetzt: datetime) -> None:
    bau = Bau(key_of("landkreis-auental", "signatur"), INHALT, plain=True)
    result = one(signed_data(bau), anchors, jetzt)
    assert (result.urteil, result.level) == (Urteil.GUELTIG, "CMS")
    assert one(signed_data(bau), anchors, jetzt, INHALT[1:]).urteil is Urteil.UNGUELTIG


def test_unsorted_signed_attributes_are_green_with_a_note(key_of: Keys, anchors: Anchors, jetzt: datetime) -> None:
    p7s = signed_data(Bau(key_of("stadt-musterfurt", "signatur"), INHALT, reverse_stored=True))
    result = one(p7s, anchors, jetzt)
    assert result.urteil is Urteil.GUELTIG
    assert any("Reihenfolge" in grund for grund in result.gruende)


def test_every_signer_of_one_cms_gets_a_verdict_of_its_own(
    key_of: Keys, anchors: Anchors, jetzt: datetime, openssl_agrees: Agrees
) -> None:
    good = Bau(key_of("stadt-musterfurt", "signatur"), INHALT)
    also = Bau(key_of("landkreis-auental", "signatur"), INHALT)
    bad = Bau(key_of("verwaltungsgericht-musterfurt", "signatur"), INHALT, attribute_digest=b"\0" * 32)
    both = check(signed_data(good, also), anchors, jetzt)
    assert [result.urteil for result in both] == [Urteil.GUELTIG] * 2
    assert openssl_agrees(INHALT, signed_data(good, also))
    mixed = check(signed_data(good, bad), anchors, jetzt)
    assert {result.urteil for result in mixed} == {Urteil.GUELTIG, Urteil.UNGUELTIG}


def test_a_signature_without_signed_attributes_covers_the_file_itself(
    key_of: Keys, anchors: Anchors, jetzt: datetime, openssl_agrees: Agrees
) -> None:
    p7s = signed_data(Bau(key_of("stadt-musterfurt", "signatur"), INHALT, attributes=False))
    assert one(p7s, anchors, jetzt).urteil is Urteil.GUELTIG
    assert openssl_agrees(INHALT, p7s)
    assert one(p7s, anchors, jetzt, INHALT + b"\n").urteil is Urteil.UNGUELTIG


def test_signed_attributes_cannot_be_passed_off_as_content(key_of: Keys, anchors: Anchors, jetzt: datetime) -> None:
    """The attributes of a signature, taken as a file, would fit its value: the length of the digest stops it."""
    bau = Bau(key_of("stadt-musterfurt", "signatur"), INHALT)
    attributes = tlv(0x31, bau._attributes())
    assert one(signed_data(bau), anchors, jetzt, attributes).urteil is Urteil.UNGUELTIG


def test_enclosed_content_is_checked_and_a_missing_file_is_open(
    key_of: Keys, anchors: Anchors, jetzt: datetime
) -> None:
    bau = Bau(key_of("stadt-musterfurt", "signatur"), INHALT)
    assert check_enclosed(signed_data(bau, enclosed=INHALT), anchors, jetzt).urteil is Urteil.GUELTIG
    assert check_enclosed(signed_data(bau, enclosed=INHALT[1:]), anchors, jetzt).urteil is Urteil.UNGUELTIG
    assert check_enclosed(signed_data(bau), anchors, jetzt).urteil is Urteil.UNBESTIMMT


def test_a_missing_signer_certificate_is_open(key_of: Keys, anchors: Anchors, jetzt: datetime) -> None:
    p7s = signed_data(Bau(key_of("stadt-musterfurt", "signatur"), INHALT), certificates=[])
    assert one(p7s, anchors, jetzt).urteil is Urteil.UNBESTIMMT


def test_the_signed_certificate_must_be_the_one_that_came(
    anchors: Anchors, jetzt: datetime, issuer: Ausstellung
) -> None:
    """Two certificates for one key: the signature names one (RFC 5035), so the other cannot take its place."""
    key = ec.generate_private_key(ec.SECP256R1())
    first, second = soft(issue(LEAF, key, issuer, jetzt)), soft(issue(LEAF, key, issuer, jetzt))
    p7s = cms.ContentInfo.load(asyncio.run(sign_detached(INHALT, Signer(first))))
    info = p7s["content"]["signer_infos"][0]
    serial = cms.Certificate.load(second.certificate).serial_number
    info["sid"].chosen["serial_number"] = serial
    p7s["content"]["certificates"] = [cms.Certificate.load(second.certificate)]
    result = one(p7s.dump(force=True), anchors, jetzt)
    assert result.urteil is Urteil.UNGUELTIG


def test_no_flipped_byte_is_green_with_other_content_and_nothing_escapes(
    brainpool_signer: Signer, anchors: Anchors, jetzt: datetime
) -> None:
    p7s = asyncio.run(sign_detached(INHALT, brainpool_signer))
    for position in range(0, len(p7s), 3):
        broken = bytearray(p7s)
        broken[position] ^= 0x41
        try:
            results = check(bytes(broken), anchors, jetzt, INHALT + b"!")
        except ValueError:
            continue
        assert all(result.urteil is not Urteil.GUELTIG for result in results)


@pytest.mark.parametrize(
    "garbage", [b"", b"\x30", b"\x30\x80", b"\x30\x84\xff\xff\xff\xff", b"\x24\x80" * 500, b"%PDF"]
)
def test_garbage_is_no_cms(garbage: bytes, anchors: Anchors, jetzt: datetime) -> None:
    assert not check_enclosed(garbage, anchors, jetzt).lesbar


def test_the_digest_of_signed_attributes_alone_is_not_a_signature(anchors: Anchors, jetzt: datetime) -> None:
    assert check_enclosed(signed_data(), anchors, jetzt).urteil is Urteil.UNBESTIMMT
