"""`erv-gateway sendung korrektur`: what a person sees and does without a page, and the exit codes."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import typer
from stationen import Werk, build_werk, datei, dokument, kleine_akte
from typer.testing import CliRunner

from erv_gateway.cli.korrektur import register
from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.storage.db import Database
from erv_gateway.storage.schemata import load_schemas
from erv_gateway.web.person import NeuePerson, add_person, new_key

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def stage(dsn: Callable[[str], str], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """Runs `act(werk)` on a database connection of its own, as each call of the command has one."""
    try:
        load_schemas()
    except KonfigurationInvalid as missing:
        pytest.skip(f"XJustiz schemata are not installed: {missing}")

    @asynccontextmanager
    async def opened() -> AsyncIterator[Werk]:
        async with await Database.open(dsn("gateway")) as database:
            yield await build_werk(database, tmp_path_factory.getbasetemp(), tmp_path)

    return opened


@pytest.fixture
def run(stage: Callable[..., Any]) -> Run:
    @asynccontextmanager
    async def open_betrieb(_: Path | None) -> AsyncIterator[Betrieb]:
        async with stage() as werk:
            yield werk.betrieb

    app = typer.Typer()
    app.command("other")(lambda: None)
    register(app, open_betrieb)

    def invoke(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["korrektur", *arguments])
        return result.exit_code, result.output

    return invoke


@pytest.fixture
def sendung(stage: Callable[..., Any], tmp_path: Path) -> UUID:
    """A draft with something to transliterate; the key of a person is in `key` of the folder."""

    async def prepare() -> UUID:
        async with stage() as werk:
            key = new_key()
            (tmp_path / "key").write_text(key + "\n")
            person = NeuePerson(f"p{uuid4().hex[:8]}", "Petra Prüft")
            await add_person(werk.betrieb.database, person, key, werk.uhr.jetzt())
            return await werk.angelegt(kleine_akte(dokument(3, "Plan „Ost“", datei("Plan.pdf"))))

    return asyncio.run(prepare())


def test_the_way_of_a_correction(run: Run, sendung: UUID, tmp_path: Path) -> None:
    key = ("--key-file", str(tmp_path / "key"))
    code, output = run("list", str(sendung), "--json")
    offered = {korrektur["id"]: korrektur for korrektur in json.loads(output)["korrekturen"]}
    assert (code, offered["umschrift"]["aenderungen"]) == (0, 1)
    assert "nicht eingerichtet" in offered["pdfa-kopie"]["hindernis"]

    code, output = run("preview", str(sendung), "umschrift", "--json")
    plan = json.loads(output)
    assert plan["aenderungen"][0]["nachher"] == 'Plan "Ost"'
    code, output = run("preview", str(sendung), "umschrift")
    assert code == 0
    assert "(U+201E)" in output
    assert f"Plan: {plan['plan']}" in output

    code, output = run("apply", str(sendung), "umschrift", "--plan", plan["plan"], *key)
    assert (code, output) == (0, "Nr. 1  Umschrift unzulässiger Zeichen: 1 Änderungen angewandt.\n")
    code, output = run("undo", str(sendung), "1", *key)
    assert (code, output) == (0, "Korrektur Nr. 1 ist zurückgenommen.\n")
    code, output = run("list", str(sendung))
    assert "Nr. 1  Umschrift unzulässiger Zeichen: 1 Änderungen (zurückgenommen)" in output


def test_what_is_refused_ends_with_1_and_one_sentence(run: Run, sendung: UUID, tmp_path: Path) -> None:
    key = ("--key-file", str(tmp_path / "key"))
    code, output = run("apply", str(sendung), "umschrift", "--plan", "0" * 64, *key)
    assert (code, output.count("\n")) == (1, 1)
    assert output.startswith("Seit der Vorschau")
    assert run("undo", str(sendung), "1", *key)[0] == 1


def test_what_cannot_be_asked_ends_with_2(run: Run, sendung: UUID, tmp_path: Path) -> None:
    (tmp_path / "wrong").write_text("erv_wrong")
    undo = ("undo", str(sendung), "1", "--key-file")
    for arguments in (
        ("preview", str(sendung), "zauberei"),
        ("preview", str(uuid4()), "umschrift"),
        ("preview", "no-uuid", "umschrift"),
        (*undo, str(tmp_path / "wrong")),
        (*undo, str(tmp_path / "missing")),
    ):
        code, output = run(*arguments)
        assert (code, "Traceback" in output) == (2, False), output
