"""The OSCI messages of a bundle: our StoreDelivery, the intermediary's two answers, our content containers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from erv_gateway.nachweis.befund import Mangel, only
from erv_gateway.nachweis.mimeteil import xml_part
from erv_gateway.nachweis.xmlbaum import (
    DS,
    OSCI,
    SOAP,
    XSI,
    Element,
    canonical,
    children,
    named,
    one,
    parse_xml,
    text_of,
)
from erv_gateway.nachweis.xmlbaum import sole_child as sole
from erv_gateway.nachweis.xmlsignatur import BASE64, C14N, XmlSignatur, decode_base64, parse_signatur

STORE_DELIVERY: Final = "StoreDelivery"
RESPONSE_TO_STORE_DELIVERY: Final = "ResponseToStoreDelivery"
RESPONSE_TO_FETCH_PROCESS_CARD: Final = "ResponseToFetchProcessCard"
_SCHEMA_TOKENS: Final = 6
_CID: Final = "cid:"


@dataclass(frozen=True, slots=True)
class _Rolle:
    """Which signature block, and where the certificate of its role stands (fact sheet 3.6)."""

    signature: str
    block: str
    certificate: str


_ORIGINATOR: Final = _Rolle("ClientSignature", "NonIntermediaryCertificates", "SignatureCertificateOriginator")
_INTERMEDIARY: Final = _Rolle("SupplierSignature", "IntermediaryCertificates", "SignatureCertificateIntermediary")


@dataclass(frozen=True, slots=True)
class OsciNachricht:
    """A message whose transport signature holds. `cids`: names of the attachments it covers."""

    header: Element
    body: Element
    cids: frozenset[str]

    def block(self, local: str) -> Element:
        return one(self.header, OSCI, local)


@dataclass(frozen=True, slots=True)
class Inhalt:
    """A container whose signature holds: SHA-256 (hex) of each attachment, bytes of each data content by Id."""

    dateien: Mapping[str, str]
    data: Mapping[str, bytes]


def read_umschlag(data: bytes, absender: x509.Certificate) -> OsciNachricht:
    """Our signed envelope. Raises Mangel."""
    return _read(parse_xml(data), STORE_DELIVERY, _ORIGINATOR, absender)


def read_answer(data: bytes, message_type: str, vermittler: x509.Certificate) -> OsciNachricht:
    """The intermediary's answer, MIME. Raises Mangel."""
    nachricht = _read(parse_xml(xml_part(data)), message_type, _INTERMEDIARY, vermittler)
    if nachricht.cids:
        raise Mangel("die Antwort unterschreibt Anhänge, die es nicht gibt")
    return nachricht


def read_inhalt(data: bytes, umschlag: OsciNachricht, absender: x509.Certificate) -> Inhalt:
    """One container as signed; the certificate is the originator's of the envelope. Raises Mangel."""
    container = parse_xml(data)
    signatures, contents = named(container, DS, "Signature"), named(container, OSCI, "Content")
    strange = len(children(container)) - len(signatures) - len(contents)
    if container.tag != f"{{{OSCI}}}ContentContainer" or strange:
        raise Mangel("kein unterschriebener Inhaltscontainer")
    signatur = parse_signatur(only(signatures, "Signatur des Inhalts"))
    certificate = one(umschlag.block(_ORIGINATOR.block), OSCI, _ORIGINATOR.certificate)
    if signatur.key_id != certificate.get("Id"):
        raise Mangel("die Signatur nennt ein anderes Zertifikat als das des Absenders")
    inhalt = _check_contents(signatur, contents)
    signatur.require_value(absender)
    return inhalt


def certificate_der(element: Element) -> bytes:
    """DER in a certificate element of a header block."""
    return decode_base64(text_of(sole(sole(element, DS, "X509Data"), DS, "X509Certificate")))


def decode_message_id(element: Element) -> str:
    """osci:MessageId: base64 of UTF-8 on the wire."""
    try:
        return decode_base64(text_of(element)).decode()
    except UnicodeDecodeError as error:
        raise Mangel("eine MessageId ist nicht lesbar") from error


