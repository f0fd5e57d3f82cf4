"""How moments and certificates stand in the database."""

import hashlib
from datetime import UTC, datetime


def moment_text(moment: datetime) -> str:
    """UTC with fixed length, so that the order of texts is the order of moments."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def fingerprint(certificate: bytes) -> str:
    return hashlib.sha256(certificate).hexdigest()
