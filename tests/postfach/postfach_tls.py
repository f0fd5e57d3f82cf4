"""Certificates for TLS, and an HTTP proxy that really tunnels."""

import asyncio
import contextlib
import ssl
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)

from erv_gateway.postfach.osci.leitung import ClientZertifikat

PASSWORD = "geheim"
Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Ausstellung:
    """One CA and what it issued, as PEM files in `folder`."""

    folder: Path

    def __getitem__(self, name: str) -> Path:
        return self.folder / name

    @property
    def client(self) -> ClientZertifikat:
        return ClientZertifikat(self["client.pem"], self["client.key"], self["client.pass"])

    def server(self, name: str = "server") -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self[f"{name}.pem"], self[f"{name}.key"])
        return context


def issue(folder: Path) -> Ausstellung:
    """ca.pem; server.* for 127.0.0.1 and localhost; other.* for another name; client.* with a password."""
    folder.mkdir()
    ca_key = ec.generate_private_key(ec.SECP256R1())
    ca = _certificate("Test-CA", ca_key, "Test-CA", ca_key, x509.BasicConstraints(ca=True, path_length=0))
    _write(folder / "ca.pem", ca)
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("localhost")])
    there = x509.SubjectAlternativeName([x509.DNSName("anderswo.test")])
    secret = BestAvailableEncryption(PASSWORD.encode())
    for name, extension, encryption in (
        ("server", here, NoEncryption()),
        ("other", there, NoEncryption()),
        ("client", there, secret),
    ):
        key = ec.generate_private_key(ec.SECP256R1())
        _write(folder / f"{name}.pem", _certificate(name, key, "Test-CA", ca_key, extension))
        _write_key(folder / f"{name}.key", key, encryption)
    (folder / "client.pass").write_text(f"{PASSWORD}\n")
    return Ausstellung(folder)


def _certificate(name: str, key: Key, issuer: str, signer: Key, extension: x509.ExtensionType) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(extension, critical=False)
    )
    return builder.sign(signer, hashes.SHA256())


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])


def _write(path: Path, certificate: x509.Certificate) -> None:
    path.write_bytes(certificate.public_bytes(Encoding.PEM))


def _write_key(path: Path, key: Key, encryption: KeySerializationEncryption) -> None:
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))


@dataclass
class Tunnel:
    """An HTTP proxy that knows CONNECT only. `seen`: its requests; `credentials` it demands, if any; `mute`: it takes
    the request and says nothing."""

    credentials: str | None = None
    mute: bool = False
    seen: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        self.seen.append(head[0])
        if self.mute:
            await asyncio.sleep(60)
        expected = b64encode((self.credentials or "").encode()).decode()
        if self.credentials is not None and f"Proxy-Authorization: Basic {expected}" not in head:
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            writer.close()
            return
        host, _, port = head[0].split()[1].rpartition(":")
        far_reader, far_writer = await asyncio.open_connection(host, int(port))
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(2**16):
            writer.write(data)
            await writer.drain()
    writer.close()
