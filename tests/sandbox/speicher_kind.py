"""Stores deliveries until it is killed; names each one on stdout only after it was confirmed."""

import sys
from pathlib import Path

from sandbox_hilfe import START

from erv_gateway.sandbox.speicher import Speicher
from osci.certificates import Certificates
from osci.content import Part, StoredPackage
from osci.mailbox import StoredDelivery


def delivery(message_id: str) -> StoredDelivery:
    data = message_id.encode() * 5000
    part = Part("klage.pdf", "application/pdf", "binary", len(data), lambda: iter((data,)))
    return StoredDelivery(
        message_id, None, b"amt", b"gericht", Certificates(), (b"<x/>",), StoredPackage(b"<inhalt/>", (part, part))
    )


def main(folder: Path, prefix: str) -> None:
    speicher = Speicher(folder)
    for number in range(100_000):
        message_id = f"{prefix}-{number}"
        speicher.issue(message_id)
        if speicher.store(delivery(message_id), START):
            sys.stdout.write(f"{message_id}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
