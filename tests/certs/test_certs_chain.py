"""Chains: green only with every rule kept, red when one is broken, open when something is missing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from certs.anchors import Anchor, Anchors, Zweck
from certs.certificate import load
from certs.chain import verify_chain
from certs.devpki import Ausstellung, DevPki, KeySpec
from certs.devpki.build import issue
from certs.devpki.plan import Eintrag, Profil
from certs.urteil import Urteil

LEAF = Eintrag("x/signatur", Profil.SIGNATUR, Zweck.SIGNATUR, "Erika Beispiel", None, KeySpec.RSA_LEAF)
SUB = Eintrag("x/sub", Profil.CA, Zweck.SIGNATUR, "Unter-CA", None, KeySpec.RSA_CA)
SIGNATUR = (Zweck.SIGNATUR,)
MakeAnchor = Callable[..., Anchor]
Key = ec.EllipticCurvePrivateKey


def test_every_leaf_of_the_development_pki_is_green_for_its_own_purpose_only(
    pki: DevPki, anchors: Anchors, jetzt: datetime
) -> None:
    for issued in pki.ausstellungen.values():
        if issued.eintrag.profil in (Profil.ROOT, Profil.CA):
            continue
        for zweck in Zweck:
            result = verify_chain(issued.certificate, issued.chain, anchors, [zweck], jetzt)
            if zweck is issued.eintrag.zweck:
                assert (result.urteil, result.gruende) == (Urteil.GUELTIG, ())
                assert result.kette == (issued.certificate, issued.chain[0])
            else:
                assert (result.urteil, result.fremder_zweck) == (Urteil.UNBESTIMMT, issued.eintrag.zweck)


def test_a_longer_chain_is_built_from_what_came_along(
    ca: Ausstellung, pki: DevPki, anchor_of: MakeAnchor, jetzt: datetime, ec_key: Key
) -> None:
    root = pki.ausstellungen["ca/root"]
    leaf = issue(LEAF, ec_key, ca, jetzt)
    only_root = Anchors((anchor_of(root.certificate),))
    junk = [b"", b"\x30\x00", pki.ausstellungen["tsa/tsa"].certificate]
    good = verify_chain(leaf.certificate, [*junk, ca.certificate, root.certificate], only_root, SIGNATUR, jetzt)
    assert (good.urteil, len(good.kette)) == (Urteil.GUELTIG, 3)
    missing = verify_chain(leaf.certificate, junk, only_root, SIGNATUR, jetzt)
    assert (missing.urteil, missing.kette) == (Urteil.UNBESTIMMT, ())


def test_times_count_at_the_moment_asked_for(ca: Ausstellung, anchors: Anchors, jetzt: datetime, ec_key: Key) -> None:
    leaf = issue(LEAF, ec_key, ca, jetzt, lifetime=timedelta(days=10))

    def at(moment: datetime) -> Urteil:
        return verify_chain(leaf.certificate, (), anchors, SIGNATUR, moment).urteil

    assert at(jetzt) is Urteil.GUELTIG
    assert at(jetzt + timedelta(days=10)) is Urteil.UNBESTIMMT
    assert at(jetzt - timedelta(days=2)) is Urteil.UNGUELTIG


def test_an_anchor_outside_its_dates_is_none(ca: Ausstellung, anchors: Anchors, jetzt: datetime, ec_key: Key) -> None:
    leaf = issue(LEAF, ec_key, ca, jetzt)
    ended = Anchors(tuple(replace(anchor, gueltig_bis=jetzt) for anchor in anchors.alle))
    assert verify_chain(leaf.certificate, (), ended, SIGNATUR, jetzt).urteil is Urteil.UNBESTIMMT
    before = verify_chain(leaf.certificate, (), ended, SIGNATUR, jetzt - timedelta(hours=1))
    assert before.urteil is Urteil.GUELTIG


def test_a_name_is_not_a_signature(ca: Ausstellung, anchors: Anchors, jetzt: datetime, ec_key: Key) -> None:
    rogue = issue(ca.eintrag, ec.generate_private_key(ec.SECP256R1()), None, jetzt)
    leaf = issue(LEAF, ec_key, rogue, jetzt)
    assert verify_chain(leaf.certificate, (), anchors, SIGNATUR, jetzt).urteil is Urteil.UNGUELTIG
    with_rogue = verify_chain(leaf.certificate, [rogue.certificate], anchors, SIGNATUR, jetzt)
    assert with_rogue.urteil is not Urteil.GUELTIG


def test_a_leaf_cannot_issue(pki: DevPki, anchors: Anchors, jetzt: datetime, ec_key: Key) -> None:
    """The oldest attack on chains: an honest leaf that signs certificates for others."""
    honest = pki.ausstellungen["stadt-musterfurt/signatur"]
    forged = issue(LEAF, ec_key, honest, jetzt)
    result = verify_chain(forged.certificate, [honest.certificate], anchors, SIGNATUR, jetzt)
    assert result.urteil is Urteil.UNGUELTIG
    assert any("darf keine Zertifikate ausstellen" in grund for grund in result.gruende)


def test_the_path_length_of_the_anchor_is_kept(ca: Ausstellung, anchors: Anchors, jetzt: datetime, ec_key: Key) -> None:
    sub = issue(SUB, ec.generate_private_key(ec.SECP256R1()), ca, jetzt)
    leaf = issue(LEAF, ec_key, sub, jetzt)
    result = verify_chain(leaf.certificate, [sub.certificate], anchors, SIGNATUR, jetzt)
    assert result.urteil is Urteil.UNGUELTIG
    assert any("länger als erlaubt" in grund for grund in result.gruende)


def test_what_only_encrypts_may_not_sign(ca: Ausstellung, anchors: Anchors, jetzt: datetime, ec_key: Key) -> None:
    cipher = issue(replace(LEAF, profil=Profil.POSTFACH_CHIFFRAT), ec_key, ca, jetzt)
    assert verify_chain(cipher.certificate, (), anchors, SIGNATUR, jetzt).urteil is Urteil.UNGUELTIG


def test_a_time_stamp_certificate_stamps_and_does_nothing_else(
    pki: DevPki, anchors: Anchors, jetzt: datetime, ec_key: Key
) -> None:
    issuer = pki.ausstellungen["ca/tsa-ca"]
    for profil, expected in ((Profil.TSA, Urteil.GUELTIG), (Profil.VHN, Urteil.UNGUELTIG)):
        leaf = issue(replace(LEAF, profil=profil, zweck=Zweck.TSA), ec_key, issuer, jetzt)
        assert verify_chain(leaf.certificate, (), anchors, (Zweck.TSA,), jetzt).urteil is expected


def test_rsa_2048_is_named_after_the_cut_over(ca: Ausstellung, anchors: Anchors, jetzt: datetime) -> None:
    leaf = issue(LEAF, rsa.generate_private_key(65537, 2048), ca, jetzt)
    result = verify_chain(leaf.certificate, (), anchors, SIGNATUR, jetzt)
    assert result.urteil is Urteil.UNBESTIMMT
    assert "RSA mit 2048 Bit gilt für die Signatur eines Dokuments seit 01.01.2026 als nicht mehr sicher." in (
        result.gruende
    )


def signed(ca: Ausstellung, key: Key, jetzt: datetime, extension: x509.ExtensionType | None) -> bytes:
    issuer = load(ca.certificate)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Handgemacht")]))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(jetzt - timedelta(days=1))
        .not_valid_after(jetzt + timedelta(days=1))
    )
    if extension is not None:
        builder = builder.add_extension(extension, critical=True)
    return builder.sign(ca.key, hashes.SHA256()).public_bytes(Encoding.DER)


def test_a_critical_extension_nobody_judged_stays_open(
    ca: Ausstellung, anchors: Anchors, jetzt: datetime, ec_key: Key
) -> None:
    plain = signed(ca, ec_key, jetzt, None)
    unknown = signed(ca, ec_key, jetzt, x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"))
    names = x509.NameConstraints(permitted_subtrees=[x509.DNSName("de")], excluded_subtrees=None)
    assert verify_chain(plain, (), anchors, SIGNATUR, jetzt).urteil is Urteil.GUELTIG
    for certificate in (unknown, signed(ca, ec_key, jetzt, names)):
        assert verify_chain(certificate, (), anchors, SIGNATUR, jetzt).urteil is Urteil.UNBESTIMMT


def test_a_certificate_pinned_by_the_directory_needs_no_issuer(
    anchor_of: MakeAnchor, jetzt: datetime, ec_key: Key
) -> None:
    """Courts' mailboxes have self-signed certificates that only the directory vouches for."""
    mailbox = Eintrag("x/m", Profil.POSTFACH_SIGNATUR, Zweck.MAILBOX, "Gericht", None, KeySpec.RSA_LEAF)
    alone = issue(mailbox, ec_key, None, jetzt)
    twin = issue(mailbox, ec_key, None, jetzt)
    pinned = Anchors((anchor_of(alone.certificate, Zweck.MAILBOX),))
    assert verify_chain(alone.certificate, (), pinned, (Zweck.MAILBOX,), jetzt).urteil is Urteil.GUELTIG
    assert verify_chain(twin.certificate, (), pinned, (Zweck.MAILBOX,), jetzt).urteil is not Urteil.GUELTIG


def test_crafted_sets_of_certificates_cost_little(anchors: Anchors, jetzt: datetime, ec_key: Key) -> None:
    """Many issuers of one name that all sign each other: the number of paths would explode."""
    start = issue(SUB, ec_key, None, jetzt)
    maze = [issue(SUB, ec_key, start, jetzt + timedelta(seconds=number)).certificate for number in range(60)]
    leaf = issue(LEAF, ec_key, start, jetzt)
    result = verify_chain(leaf.certificate, maze, anchors, SIGNATUR, jetzt)
    assert result.urteil is Urteil.UNBESTIMMT
    assert any("zu viele" in grund for grund in result.gruende)


@pytest.mark.parametrize("garbage", [b"", b"\x30", b"x" * 70_000])
def test_garbage_is_a_result(garbage: bytes, anchors: Anchors, jetzt: datetime) -> None:
    assert verify_chain(garbage, [garbage], anchors, SIGNATUR, jetzt).urteil is Urteil.UNBESTIMMT
