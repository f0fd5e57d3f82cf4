"""Keys of the PKI folder in the shape OSCI wants them: what cannot be opened is the sender's mistake (9202)."""

from certs.keys import SoftKey as PkiKey
from osci.keys import SoftKey, soft_key


def osci_key(key: PkiKey) -> SoftKey:
    """Raises LocalProtocolError for anything but RSA and EC."""
    return soft_key(key.private_key, key.certificate)
