"""Pages out of templates: escaping always on, German times and numbers, nothing undefined."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

import aiohttp_jinja2
from aiohttp import web
from jinja2 import PackageLoader, StrictUndefined

from erv_gateway.kern.uhr import berlin
from erv_gateway.pruefprotokoll.ansicht import sichtbar
from erv_gateway.web.ereignistexte import ERGEBNIS_TEXTE, SCHWERE_TEXTE, STOERUNG_TEXTE, ereignis_text
from erv_gateway.web.kontext import Person, betrieb_of, person_or_none

MINUS: Final = "–"


def setup_vorlagen(app: web.Application) -> None:
    filters: dict[str, Callable[..., str]] = {
        "zeit": zeit,
        "datum": datum,
        "zahl": zahl,
        "ereignis": ereignis_text,
        "sichtbar": sichtbar,
    }
    environment = aiohttp_jinja2.setup(
        app,
        loader=PackageLoader("erv_gateway.web", "vorlagen"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        default_helpers=False,
        filters=filters,
    )
    environment.globals.update(ergebnisse=ERGEBNIS_TEXTE, schweren=SCHWERE_TEXTE, stoerungen=STOERUNG_TEXTE)


def render(
    request: web.Request,
    vorlage: str,
    context: Mapping[str, Any],
    *,
    status: int = 200,
    person: Person | None = None,
) -> web.Response:
    """`person`: of the session, where the middleware has not put it into the request."""
    wer = person or person_or_none(request)
    values = {"person": wer, "stand": betrieb_of(request).uhr.jetzt(), "pfad": request.path, **context}
    return aiohttp_jinja2.render_template(vorlage, request, values, status=status)


def zeit(value: datetime | str | None) -> str:
    """`21.11.2026, 22:05:07 Uhr` in Berlin; accepts ISO 8601 text."""
    if value is None:
        return MINUS
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return f"{berlin(moment):%d.%m.%Y, %H:%M:%S} Uhr"


def datum(value: date | str | None) -> str:
    if value is None:
        return MINUS
    day = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{day:%d.%m.%Y}"


def zahl(value: int) -> str:
    """With points between thousands."""
    return f"{value:,}".replace(",", ".")
