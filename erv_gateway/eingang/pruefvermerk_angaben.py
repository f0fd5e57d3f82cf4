"""The single statements of a Prüfvermerk, for its XML and its PDF."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Final

from certs.urteil import Urteil
from erv_gateway.kern.uhr import berlin
from erv_gateway.postfach.egvp import Visitenkarte
from erv_gateway.pruefprotokoll.ansicht import ERGEBNIS_TEXTE
from erv_gateway.pruefprotokoll.modell import Bestandteil, Dateipruefung, Pruefprotokoll
from erv_gateway.signatur.vhn_ergebnis import VhnErgebnis

SHA256_HINWEIS: Final = "SHA-256: "
MAX_FORMAT: Final = 8  # characters of an ending that are shown


@dataclass(frozen=True, slots=True)
class Vermerkangaben:
    """What the Prüfvermerk is made of. `empfaenger`: the mailbox the Nachricht came to."""

    protokoll: Pruefprotokoll
    absender: Visitenkarte | None
    empfaenger: Visitenkarte
    freitext: str
    erstellt: datetime


def uhrzeit(moment: datetime | None) -> str:
    """`29.10.2021, 10:20:53`: local time without a zone, as the justice system writes it."""
    return "" if moment is None else f"{berlin(moment):%d.%m.%Y, %H:%M:%S}"


def authentifiziert(protokoll: Pruefprotokoll) -> str:
    """Only a valid proof of origin authenticates the sender."""
    weg = protokoll.uebermittlungsweg
    return "ja" if weg is not None and weg.vhn == VhnErgebnis.GUELTIG else "nein"


def file_format(name: str) -> str:
    """The ending, as the sender gave it."""
    ending = PurePosixPath(name).suffix.removeprefix(".")
    return ending.upper() if ending.isascii() and ending.isalnum() and len(ending) <= MAX_FORMAT else ""


def karte_of(karte: Visitenkarte | None) -> Iterator[tuple[str, str]]:
    """Fields of a business card in the names of visitenkarte.xml."""
    if karte is None:
        return
    yield "Organisation", karte.organisation
    yield "Strasse", karte.strasse
    yield "Hausnummer", karte.hausnummer
    yield "Postleitzahl", karte.postleitzahl
    yield "Ort", karte.ort
    yield "Bundesland", karte.bundesland
    yield "Nutzer_ID", karte.nutzer_id
    yield "Rollen_ID", karte.rolle


def signatur_hinweis(protokoll: Pruefprotokoll, datei: Bestandteil) -> str:
    return " ".join(_satz(one) for one in _pruefungen(protokoll, datei))


def fehlermeldung(protokoll: Pruefprotokoll, datei: Bestandteil) -> str:
    """The reasons of what is red; empty for everything else."""
    signaturen = (signatur for one in _pruefungen(protokoll, datei) for signatur in one.signaturen)
    rote = (signatur for signatur in signaturen if signatur.ergebnis is Urteil.UNGUELTIG)
    return " ".join(dict.fromkeys(grund for signatur in rote for grund in signatur.gruende))


def _pruefungen(protokoll: Pruefprotokoll, datei: Bestandteil) -> list[Dateipruefung]:
    gleiche = [one for one in protokoll.signaturen if one.position == datei.position]
    return [one for one in gleiche if one.signaturen or not one.lesbar]


def _satz(one: Dateipruefung) -> str:
    return f"Signatur: {ERGEBNIS_TEXTE[one.ergebnis]}."
