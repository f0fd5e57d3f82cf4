"""The namespace of TS 119 102-2 and small helpers to write elements in it."""

import base64
import re
from typing import Final

from lxml import etree

VR: Final = "http://uri.etsi.org/19102/v1.2.1#"
DS: Final = "http://www.w3.org/2000/09/xmldsig#"
SHA256: Final = "http://www.w3.org/2001/04/xmlenc#sha256"
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold (production 2); it comes with hostile names."""


def element(name: str) -> etree._Element:
    return etree.Element(f"{{{VR}}}{name}", nsmap={"vr": VR, "ds": DS})


def add(parent: etree._Element, name: str, text: str | None = None, *, namespace: str = VR) -> etree._Element:
    child = etree.SubElement(parent, f"{{{namespace}}}{name}")
    child.text = None if text is None else text_of(text)
    return child


def add_digest(parent: etree._Element, sha256: str) -> None:
    """`sha256`: hex."""
    digest = add(parent, "DigestAlgAndValue")
    add(digest, "DigestMethod", namespace=DS).set("Algorithm", SHA256)
    add(digest, "DigestValue", base64.b64encode(bytes.fromhex(sha256)).decode(), namespace=DS)


def text_of(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
