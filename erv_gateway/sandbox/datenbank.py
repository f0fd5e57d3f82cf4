"""The intermediary's SQLite database: named statements, one connection, one lock."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from threading import RLock
from types import MappingProxyType
from typing import Any, Final

from erv_gateway.storage.queries import parse

_AREA: Final = "vermittler"


class Datenbank:
    """Thread-safe. Every statement is durable on return, inside `transaction` when that ends."""

    def __init__(self, file: Path) -> None:
        self._lock = RLock()
        self._sql = _statements()
        self._connection = sqlite3.connect(file, check_same_thread=False, isolation_level=None, timeout=30)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        for name, statement in self._sql.items():
            if name.startswith("create_"):
                self._connection.execute(statement)

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All statements inside or none of them."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def run(self, statement: str, **arguments: Any) -> int:
        """Rows that were changed."""
        with self._lock:
            return self._connection.execute(self._sql[statement], arguments).rowcount

    def one(self, statement: str, **arguments: Any) -> tuple[Any, ...] | None:
        rows = self.all(statement, **arguments)
        return rows[0] if rows else None

    def all(self, statement: str, **arguments: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(self._sql[statement], arguments).fetchall()


def _statements() -> Mapping[str, str]:
    text = files("erv_gateway.sandbox").joinpath("sql", f"{_AREA}.sql").read_text(encoding="utf-8")
    return MappingProxyType(parse(text, _AREA))
