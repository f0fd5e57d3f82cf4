"""What a proof bundle consists of (`docs/nachweis.md`): paths, limits, the parts to write, the result of a check."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from erv_gateway.kern.fehler import EingabeRefused, ErvError
from erv_gateway.kern.ids import MessageId, SendungId

FORMAT: Final = "erv-gateway-nachweis/1"

MANIFEST: Final = "nachweis.json"
LIESMICH: Final = "LIESMICH.txt"
PDF: Final = "nachweis.pdf"
XJUSTIZ: Final = "paket/xjustiz_nachricht.xml"
UMSCHLAG: Final = "uebergabe/umschlag.xml"
ANNAHME: Final = "quittung/annahme.osci"
LAUFZETTEL: Final = "quittung/laufzettel.osci"
VERMITTLER: Final = "zertifikate/vermittler.pem"
ABSENDER: Final = "zertifikate/absender.pem"
PROTOKOLL: Final = "protokoll/eintraege.jsonl"
AKTENPROTOKOLL: Final = "akte/aktenprotokoll.json"
ABDECKUNG: Final = "akte/abdeckung.json"
OPTIONAL: Final = (ANNAHME, AKTENPROTOKOLL, ABDECKUNG)
REQUIRED: Final = (LIESMICH, PDF, XJUSTIZ, UMSCHLAG, LAUFZETTEL, VERMITTLER, ABSENDER, PROTOKOLL)
INHALT: Final = re.compile(r"uebergabe/inhalt-([1-9][0-9]{0,2})\.xml")
KETTE: Final = re.compile(r"zertifikate/ketten/ca-[1-9][0-9]{0,2}\.pem")

XJUSTIZ_DATEINAME: Final = "xjustiz_nachricht.xml"
NOT_IN_XJUSTIZ: Final = frozenset({XJUSTIZ_DATEINAME, "vhn.xml", "vhn.xml.p7s"})
"""Attachments that the XJustiz message does not list: itself and the proof of origin."""

MAX_ENTRIES: Final = 1000
MAX_DIRECTORY_BYTES: Final = 2**20
"""1,000 entries of the names that occur take a tenth of it."""
MAX_ENTRY_BYTES: Final = 64 * 2**20
"""Twice the largest piece of evidence of a message of 1,000 documents; the documents are not in the bundle."""
MAX_TOTAL_BYTES: Final = 256 * 2**20


def inhalt_path(number: int) -> str:
    return f"uebergabe/inhalt-{number}.xml"


def kette_path(number: int) -> str:
    return f"zertifikate/ketten/ca-{number}.pem"


@dataclass(frozen=True, slots=True)
class GesendeteDatei:
    """One file of the delivery: `bytes` its size, `sha256` lower-case hex of its plaintext."""

    dateiname: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Protokolleintrag:
    """One log entry: number in the log, canonical bytes (`Ereignis.body()`), leaf hash."""

    seq: int
    body: bytes
    leaf_hash: bytes


@dataclass(frozen=True, slots=True)
class NachweisTeile:
    """Everything a bundle is made of; certificates in DER, `ketten` the certification authorities above both.

    `umschlag`: signed SOAP envelope of the StoreDelivery; `inhalte`: containers as signed, without key carriers;
    `annahme` and `laufzettel`: decrypted MIME bytes of the intermediary's answers (`annahme` None: answer was lost).
    `aktenprotokoll` and `abdeckung` (JSON): the history that travelled with a case file, and what went where.
    """

    sendung_id: SendungId
    eigene_nachrichten_id: str
    message_id: MessageId
    eingang: datetime
    empfaenger: str
    dateien: tuple[GesendeteDatei, ...]
    xjustiz: bytes
    umschlag: bytes
    inhalte: tuple[bytes, ...]
    annahme: bytes | None
    laufzettel: bytes
    vermittler: bytes
    absender: bytes
    ketten: tuple[bytes, ...]
    eintraege: tuple[Protokolleintrag, ...]
    created: datetime
    aktenprotokoll: bytes | None = None
    abdeckung: bytes | None = None


@dataclass(frozen=True, slots=True)
class GeschriebenerNachweis:
    sha256: str
    bytes: int


class NachweisUrteil(StrEnum):
    GUELTIG = "gueltig"
    UNBESTIMMT = "unbestimmt"
    UNGUELTIG = "ungueltig"


@dataclass(frozen=True, slots=True)
class Check:
    """One check: `ok` None when it cannot be decided; `text` German, for people."""

    name: str
    ok: bool | None
    text: str


@dataclass(frozen=True, slots=True)
class Pruefung:
    verdict: NachweisUrteil
    checks: tuple[Check, ...]
    hinweise: tuple[str, ...]


class NachweisRefused(ErvError):
    """These parts cannot become a bundle."""

    code = "nachweis-teile"


class NachweisUnreadable(EingabeRefused):
    """Not a proof bundle at all."""

    code = "nachweis-unlesbar"
