"""Reading CMS SignedData (RFC 5652 §5) into its raw parts: one `Signerteil` per signer, however many there are."""

from dataclasses import dataclass
from typing import Final

from erv_gateway.signatur.tlv import Tlv, TlvInvalid, oid, parse

MAX_CMS_BYTES: Final = 32 * 1024 * 1024  # ours; with embedded revocation lists a signature can have some MB
MAX_SIGNERS: Final = 64  # ours
MAX_CERTIFICATES: Final = 64  # ours

OID_SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
OID_DATA: Final = "1.2.840.113549.1.7.1"
OID_TST_INFO: Final = "1.2.840.113549.1.9.16.1.4"
OID_CONTENT_TYPE: Final = "1.2.840.113549.1.9.3"
OID_MESSAGE_DIGEST: Final = "1.2.840.113549.1.9.4"
OID_SIGNING_TIME: Final = "1.2.840.113549.1.9.5"
OID_SIGNING_CERTIFICATE: Final = "1.2.840.113549.1.9.16.2.12"
OID_SIGNING_CERTIFICATE_V2: Final = "1.2.840.113549.1.9.16.2.47"
OID_TIMESTAMP: Final = "1.2.840.113549.1.9.16.2.14"

_SEQUENCE, _SET, _OCTETS, _OCTETS_BER, _FIRST, _SECOND = 0x30, 0x31, 0x04, 0x24, 0xA0, 0xA1


@dataclass(frozen=True, slots=True)
class Signerteil:
    """One SignerInfo, raw. `signed` is the content of the signed attributes without header, None without them."""

    sid: Tlv
    digest_algorithm: Tlv
    signed: bytes | None
    signature_algorithm: Tlv
    signature: bytes
    signed_attributes: dict[str, tuple[Tlv, ...]]
    unsigned_attributes: dict[str, tuple[Tlv, ...]]


@dataclass(frozen=True, slots=True)
class SignedData:
    """`content` is the enclosed content; None when the signature is detached.

    `revocation`: the raw RevocationInfoChoices that came along (RFC 5652 §10.2.1).
    """

    content_type: str
    content: bytes | None
    certificates: tuple[bytes, ...]
    signers: tuple[Signerteil, ...]
    revocation: tuple[Tlv, ...] = ()


def read_signed_data(data: bytes) -> SignedData:
    """The parts of a CMS ContentInfo of type SignedData (DER or BER). `TlvInvalid` (a ValueError) when it is none."""
    if len(data) > MAX_CMS_BYTES:
        raise TlvInvalid(f"a CMS of {len(data)} bytes is larger than {MAX_CMS_BYTES}")
    outer = parse(data)
    if outer.tag != _SEQUENCE or oid(outer.child(0, 0x06)) != OID_SIGNED_DATA:
        raise TlvInvalid("not a CMS SignedData")
    fields = outer.child(1, _FIRST).child(0, _SEQUENCE).children()
    if len(fields) < 4 or [field.tag for field in fields[:3]] != [0x02, _SET, _SEQUENCE]:
        raise TlvInvalid("a SignedData without its fields")
    content_type, content = _content(fields[2])
    certificates = tuple(
        element.raw
        for field in fields[3:]
        if field.tag == _FIRST
        for element in field.children()
        if element.tag == 0x30
    )
    revocation = tuple(element for field in fields[3:-1] if field.tag == _SECOND for element in field.children())
    return SignedData(content_type, content, certificates[:MAX_CERTIFICATES], _signers(fields[-1]), revocation)


def _content(field: Tlv) -> tuple[str, bytes | None]:
    parts = field.children()
    if not parts:
        raise TlvInvalid("a content info without type")
    content = parts[1].children() if len(parts) > 1 else ()
    return oid(parts[0]), _octets(content[0]) if content else None


def _octets(element: Tlv) -> bytes:
    """An OCTET STRING; in BER it may come in pieces."""
    if element.tag == _OCTETS:
        return element.content
    if element.tag == _OCTETS_BER:
        return b"".join(_octets(piece) for piece in element.children())
    raise TlvInvalid("the content is no octet string")


def _signers(field: Tlv) -> tuple[Signerteil, ...]:
    if field.tag != _SET:
        raise TlvInvalid("a SignedData without a set of signers")
    elements = field.children()
    if len(elements) > MAX_SIGNERS:
        raise TlvInvalid(f"more than {MAX_SIGNERS} signers")
    return tuple(_signer(element) for element in elements)


def _signer(element: Tlv) -> Signerteil:
    fields = element.children()
    signed = next((field for field in fields if field.tag == _FIRST), None)
    unsigned = next((field for field in fields if field.tag == _SECOND), None)
    plain = [field for field in fields if field is not signed and field is not unsigned]
    if len(plain) != 5 or plain[2].tag != _SEQUENCE or plain[3].tag != _SEQUENCE:
        raise TlvInvalid("a SignerInfo without its fields")
    return Signerteil(
        sid=plain[1],
        digest_algorithm=plain[2],
        signed=None if signed is None else signed.content,
        signature_algorithm=plain[3],
        signature=_octets(plain[4]),
        signed_attributes=_attributes(signed),
        unsigned_attributes=_attributes(unsigned),
    )


def _attributes(field: Tlv | None) -> dict[str, tuple[Tlv, ...]]:
    """The values by type. A type that stands twice keeps all its values, and whoever needs exactly one sees that."""
    found: dict[str, tuple[Tlv, ...]] = {}
    for attribute in field.children() if field is not None else ():
        name = oid(attribute.child(0, 0x06))
        found[name] = found.get(name, ()) + attribute.child(1, _SET).children()
    return found
