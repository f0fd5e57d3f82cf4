"""XJustiz with 1,000 documents: write, check against the XSD, read."""

from functools import partial
from typing import Final

from lxml import etree

import xjustiz as xj
from bench.context import Context
from bench.measure import Cost, compared, cpu_note
from bench.result import Row, row
from bench.xjustiz_case import document_names, transmission
from erv_gateway.storage.schemata import load_schemas

VERSION: Final = "3.6.2"
DOCUMENTS: Final = 1000


def documents(context: Context) -> list[Row]:
    runs = context.runs(5)
    message = transmission(document_names(DOCUMENTS))
    xml = xj.write(message, VERSION)
    schemas = load_schemas()
    if schemas.validate(xml, VERSION):
        raise AssertionError("the message is not valid")
    tree = etree.fromstring(xml)
    parse = partial(etree.fromstring, xml)
    write = compared(lambda: xj.write(message, VERSION), lambda: etree.tostring(tree), runs)
    size, parses = f"{len(xml) / 1000:.0f} KB", "floor: lxml parses the bytes"
    return [
        _row("write", *write, f"{size}; floor: lxml serialises the tree"),
        _row("XSD", *compared(lambda: schemas.validate(xml, VERSION), parse, runs), f"{size}; {parses}"),
        _row("read", *compared(lambda: xj.read(xml), parse, runs), f"{size}; {parses}"),
    ]


def _row(what: str, value: Cost, floor: Cost, note: str) -> Row:
    note = f"{cpu_note(value, floor, 'ms')}; {note}"
    return row(f"XJustiz {what}, {DOCUMENTS} documents", value.wall, "s", floor.wall, note)
