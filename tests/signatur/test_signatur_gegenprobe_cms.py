"""A second look at CMS, chains and revocation data, as an attacker and as the other side's expert."""

import asyncio
import base64
import hashlib
import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import cms as raw_cms
from asn1crypto import keys as raw_keys
from asn1crypto import ocsp as raw_ocsp
from asn1crypto import x509 as raw_x509
from cms_bau import Bau, LocalTsa, algorithm, oid, signed_data, tlv
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pki_bau import Sperre, Stelle, Wunsch, anchor, certify, ocsp_answer, resigned, revocation_list, trust

from certs.anchors import Anchors, Zweck
from certs.revocation import Beleg, Sperrstatus, judge
from certs.urteil import Urteil
from erv_gateway.signatur.cms_belege import Beigaben
from erv_gateway.signatur.ergebnis import Pruefung
from erv_gateway.signatur.pruefen import check_detached
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.signieren import sign_detached
from erv_gateway.signatur.tlv import parse, split

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
CONTENT = b"Klageschrift"
ESS = "1.2.840.113549.1.9.16.2.47"
SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
HASHES = {"sha256": (1, hashes.SHA256()), "sha384": (2, hashes.SHA384()), "sha512": (3, hashes.SHA512())}


@pytest.fixture(scope="module")
def ca() -> Stelle:
    return certify("Aussteller", None, Wunsch(ca=True))


@pytest.fixture(scope="module")
def erika(ca: Stelle) -> Stelle:
    return certify("Erika Muster", ca)


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 3072)


@pytest.fixture(scope="module")
def trusted(ca: Stelle) -> Anchors:
    return trust(anchor(Zweck.SIGNATUR, ca), anchor(Zweck.TSA, ca))


@dataclass
class Halter:
    """Key and certificate that need not fit."""

    private_key: object
    certificate: bytes
    chain: tuple[bytes, ...]


def check(p7s: bytes, trusted: Anchors, content: bytes = CONTENT, *belege: Beleg) -> Pruefung:
    return check_detached(io.BytesIO(content), p7s, trusted, AT, gaben=Beigaben(belege))


class ForeignIssuer(Bau):
    """The signer is named by the number of the right certificate, and by another issuer."""

    def signer_info(self) -> bytes:
        number = raw_x509.Certificate.load(self.key.certificate).serial_number
        name = raw_x509.Name.build({"common_name": "Fremde CA"})
        sid = raw_cms.IssuerAndSerialNumber({"issuer": name, "serial_number": number}).dump()
        parts = list(parse(super().signer_info()).children())
        return tlv(0x30, parts[0].raw, sid, *(part.raw for part in parts[2:]))


def test_a_certificate_of_another_issuer_is_not_the_named_one(erika: Stelle, trusted: Anchors) -> None:
    """Without a binding attribute the name is all that says whose signature it is."""
    assert check(signed_data(ForeignIssuer(erika.soft, CONTENT)), trusted).urteil is Urteil.UNBESTIMMT


class OtherCase(ForeignIssuer):
    def signer_info(self) -> bytes:
        issuer = raw_x509.Certificate.load(self.key.certificate).issuer
        parts = list(parse(Bau.signer_info(self)).children())
        name = issuer.dump().replace(b"Aussteller", b"AUSSTELLER")
        return tlv(0x30, parts[0].raw, tlv(0x30, name, parts[1].children()[1].raw), *(part.raw for part in parts[2:]))


def test_the_same_name_in_another_writing_is_the_same(erika: Stelle, trusted: Anchors) -> None:
    assert check(signed_data(OtherCase(erika.soft, CONTENT)), trusted).urteil is Urteil.GUELTIG


@pytest.mark.parametrize("values", [(), (tlv(0x30, tlv(0x30)),)])
def test_a_binding_that_binds_nothing_is_not_green(erika: Stelle, trusted: Anchors, values: tuple[bytes, ...]) -> None:
    attribute = tlv(0x30, oid(ESS), tlv(0x31, *values))
    result = check(signed_data(Bau(erika.soft, CONTENT, extra_attributes=[attribute])), trusted)
    assert result.urteil is Urteil.UNBESTIMMT


class Without(Bau):
    missing = b""

    def _attributes(self) -> bytes:
        return b"".join(one.raw for one in split(super()._attributes()) if self.missing not in one.raw)


