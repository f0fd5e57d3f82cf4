"""The list of validation objects of a report: each certificate and file once, referred to by id (clause 4.5)."""

import base64
from collections.abc import Mapping

from lxml import etree

from erv_gateway.pruefprotokoll.etsi_xml import add, add_digest

_ART = "urn:etsi:019102:validationObject:"


class Objekte:
    """Collects while the report is written; `zertifikate`: DER by SHA-256 (hex)."""

    def __init__(self, zertifikate: Mapping[str, bytes]) -> None:
        self._zertifikate = zertifikate
        self._arten: dict[str, str] = {}

    def zertifikat(self, sha256: str) -> str:
        """The id (xs:ID, hence not starting with a digit)."""
        return self._add("zertifikat-" + sha256, "certificate")

    def datei(self, sha256: str) -> str:
        """The signed file as it came, named by its digest only: its content has no place in a report."""
        return self._add("datei-" + sha256, "signedData")

    def _add(self, name: str, art: str) -> str:
        self._arten.setdefault(name, art)
        return name

    def write(self, root: etree._Element) -> None:
        objects = add(root, "SignatureValidationObjects")
        for name, art in self._arten.items():
            entry = add(objects, "ValidationObject")
            entry.set("id", name)
            add(entry, "ObjectType", _ART + art)
            self._representation(add(entry, "ValidationObjectRepresentation"), name.partition("-")[2])

    def _representation(self, parent: etree._Element, sha256: str) -> None:
        der = self._zertifikate.get(sha256)
        if der is not None:
            add(parent, "base64", base64.b64encode(der).decode())
            return
        add_digest(parent, sha256)
