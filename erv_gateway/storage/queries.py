"""Named queries out of `storage/sql/<area>.sql`: SQL is written as SQL, never put together from strings."""

import re
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType

from erv_gateway.kern.fehler import KonfigurationInvalid

_NAME = re.compile(r"^--\s*name:\s*(.*?)\s*$", re.MULTILINE)
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
_STAR = re.compile(r"\b(?:select|returning)\s+(?:\w+\.)?\*", re.IGNORECASE)
_COMMENT = re.compile(r"^[ \t]*--[^\n]*$", re.MULTILINE)
"""Only whole lines: two dashes inside a line may stand in a text."""


class Queries:
    """The statements of one area as attributes: `SQL = load("sendung")`, then `SQL.set_zustand`."""

    __slots__ = ("_area", "_statements")

    def __init__(self, area: str, statements: Mapping[str, str]) -> None:
        self._area = area
        self._statements = MappingProxyType(dict(statements))

    def __getattr__(self, name: str) -> str:
        try:
            return self._statements[name]
        except KeyError as error:
            raise AttributeError(f"sql/{self._area}.sql has no query {name!r}") from error

    def names(self) -> frozenset[str]:
        return frozenset(self._statements)


def load(area: str, *names: str) -> Queries:
    """Read `sql/<area>.sql`. With `names`, the file must hold exactly these, so that a slip shows at import.

    Raises KonfigurationInvalid on a missing file, a name given twice, an empty block, or `SELECT *`.
    """
    source = files("erv_gateway.storage").joinpath("sql", f"{area}.sql")
    try:
        text = source.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise KonfigurationInvalid(f"there is no sql/{area}.sql", area=area) from error
    queries = Queries(area, parse(text, area))
    if names and queries.names() != frozenset(names):
        differing = sorted(queries.names() ^ frozenset(names))
        raise KonfigurationInvalid(f"sql/{area}.sql and its user disagree about {differing}", area=area)
    return queries


def parse(text: str, area: str) -> dict[str, str]:
    """Split the text of a `.sql` file into its named statements, each without the closing semicolon."""
    preamble, *parts = _NAME.split(text)
    _refuse(_COMMENT.sub("", preamble).strip(), area, "text before the first name")
    statements: dict[str, str] = {}
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        _refuse(not _IDENTIFIER.fullmatch(name), area, f"{name!r} is no name for a query")
        _refuse(name in statements, area, f"{name} is there twice")
        statements[name] = _statement(name, body, area)
    _refuse(not statements, area, "no query")
    return statements


def _statement(name: str, body: str, area: str) -> str:
    bare = _COMMENT.sub("", body).strip()
    _refuse(not bare.endswith(";") or bare == ";", area, f"{name} does not end in a statement with a semicolon")
    _refuse(_STAR.search(bare), area, f"{name} asks for * instead of its columns")
    return bare.removesuffix(";").rstrip()


def _refuse(wrong: object, area: str, message: str) -> None:
    if wrong:
        raise KonfigurationInvalid(f"sql/{area}.sql: {message}", area=area)
