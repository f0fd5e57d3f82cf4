"""XML forms of encryption (sections 3.7, 3.10, 3.11): methods, wrapped keys, references to encrypted parts."""

from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa

from osci import algorithms as a
from osci import base64text
from osci.c14n import escape_attribute as esc
from osci.ciphers import Method, failed
from osci.constants import DS, OSCI128, XENC, XENC11
from osci.errors import LocalProtocolError, OsciError, invalid
from osci.keys import DecryptionKey, public_key, transport_padding
from osci.policy import Policy
from osci.xml import Element

AES_256_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Transport:
    """An EncryptionMethod for keys. `digest` and `mgf` are None with RSA 1.5."""

    algorithm: str
    digest: str | None
    mgf: str | None


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
    if choice.oaep_digest not in policy.oaep_digests or choice.oaep_mgf not in policy.oaep_mgfs:
        raise LocalProtocolError(f"policy {policy.name} does not allow these parameters of RSA-OAEP")
    public = public_key(certificate)
    if not isinstance(public, rsa.RSAPublicKey):
        raise LocalProtocolError("a cipher certificate must hold an RSA key")
    if public.key_size < policy.min_cipher_rsa_bits:
        raise LocalProtocolError(f"policy {policy.name} does not allow to encrypt for so short a key")
    try:
        wrapped = public.encrypt(key, transport_padding(choice.key_transport, choice.oaep_digest, choice.oaep_mgf))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise LocalProtocolError("RSA-OAEP with these parameters, or with so short a key, is not possible") from error
    return (
        f'<xenc:EncryptedKey><xenc:EncryptionMethod Algorithm="{choice.key_transport}">'
        f'<xenc11:MGF xmlns:xenc11="{XENC11}" Algorithm="{choice.oaep_mgf}"></xenc11:MGF>'
        f'<ds:DigestMethod Algorithm="{choice.oaep_digest}"></ds:DigestMethod></xenc:EncryptionMethod>'
        f"<ds:KeyInfo>{key_info}</ds:KeyInfo><xenc:CipherData><xenc:CipherValue>"
        f"{base64text.encode_lines(wrapped)}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey>"
    )


def can_encrypt_for(certificate: bytes, policy: Policy) -> bool:
    """Whether an answer for this certificate (DER) could be sealed: readable, RSA, long enough."""
    try:
        encrypted_key_xml(bytes(AES_256_KEY_BYTES), certificate, "", policy)
    except OsciError:
        return False
    return True


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
