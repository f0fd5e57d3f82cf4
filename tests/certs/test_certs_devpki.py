"""The development PKI has the shape of the real one."""

from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.x509.oid import ExtendedKeyUsageOID

from certs.certificate import facts, load
from certs.devpki import DevPki, Plan, build, safe_id
from certs.devpki.plan import Profil, slug
from certs.errors import PkiInvalid


def test_a_vhn_certificate_looks_like_a_real_one(pki: DevPki) -> None:
    issued = pki.ausstellungen["stadt-musterfurt/vhn"]
    certificate = load(issued.certificate)
    found = facts(issued.certificate)
    assert found.uid == safe_id("Stadt Musterfurt")
    assert found.common_name == "VHN - besonderes elektronisches Behördenpostfach"
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    scheme = certificate.signature_algorithm_parameters
    assert isinstance(scheme, padding.PSS)
    assert scheme._salt_length == 64
    assert isinstance(certificate.signature_hash_algorithm, hashes.SHA512)
    court = load(pki.ausstellungen["verwaltungsgericht-musterfurt/vhn"].certificate)
    assert court.issuer != certificate.issuer


def test_mailbox_certificates_are_issued_with_the_old_padding(pki: DevPki) -> None:
    certificate = load(pki.ausstellungen["stadt-musterfurt/postfach-signatur"].certificate)
    assert isinstance(certificate.signature_algorithm_parameters, padding.PKCS1v15)


def test_one_office_signs_on_brainpool(pki: DevPki) -> None:
    key = load(pki.ausstellungen["landkreis-auental/signatur"].certificate).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert isinstance(key.curve, ec.BrainpoolP256R1)


def test_lifetimes_follow_tr_03116(pki: DevPki, jetzt: datetime) -> None:
    years = {Profil.ROOT: 6, Profil.CA: 5}
    for issued in pki.ausstellungen.values():
        certificate = load(issued.certificate)
        lifetime = certificate.not_valid_after_utc - certificate.not_valid_before_utc
        assert lifetime <= timedelta(days=366 * years.get(issued.eintrag.profil, 3))
        assert certificate.not_valid_before_utc < jetzt < certificate.not_valid_after_utc


def test_every_key_serves_one_certificate(pki: DevPki) -> None:
    keys = {load(issued.certificate).public_key().public_numbers() for issued in pki.ausstellungen.values()}
    serials = {facts(issued.certificate).serial for issued in pki.ausstellungen.values()}
    assert len(keys) == len(serials) == len(pki.ausstellungen)


def test_safe_ids_are_the_same_at_every_run() -> None:
    assert safe_id("Stadt Musterfurt") == "DE.Justiz.524f9076-ace0-5fa9-813f-4dbace01f8bf.f194"
    assert safe_id("Stadt Musterfurt") != safe_id("Stadt Musterfurth")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Stadt Ähren/Groß", "stadt-aehren-gross"), ("  Amt  7 ", "amt-7"), ("Łódź & Œuvre", "odz-uvre")],
)
def test_folder_names_are_plain(name: str, expected: str) -> None:
    assert slug(name) == expected


@pytest.mark.parametrize(
    "plan",
    [Plan(aemter=()), Plan(aemter=("A", "a")), Plan(aemter=("CA",)), Plan(aemter=("!",)), Plan(gericht="TSA")],
)
def test_names_must_give_different_folders(plan: Plan, jetzt: datetime) -> None:
    with pytest.raises(PkiInvalid):
        build(plan, {}, jetzt)


def test_every_entry_needs_its_key(jetzt: datetime) -> None:
    with pytest.raises(PkiInvalid, match="no key"):
        build(Plan(), {}, jetzt)
