"""The one mapping of errors to the outside is complete, and tells nothing that it should not."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest
from aiohttp import web
from web_hilfe import Gateway

import erv_gateway
from erv_gateway.kern.fehler import EingabeRefused, ErvError, KonfigurationInvalid, NotFound
from erv_gateway.kern.texte import MAX_ANGABE_ZEICHEN, TEXTE, german_text
from erv_gateway.storage.db import StorageUnavailable
from erv_gateway.web.problems import as_erv_error, problem_of, status_of, titel_of
from xjustiz import SchemaNotAvailable, WertInvalid

CLIENT_ONLY = frozenset({"demo-abgelehnt"})
"""Made by client programs of ours, never by the gateway."""


def _all_errors() -> set[type[ErvError]]:
    for module in pkgutil.walk_packages(erv_gateway.__path__, "erv_gateway."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found, waiting = set[type[ErvError]](), [ErvError]
    while waiting:
        kind = waiting.pop()
        found.add(kind)
        waiting += kind.__subclasses__()
    return {kind for kind in found if kind.__module__.startswith("erv_gateway.")}


def test_every_error_of_the_gateway_has_a_german_text() -> None:
    missing = {kind.code for kind in _all_errors()} - TEXTE.keys() - CLIENT_ONLY
    assert missing == set()


def test_every_error_has_a_status_with_a_title() -> None:
    for kind in _all_errors():
        error = kind.__new__(kind)
        assert titel_of(status_of(error))


def test_every_reason_that_a_station_gives_has_its_own_text() -> None:
    package = Path(erv_gateway.__file__).parent
    sources = [path.read_text() for room in ("sendung", "eingang") for path in (package / room).glob("*.py")]
    reasons = {reason for source in sources for reason in re.findall(r'grund="([a-z-]+)"', source)}
    assert "vier-augen" in reasons
    assert reasons <= {key.partition(":")[2] for key in TEXTE}


def test_every_entry_ends_with_a_text_that_needs_nothing() -> None:
    for code, texte in TEXTE.items():
        assert "{" not in texte[-1], code
        assert all(text[0].isupper() or text[0] == "{" for text in texte), code


def test_the_most_precise_text_that_can_be_filled_is_taken() -> None:
    assert german_text(NotFound("x", was="Sendung")) == "Sendung nicht gefunden."
    assert german_text(NotFound("x")) == "Das Gesuchte wurde nicht gefunden."
    assert german_text(EingabeRefused("x", grund="eeb-datum", ab="2026-11-01")).startswith("Das Datum des Empfangs")
    assert german_text(EingabeRefused("x", grund="etwas ganz anderes")) == "Die Eingabe ist unzulässig."


def test_quoted_values_stay_one_short_line() -> None:
    text = german_text(NotFound("x", was="a\nb\x1b[31m" + "c" * 500))
    assert "\n" not in text
    assert "\x1b" not in text
    assert len(text) < MAX_ANGABE_ZEICHEN + 30


def test_a_placeholder_in_a_value_is_only_text() -> None:
    assert german_text(NotFound("x", was="{code.__class__}")) == "{code.__class__} nicht gefunden."


def test_what_the_administrator_must_mend_is_not_told_in_detail() -> None:
    problem = problem_of(KonfigurationInvalid("password in /etc/geheim", pfad="/etc/geheim"))
    assert problem["status"] == 500
    assert "geheim" not in str(problem)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (WertInvalid("x"), 422, "xjustiz"),
        (SchemaNotAvailable("x"), 500, "konfiguration"),
        (web.HTTPBadRequest(), 400, "anfrage"),
        (ConnectionResetError(), 400, "unvollstaendig"),
        (StorageUnavailable("x"), 503, "datenbank"),
    ],
)
def test_errors_of_others_get_our_words(error: Exception, status: int, code: str) -> None:
    known = as_erv_error(error)
    assert known is not None
    assert (status_of(known), known.code) == (status, code)


async def test_a_bug_is_a_clean_500(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("secret inner things")

    monkeypatch.setattr("erv_gateway.web.api_sendungen.list_sendungen", broken)
    monkeypatch.setattr("erv_gateway.web.seiten_liste.list_sendungen", broken)
    async with gateway.api("anna") as api, api.get("/api/v1/sendungen") as response:
        text = await response.text()
        assert (response.status, response.content_type) == (500, "application/problem+json")
    assert "secret" not in text
    async with gateway.browser() as browser:
        await browser.login("anna")
        response = await browser.get("/")
        assert (response.status, response.content_type) == (500, "text/html")
        assert "secret" not in browser.html
        assert "Es ist ein interner Fehler aufgetreten." in browser.html
