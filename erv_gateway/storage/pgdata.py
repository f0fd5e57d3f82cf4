"""What lies in the data directory of an embedded PostgreSQL, and what it says about a running server."""

import hashlib
import os
import re
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from erv_gateway.kern.fehler import KonfigurationInvalid

MAX_SOCKET_PATH = 107
"""unix(7): sun_path has 108 bytes, one of them for the closing NUL."""
SOCKET_NAME = ".s.PGSQL.5432"
PORT = 5432
MAJOR = "18"
_PLAIN = re.compile(r"[A-Za-z0-9_./-]+")


@dataclass(frozen=True, slots=True)
class Postmaster:
    """`postmaster.pid`: line 1 pid, 5 socket directory, 8 status."""

    pid: int
    socket_dir: Path
    ready: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """`cluster` is PostgreSQL's own directory; the rest is ours."""

    data_dir: Path

    @property
    def cluster(self) -> Path:
        return self.data_dir / "cluster"

    @property
    def unfinished(self) -> Path:
        return self.data_dir / "cluster.new"

    @property
    def log(self) -> Path:
        return self.data_dir / "server.log"

    @property
    def lock(self) -> Path:
        return self.data_dir / "lock"

    @property
    def pid_file(self) -> Path:
        return self.cluster / "postmaster.pid"

    def announce(self, pid: int) -> None:
        """The server is not only up, it also has its roles and database: others may attach."""
        (self.data_dir / "ready").write_text(f"{pid}\n", encoding="ascii")

    def announced(self, pid: int) -> bool:
        try:
            return (self.data_dir / "ready").read_text(encoding="ascii").strip() == str(pid)
        except FileNotFoundError:
            return False

    def check_version(self) -> None:
        found = (self.cluster / "PG_VERSION").read_text(encoding="ascii").strip()
        if found != MAJOR:
            raise KonfigurationInvalid(f"{self.cluster} was made by PostgreSQL {found}, this is {MAJOR}", version=found)

    def postmaster(self) -> Postmaster | None:
        """The server that says it runs here, provided its process is really PostgreSQL on this directory."""
        try:
            lines = self.pid_file.read_text(encoding="utf-8").splitlines()
            found = Postmaster(int(lines[0]), Path(lines[4]), len(lines) > 7 and lines[7].strip() == "ready")
        except (FileNotFoundError, ValueError, IndexError):
            return None
        return found if self.serves(found.pid) else None

    def serves(self, pid: int) -> bool:
        """After a restart of the machine or container the number may belong to anybody, even to us."""
        try:
            arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        return os.fsencode(self.cluster) in arguments


def run_dir(data_dir: Path, owner: tuple[int, int]) -> Path:
    """A directory for the socket that only `owner` can enter: below the data, or where that path is too long, in the
    directory for temporary files under a name made from it."""
    inside = data_dir / "run"
    if len(os.fsencode(inside / SOCKET_NAME)) <= MAX_SOCKET_PATH and _PLAIN.fullmatch(str(inside)):
        return _private(inside, owner)
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()
    return _private(Path(tempfile.gettempdir()) / f"erv-pg-{owner[0]}-{digest[:16]}", owner)


def _private(path: Path, owner: tuple[int, int]) -> Path:
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {owner[0], os.geteuid()}:
        raise KonfigurationInvalid(f"{path} belongs to another user; the socket of PostgreSQL cannot lie there")
    path.chmod(0o700)
    if found.st_uid != owner[0]:
        os.chown(path, *owner)
    return path


def dsn(socket_dir: Path, user: str, database: str) -> str:
    """Complete, so that no PG* variable of the environment fills a gap."""
    return f"postgresql://{user}@/{quote(database)}?host={quote(str(socket_dir), safe='/')}&port={PORT}&sslmode=disable"
