"""The court's own check of the proof of origin (VHN): signature, sender, role, and every file against the list."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from cryptography.x509 import Certificate
from cryptography.x509.oid import NameOID
from lxml import etree

from erv_gateway.kern.xml import XmlRefused, parse_xml
from erv_gateway.sandbox.gericht.anlagen import Anlage
from erv_gateway.sandbox.gericht.cms import CmsRefused, check_detached

VHN: Final = "vhn.xml"
VHN_SIGNATUR: Final = "vhn.xml.p7s"
ROLLE: Final = "egvp_bebpo"
FEHLT: Final = "Herkunftsnachweis fehlt"
_NAMESPACES: Final = {"v": "urn:erv-gateway:vhn:1"}
"""Shape of the sender's VHN: docs/vhn.md (the official schema is not public)."""


def check_herkunft(
    anlagen: Mapping[str, Anlage], absender: str | None, anchors: Sequence[Certificate], at: datetime
) -> tuple[str, ...]:
    """Why the proof of origin does not hold, in German; empty: it does. `absender`: SAFE-ID of the business card."""
    if VHN not in anlagen or VHN_SIGNATUR not in anlagen:
        return (FEHLT,)
    xml = anlagen[VHN].read()
    try:
        signer = check_detached(anlagen[VHN_SIGNATUR].read(), xml, anchors, at)
        root = parse_xml(xml, what=VHN)
    except (CmsRefused, XmlRefused) as error:
        return (f"Herkunftsnachweis: {error}",)
    return (*_sender_faults(root, signer, absender), *_file_faults(root, anlagen))


def _sender_faults(root: etree._Element, signer: Certificate, absender: str | None) -> tuple[str, ...]:
    named = root.findtext("v:absender/v:safeId", namespaces=_NAMESPACES)
    faults = {
        "Herkunftsnachweis nennt einen anderen Absender als die Nachricht": named != absender,
        "Zertifikat des Herkunftsnachweises gehört nicht dem Absender": _uid(signer) != absender,
        "Herkunftsnachweis ist nicht für ein Behördenpostfach": (
            root.findtext("v:absender/v:rolle", namespaces=_NAMESPACES) != ROLLE
        ),
        "Herkunftsnachweis nennt keine sichere Übermittlung": (
            root.findtext("v:sichereUebermittlung", namespaces=_NAMESPACES) != "true"
        ),
    }
    return tuple(text for text, wrong in faults.items() if wrong)


def _file_faults(root: etree._Element, anlagen: Mapping[str, Anlage]) -> tuple[str, ...]:
    """Listed and received must be the same set, each file with its length and SHA-256."""
    elements = root.findall("v:dateien/v:datei", _NAMESPACES)
    listed = {element.text or "": (element.get("bytes"), element.get("sha256")) for element in elements}
    received = {
        anlage.name: (str(anlage.length), anlage.sha256)
        for anlage in anlagen.values()
        if anlage.name not in (VHN, VHN_SIGNATUR)
    }
    wrong = sorted(name for name in listed.keys() | received.keys() if listed.get(name) != received.get(name))
    doubled = ("Herkunftsnachweis nennt eine Datei doppelt",) if len(elements) != len(listed) else ()
    return (*doubled, *(f"Datei {name} stimmt nicht mit dem Herkunftsnachweis überein" for name in wrong))


def _uid(certificate: Certificate) -> str | None:
    values = certificate.subject.get_attributes_for_oid(NameOID.USER_ID)
    return str(values[0].value) if len(values) == 1 else None
