"""What comes in: bodies parsed into checked values, or refused with a German line per field."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final, Literal, TypeVar
from uuid import UUID

from aiohttp import web
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from erv_gateway.kern.fehler import NotFound
from erv_gateway.web.fehler import AnfrageInvalid, MedientypRefused

MAX_ABSAETZE: Final = 100  # own limit: an Anschreiben is a letter
MAX_ABSATZ_ZEICHEN: Final = 10_000  # own limit
MAX_BETEILIGTE: Final = 100  # own limit
MAX_ZEILE_ZEICHEN: Final = 250  # own limit: one line of a form
MAX_FEHLER: Final = 50  # own limit: a body of the wrong kind should not answer with thousands of lines

_GRUND: Mapping[str, str] = MappingProxyType(
    {
        "missing": "fehlt",
        "extra_forbidden": "ist unbekannt",
        "json_invalid": "ist kein gültiges JSON",
        "string_type": "muss ein Text sein",
        "string_too_short": "darf nicht leer sein",
        "string_too_long": "ist zu lang",
        "string_pattern_mismatch": "hat nicht die erwartete Form",
        "string_unicode": "enthält ungültige Zeichen",
        "tuple_type": "muss eine Liste sein",
        "list_type": "muss eine Liste sein",
        "too_short": "hat zu wenige Einträge",
        "too_long": "hat zu viele Einträge",
        "uuid_parsing": "ist keine Kennung (UUID)",
        "uuid_type": "ist keine Kennung (UUID)",
        "date_type": "ist kein Datum (JJJJ-MM-TT)",
        "date_parsing": "ist kein Datum (JJJJ-MM-TT)",
        "date_from_datetime_parsing": "ist kein Datum (JJJJ-MM-TT)",
        "date_from_datetime_inexact": "ist kein Datum (JJJJ-MM-TT)",
        "literal_error": "ist keiner der erlaubten Werte",
        "union_tag_invalid": "hat eine unbekannte Art",
        "union_tag_not_found": "nennt keine Art",
        "model_type": "muss ein JSON-Objekt sein",
        "model_attributes_type": "muss ein JSON-Objekt sein",
        "steuerzeichen": "enthält unzulässige Steuerzeichen",
    }
)


def _one_line(value: str) -> str:
    if not value.isprintable():
        raise ValueError("steuerzeichen")
    return value


def _some_lines(value: str) -> str:
    value = value.replace("\r\n", "\n")
    if not value.replace("\n", "").replace("\t", "").isprintable():
        raise ValueError("steuerzeichen")
    return value


Zeile = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_ZEILE_ZEICHEN),
    AfterValidator(_one_line),
]
Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_ABSATZ_ZEICHEN),
    AfterValidator(_some_lines),
]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,12}$")]
M = TypeVar("M", bound=BaseModel)


class Anfrage(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BeteiligterAnfrage(Anfrage):
    rolle: Code
    name: Zeile
    vorname: Zeile | None = None


class SendungAnfrage(Anfrage):
    akte_id: UUID
    postfach: Zeile
    empfaenger: Zeile
    """SAFE-ID of the court."""
    betreff: Zeile
    absaetze: Annotated[tuple[Text, ...], Field(min_length=1, max_length=MAX_ABSAETZE)]
    unterzeichner: Zeile
    kurzrubrum: Zeile | None = None
    gegenstand: Zeile | None = None
    sachgebiet: Code | None = None
    beteiligte: Annotated[tuple[BeteiligterAnfrage, ...], Field(max_length=MAX_BETEILIGTE)] = ()
    aktenzeichen_gericht: Zeile | None = None


async def parse_json(request: web.Request, model: type[M]) -> M:
    """Raises MedientypRefused, AnfrageInvalid."""
    if request.content_type != "application/json":
        raise MedientypRefused("not JSON", erwartet="application/json")
    try:
        return model.model_validate_json(await request.read())
    except ValidationError as error:
        raise invalid(error) from error


def parse_fields(model: type[M], fields: Mapping[str, object]) -> M:
    """For the fields of a form. Raises AnfrageInvalid."""
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise invalid(error) from error


def parse_id(request: web.Request, was: Literal["Akte", "Sendung", "Nachricht"]) -> UUID:
    """The id in the path; what is no UUID names nothing: NotFound."""
    try:
        return UUID(request.match_info["id"])
    except ValueError as error:
        raise NotFound("not a UUID", was=was) from error


def invalid(error: ValidationError) -> AnfrageInvalid:
    """The values themselves are not repeated."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)[:MAX_FEHLER]
    fehler = tuple((_path(fault["loc"]), _reason(fault["type"], fault["msg"])) for fault in faults)
    return AnfrageInvalid(f"{error.error_count()} fault(s) in the body", fehler)


def _reason(kind: str, message: str) -> str:
    return _GRUND.get(kind) or _GRUND.get(message.removeprefix("Value error, ")) or "ist unzulässig"


def _path(place: tuple[int | str, ...]) -> str:
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
