"""Serving: where plain HTTP is allowed, TLS, the real port, and an end that lets requests finish."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.settings import WebSettings
from erv_gateway.web.server import serve, tls_context


def _app() -> web.Application:
    app = web.Application()

    async def slow(_: web.Request) -> web.Response:
        await asyncio.sleep(0.3)
        return web.Response(text="done")

    app.router.add_get("/slow", slow)
    return app


@asynccontextmanager
async def _serving(settings: WebSettings, stop: asyncio.Event) -> AsyncIterator[str]:
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(serve(_app(), settings, stop, address.set_result))
    try:
        yield await asyncio.wait_for(address, 10)
    finally:
        stop.set()
        await asyncio.wait_for(task, 10)


async def test_port_0_tells_the_real_one_and_running_requests_finish() -> None:
    stop = asyncio.Event()
    async with aiohttp.ClientSession() as session, _serving(WebSettings(port=0), stop) as url:
        assert url.startswith("http://127.0.0.1:")
        request = asyncio.create_task(session.get(f"{url}/slow"))
        await asyncio.sleep(0.1)
        stop.set()
        async with await request as response:
            assert await response.text() == "done"


async def test_with_a_certificate_it_speaks_tls_only(tmp_path: Path) -> None:
    cert, key = _certificate(tmp_path)
    settings = WebSettings(host="127.0.0.1", port=0, tls_cert_file=cert, tls_key_file=key)
    context = ssl.create_default_context(cafile=str(cert))
    async with aiohttp.ClientSession() as session, _serving(settings, asyncio.Event()) as url:
        assert url.startswith("https://127.0.0.1:")
        async with session.get(f"{url}/slow", ssl=context) as response:
            assert response.status == 200
        with pytest.raises(aiohttp.ClientError):
            await session.get(f"{url.replace('https', 'http')}/slow")


def test_plain_http_is_for_loopback_only() -> None:
    settings = WebSettings.model_construct(host="0.0.0.0", port=0, tls_cert_file=None, tls_key_file=None)  # noqa: S104
    with pytest.raises(KonfigurationInvalid):
        tls_context(settings)


def test_a_key_with_a_password_is_refused_and_not_asked_for(tmp_path: Path) -> None:
    cert, key = _certificate(tmp_path, password=b"geheim")
    with pytest.raises(KonfigurationInvalid):
        tls_context(WebSettings(tls_cert_file=cert, tls_key_file=key))


async def test_a_port_in_use_is_told() -> None:
    async with _serving(WebSettings(port=0), asyncio.Event()) as url:
        taken = WebSettings(port=int(url.rpartition(":")[2]))
        with pytest.raises(KonfigurationInvalid, match="cannot listen"):
            await serve(_app(), taken, asyncio.Event())


def _certificate(folder: Path, password: bytes | None = None) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "erv test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    protection = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection))
    return cert_file, key_file
