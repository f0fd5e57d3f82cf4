"""One contract for every store, and for the one on disk what a crash may leave."""

import asyncio
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erv_gateway.kern.fehler import EingabeRefused
from erv_gateway.storage.blobs import CHUNK_BYTES, Blob, BlobDamaged, BlobNotFound, Blobs, MemoryBlobs
from erv_gateway.storage.blobs_local import LEFTOVER_SECONDS, LocalBlobs

MIB = 2**20
ABSENT = "0" * 64


@pytest.fixture(params=["local", "memory"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    return LocalBlobs(tmp_path / "blobs") if request.param == "local" else MemoryBlobs()


async def stream(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        await asyncio.sleep(0)
        yield piece


async def collected(blobs: Blobs, sha256: str, **options: bool) -> bytes:
    return b"".join([piece async for piece in blobs.chunks(sha256, **options)])


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_what_goes_in_comes_out(blobs: Blobs) -> None:
    data = os.urandom(3 * MIB + 17)
    blob = await blobs.put(stream(data[:5], b"", data[5 : 2 * MIB], data[2 * MIB :]))
    assert blob == Blob(hashlib.sha256(data).hexdigest(), len(data))
    assert await collected(blobs, blob.sha256) == data
    assert max([len(piece) async for piece in blobs.chunks(blob.sha256)]) <= CHUNK_BYTES
    assert await blobs.has(blob.sha256)
    assert await blobs.size(blob.sha256) == len(data)


async def test_all_ways_in_give_the_same_blob(blobs: Blobs, tmp_path: Path) -> None:
    data = b"abc" * 1000
    source = tmp_path / "source"
    source.write_bytes(b"skip" + data)
    with source.open("rb") as file:
        file.seek(4)
        found = {
            await blobs.put([data[:10], data[10:]]),
            await blobs.put(stream(data)),
            await blobs.put_bytes(data),
            await blobs.put_file(file),
        }
    assert len(found) == 1


async def test_nothing_is_a_blob_too(blobs: Blobs) -> None:
    blob = await blobs.put(stream())
    assert blob.bytes == 0
    assert await collected(blobs, blob.sha256) == b""


async def test_above_the_limit_nothing_is_kept(blobs: Blobs) -> None:
    data = os.urandom(2 * MIB)
    for chunks in (stream(data), [data]):
        with pytest.raises(EingabeRefused):
            await blobs.put(chunks, limit=len(data) - 1)
    assert not await blobs.has(hashlib.sha256(data).hexdigest())
    assert (await blobs.put([data], limit=len(data))).bytes == len(data)


async def test_a_source_that_breaks_leaves_nothing(blobs: Blobs) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"x" * 2 * MIB
        raise ConnectionError("gone")

    def broken_too() -> Iterator[bytes]:
        yield b"x" * 2 * MIB
        raise ConnectionError("gone")

    for chunks in (broken(), broken_too()):
        with pytest.raises(ConnectionError):
            await blobs.put(chunks)
    assert not await blobs.has(hashlib.sha256(b"x" * 2 * MIB).hexdigest())


@pytest.mark.parametrize("name", [ABSENT, "", "../../etc/passwd", "A" * 64, ABSENT + "\n", "/" + "0" * 63])
async def test_what_is_not_there_or_no_digest_is_not_found(blobs: Blobs, name: str) -> None:
    for ask in (blobs.size(name), blobs.read(name, limit=10), collected(blobs, name)):
        with pytest.raises(BlobNotFound):
            await ask
    with pytest.raises(BlobNotFound):
        blobs.open_file(name)


async def test_small_things_are_read_at_once(blobs: Blobs) -> None:
    blob = await blobs.put_bytes(b"12345")
    assert await blobs.read(blob.sha256, limit=5) == b"12345"
    with pytest.raises(EingabeRefused):
        await blobs.read(blob.sha256, limit=4)


async def test_a_file_can_be_read_and_sought(blobs: Blobs) -> None:
    blob = await blobs.put_bytes(b"0123456789")
    with blobs.open_file(blob.sha256) as file:
        file.seek(-3, os.SEEK_END)
        assert file.read() == b"789"


async def test_a_spool_takes_much_and_is_put(blobs: Blobs) -> None:
    data = os.urandom(2 * MIB)
    with blobs.spool() as spool:
        spool.write(data)
        spool.seek(0)
        assert (await blobs.put_file(spool)).sha256 == hashlib.sha256(data).hexdigest()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(st.binary(max_size=50), max_size=8))
def test_how_it_is_cut_does_not_matter(tmp_path: Path, pieces: list[bytes]) -> None:
    store = LocalBlobs(tmp_path / "blobs")
    blob = asyncio.run(store.put(stream(*pieces)))
    assert asyncio.run(collected(store, blob.sha256)) == b"".join(pieces)


async def test_many_at_once_do_not_disturb_each_other(blobs: Blobs) -> None:
    same, other = b"same" * MIB, os.urandom(MIB)
    found = await asyncio.gather(*(blobs.put(stream(data)) for data in [same, other] * 6))
    assert len(set(found)) == 2
    assert await collected(blobs, found[0].sha256) == same


async def test_damage_shows_when_it_is_read_and_a_new_put_heals_it(tmp_path: Path) -> None:
    store = LocalBlobs(tmp_path)
    data = os.urandom(MIB + 5)
    blob = await store.put_bytes(data)
    (path,) = files(tmp_path)
    path.write_bytes(b"\0" + data[1:])
    with pytest.raises(BlobDamaged):
        await collected(store, blob.sha256)
    with pytest.raises(BlobDamaged):
        await store.read(blob.sha256, limit=2 * MIB)
    assert len(await collected(store, blob.sha256, verify=False)) == len(data)
    await store.put_bytes(data)
    assert await collected(store, blob.sha256) == data


async def test_files_belong_to_their_owner_alone(tmp_path: Path) -> None:
    await LocalBlobs(tmp_path / "blobs").put_bytes(b"x")
    (path,) = files(tmp_path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


async def test_a_cancelled_put_leaves_no_file(tmp_path: Path) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0)
            yield b"x" * MIB

    task = asyncio.create_task(LocalBlobs(tmp_path).put(endless()))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert files(tmp_path) == []


WRITER = """
import asyncio, os, signal, sys
from pathlib import Path
from erv_gateway.storage.blobs_local import LocalBlobs
store = LocalBlobs(Path(sys.argv[1]))
async def source():
    for number in range(8):
        yield b"x" * 2**20
    os.kill(os.getpid(), signal.SIGKILL)
print(asyncio.run(store.put_bytes(b"kept")).sha256, flush=True)
asyncio.run(store.put(source()))
"""


@pytest.mark.crash
async def test_a_crash_leaves_what_was_acknowledged_and_a_leftover_nobody_sees(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    ran = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=False)
    assert ran.returncode == -9
    store = LocalBlobs(tmp_path)
    assert await store.read(ran.stdout.strip(), limit=10) == b"kept"
    (leftover,) = files(tmp_path / "tmp")
    assert len(files(tmp_path)) == 2
    old = time.time() - LEFTOVER_SECONDS - 1
    os.utime(leftover, (old, old))
    LocalBlobs(tmp_path)
    assert files(tmp_path / "tmp") == []


async def test_file_and_folder_are_on_disk_before_the_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    monkeypatch.setattr(os, "fsync", _noting(order, "fsync", os.fsync))
    monkeypatch.setattr(Path, "replace", _noting(order, "rename", Path.replace))
    await LocalBlobs(tmp_path).put_bytes(b"x")
    assert order == ["fsync", "fsync", "rename", "fsync"]


def _noting(order: list[str], name: str, function: Callable[..., object]) -> Callable[..., object]:
    def noted(*arguments: object) -> object:
        order.append(name)
        return function(*arguments)

    return noted
