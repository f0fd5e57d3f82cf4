"""What the three targets share: the loop, and the rule that nothing but an OsciError may come out."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import atheris

from osci.errors import OsciError

MAX_INPUT_BYTES = 64 * 1024
"""Inputs longer than this find nothing that shorter ones do not, and are slower."""


def run(target: Callable[[bytes], None], seeds: Iterator[bytes]) -> None:
    """Command line of libFuzzer: the first argument is the corpus folder, which gets the seeds it does not have yet."""
    corpus = Path(sys.argv[1])
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds):
        (corpus / f"seed-{number:03d}").write_bytes(seed[:MAX_INPUT_BYTES])
    arguments = [*sys.argv, f"-max_len={MAX_INPUT_BYTES}", "-timeout=25", "-rss_limit_mb=1500"]
    atheris.Setup(arguments, lambda data: _guarded(target, data))
    atheris.Fuzz()


def pieces(data: bytes) -> Iterator[bytes]:
    """The bytes in chunks whose length the input itself chooses, so that every border is crossed somewhere."""
    size = data[-1] * data[-1] + 1 if data else 1
    yield from (data[at : at + size] for at in range(0, len(data), size))


def _guarded(target: Callable[[bytes], None], data: bytes) -> None:
    try:
        target(data)
    except OsciError:
        return
