"""XJustiz with 1,000 documents: write, check against the XSD, read; each step, and each way as a whole."""

from functools import partial
from typing import Final

from lxml import etree

import xjustiz as xj
from bench.context import Context
from bench.measure import Cost, compared, cpu_note
from bench.result import Row, row
from bench.xjustiz_case import document_names, full_transmission, transmission
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
        *_ways(schemas, runs),
    ]


def _ways(schemas: xj.Schemas, runs: int) -> list[Row]:
    """Each way as a whole, with the XSD, of documents with full metadata: 0.5 s is the limit."""
    message = full_transmission(DOCUMENTS)
    xml = xj.write(message, VERSION)
    parse, tree = partial(etree.fromstring, xml), etree.fromstring(xml)

    def out() -> None:
        if schemas.validate(xj.write(message, VERSION), VERSION):
            raise AssertionError("the message is not valid")

    def back() -> None:
        if schemas.validate(xml, VERSION) or xj.read(xml).nachricht != message:
            raise AssertionError("the message is not read as it was meant")

    size = f"{len(xml) / 1000:.0f} KB, full metadata"
    return [
        _row("written and valid", *compared(out, lambda: etree.tostring(tree), runs), f"{size}; floor: serialising"),
        _row("valid and read", *compared(back, parse, runs), f"{size}; floor: lxml parses the bytes"),
    ]


def _row(what: str, value: Cost, floor: Cost, note: str) -> Row:
    note = f"{cpu_note(value, floor, 'ms')}; {note}"
    return row(f"XJustiz {what}, {DOCUMENTS} documents", value.wall, "s", floor.wall, note)