def _read(root: Element, message_type: str, rolle: _Rolle, certificate: x509.Certificate) -> OsciNachricht:
    header, body = _envelope_parts(root, message_type)
    blocks = children(header)
    if [block.tag for block in blocks[:2]] != [f"{{{OSCI}}}ControlBlock", f"{{{OSCI}}}{rolle.signature}"]:
        raise Mangel("die Nachricht ist nicht unterschrieben")
    signatur = parse_signatur(only(children(blocks[1]), "Signatur"))
    cids = _check_coverage(signatur, [blocks[0], *blocks[2:], body])
    nachricht = OsciNachricht(header, body, cids)
    element = one(nachricht.block(rolle.block), OSCI, rolle.certificate)
    if signatur.key_id != element.get("Id"):
        raise Mangel("die Signatur nennt ein anderes Zertifikat als das ihrer Rolle")
    if certificate_der(element) != certificate.public_bytes(Encoding.DER):
        raise Mangel("das Zertifikat der Nachricht ist nicht das im Bündel")
    signatur.require_value(certificate)
    return nachricht


def _envelope_parts(root: Element, message_type: str) -> tuple[Element, Element]:
    tokens = (root.get(f"{{{XSI}}}schemaLocation") or "").split(" ")
    if len(tokens) != _SCHEMA_TOKENS or tokens[:2] != [SOAP, f"soap{message_type}.xsd"]:
        raise Mangel(f"keine Nachricht der Art {message_type}")
    parts = children(root)
    tags = [root.tag, *(part.tag for part in parts)]
    if tags != [f"{{{SOAP}}}{local}" for local in ("Envelope", "Header", "Body")]:
        raise Mangel("die Nachricht hat nicht genau einen Kopf und einen Rumpf")
    return parts[0], parts[1]


def _check_coverage(signatur: XmlSignatur, covered: list[Element]) -> frozenset[str]:
    """All blocks but the signature, the body and cid: parts, nothing else and nothing less."""
    expected = {f"#{element.get('Id') or ''}": element for element in covered}
    if "#" in expected or len(expected) != len(covered):
        raise Mangel("ein Teil der Nachricht hat keine eigene Id")
    cids = {uri for uri in signatur.verweise if uri.startswith(_CID)}
    if set(signatur.verweise) - cids != set(expected):
        raise Mangel("die Signatur umfasst nicht genau alle Teile der Nachricht")
    for uri, element in expected.items():
        signatur.require_digest(uri, C14N, canonical(element))
    if any(signatur.verweise[uri].transforms for uri in cids):
        raise Mangel("ein Anhang ist mit Umformung unterschrieben")
    return frozenset(uri.removeprefix(_CID) for uri in cids)


def _check_contents(signatur: XmlSignatur, contents: list[Element]) -> Inhalt:
    attachments = [content for content in contents if content.get("href") is not None]
    names = [_attachment_name(content) for content in attachments]
    data = dict(_base64_content(content) for content in contents if content.get("href") is None)
    expected = {f"#{identity}" for identity in data} | {f"#{content.get('Id')}" for content in attachments}
    complete = len(set(names)) == len(names) and len(expected) == len(contents)
    if not complete or set(signatur.verweise) != expected | {_CID + name for name in names}:
        raise Mangel("die Signatur umfasst nicht genau alle Inhalte")
    for content in attachments:
        signatur.require_digest(f"#{content.get('Id')}", C14N, canonical(content))
    for identity, octets in data.items():
        signatur.require_digest(f"#{identity}", BASE64, octets)
    return Inhalt({name: signatur.plain_sha256(_CID + name) for name in names}, data)


def _attachment_name(content: Element) -> str:
    href = content.get("href") or ""
    if not href.startswith(_CID) or children(content) or not content.get("Id"):
        raise Mangel("ein Anhang ist falsch benannt")
    return href.removeprefix(_CID)


def _base64_content(content: Element) -> tuple[str, bytes]:
    element = sole(content, OSCI, "Base64Content")
    identity = element.get("Id")
    if not identity:
        raise Mangel("ein Inhalt hat keine Id")
    return identity, decode_base64(text_of(element))
