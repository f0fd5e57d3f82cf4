"""`python -m bench [--quick] [--only NAME]...`: a table on the screen, the same rows in bench/results.json."""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Column, Table

from bench.registry import ENTRIES, Entry
from bench.result import Row, write_rows
from bench.runner import BenchFailed, run

RESULTS: Final = Path(__file__).resolve().parent / "results.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """0, or 1 when a measured thing did not work; the rows of the others are written all the same."""
    given = _parser().parse_args(arguments)
    console, start = Console(), time.perf_counter()
    entries = [entry for entry in ENTRIES if _chosen(entry, given.only, given.quick)]
    rows, failures = _run_all(entries, console, quick=given.quick)
    write_rows(given.results, rows)
    console.print(_table(rows))
    for row in rows:
        console.print(f"{row.name}: {row.note}", style="dim", markup=False, highlight=False)
    for failure in failures:
        console.print(failure, style="red", markup=False, highlight=False)
    console.print(f"{time.perf_counter() - start:.0f} s, {len(rows)} rows in {given.results}", highlight=False)
    return 1 if failures else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measures the hot paths beside their floors.")
    parser.add_argument("--quick", action="store_true", help="one run of everything but the largest; a look only")
    parser.add_argument("--only", action="append", metavar="NAME", choices=[entry.name for entry in ENTRIES])
    parser.add_argument("--results", type=Path, default=RESULTS, help="where to write the rows")
    return parser


def _chosen(entry: Entry, only: Sequence[str] | None, quick: bool) -> bool:
    return entry.name in only if only else entry.in_quick or not quick


def _run_all(entries: Sequence[Entry], console: Console, *, quick: bool) -> tuple[list[Row], list[str]]:
    rows: list[Row] = []
    failures: list[str] = []
    with tempfile.TemporaryDirectory(prefix="erv-bench-") as name, console.status("") as status:
        for entry in entries:
            status.update(entry.name)
            try:
                rows += run(entry, Path(name), quick=quick)
            except BenchFailed as error:
                failures.append(str(error))
    return rows, failures


def _table(rows: Sequence[Row]) -> Table:
    table = Table("what", *(Column(name, justify="right") for name in ("value", "unit", "floor", "x floor")))
    for row in rows:
        table.add_row(row.name, f"{row.value:.4g}", row.unit, f"{row.floor:.4g}", f"{row.ratio:.1f}")
    return table


if __name__ == "__main__":
    sys.exit(main())
