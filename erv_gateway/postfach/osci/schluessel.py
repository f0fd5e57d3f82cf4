"""Keys of `certs` as OSCI wants them: the same operations, with OSCI's errors."""

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from certs.errors import AlgorithmRefused, CertsError
from certs.keys import KeyHandle
from certs.publickey import public_key
from osci.errors import LocalProtocolError, RemoteProtocolError, UnusableKey


class TransportKey:
    """`SigningKey` and `DecryptionKey` over a key handle. LocalProtocolError for kinds of keys OSCI does not use."""

    def __init__(self, key: KeyHandle) -> None:
        if not isinstance(public_key(key.certificate), rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
            raise LocalProtocolError("only RSA and EC keys are used in OSCI")
        self._key = key
        self.certificate = key.certificate

    def sign(self, data: bytes, algorithm: str) -> bytes:
        try:
            return self._key.sign(data, algorithm)
        except CertsError as error:
            raise LocalProtocolError(f"the key cannot sign: {error}") from error

    def unwrap(self, wrapped: bytes, *, algorithm: str, digest: str | None, mgf: str | None) -> bytes:
        """What does not open is the sender's fault (9202)."""
        try:
            return self._key.unwrap(wrapped, algorithm=algorithm, digest=digest, mgf=mgf)
        except AlgorithmRefused as error:
            raise RemoteProtocolError("9202", "key transport algorithm or its parameters unknown") from error
        except CertsError as error:
            raise UnusableKey("9202", "the wrapped key cannot be opened") from error
