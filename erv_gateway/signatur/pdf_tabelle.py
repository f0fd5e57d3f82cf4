"""Cross-reference tables and streams by the letter (ISO 32000-1 §7.5.4, §7.5.8): which numbers they really name."""

import re
from typing import Any, Final

MAX_NUMBER: Final = 8_388_607  # ISO 32000-1 annex C: the largest object number
MAX_WIDTH: Final = 8  # ours; bytes per field, real ones have up to four
_KEYWORD: Final = re.compile(rb"xref[ \t]*(?:\r\n|\r|\n)")
_SECTION: Final = re.compile(rb"([0-9]{1,10}) ([0-9]{1,10})[ \t]*(?:\r\n|\r|\n)")
# 20 bytes; some programs fill with blanks where zeros should be, which every reader takes alike
_ENTRY: Final = re.compile(rb"([ 0-9]{9}[0-9]) ([ 0-9]{4}[0-9]) ([nf])(?: \r| \n|\r\n)")
_TRAILER: Final = re.compile(rb"[\x00\t\n\x0c\r ]*trailer[\x00\t\n\x0c\r ]*(?=<<)")


class Mehrdeutig(ValueError):
    """Readers may take these bytes for different things. Stays within the reading of PDF files."""


def read_entries(data: bytes, offset: int) -> tuple[dict[int, tuple[int, int]], int]:
    """The objects in use (number to generation and place) of the table at `offset`, and where its trailer begins."""
    found = _KEYWORD.match(data, offset)
    if found is None:
        raise Mehrdeutig("no table where one should be")
    used: dict[int, tuple[int, int]] = {}
    seen: set[int] = set()
    offset = found.end()
    while section := _SECTION.match(data, offset):
        offset = section.end()
        for number in range(int(section[1]), int(section[1]) + int(section[2])):
            entry = _ENTRY.match(data, offset)
            if entry is None or number in seen or number > MAX_NUMBER:
                raise Mehrdeutig("an entry that is none, or that stands twice")
            seen.add(number)
            offset = entry.end()
            if entry[3] == b"n" and number:
                used[number] = (int(entry[2]), int(entry[1]))
    trailer = _TRAILER.match(data, offset)
    if trailer is None:
        raise Mehrdeutig("a table without trailer")
    return used, trailer.end()


def stream_numbers(table: Any) -> set[int]:
    """The numbers that a cross-reference stream names; every entry must be of a known kind and whole."""
    widths = [int(one) for one in table["/W"]]
    index = [int(one) for one in table["/Index"]] if "/Index" in table else [0, int(table["/Size"])]
    if len(widths) != 3 or not all(0 <= one <= MAX_WIDTH for one in widths) or len(index) % 2:
        raise Mehrdeutig("a table whose shape cannot be read")
    data, width = table.data, sum(widths)
    if min(index) < 0 or sum(index[1::2]) * width != len(data):
        raise Mehrdeutig("a table of another length than it says")
    numbers = [number for first, count in zip(index[::2], index[1::2], strict=True) for number in _range(first, count)]
    kinds = {int.from_bytes(data[place : place + widths[0]]) for place in range(0, len(data), width)}
    if len(set(numbers)) != len(numbers) or (widths[0] and not kinds <= {0, 1, 2}):
        raise Mehrdeutig("an entry that is none, or that stands twice")
    return set(numbers)


def _range(first: int, count: int) -> range:
    if first + count > MAX_NUMBER + 1:
        raise Mehrdeutig("an object number that is too large")
    return range(first, first + count)
