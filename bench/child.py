"""`python -m bench.child NAME FOLDER [--quick]`: one entry of the registry; its rows go to stdout as JSON."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from bench.context import Context
from bench.registry import entry


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    rows = entry(given.name).load()(Context(given.folder, given.quick))
    print(json.dumps([asdict(row) for row in rows]))


if __name__ == "__main__":
    main()
