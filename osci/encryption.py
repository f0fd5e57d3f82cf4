"""XML encryption as OSCI uses it (sections 3.7, 3.10, 3.11): streams of IV || ciphertext || tag, wrapped keys."""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO, Protocol

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from osci import algorithms as a
from osci import base64text
from osci.c14n import escape_attribute as esc
from osci.constants import CHUNK_BYTES, DS, OSCI128, XENC, XENC11
from osci.errors import LocalProtocolError, RemoteProtocolError, invalid
from osci.keys import DecryptionKey, parse_certificate, transport_padding
from osci.policy import Policy
from osci.spool import Slice
from osci.xml import Element


class Digester(Protocol):
    """What hashlib's objects offer; several may be fed in the one pass over the plaintext."""

    def update(self, data: memoryview, /) -> None: ...


@dataclass(frozen=True, slots=True)
class Method:
    """An EncryptionMethod for bulk data: algorithm URI and length of the IV in bytes."""

    algorithm: str
    iv_bytes: int

    def overhead(self) -> int:
        """Bytes that encryption adds (GCM)."""
        return self.iv_bytes + a.GCM_TAG_BYTES


@dataclass(frozen=True, slots=True)
class Transport:
    """An EncryptionMethod for keys. `digest` and `mgf` are None with RSA 1.5."""

    algorithm: str
    digest: str | None
    mgf: str | None


@dataclass(frozen=True, slots=True)
class Secret:
    """A fresh session key with the IV for exactly one plaintext."""

    method: Method
    key: bytes
    iv: bytes


def failed(text: str) -> RemoteProtocolError:
    return RemoteProtocolError("9202", text)


def new_secret(policy: Policy) -> Secret:
    """Random key and IV for the algorithm that the policy chose; only GCM is ever written."""
    choice = policy.choice
    known = a.SYMMETRIC.get(choice.symmetric)
    if known is None or known.mode != "gcm" or choice.symmetric not in policy.symmetric:
        raise LocalProtocolError(f"policy {policy.name} does not allow to write with {choice.symmetric}")
    if choice.iv_bytes not in a.GCM_IV_BYTES:
        raise LocalProtocolError("a GCM IV has 12 or 16 bytes")
    method = Method(choice.symmetric, choice.iv_bytes)
    return Secret(method, secrets.token_bytes(known.key_bytes), secrets.token_bytes(choice.iv_bytes))


def encrypt(secret: Secret, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """IV || ciphertext || tag."""
    encryptor = Cipher(algorithms.AES(secret.key), modes.GCM(secret.iv)).encryptor()
    yield secret.iv
    for chunk in chunks:
        yield encryptor.update(chunk)
    yield encryptor.finalize() + encryptor.tag


def decrypt_bytes(method: Method, key: bytes, data: bytes) -> bytes:
    """Verified plaintext of a small value, RemoteProtocolError 9202 otherwise."""
    sink = _Collector()
    decrypt(method, key, (data,), sink)
    return b"".join(sink.parts)


def decrypt_to_spool(
    method: Method, key: bytes, chunks: Iterable[bytes], spool: BinaryIO, digesters: Iterable[Digester] = ()
) -> Slice:
    """Plaintext appended to the spool and released as Slice only after the GCM tag (or CBC padding) proved right."""
    start = spool.seek(0, 2)
    sink = _SpoolSink(spool, tuple(digesters))
    decrypt(method, key, chunks, sink)
    return Slice(spool, start, sink.length)


class Sink(Protocol):
    def write(self, data: memoryview) -> None: ...


class _Collector:
    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, data: memoryview) -> None:
        self.parts.append(bytes(data))


class _SpoolSink:
    def __init__(self, spool: BinaryIO, digesters: tuple[Digester, ...]) -> None:
        self._spool = spool
        self._digesters = digesters
        self.length = 0

    def write(self, data: memoryview) -> None:
        self._spool.write(data)
        for digester in self._digesters:
            digester.update(data)
        self.length += len(data)


