"""`erv-gateway person add`: the key lands in a new file for its owner alone, and nowhere else."""

import asyncio
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from erv_gateway.cli.person import register
from erv_gateway.storage.db import Database
from erv_gateway.web.person import SQL, digest_of

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(dsn: Callable[[str], str]) -> Run:
    @asynccontextmanager
    async def open_database(_: Path | None) -> AsyncIterator[Database]:
        async with await Database.open(dsn("gateway")) as database:
            yield database

    app = typer.Typer()
    app.command("other")(lambda: None)
    register(app, open_database)

    def invoke(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["person", "add", *arguments])
        return result.exit_code, result.output

    return invoke


def test_the_key_is_written_once_and_opens_the_door(run: Run, dsn: Callable[[str], str], tmp_path: Path) -> None:
    key_file = tmp_path / "anna.key"
    code, output = run("a.anlegen", "Anna Anlegen", "--key-file", str(key_file))
    key = key_file.read_text().strip()
    assert code == 0, output
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert key.startswith("erv_")
    assert key not in output
    assert _person(dsn("gateway"), key) == ("a.anlegen", "Anna Anlegen")


def test_an_existing_file_is_left_alone(run: Run, tmp_path: Path) -> None:
    key_file = tmp_path / "da.key"
    key_file.write_text("older")
    code, output = run("neu", "Neu", "--key-file", str(key_file))
    assert (code, key_file.read_text()) == (1, "older")
    assert "gibt es schon" in output


def test_a_taken_kennung_leaves_no_key_behind(run: Run, tmp_path: Path) -> None:
    assert run("doppelt", "Eins", "--key-file", str(tmp_path / "1.key"))[0] == 0
    code, output = run("doppelt", "Zwei", "--key-file", str(tmp_path / "2.key"))
    assert (code, output) == (1, "Die Kennung „doppelt“ ist schon vergeben.\n")
    assert not (tmp_path / "2.key").exists()


@pytest.mark.parametrize(("kennung", "name"), [("Groß", "X"), ("", "X"), ("a b", "X"), ("gut", " "), ("gut", "a\nb")])
def test_bad_words_are_refused_before_anything_is_written(run: Run, tmp_path: Path, kennung: str, name: str) -> None:
    code, output = run(kennung, name, "--key-file", str(tmp_path / "x.key"))
    assert (code, output.startswith("Unzulässig: ")) == (1, True)
    assert not (tmp_path / "x.key").exists()


def _person(dsn: str, key: str) -> tuple[str, str]:
    async def look() -> tuple[str, str]:
        async with await Database.open(dsn) as database:
            row = await database.fetch_one(SQL.person_by_zugang, digest_of(key))
        assert row is not None
        return row["kennung"], row["name"]

    return asyncio.run(look())
