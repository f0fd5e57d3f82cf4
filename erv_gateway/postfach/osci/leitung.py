"""How the intermediary is reached: TLS, own certificate, proxy, limits of time. Everything here is a setting."""

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from erv_gateway.kern.fehler import KonfigurationInvalid

CONNECT_SECONDS: Final = 15.0
READ_SECONDS: Final = 180.0
"""Silence between two packets; a big message may take longer in all."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy that is asked for a tunnel (CONNECT). `url`: http://host:port; `password` is never shown."""

    url: str
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ClientZertifikat:
    """Our certificate for mutual TLS: PEM files, the chain behind the leaf, the password of the key in a file."""

    cert_file: Path
    key_file: Path
    password_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Leitung:
    """`tls`: made by `tls_context`; None for a plain endpoint on loopback."""

    tls: ssl.SSLContext | None = None
    proxy: Proxy | None = None
    connect_seconds: float = CONNECT_SECONDS
    read_seconds: float = READ_SECONDS


def tls_context(ca_file: Path | None = None, client: ClientZertifikat | None = None) -> ssl.SSLContext:
    """TLS 1.2 or later, the server's name and chain checked. `ca_file`: PEM, instead of the system's roots.

    Raises KonfigurationInvalid for files that do not serve.
    """
    try:
        context = ssl.create_default_context(cafile=ca_file)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if client is not None:
            context.load_cert_chain(client.cert_file, client.key_file, password=_password(client.password_file))
    except (OSError, ValueError) as error:  # SSLError is an OSError
        raise KonfigurationInvalid(f"TLS to the intermediary: {error}", feld="postfach.transport") from error
    return context


def _password(file: Path | None) -> bytes:
    """Empty without a file: OpenSSL would ask the terminal otherwise."""
    return b"" if file is None else file.read_bytes().strip()
