"""What OCSP answers and revocation lists say, and when they say nothing."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import ocsp as raw_ocsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st

from certs.revocation import Beleg, Sperrauskunft, Sperrstatus, judge
from certs.sperrquellen import ocsp_request, sources

sys.path.append(str(Path(__file__).resolve().parents[1] / "signatur"))
from pki_bau import ENDE, Sperre, Stelle, Wunsch, certify, ocsp_answer, resigned, revocation_list

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
TAG = timedelta(days=1)
RESPONDER = Wunsch(usage=("digital_signature",), purposes=(ExtendedKeyUsageOID.OCSP_SIGNING,))


@pytest.fixture(scope="module")
def ca() -> Stelle:
    return certify("CA", None, Wunsch(ca=True))


@pytest.fixture(scope="module")
def leaf(ca: Stelle) -> Stelle:
    return certify("Blatt", ca, Wunsch(ocsp=("http://ocsp.example/",), crl=("http://crl.example/a.crl",)))


def said(leaf: Stelle, ca: Stelle, *belege: Beleg, at: datetime = AT) -> Sperrauskunft:
    return judge(leaf.der, ca.der, belege, at)


def by_ocsp(der: bytes) -> Beleg:
    return Beleg("ocsp", der)


def by_crl(der: bytes) -> Beleg:
    return Beleg("crl", der)


def test_a_good_answer_of_issuer_or_its_responder_counts(ca: Stelle, leaf: Stelle) -> None:
    for responder in (None, certify("OCSP", ca, RESPONDER)):
        auskunft = said(leaf, ca, by_ocsp(ocsp_answer(leaf, ca, AT, responder=responder)))
        assert (auskunft.status, auskunft.quelle, auskunft.stand) == (Sperrstatus.NICHT_GESPERRT, "OCSP", AT)
    assert said(leaf, ca, by_crl(revocation_list(ca, AT))).status is Sperrstatus.NICHT_GESPERRT


def test_nothing_at_hand_is_nothing_checked(ca: Stelle, leaf: Stelle) -> None:
    assert said(leaf, ca).status is Sperrstatus.NICHT_GEPRUEFT


@pytest.mark.parametrize("kind", ["ocsp", "crl"])
def test_revoked_before_is_revoked_and_after_is_good_with_the_day(ca: Stelle, leaf: Stelle, kind: str) -> None:
    def beleg(am: datetime) -> Beleg:
        if kind == "ocsp":
            return by_ocsp(ocsp_answer(leaf, ca, AT + 90 * TAG, sperre=Sperre(am)))
        return by_crl(revocation_list(ca, AT + 90 * TAG, {leaf.certificate.serial_number: Sperre(am)}))

    for am in (AT - TAG, AT):
        before = said(leaf, ca, beleg(am))
        assert (before.status, before.gesperrt_am) == (Sperrstatus.GESPERRT, am)
    after = said(leaf, ca, beleg(AT + TAG))
    assert (after.status, after.gesperrt_am) == (Sperrstatus.NICHT_GESPERRT, AT + TAG)


def test_revoked_outweighs_every_good_answer(ca: Stelle, leaf: Stelle) -> None:
    good = by_ocsp(ocsp_answer(leaf, ca, AT + TAG))
    bad = by_crl(revocation_list(ca, AT, {leaf.certificate.serial_number: Sperre(AT - TAG)}))
    assert said(leaf, ca, good, bad).status is said(leaf, ca, bad, good).status is Sperrstatus.GESPERRT


def test_a_later_answer_reaches_back_and_an_earlier_one_only_to_its_end(ca: Stelle, leaf: Stelle) -> None:
    def status(stand: datetime, naechster: datetime | None) -> Sperrstatus:
        return said(leaf, ca, by_ocsp(ocsp_answer(leaf, ca, stand, naechster=naechster))).status

    assert status(AT + 900 * TAG, None) is Sperrstatus.NICHT_GESPERRT
    assert status(AT - 3 * TAG, AT + TAG) is Sperrstatus.NICHT_GESPERRT
    assert status(AT - 3 * TAG, AT - TAG) is Sperrstatus.NICHT_GEPRUEFT
    assert status(AT - 3 * TAG, None) is Sperrstatus.NICHT_GEPRUEFT
    assert status(AT - TAG / 2, None) is Sperrstatus.NICHT_GESPERRT


def test_a_lost_key_and_a_hold_are_open(ca: Stelle, leaf: Stelle) -> None:
    lost = Sperre(AT + TAG, x509.ReasonFlags.key_compromise, AT - TAG)
    held = Sperre(AT - TAG, x509.ReasonFlags.certificate_hold)
    for sperre in (lost, held):
        auskunft = said(leaf, ca, by_crl(revocation_list(ca, AT + TAG, {leaf.certificate.serial_number: sperre})))
        assert auskunft.status is Sperrstatus.NICHT_GEPRUEFT
        assert auskunft.quelle == "CRL"


def test_who_may_not_answer_says_nothing(ca: Stelle, leaf: Stelle) -> None:
    other = certify("CA", None, Wunsch(ca=True))
    strangers = {
        "another CA's responder": certify("OCSP", other, RESPONDER),
        "no responder": certify("Niemand", ca, Wunsch(usage=("digital_signature",))),
        "expired responder": certify(
            "OCSP", ca, Wunsch(bis=AT - TAG, usage=("digital_signature",), purposes=RESPONDER.purposes)
        ),
        "the leaf itself": leaf,
    }
    for name, responder in strangers.items():
        answer = by_ocsp(ocsp_answer(leaf, ca, AT, responder=responder))
        assert said(leaf, ca, answer).status is Sperrstatus.NICHT_GEPRUEFT, name
    assert said(leaf, ca, by_crl(revocation_list(ca, AT, signer=other))).status is Sperrstatus.NICHT_GEPRUEFT
    assert said(leaf, ca, by_crl(revocation_list(other, AT))).status is Sperrstatus.NICHT_GEPRUEFT


def test_answers_about_others_say_nothing(ca: Stelle, leaf: Stelle) -> None:
    neighbour = certify("Nachbar", ca)
    twin_ca = certify("CA", None, Wunsch(ca=True))
    twin = Stelle(leaf.key, leaf.certificate)
    assert said(leaf, ca, by_ocsp(ocsp_answer(neighbour, ca, AT))).status is Sperrstatus.NICHT_GEPRUEFT
    assert said(leaf, ca, by_ocsp(ocsp_answer(twin, twin_ca, AT))).status is Sperrstatus.NICHT_GEPRUEFT
    assert said(leaf, ca, by_ocsp(ocsp_answer(leaf, ca, AT, unknown=True))).status is Sperrstatus.NICHT_GEPRUEFT
    refusal = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER)
    assert said(leaf, ca, by_ocsp(refusal.public_bytes(Encoding.DER))).status is Sperrstatus.NICHT_GEPRUEFT


def idp(**more: object) -> tuple[x509.ExtensionType, bool]:
    values: dict[str, object] = {
        "full_name": None,
        "relative_name": None,
        "only_contains_user_certs": False,
        "only_contains_ca_certs": False,
        "only_some_reasons": None,
        "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }
    return x509.IssuingDistributionPoint(**{**values, **more}), True  # type: ignore[arg-type]


def test_partial_lists_count_only_for_what_they_are_about(ca: Stelle, leaf: Stelle) -> None:
    def status(*extensions: tuple[x509.ExtensionType, bool]) -> Sperrstatus:
        return said(leaf, ca, by_crl(revocation_list(ca, AT, extensions=extensions))).status

    here = [x509.UniformResourceIdentifier("http://crl.example/a.crl")]
    elsewhere = [x509.UniformResourceIdentifier("http://crl.example/b.crl")]
    assert status(idp(full_name=here)) is Sperrstatus.NICHT_GESPERRT
    assert status(idp(full_name=here, only_contains_user_certs=True)) is Sperrstatus.NICHT_GESPERRT
    assert status(idp(full_name=elsewhere)) is Sperrstatus.NICHT_GEPRUEFT
    assert status(idp(only_contains_ca_certs=True)) is Sperrstatus.NICHT_GEPRUEFT
    assert status(idp(only_some_reasons=frozenset({x509.ReasonFlags.key_compromise}))) is Sperrstatus.NICHT_GEPRUEFT
    assert status(idp(indirect_crl=True)) is Sperrstatus.NICHT_GEPRUEFT
    assert status((x509.DeltaCRLIndicator(1), True)) is Sperrstatus.NICHT_GEPRUEFT


def test_after_expiry_only_who_keeps_the_expired_is_heard(ca: Stelle) -> None:
    old = certify("Alt", ca, Wunsch(bis=AT + TAG))
    later = AT + 400 * TAG
    assert said(old, ca, by_ocsp(ocsp_answer(old, ca, later))).status is Sperrstatus.NICHT_GEPRUEFT
    assert said(old, ca, by_crl(revocation_list(ca, later))).status is Sperrstatus.NICHT_GEPRUEFT
    kept = ocsp_answer(old, ca, later, cutoff=AT - 900 * TAG)
    assert said(old, ca, by_ocsp(kept)).status is Sperrstatus.NICHT_GESPERRT
    revoked = revocation_list(ca, later, {old.certificate.serial_number: Sperre(AT - TAG)})
    assert said(old, ca, by_crl(revoked)).status is Sperrstatus.GESPERRT


@pytest.mark.parametrize("pss", [True, False])
def test_rsa_responders_sign_with_pss_or_pkcs1(pss: bool) -> None:
    ca = certify("RSA-CA", None, Wunsch(ca=True), rsa.generate_private_key(65537, 3072))
    leaf = certify("Blatt", ca)
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response(leaf.certificate, ca.certificate, hashes.SHA256(), ocsp.OCSPCertStatus.GOOD, AT, None, None, None)
        .responder_id(ocsp.OCSPResponderEncoding.NAME, ca.certificate)
    )
    answer = builder.sign(ca.key, hashes.SHA256()).public_bytes(Encoding.DER)
    if pss:
        answer = resigned(raw_ocsp.OCSPResponse.load(answer).basic_ocsp_response, ca.key, pss=True)
    assert said(leaf, ca, by_ocsp(answer)).status is Sperrstatus.NICHT_GESPERRT
    broken = bytearray(answer)
    broken[-3] ^= 1
    assert said(leaf, ca, by_ocsp(bytes(broken))).status is Sperrstatus.NICHT_GEPRUEFT


def test_what_a_certificate_names_as_sources(ca: Stelle, leaf: Stelle) -> None:
    found = sources(leaf.der)
    assert (found.ocsp, found.crl, found.nennt) == (("http://ocsp.example/",), ("http://crl.example/a.crl",), True)
    silent = sources(certify("Stumm", ca).der)
    assert (silent.ocsp, silent.crl, silent.nennt) == ((), (), False)
    ldap = sources(certify("LDAP", ca, Wunsch(crl=("ldap://x500.example/cn=a",))).der)
    assert (ldap.crl, ldap.nennt) == ((), True)
    request = ocsp.load_der_ocsp_request(ocsp_request(leaf.der, ca.der))
    assert request.serial_number == leaf.certificate.serial_number


@given(st.binary(max_size=200), st.sampled_from(["ocsp", "crl"]))
def test_garbage_is_never_good_news(garbage: bytes, kind: str) -> None:
    ca, leaf = _PAAR
    assert judge(leaf.der, ca.der, [Beleg(kind, garbage)], AT).status is Sperrstatus.NICHT_GEPRUEFT


def _paar() -> tuple[Stelle, Stelle]:
    ca = certify("CA", None, Wunsch(ca=True))
    return ca, certify("Blatt", ca, Wunsch(bis=ENDE))


_PAAR = _paar()


def test_no_flipped_byte_of_an_answer_makes_it_good(ca: Stelle, leaf: Stelle) -> None:
    """The revoked answer and list stay revoked, or say nothing."""
    answer = ocsp_answer(leaf, ca, AT, sperre=Sperre(AT - TAG))
    listed = revocation_list(ca, AT, {leaf.certificate.serial_number: Sperre(AT - TAG)})
    for kind, data in (("ocsp", answer), ("crl", listed)):
        for position in range(len(data)):
            broken = bytearray(data)
            broken[position] ^= 0x41
            assert said(leaf, ca, Beleg(kind, bytes(broken))).status is not Sperrstatus.NICHT_GESPERRT, position
