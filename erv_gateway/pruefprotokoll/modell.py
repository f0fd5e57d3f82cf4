"""The Prüfprotokoll: what was checked and found, as values. Its JSON form is the source of truth of every report.

Field names are the keys of the JSON form; times are aware; nothing in here is ever green that was not checked.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from certs.urteil import Urteil

FORMAT: Final = "erv-pruefprotokoll/1"


class Ampel(StrEnum):
    """The three colours staff know from the justice system's own reports."""

    GRUEN = "gruen"
    GELB = "gelb"
    ROT = "rot"


_AMPEL: Final = {Urteil.GUELTIG: Ampel.GRUEN, Urteil.UNBESTIMMT: Ampel.GELB, Urteil.UNGUELTIG: Ampel.ROT}


def ampel_of(urteil: Urteil) -> Ampel:
    return _AMPEL[urteil]


@dataclass(frozen=True, slots=True)
class Bestandteil:
    """A file of the Nachricht. `name` is as it came; views make it harmless."""

    position: int
    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Schritt:
    """One line: what was looked at, the result, and the reason in German."""

    was: str
    ergebnis: Urteil
    begruendung: str


@dataclass(frozen=True, slots=True)
class XJustizmangel:
    regel: str
    schwere: str
    wo: str
    text: str
    quelle: str


@dataclass(frozen=True, slots=True)
class Zertifikat:
    """`inhaber` and `aussteller` are RFC 4514; `rolle` says for what it stands here."""

    rolle: str
    inhaber: str
    aussteller: str
    seriennummer: str
    gueltig_ab: datetime | None
    gueltig_bis: datetime | None
    sha256: str


@dataclass(frozen=True, slots=True)
class Stempel:
    zeitpunkt: datetime | None
    aussteller: str | None
    ergebnis: Urteil
    gruende: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sperrauskunft:
    """What is known of a revocation; `status` also says that it was not checked. `zertifikat`: SHA-256."""

    zertifikat: str
    inhaber: str
    status: str
    grund: str
    quelle: str
    stand: datetime | None
    gesperrt_am: datetime | None


@dataclass(frozen=True, slots=True)
class Signatur:
    """One signature with its verdict and everything the verdict rests on."""

    unterzeichner: str | None
    niveau: str
    ergebnis: Urteil
    gruende: tuple[str, ...]
    nach_signatur_geaendert: bool
    feld: str | None
    verfahren: str | None
    zeit_behauptet: datetime | None
    zeit_gewertet: datetime | None
    zeitgrundlage: str
    eingang: datetime | None
    zeitstempel: tuple[Stempel, ...]
    kette: tuple[Zertifikat, ...]
    anker: str | None
    sperrauskuenfte: tuple[Sperrauskunft, ...]
    qualifiziert: str
    qualifikation_grund: str


@dataclass(frozen=True, slots=True)
class Uebermittlungsweg:
    """How the Nachricht came: the result for its proof of origin, what that means in law, the transport's times.

    `eingang` is Creation of the ProcessCard, the legal time of receipt; `weitergeleitet` and `empfangen` are its
    Forwarding and Reception.
    """

    text: str
    vhn: str
    rechtsfolge: str
    gruende: tuple[str, ...] = ()
    unterzeichner: str | None = None
    postfachart: str | None = None
    absender: str | None = None
    absender_name: str | None = None
    betreff: str | None = None
    nachrichtentyp: str | None = None
    aktenzeichen_absender: str | None = None
    aktenzeichen_empfaenger: str | None = None
    eingang: datetime | None = None
    weitergeleitet: datetime | None = None
    empfangen: datetime | None = None
    signatur: Signatur | None = None
    """Of the proof of origin."""
    grundlage_sha256: str | None = None
    """SHA-256 of the Pruefgrundlage kept for repeating the check of the proof of origin."""


@dataclass(frozen=True, slots=True)
class Dateipruefung:
    """The signatures of one file: inside a PDF ("pdf"), beside it ("detached"), or around it ("enclosed").

    `signaturdatei` and `signatur_sha256`: name and digest of the file that holds a detached signature.
    """

    position: int
    art: str
    name: str
    sha256: str
    bytes: int
    signaturdatei: str | None
    signatur_sha256: str | None
    ergebnis: Urteil
    lesbar: bool
    gruende: tuple[str, ...]
    signaturen: tuple[Signatur, ...]
    grundlage_sha256: str | None
    """SHA-256 of the Pruefgrundlage (revocation data, trust state) kept for repeating the check."""


@dataclass(frozen=True, slots=True)
class Technik:
    """`original_*`: the delivery as it came, kept unchanged."""

    software: str
    message_id: str | None = None
    original_sha256: str | None = None
    original_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Pruefprotokoll:
    """`uebermittlungsweg` is None when files were checked on their own, outside of a Nachricht."""

    erstellt: datetime
    ergebnis: Urteil
    uebermittlungsweg: Uebermittlungsweg | None
    struktur: tuple[Bestandteil, ...]
    pruefungen: tuple[Schritt, ...]
    xjustiz: tuple[XJustizmangel, ...]
    signaturen: tuple[Dateipruefung, ...]
    zertifikate: tuple[Zertifikat, ...]
    technik: Technik

    @property
    def ampel(self) -> Ampel:
        return ampel_of(self.ergebnis)
