"""`vhn.xml`: bytes to values and back. The shape is ours (`docs/vhn.md`)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

NAMESPACE: Final = "urn:erv-gateway:vhn:1"
MAX_XML_BYTES: Final = 8 * 1024 * 1024  # ours; 10,000 files with long names stay below
MAX_NAME: Final = 255  # ours; ERVB allows 90
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class VhnUnreadable(ValueError):
    """The bytes are no vhn.xml of our shape."""


@dataclass(frozen=True, slots=True)
class VhnDatei:
    """One attachment: its name in the message, SHA-256 (lower-case hex) and length."""

    name: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class VhnAngaben:
    """What the sender's mailbox vouches for: who (SAFE-ID, role), whether on a safe way, and exactly which files."""

    safe_id: str
    rolle: str
    sicher: bool
    dateien: tuple[VhnDatei, ...]
    software: str
    erstellt: datetime


def render_vhn(angaben: VhnAngaben) -> bytes:
    """The XML, UTF-8. `ValueError` when a value cannot be written."""
    if angaben.erstellt.tzinfo is None or not all(_SHA256.fullmatch(datei.sha256) for datei in angaben.dateien):
        raise ValueError("a VHN needs an aware time and SHA-256 values in lower-case hex")
    return ("\n".join(_lines(angaben)) + "\n").encode("utf-8")


def _lines(angaben: VhnAngaben) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f"<vhn xmlns={quoteattr(NAMESPACE)} version={quoteattr('1')}>"
    yield "  <absender>"
    yield f"    <safeId>{escape(angaben.safe_id)}</safeId>"
    yield f"    <rolle>{escape(angaben.rolle)}</rolle>"
    yield "  </absender>"
    yield f"  <sichereUebermittlung>{'true' if angaben.sicher else 'false'}</sichereUebermittlung>"
    yield "  <dateien>"
    for datei in angaben.dateien:
        hashed = f"sha256={quoteattr(datei.sha256)} bytes={quoteattr(str(datei.bytes))}"
        yield f"    <datei {hashed}>{escape(datei.name)}</datei>"
    yield "  </dateien>"
    yield f"  <software>{escape(angaben.software)}</software>"
    yield f"  <erstellt>{angaben.erstellt.astimezone(UTC).isoformat(timespec='seconds')}</erstellt>"
    yield "</vhn>"


def read_vhn(xml: bytes) -> VhnAngaben:
    """The values of a vhn.xml. `VhnUnreadable` for anything else, foreign shapes and hostile XML included."""
    root = _parse(xml)
    if root.tag != f"{{{NAMESPACE}}}vhn" or root.get("version") != "1":
        raise VhnUnreadable("the root element is another")
    expected = ["absender", "sichereUebermittlung", "dateien", "software", "erstellt"]
    if [_local(child) for child in root] != expected:
        raise VhnUnreadable("the elements are not those of a vhn.xml")
    absender, sicher, dateien, software, erstellt = root
    if [_local(child) for child in absender] != ["safeId", "rolle"]:
        raise VhnUnreadable("the sender is incomplete")
    return VhnAngaben(
        safe_id=_text(absender[0]),
        rolle=_text(absender[1]),
        sicher=_flag(sicher),
        dateien=tuple(_datei(element) for element in dateien),
        software=_text(software),
        erstellt=_moment(erstellt),
    )


def _parse(xml: bytes) -> etree._Element:
    if len(xml) > MAX_XML_BYTES:
        raise VhnUnreadable(f"larger than {MAX_XML_BYTES} bytes")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise VhnUnreadable(f"not well-formed XML: {error}") from error
    if root.getroottree().docinfo.doctype:
        raise VhnUnreadable("a document type declaration is not allowed")
    return root


def _local(element: etree._Element) -> str:
    name = etree.QName(element)
    return name.localname if name.namespace == NAMESPACE else ""


def _text(element: etree._Element) -> str:
    if len(element) or not element.text or not element.text.strip():
        raise VhnUnreadable(f"{_local(element)} has no plain text")
    return element.text


def _flag(element: etree._Element) -> bool:
    text = _text(element)
    if text not in ("true", "false"):
        raise VhnUnreadable("sichereUebermittlung is neither true nor false")
    return text == "true"


def _moment(element: etree._Element) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(element))
    except ValueError as error:
        raise VhnUnreadable("erstellt is no time") from error
    if moment.tzinfo is None:
        raise VhnUnreadable("erstellt has no offset")
    return moment.astimezone(UTC)


def _datei(element: etree._Element) -> VhnDatei:
    digest, length = element.get("sha256", ""), element.get("bytes", "")
    if _local(element) != "datei" or not _SHA256.fullmatch(digest) or not re.fullmatch(r"[0-9]{1,15}", length):
        raise VhnUnreadable("a file is listed without SHA-256 or length")
    name = _text(element)
    if len(name) > MAX_NAME:
        raise VhnUnreadable("a file name is too long")
    return VhnDatei(name, digest, int(length))
