"""Keys of one run, made once and read by every process: RSA-3072 signs, RSA-4096 opens."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

BITS: Final = {"ca": 3072, "sender": 3072, "sender-cipher": 3072, "court": 4096, "hub": 3072, "hub-cipher": 4096}
"""As in the sheet's own measurement: signatures RSA-3072, envelope and content keys RSA-4096."""
_SIGNING: Final = frozenset({"sender", "hub"})


@dataclass(frozen=True, slots=True)
class Key:
    private: rsa.RSAPrivateKey
    der: bytes


@dataclass(frozen=True, slots=True)
class Keys:
    """`hub` is the intermediary, `court` the recipient; all are issued by `ca`."""

    ca: Key
    sender: Key
    sender_cipher: Key
    court: Key
    hub: Key
    hub_cipher: Key


def load_keys(folder: Path) -> Keys:
    """The first process that asks makes them; the folder is private and gone after the run."""
    if not (folder / "ca.key").exists():
        _make(folder)
    return Keys(*_load(folder, BITS))


def _make(folder: Path) -> None:
    made = {name: rsa.generate_private_key(public_exponent=65537, key_size=bits) for name, bits in BITS.items()}
    for name, key in made.items():
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / f"{name}.key").write_bytes(private)
        (folder / f"{name}.crt").write_bytes(_certificate(name, key, made["ca"]).public_bytes(Encoding.DER))


def _load(folder: Path, names: Iterable[str]) -> Iterable[Key]:
    for name in names:
        private = load_pem_private_key((folder / f"{name}.key").read_bytes(), None)
        if not isinstance(private, rsa.RSAPrivateKey):
            raise TypeError(f"{name}.key is no RSA key")
        yield Key(private, (folder / f"{name}.crt").read_bytes())


def _certificate(name: str, key: rsa.RSAPrivateKey, ca: rsa.RSAPrivateKey) -> x509.Certificate:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name("ca"))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=name == "ca", path_length=None), critical=True)
        .add_extension(_usage(name), critical=True)
        .sign(ca, hashes.SHA256())
    )


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"bench {name}")])


def _usage(name: str) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=name in _SIGNING,
        content_commitment=name in _SIGNING,
        key_encipherment=name not in _SIGNING and name != "ca",
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=name == "ca",
        crl_sign=name == "ca",
        encipher_only=False,
        decipher_only=False,
    )
