"""The one way from an error to the outside: HTTP status and RFC 9457 problem, German text from `kern.texte`."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from aiohttp import web

from erv_gateway.akte.befund import EinlieferungRefused, text_of
from erv_gateway.kern.fehler import (
    EingabeRefused,
    ErvError,
    GegenstelleFailed,
    KonfigurationInvalid,
    NotFound,
    NotPermitted,
    ZustandConflict,
)
from erv_gateway.kern.texte import german_text, text_for
from erv_gateway.storage.db import StorageUnavailable
from erv_gateway.web.fehler import (
    AnfrageIncomplete,
    AnfrageInvalid,
    AnfrageTooLarge,
    AnmeldungBlocked,
    AnmeldungRequired,
    MedientypRefused,
    MethodRefused,
)
from xjustiz import CodelisteBroken, SchemaBroken, SchemaNotAvailable, XJustizError

MEDIENTYP = "application/problem+json"
TYPE_PREFIX = "urn:erv-gateway:problem:"

_STATUS: tuple[tuple[type[ErvError], int], ...] = (
    (AnfrageInvalid, 400),
    (AnfrageIncomplete, 400),
    (AnmeldungRequired, 401),
    (MethodRefused, 405),
    (AnfrageTooLarge, 413),
    (MedientypRefused, 415),
    (AnmeldungBlocked, 429),
    (EingabeRefused, 422),
    (NotFound, 404),
    (ZustandConflict, 409),
    (NotPermitted, 403),
    (KonfigurationInvalid, 500),
    (GegenstelleFailed, 502),
    (StorageUnavailable, 503),
)
"""From the particular to the general; what is not listed is 500."""

_TITEL: Mapping[int, str] = MappingProxyType(
    {
        400: "Anfrage fehlerhaft",
        401: "Anmeldung erforderlich",
        403: "Nicht erlaubt",
        404: "Nicht gefunden",
        405: "Methode nicht erlaubt",
        409: "Im gegenwärtigen Zustand nicht möglich",
        413: "Anfrage zu groß",
        415: "Inhaltstyp nicht unterstützt",
        422: "Abgewiesen",
        429: "Zu viele Versuche",
        500: "Interner Fehler",
        502: "Gegenstelle antwortet nicht",
        503: "Vorübergehend nicht verfügbar",
    }
)


def status_of(error: ErvError) -> int:
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def titel_of(status: int) -> str:
    return _TITEL[status]


def problem_of(error: ErvError) -> dict[str, Any]:
    """The problem as JSON. Below 500 the plain values of `angaben` are added; above, nothing that could tell inner
    things."""
    status = status_of(error)
    problem: dict[str, Any] = {
        "type": f"{TYPE_PREFIX}{error.code}",
        "title": titel_of(status),
        "status": status,
        "detail": german_text(error),
        "code": error.code,
    }
    if status < 500:
        problem["angaben"] = {key: value for key, value in error.angaben.items() if isinstance(value, str | int)}
    if isinstance(error, EinlieferungRefused):
        problem["maengel"] = [{"code": m.code, "wo": m.wo, "text": text_of(m)} for m in error.maengel]
    if isinstance(error, AnfrageInvalid):
        problem["fehler"] = [{"feld": feld, "text": text} for feld, text in error.fehler]
    return problem


def as_erv_error(error: Exception) -> ErvError | None:
    """Errors of the framework and of the XJustiz library in our own words; None for a bug."""
    match error:
        case ErvError():
            return error
        case web.HTTPNotFound():
            return NotFound("no such address", was="Seite")
        case web.HTTPMethodNotAllowed():
            return MethodRefused("method not allowed", erlaubt=", ".join(sorted(error.allowed_methods)))
        case web.HTTPRequestEntityTooLarge():
            return AnfrageTooLarge("body too large")
        case web.HTTPClientError():
            return AnfrageInvalid(f"the request is not understood ({error.status})")
        case web.RequestPayloadError() | ConnectionError():
            return AnfrageIncomplete("the connection ended before the body did")
        case CodelisteBroken() | SchemaBroken() | SchemaNotAvailable():
            return KonfigurationInvalid(str(error))
        case XJustizError():
            return XJustizRefused(str(error))
        case _:
            return None


class XJustizRefused(EingabeRefused):
    """What was entered cannot be said in XJustiz."""

    code = "xjustiz"


def internal_problem() -> dict[str, Any]:
    """For a bug: nothing of it goes outside."""
    return {
        "type": f"{TYPE_PREFIX}intern",
        "title": titel_of(500),
        "status": 500,
        "detail": text_for("intern", {}),
        "code": "intern",
    }


def problem_response(problem: Mapping[str, Any]) -> web.Response:
    body = json.dumps(problem, ensure_ascii=False).encode()
    return web.Response(body=body, status=problem["status"], content_type=MEDIENTYP)
