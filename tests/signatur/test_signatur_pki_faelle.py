"""A PKI for the purpose: every kind of certificate and key, its verdict, and OpenSSL's opinion on every green one."""

import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cms_bau import PLAIN_ECDSA_SHA256, Bau, algorithm, signed_data
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.x509.oid import ExtendedKeyUsageOID
from pki_bau import PrivateKey, Sperre, Stelle, Wunsch, anchor, certify, ocsp_answer, p256, trust

from certs.anchors import Zweck
from certs.certificate import der_to_pem, facts
from certs.revocation import Beleg
from certs.urteil import Urteil
from erv_gateway.signatur.cms_belege import Beigaben
from erv_gateway.signatur.cms_pruefen import Massstab, check_cms
from erv_gateway.signatur.ergebnis import Signaturpruefung
from erv_gateway.signatur.inhalt import Inhalt
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.signieren import sign_detached

INHALT = b"Klageschrift\n" * 20
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
TAG = timedelta(days=1)
NORMAL = Wunsch()
G, U, X = Urteil.GUELTIG, Urteil.UNBESTIMMT, Urteil.UNGUELTIG


def rsa_key(bits: int) -> Callable[[], PrivateKey]:
    return lambda: rsa.generate_private_key(65537, bits)


def curve(kind: ec.EllipticCurve) -> Callable[[], PrivateKey]:
    return lambda: ec.generate_private_key(kind)


@dataclass(frozen=True)
class Fall:
    """`grund`: part of a reason that must be given. `at`: when the file came in."""

    urteil: Urteil
    wunsch: Wunsch = NORMAL
    key: Callable[[], PrivateKey] = p256
    pss: bool = True
    grund: str = ""
    at: datetime = AT
    gesperrt: datetime | None = None


FAELLE: Mapping[str, Fall] = {
    "valid P-256": Fall(G),
    "valid brainpoolP256r1": Fall(G, key=curve(ec.BrainpoolP256R1())),
    "valid brainpoolP384r1": Fall(G, key=curve(ec.BrainpoolP384R1())),
    "valid P-521": Fall(G, key=curve(ec.SECP521R1())),
    "valid RSA-3072 PSS": Fall(G, key=rsa_key(3072)),
    "valid RSA-3072 PKCS#1": Fall(G, key=rsa_key(3072), pss=False),
    "digitalSignature alone": Fall(G, Wunsch(usage=("digital_signature",))),
    "VHN leaf, clientAuth alone": Fall(
        G, Wunsch(usage=("digital_signature",), purposes=(ExtendedKeyUsageOID.CLIENT_AUTH,))
    ),
    "expired": Fall(U, Wunsch(bis=AT - TAG), grund="abgelaufen"),
    "expired now, valid at receipt": Fall(G, Wunsch(bis=AT - TAG), at=AT - 2 * TAG),
    "not yet valid": Fall(X, Wunsch(ab=AT + TAG), grund="noch nicht gültig"),
    "revoked before": Fall(X, gesperrt=AT - TAG, grund="gesperrt, vor dem maßgeblichen Zeitpunkt"),
    "revoked after": Fall(G, gesperrt=AT + TAG, grund="erst danach gesperrt"),
    "for encryption only": Fall(X, Wunsch(usage=("key_encipherment",)), grund="nicht zum Signieren"),
    "RSA-2048 after the cut-over": Fall(U, key=rsa_key(2048), grund="2048"),
    "RSA-2048 before the cut-over": Fall(G, key=rsa_key(2048), at=datetime(2025, 12, 31, 23, tzinfo=UTC)),
    "RSA-2048 at the cut-over": Fall(U, key=rsa_key(2048), at=datetime(2026, 1, 1, tzinfo=UTC), grund="2048"),
    "RSA-1024": Fall(X, key=rsa_key(1024), grund="1024"),
    "P-192": Fall(X, key=curve(ec.SECP192R1()), grund="192"),
    "P-224": Fall(U, key=curve(ec.SECP224R1()), grund="224"),
}


@pytest.fixture(scope="module")
def ca() -> Stelle:
    return certify("Aussteller", None, Wunsch(ca=True))


def check(p7s: bytes, ca: Stelle, at: datetime, *belege: Beleg, zweck: Zweck = Zweck.SIGNATUR) -> Signaturpruefung:
    massstab = Massstab(trust(anchor(zweck, ca)), (Zweck.SIGNATUR,), at, Beigaben(belege))
    (result,) = check_cms(p7s, Inhalt.of_bytes(INHALT), massstab)
    return result


async def signed(leaf: Stelle, *, pss: bool = True) -> bytes:
    """By our signer; keys that it refuses for new signatures sign without it."""
    key = leaf.key
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size < 2048:
        return signed_data(Bau(leaf.soft, INHALT))
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name not in ("secp256r1", "brainpoolP256r1"):
        return signed_data(Bau(leaf.soft, INHALT))
    moment = max(datetime(2025, 1, 1, tzinfo=UTC), facts(leaf.der).gueltig_ab)
    return await sign_detached(INHALT, Signer(leaf.soft, pss=pss), zeitpunkt=moment)


