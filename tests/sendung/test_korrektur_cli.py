"""`erv-gateway sendung korrektur`: what a person sees and does without a page, and the exit codes."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from stationen import datei, dokument, kleine_akte

from erv_gateway.cli.korrektur import register
from erv_gateway.web.person import NeuePerson, add_person, new_key

Run = Callable[..., tuple[int, str]]
Cli = Callable[..., Run]


@pytest.fixture
def run(cli: Cli) -> Run:
    return cli(register, "korrektur")


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
