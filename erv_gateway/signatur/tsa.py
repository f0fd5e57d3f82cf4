"""A time stamp authority for the sandbox (RFC 3161): request in, response out."""

import hashlib
import secrets
from datetime import UTC, datetime
from typing import Final

from asn1crypto import algos, cms, core, tsp, x509
from pyhanko.sign.general import as_signing_certificate_v2

from certs.keys import KeyHandle
from certs.uris import Schema, signature_uri
from erv_gateway.signatur.tlv import der_header

MAX_REQUEST_BYTES: Final = 8 * 1024  # ours; a request has about 60 bytes
POLICY: Final = "2.999.3161"  # example arc: no real policy stands behind it
IMPRINTS: Final = {"sha256": 32, "sha384": 48, "sha512": 64}
SIGNING_DIGEST: Final = "sha512"
ACCURACY_SECONDS: Final = 1


class _Rejected(Exception):
    """Carries the PKIFailureInfo name of RFC 3161 §2.4.2."""


def timestamp_response(request_der: bytes, key: KeyHandle, now: datetime) -> bytes:
    """The TimeStampResp (DER, application/timestamp-reply) for a TimeStampReq, granted or rejected; never raises.

    `key` is an RSA key with a time stamping certificate, `now` is aware.
    """
    try:
        request = _parse(request_der)
    except _Rejected as rejection:
        return _rejection(str(rejection))
    info = _info(request, now)
    return bytes(
        tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": _token(info, key, request, now)}).dump()
    )


def _parse(request_der: bytes) -> tsp.TimeStampReq:
    if len(request_der) > MAX_REQUEST_BYTES:
        raise _Rejected("bad_data_format")
    try:
        request = tsp.TimeStampReq.load(request_der, strict=True)
        algorithm = request["message_imprint"]["hash_algorithm"]["algorithm"].native
        digest = request["message_imprint"]["hashed_message"].native
        wishes = (request["req_policy"].native, request["extensions"].native, request["cert_req"].native)
        request["nonce"].native  # noqa: B018 - asn1crypto parses on access
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _Rejected("bad_data_format") from error
    if algorithm not in IMPRINTS:
        raise _Rejected("bad_alg")
    if len(digest) != IMPRINTS[algorithm]:
        raise _Rejected("bad_data_format")
    if wishes[0] not in (None, POLICY):
        raise _Rejected("unaccepted_policy")
    if wishes[1]:
        raise _Rejected("unaccepted_extensions")
    return request


def _rejection(failure: str) -> bytes:
    """Without a token, which asn1crypto's own TimeStampResp insists on (RFC 3161 §2.4.2: it is optional)."""
    status = bytes(tsp.PKIStatusInfo({"status": "rejection", "fail_info": {failure}}).dump())
    return der_header(0x30, len(status)) + status


def _info(request: tsp.TimeStampReq, now: datetime) -> bytes:
    fields = {
        "version": "v1",
        "policy": POLICY,
        "message_imprint": request["message_imprint"],
        "serial_number": secrets.randbits(64),
        "gen_time": now.astimezone(UTC).replace(microsecond=0),
        "accuracy": {"seconds": ACCURACY_SECONDS},
    }
    if request["nonce"].native is not None:
        fields["nonce"] = request["nonce"]
    return bytes(tsp.TSTInfo(fields).dump())


def _token(info: bytes, key: KeyHandle, request: tsp.TimeStampReq, now: datetime) -> cms.ContentInfo:
    certificate = x509.Certificate.load(key.certificate)
    signed = _signed_attributes(info, certificate, now)
    digest = algos.DigestAlgorithm({"algorithm": SIGNING_DIGEST})
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier({"issuer_and_serial_number": _issuer_and_serial(certificate)}),
            "digest_algorithm": digest,
            "signature_algorithm": {"algorithm": f"{SIGNING_DIGEST}_rsa"},
            "signed_attrs": signed,
            "signature": key.sign(signed.dump(), signature_uri(Schema.RSA_PKCS1, SIGNING_DIGEST)),
        }
    )
    chain = [certificate, *(x509.Certificate.load(der) for der in key.chain)] if request["cert_req"].native else []
    data = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [digest],
            "encap_content_info": {"content_type": "tst_info", "content": cms.ParsableOctetString(info)},
            "certificates": chain,
            "signer_infos": [signer],
        }
    )
    return cms.ContentInfo({"content_type": "signed_data", "content": data})


def _signed_attributes(info: bytes, certificate: x509.Certificate, now: datetime) -> cms.CMSAttributes:
    values = {
        "content_type": "tst_info",
        "message_digest": hashlib.new(SIGNING_DIGEST, info).digest(),
        "signing_time": cms.Time({"utc_time": core.UTCTime(now.astimezone(UTC))}),
        "signing_certificate_v2": as_signing_certificate_v2(certificate),
    }
    return cms.CMSAttributes([cms.CMSAttribute({"type": kind, "values": [value]}) for kind, value in values.items()])


def _issuer_and_serial(certificate: x509.Certificate) -> cms.IssuerAndSerialNumber:
    return cms.IssuerAndSerialNumber({"issuer": certificate.issuer, "serial_number": certificate.serial_number})
