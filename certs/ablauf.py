"""Watching certificates run out: what must be told, and when (90, 30 and 7 days before)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from certs.certificate import facts


class Ablaufstufe(StrEnum):
    """From well to worst; the order of the members is that of urgency."""

    FERN = "fern"
    VORMERKEN = "vormerken"
    DRINGEND = "dringend"
    SOFORT = "sofort"
    ABGELAUFEN = "abgelaufen"


GRENZEN: Final = (
    (timedelta(0), Ablaufstufe.ABGELAUFEN),
    (timedelta(days=7), Ablaufstufe.SOFORT),
    (timedelta(days=30), Ablaufstufe.DRINGEND),
    (timedelta(days=90), Ablaufstufe.VORMERKEN),
)
"""A new certificate takes weeks: application, entry in the directory, switch, draining (ours)."""


@dataclass(frozen=True, slots=True)
class Ablauf:
    """`tage`: whole days left, negative when it is over."""

    stufe: Ablaufstufe
    gueltig_bis: datetime
    tage: int

    @property
    def satz(self) -> str:
        """One German sentence."""
        if self.stufe is Ablaufstufe.ABGELAUFEN:
            return f"Das Zertifikat ist am {self.gueltig_bis:%d.%m.%Y} abgelaufen."
        rest = "heute" if self.tage == 0 else "morgen" if self.tage == 1 else f"in {self.tage} Tagen"
        return f"Das Zertifikat läuft {rest} ab ({self.gueltig_bis:%d.%m.%Y})."


def expiry(certificate: bytes, at: datetime) -> Ablauf:
    """How long the certificate (DER) still lasts at the moment `at` (aware). `CertificateInvalid` when unreadable."""
    bis = facts(certificate).gueltig_bis
    rest = bis - at
    stufe = next((stufe for grenze, stufe in GRENZEN if rest <= grenze), Ablaufstufe.FERN)
    if rest == timedelta(0):
        stufe = Ablaufstufe.SOFORT  # the last second still counts (RFC 5280 §4.1.2.5)
    return Ablauf(stufe, bis, rest.days)