@pytest.mark.parametrize("missing", ["1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"])
def test_without_content_type_or_digest_it_is_red(erika: Stelle, trusted: Anchors, missing: str) -> None:
    bau = Without(erika.soft, CONTENT)
    bau.missing = oid(missing)
    assert check(signed_data(bau), trusted).urteil is Urteil.UNGUELTIG


class Given(Bau):
    value = b""

    def _sign(self, data: bytes) -> bytes:
        return self.value


def test_attributes_of_another_signature_are_no_signed_content(erika: Stelle, trusted: Anchors) -> None:
    """What was signed as attributes is offered as a file that was signed without any: same bytes, same value."""
    bau = Bau(erika.soft, CONTENT)
    stolen = raw_cms.ContentInfo.load(signed_data(bau))["content"]["signer_infos"][0]["signature"].native
    content = tlv(0x31, bau._attributes())
    forged = Given(erika.soft, content, attributes=False)
    forged.value = stolen
    assert check(signed_data(forged), trusted, content).urteil is Urteil.UNBESTIMMT
    plain = Bau(erika.soft, b"1 Anlage", attributes=False)  # begins with the same byte
    assert check(signed_data(plain), trusted, b"1 Anlage").urteil is Urteil.GUELTIG


@pytest.mark.parametrize("value", [encode_dss_signature(0, 0), encode_dss_signature(0, 1), b"", bytes(64)])
def test_empty_values_are_red(erika: Stelle, trusted: Anchors, value: bytes) -> None:
    for plain in (False, True):
        bau = Given(erika.soft, CONTENT, plain=plain)
        bau.value = value
        assert check(signed_data(bau), trusted).urteil is Urteil.UNGUELTIG


class SmallExponent(Bau):
    """A value without the private key: with e = 1 the padded digest, with e = 3 a cube root of loose padding."""

    exponent = 1

    def _signature_algorithm(self) -> bytes:
        return algorithm("1.2.840.113549.1.1.11", null=True)

    def _sign(self, data: bytes) -> bytes:
        digest = SHA256_INFO + hashlib.sha256(data).digest()
        if self.exponent == 1:
            return b"\0\1" + b"\xff" * (381 - len(digest)) + b"\0" + digest
        padded = b"\0\1" + b"\xff" * 8 + b"\0" + digest
        return _cube_root(int.from_bytes(padded.ljust(384, b"\0"))).to_bytes(384)


def _cube_root(number: int) -> int:
    low, high = 0, 1 << 1100
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if middle**3 < number else (low, middle)
    return low


@pytest.mark.parametrize("exponent", [1, 3])
def test_small_exponents_forge_nothing(ca: Stelle, rsa_key: rsa.RSAPrivateKey, trusted: Anchors, exponent: int) -> None:
    raw = raw_x509.Certificate.load(certify("Klein", ca, key=rsa_key).der)
    numbers = {"modulus": rsa_key.public_key().public_numbers().n, "public_exponent": exponent}
    raw["tbs_certificate"]["subject_public_key_info"]["public_key"] = raw_keys.RSAPublicKey(numbers)
    assert isinstance(ca.key, ec.EllipticCurvePrivateKey)
    raw["signature_value"] = ca.key.sign(raw["tbs_certificate"].dump(force=True), ec.ECDSA(hashes.SHA256()))
    bau = SmallExponent(Halter(rsa_key, raw.dump(force=True), (ca.der,)), CONTENT)  # type: ignore[arg-type]
    bau.exponent = exponent
    assert check(signed_data(bau), trusted).urteil is not Urteil.GUELTIG


def test_a_stamp_from_before_its_own_certificate_proves_nothing(
    ca: Stelle, erika: Stelle, rsa_key: rsa.RSAPrivateKey, trusted: Anchors
) -> None:
    """Whoever gets a new key could stamp into the past."""
    new = Wunsch(
        ab=datetime(2026, 6, 1, tzinfo=UTC), usage=("digital_signature",), purposes=[ExtendedKeyUsageOID.TIME_STAMPING]
    )
    tsa = LocalTsa(certify("Neuer Stempel", ca, new, rsa_key).soft, datetime(2022, 1, 1, tzinfo=UTC))
    (one,) = check(asyncio.run(sign_detached(CONTENT, Signer(erika.soft), tsa)), trusted).signaturen
    assert (one.urteil, one.zeitpunkt) == (Urteil.UNBESTIMMT, AT)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (x509.DirectoryName(x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "FR")])), Urteil.UNBESTIMMT),
        (x509.DNSName("example.de"), Urteil.GUELTIG),
    ],
)
def test_name_constraints_count_whether_critical_or_not(
    ca: Stelle, trusted: Anchors, name: x509.GeneralName, expected: Urteil
) -> None:
    between = certify("Zwischen", ca, Wunsch(ca=True, extra=[(x509.NameConstraints([name], None), False)]))
    leaf = certify("Unter Zwang", between)
    assert check(signed_data(Bau(leaf.soft, CONTENT)), trusted).urteil is expected


