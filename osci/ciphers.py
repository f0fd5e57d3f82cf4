"""Bulk encryption as streams of IV || ciphertext || tag (section 3.11); plaintext is released only when verified."""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO, Protocol

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from osci import algorithms as a
from osci.constants import CHUNK_BYTES
from osci.errors import LocalProtocolError, RemoteProtocolError
from osci.policy import Policy
from osci.spool import Slice


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
    buffer = bytearray()
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
    missing = min(len(data), CHUNK_BYTES) + 16 - len(buffer)
    if missing > 0:
        buffer += bytes(missing)
    view = memoryview(buffer)
    for start in range(0, len(data), CHUNK_BYTES):
        count = decryptor.update_into(data[start : start + CHUNK_BYTES], buffer)
        sink.write(view[:count])


def _decrypt_cbc(known: a.Symmetric, key: bytes, iv: bytes, first: bytes, source: Iterator[bytes], sink: Sink) -> None:
    cipher = TripleDES(key) if known.mode == "3des" else algorithms.AES(key)
    decryptor = Cipher(cipher, modes.CBC(iv)).decryptor()
    unpadder = PKCS7(known.block_bytes * 8).unpadder()
    sink.write(memoryview(unpadder.update(decryptor.update(first))))
    for chunk in source:
        sink.write(memoryview(unpadder.update(decryptor.update(chunk))))
    sink.write(memoryview(unpadder.update(decryptor.finalize()) + unpadder.finalize()))
