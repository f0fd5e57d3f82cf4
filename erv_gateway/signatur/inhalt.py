"""What a signature covers: bytes, a file, or ranges of one; digests are computed in chunks, once per algorithm."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from erv_gateway.signatur.verfahren import new_hash

CHUNK_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Inhalt:
    """Content in parts: each either bytes, or (open file, offset, length)."""

    teile: tuple[bytes | tuple[BinaryIO, int, int], ...]
    _digests: dict[str, bytes] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of_bytes(cls, data: bytes) -> "Inhalt":
        return cls((data,))

    @classmethod
    def of_ranges(cls, file: BinaryIO, ranges: Iterable[tuple[int, int]]) -> "Inhalt":
        """Ranges as (offset, length) of a seekable file that stays open."""
        return cls(tuple((file, offset, length) for offset, length in ranges))

    def digest(self, name: str) -> bytes:
        """The digest over all parts; `AlgorithmRefused` when there is no such algorithm, `EOFError` on a short file."""
        if name not in self._digests:
            state = new_hash(name)
            for chunk in self._chunks():
                state.update(chunk)
            self._digests[name] = state.digest()
        return self._digests[name]

    @property
    def size(self) -> int:
        return sum(len(teil) if isinstance(teil, bytes) else teil[2] for teil in self.teile)

    def head(self, count: int) -> bytes:
        """The first bytes, at most `count` of the first part."""
        return next(self._chunks(), b"")[:count]

    def _chunks(self) -> Iterator[bytes]:
        for teil in self.teile:
            if isinstance(teil, bytes):
                yield teil
            else:
                yield from _read(*teil)


def _read(file: BinaryIO, offset: int, length: int) -> Iterator[bytes]:
    file.seek(offset)
    while length > 0:
        chunk = file.read(min(CHUNK_BYTES, length))
        if not chunk:
            raise EOFError("the file is shorter than what was signed")
        length -= len(chunk)
        yield chunk


def whole_file(path: Path, file: BinaryIO) -> Inhalt:
    return Inhalt.of_ranges(file, [(0, path.stat().st_size)])
