"""The XJustiz message 0005005 of a Sendung: head, Grunddaten, and the case file with its accompanying documents."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from erv_gateway import __version__
from erv_gateway.postfach.egvp import HERSTELLER, PRODUKT
from erv_gateway.sendung.angaben import Beteiligter, SendungAngaben
from erv_gateway.sendung.packstueck import Packstueck
from erv_gateway.sendung.sendung import Sendung
from erv_gateway.sendung.umschrift import Umschreiber
from xjustiz import (
    Absender,
    AktenzeichenAngabe,
    Beteiligung,
    Datentyp,
    Empfaenger,
    Grunddaten,
    Herstellerinformation,
    Instanzdaten,
    Liste,
    Nachrichtenkopf,
    NatuerlichePerson,
    OhneAktenzeichen,
    Organisation,
    Partner,
    Rolle,
    Stelle,
    Uebermittlung,
    Uuid,
    schriftgut,
    typ3,
)

EREIGNIS_VERSAND = "204"  # GDS.Ereignis: Versand Allgemein
KLASSE_SCHREIBEN = "015"
KLASSE_TECHNISCHE_INFORMATION = "014"


@dataclass(frozen=True, slots=True)
class Beigaben:
    """The documents we add: the letter and the readable history of the file."""

    anschreiben: Packstueck
    aktenprotokoll: Packstueck


@dataclass(frozen=True, slots=True)
class Partnerangaben:
    absender: str
    """Speaking name of the authority."""
    gericht: str
    """Code of GDS.Gerichte."""


def herstellerinformation() -> Herstellerinformation:
    return Herstellerinformation(PRODUKT, HERSTELLER, __version__)


def beigabe_id(sendung: Sendung, name: str) -> UUID:
    """Stable, so that the same Sendung is always the same message."""
    return uuid5(sendung.eigene_nachrichten_id, name)


def build_nachricht(
    sendung: Sendung,
    angaben: SendungAngaben,
    akte: schriftgut.Akte,
    beigaben: Beigaben,
    partner: Partnerangaben,
    erstellt: datetime,
    um: Umschreiber,
) -> Uebermittlung:
    anschreiben_id = Uuid(beigabe_id(sendung, "anschreiben"))
    return Uebermittlung(
        kopf=_kopf(sendung, partner, erstellt, um),
        grunddaten=_grunddaten(sendung, angaben, partner, um),
        schriftgut=schriftgut.Schriftgut(
            akten=(akte,),
            dokumente=(
                _beigabe(anschreiben_id, 2, KLASSE_SCHREIBEN, beigaben.anschreiben, erstellt.date()),
                _beigabe(
                    Uuid(beigabe_id(sendung, "aktenprotokoll")),
                    3,
                    KLASSE_TECHNISCHE_INFORMATION,
                    beigaben.aktenprotokoll,
                    None,
                ),
            ),
            anschreiben=anschreiben_id,
        ),
    )


def _kopf(sendung: Sendung, partner: Partnerangaben, erstellt: datetime, um: Umschreiber) -> Nachrichtenkopf:
    fremd = um.optional(sendung.aktenzeichen_empfaenger)
    return Nachrichtenkopf(
        erstellungszeitpunkt=erstellt,
        absender=Absender(
            Partner(Stelle.sonstige(um(partner.absender, Datentyp.D))),
            Uuid(sendung.eigene_nachrichten_id),
            um(sendung.aktenzeichen_absender),
        ),
        empfaenger=Empfaenger(
            Partner(Stelle.gericht(typ3(Liste.GERICHTE, partner.gericht))), fremd or OhneAktenzeichen.UNBEKANNT
        ),
        herstellerinformation=herstellerinformation(),
        ereignisse=(typ3(Liste.EREIGNIS, EREIGNIS_VERSAND),),
    )


def _grunddaten(sendung: Sendung, angaben: SendungAngaben, partner: Partnerangaben, um: Umschreiber) -> Grunddaten:
    fremd = um.optional(sendung.aktenzeichen_empfaenger)
    gegenstand = um.optional(angaben.gegenstand)
    instanz = Instanzdaten(
        behoerde=Stelle.gericht(typ3(Liste.GERICHTE, partner.gericht)),
        instanznummer="1",
        sachgebiet=None if angaben.sachgebiet is None else typ3(Liste.SACHGEBIET, angaben.sachgebiet),
        aktenzeichen=None if fremd is None else AktenzeichenAngabe(fremd),
        kurzrubrum=um.optional(angaben.kurzrubrum),
        gegenstaende=() if gegenstand is None else (gegenstand,),
    )
    beteiligungen = tuple(_beteiligung(n, beteiligter, um) for n, beteiligter in enumerate(angaben.beteiligte, 1))
    return Grunddaten(instanzdaten=(instanz,), beteiligungen=beteiligungen)


def _beteiligung(nummer: int, beteiligter: Beteiligter, um: Umschreiber) -> Beteiligung:
    wer: NatuerlichePerson | Organisation
    if beteiligter.vorname is None:
        wer = Organisation(um(beteiligter.name, Datentyp.D))
    else:
        wer = NatuerlichePerson(um(beteiligter.name, Datentyp.A), um(beteiligter.vorname, Datentyp.A))
    rolle = Rolle(typ3(Liste.ROLLENBEZEICHNUNG, beteiligter.rolle), rollennummer=str(nummer))
    return Beteiligung(wer, beteiligtennummer=str(nummer), rollen=(rolle,))


def _beigabe(kennung: Uuid, nummer: int, klasse: str, stueck: Packstueck, datum: date | None) -> schriftgut.Dokument:
    return schriftgut.Dokument(
        id=kennung,
        nummer=nummer,
        klasse=typ3(Liste.DOKUMENTKLASSE, klasse),
        dateien=(schriftgut.Datei(stueck.name),),
        anzeigename=stueck.anzeigename,
        datum_des_schreibens=datum,
    )
