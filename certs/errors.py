"""What this package refuses. Only `CertsError` and its children leave it, whatever the input."""


class CertsError(Exception):
    """Root of the package."""


class AnchorsInvalid(CertsError):
    """The anchors file, or a certificate it names, is not what it says."""


class CertificateInvalid(CertsError):
    """Bytes that should be an X.509 certificate are none that can be read."""


class KeyInvalid(CertsError):
    """A key cannot be opened, does not fit its certificate, or cannot do what it is asked for."""


class AlgorithmRefused(CertsError):
    """An algorithm or URI that is not known, or not allowed for this use at this time."""


class PkiInvalid(CertsError):
    """The description of a development PKI is incomplete or contradicts itself."""
