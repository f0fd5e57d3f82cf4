"""Where the one fetcher may go: hosts by name, and no address that is not public.

The addresses come from certificates and lists that strangers wrote. Without these rules such an address could make
the gateway ask machines that only it can reach.
"""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from erv_gateway.signatur.fehler import AbrufRefused

MAX_URL: Final = 2048  # ours
MAX_BYTES: Final = 32 * 1024 * 1024  # ours; the largest CRLs and trusted lists
SECONDS: Final = 15.0  # ours; from the first packet to the last byte
PORTS: Final = {"http": 80, "https": 443}
_LABEL: Final = r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?"  # RFC 1123 §2.1; "_" occurs in practice
_NAME: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
# IANA special-purpose registries: protocol assignments, 6to4 relays, documentation; Python calls some of them global
_SPECIAL: Final = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20")))
_UNICAST: Final = ipaddress.ip_network("2000::/3")  # RFC 4291 §2.4: all that is assigned for the public network

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Abrufregeln:
    """`hosts`: exact names, or ".example.de" for everything under it. `lokal` lets tests reach this machine."""

    hosts: frozenset[str]
    max_bytes: int = MAX_BYTES
    sekunden: float = SECONDS
    lokal: bool = False


@dataclass(frozen=True, slots=True)
class Ziel:
    """An address that may be asked, before its name is resolved."""

    url: str
    host: str
    port: int


def permitted(url: str, regeln: Abrufregeln) -> Ziel:
    """The target of `url`. `AbrufRefused` for other schemes, ports and hosts, and for names with a user."""
    parts = _split(url)
    host = (parts.hostname or "").rstrip(".").lower()
    if parts.scheme not in PORTS or not host or parts.username is not None or parts.password is not None:
        raise AbrufRefused("only plain http and https addresses are fetched")
    if not _is_plain(host):
        raise AbrufRefused("the host is no plain name or address")
    if not _listed(host, regeln.hosts):
        raise AbrufRefused(f"the host {host} is not on the list of permitted hosts", host=host)
    port = PORTS[parts.scheme] if parts.port is None else parts.port
    if port != PORTS[parts.scheme] and not regeln.lokal:
        raise AbrufRefused(f"port {port} is not fetched from")
    return Ziel(url, host, port)


def _is_plain(host: str) -> bool:
    """An address with a scope could end like a listed name: "::1%.example.de" (RFC 6874)."""
    if ":" not in host:
        return _NAME.fullmatch(host) is not None
    try:
        return "%" not in host and ipaddress.ip_address(host) is not None
    except ValueError:
        return False


def _split(url: str) -> SplitResult:
    if len(url) > MAX_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise AbrufRefused("the address is too long or has characters that no address has")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise AbrufRefused("the address cannot be read") from error
    return parts


def _listed(host: str, hosts: Iterable[str]) -> bool:
    return any(host == one or (one.startswith(".") and host.endswith(one)) for one in hosts)


def require_public(addresses: Iterable[str], regeln: Abrufregeln) -> tuple[str, ...]:
    """The addresses a name stands for, all of them public. One that is not condemns the name: `AbrufRefused`."""
    checked = tuple(addresses)
    for text in checked:
        try:
            address = ipaddress.ip_address(text)
        except ValueError as error:  # such as a scoped IPv6 address
            raise AbrufRefused("the name stands for no plain address") from error
        if not is_public(address) and not (regeln.lokal and address.is_loopback):
            raise AbrufRefused("the name stands for an address that is not public")
    if not checked:
        raise AbrufRefused("the name stands for no address")
    return checked


def is_public(address: Address) -> bool:
    """Neither private, loopback, link-local, ULA, multicast, reserved, nor such an IPv4 address in IPv6 clothes."""
    if address.is_multicast or not address.is_global or any(address in network for network in _SPECIAL):
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return True
    return address in _UNICAST and address.sixtofour is None and address.teredo is None
