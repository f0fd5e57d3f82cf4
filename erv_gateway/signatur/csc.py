"""Remote signatures by the API of the Cloud Signature Consortium: v1 (1.0.4) and v2 (2.0).

Only digests travel. All digests of a batch are authorised by one `credentials/authorize` and signed by one
`signatures/signHash`; every signature that comes back is verified before it is used, so a service that errs or mixes
up the order is noticed at once.
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp
from asn1crypto import algos
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from certs import uris
from certs.errors import AlgorithmRefused, CertsError
from certs.publickey import public_key, verify_ecdsa, verify_pkcs1, verify_pss
from certs.uris import Schema, Signaturverfahren
from erv_gateway.signatur.csc_http import Dienst, Verbindung, text, texts
from erv_gateway.signatur.fehler import SignierdienstFailed
from erv_gateway.signatur.mechanismus import DIGEST_BYTES, mechanism
from erv_gateway.signatur.passwort import read_password

MAX_CHAIN: Final = 20  # ours; certificates a service may send with a credential


@dataclass(frozen=True, slots=True)
class Ausweis:
    """The credential at the service: `pin_file` where it asks for one (a one-time password needs a person)."""

    credential_id: str
    pin_file: Path | None = None


class CscSigner:
    """A `RawSigner`; made by `open_csc`. This class speaks v1."""

    version = "v1"

    def __init__(
        self, dienst: Dienst, ausweis: Ausweis, certificate: bytes, chain: tuple[bytes, ...], most: int
    ) -> None:
        self._dienst = dienst
        self._ausweis = ausweis
        self.certificate = certificate
        self.chain = chain
        self._most = most
        self._public = public_key(certificate)

    async def sign_all(self, data: Sequence[bytes], algorithm: str) -> tuple[bytes, ...]:
        """See `RawSigner`. A batch that is larger than the credential allows needs one authorisation for each part."""
        verfahren = uris.SIGNATURES.get(algorithm)
        if verfahren is None or verfahren.digest not in DIGEST_BYTES:
            raise AlgorithmRefused(f"the signature algorithm {algorithm} is not known")
        digests = [hashlib.new(verfahren.digest, value).digest() for value in data]
        signatures: list[bytes] = []
        async with aiohttp.ClientSession() as session:
            verbindung = Verbindung(self._dienst, session)
            for start in range(0, len(digests), self._most):
                signatures += await self._sign(verbindung, digests[start : start + self._most], verfahren)
        return tuple(signatures)

    async def _sign(
        self, verbindung: Verbindung, digests: Sequence[bytes], verfahren: Signaturverfahren
    ) -> list[bytes]:
        encoded = [base64.b64encode(digest).decode("ascii") for digest in digests]
        oid = algos.DigestAlgorithmId(verfahren.digest).dotted
        granted = await verbindung.ask(self.path("credentials/authorize"), self.authorize_body(encoded, oid))
        body = self.sign_body(encoded, oid, text(granted, "SAD")) | _scheme(verfahren)
        answer = await verbindung.ask(self.path("signatures/signHash"), body)
        values = texts(answer, "signatures")
        if len(values) != len(digests):
            raise SignierdienstFailed(f"the signing service gave {len(values)} signatures for {len(digests)} digests")
        return [self._verified(value, digest, verfahren) for value, digest in zip(values, digests, strict=True)]

    def path(self, name: str) -> str:
        return f"/csc/{self.version}/{name}"

    def authorize_body(self, hashes: list[str], oid: str) -> dict[str, Any]:
        del oid
        body = {"credentialID": self._ausweis.credential_id, "numSignatures": len(hashes), "hash": hashes}
        return body | ({} if self._pin is None else {"PIN": self._pin})

    def sign_body(self, hashes: list[str], oid: str, sad: str) -> dict[str, Any]:
        return {"credentialID": self._ausweis.credential_id, "SAD": sad, "hash": hashes, "hashAlgo": oid}

    @property
    def _pin(self) -> str | None:
        return None if self._ausweis.pin_file is None else read_password(self._ausweis.pin_file)

    def _verified(self, value: str, digest: bytes, verfahren: Signaturverfahren) -> bytes:
        try:
            signature = self._plain(base64.b64decode(value, validate=True))
            good = self._holds(signature, digest, verfahren)
        except (binascii.Error, ValueError, CertsError) as error:
            raise SignierdienstFailed(f"the signing service gave no signature: {error}") from error
        if not good:
            raise SignierdienstFailed("the signing service gave a signature that is not that of the document")
        return signature

    def _plain(self, signature: bytes) -> bytes:
        """ECDSA comes as a DER pair (or, from some services, as r || s already)."""
        if not isinstance(self._public, ec.EllipticCurvePublicKey):
            return signature
        width = (self._public.curve.key_size + 7) // 8
        if len(signature) == 2 * width:
            return signature
        r, s = decode_dss_signature(signature)
        return r.to_bytes(width) + s.to_bytes(width)

    def _holds(self, signature: bytes, digest: bytes, verfahren: Signaturverfahren) -> bool:
        algorithm = uris.hash_algorithm(verfahren.digest)
        match verfahren.schema:
            case Schema.RSA_PKCS1:
                return verify_pkcs1(self._public, signature, digest, algorithm)
            case Schema.RSA_PSS:
                return verify_pss(self._public, signature, digest, algorithm, algorithm, len(digest))
            case Schema.ECDSA:
                return verify_ecdsa(self._public, signature, digest, algorithm, plain=True)


class CscSignerV2(CscSigner):
    """CSC API 2.0: other names, and an explicit synchronous mode (§11.5, §11.10)."""

    version = "v2"

    def authorize_body(self, hashes: list[str], oid: str) -> dict[str, Any]:
        body: dict[str, Any] = {
            "credentialID": self._ausweis.credential_id,
            "numSignatures": len(hashes),
            "hashes": hashes,
            "hashAlgorithmOID": oid,
        }
        return body | ({} if self._pin is None else {"authData": [{"id": "PIN", "value": self._pin}]})

    def sign_body(self, hashes: list[str], oid: str, sad: str) -> dict[str, Any]:
        return {
            "credentialID": self._ausweis.credential_id,
            "SAD": sad,
            "hashes": hashes,
            "hashAlgorithmOID": oid,
            "operationMode": "S",
        }


async def open_csc(dienst: Dienst, ausweis: Ausweis, *, version: int = 1) -> CscSigner:
    """The signer of a credential, with the certificate and chain that the service names (`credentials/info`).

    `version` is 1 or 2. Raises `SignierdienstFailed` when the service does not answer as it must.
    """
    kind = CscSignerV2 if version == 2 else CscSigner
    wanted = {"credentialID": ausweis.credential_id, "certificates": "chain", "certInfo": False}
    async with aiohttp.ClientSession() as session:
        answer = await Verbindung(dienst, session).ask(f"/csc/{kind.version}/credentials/info", wanted)
    certificates = _certificates(answer)
    try:
        return kind(dienst, ausweis, certificates[0], certificates[1:], _most(answer))
    except CertsError as error:
        raise SignierdienstFailed(f"the signing service named an unusable certificate: {error}") from error


def _certificates(answer: dict[str, Any]) -> tuple[bytes, ...]:
    named = answer.get("cert")
    values = texts(named if isinstance(named, dict) else {}, "certificates")
    if not 1 <= len(values) <= MAX_CHAIN:
        raise SignierdienstFailed(f"the signing service named {len(values)} certificates")
    try:
        return tuple(base64.b64decode(value, validate=True) for value in values)
    except binascii.Error as error:
        raise SignierdienstFailed("the signing service named certificates that are not base64") from error


def _most(answer: dict[str, Any]) -> int:
    """How many signatures one authorisation allows; a service that does not say allows one."""
    most = answer.get("multisign", 1)
    return most if isinstance(most, int) and most > 0 else 1


def _scheme(verfahren: Signaturverfahren) -> dict[str, str]:
    """signAlgo and, for PSS, its parameters (DER in base64)."""
    algorithm = mechanism(verfahren.schema, verfahren.digest)
    named = {"signAlgo": algorithm["algorithm"].dotted}
    if verfahren.schema is Schema.RSA_PSS:
        named["signAlgoParams"] = base64.b64encode(algorithm["parameters"].dump()).decode("ascii")
    return named
