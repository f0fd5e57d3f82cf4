"""The messages, one class each; `Nachricht` is any of them. Element names verbatim in one table (sheet §2.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from xjustiz.codes import Code
from xjustiz.grunddaten import Grunddaten
from xjustiz.kopf import Nachrichtenkopf
from xjustiz.owi import OwiFachdaten
from xjustiz.schriftgut import Akte, Schriftgut, Teilakte

NAMENSRAUM = "http://www.xjustiz.de"


class NachrichtArt(StrEnum):
    """Root elements this package knows by name."""

    UEBERMITTLUNG = "nachricht.gds.uebermittlungSchriftgutobjekte.0005005"
    BASISNACHRICHT = "nachricht.gds.basisnachricht.0005006"
    FEHLER = "nachricht.gds.fehler.0005007"
    VERARBEITUNGSBESTAETIGUNG = "nachricht.gds.verarbeitungsbestaetigung.0005008"
    EEB = "nachricht.eeb.zuruecklaufend.2200007"
    OWI_AN_JUSTIZ = "nachricht.straf.owi.verfahrensmitteilung.externAnJustiz.0500010"


@dataclass(frozen=True, slots=True)
class Uebermittlung:
    """0005005: pleadings, case files, annexes; also the demand of an eEB and of a file."""

    kopf: Nachrichtenkopf
    grunddaten: Grunddaten
    schriftgut: Schriftgut


@dataclass(frozen=True, slots=True)
class Basisnachricht:
    """0005006: a message without documents."""

    kopf: Nachrichtenkopf
    grunddaten: Grunddaten | None = None


@dataclass(frozen=True, slots=True)
class Fehler:
    """`code` is of gds.fehlercodes (element fehlercode) or of the list its element names; `weiterverarbeitung`
    "erfolgt" or "abhaengigVonFehlerbehebung"."""

    code: Code
    element: str = "fehlercode"
    zusatzinformation: str | None = None
    weiterverarbeitung: str | None = None


@dataclass(frozen=True, slots=True)
class Fehlernachricht:
    """0005007: the head's fremdeNachrichtenID names the faulty message."""

    kopf: Nachrichtenkopf
    fehler: tuple[Fehler, ...]
    grunddaten: Grunddaten | None = None


@dataclass(frozen=True, slots=True)
class Verarbeitungsbestaetigung:
    """0005008: WebReg, BZR/GZR, Fahndung only; never a mere receipt."""

    kopf: Nachrichtenkopf


@dataclass(frozen=True, slots=True)
class Stoerung:
    """`id` Typ 2 eeb.stoerungs-id: 1 not a party, 2 unclear or incomplete, 3 signature check failed."""

    id: Code
    grund: str | None = None


@dataclass(frozen=True, slots=True)
class Empfangsbekenntnis:
    """2200007: the eEB. `ergebnis` is the day of willing receipt, or why there is none."""

    kopf: Nachrichtenkopf
    ergebnis: date | Stoerung
    abweichender_empfaenger: bool | None = None
    """A representative answers: the head's sender is that person."""


@dataclass(frozen=True, slots=True)
class OwiVerfahrensmitteilung:
    """0500010: a fine after an objection (ereignis 116), or an application for Erzwingungshaft (117)."""

    kopf: Nachrichtenkopf
    grunddaten: Grunddaten
    fachdaten: OwiFachdaten
    schriftgut: Schriftgut | None = None


@dataclass(frozen=True, slots=True)
class SonstigeNachricht:
    """Any other message: what all have in common; the rest is listed in `Gelesen.nicht_gelesen`."""

    art: str
    kopf: Nachrichtenkopf
    grunddaten: Grunddaten | None = None
    schriftgut: Schriftgut | None = None


Nachricht = (
    Uebermittlung
    | Basisnachricht
    | Fehlernachricht
    | Verarbeitungsbestaetigung
    | Empfangsbekenntnis
    | OwiVerfahrensmitteilung
    | SonstigeNachricht
)

MIT_SCHRIFTGUT = (Uebermittlung, OwiVerfahrensmitteilung, SonstigeNachricht)
ART: Mapping[type, NachrichtArt] = MappingProxyType(
    {
        Uebermittlung: NachrichtArt.UEBERMITTLUNG,
        Basisnachricht: NachrichtArt.BASISNACHRICHT,
        Fehlernachricht: NachrichtArt.FEHLER,
        Verarbeitungsbestaetigung: NachrichtArt.VERARBEITUNGSBESTAETIGUNG,
        Empfangsbekenntnis: NachrichtArt.EEB,
        OwiVerfahrensmitteilung: NachrichtArt.OWI_AN_JUSTIZ,
    }
)


def nachricht_art(nachricht: Nachricht) -> str:
    """The root element's name."""
    return nachricht.art if isinstance(nachricht, SonstigeNachricht) else ART[type(nachricht)].value


def schriftgut_of(nachricht: Nachricht) -> Schriftgut | None:
    return nachricht.schriftgut if isinstance(nachricht, MIT_SCHRIFTGUT) else None


def grunddaten_of(nachricht: Nachricht) -> Grunddaten | None:
    if isinstance(nachricht, Verarbeitungsbestaetigung | Empfangsbekenntnis):
        return None
    return nachricht.grunddaten


def eeb_angefordert(nachricht: Nachricht) -> bool:
    """True when the sender wants an Empfangsbekenntnis for any part of the message (sheet §2.6)."""
    schriftgut = schriftgut_of(nachricht)
    if schriftgut is None:
        return False
    return any(dokument.eeb_erforderlich for dokument in schriftgut.alle_dokumente()) or any(
        _container_demands(akte) for akte in schriftgut.akten
    )


def _container_demands(container: Akte | Teilakte) -> bool:
    return container.eeb_erforderlich or any(_container_demands(teil) for teil in container.teilakten)
