"""The XML of trusted lists (ETSI TS 119 612): safe parsing, the signature, names and times."""

import base64
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from cryptography import x509
from lxml import etree
from signxml.exceptions import SignXMLException
from signxml.xades.xades import XAdESSignatureConfiguration, XAdESVerifier

from certs.certificate import load
from certs.errors import CertsError
from erv_gateway.kern.xml import XmlRefused, parse_xml
from erv_gateway.signatur.fehler import VertrauenslisteRefused

MAX_LIST_BYTES: Final = 32 * 1024 * 1024  # ours; the largest national lists have some MB
MAX_CERTIFICATES: Final = 200  # ours; per service

TSL: Final = "{http://uri.etsi.org/02231/v2#}"
EXTRA: Final = "{http://uri.etsi.org/02231/v2/additionaltypes#}"
SIE: Final = "{http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#}"
XADES: Final = "{http://uri.etsi.org/01903/v1.3.2#}"
ROOT: Final = f"{TSL}TrustServiceStatusList"


def read_list(data: bytes) -> etree._Element:
    """The root element, unverified. `VertrauenslisteRefused` for anything that is no trusted list."""
    try:
        root = parse_xml(data, what="Die Vertrauensliste", limit=MAX_LIST_BYTES)
    except XmlRefused as error:
        raise VertrauenslisteRefused(str(error)) from error
    if root.tag != ROOT:
        raise VertrauenslisteRefused("the file is no trusted list")
    return root


def verified_list(data: bytes, signers: Iterable[bytes]) -> etree._Element:
    """Exactly what one of `signers` (DER) signed, and nothing else of the file. `VertrauenslisteRefused` otherwise.

    A list is signed by the operator's certificate itself, pinned by the list above it: there is no chain to follow.
    """
    issued = moment(read_list(data).find(f"{TSL}SchemeInformation/{TSL}ListIssueDateTime"))
    reasons: list[str] = []
    for der in signers:
        try:
            certificate = load(der)
        except CertsError:
            continue
        if not certificate.not_valid_before_utc <= issued <= certificate.not_valid_after_utc:
            reasons.append("a certificate that was not valid when the list was issued")
            continue
        try:
            return _signed_root(data, certificate)
        except (SignXMLException, ValueError, TypeError, etree.LxmlError) as error:
            reasons.append(f"{type(error).__name__}: {error}")
    raise VertrauenslisteRefused(
        f"the list is signed by none of those who may: {'; '.join(reasons[:3]) or 'nobody may'}"
    )


def _signed_root(data: bytes, certificate: x509.Certificate) -> etree._Element:
    config = XAdESSignatureConfiguration(require_x509=True, expect_references=True)
    results = XAdESVerifier().verify(data, x509_cert=certificate, expect_config=config)
    for result in results:
        if result.signed_xml is not None and result.signed_xml.tag == ROOT:
            return read_list(bytes(result.signed_data))
    raise VertrauenslisteRefused("the signature does not cover the list")


def text(element: etree._Element | None) -> str:
    return "" if element is None or element.text is None else element.text.strip()


def name(element: etree._Element | None) -> str:
    """The German name, else the English, else the first."""
    names = [] if element is None else list(element.iterfind(f"{TSL}Name"))
    by_language = {one.get("{http://www.w3.org/XML/1998/namespace}lang", ""): text(one) for one in reversed(names)}
    return by_language.get("de") or by_language.get("en") or next(iter(by_language.values()), "")


def moment(element: etree._Element | None) -> datetime:
    """An XML dateTime; the standard wants UTC (§5.1.4). `VertrauenslisteRefused` when it is none."""
    try:
        found = datetime.fromisoformat(text(element))
    except ValueError as error:
        raise VertrauenslisteRefused("the list has a time that cannot be read") from error
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def certificates(identity: etree._Element | None) -> Iterator[bytes]:
    """The readable X.509 certificates of a digital identity, DER."""
    if identity is None:
        return
    for number, element in enumerate(identity.iter(f"{TSL}X509Certificate")):
        try:
            der = base64.b64decode("".join(text(element).split()), validate=True)
            load(der)
        except (ValueError, CertsError):
            continue
        if number < MAX_CERTIFICATES:
            yield der
