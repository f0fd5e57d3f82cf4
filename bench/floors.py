"""The work that no program can avoid, done by the same OpenSSL in the same process, and nothing around it."""

import hashlib
import os
from functools import partial
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import GCM

from bench.context import MIB
from bench.keys import Keys

_OAEP: Final = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
_PSS: Final = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
_SECRET: Final = bytes(32)


def build_floor(keys: Keys, size: int) -> None:
    """Fact sheet chapter 11, per attachment byte: 2 x GCM and 2 x SHA-256; two signatures, two wrapped keys."""
    for _ in range(2):
        _gcm(Cipher(AES(_SECRET), GCM(bytes(12))).encryptor(), size)
        _sha256(size)
        keys.sender.private.sign(_SECRET, _PSS, hashes.SHA256())
        keys.court.private.public_key().encrypt(_SECRET, _OAEP)


def read_floor(keys: Keys, size: int, wrapped: bytes, signature: bytes) -> None:
    """2 x GCM (the plaintext digest is taken in the one reading pass), 2 x SHA-256, two keys, two signatures."""
    for _ in range(2):
        _gcm(Cipher(AES(_SECRET), GCM(bytes(12), bytes(16))).decryptor(), size)
        _sha256(size)
        keys.court.private.decrypt(wrapped, _OAEP)
        keys.sender.private.public_key().verify(signature, _SECRET, _PSS, hashes.SHA256())


def read_floor_call(keys: Keys, size: int) -> "partial[None]":
    wrapped = keys.court.private.public_key().encrypt(_SECRET, _OAEP)
    return partial(read_floor, keys, size, wrapped, sign_floor(keys))


def sign_floor(keys: Keys) -> bytes:
    """One RSA-3072 PSS signature."""
    return keys.sender.private.sign(_SECRET, _PSS, hashes.SHA256())


def stored_floor(path: Path, block: bytes, count: int) -> None:
    """Hash and write `count` blocks and make them durable, with no other care."""
    digest = hashlib.sha256()
    with path.open("wb", buffering=0) as file:
        for _ in range(count):
            digest.update(block)
            file.write(block)
        os.fsync(file.fileno())


def _gcm(context: CipherContext, size: int) -> None:
    block = bytes(min(MIB, size))
    out = bytearray(len(block) + 15)
    for start in range(0, size, MIB):
        context.update_into(block[: size - start], out)


def _sha256(size: int) -> None:
    digest, block = hashlib.sha256(), bytes(min(MIB, size))
    for start in range(0, size, MIB):
        digest.update(block[: size - start])
