"""What a delivery holds, said by its signed containers and not by our records."""

from erv_gateway.kern.fehler import ErvError
from erv_gateway.postfach.base import Teil, Vorbereitet
from erv_gateway.storage.blobs import BlobNotFound, Blobs
from osci.errors import OsciError
from osci.evidence import signed_attachments
from osci.policy import SENDING

MISSING = -1
"""Length of a file whose signed digest is not in the store: it compares with nothing."""


class BeweisBroken(ErvError):
    """Our own signed evidence does not hold: it was changed after signing."""

    code = "beweis-beschaedigt"


def signed_teile(vorbereitet: Vorbereitet, blobs: Blobs, certificate: bytes) -> tuple[Teil, ...]:
    """Blocking. Raises BeweisBroken."""
    uebertragen = {teil.name: teil.sha256_uebertragen for teil in vorbereitet.teile}
    teile: list[Teil] = []
    for inhalt in vorbereitet.inhalte:
        with blobs.open_file(inhalt.sha256) as file:
            record = file.read()
        try:
            digests = signed_attachments(record, certificate, SENDING)
        except OsciError as error:
            raise BeweisBroken(f"the signed container {inhalt.name} does not hold: {error}") from error
        teile += [
            Teil(name, _length(blobs, digest.hex()), digest.hex(), uebertragen.get(name, ""))
            for name, digest in digests.items()
        ]
    return tuple(teile)


def _length(blobs: Blobs, sha256: str) -> int:
    try:
        with blobs.open_file(sha256) as file:
            return file.seek(0, 2)
    except BlobNotFound:
        return MISSING
