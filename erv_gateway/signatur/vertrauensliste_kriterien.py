"""Qualifications in a trusted list: which qualifiers hold for which certificates (ETSI TS 119 612 §5.5.9.2)."""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from erv_gateway.signatur.vertrauensdienst import Kriterien, Zusatz
from erv_gateway.signatur.vertrauensliste_xml import EXTRA, SIE, XADES, text

MAX_DEPTH: Final = 8  # ours; real lists nest two deep
COMBINATIONS: Final = frozenset({"all", "atLeastOne", "none"})


class UnknownCriteria(ValueError):
    """Criteria that are not understood: whom they mean cannot be known."""


def read_qualifications(element: etree._Element) -> Iterator[Zusatz]:
    for one in element.iterfind(f"{SIE}QualificationElement"):
        qualifiers = [one_qualifier.get("uri", "") for one_qualifier in one.iterfind(f"{SIE}Qualifiers/{SIE}Qualifier")]
        criteria = one.find(f"{SIE}CriteriaList")
        if criteria is None:
            raise UnknownCriteria("a qualifier without criteria")
        yield Zusatz(tuple(uri.rpartition("/")[2] for uri in qualifiers), _criteria(criteria, 0))


def _criteria(element: etree._Element, depth: int) -> Kriterien:
    combination = element.get("assert", "all")
    if depth > MAX_DEPTH or combination not in COMBINATIONS:
        raise UnknownCriteria("criteria that are nested too deep or combined in an unknown way")
    other = [one for part in element.iterfind(f"{SIE}otherCriteriaList") for one in part.iterchildren(etree.Element)]
    if any(one.tag not in (f"{EXTRA}ExtendedKeyUsage", f"{EXTRA}CertSubjectDNAttribute") for one in other):
        raise UnknownCriteria("another criterion")
    return Kriterien(
        verknuepfung=combination,
        key_usage=tuple(_bits(one) for one in element.iterfind(f"{SIE}KeyUsage")),
        policies=tuple(_identifiers(one) for one in element.iterfind(f"{SIE}PolicySet")),
        extended_usages=tuple(_identifiers(one) for one in other if one.tag == f"{EXTRA}ExtendedKeyUsage"),
        namensteile=tuple(_identifiers(one) for one in other if one.tag == f"{EXTRA}CertSubjectDNAttribute"),
        unter=tuple(_criteria(one, depth + 1) for one in element.iterfind(f"{SIE}CriteriaList")),
    )


def _bits(element: etree._Element) -> tuple[tuple[str, bool], ...]:
    return tuple((bit.get("name", ""), text(bit) in ("true", "1")) for bit in element.iterfind(f"{SIE}KeyUsageBit"))


def _identifiers(element: etree._Element) -> tuple[str, ...]:
    found = [text(one).removeprefix("urn:oid:") for one in element.iter(f"{XADES}Identifier")]
    if not found or not all(found):
        raise UnknownCriteria("a criterion without identifiers")
    return tuple(found)
