"""Builds CMS signatures byte by byte, the way other programs write them: right, old-fashioned and wrong."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from asn1crypto import cms, core, tsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from pyhanko.sign.timestamps import TimeStamper

from certs.keys import KeyHandle, SoftKey
from erv_gateway.signatur.tlv import der_header, split
from erv_gateway.signatur.tsa import timestamp_response

PLAIN_ECDSA_SHA256 = "0.4.0.127.0.7.1.1.4.1.3"


def tlv(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return der_header(tag, len(content)) + content


def oid(dotted: str) -> bytes:
    return bytes(core.ObjectIdentifier(dotted).dump())


def algorithm(dotted: str, *, null: bool = False) -> bytes:
    return tlv(0x30, oid(dotted), b"\x05\x00" if null else b"")


SHA256 = algorithm("2.16.840.1.101.3.4.2.1")


@dataclass
class Bau:
    """One signer; change a field to get another kind of signature."""

    key: SoftKey
    content: bytes
    attributes: bool = True
    reverse_stored: bool = False
    plain: bool = False
    attribute_digest: bytes | None = None
    extra_attributes: list[bytes] = field(default_factory=list)

    def signer_info(self) -> bytes:
        certificate = x509.Certificate.load(self.key.certificate)
        sid = cms.IssuerAndSerialNumber({"issuer": certificate.issuer, "serial_number": certificate.serial_number})
        signed = self._attributes()
        to_sign = tlv(0x31, signed) if self.attributes else self.content
        stored = b"".join(reversed([one.raw for one in split(signed)])) if self.reverse_stored else signed
        return tlv(
            0x30,
            b"\x02\x01\x01",
            sid.dump(),
            SHA256,
            tlv(0xA0, stored) if self.attributes else b"",
            self._signature_algorithm(),
            tlv(0x04, self._sign(to_sign)),
        )

    def _attributes(self) -> bytes:
        digest = self.attribute_digest or hashlib.sha256(self.content).digest()
        parts = [
            tlv(0x30, oid("1.2.840.113549.1.9.3"), tlv(0x31, oid("1.2.840.113549.1.7.1"))),
            tlv(0x30, oid("1.2.840.113549.1.9.4"), tlv(0x31, tlv(0x04, digest))),
            *self.extra_attributes,
        ]
        return b"".join(sorted(parts))

    def _signature_algorithm(self) -> bytes:
        if isinstance(self.key.private_key, rsa.RSAPrivateKey):
            return algorithm("1.2.840.113549.1.1.11", null=True)
        return algorithm(PLAIN_ECDSA_SHA256 if self.plain else "1.2.840.10045.4.3.2")

    def _sign(self, data: bytes) -> bytes:
        key = self.key.private_key
        if isinstance(key, rsa.RSAPrivateKey):
            return key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        signature = key.sign(data, ec.ECDSA(hashes.SHA256()))
        if not self.plain:
            return signature
        r, s = decode_dss_signature(signature)
        width = (key.key_size + 7) // 8
        return r.to_bytes(width) + s.to_bytes(width)


def signed_data(
    *signers: Bau,
    enclosed: bytes | None = None,
    certificates: Sequence[bytes] | None = None,
    revocation: bytes = b"",
) -> bytes:
    """A SignedData with all signers and, unless told otherwise, their certificates and issuers."""
    if certificates is None:
        certificates = [der for signer in signers for der in (signer.key.certificate, *signer.key.chain[:1])]
    content = b"" if enclosed is None else tlv(0xA0, tlv(0x04, enclosed))
    body = tlv(
        0x30,
        b"\x02\x01\x01",
        tlv(0x31, SHA256),
        tlv(0x30, oid("1.2.840.113549.1.7.1"), content),
        tlv(0xA0, *dict.fromkeys(certificates)),
        tlv(0xA1, revocation) if revocation else b"",
        tlv(0x31, *(signer.signer_info() for signer in signers)),
    )
    return tlv(0x30, oid("1.2.840.113549.1.7.2"), tlv(0xA0, body))


class LocalTsa(TimeStamper):
    """The sandbox's authority without a network, at a time of the test's choice."""

    def __init__(self, key: KeyHandle, moment: datetime) -> None:
        super().__init__()
        self._key, self._moment = key, moment

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return tsp.TimeStampResp.load(timestamp_response(req.dump(), self._key, self._moment))
