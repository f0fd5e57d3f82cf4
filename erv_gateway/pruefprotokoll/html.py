"""A report as one HTML file: no scripts, nothing loaded from elsewhere, its own style allowed by digest only (CSP)."""

import base64
import hashlib
from importlib import resources
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from erv_gateway.pruefprotokoll.ansicht import SYMBOLE, Bericht

VORLAGE: Final = "bericht.html"
STIL: Final = "bericht.css"


def render_html(bericht: Bericht) -> bytes:
    """UTF-8; the same bytes for the same report. Every value is escaped."""
    stil = resources.files(__package__).joinpath("vorlagen", STIL).read_text(encoding="utf-8")
    html = (
        _environment()
        .get_template(VORLAGE)
        .render(
            bericht=bericht,
            symbole=SYMBOLE,
            stil=Markup(stil),  # noqa: S704 - our own file
            stil_hash=_csp_hash(stil),
        )
    )
    return html.encode("utf-8", "replace")


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("erv_gateway.pruefprotokoll", "vorlagen"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _csp_hash(text: str) -> str:
    """CSP 3 §2.3.1: digest of exactly what stands between the tags."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
