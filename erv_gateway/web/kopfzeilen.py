"""Headers that every answer carries, whoever made it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from aiohttp import hdrs, web

from erv_gateway.web.kontext import ADRESSE, mark_begun

CSP: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HSTS: Final = "max-age=31536000"
KOPFZEILEN: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": CSP,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        hdrs.SERVER: "erv-gateway",
    }
)
"""Referrer-Policy is not no-referrer: browsers would then send `Origin: null` with our own forms (Fetch §3.1)."""


async def add_kopfzeilen(request: web.Request, response: web.StreamResponse) -> None:
    """For `Application.on_response_prepare`. Nothing is cached unless the handler said so."""
    mark_begun(request)
    response.headers.update(KOPFZEILEN)
    response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")
    if request.app[ADRESSE].is_secure(request):
        response.headers["Strict-Transport-Security"] = HSTS
