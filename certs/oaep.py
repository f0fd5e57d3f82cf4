"""Taking off the padding of RSA-OAEP (RFC 8017 §7.1.2) where a token only does the bare RSA operation.

SoftHSM and older devices know OAEP with SHA-1 alone; OSCI wraps with SHA-256. Every failure is told alike, so that the
sender of a forged key learns nothing from the answer (Manger's attack).
"""

import hashlib
import hmac

from certs.errors import KeyInvalid


def remove_oaep(block: bytes, *, digest: str, mgf: str) -> bytes:
    """The message in `block`, the result of the bare RSA operation at full length; the label is empty.

    `digest` and `mgf` are hash names ("sha256"). Raises `KeyInvalid`.
    """
    size = hashlib.new(digest).digest_size
    if len(block) < 2 * size + 2:
        raise KeyInvalid("the wrapped key does not open with this key")
    masked_seed, masked_data = block[1 : 1 + size], block[1 + size :]
    seed = _xor(masked_seed, _mgf1(masked_data, size, mgf))
    data = _xor(masked_data, _mgf1(seed, len(masked_data), mgf))
    end = data.find(1, size)
    good = block[0] == 0
    good &= hmac.compare_digest(data[:size], hashlib.new(digest).digest())
    good &= end >= 0 and not any(data[size:end])
    if not good:
        raise KeyInvalid("the wrapped key does not open with this key")
    return data[end + 1 :]


def _mgf1(seed: bytes, length: int, digest: str) -> bytes:
    """RFC 8017 appendix B.2.1."""
    size = hashlib.new(digest).digest_size
    blocks = (hashlib.new(digest, seed + number.to_bytes(4)).digest() for number in range(-(-length // size)))
    return b"".join(blocks)[:length]


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