def test_an_answer_that_says_two_things_says_the_worse(ca: Stelle, erika: Stelle) -> None:
    good, bad = (
        raw_ocsp.OCSPResponse.load(ocsp_answer(erika, ca, AT, sperre=sperre)).basic_ocsp_response
        for sperre in (None, Sperre(AT - timedelta(days=5)))
    )
    both = [one["tbs_response_data"]["responses"][0] for one in (good, bad)]
    for order in (1, -1):
        good["tbs_response_data"]["responses"] = both[::order]
        answer = Beleg("ocsp", resigned(good, ca.key))
        assert judge(erika.der, ca.der, [answer], AT).status is Sperrstatus.GESPERRT


def test_a_delta_list_is_never_taken_for_a_whole_one(ca: Stelle, erika: Stelle) -> None:
    delta = revocation_list(ca, AT, extensions=[(x509.DeltaCRLIndicator(1), False)])
    assert judge(erika.der, ca.der, [Beleg("crl", delta)], AT).status is Sperrstatus.NICHT_GEPRUEFT


def test_old_good_news_do_not_stop_asking(ca: Stelle, trusted: Anchors) -> None:
    """A thief would bring along an answer from before the card was blocked; it counts only until there is a newer."""
    leaf = certify("Bestohlen", ca, Wunsch(ocsp=["http://ocsp.example.de/"]))
    p7s = signed_data(Bau(leaf.soft, CONTENT))
    old, new = (
        Beleg("ocsp", ocsp_answer(leaf, ca, stand, naechster=AT + timedelta(days=2)))
        for stand in (AT - timedelta(days=3), AT + timedelta(minutes=1))
    )
    assert [quelle.url for need in check(p7s, trusted, CONTENT, old).bedarf for quelle in need.quellen] == [
        "http://ocsp.example.de/"
    ]
    assert check(p7s, trusted, CONTENT, new).bedarf == ()
    blocked = Beleg("ocsp", ocsp_answer(leaf, ca, AT, sperre=Sperre(AT - timedelta(days=1))))
    assert check(p7s, trusted, CONTENT, old, blocked).urteil is Urteil.UNGUELTIG


ARMOURED = [
    lambda p7s: b"-----BEGIN PKCS7-----\n" + base64.encodebytes(p7s) + b"-----END PKCS7-----\n",
    lambda p7s: b"-----BEGIN CMS-----\r\n" + base64.b64encode(p7s) + b"\r\n-----END CMS-----",
    base64.encodebytes,
    base64.b64encode,
]


@pytest.mark.parametrize("form", range(len(ARMOURED)))
def test_signature_files_as_text_are_read(erika: Stelle, trusted: Anchors, form: int) -> None:
    text = ARMOURED[form](signed_data(Bau(erika.soft, CONTENT)))
    assert check(text, trusted).urteil is Urteil.GUELTIG
    assert check(text, trusted, b"Andere Schrift").urteil is Urteil.UNGUELTIG
    assert check(text[:-40], trusted).urteil is Urteil.UNBESTIMMT


