"""Run as a process of its own by the tests of the embedded server: `embedded_child.py COMMAND DATA_DIR`."""

import asyncio
import ctypes
import platform
import struct
import sys
from pathlib import Path

from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.storage.db import Database
from erv_gateway.storage.embedded import EmbeddedPostgres

UNSHARE = {"x86_64": 272, "aarch64": 97}
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
ALLOW, REFUSE_EPERM = 0x7FFF0000, 0x00050001


def forbid_namespaces() -> None:
    """What Docker's default profile does to root: unshare(2) answers EPERM."""
    lines = [(0x20, 0, 0, 0), (0x15, 0, 1, UNSHARE[platform.machine()]), (6, 0, 0, REFUSE_EPERM), (6, 0, 0, ALLOW)]
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in lines))
    header = struct.pack("HP", len(lines), ctypes.addressof(program))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.create_string_buffer(header), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")


async def version(data_dir: Path) -> None:
    """Start twice, so that the second finds the cluster; print the server's version and who owns the data."""
    for _ in range(2):
        async with EmbeddedPostgres(data_dir) as server, await Database.open(server.dsn()) as database:
            number = await database.fetch_value("SHOW server_version")
    print(number, (data_dir / "cluster").stat().st_uid)


async def wait(data_dir: Path) -> None:
    """Start, say so, and sit there until killed."""
    async with EmbeddedPostgres(data_dir) as server:
        print(server.pid, flush=True)
        await asyncio.sleep(300)


async def contend(data_dir: Path) -> None:
    """Use the server of whoever started it first."""
    from erv_gateway.storage.zugang import database_access

    async with database_access(data_dir, None) as access, await Database.open(access("gateway")) as database:
        print(await database.fetch_value("SELECT pg_postmaster_start_time()::text"), flush=True)
        await asyncio.to_thread(sys.stdin.readline)


if __name__ == "__main__":
    command, path = sys.argv[1], Path(sys.argv[2])
    if command == "version-without-namespaces":
        forbid_namespaces()
    try:
        asyncio.run({"wait": wait, "contend": contend}.get(command, version)(path))
    except KonfigurationInvalid as error:
        print(error)
        sys.exit(3)
