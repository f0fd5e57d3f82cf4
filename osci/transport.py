"""Transport encryption, section 3.7: the complete inner MIME message as one encrypted MIME part."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from osci import base64text
from osci import constants as k
from osci.built import Built, new_boundary
from osci.ciphers import Method, Secret, encrypt, failed, new_secret
from osci.constants import DS, SOAP, XENC
from osci.encryption import (
    cipher_reference,
    cipher_reference_xml,
    encrypted_key_xml,
    method_xml,
    parse_method,
    parse_transport,
    unwrap,
)
from osci.errors import RemoteProtocolError, invalid
from osci.keys import DecryptionKey
from osci.layout import schema_location
from osci.mime import message_end, message_head, part_head
from osci.policy import Policy
from osci.types import MessageType
from osci.xml import Element

_CONTENT_ID = "osci_enc"
_DECLARATIONS = f' xmlns:ds="{DS}" xmlns:soap="{SOAP}" xmlns:xenc="{XENC}" xmlns:xsi="{k.XSI}"'


@dataclass(frozen=True, slots=True)
class TransportEncryption:
    """How a message was encrypted in transport. `recipient` is the DER certificate the key was wrapped for."""

    present: bool = False
    symmetric: str | None = None
    key_transport: str | None = None
    oaep_digest: str | None = None
    oaep_mgf: str | None = None
    iv_bytes: int | None = None
    recipient: bytes | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """What is needed to decrypt the second part: its Content-ID, the method and the session key."""

    content_id: str
    method: Method
    key: bytes
    encryption: TransportEncryption


def seal(built: Built, recipient_certificate: bytes, policy: Policy) -> Built:
    """`built`, encrypted for the holder of the certificate (DER, RSA). Chunks can be replayed with identical bytes."""
    secret = new_secret(policy)
    boundary = new_boundary()
    xml = k.XML_DECLARATION + _envelope(secret, recipient_certificate, policy).encode()
    head = message_head(boundary) + part_head(boundary, _xml_headers(len(xml)), first=True) + xml + b"\r\n"
    head += part_head(boundary, _BINARY_HEADERS)
    end = message_end(boundary)
    length = len(head) + secret.method.overhead() + built.length + len(end)

    def chunks() -> Iterator[bytes]:
        yield head
        yield from encrypt(secret, built.chunks())
        yield end

    return Built(length, chunks, built.envelope, built.record)


_BINARY_HEADERS = (
    ("Content-Type", "application/octet-stream"),
    ("Content-Transfer-Encoding", "binary"),
    ("Content-ID", f"<{_CONTENT_ID}>"),
)


def _xml_headers(length: int) -> tuple[tuple[str, str], ...]:
    return (
        ("Content-Type", "text/xml; charset=UTF-8"),
        ("Content-Transfer-Encoding", "8bit"),
        ("Content-ID", "<osci@message>"),
        ("Content-Length", str(length)),
    )


def _envelope(secret: Secret, certificate: bytes, policy: Policy) -> str:
    der = base64text.encode_lines(certificate)
    key_info = f"<ds:X509Data><ds:X509Certificate>{der}</ds:X509Certificate></ds:X509Data>"
    return (
        f'<soap:Envelope{_DECLARATIONS} xsi:schemaLocation="{schema_location(MessageType.ENCRYPTED)}"><soap:Body>'
        f'<xenc:EncryptedData MimeType="Multipart/Related">{method_xml(secret.method)}'
        f"<ds:KeyInfo>{encrypted_key_xml(secret.key, certificate, key_info, policy)}</ds:KeyInfo>"
        f"{cipher_reference_xml(_CONTENT_ID)}</xenc:EncryptedData></soap:Body></soap:Envelope>"
    )


# opening


def describe(body: Element) -> TransportEncryption:
    """What the envelope says about itself, without any key; unknown algorithms are shown as they stand."""
    data = body.need(XENC, "EncryptedData")
    key = _encrypted_key(data)
    transport = parse_transport(key.need(XENC, "EncryptionMethod"))
    return TransportEncryption(
        present=True,
        symmetric=data.need(XENC, "EncryptionMethod").get("Algorithm"),
        key_transport=transport.algorithm,
        oaep_digest=transport.digest,
        oaep_mgf=transport.mgf,
        recipient=_recipient(key),
    )


def open_transport(body: Element, keys: Sequence[DecryptionKey], policy: Policy) -> Opening:
    """Session key for the encrypted part. 9200: no key for that certificate; 9202: everything cryptographic."""
    data = body.need(XENC, "EncryptedData")
    method = parse_method(data.need(XENC, "EncryptionMethod"), policy)
    encryption = describe(body)
    key = next((key for key in keys if key.certificate == encryption.recipient), None)
    if key is None:
        raise RemoteProtocolError("9200", "the message is encrypted for a certificate whose key is not here")
    content_id = cipher_reference(data)
    if content_id is None:
        raise failed("the encrypted message has no CipherReference")
    session_key = unwrap(_encrypted_key(data), key, policy)
    return Opening(content_id, method, session_key, replace(encryption, iv_bytes=method.iv_bytes))


def _encrypted_key(data: Element) -> Element:
    """Only the first EncryptedKey is looked at (section 3.7)."""
    found = data.need(DS, "KeyInfo").all(XENC, "EncryptedKey")
    if not found:
        raise invalid("EncryptedKey is missing")
    return found[0]


def _recipient(key: Element) -> bytes:
    info = key.need(DS, "KeyInfo").need(DS, "X509Data")
    return base64text.decode(info.need(DS, "X509Certificate").text())
