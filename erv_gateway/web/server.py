"""Serving: TLS where a certificate is set, plain HTTP on loopback only, an end that lets requests finish."""

import asyncio
import ssl
from collections.abc import Callable
from typing import Final

from aiohttp import web

from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.protokollierung import logger
from erv_gateway.settings.sections import WebSettings
from erv_gateway.settings.values import is_loopback

SHUTDOWN_SECONDS: Final = 20.0  # own limit: how long running requests may take after the end was asked for
KEEPALIVE_SECONDS: Final = 75.0


async def serve(
    app: web.Application,
    settings: WebSettings,
    stop: asyncio.Event,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serves until `stop` is set or the task is cancelled. `ready` gets the address in use, such as
    `http://127.0.0.1:8480`, also when the port was 0; without it the address goes to the log. Raises
    KonfigurationInvalid."""
    context = tls_context(settings)
    runner = web.AppRunner(
        app,
        access_log=None,
        handle_signals=False,
        shutdown_timeout=SHUTDOWN_SECONDS,
        keepalive_timeout=KEEPALIVE_SECONDS,
    )
    await runner.setup()
    try:
        await _listen(runner, settings, context)
        (ready or _log_address)(_address(runner, settings, secure=context is not None))
        await stop.wait()
    finally:
        await runner.cleanup()


def tls_context(settings: WebSettings) -> ssl.SSLContext | None:
    """TLS 1.2 and up. None only on loopback. Raises KonfigurationInvalid."""
    if settings.tls_cert_file is None:
        if not is_loopback(settings.host):
            raise KonfigurationInvalid(f"plain HTTP is for loopback only, not for {settings.host}")
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(settings.tls_cert_file, settings.tls_key_file, password=_no_password)
    except OSError as error:
        raise KonfigurationInvalid(f"certificate or key of the web service cannot be used: {error}") from error
    return context


async def _listen(runner: web.AppRunner, settings: WebSettings, context: ssl.SSLContext | None) -> None:
    try:
        await web.TCPSite(runner, settings.host, settings.port, ssl_context=context).start()
    except OSError as error:
        place = f"{settings.host}:{settings.port}"
        raise KonfigurationInvalid(f"cannot listen on {place}: {error.strerror}", port=settings.port) from error


def _log_address(address: str) -> None:
    logger().info("web.bereit", endpoint=address)


def _no_password() -> str:
    """A protected key is refused; without this OpenSSL would ask at the terminal and wait."""
    return ""


def _address(runner: web.AppRunner, settings: WebSettings, *, secure: bool) -> str:
    port = runner.addresses[0][1]
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"{'https' if secure else 'http'}://{host}:{port}"
