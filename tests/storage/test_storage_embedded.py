"""The private server: as root, as anybody, without namespaces, below closed folders, after every kind of death."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.storage import betriebsart, pgdata
from erv_gateway.storage.db import Database
from erv_gateway.storage.embedded import ClusterInUse, EmbeddedPostgres, attach

CHILD = Path(__file__).with_name("embedded_child.py")
NOBODY = 65534
SECONDS = 60
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="shows what root needs")


def child(command: str, data_dir: Path, python: str = sys.executable, **options: int) -> "subprocess.Popen[str]":
    environment = {
        "PATH": os.defpath,
        "HOME": str(data_dir.parent),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
    process: subprocess.Popen[str] = subprocess.Popen(
        [python, str(CHILD), command, str(data_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd="/",
        **options,  # type: ignore[call-overload]
    )
    return process


@pytest.fixture
def open_dir() -> Iterator[Path]:
    """A folder that everybody can reach, as `tmp_path` is not."""
    path = Path(tempfile.mkdtemp(prefix="erv-test-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
async def server(data_dir: Path) -> AsyncIterator[EmbeddedPostgres]:
    async with EmbeddedPostgres(data_dir) as running:
        yield running


async def test_it_is_private_durable_and_checked(server: EmbeddedPostgres, data_dir: Path) -> None:
    wanted = {"listen_addresses": "", "fsync": "on", "data_checksums": "on", "synchronous_commit": "on"}
    async with await Database.open(server.dsn("reader")) as database:
        for name, value in wanted.items():
            assert await database.fetch_value("SELECT current_setting($1)", name) == value
        locale = "SELECT datlocale FROM pg_database WHERE datname = current_database()"
        assert await database.fetch_value(locale) == "C.UTF-8"
        assert await database.fetch_value("SELECT current_user") == "erv_reader"
        assert await database.fetch_value("SELECT rolsuper FROM pg_roles WHERE rolname = 'erv_migrator'") is False
    for folder in ("run", "cluster"):
        assert (data_dir / folder).stat().st_mode & 0o077 == 0
    assert (data_dir).stat().st_uid == os.geteuid()  # noqa: ASYNC240


async def test_a_second_process_attaches_and_a_second_server_is_refused(
    server: EmbeddedPostgres, data_dir: Path
) -> None:
    found = attach(data_dir)
    assert found.alive()
    async with await Database.open(found.dsn()) as database:
        assert await database.fetch_value("SELECT 1") == 1
    with pytest.raises(ClusterInUse):
        await EmbeddedPostgres(data_dir).start()
    await server.stop()
    assert not found.alive()
    assert not server.alive()
    with pytest.raises(KonfigurationInvalid, match="no embedded PostgreSQL runs"):
        attach(data_dir)


def test_before_the_start_there_is_no_address(tmp_path: Path) -> None:
    with pytest.raises(KonfigurationInvalid):
        EmbeddedPostgres(tmp_path).dsn()


@pytest.mark.crash
@pytest.mark.parametrize("whole_group", [True, False])
async def test_no_acknowledged_row_is_lost_by_sigkill(data_dir: Path, whole_group: bool) -> None:
    acknowledged: list[int] = []

    async def commit_rows(dsn: str, first: int) -> None:
        connection = await asyncpg.connect(dsn)
        for number in range(first, first + 10**6):
            await connection.execute("INSERT INTO public.row_kept VALUES ($1)", number)
            acknowledged.append(number)

    server = EmbeddedPostgres(data_dir)
    await server.start()
    owner = server.dsn("migrator")
    connection = await asyncpg.connect(owner)
    await connection.execute("CREATE TABLE public.row_kept (number bigint PRIMARY KEY)")
    writers = [asyncio.create_task(commit_rows(owner, base * 10**6)) for base in range(3)]
    await asyncio.sleep(0.5)
    (os.killpg if whole_group else os.kill)(server.pid, signal.SIGKILL)
    await asyncio.gather(*writers, return_exceptions=True)
    await server.stop()
    async with EmbeddedPostgres(data_dir) as again, await Database.open(again.dsn("migrator")) as database:
        kept = {row["number"] for row in await database.fetch_all("SELECT number FROM public.row_kept")}
    assert len(acknowledged) > 100
    assert set(acknowledged) <= kept


@pytest.mark.crash
async def test_it_dies_with_its_parent_and_the_next_start_succeeds(data_dir: Path) -> None:
    parent = child("wait", data_dir)
    assert parent.stdout is not None
    pid = int(await asyncio.to_thread(parent.stdout.readline))
    layout = pgdata.Layout(data_dir)
    assert layout.serves(pid)
    parent.kill()
    parent.wait()
    async with EmbeddedPostgres(data_dir) as server:
        assert server.pid != pid
        assert not layout.serves(pid)


async def test_a_pid_file_that_names_a_foreign_process_is_stale(data_dir: Path) -> None:
    async with EmbeddedPostgres(data_dir):
        text = (data_dir / "cluster" / "postmaster.pid").read_text(encoding="utf-8")
    own = [str(os.getpid()), *text.splitlines()[1:]]
    (data_dir / "cluster" / "postmaster.pid").write_text("\n".join(own) + "\n", encoding="utf-8")
    with pytest.raises(KonfigurationInvalid):
        attach(data_dir)
    async with EmbeddedPostgres(data_dir) as server:
        assert server.alive()


async def test_a_half_made_cluster_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "pg" / "cluster.new" / "base").mkdir(parents=True)
    async with EmbeddedPostgres(tmp_path / "pg") as server:
        assert server.alive()
    assert not (tmp_path / "pg" / "cluster.new").exists()


async def test_a_cluster_of_another_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pg" / "cluster").mkdir(parents=True)
    (tmp_path / "pg" / "cluster" / "PG_VERSION").write_text("15\n", encoding="ascii")
    with pytest.raises(KonfigurationInvalid, match="PostgreSQL 15"):
        await EmbeddedPostgres(tmp_path / "pg").start()


async def test_a_long_path_moves_the_socket_and_blanks_do_no_harm(tmp_path: Path) -> None:
    data_dir = tmp_path / ("lang " * 30).strip()
    async with EmbeddedPostgres(data_dir) as server, await Database.open(server.dsn()) as database:
        assert await database.fetch_value("SELECT 1") == 1
        (link,) = parse_qs(urlsplit(server.dsn()).query)["host"]
        folder = Path(link)
        assert len(os.fsencode(folder / pgdata.SOCKET_NAME)) <= pgdata.MAX_SOCKET_PATH
        assert folder.stat().st_mode & 0o077 == 0  # noqa: ASYNC240
        assert attach(data_dir).dsn() == server.dsn()
    assert not folder.exists()  # noqa: ASYNC240


def test_a_socket_folder_of_somebody_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    data_dir = tmp_path / ("x" * 110)
    data_dir.mkdir()
    own = (os.geteuid(), os.getegid())
    folder = pgdata.run_dir(data_dir, own)
    folder.rmdir()
    folder.symlink_to(tmp_path)
    with pytest.raises(KonfigurationInvalid, match="belongs to another user"):
        pgdata.run_dir(data_dir, own)


async def test_a_file_in_place_of_the_folder_is_explained(tmp_path: Path) -> None:
    (tmp_path / "pg").write_text("", encoding="ascii")
    with pytest.raises(KonfigurationInvalid, match="cannot be used"):
        await EmbeddedPostgres(tmp_path / "pg").start()


@as_root
async def test_root_works_below_a_folder_that_only_root_can_enter(data_dir: Path) -> None:
    data_dir.parent.chmod(0o700)
    async with EmbeddedPostgres(data_dir) as server:
        status = Path(f"/proc/{server.pid}/uid_map").read_text(encoding="ascii").split()  # noqa: ASYNC240
    assert status[0] != "0"
    assert (data_dir / "cluster").stat().st_uid == 0


@as_root
def test_an_ordinary_user_just_runs_it(open_dir: Path) -> None:
    os.chown(open_dir, NOBODY, NOBODY)
    process = child("version", open_dir / "pg", _python_for(NOBODY), user=NOBODY, group=NOBODY)
    answer, _ = process.communicate(timeout=SECONDS)
    assert answer.split() == ["18.6", str(NOBODY)]


@as_root
def test_root_without_namespaces_becomes_another_user(open_dir: Path) -> None:
    _python_for(NOBODY)
    process = child("version-without-namespaces", open_dir / "pg")
    answer, _ = process.communicate(timeout=SECONDS)
    assert answer.split()[0] == "18.6"
    assert answer.split()[1] != "0"


@as_root
def test_where_nothing_works_every_reason_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    process = child("version-without-namespaces", tmp_path / "pg")
    answer, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 3
    assert "this system forbids user namespaces" in answer
    assert "ermission denied" in answer
    assert "ERV_DATABASE_URL" in answer


async def test_a_cluster_of_another_user_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(KonfigurationInvalid, match="belongs to another user"):
        await betriebsart.choose(tmp_path)


def test_of_two_processes_one_starts_the_server_and_both_use_it(data_dir: Path) -> None:
    processes = [child("contend", data_dir) for _ in range(2)]
    answers = []
    for process in processes:
        assert process.stdout is not None
        answers.append(process.stdout.readline())
    assert answers[0] == answers[1] != ""
    for process in processes:
        process.communicate("\n", timeout=SECONDS)


def _python_for(uid: int) -> str:
    """An interpreter of this version that another user can run on this checkout; root's own may lie below /root."""
    environment = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        try:
            subprocess.run(
                [python, "-c", "import erv_gateway.storage.embedded"],
                user=uid,
                group=uid,
                cwd="/",
                capture_output=True,
                check=True,
                env=environment,
            )
        except (OSError, subprocess.CalledProcessError):
            continue
        return python
    pytest.skip("no interpreter of this version and checkout is readable for another user")
