"""Watching certificates run out: one entry in the diagnostic log for each, every day from 90 days before."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from certs.ablauf import Ablauf, Ablaufstufe, expiry
from certs.certificate import fingerprint
from certs.lebenslauf import Schluesselzustand
from erv_gateway.protokollierung import logger
from erv_gateway.sendung.betrieb import Betrieb

ABLAUFWACHT: Final = "ablaufwacht"
ABSTAND: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hinweis:
    """`gegenstand`: whose certificate, as the settings call it."""

    gegenstand: str
    sha256: str
    ablauf: Ablauf


def describe_expiring(betrieb: Betrieb, at: datetime) -> Iterator[Hinweis]:
    """Keys in use and planned ones, courts and anchors; what is only kept for reading may run out."""
    for gegenstand, certificate in _certificates(betrieb):
        ablauf = expiry(certificate, at)
        if ablauf.stufe is not Ablaufstufe.FERN:
            yield Hinweis(gegenstand, fingerprint(certificate), ablauf)


def _certificates(betrieb: Betrieb) -> Iterator[tuple[str, bytes]]:
    for name, platz in betrieb.postfaecher.items():
        for eintrag in platz.schluessel:
            if eintrag.zustand in (Schluesselzustand.AKTIV, Schluesselzustand.GEPLANT):
                yield f"postfach.{name}.{eintrag.art}", eintrag.certificate
    for safe_id, gericht in betrieb.verzeichnis.items():
        yield f"verzeichnis.{safe_id}", gericht.empfaenger.cipher_certificate
    for anchor in betrieb.anchors.alle:
        yield f"anker.{anchor.zweck}", anchor.certificate


async def watch_expiry(betrieb: Betrieb) -> None:
    """Writes the log entries of today."""
    for hinweis in describe_expiring(betrieb, betrieb.uhr.jetzt()):
        stufe = hinweis.ablauf.stufe
        log = logger().error if stufe in (Ablaufstufe.SOFORT, Ablaufstufe.ABGELAUFEN) else logger().warning
        log(
            "zertifikat.laeuft-ab",
            gegenstand=hinweis.gegenstand.replace(" ", "_"),
            zustand=str(stufe),
            sha256=hinweis.sha256,
            anzahl=hinweis.ablauf.tage,
        )
