"""nachrichtenkopf: the flat head of 3.5.1 and the one of 3.6.2 and 4.0.0."""

from collections.abc import Mapping
from types import MappingProxyType

from xjustiz.fehler import NachrichtUnreadable
from xjustiz.kopf import (
    Absender,
    Empfaenger,
    Geheimhaltung,
    Herstellerinformation,
    Nachrichtenkopf,
    OhneAktenzeichen,
    Partner,
    Stelle,
    StelleArt,
    Unterzeichner,
)
from xjustiz.leser.zweig import Zweig, parse_zeitpunkt
from xjustiz.werte import Uuid
from xjustiz.xmlsicher import local, pfad

_STELLEN: Mapping[str, StelleArt] = MappingProxyType({art.value: art for art in StelleArt})
_OHNE: Mapping[str, OhneAktenzeichen] = MappingProxyType({art.value: art for art in OhneAktenzeichen})


def read_kopf(zweig: Zweig, version: str) -> Nachrichtenkopf:
    return _kopf_351(zweig) if version == "3.5.1" else _kopf_362(zweig)


def read_stelle(auswahl: Zweig, vorsatz: str = "") -> Stelle:
    """The body chosen in an auswahl_ element. Raises NachrichtUnreadable for an unknown kind."""
    kind = auswahl.wahl()
    name = local(kind.element).removeprefix(vorsatz)
    art = _STELLEN.get(name)
    if art is None:
        raise NachrichtUnreadable(f"{pfad(kind.element)}: unknown kind of partner")
    if art is StelleArt.BETEILIGTER:
        return Stelle(art, kind.muss_text("ref.beteiligtennummer"))
    return Stelle(art, kind.inhalt() if art is StelleArt.SONSTIGE else kind.als_code())


def _kopf_362(zweig: Zweig) -> Nachrichtenkopf:
    return Nachrichtenkopf(
        erstellungszeitpunkt=zweig.must("erstellungszeitpunkt", parse_zeitpunkt),
        absender=_absender(zweig.muss("absender")),
        empfaenger=_empfaenger(zweig.muss("empfaenger")),
        ereignisse=zweig.codes("ereignis"),
        herstellerinformation=_hersteller(zweig),
        sendungsprioritaet=zweig.code("sendungsprioritaet"),
        geheimhaltung=_geheimhaltung(zweig.eins("auswahl_vertraulichkeit")),
    )


def _absender(zweig: Zweig) -> Absender:
    return Absender(
        partner=_partner(zweig.muss("informationen")),
        aktenzeichen=zweig.text("aktenzeichen"),
        nachrichtenid=zweig.must("eigeneNachrichtenID", Uuid),
        unterzeichner=tuple(_unterzeichner(kind) for kind in zweig.alle("einfacheSignaturUnterzeichner")),
    )


def _empfaenger(zweig: Zweig) -> Empfaenger:
    return Empfaenger(
        partner=_partner(zweig.muss("informationen")),
        aktenzeichen=_empfaengeraktenzeichen(zweig.muss("auswahl_aktenzeichen").wahl()),
        fremde_nachrichtenid=zweig.uuid("fremdeNachrichtenID"),
    )


def _empfaengeraktenzeichen(wahl: Zweig) -> str | OhneAktenzeichen:
    return _OHNE.get(local(wahl.element)) or wahl.inhalt()


def _partner(zweig: Zweig) -> Partner:
    stelle = read_stelle(zweig.muss("auswahl_kommunikationspartner"))
    routing = zweig.text("routingInformationAusSafeverzeichnis")
    verweis = zweig.eins("auswahl_verweisGrunddaten")
    if verweis is None:
        return Partner(stelle, routing)
    wahl = verweis.wahl()
    if local(wahl.element) in {"ref.instanznummer", "verweisInstanz"}:
        return Partner(stelle, routing, instanznummer=wahl.inhalt())
    return Partner(stelle, routing, rollennummer=wahl.muss_text("ref.rollennummer"))


def _unterzeichner(zweig: Zweig) -> Unterzeichner:
    verweis = zweig.eins("verweisUnterzeichner")
    return Unterzeichner(
        zweig.muss_text("einfacheSignatur"), None if verweis is None else verweis.muss_text("ref.rollennummer")
    )


def _hersteller(zweig: Zweig) -> Herstellerinformation | None:
    angabe = zweig.eins("herstellerinformation")
    if angabe is None:
        return None
    texte = (angabe.text(name) or "" for name in ("nameDesProdukts", "herstellerDesProdukts", "version"))
    return Herstellerinformation(*texte)


def _geheimhaltung(zweig: Zweig | None) -> Geheimhaltung | None:
    if zweig is None:
        return None
    return Geheimhaltung(zweig.text("vertraulichZuBehandelnGrund"), zweig.code("geheimhaltungsgrad"))


def _kopf_351(zweig: Zweig) -> Nachrichtenkopf:
    eigene, fremde = zweig.texte("aktenzeichen.absender"), zweig.texte("aktenzeichen.empfaenger")
    absender = read_stelle(zweig.muss("auswahl_absender"), "absender.")
    empfaenger = read_stelle(zweig.muss("auswahl_empfaenger"), "empfaenger.")
    routing = zweig.text("routingInformationAusSafeverzeichnis.empfaenger")
    return Nachrichtenkopf(
        erstellungszeitpunkt=zweig.must("erstellungszeitpunkt", parse_zeitpunkt),
        absender=Absender(
            Partner(absender),
            zweig.must("eigeneNachrichtenID", Uuid),
            eigene[0] if eigene else None,
            weitere_aktenzeichen=eigene[1:],
        ),
        empfaenger=Empfaenger(
            Partner(empfaenger, routing),
            fremde[0] if fremde else OhneAktenzeichen.UNBEKANNT,
            zweig.uuid("fremdeNachrichtenID"),
            fremde[1:],
        ),
        herstellerinformation=_hersteller(zweig),
        ereignisse=zweig.codes("ereignis"),
        sendungsprioritaet=zweig.code("sendungsprioritaet"),
    )
