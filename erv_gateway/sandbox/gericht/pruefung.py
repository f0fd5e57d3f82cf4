"""One delivery, looked at by the court: containers, content signatures, proof of origin, data set, files."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from cryptography.x509 import Certificate

from erv_gateway.kern.xml import XmlRefused
from erv_gateway.sandbox.gericht.anlagen import Anlage
from erv_gateway.sandbox.gericht.befund import Absenderangaben, Befund, Dateibefund, Urteil
from erv_gateway.sandbox.gericht.container import Inhalt, open_inhalt
from erv_gateway.sandbox.gericht.datensatz import DATENSATZ_NAME, Datensatz, Schemapruefung, read_datensatz
from erv_gateway.sandbox.gericht.herkunft import FEHLT, VHN, VHN_SIGNATUR, check_herkunft
from osci.keys import DecryptionKey
from osci.messages import ResponseToFetchDelivery
from osci.reader import Received
from osci.types import Role, SpoolFactory, Use

NOT_LISTED: Final = frozenset({DATENSATZ_NAME, VHN, VHN_SIGNATUR})
"""Attachments that a data set need not name (a message does not list itself; a VHN may be listed)."""


@dataclass(frozen=True, slots=True)
class Geprueft:
    """The finding, and the verified attachments to be kept beside it."""

    befund: Befund
    anlagen: tuple[Anlage, ...]


@dataclass(frozen=True, slots=True)
class Pruefer:
    """`anchors`: CAs the court trusts for VHN of authorities; `schema`: the official XSD."""

    key: DecryptionKey
    anchors: Sequence[Certificate]
    schema: Schemapruefung
    spools: SpoolFactory

    def check(self, message: ResponseToFetchDelivery, received: Received, at: datetime) -> Geprueft:
        """Never fails because of what a sender wrote: everything ends as a reason in the Befund."""
        inhalt = open_inhalt(received, self.key, self.spools)
        by_name = {anlage.name: anlage for anlage in inhalt.anlagen}
        karte = inhalt.visitenkarte
        herkunft = check_herkunft(by_name, karte.nutzer_id if karte else None, self.anchors, at)
        datensatz, faults = self._datensatz(by_name.get(DATENSATZ_NAME))
        gruende = (*inhalt.gruende, *faults, *_file_faults(datensatz, by_name))
        befund = _befund(message, inhalt, gruende, herkunft)
        return Geprueft(_with_datensatz(befund, datensatz, inhalt.anlagen), inhalt.anlagen)

    def _datensatz(self, anlage: Anlage | None) -> tuple[Datensatz | None, tuple[str, ...]]:
        if anlage is None:
            return None, (f"{DATENSATZ_NAME} fehlt",)
        try:
            datensatz = read_datensatz(anlage.read(), self.schema)
        except XmlRefused as error:
            return None, (f"{DATENSATZ_NAME}: {error}",)
        return datensatz, tuple(f"{DATENSATZ_NAME} ist nicht schemakonform: {f}" for f in datensatz.schemafehler)


def unpruefbar(message: ResponseToFetchDelivery, grund: str) -> Geprueft:
    """A delivery that could not be looked at."""
    return Geprueft(_befund(message, Inhalt((), None, ()), (grund,), ()), ())


def _file_faults(datensatz: Datensatz | None, names: Iterable[str]) -> Iterator[str]:
    """Files listed and files received must be the same."""
    if datensatz is not None:
        received, listed = set(names) - NOT_LISTED, set(datensatz.dateinamen) - NOT_LISTED
        yield from (f"Datei {name} ist gelistet, aber nicht eingegangen" for name in sorted(listed - received))
        yield from (f"Datei {name} ist eingegangen, aber nicht gelistet" for name in sorted(received - listed))


def _befund(
    message: ResponseToFetchDelivery, inhalt: Inhalt, gruende: tuple[str, ...], herkunft: tuple[str, ...]
) -> Befund:
    bundle = message.process_card
    karte, chiffrat = inhalt.visitenkarte, message.certificates.find(Role.ORIGINATOR, Use.CIPHER)
    return Befund(
        message_id=bundle.message_id if bundle else "",
        abrufe=1,
        eingang=bundle.card.creation.isoformat() if bundle and isinstance(bundle.card.creation, datetime) else None,
        betreff=bundle.card.subject if bundle else None,
        urteil=Urteil.UNGUELTIG if gruende else _urteil_of(herkunft),
        gruende=(*gruende, *herkunft),
        absender=Absenderangaben(
            safe_id=karte.nutzer_id if karte else None,
            name=karte.organisation if karte else None,
            chiffrat=chiffrat.hex() if chiffrat else None,
        ),
    )


def _urteil_of(herkunft: tuple[str, ...]) -> Urteil:
    """Without any proof of origin it is an ordinary EGVP message: neither right nor wrong."""
    if not herkunft:
        return Urteil.GUELTIG
    return Urteil.UNBESTIMMT if herkunft == (FEHLT,) else Urteil.UNGUELTIG


def _with_datensatz(befund: Befund, datensatz: Datensatz | None, anlagen: tuple[Anlage, ...]) -> Befund:
    listed = frozenset(datensatz.dateinamen) if datensatz else frozenset()
    dateien = tuple(Dateibefund(a.name, a.length, a.sha256, a.name in listed) for a in anlagen)
    if datensatz is None:
        return replace(befund, dateien=dateien)
    return replace(
        befund,
        absender=replace(befund.absender, name=datensatz.absender or befund.absender.name),
        nachricht=datensatz.nachricht,
        xjustiz_version=datensatz.version,
        nachrichten_id=datensatz.nachrichten_id,
        fremde_nachrichten_id=datensatz.fremde_nachrichten_id,
        aktenzeichen_absender=datensatz.aktenzeichen_absender,
        aktenzeichen_gericht=datensatz.aktenzeichen_gericht,
        dateien=dateien,
    )
