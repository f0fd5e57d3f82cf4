"""What was appended behind a signature must be readable in one way only.

Readers mend broken tables, each in its own way. Then one of them compares revisions that another one never shows: an
entry with an unknown mark, a key that stands twice, an object behind a number too large. So every byte that follows a
signature is read here by the letter (ISO 32000-1 §7.5.4 to §7.5.8); what was signed itself may be as it is.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.xref import XRefSectionType

from erv_gateway.signatur.pdf_tabelle import Mehrdeutig, read_entries, stream_numbers

WHITE: Final = rb"[\x00\t\n\x0c\r ]"  # ISO 32000-1 §7.2.2
_SPACE: Final = re.compile(WHITE + rb"*")
_GAP: Final = re.compile(rb"(?:" + WHITE + rb"|%[^\r\n]*(?=[\r\n]))*")
_HEAD: Final = re.compile(rb"([0-9]{1,10})" + WHITE + rb"+([0-9]{1,5})" + WHITE + rb"+obj(?![A-Za-z0-9])")
_ENDOBJ: Final = re.compile(WHITE + rb"*endobj(?![A-Za-z0-9])")
_END: Final = re.compile(WHITE + rb"*startxref" + WHITE + rb"+([0-9]{1,12})" + WHITE + rb"+%%EOF")


class Fortsetzung:
    """What follows the signed revisions of one file."""

    def __init__(self, reader: PdfFileReader, file: BinaryIO) -> None:
        self._reader, self._file = reader, file
        self._good: int | None = None

    def reads_one_way(self, start: int, revision: int) -> bool:
        """Whether nothing but well-formed revisions follow `start`, the end of `revision`, up to the end of the file.

        What is good from an earlier revision on is good from a later one on, so that each is read once.
        """
        if self._good is None or start < self._good:
            if not _reads_one_way(self._reader, self._file, start, revision):
                return False
            self._good = start
        return True


def _reads_one_way(reader: PdfFileReader, file: BinaryIO, start: int, revision: int) -> bool:
    file.seek(start)
    data = file.read()
    if not data.strip(b"\x00\t\n\x0c\r "):
        return True
    try:
        with _strict(reader):
            offset = 0
            for later in range(revision + 1, reader.xrefs.total_revisions):
                offset = _Fassung(reader, data, start, later).walk(offset)
    except Exception:  # noqa: BLE001 - foreign files break pyHanko in many ways; whatever it is, it is not plain
        return False
    return _SPACE.fullmatch(data, offset) is not None


@contextmanager
def _strict(reader: PdfFileReader) -> Iterator[None]:
    """A key that stands twice and its like are errors then. What was signed was read before, leniently."""
    reader.strict, before = True, reader.strict
    try:
        yield
    finally:
        reader.strict = before


class _Fassung:
    """One appended revision. `data` begins at `base` in the file."""

    def __init__(self, reader: PdfFileReader, data: bytes, base: int, revision: int) -> None:
        self.reader: Any = reader  # pyHanko leaves half of its methods without types
        self.data, self.base, self.revision = data, base, revision
        self.meta: Any = reader.xrefs.get_xref_container_info(revision)
        self.entries = reader.xrefs.get_xref_data(revision)

    def walk(self, offset: int) -> int:
        """From the end of the revision before to the end of this one."""
        section = self.meta.declared_startxref - self.base
        places = dict(self._places(offset))
        offset = self._gap(offset)
        while offset != section:
            if offset > section:
                raise Mehrdeutig("the objects do not end where the table begins")
            offset = self._gap(self._object(offset, places.pop(offset)))
        offset = self._table(offset) if self._is_table else self._stream(offset, places)
        if places:
            raise Mehrdeutig("an entry points to where no object is")
        for container in self.entries.obj_streams_used:
            self._packed(container)
        return self._end(offset)

    @property
    def _is_table(self) -> bool:
        if self.meta.xref_section_type not in (XRefSectionType.STANDARD, XRefSectionType.STREAM):
            raise Mehrdeutig("two tables in one revision")
        return self.meta.xref_section_type is XRefSectionType.STANDARD

    def _gap(self, offset: int) -> int:
        found = _GAP.match(self.data, offset)
        return offset if found is None else found.end()

    def _places(self, first: int) -> Iterator[tuple[int, tuple[int, int]]]:
        """Where objects of this revision begin. An entry for an older one must say what was said before."""
        for number, (generation, place) in self.entries.standard_xrefs.items():
            if place - self.base >= first:
                yield place - self.base, (number, generation)
                continue
            reference = generic.Reference(number, generation, self.reader)
            if self.reader.xrefs.get_historical_ref(reference, self.revision - 1) != place:
                raise Mehrdeutig("an entry points into what was there before")

    def _object(self, offset: int, expected: tuple[int, int]) -> int:
        head = _HEAD.match(self.data, offset)
        if head is None or (int(head[1]), int(head[2])) != expected:
            raise Mehrdeutig("the table names another object than is there")
        stream: Any = self.reader.stream
        stream.seek(self.base + self._gap(head.end()))
        generic.read_object(stream, generic.Reference(*expected, self.reader))
        end = _ENDOBJ.match(self.data, self._gap(stream.tell() - self.base))
        if end is None:
            raise Mehrdeutig("an object without end")
        return end.end()

    def _table(self, offset: int) -> int:
        used, offset = read_entries(self.data, offset)
        if used != self.entries.standard_xrefs:
            raise Mehrdeutig("the table is read in two ways")
        stream: Any = self.reader.stream
        stream.seek(self.base + offset)
        trailer = generic.DictionaryObject.read_from_stream(stream, self.reader.trailer.container_ref)
        if "/Root" not in trailer:
            raise Mehrdeutig("a trailer without root")
        return int(stream.tell()) - self.base

    def _stream(self, offset: int, places: dict[int, tuple[int, int]]) -> int:
        reference = self.meta.stream_ref
        own = (reference.idnum, reference.generation)
        if places.pop(offset, own) != own:
            raise Mehrdeutig("the table names another object than is there")
        end = self._object(offset, own)
        stream: Any = self.reader.stream
        stream.seek(self.base + self._gap(_HEAD.match(self.data, offset).end()))  # type: ignore[union-attr]
        table = generic.read_object(stream, generic.Reference(*own, self.reader))
        if "/Root" not in table:  # type: ignore[operator]
            raise Mehrdeutig("a trailer without root")
        known = {*self.entries.standard_xrefs, *self.entries.xrefs_in_objstm, *self.entries.freed}
        if stream_numbers(table) - {0} != known:
            raise Mehrdeutig("the table is read in two ways")
        return end

    def _packed(self, container: int) -> None:
        """The head of an object stream must say of every object what the table says (§7.5.7)."""
        stream: Any = self.reader.get_object(generic.Reference(container, 0, self.reader), revision=self.revision)
        count, data = int(stream["/N"]), stream.data
        numbers = [int(one) for one in data[: int(stream["/First"])].split()][: 2 * count : 2]
        listed = [
            number
            for number, place in sorted(self.entries.xrefs_in_objstm.items(), key=lambda one: one[1].ix_in_stream)
            if place.obj_stream_id == container
        ]
        if numbers != listed:
            raise Mehrdeutig("an object stream has other objects than the table names")
        for number in numbers:
            self.reader.get_object(generic.Reference(number, 0, self.reader), revision=self.revision)

    def _end(self, offset: int) -> int:
        found = _END.match(self.data, offset)
        if found is None or int(found[1]) != self.meta.declared_startxref:
            raise Mehrdeutig("a revision without its end")
        return found.end()
