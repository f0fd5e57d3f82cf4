"""Where a certificate says its revocation data and its issuer lie, and how to ask (RFC 5280 §4.2.2.1, RFC 6960)."""

from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtensionOID

from certs.certificate import load
from certs.crl import distribution_points

MAX_URLS: Final = 4  # ours; per kind and certificate
MAX_URL: Final = 2048


@dataclass(frozen=True, slots=True)
class Sperrquellen:
    """http(s) addresses in the order of the certificate; LDAP is not fetched. `nennt`: it names any source at all."""

    ocsp: tuple[str, ...]
    crl: tuple[str, ...]
    aussteller: tuple[str, ...]
    nennt: bool


def sources(certificate: bytes) -> Sperrquellen:
    """The addresses in a certificate (DER); `CertificateInvalid` when it cannot be read."""
    loaded = load(certificate)
    ocsp_urls = _access(loaded, AuthorityInformationAccessOID.OCSP)
    points = distribution_points(loaded)
    return Sperrquellen(
        ocsp=_web(ocsp_urls),
        crl=_web(points),
        aussteller=_web(_access(loaded, AuthorityInformationAccessOID.CA_ISSUERS)),
        nennt=bool(ocsp_urls) or _has(loaded, ExtensionOID.CRL_DISTRIBUTION_POINTS),
    )


def ocsp_request(certificate: bytes, issuer: bytes) -> bytes:
    """A request without nonce, so that answers can be cached (RFC 5019); SHA-1 only names the issuer."""
    builder = ocsp.OCSPRequestBuilder().add_certificate(load(certificate), load(issuer), hashes.SHA1())  # noqa: S303
    return builder.build().public_bytes(Encoding.DER)


def _access(certificate: x509.Certificate, method: x509.ObjectIdentifier) -> tuple[x509.GeneralName, ...]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(one.access_location for one in found if one.access_method == method)


def _has(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> bool:
    return any(extension.oid == oid for extension in certificate.extensions)


def _web(names: tuple[x509.GeneralName, ...]) -> tuple[str, ...]:
    urls = [name.value for name in names if isinstance(name, x509.UniformResourceIdentifier)]
    web = [url for url in urls if url.lower().startswith(("http://", "https://")) and len(url) <= MAX_URL]
    return tuple(dict.fromkeys(web))[:MAX_URLS]
