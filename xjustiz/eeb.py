"""The answer to a demanded Empfangsbekenntnis, built from the message that demands it (sheet §2.6; § 173 (3) ZPO).

Nothing here decides: the result is a person's, and the data set written from it is the acknowledgement itself.
"""

from dataclasses import replace
from datetime import date, datetime

from xjustiz.codes import Code
from xjustiz.fehler import WertInvalid, XJustizError
from xjustiz.kopf import (
    Absender,
    Empfaenger,
    Herstellerinformation,
    Nachrichtenkopf,
    OhneAktenzeichen,
    Partner,
    Stelle,
)
from xjustiz.leser import Gelesen
from xjustiz.nachrichten import Empfangsbekenntnis, Nachricht, Stoerung, eeb_angefordert
from xjustiz.versionen import latest_day
from xjustiz.werte import Uuid

STOERUNG_KEIN_BETEILIGTER = Code("1")
STOERUNG_UNKLAR = Code("2")
STOERUNG_SIGNATUR = Code("3")
"""urn:xoev-de:xjustiz:codeliste:eeb.stoerungs-id 2.1."""


def eeb_reply(
    eingang: Gelesen | Nachricht,
    ergebnis: date | Stoerung,
    *,
    nachrichtenid: Uuid,
    erstellt: datetime,
    herstellerinformation: Herstellerinformation,
    vertreter: str | None = None,
) -> Empfangsbekenntnis:
    """The one reply to `eingang`, with sender and recipient exchanged and each side's file number kept as it came.

    `ergebnis`: the day of willing receipt (Berlin), or the Stoerung. `nachrichtenid`: new. `erstellt`: aware, written
    as given (take Berlin time). `vertreter`: name of the person who answers for the addressed one.
    Raises XJustizError when the message demands no eEB, WertInvalid for a naive time or a receipt after `erstellt`.
    """
    nachricht = eingang.nachricht if isinstance(eingang, Gelesen) else eingang
    if not eeb_angefordert(nachricht):
        raise XJustizError("the message demands no Empfangsbekenntnis")
    _check_times(ergebnis, erstellt)
    kopf = Nachrichtenkopf(
        erstellungszeitpunkt=erstellt,
        absender=_absender(nachricht.kopf.empfaenger, nachrichtenid, vertreter),
        empfaenger=_empfaenger(nachricht.kopf.absender),
        herstellerinformation=herstellerinformation,
    )
    return Empfangsbekenntnis(kopf, ergebnis, None if vertreter is None else True)


def _check_times(ergebnis: date | Stoerung, erstellt: datetime) -> None:
    if erstellt.tzinfo is None:
        raise WertInvalid("the time of creation needs a zone")
    if isinstance(ergebnis, Stoerung):
        return
    if isinstance(ergebnis, datetime):
        raise WertInvalid("the receipt is a day, not a time")
    if ergebnis > latest_day(erstellt):
        raise WertInvalid("an Empfangsbekenntnis cannot name a day in the future")


def _absender(empfaenger: Empfaenger, nachrichtenid: Uuid, vertreter: str | None) -> Absender:
    partner = _without_reference(empfaenger.partner)
    if vertreter is not None:
        partner = Partner(Stelle.sonstige(vertreter))
    zeichen = empfaenger.aktenzeichen
    return Absender(partner, nachrichtenid, None if isinstance(zeichen, OhneAktenzeichen) else zeichen or None)


def _empfaenger(absender: Absender) -> Empfaenger:
    zeichen = absender.aktenzeichen or OhneAktenzeichen.UNBEKANNT
    return Empfaenger(_without_reference(absender.partner), zeichen, absender.nachrichtenid)


def _without_reference(partner: Partner) -> Partner:
    """An eEB has no Grunddaten that a reference could point to, and routing is not to be written."""
    return replace(partner, routing=None, instanznummer=None, rollennummer=None)