class Frei(Bau):
    """Any scheme with any digest."""

    schema, digest, salt, mgf = "ecdsa", "sha256", 32, "sha256"

    def signer_info(self) -> bytes:
        self.attribute_digest = hashlib.new(self.digest, self.content).digest()
        parts = [part.raw for part in parse(super().signer_info()).children()]
        parts[2] = algorithm(f"2.16.840.1.101.3.4.2.{HASHES[self.digest][0]}")
        return tlv(0x30, *parts)

    def _signature_algorithm(self) -> bytes:
        number = HASHES[self.digest][0]
        table = {"ecdsa": f"1.2.840.10045.4.3.{number + 1}", "plain": f"0.4.0.127.0.7.1.1.4.1.{number + 2}"}
        table |= {"eddsa": "1.3.101.112", "rsa": f"1.2.840.113549.1.1.{number + 10}", "bare": "1.2.840.113549.1.1.1"}
        return self._pss() if self.schema == "pss" else algorithm(table[self.schema])

    def _pss(self) -> bytes:
        own, mgf = (algorithm(f"2.16.840.1.101.3.4.2.{HASHES[name][0]}") for name in (self.digest, self.mgf))
        generator = tlv(0x30, oid("1.2.840.113549.1.1.8"), mgf)
        parameters = tlv(0x30, tlv(0xA0, own), tlv(0xA1, generator), tlv(0xA2, bytes([2, 1, self.salt])))
        return tlv(0x30, oid("1.2.840.113549.1.1.10"), parameters)

    def _sign(self, data: bytes) -> bytes:
        key, hashed = self.key.private_key, HASHES[self.digest][1]
        if isinstance(key, rsa.RSAPrivateKey):
            pss = padding.PSS(padding.MGF1(HASHES[self.mgf][1]), self.salt)
            return key.sign(data, pss if self.schema == "pss" else padding.PKCS1v15(), hashed)
        if isinstance(key, ed25519.Ed25519PrivateKey):
            return key.sign(data)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        signature = key.sign(data, ec.ECDSA(hashed))
        width = (key.key_size + 7) // 8
        r, s = decode_dss_signature(signature)
        return r.to_bytes(width) + s.to_bytes(width) if self.schema == "plain" else signature


def frei(ca: Stelle, key: object, **changes: object) -> bytes:
    leaf = certify("Frei", ca, key=key)  # type: ignore[arg-type]
    bau = Frei(Halter(key, leaf.der, (ca.der,)), CONTENT)  # type: ignore[arg-type]
    for name, value in changes.items():
        setattr(bau, name, value)
    return signed_data(bau)


CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1, ec.BrainpoolP256R1, ec.BrainpoolP384R1, ec.BrainpoolP512R1)


@pytest.mark.parametrize("curve", CURVES)
def test_every_curve_with_every_digest_is_green(ca: Stelle, trusted: Anchors, curve: type[ec.EllipticCurve]) -> None:
    key = ec.generate_private_key(curve())
    for schema in ("ecdsa", "plain"):
        for digest in HASHES:
            assert check(frei(ca, key, schema=schema, digest=digest), trusted).urteil is Urteil.GUELTIG, (
                schema,
                digest,
            )


def test_every_rsa_scheme_with_every_digest_and_salt_is_green(
    ca: Stelle, rsa_key: rsa.RSAPrivateKey, trusted: Anchors
) -> None:
    for digest in HASHES:
        for schema in ("rsa", "bare"):
            assert check(frei(ca, rsa_key, schema=schema, digest=digest), trusted).urteil is Urteil.GUELTIG
        for salt in (0, 20, 32, 64):
            p7s = frei(ca, rsa_key, schema="pss", digest=digest, mgf=digest, salt=salt)
            assert check(p7s, trusted).urteil is Urteil.GUELTIG, (digest, salt)


@pytest.mark.parametrize("digest", ["sha256", "sha512"])
def test_ed25519_is_green(ca: Stelle, trusted: Anchors, digest: str) -> None:
    p7s = frei(ca, ed25519.Ed25519PrivateKey.generate(), schema="eddsa", digest=digest)
    assert check(p7s, trusted).urteil is Urteil.GUELTIG


def test_indefinite_lengths_are_green(erika: Stelle, trusted: Anchors) -> None:
    kind, body = parse(signed_data(Bau(erika.soft, CONTENT))).children()
    inner = body.children()[0].content
    p7s = b"\x30\x80" + kind.raw + b"\xa0\x80\x30\x80" + inner + bytes(6)
    assert check(p7s, trusted).urteil is Urteil.GUELTIG


@pytest.mark.parametrize(("enclosed", "expected"), [(CONTENT, Urteil.GUELTIG), (b"Andere Schrift", Urteil.UNBESTIMMT)])
def test_a_signature_beside_a_file_encloses_no_other(
    erika: Stelle, trusted: Anchors, enclosed: bytes, expected: Urteil
) -> None:
    p7s = signed_data(Bau(erika.soft, CONTENT), enclosed=enclosed)
    assert check(p7s, trusted).urteil is expected
