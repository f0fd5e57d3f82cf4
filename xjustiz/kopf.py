"""The nachrichtenkopf (sheet §2.2), in one shape for 3.5.1, 3.6.2 and 4.0.0."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from xjustiz.codes import Code
from xjustiz.fehler import WertInvalid
from xjustiz.werte import Uuid


class StelleArt(StrEnum):
    """Verbatim element names of the choices auswahl_kommunikationspartner and Type.GDS.Behoerde."""

    GERICHT = "gericht"
    SONSTIGE = "sonstige"
    RVTRAEGER = "rvTraeger"
    POLIZEIBEHOERDE = "polizeibehoerde"
    FINANZBEHOERDE = "finanzbehoerde"
    KREDITINSTITUT = "kreditinstitut"
    BETEILIGTER = "beteiligter"


_TEXT = frozenset({StelleArt.SONSTIGE, StelleArt.BETEILIGTER})


@dataclass(frozen=True, slots=True)
class Stelle:
    """A court, authority or other body. `angabe` is a speaking name (sonstige), the number of a party (beteiligter),
    else a `Code`. Courts and public prosecutors are both "gericht"."""

    art: StelleArt
    angabe: Code | str

    def __post_init__(self) -> None:
        if isinstance(self.angabe, str) is not (self.art in _TEXT):
            raise WertInvalid(f"{self.art.value} needs {'a text' if self.art in _TEXT else 'a code'}")

    @classmethod
    def gericht(cls, code: Code) -> "Stelle":
        return cls(StelleArt.GERICHT, code)

    @classmethod
    def sonstige(cls, name: str) -> "Stelle":
        """A body without a code list: its speaking name, never a SAFE-ID."""
        return cls(StelleArt.SONSTIGE, name)


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner of the communication, optionally tied to an Instanz or a Rolle of the Grunddaten."""

    stelle: Stelle
    routing: str | None = None
    """routingInformationAusSafeverzeichnis: off limits for authorities at present."""
    instanznummer: str | None = None
    rollennummer: str | None = None


class OhneAktenzeichen(StrEnum):
    """The recipient's file number when there is none: verbatim element names."""

    NEU = "aktenzeichen.neu"
    UNBEKANNT = "aktenzeichen.unbekannt"


@dataclass(frozen=True, slots=True)
class Unterzeichner:
    """einfacheSignaturUnterzeichner (4.0.0): the typed name standing as simple signature."""

    einfache_signatur: str
    rollennummer: str | None = None


@dataclass(frozen=True, slots=True)
class Absender:
    partner: Partner
    nachrichtenid: Uuid
    """eigeneNachrichtenID: a new one for every transmission."""
    aktenzeichen: str | None = None
    weitere_aktenzeichen: tuple[str, ...] = ()
    """3.5.1 could carry several; never written."""
    unterzeichner: tuple[Unterzeichner, ...] = ()


@dataclass(frozen=True, slots=True)
class Empfaenger:
    partner: Partner
    aktenzeichen: str | OhneAktenzeichen = OhneAktenzeichen.UNBEKANNT
    """Exactly the string the partner used before, or why there is none."""
    fremde_nachrichtenid: Uuid | None = None
    """The message that is answered."""
    weitere_aktenzeichen: tuple[str, ...] = ()
    """3.5.1 could carry several; never written."""


@dataclass(frozen=True, slots=True)
class Herstellerinformation:
    produkt: str
    hersteller: str
    version: str


@dataclass(frozen=True, slots=True)
class Geheimhaltung:
    """auswahl_vertraulichkeit of the head; one of both. Off limits for authorities at present."""

    grund: str | None = None
    grad: Code | None = None


@dataclass(frozen=True, slots=True)
class Nachrichtenkopf:
    erstellungszeitpunkt: datetime
    """Aware when written; naive only where a read message left the zone out."""
    absender: Absender
    empfaenger: Empfaenger
    herstellerinformation: Herstellerinformation | None = None
    """Mandatory for writing; older messages may lack it."""
    ereignisse: tuple[Code, ...] = ()
    sendungsprioritaet: Code | None = None
    geheimhaltung: Geheimhaltung | None = None
