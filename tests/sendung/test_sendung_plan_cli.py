"""`erv-gateway sendung plan|split|rejoin|vergleich|abdeckung` as a person and a machine see them."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from stationen import kleine_akte

from erv_gateway.cli.sendung_plan import register
from erv_gateway.sendung import teilen
from erv_gateway.sendung.teilung import RESERVE_BYTES, RESERVE_DATEIEN, Grenzen, plan_of
from erv_gateway.web.person import NeuePerson, add_person, new_key

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(cli: Callable[..., Run]) -> Run:
    return cli(register)


@pytest.fixture
def sendung(stage: Callable[..., Any], tmp_path: Path) -> UUID:
    async def prepare() -> UUID:
        async with stage() as werk:
            key = new_key()
            (tmp_path / "key").write_text(key + "\n")
            person = NeuePerson(f"p{uuid4().hex[:8]}", "Petra Plant")
            await add_person(werk.betrieb.database, person, key, werk.uhr.jetzt())
            return await werk.angelegt(kleine_akte())

    return asyncio.run(prepare())


def test_the_plan_is_seen_laid_down_and_taken_back(
    run: Run, sendung: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = ("--key-file", str(tmp_path / "key"))
    code, output = run("plan", str(sendung))
    assert code == 0
    assert output.startswith("Teil 1: 2 Dokumente, 2 Dateien")
    eng = Grenzen(RESERVE_BYTES + 10**6, RESERVE_DATEIEN + 1)
    monkeypatch.setattr(teilen, "plan_of", lambda akte: plan_of(akte, eng))
    plan = json.loads(run("plan", str(sendung), "--json")[1])
    assert [teil["dateien"] for teil in plan["teile"]] == [1, 1]
    assert run("split", str(sendung), "--plan", "0" * 64, *key)[0] == 1
    code, output = run("split", str(sendung), "--plan", plan["plan"], *key)
    assert code == 0
    assert output.splitlines()[0] == str(sendung)
    assert run("rejoin", str(sendung), *key) == (0, "Die Teilung ist aufgehoben.\n")
    assert run("rejoin", str(sendung), *key)[0] == 1


def test_comparison_and_coverage(run: Run, sendung: UUID) -> None:
    code, output = run("vergleich", str(sendung))
    assert (code, output) == (0, "Diese Akte ist bei diesem Gericht noch nicht angekommen.\n")
    bericht = json.loads(run("abdeckung", str(sendung), "--json")[1])
    assert (bericht["dokumente"], bericht["dokumente_in_der_nachricht"]) == (2, 2)
    code, output = run("abdeckung", str(sendung))
    assert code == 0
    assert "Posteingang: 0 von 0 in posteingang" in output


def test_what_is_not_there_ends_with_2(run: Run) -> None:
    for befehl in ("plan", "vergleich", "abdeckung"):
        code, output = run(befehl, str(uuid4()))
        assert (code, output.count("\n")) == (2, 1)
