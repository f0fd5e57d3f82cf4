"""A strict reading of ETSI TS 119 102-2 reports by the model that xsdata made from the official schema.

The schema file itself comes with no package. Its model knows names, types, order and what is required: nothing unknown
may stand in the XML, nothing required may miss, and written again by the model it is the same document (order).
"""

from dataclasses import fields, is_dataclass
from typing import Any

from lxml import etree
from pyhanko.generated.etsi.ts_11910202 import ValidationReport
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig
from xsdata.formats.dataclass.serializers import XmlSerializer

VR = "http://uri.etsi.org/19102/v1.2.1#"
STRICT = ParserConfig(fail_on_unknown_properties=True, fail_on_unknown_attributes=True, fail_on_converter_warnings=True)


def read_strictly(xml: bytes) -> ValidationReport:
    """Fails the test for what the schema does not allow."""
    report = XmlParser(config=STRICT).from_bytes(xml, ValidationReport)
    assert missing(report, "ValidationReport") == []
    again = XmlSerializer().render(report, ns_map={"vr": VR}).encode()
    assert names(etree.fromstring(again)) == names(etree.fromstring(xml))
    root = etree.fromstring(xml)
    ids = list(root.xpath("//@id"))
    assert len(ids) == len(set(ids))
    assert {one for value in root.xpath("//@VOReference") for one in value.split()} <= set(ids)
    return report


def missing(value: Any, where: str) -> list[str]:
    """Required elements and attributes that are not there."""
    if isinstance(value, (list, tuple)):
        return [gap for at, one in enumerate(value) for gap in missing(one, f"{where}[{at}]")]
    if not is_dataclass(value):
        return []
    found = []
    for field in fields(value):
        inner = getattr(value, field.name)
        if inner is None and field.metadata.get("required"):
            found.append(f"{where}.{field.name}")
        found += missing(inner, f"{where}.{field.name}")
    return found


def names(element: etree._Element) -> list[Any]:
    """The tree of names, in order."""
    return [element.tag, sorted(element.attrib), [names(child) for child in element if isinstance(child.tag, str)]]


def indications(xml: bytes) -> list[tuple[str, str | None]]:
    """Main and sub-indication of each signature, without the prefix."""
    read_strictly(xml)
    found = []
    for status in etree.fromstring(xml).iter(f"{{{VR}}}SignatureValidationStatus"):
        main, sub = (status.findtext(f"{{{VR}}}{name}") for name in ("MainIndication", "SubIndication"))
        found.append((str(main).rpartition(":")[2], None if sub is None else sub.rpartition(":")[2]))
    return found