def decrypt(method: Method, key: bytes, chunks: Iterable[bytes], sink: Sink) -> None:
    """Feeds the plaintext to `sink`. It must not be used before this returns; 9202 where tag or padding is wrong."""
    known = a.SYMMETRIC.get(method.algorithm)
    if known is None:
        raise failed(f"unknown encryption algorithm {method.algorithm}")
    if len(key) != known.key_bytes:
        raise failed("the session key has the wrong length for its algorithm")
    source = iter(chunks)
    iv, rest = _take(source, method.iv_bytes)
    try:
        if known.mode == "gcm":
            _decrypt_gcm(key, iv, rest, source, sink)
        else:
            _decrypt_cbc(known, key, iv, rest, source, sink)
    except (InvalidTag, ValueError, UnsupportedAlgorithm) as error:
        raise failed("decryption failed: the ciphertext was changed or the key is wrong") from error


def _take(source: Iterator[bytes], count: int) -> tuple[bytes, bytes]:
    head = b""
    for chunk in source:
        head += chunk
        if len(head) >= count:
            return head[:count], head[count:]
    raise failed("the ciphertext is shorter than its IV")


def _decrypt_gcm(key: bytes, iv: bytes, first: bytes, source: Iterator[bytes], sink: Sink) -> None:
    """The last 16 bytes seen so far are held back, since they may be the tag."""
    decryptor = Cipher(algorithms.AES(key), modes.GCM(iv)).decryptor()
    buffer = bytearray(CHUNK_BYTES + 16)
    tail = b""
    for chunk in chain((first,), source):
        if len(chunk) >= a.GCM_TAG_BYTES:
            _update(decryptor, tail, buffer, sink)
            _update(decryptor, memoryview(chunk)[: -a.GCM_TAG_BYTES], buffer, sink)
            tail = chunk[-a.GCM_TAG_BYTES :]
        else:
            joined = tail + chunk
            tail = joined[-a.GCM_TAG_BYTES :]
            _update(decryptor, joined[: len(joined) - len(tail)], buffer, sink)
    if len(tail) != a.GCM_TAG_BYTES:
        raise failed("the ciphertext is shorter than its tag")
    decryptor.finalize_with_tag(tail)


def _update(decryptor: CipherContext, data: bytes | memoryview, buffer: bytearray, sink: Sink) -> None:
    view = memoryview(buffer)
    for start in range(0, len(data), CHUNK_BYTES):
        count = decryptor.update_into(data[start : start + CHUNK_BYTES], buffer)
        sink.write(view[:count])


def _decrypt_cbc(
    known: a.Symmetric, key: bytes, iv: bytes, first: bytes, source: Iterator[bytes], sink: Sink
) -> None:
    cipher = TripleDES(key) if known.mode == "3des" else algorithms.AES(key)
    decryptor = Cipher(cipher, modes.CBC(iv)).decryptor()
    unpadder = PKCS7(known.block_bytes * 8).unpadder()
    sink.write(memoryview(unpadder.update(decryptor.update(first))))
    for chunk in source:
        sink.write(memoryview(unpadder.update(decryptor.update(chunk))))
    sink.write(memoryview(unpadder.update(decryptor.finalize()) + unpadder.finalize()))


# XML forms


def method_xml(method: Method) -> str:
    """EncryptionMethod; IvLength is written exactly when the IV has not 16 bytes (section 3.11)."""
    length = (
        f'<osci128:IvLength xmlns:osci128="{OSCI128}" Value="{method.iv_bytes}"></osci128:IvLength>'
        if method.iv_bytes != a.GCM_IV_BYTES_WITHOUT_ELEMENT
        else ""
    )
    return f'<xenc:EncryptionMethod Algorithm="{method.algorithm}">{length}</xenc:EncryptionMethod>'


