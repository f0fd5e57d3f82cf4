"""What is acceptable. Reading and writing always need a Policy; dated decisions are made elsewhere and passed in."""

from dataclasses import dataclass, field

from osci import algorithms as a


@dataclass(frozen=True, slots=True)
class Choice:
    """What we use when we write. URIs of section 3.11; `iv_bytes` is the GCM IV length (12 or 16)."""

    symmetric: str = a.AES256_GCM
    key_transport: str = a.RSA_OAEP
    oaep_digest: str = a.SHA256
    oaep_mgf: str = a.MGF1_SHA256
    digest: str = a.SHA256
    rsa_signature: str = a.RSA_SHA256
    ecdsa_signature: str = a.ECDSA_SHA256
    iv_bytes: int = 12


_GCM = frozenset({a.AES128_GCM, a.AES192_GCM, a.AES256_GCM})
_SHA2_SHA3 = frozenset({a.SHA256, a.SHA512, a.SHA3_256, a.SHA3_384, a.SHA3_512})
_MGF = frozenset({a.MGF1_SHA256, a.MGF1_SHA384, a.MGF1_SHA512})
_SIGNATURES = frozenset(a.SIGNATURES) - a.OUTDATED


@dataclass(frozen=True, slots=True)
class Policy:
    """Sets of algorithm URIs that may be used (writing) or relied upon (reading).

    `require_signed` / `require_encrypted` speak of the transport layer. `min_rsa_bits` and `min_ec_bits` bind
    signature keys, `min_cipher_rsa_bits` the certificates that we wrap keys for. When reading, a signature outside the
    policy is never valid, only indeterminate, and encryption outside it is refused (9202); when writing, everything
    outside it is a LocalProtocolError.
    """

    name: str
    symmetric: frozenset[str] = _GCM
    key_transport: frozenset[str] = frozenset({a.RSA_OAEP})
    oaep_digests: frozenset[str] = _SHA2_SHA3
    oaep_mgfs: frozenset[str] = _MGF
    digests: frozenset[str] = _SHA2_SHA3
    signatures: frozenset[str] = _SIGNATURES
    require_signed: bool = True
    require_encrypted: bool = False
    min_rsa_bits: int = 2048
    min_ec_bits: int = 224
    min_cipher_rsa_bits: int = 2048
    choice: Choice = field(default_factory=Choice)


SENDING = Policy("sending", require_encrypted=True)
"""What we write and what we expect as answer in our own dialogs: GCM, OAEP, SHA-2/SHA-3, signed and encrypted."""

RECEIVING_NOW = Policy("receiving-now")
"""What we rely upon when a message reaches us today."""

READ_OLD_MAIL = Policy(
    "read-old-mail",
    symmetric=frozenset(a.SYMMETRIC),
    key_transport=frozenset({a.RSA_OAEP, a.RSA_1_5}),
    oaep_digests=_SHA2_SHA3 | {a.SHA1},
    digests=_SHA2_SHA3 | {a.SHA1},
    signatures=frozenset(a.SIGNATURES),
    require_signed=False,
    min_rsa_bits=1024,
)
"""Everything that can be read at all, CBC, RSA 1.5 and SHA-1 included: for the archive and for `inspect` only."""
