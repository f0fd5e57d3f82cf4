"""The life of a mailbox's keys: planned, active, retired. One table says what may follow what, and what each may do.

Mail that was encrypted for a certificate can only be read with its key (the mailbox's directory entry changes, letters
under way do not), so a key that was replaced stays for reading until its mailbox is drained.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from certs.certificate import facts, fingerprint
from certs.errors import KeyInvalid


class Schluesselzustand(StrEnum):
    GEPLANT = "geplant"
    AKTIV = "aktiv"
    ABGELOEST = "abgeloest"
    BEENDET = "beendet"


class Vorgang(StrEnum):
    """What an administrator does with a key."""

    AKTIVIEREN = "aktivieren"
    ABLOESEN = "abloesen"
    VERWERFEN = "verwerfen"
    BEENDEN = "beenden"


class Faehigkeit(StrEnum):
    SIGNIEREN = "signieren"
    EMPFANGEN = "empfangen"
    """Others are told to encrypt for it."""
    LESEN = "lesen"


_Z = Schluesselzustand
UEBERGAENGE: Final[Mapping[tuple[Schluesselzustand, Vorgang], Schluesselzustand]] = MappingProxyType(
    {
        (_Z.GEPLANT, Vorgang.AKTIVIEREN): _Z.AKTIV,
        (_Z.GEPLANT, Vorgang.VERWERFEN): _Z.BEENDET,
        (_Z.AKTIV, Vorgang.ABLOESEN): _Z.ABGELOEST,
        (_Z.ABGELOEST, Vorgang.AKTIVIEREN): _Z.AKTIV,
        (_Z.ABGELOEST, Vorgang.BEENDEN): _Z.BEENDET,
    }
)
"""A retired key can be made active again: that is how a switch is taken back."""

ERLAUBT: Final[Mapping[Schluesselzustand, frozenset[Faehigkeit]]] = MappingProxyType(
    {
        _Z.GEPLANT: frozenset({Faehigkeit.LESEN}),  # the directory may name it before we switch
        _Z.AKTIV: frozenset(Faehigkeit),
        _Z.ABGELOEST: frozenset({Faehigkeit.LESEN}),
        _Z.BEENDET: frozenset(),
    }
)


def change(zustand: Schluesselzustand, vorgang: Vorgang) -> Schluesselzustand:
    """The next state; `KeyInvalid` when the table has none."""
    if (zustand, vorgang) not in UEBERGAENGE:
        raise KeyInvalid(f"a key that is {zustand} cannot be changed by {vorgang}")
    return UEBERGAENGE[zustand, vorgang]


class Schluesselart(StrEnum):
    SIGNATUR = "signatur"
    CHIFFRAT = "chiffrat"
    VHN = "vhn"
    DOKUMENT = "dokument"


@dataclass(frozen=True, slots=True)
class Schluesseleintrag:
    """One key of a mailbox, known by its certificate (DER)."""

    art: Schluesselart
    zustand: Schluesselzustand
    certificate: bytes

    def may(self, faehigkeit: Faehigkeit) -> bool:
        return faehigkeit in ERLAUBT[self.zustand]


def describe_problems(eintraege: Iterable[Schluesseleintrag], at: datetime) -> Iterator[str]:
    """German sentences for what is wrong with the keys of one mailbox at the moment `at` (aware)."""
    alle = tuple(eintraege)
    for art in dict.fromkeys(eintrag.art for eintrag in alle):
        aktive = [eintrag for eintrag in alle if eintrag.art is art and eintrag.zustand is _Z.AKTIV]
        if len(aktive) != 1:
            yield f"Für „{art}“ muss genau ein Schlüssel aktiv sein, nicht {len(aktive)}."
    seen: set[tuple[Schluesselart, str]] = set()
    for eintrag in alle:
        kennung = (eintrag.art, fingerprint(eintrag.certificate))
        if kennung in seen:
            yield f"Der Schlüssel {kennung[1][:16]} ist für „{eintrag.art}“ mehrfach eingetragen."
        seen.add(kennung)
        ab = facts(eintrag.certificate).gueltig_ab
        if eintrag.zustand is _Z.AKTIV and at < ab:
            yield f"Der aktive Schlüssel für „{eintrag.art}“ gilt erst ab {ab:%d.%m.%Y}."