@pytest.fixture
def agrees(openssl: str, tmp_path: Path) -> Callable[[bytes, Stelle, datetime], bool]:
    def check_with_openssl(p7s: bytes, ca: Stelle, at: datetime) -> bool:
        for name, data in (("inhalt", INHALT), ("p7s", p7s), ("ca.pem", der_to_pem([ca.der]))):
            (tmp_path / name).write_bytes(data)
        command = [openssl, "cms", "-verify", "-binary", "-inform", "DER", "-in", str(tmp_path / "p7s")]
        command += ["-content", str(tmp_path / "inhalt"), "-CAfile", str(tmp_path / "ca.pem"), "-purpose", "any"]
        command += ["-attime", str(int(at.timestamp())), "-out", "/dev/null"]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    return check_with_openssl


@pytest.mark.parametrize("name", FAELLE)
async def test_every_kind_gets_its_verdict_and_openssl_agrees_with_every_green(
    name: str, ca: Stelle, agrees: Callable[[bytes, Stelle, datetime], bool]
) -> None:
    fall = FAELLE[name]
    leaf = certify("Erika", ca, fall.wunsch, fall.key())
    belege = []
    if fall.gesperrt is not None:
        belege.append(Beleg("ocsp", ocsp_answer(leaf, ca, AT + 9 * TAG, sperre=Sperre(fall.gesperrt))))
    p7s = await signed(leaf, pss=fall.pss)
    result = check(p7s, ca, fall.at, *belege)
    assert result.urteil is fall.urteil, result.gruende
    assert fall.grund in " ".join(result.gruende)
    if fall.urteil is G:
        assert agrees(p7s, ca, fall.at)
        assert result.kette == (leaf.der, ca.der)


async def test_wrong_purpose_and_wrong_issuer(ca: Stelle) -> None:
    leaf = certify("Erika", ca)
    p7s = await signed(leaf)
    foreign = check(p7s, ca, AT, zweck=Zweck.VHN_BEBPO)
    assert foreign.urteil is U
    assert "nur für den Zweck" in " ".join(foreign.gruende)
    namesake = certify("Aussteller", None, Wunsch(ca=True))
    forged = check(await signed(certify("Erika", namesake)), ca, AT)
    assert forged.urteil is not G
    naked = certify("Erika", namesake)
    claims = check(signed_data(Bau(naked.soft, INHALT), certificates=[naked.der]), ca, AT)
    assert claims.urteil is X
    stranger = certify("Ganz fremd", None, Wunsch(ca=True))
    assert check(await signed(certify("Erika", stranger)), ca, AT).urteil is U


async def test_a_leaf_may_not_issue(ca: Stelle) -> None:
    leaf = certify("Kein Aussteller", ca)
    assert check(await signed(certify("Untergeschoben", leaf)), ca, AT).urteil is X


@dataclass
class Fest(Bau):
    """A signer whose value is already there."""

    value: bytes = b""

    def _sign(self, data: bytes) -> bytes:
        return self.value or super()._sign(data)


@pytest.mark.parametrize("kind", [ec.SECP256R1(), ec.BrainpoolP256R1(), ec.BrainpoolP512R1()])
def test_plain_ecdsa_is_green_and_openssl_agrees_on_the_same_value(
    ca: Stelle, kind: ec.EllipticCurve, agrees: Callable[[bytes, Stelle, datetime], bool]
) -> None:
    """OpenSSL has no name for BSI's object identifier: it is asked about the same r and s, written the other way."""
    leaf = certify("Karte", ca, key=ec.generate_private_key(kind))
    width = (kind.key_size + 7) // 8
    value = Bau(leaf.soft, INHALT, plain=True)._sign(_to_sign(leaf))
    assert len(value) == 2 * width
    plain = signed_data(Fest(leaf.soft, INHALT, plain=True, value=value))
    assert algorithm(PLAIN_ECDSA_SHA256) in plain
    result = check(plain, ca, AT)
    assert (result.urteil, result.verfahren and "ECDSA-PLAIN" in result.verfahren) == (G, True)
    r, s = int.from_bytes(value[:width]), int.from_bytes(value[width:])
    assert agrees(signed_data(Fest(leaf.soft, INHALT, value=encode_dss_signature(r, s))), ca, AT)
    for wrong in (value[:-1], value + b"\0", bytes(2 * width), encode_dss_signature(r, s)):
        broken = signed_data(Fest(leaf.soft, INHALT, plain=True, value=wrong))
        assert check(broken, ca, AT).urteil is X
    assert decode_dss_signature(encode_dss_signature(r, s)) == (r, s)


def _to_sign(leaf: Stelle) -> bytes:
    from cms_bau import tlv

    return tlv(0x31, Bau(leaf.soft, INHALT)._attributes())
