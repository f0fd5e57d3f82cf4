"""The algorithms of OSCI 1.2 (section 3.11): their URIs and what they mean. What may be used is said by a Policy."""

from dataclasses import dataclass
from typing import Literal

C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
BASE64 = "http://www.w3.org/2000/09/xmldsig#base64"
X509_DATA = "http://www.w3.org/2000/09/xmldsig#X509Data"

AES128_GCM = "http://www.w3.org/2009/xmlenc11#aes128-gcm"
AES192_GCM = "http://www.w3.org/2009/xmlenc11#aes192-gcm"
AES256_GCM = "http://www.w3.org/2009/xmlenc11#aes256-gcm"
AES128_CBC = "http://www.w3.org/2001/04/xmlenc#aes128-cbc"
AES192_CBC = "http://www.w3.org/2001/04/xmlenc#aes192-cbc"
AES256_CBC = "http://www.w3.org/2001/04/xmlenc#aes256-cbc"
TRIPLEDES_CBC = "http://www.w3.org/2001/04/xmlenc#tripledes-cbc"

RSA_OAEP = "http://www.w3.org/2009/xmlenc11#rsa-oaep"
RSA_1_5 = "http://www.w3.org/2001/04/xmlenc#rsa-1_5"
MGF1_SHA256 = "http://www.w3.org/2009/xmlenc11#mgf1sha256"
MGF1_SHA384 = "http://www.w3.org/2009/xmlenc11#mgf1sha384"
MGF1_SHA512 = "http://www.w3.org/2009/xmlenc11#mgf1sha512"

SHA1 = "http://www.w3.org/2000/09/xmldsig#sha1"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
SHA512 = "http://www.w3.org/2001/04/xmlenc#sha512"
SHA3_256 = "http://www.w3.org/2007/05/xmldsig-more#sha3-256"
SHA3_384 = "http://www.w3.org/2007/05/xmldsig-more#sha3-384"
SHA3_512 = "http://www.w3.org/2007/05/xmldsig-more#sha3-512"

RSA_SHA1 = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
RSA_SHA512 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"
PSS_SHA256 = "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1"
PSS_SHA512 = "http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1"
PSS_SHA3_256 = "http://www.w3.org/2007/05/xmldsig-more#sha3-256-rsa-MGF1"
PSS_SHA3_384 = "http://www.w3.org/2007/05/xmldsig-more#sha3-384-rsa-MGF1"
PSS_SHA3_512 = "http://www.w3.org/2007/05/xmldsig-more#sha3-512-rsa-MGF1"
ECDSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
ECDSA_SHA512 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512"

GCM_TAG_BYTES = 16
GCM_IV_BYTES = frozenset({12, 16})
GCM_IV_BYTES_WITHOUT_ELEMENT = 16
"""Section 3.11: without `osci128:IvLength` the IV has 16 bytes."""


@dataclass(frozen=True, slots=True)
class Symmetric:
    mode: Literal["gcm", "cbc", "3des"]
    key_bytes: int

    @property
    def block_bytes(self) -> int:
        return 8 if self.mode == "3des" else 16


@dataclass(frozen=True, slots=True)
class SignatureScheme:
    """How a SignatureValue is made: `digest` is the hashlib name."""

    family: Literal["rsa", "pss", "ecdsa"]
    digest: str


SYMMETRIC = {
    AES128_GCM: Symmetric("gcm", 16),
    AES192_GCM: Symmetric("gcm", 24),
    AES256_GCM: Symmetric("gcm", 32),
    AES128_CBC: Symmetric("cbc", 16),
    AES192_CBC: Symmetric("cbc", 24),
    AES256_CBC: Symmetric("cbc", 32),
    TRIPLEDES_CBC: Symmetric("3des", 24),
}
DIGESTS = {
    SHA1: "sha1",
    SHA256: "sha256",
    SHA512: "sha512",
    SHA3_256: "sha3_256",
    SHA3_384: "sha3_384",
    SHA3_512: "sha3_512",
}
"""URI to hashlib name. RIPEMD-160 is known to the standard but not offered by current OpenSSL."""
MGF_DIGESTS = {MGF1_SHA256: "sha256", MGF1_SHA384: "sha384", MGF1_SHA512: "sha512"}
SIGNATURES = {
    RSA_SHA1: SignatureScheme("rsa", "sha1"),
    RSA_SHA256: SignatureScheme("rsa", "sha256"),
    RSA_SHA512: SignatureScheme("rsa", "sha512"),
    PSS_SHA256: SignatureScheme("pss", "sha256"),
    PSS_SHA512: SignatureScheme("pss", "sha512"),
    PSS_SHA3_256: SignatureScheme("pss", "sha3_256"),
    PSS_SHA3_384: SignatureScheme("pss", "sha3_384"),
    PSS_SHA3_512: SignatureScheme("pss", "sha3_512"),
    ECDSA_SHA256: SignatureScheme("ecdsa", "sha256"),
    ECDSA_SHA512: SignatureScheme("ecdsa", "sha512"),
}
OUTDATED = frozenset(
    {AES128_CBC, AES192_CBC, AES256_CBC, TRIPLEDES_CBC, RSA_1_5, SHA1, RSA_SHA1},
)
"""Readable only under an explicit policy for old mail; named as a problem by `inspect` (chapter 9, no. 7)."""


def short_name(uri: str) -> str:
    """The part after `#`, for messages to people."""
    return uri.rpartition("#")[2] or uri
