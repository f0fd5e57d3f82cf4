"""From a verified trusted list to values: its state, its services with their history, its pointers to other lists."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lxml import etree

from erv_gateway.signatur.fehler import VertrauenslisteRefused
from erv_gateway.signatur.vertrauensdienst import Abschnitt, Dienstart, Listenstand, Vertrauensdienst, Zusatz
from erv_gateway.signatur.vertrauensliste_kriterien import UnknownCriteria, read_qualifications
from erv_gateway.signatur.vertrauensliste_xml import TSL, certificates, moment, name, text

MAX_SERVICES: Final = 20_000  # ours; all of Europe has some thousand
MAX_POINTERS: Final = 200  # ours; one per state and the list of lists itself
SVCTYPE: Final = "/Svctype/"
LOTL_TYPE: Final = "EUlistofthelists"
ADDITIONAL: Final = f"{TSL}AdditionalServiceInformation"
EXPIRED_INFO: Final = f"{TSL}ExpiredCertsRevocationInfo"
QUALIFICATIONS: Final = "{http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#}Qualifications"
UNVERSTANDEN: Final = "unverstanden"
"""Our status for a stretch of time with a critical extension that is not understood: it is never good."""


@dataclass(frozen=True, slots=True)
class Zeiger:
    """From the list of lists to a national one, or to itself: territory, address, who may sign it (DER)."""

    land: str
    url: str
    unterzeichner: tuple[bytes, ...]
    ist_lotl: bool


def read_stand(root: etree._Element, data: bytes) -> Listenstand:
    """`data`: the bytes of the whole file, for its SHA-256."""
    info = _scheme(root)
    number = text(info.find(f"{TSL}TSLSequenceNumber"))
    due = info.find(f"{TSL}NextUpdate/{TSL}dateTime")
    if not number.isdecimal() or len(number) > 9:
        raise VertrauenslisteRefused("the list has no sequence number")
    return Listenstand(
        land=territory(root),
        nummer=int(number),
        ausgestellt=moment(info.find(f"{TSL}ListIssueDateTime")),
        naechste=None if due is None else moment(due),
        sha256=hashlib.sha256(data).hexdigest(),
    )


def is_lotl(root: etree._Element) -> bool:
    return text(_scheme(root).find(f"{TSL}TSLType")).endswith(LOTL_TYPE)


def territory(root: etree._Element) -> str:
    return text(_scheme(root).find(f"{TSL}SchemeTerritory"))[:8]


def _scheme(root: etree._Element) -> etree._Element:
    info = root.find(f"{TSL}SchemeInformation")
    if info is None:
        raise VertrauenslisteRefused("the list says nothing of itself")
    return info


def read_pointers(root: etree._Element) -> tuple[Zeiger, ...]:
    found = list(_scheme(root).iterfind(f"{TSL}PointersToOtherTSL/{TSL}OtherTSLPointer"))
    return tuple(_pointer(one) for one in found[:MAX_POINTERS])


def _pointer(element: etree._Element) -> Zeiger:
    kinds = [text(one) for one in element.iter(f"{TSL}TSLType")]
    return Zeiger(
        land=text(next(element.iter(f"{TSL}SchemeTerritory"), None))[:8],
        url=text(element.find(f"{TSL}TSLLocation")),
        unterzeichner=tuple(certificates(element.find(f"{TSL}ServiceDigitalIdentities"))),
        ist_lotl=any(kind.endswith(LOTL_TYPE) for kind in kinds),
    )


def read_services(root: etree._Element) -> tuple[Vertrauensdienst, ...]:
    """The issuers of qualified certificates and the qualified time stamp services."""
    land, found = territory(root), []
    for provider in root.iterfind(f"{TSL}TrustServiceProviderList/{TSL}TrustServiceProvider"):
        anbieter = name(provider.find(f"{TSL}TSPInformation/{TSL}TSPName"))
        for service in provider.iterfind(f"{TSL}TSPServices/{TSL}TSPService"):
            found += list(_services(service, land, anbieter))
    if len(found) > MAX_SERVICES:
        raise VertrauenslisteRefused(f"the list has more than {MAX_SERVICES} services")
    return tuple(found)


def _services(service: etree._Element, land: str, anbieter: str) -> Iterator[Vertrauensdienst]:
    current = service.find(f"{TSL}ServiceInformation")
    art = None if current is None else _art(current)
    if current is None or art is None:
        return
    history = [one for one in service.iterfind(f"{TSL}ServiceHistory/{TSL}ServiceHistoryInstance") if _art(one) is art]
    entries = [current, *history]
    found = tuple(dict.fromkeys(der for one in entries for der in certificates(one.find(_IDENTITY))))
    if found:
        yield Vertrauensdienst(
            land, anbieter, name(current.find(f"{TSL}ServiceName")), art, found, tuple(_stretches(entries))
        )


_IDENTITY: Final = f"{TSL}ServiceDigitalIdentity"


def _art(element: etree._Element) -> Dienstart | None:
    _, _, kind = text(element.find(f"{TSL}ServiceTypeIdentifier")).partition(SVCTYPE)
    return Dienstart(kind) if kind in set(Dienstart) else None


def _stretches(entries: list[etree._Element]) -> Iterator[Abschnitt]:
    """Newest first; each status holds until the next one begins."""
    begun = [(moment(one.find(f"{TSL}StatusStartingTime")), one) for one in entries]
    until: datetime | None = None
    for start, entry in sorted(begun, key=lambda pair: pair[0], reverse=True):
        yield _stretch(entry, start, until)
        until = start


def _stretch(entry: etree._Element, start: datetime, until: datetime | None) -> Abschnitt:
    status = text(entry.find(f"{TSL}ServiceStatus")).rstrip("/").rpartition("/")[2]
    types: list[str] = []
    extra: list[Zusatz] = []
    for extension in entry.iterfind(f"{TSL}ServiceInformationExtensions/{TSL}Extension"):
        for child in extension.iterchildren(tag=etree.Element):
            try:
                _extension(child, types, extra)
            except UnknownCriteria:
                status = UNVERSTANDEN
            if child.tag not in (ADDITIONAL, QUALIFICATIONS, EXPIRED_INFO) and extension.get("Critical") == "true":
                status = UNVERSTANDEN
    return Abschnitt(status, start, until, tuple(types), tuple(extra))


def _extension(child: etree._Element, types: list[str], extra: list[Zusatz]) -> None:
    if child.tag == ADDITIONAL:
        kind = text(child.find(f"{TSL}URI")).rpartition("/")[2]
        types += [kind] if kind.startswith("For") else []
    elif child.tag == QUALIFICATIONS:
        extra += read_qualifications(child)
