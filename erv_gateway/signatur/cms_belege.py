"""Revocation data and certificates that came inside a CMS (RFC 5652 §10.2.1, RFC 5940, EN 319 122-1, ISO 32000-2).

Taken out as bytes. Who made them and what they say of whom is judged where they are used; unreadable ones are left out.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from certs.revocation import Beleg
from erv_gateway.signatur.cms_lesen import SignedData, Signerteil
from erv_gateway.signatur.tlv import Tlv, der_header, oid

MAX_BELEGE: Final = 100  # ours; per signature
OID_RI_OCSP: Final = "1.3.6.1.5.5.7.16.2"
OID_REVOCATION_VALUES: Final = "1.2.840.113549.1.9.16.2.24"
OID_CERTIFICATE_VALUES: Final = "1.2.840.113549.1.9.16.2.23"
OID_ADBE_REVOCATION: Final = "1.2.840.113583.1.1.8"
_OCSP_BASIC: Final = bytes.fromhex("06092b0601050507300101")
_SEQUENCE, _OTHER, _FIRST, _SECOND = 0x30, 0xA1, 0xA0, 0xA1


@dataclass(frozen=True, slots=True)
class Beigaben:
    """What a check may draw on: revocation data, and certificates (DER) beyond those of the SignedData."""

    belege: tuple[Beleg, ...] = ()
    zertifikate: tuple[bytes, ...] = ()

    def __add__(self, other: "Beigaben") -> "Beigaben":
        return Beigaben(
            tuple(dict.fromkeys(self.belege + other.belege)), tuple(dict.fromkeys(self.zertifikate + other.zertifikate))
        )


def enclosed_data(data: SignedData, signer: Signerteil) -> Beigaben:
    belege = [*_of_choices(data.revocation), *_of_attributes(signer)]
    certificates = [
        element.raw
        for value in signer.unsigned_attributes.get(OID_CERTIFICATE_VALUES, ())
        for element in _children(value)
        if element.tag == _SEQUENCE
    ]
    return Beigaben(tuple(belege[:MAX_BELEGE]), tuple(certificates[:MAX_BELEGE]))


def _of_choices(choices: Iterable[Tlv]) -> Iterator[Beleg]:
    for choice in choices:
        if choice.tag == _SEQUENCE:
            yield Beleg("crl", choice.raw)
        elif choice.tag == _OTHER:
            parts = _children(choice)
            with suppress(ValueError):
                if len(parts) == 2 and oid(parts[0]) == OID_RI_OCSP:
                    yield Beleg("ocsp", parts[1].raw)


def _of_attributes(signer: Signerteil) -> Iterator[Beleg]:
    for value in signer.unsigned_attributes.get(OID_REVOCATION_VALUES, ()):
        for field in _children(value):
            yield from _tagged(field, basic=True)
    for value in signer.signed_attributes.get(OID_ADBE_REVOCATION, ()):
        for field in _children(value):
            yield from _tagged(field, basic=False)


def _tagged(field: Tlv, *, basic: bool) -> Iterator[Beleg]:
    """[0] CRLs, [1] OCSP; CAdES stores only the basic response, PDF the whole one."""
    for element in (inner for outer in _children(field) for inner in _children(outer)):
        if field.tag == _FIRST:
            yield Beleg("crl", element.raw)
        elif field.tag == _SECOND:
            yield Beleg("ocsp", whole_response(element.raw) if basic else element.raw)


def whole_response(basic: bytes) -> bytes:
    """An OCSPResponse around a BasicOCSPResponse, which stays as it is (RFC 6960 §4.2.1)."""
    content = _OCSP_BASIC + der_header(0x04, len(basic)) + basic
    inner = der_header(_SEQUENCE, len(content)) + content
    tagged = der_header(_FIRST, len(inner)) + inner
    body = b"\x0a\x01\x00" + tagged
    return der_header(_SEQUENCE, len(body)) + body


def _children(element: Tlv) -> tuple[Tlv, ...]:
    try:
        return element.children()
    except ValueError:
        return ()
