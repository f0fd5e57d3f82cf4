"""An OCSP response or a CRL from a file."""

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from certs.crl import MAX_CRL_BYTES
from certs.revocation import Beleg
from erv_gateway.signatur.fehler import PruefungRefused


def read_beleg(path: Path) -> Beleg:
    """DER or PEM; `PruefungRefused` when it is neither of the two."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_CRL_BYTES + 1)
    except OSError as error:
        raise PruefungRefused(f"{path.name} cannot be read: {error.strerror}") from error
    beleg = beleg_of(data)
    if beleg is None:
        raise PruefungRefused(f"{path.name} is neither an OCSP response nor a CRL")
    return beleg


def beleg_of(data: bytes) -> Beleg | None:
    """What it is, by trying; None when it is nothing of the kind, or too large."""
    if len(data) > MAX_CRL_BYTES:
        return None
    try:
        if data.lstrip().startswith(b"-----BEGIN"):
            return Beleg("crl", x509.load_pem_x509_crl(data).public_bytes(Encoding.DER))
        x509.load_der_x509_crl(data)
    except ValueError:
        pass
    else:
        return Beleg("crl", data)
    try:
        ocsp.load_der_ocsp_response(data)
    except ValueError:
        return None
    return Beleg("ocsp", data)
