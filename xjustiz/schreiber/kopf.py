"""nachrichtenkopf of 3.6.2 and 4.0.0."""

from xjustiz.codes import Code
from xjustiz.din91379 import Datentyp
from xjustiz.kopf import (
    Absender,
    Empfaenger,
    Herstellerinformation,
    Nachrichtenkopf,
    OhneAktenzeichen,
    Partner,
    Stelle,
    StelleArt,
)
from xjustiz.schreiber.bau import Bau
from xjustiz.schreiber.profil import Profil


def write_kopf(eltern: Bau, kopf: Nachrichtenkopf, profil: Profil) -> None:
    """Raises NachrichtInvalid for a head this version has no place for."""
    bau = eltern.kind("nachrichtenkopf")
    bau.element.set("xjustizVersion", profil.version)
    bau.zeitpunkt("erstellungszeitpunkt", kopf.erstellungszeitpunkt)
    _absender(bau.kind("absender"), kopf.absender, profil)
    _empfaenger(bau.kind("empfaenger"), kopf.empfaenger, profil)
    bau.codes3("ereignis", kopf.ereignisse)
    _hersteller(bau, kopf.herstellerinformation)
    bau.typ3("sendungsprioritaet", kopf.sendungsprioritaet)
    if kopf.geheimhaltung is not None:
        auswahl = bau.kind("auswahl_vertraulichkeit")
        auswahl.text("vertraulichZuBehandelnGrund", kopf.geheimhaltung.grund)
        auswahl.typ3("geheimhaltungsgrad", kopf.geheimhaltung.grad)


def write_stelle(auswahl: Bau, stelle: Stelle) -> None:
    """The one child of a choice of bodies."""
    name = stelle.art.value
    match stelle.angabe, stelle.art:
        case Code() as code, StelleArt.RVTRAEGER:
            auswahl.code(name, code)
        case Code() as code, _:
            auswahl.typ3(name, code)
        case str() as nummer, StelleArt.BETEILIGTER:
            auswahl.kind(name).text("ref.beteiligtennummer", nummer)
        case str() as text, _:
            auswahl.text(name, text, Datentyp.D)


def _absender(bau: Bau, absender: Absender, profil: Profil) -> None:
    if absender.weitere_aktenzeichen:
        raise bau.invalid("aktenzeichen", "only one file number can be written")
    if absender.unterzeichner and not profil.unterzeichner:
        raise bau.invalid("einfacheSignaturUnterzeichner", f"does not exist in {profil.version}")
    _partner(bau.kind("informationen"), absender.partner, profil)
    bau.text("aktenzeichen", absender.aktenzeichen)
    bau.uuid("eigeneNachrichtenID", absender.nachrichtenid)
    for unterzeichner in absender.unterzeichner:
        angabe = bau.kind("einfacheSignaturUnterzeichner")
        angabe.text("einfacheSignatur", unterzeichner.einfache_signatur, Datentyp.A)
        if unterzeichner.rollennummer is not None:
            angabe.kind("verweisUnterzeichner").text("ref.rollennummer", unterzeichner.rollennummer)


def _empfaenger(bau: Bau, empfaenger: Empfaenger, profil: Profil) -> None:
    if empfaenger.weitere_aktenzeichen:
        raise bau.invalid("auswahl_aktenzeichen", "only one file number can be written")
    _partner(bau.kind("informationen"), empfaenger.partner, profil)
    auswahl = bau.kind("auswahl_aktenzeichen")
    if isinstance(empfaenger.aktenzeichen, OhneAktenzeichen):
        auswahl.wahr(empfaenger.aktenzeichen.value, wert=True)
    else:
        auswahl.text("aktenzeichen.freitext", empfaenger.aktenzeichen)
    bau.uuid("fremdeNachrichtenID", empfaenger.fremde_nachrichtenid)


def _partner(bau: Bau, partner: Partner, profil: Profil) -> None:
    write_stelle(bau.kind("auswahl_kommunikationspartner"), partner.stelle)
    bau.text("routingInformationAusSafeverzeichnis", partner.routing)
    if partner.instanznummer is not None and partner.rollennummer is not None:
        raise bau.invalid("auswahl_verweisGrunddaten", "Instanz or Rolle, not both")
    if partner.instanznummer is not None:
        bau.kind("auswahl_verweisGrunddaten").text(profil.verweis_instanz, partner.instanznummer)
    if partner.rollennummer is not None:
        rolle = bau.kind("auswahl_verweisGrunddaten").kind(profil.verweis_rolle)
        rolle.text("ref.rollennummer", partner.rollennummer)


def _hersteller(bau: Bau, angabe: Herstellerinformation | None) -> None:
    if angabe is None:
        raise bau.invalid("herstellerinformation", "is mandatory")
    ziel = bau.kind("herstellerinformation")
    ziel.text("nameDesProdukts", angabe.produkt, Datentyp.D)
    ziel.text("herstellerDesProdukts", angabe.hersteller, Datentyp.D)
    ziel.text("version", angabe.version)
