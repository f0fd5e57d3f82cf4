"""What all commands print alike: JSON, and one line for what could not be done. Both are safe for any terminal."""

import json
import re
import sys
from typing import Final, NoReturn

import typer

MISUSED: Final = 2
_UNPRINTABLE: Final = re.compile(r"[^\n\x20-\x7e]")


def print_json(value: object, indent: int | None = 2) -> None:
    """What steers a terminal stands escaped, and where the output is not UTF-8 everything that is not ASCII."""
    utf8 = (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "") == "utf8"
    text = json.dumps(value, ensure_ascii=not utf8, indent=indent)
    typer.echo(_UNPRINTABLE.sub(_escaped, text))


def printable(text: str) -> str:
    """Foreign text without what would steer a terminal or turn the direction of writing."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def say(text: str) -> None:
    """One line for each fault, to standard error."""
    typer.echo("\n".join(printable(line) for line in text.splitlines()), err=True)


def misused(text: str, *, as_json: bool = False, code: int = MISUSED) -> NoReturn:
    """Ends the command with a line for people and, where a machine reads, `{"error": ...}`."""
    say(text)
    if as_json:
        print_json({"error": text}, indent=None)
    raise typer.Exit(code)


def _escaped(found: re.Match[str]) -> str:
    sign = found[0]
    return sign if sign.isprintable() else json.dumps(sign)[1:-1]
