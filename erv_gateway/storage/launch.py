"""Run one PostgreSQL program the way this machine permits it. A script of its own: it is executed, never imported.

    python -I -S launch.py MODE PARENT DIRECTORY PROGRAM ARGUMENT...

MODE is `plain`, `namespace:UID` or `drop:UID:GID`. PostgreSQL refuses to run as root, so root either enters a user
namespace in which its one uid has another number (files keep their owner, no right is given to anybody), or becomes
an existing other user. PARENT is the pid of the process whose death ends PROGRAM with SIGINT, which PostgreSQL takes
for a fast, clean shutdown; 0 for none. DIRECTORY becomes the working directory after the change of user, which shows
whether that user gets there. Exit code 126 and a line on stderr when the mode is not permitted here.
"""

import ctypes
import os
import signal
import sys
from pathlib import Path

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
NOT_PERMITTED = 126


def main(mode: str, parent: int, directory: str, command: list[str]) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    kind, *numbers = mode.split(":")
    if kind == "namespace":
        enter_namespace(libc, int(numbers[0]))
    elif kind == "drop":
        become(int(numbers[0]), int(numbers[1]))
    if parent:
        die_with(libc, parent)
    os.chdir(directory)
    os.umask(0o077)
    os.execv(command[0], command)  # noqa: S606 - there is no shell and the program is the wheel's own


def enter_namespace(libc: ctypes.CDLL, inner: int) -> None:
    uid, gid = os.geteuid(), os.getegid()
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "this system forbids user namespaces")
    # A process may map only its own ids, and its gid only after giving up setgroups (user_namespaces(7)).
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{inner} {uid} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{inner} {gid} 1", encoding="ascii")


def become(uid: int, gid: int) -> None:
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def die_with(libc: ctypes.CDLL, parent: int) -> None:
    """Set after every change of ids, since the kernel clears it then; a parent gone before that is noticed too."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(NOT_PERMITTED)


if __name__ == "__main__":
    try:
        main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4:])
    except OSError as error:
        sys.stderr.write(f"{error.strerror or error}: {error.filename or ''}".rstrip(": ") + "\n")
        sys.exit(NOT_PERMITTED)
