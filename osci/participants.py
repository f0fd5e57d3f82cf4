"""Certificate entries for everybody who signs or reads the content of a delivery (section 3.5)."""

from collections.abc import Iterable

from osci import certificates as c
from osci.certificates import CertificateEntry, Certificates
from osci.content import ContainerContent, ContentContainer, ContentPackage, EncryptedContainer, Package
from osci.types import Role, Use


def with_participants(certificates: Certificates, package: Package) -> Certificates:
    """`certificates` plus entries for readers and authors of the package that are not among them yet."""
    if not isinstance(package, ContentPackage):
        return certificates
    for use, der in _participants(package.items):
        if certificates.by_der(der, use) is None:
            number = len(certificates.entries)
            certificates += Certificates((_participant(use, der, number),))
    return certificates


def _participant(use: Use, der: bytes, number: int) -> CertificateEntry:
    role = Role.OTHER_AUTHOR if use is Use.SIGNATURE else Role.OTHER_READER
    return c.entry(role, use, der, number)


def _participants(items: Iterable[ContentContainer | EncryptedContainer]) -> Iterable[tuple[Use, bytes]]:
    for item in items:
        if isinstance(item, EncryptedContainer):
            yield from ((Use.CIPHER, reader) for reader in item.readers)
        container = item.container if isinstance(item, EncryptedContainer) else item
        yield from ((Use.SIGNATURE, signer.certificate) for signer in container.signers)
        nested = (content.container for content in container.contents if isinstance(content, ContainerContent))
        yield from _participants((*nested, *container.encrypted))
