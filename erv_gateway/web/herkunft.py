"""Where a request comes from and where we are: addresses, own origin, tokens of forms."""

import hashlib
import hmac
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from erv_gateway.settings.values import is_loopback
from erv_gateway.web.fehler import HerkunftRefused

CSRF_FIELD: Final = "csrf"
IPV6_PREFIX: Final = 64  # one subscriber has a whole /64 (RFC 6177)


@dataclass(frozen=True, slots=True)
class Adresse:
    """How browsers reach us. `public_url` is set when a proxy on the same machine stands before us."""

    public_url: str | None = None

    def origin(self, request: web.Request) -> str:
        """As browsers write it into the Origin header (RFC 6454 §6.1)."""
        if self.public_url is not None:
            parts = urlsplit(self.public_url)
            return f"{parts.scheme}://{parts.netloc}"
        return f"{request.scheme}://{request.host}"

    def is_secure(self, request: web.Request) -> bool:
        """Whether cookies may be marked Secure: everywhere but on plain HTTP to loopback."""
        return self.origin(request).startswith("https://")

    def of_caller(self, request: web.Request) -> str:
        """The address that attempts are counted for. A proxy's own word counts only from loopback, the last one."""
        peer = request.remote or "unbekannt"
        if self.public_url is not None and is_loopback(peer):
            peer = request.headers.get("X-Forwarded-For", peer).rpartition(",")[2].strip()
        return _group(peer)


def csrf_of(token: str) -> str:
    """What a form carries, from the secret in the cookie; it does not lead back to it."""
    return hmac.new(token.encode("utf-8", "surrogatepass"), b"erv-gateway form", hashlib.sha256).hexdigest()


def check_form(request: web.Request, origin: str, expected: str, given: object) -> None:
    """Raises HerkunftRefused unless the browser names our origin and the form carries its token."""
    if request.headers.get("Origin") != origin:
        raise HerkunftRefused("the form did not come from our origin")
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), expected.encode()):
        raise HerkunftRefused("the form does not carry its token")


def _group(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unbekannt"
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, IPV6_PREFIX), strict=False))
    return str(parsed)