def encrypted_key_xml(key: bytes, certificate: bytes, key_info: str, policy: Policy) -> str:
    """EncryptedKey for the RSA certificate; `key_info` is the content of its ds:KeyInfo."""
    choice = policy.choice
    if choice.key_transport != a.RSA_OAEP or a.RSA_OAEP not in policy.key_transport:
        raise LocalProtocolError("keys are wrapped with RSA-OAEP only")
    public = parse_certificate(certificate).key
    if not isinstance(public, rsa.RSAPublicKey):
        raise LocalProtocolError("a cipher certificate must hold an RSA key")
    wrapped = public.encrypt(key, transport_padding(choice.key_transport, choice.oaep_digest, choice.oaep_mgf))
    return (
        f'<xenc:EncryptedKey><xenc:EncryptionMethod Algorithm="{choice.key_transport}">'
        f'<xenc11:MGF xmlns:xenc11="{XENC11}" Algorithm="{choice.oaep_mgf}"></xenc11:MGF>'
        f'<ds:DigestMethod Algorithm="{choice.oaep_digest}"></ds:DigestMethod></xenc:EncryptionMethod>'
        f"<ds:KeyInfo>{key_info}</ds:KeyInfo><xenc:CipherData><xenc:CipherValue>"
        f"{base64text.encode_lines(wrapped)}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey>"
    )


def cipher_reference_xml(content_id: str) -> str:
    """The base64 Transform is always declared, whatever the transfer coding (chapter 9, no. 4)."""
    return (
        f'<xenc:CipherData><xenc:CipherReference URI="cid:{esc(content_id)}"><xenc:Transforms>'
        f'<ds:Transform Algorithm="{a.BASE64}"></ds:Transform></xenc:Transforms></xenc:CipherReference>'
        "</xenc:CipherData>"
    )


def parse_method(element: Element, policy: Policy) -> Method:
    """EncryptionMethod of bulk data; 9202 for what the policy does not allow. IvLength counts with GCM only."""
    algorithm = element.get("Algorithm") or ""
    known = a.SYMMETRIC.get(algorithm)
    if known is None or algorithm not in policy.symmetric:
        raise failed(f"encryption algorithm {algorithm!r} is not accepted ({policy.name})")
    if known.mode != "gcm":
        return Method(algorithm, known.block_bytes)
    given = element.child(OSCI128, "IvLength")
    value = (given.get("Value") or "") if given else str(a.GCM_IV_BYTES_WITHOUT_ELEMENT)
    if value not in {str(n) for n in a.GCM_IV_BYTES}:
        raise failed(f"GCM IV of {value!r} bytes is not accepted")
    return Method(algorithm, int(value))


def parse_transport(element: Element) -> Transport:
    """EncryptionMethod of a wrapped key."""
    algorithm = element.get("Algorithm") or ""
    if algorithm != a.RSA_OAEP:
        return Transport(algorithm, None, None)
    mgf, digest = element.child(XENC11, "MGF"), element.child(DS, "DigestMethod")
    return Transport(algorithm, digest.get("Algorithm") if digest else None, mgf.get("Algorithm") if mgf else None)


def unwrap(encrypted_key: Element, key: DecryptionKey, policy: Policy) -> bytes:
    """The session key out of an EncryptedKey element that is known to be for `key`."""
    transport = parse_transport(encrypted_key.need(XENC, "EncryptionMethod"))
    if transport.algorithm not in policy.key_transport:
        raise failed(f"key transport {transport.algorithm!r} is not accepted ({policy.name})")
    if transport.algorithm == a.RSA_OAEP and (
        transport.digest not in policy.oaep_digests or transport.mgf not in policy.oaep_mgfs
    ):
        raise failed("RSA-OAEP parameters are missing or not accepted")
    wrapped = base64text.decode(encrypted_key.need(XENC, "CipherData").need(XENC, "CipherValue").text())
    return key.unwrap(wrapped, algorithm=transport.algorithm, digest=transport.digest, mgf=transport.mgf)


def cipher_reference(encrypted_data: Element) -> str | None:
    """The content id a CipherReference points to, None where a CipherValue stands instead."""
    reference = encrypted_data.need(XENC, "CipherData").child(XENC, "CipherReference")
    if reference is None:
        return None
    uri = reference.get("URI") or ""
    if not uri.startswith("cid:") or len(uri) == len("cid:"):
        raise invalid("a CipherReference without cid")
    return uri[4:]
