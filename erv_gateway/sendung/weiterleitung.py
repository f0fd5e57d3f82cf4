"""The package that forwards a received Nachricht (Leitfaden ERV 6.5): its attachments unchanged, what proves it beside
them under names of their own, and the new data set that says so."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from erv_gateway.kern.fehler import EingabeRefused
from erv_gateway.kern.uhr import berlin
from erv_gateway.postfach.base import Anhang
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.sendung.paket_nachricht import herstellerinformation
from erv_gateway.sendung.paket_namen import XJUSTIZ_NAME
from erv_gateway.signatur.vhn import VHN_NAME, VHN_SIGNATUR_NAME
from xjustiz import (
    RESERVIERTE_NAMEN,
    Absender,
    Datentyp,
    Empfaenger,
    Liste,
    Nachrichtenkopf,
    OhneAktenzeichen,
    Partner,
    Stelle,
    Uuid,
    Weiterleitungsdateien,
    XJustizError,
    forward,
    transliterate,
    typ3,
    write,
)

ANZEIGENAME: Final = "Weitergeleitete Nachricht"


@dataclass(frozen=True, slots=True)
class Weiterleitungsziel:
    """Where it goes and under which numbers. `nachrichten_id`: of the new message; every other id comes from it.

    `aktenzeichen_empfaenger`: exactly as the recipient wrote it, or None for a case it does not know yet.
    """

    postfach: str
    empfaenger_safe_id: str
    nachrichten_id: UUID
    aktenzeichen_absender: str
    aktenzeichen_empfaenger: str | None


@dataclass(frozen=True, slots=True)
class Vermerk:
    """The Prüfvermerk of the original message, in both forms."""

    xml: bytes
    pdf: bytes


@dataclass(frozen=True, slots=True)
class Weiterleitung:
    """Everything that travels but the VHN of the new message; `nachricht` is the new xjustiz_nachricht.xml."""

    nachricht: bytes
    anhaenge: tuple[Anhang, ...]


async def assemble_weiterleitung(
    betrieb: Betrieb,
    anhaenge: tuple[Anhang, ...],
    vermerk: Vermerk,
    ziel: Weiterleitungsziel,
    erstellt: datetime,
) -> Weiterleitung:
    """From the attachments of the original as they came. The same input makes the same package.

    Raises EingabeRefused for an original without a data set of its own or with a name twice, NotFound for an unknown
    recipient.
    """
    _check(anhaenge)
    namen = _names(anhaenge, ziel.nachrichten_id)
    teile = [
        *(anhang for anhang in anhaenge if anhang.name.lower() not in RESERVIERTE_NAMEN),
        *_renamed(anhaenge, namen),
        await _stored(betrieb, namen.pruefvermerk_pdf, vermerk.pdf),
        await _stored(betrieb, namen.pruefvermerk_xml, vermerk.xml),
    ]
    try:
        xml = await asyncio.to_thread(_message, betrieb, namen, ziel, berlin(erstellt))
    except XJustizError as error:
        raise EingabeRefused(f"the message cannot be written: {error}", grund="weiterleitung-ungueltig") from error
    return Weiterleitung(xml, tuple(teile))


def _check(anhaenge: tuple[Anhang, ...]) -> None:
    if any(anzahl > 1 for anzahl in Counter(anhang.name.casefold() for anhang in anhaenge).values()):
        raise EingabeRefused("a name occurs twice in the original", grund="weiterleitung-doppelt")
    if not any(anhang.name == XJUSTIZ_NAME for anhang in anhaenge):
        raise EingabeRefused("the original has no data set", grund="weiterleitung-ohne-datensatz")


def _names(anhaenge: tuple[Anhang, ...], kennung: UUID) -> Weiterleitungsdateien:
    vorhanden = {anhang.name for anhang in anhaenge}
    mit_vhn = {VHN_NAME, VHN_SIGNATUR_NAME} <= vorhanden
    a, b, c, d = (Uuid(uuid5(kennung, name)) for name in ("nachricht", "vermerk-pdf", "vermerk-xml", "vhn"))
    return Weiterleitungsdateien.named(a, b, c, d if mit_vhn else None)


def _renamed(anhaenge: tuple[Anhang, ...], namen: Weiterleitungsdateien) -> list[Anhang]:
    neu = {XJUSTIZ_NAME: namen.nachricht, VHN_NAME: namen.vhn, VHN_SIGNATUR_NAME: namen.vhn_signatur}
    return [
        Anhang(str(name), anhang.sha256, anhang.bytes)
        for anhang in anhaenge
        if (name := neu.get(anhang.name)) is not None
    ]


async def _stored(betrieb: Betrieb, name: str, inhalt: bytes) -> Anhang:
    blob = await betrieb.blobs.put_bytes(inhalt)
    return Anhang(str(name), blob.sha256, blob.bytes)


def _message(betrieb: Betrieb, namen: Weiterleitungsdateien, ziel: Weiterleitungsziel, erstellt: datetime) -> bytes:
    platz, gericht = betrieb.platz(ziel.postfach), betrieb.gericht(ziel.empfaenger_safe_id)
    absender = transliterate(platz.visitenkarte.organisation, Datentyp.D).text
    kopf = Nachrichtenkopf(
        erstellt,
        Absender(Partner(Stelle.sonstige(absender)), Uuid(ziel.nachrichten_id), ziel.aktenzeichen_absender),
        Empfaenger(
            Partner(Stelle.gericht(typ3(Liste.GERICHTE, gericht.code))),
            ziel.aktenzeichen_empfaenger or OhneAktenzeichen.NEU,
        ),
        herstellerinformation(),
    )
    kennung = Uuid(uuid5(ziel.nachrichten_id, "dokument"))
    nachricht = forward(namen, kopf=kopf, kennung=kennung, anzeigename=ANZEIGENAME)
    return write(nachricht, platz.xjustiz_version(erstellt))
