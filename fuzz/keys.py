"""A key that opens everything with the same session key, so that a target reaches what lies behind the encryption."""

import base64
from collections.abc import Iterator
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from osci import constants as k
from osci.algorithms import AES256_GCM, MGF1_SHA256, RSA_OAEP, SHA256
from osci.encryption import cipher_reference_xml
from osci.layout import schema_location
from osci.mime import message_end, message_head, part_head
from osci.types import MessageType

DER: Final = b"stands for a certificate"
ATTACHMENT: Final = "a.pdf"
PDF: Final = b"%PDF-"
_SESSION_KEY: Final = bytes(32)
_IV: Final = bytes(12)
_READER: Final = "reader0_cipher_fuzz"


class FixedKey:
    """`osci.keys.DecryptionKey`."""

    certificate = DER

    def unwrap(self, wrapped: bytes, *, algorithm: str, digest: str | None, mgf: str | None) -> bytes:  # noqa: ARG002
        return _SESSION_KEY


def encrypted_container(plain: bytes) -> bytes:
    """An unsigned StoreDelivery with one encrypted container, whose plaintext is `plain`, and one attachment part."""
    value = base64.b64encode(_IV + AESGCM(_SESSION_KEY).encrypt(_IV, plain, None)).decode()
    return b"".join(_message(_envelope(value).encode()))


def with_carrier(container: bytes) -> bytes:
    """The container with the key of its attachment, as it stands inside an encrypted one (section 3.10)."""
    key = base64.b64encode(_SESSION_KEY).decode()
    carrier = (
        f'<xenc:EncryptedData Id="Attachment{ATTACHMENT}" MimeType="text/xml">{_method(AES256_GCM)}'
        f"<ds:KeyInfo><ds:MgmtData>{key}</ds:MgmtData></ds:KeyInfo>{cipher_reference_xml(ATTACHMENT)}"
        "</xenc:EncryptedData>"
    )
    end = b"</osci:ContentContainer>"
    return container.removesuffix(end) + carrier.encode() + end


def _message(envelope: bytes) -> Iterator[bytes]:
    first = (("Content-Type", "text/xml; charset=UTF-8"), ("Content-ID", "<osci@message>"))
    part = (("Content-Type", "a/b"), ("Content-Transfer-Encoding", "8-bit"), ("Content-ID", f"<{ATTACHMENT}>"))
    yield message_head("b") + part_head("b", first, first=True) + envelope
    yield part_head("b", part) + _IV + AESGCM(_SESSION_KEY).encrypt(_IV, PDF, None) + message_end("b")


def _envelope(value: str) -> str:
    certificate = base64.b64encode(DER).decode()
    entry = f"<ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data>"
    return (
        f'<soap:Envelope{k.NS5} xsi:schemaLocation="{schema_location(MessageType.STORE_DELIVERY)}"><soap:Header>'
        f'<osci:ControlBlock Id="c"{k.NEXT}></osci:ControlBlock>'
        f'<osci:storeDelivery Id="s"{k.NEXT}><osci:MessageId>MQ==</osci:MessageId></osci:storeDelivery>'
        f'<osci:NonIntermediaryCertificates Id="n"{k.NONE}><osci:CipherCertificateOtherReader Id="{_READER}">{entry}'
        "</osci:CipherCertificateOtherReader></osci:NonIntermediaryCertificates></soap:Header>"
        f'<soap:Body Id="body"><osci:ContentPackage><xenc:EncryptedData Id="e" MimeType="text/xml">'
        f"{_method(AES256_GCM)}<ds:KeyInfo><xenc:EncryptedKey>{_transport()}"
        f'<ds:KeyInfo><ds:RetrievalMethod URI="#{_READER}"></ds:RetrievalMethod></ds:KeyInfo>'
        f"{_cipher_value('AAAA')}</xenc:EncryptedKey></ds:KeyInfo>{_cipher_value(value)}</xenc:EncryptedData>"
        "</osci:ContentPackage></soap:Body></soap:Envelope>"
    )


def _method(algorithm: str) -> str:
    length = f'<osci128:IvLength xmlns:osci128="{k.OSCI128}" Value="{len(_IV)}"></osci128:IvLength>'
    return f'<xenc:EncryptionMethod Algorithm="{algorithm}">{length}</xenc:EncryptionMethod>'


def _transport() -> str:
    return (
        f'<xenc:EncryptionMethod Algorithm="{RSA_OAEP}"><xenc11:MGF xmlns:xenc11="{k.XENC11}" '
        f'Algorithm="{MGF1_SHA256}"></xenc11:MGF><ds:DigestMethod Algorithm="{SHA256}"></ds:DigestMethod>'
        "</xenc:EncryptionMethod>"
    )


def _cipher_value(value: str) -> str:
    return f"<xenc:CipherData><xenc:CipherValue>{value}</xenc:CipherValue></xenc:CipherData>"
