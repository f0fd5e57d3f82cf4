"""Forms of our own pages: few short fields, with their token, from our origin."""

from typing import Final
from urllib.parse import parse_qsl

from aiohttp import web

from erv_gateway.web.fehler import AnfrageInvalid, MedientypRefused
from erv_gateway.web.herkunft import CSRF_FIELD, check_form
from erv_gateway.web.kontext import ADRESSE, person_of

MAX_FIELDS: Final = 20  # own limit, more than any form of ours has
FORM: Final = "application/x-www-form-urlencoded"


async def read_form(request: web.Request, csrf: str | None = None) -> dict[str, str]:
    """Its fields without the token; of a field that comes twice the first counts. Raises HerkunftRefused,
    MedientypRefused, AnfrageInvalid. `csrf`: the expected token where there is no session yet."""
    if request.content_type != FORM:
        raise MedientypRefused("not a form", erwartet=FORM)
    fields = _parse(await request.read())
    expected = csrf if csrf is not None else person_of(request).csrf
    check_form(request, request.app[ADRESSE].origin(request), expected or "", fields.pop(CSRF_FIELD, None))
    return fields


def _parse(raw: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS, separator="&"
        )
    except ValueError as error:
        raise AnfrageInvalid("not a form") from error
    return dict(reversed(pairs))
