"""Keys in PKCS#11 tokens (HSM, smart card, SoftHSM): they sign and unwrap there and never leave."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import pkcs11
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from pkcs11 import MGF, Attribute, Mechanism, ObjectClass
from pkcs11 import exceptions as p11

from certs import uris
from certs.certificate import fingerprint
from certs.errors import AlgorithmRefused, CertsError, KeyInvalid
from certs.oaep import remove_oaep
from certs.publickey import public_key, verify_ecdsa
from certs.uris import Schema, Signaturverfahren
from erv_gateway.signatur.fehler import SchluesselInvalid
from erv_gateway.signatur.token import LOST, Token

_PKCS1: Final = MappingProxyType(
    {
        "sha256": Mechanism.SHA256_RSA_PKCS,
        "sha384": Mechanism.SHA384_RSA_PKCS,
        "sha512": Mechanism.SHA512_RSA_PKCS,
    }
)
_PSS: Final = MappingProxyType(
    {
        "sha256": (Mechanism.SHA256_RSA_PKCS_PSS, (Mechanism.SHA256, MGF.SHA256, 32)),
        "sha384": (Mechanism.SHA384_RSA_PKCS_PSS, (Mechanism.SHA384, MGF.SHA384, 48)),
        "sha512": (Mechanism.SHA512_RSA_PKCS_PSS, (Mechanism.SHA512, MGF.SHA512, 64)),
    }
)
_OAEP_HASH: Final = MappingProxyType(
    {"sha1": Mechanism.SHA_1, "sha256": Mechanism.SHA256, "sha384": Mechanism.SHA384, "sha512": Mechanism.SHA512}
)
_OAEP_MGF: Final = MappingProxyType(
    {"sha1": MGF.SHA1, "sha256": MGF.SHA256, "sha384": MGF.SHA384, "sha512": MGF.SHA512}
)
_UNKNOWN: Final = (p11.ArgumentsBad, p11.MechanismInvalid, p11.MechanismParamInvalid, p11.FunctionNotSupported)
"""What tokens say to OAEP with a hash they do not know."""


@dataclass(frozen=True, slots=True)
class Schluesselname:
    """A key in a token: by label, by id (hexadecimal), or both; with neither, the token has only one."""

    label: str | None = None
    kennung: str | None = None

    def criteria(self) -> dict[str, Any]:
        """Raises `SchluesselInvalid` when the id is not hexadecimal."""
        found: dict[str, Any] = {} if self.label is None else {"label": self.label}
        if self.kennung is not None:
            try:
                found["id"] = bytes.fromhex(self.kennung)
            except ValueError as error:
                raise SchluesselInvalid(f"the key id {self.kennung} is not hexadecimal") from error
        return found


class Pkcs11Key:
    """A `KeyHandle`: RSA (PSS, PKCS#1 v1.5, unwrapping) and ECDSA, as far as the token can.

    `certificate` (DER) and `chain` may be given; else the token's certificate of that name is taken.
    `SchluesselInvalid` when the key is missing or is not that of the certificate.
    """

    def __init__(
        self, token: Token, name: Schluesselname, certificate: bytes | None = None, chain: tuple[bytes, ...] = ()
    ) -> None:
        self._token = token
        self._criteria = name.criteria()
        self._found: tuple[pkcs11.Session, Any] | None = None
        self.certificate = certificate or token.use(self._read_certificate)
        self.chain = chain
        try:
            self._public = public_key(self.certificate)
            token.use(self._check_pair)
        except CertsError as error:
            raise SchluesselInvalid(f"{token.ort}: {error}") from error

    def __repr__(self) -> str:
        return f"Pkcs11Key({self._token.ort}, certificate {fingerprint(self.certificate)})"

    def sign(self, data: bytes, algorithm: str) -> bytes:
        """See `KeyHandle`. `SignierdienstFailed` when the token does not do it."""
        verfahren = uris.SIGNATURES.get(algorithm)
        if verfahren is None:
            raise AlgorithmRefused(f"the signature algorithm {algorithm} is not known")
        operation = self._operation(verfahren)
        return self._token.use(lambda session: operation(self._key(session), data))

    def _operation(self, verfahren: Signaturverfahren) -> Callable[[Any, bytes], bytes]:
        is_rsa = isinstance(self._public, rsa.RSAPublicKey)
        if is_rsa is (verfahren.schema is Schema.ECDSA):
            raise AlgorithmRefused(f"{verfahren.schema} does not fit the key")
        if verfahren.digest not in _PKCS1:
            raise AlgorithmRefused(f"tokens do not sign with {verfahren.digest}")
        if verfahren.schema is Schema.RSA_PKCS1:
            return lambda key, data: bytes(key.sign(data, mechanism=_PKCS1[verfahren.digest]))
        if verfahren.schema is Schema.RSA_PSS:
            mechanism, parameters = _PSS[verfahren.digest]
            return lambda key, data: bytes(key.sign(data, mechanism=mechanism, mechanism_param=parameters))
        return lambda key, data: bytes(
            key.sign(hashlib.new(verfahren.digest, data).digest(), mechanism=Mechanism.ECDSA)
        )

    def unwrap(self, wrapped: bytes, *, algorithm: str, digest: str | None, mgf: str | None) -> bytes:
        """See `KeyHandle`. `SignierdienstFailed` when the token is at fault and not the wrapped key."""
        if not isinstance(self._public, rsa.RSAPublicKey):
            raise KeyInvalid("only an RSA key can unwrap")
        if algorithm == uris.RSA_1_5:
            return self._token.use(lambda session: self._decrypt(session, wrapped, mechanism=Mechanism.RSA_PKCS))
        hash_name, mgf_name = uris.oaep_hashes(algorithm, digest, mgf)
        return self._token.use(lambda session: self._open_oaep(session, wrapped, hash_name, mgf_name))

    def _open_oaep(self, session: pkcs11.Session, wrapped: bytes, digest: str, mgf: str) -> bytes:
        if digest in _OAEP_HASH and mgf in _OAEP_MGF:
            parameters = (_OAEP_HASH[digest], _OAEP_MGF[mgf], None)
            try:
                return self._decrypt(session, wrapped, mechanism=Mechanism.RSA_PKCS_OAEP, mechanism_param=parameters)
            except _UNKNOWN:
                self._found = None
        return remove_oaep(self._decrypt(session, wrapped, mechanism=Mechanism.RSA_X_509), digest=digest, mgf=mgf)

    def _decrypt(self, session: pkcs11.Session, wrapped: bytes, **how: Any) -> bytes:
        """Tokens name a value that does not open in many ways; whether they still work is asked with another call."""
        key = self._key(session)
        try:
            return bytes(key.decrypt(wrapped, **how))
        except (*LOST, *_UNKNOWN):
            raise
        except p11.PKCS11Error as error:
            session.generate_random(64)
            raise KeyInvalid("the wrapped key does not open with this key") from error

    def _key(self, session: pkcs11.Session) -> Any:
        if self._found is None or self._found[0] is not session:
            key = session.get_key(object_class=ObjectClass.PRIVATE_KEY, **self._criteria)
            self._found = (session, key)
        return self._found[1]

    def _read_certificate(self, session: pkcs11.Session) -> bytes:
        wanted = {Attribute.CLASS: ObjectClass.CERTIFICATE}
        wanted |= {
            {"label": Attribute.LABEL, "id": Attribute.ID}[name]: value for name, value in self._criteria.items()
        }
        found = [bytes(one[Attribute.VALUE]) for one in session.get_objects(wanted)]
        if len(found) != 1:
            raise SchluesselInvalid(f"{self._token.ort} holds {len(found)} certificates of that name, not one")
        return found[0]

    def _check_pair(self, session: pkcs11.Session) -> None:
        key = self._key(session)
        if isinstance(self._public, rsa.RSAPublicKey):
            matches = int.from_bytes(key[Attribute.MODULUS]) == self._public.public_numbers().n
        elif isinstance(self._public, ec.EllipticCurvePublicKey):
            matches = _signs_for(key, self._public)
        else:
            raise KeyInvalid("tokens are used with RSA and elliptic curve keys")
        if not matches:
            raise KeyInvalid("the private key does not belong to the certificate")


def _signs_for(key: Any, public: ec.EllipticCurvePublicKey) -> bool:
    """A token shows no public point of a private key: a trial signature tells."""
    digest = hashlib.sha256(b"erv-gateway").digest()
    value = bytes(key.sign(digest, mechanism=Mechanism.ECDSA))
    return verify_ecdsa(public, value, digest, SHA256(), plain=True)
