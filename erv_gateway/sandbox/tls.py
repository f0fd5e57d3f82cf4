"""The intermediary over TLS as well, for who wants to try certificates and proxies: a second port, also on loopback."""

import ssl
from dataclasses import dataclass
from pathlib import Path

from erv_gateway.kern.fehler import KonfigurationInvalid


@dataclass(frozen=True, slots=True)
class TlsDienst:
    """PEM files. `client_ca_file`: only clients with a certificate from there are served. `port` 0: any free one."""

    cert_file: Path
    key_file: Path
    client_ca_file: Path | None = None
    port: int = 0

    def context(self) -> ssl.SSLContext:
        """Raises KonfigurationInvalid for files that do not serve."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            context.load_cert_chain(self.cert_file, self.key_file, password=b"")
            if self.client_ca_file is not None:
                context.load_verify_locations(self.client_ca_file)
                context.verify_mode = ssl.CERT_REQUIRED
        except (OSError, ValueError) as error:  # SSLError is an OSError
            raise KonfigurationInvalid(f"TLS of the sandbox: {error}", feld="tls") from error
        return context
