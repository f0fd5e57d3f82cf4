"""Checking a time stamp token (RFC 3161 §2.4.2, RFC 5816): what it stamps, who stamped it, when."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from asn1crypto import tsp

from certs.algorithms import Eignung, Verwendung, rate
from certs.urteil import Urteil
from erv_gateway.signatur.cms_lesen import OID_TST_INFO, SignedData, read_signed_data
from erv_gateway.signatur.ergebnis import Signaturpruefung
from erv_gateway.signatur.inhalt import Inhalt
from erv_gateway.signatur.verfahren import DIGESTS

CLOCK_SKEW: Final = timedelta(minutes=5)  # ours


@dataclass(frozen=True, slots=True)
class Zeitstempel:
    """`zeitpunkt` is set only when the stamp is good in every respect; `behauptet` is what it says in any case."""

    urteil: Urteil
    gruende: tuple[str, ...]
    zeitpunkt: datetime | None = None
    behauptet: datetime | None = None
    tsa: str | None = None
    pruefung: Signaturpruefung | None = None
    """The check of the token's own signature, as far as it came to that."""


@dataclass(frozen=True, slots=True)
class Token:
    """A time stamp that stamps the right thing; who signed it is still to be checked."""

    signed_data: SignedData
    behauptet: datetime


def read_token(token: bytes, stamped: Inhalt, at: datetime) -> Token | Zeitstempel:
    """The token (a CMS ContentInfo) if it is one over `stamped` and not later than `at`; otherwise why it is not.

    Raises `ValueError` and its like on bytes that cannot be read.
    """
    data = read_signed_data(token)
    if data.content_type != OID_TST_INFO or data.content is None or len(data.signers) != 1:
        return Zeitstempel(Urteil.UNGUELTIG, ("Er ist kein Zeitstempel nach RFC 3161.",))
    info = tsp.TSTInfo.load(data.content, strict=True)
    behauptet = info["gen_time"].native.astimezone(UTC)
    name = DIGESTS.get(info["message_imprint"]["hash_algorithm"]["algorithm"].dotted, "")
    if not name or stamped.digest(name) != info["message_imprint"]["hashed_message"].native:
        return Zeitstempel(Urteil.UNGUELTIG, ("Er gehört zu einem anderen Inhalt.",), behauptet=behauptet)
    rating = rate(name, Verwendung.SIGNATUR, at)
    if rating.eignung is not Eignung.OK:
        return Zeitstempel(Urteil.UNBESTIMMT, (rating.grund,), behauptet=behauptet)
    if behauptet > at + CLOCK_SKEW:
        return Zeitstempel(Urteil.UNBESTIMMT, ("Er liegt nach dem Prüfzeitpunkt.",), behauptet=behauptet)
    return Token(data, behauptet)
