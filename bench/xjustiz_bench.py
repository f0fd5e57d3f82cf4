"""XJustiz with 1,000 documents: write, check against the XSD, read."""

from functools import partial
from typing import Final

from lxml import etree

import xjustiz as xj
from bench.context import Context
from bench.measure import Cost, cpu_note, repeated
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
    parse = repeated(partial(etree.fromstring, xml), runs)
    write = repeated(lambda: xj.write(message, VERSION), runs)
    validate = repeated(lambda: schemas.validate(xml, VERSION), runs)
    read = repeated(lambda: xj.read(xml), runs)
    size = f"{len(xml) / 1000:.0f} KB"
    return [
        _row("write", write, repeated(lambda: etree.tostring(tree), runs), f"{size}; floor: lxml serialises the tree"),
        _row("XSD", validate, parse, f"{size}; floor: lxml parses the bytes"),
        _row("read", read, parse, f"{size}; floor: lxml parses the bytes"),
    ]


def _row(what: str, value: Cost, floor: Cost, note: str) -> Row:
    note = f"{cpu_note(value, floor, 'ms')}; {note}"
    return row(f"XJustiz {what}, {DOCUMENTS} documents", value.wall, "s", floor.wall, note)
