"""grunddaten, the same in all versions read here but for the number of verfahrensgegenstand."""

from xjustiz.codes import Code
from xjustiz.grunddaten import (
    AktenzeichenAngabe,
    Anschrift,
    Beteiligung,
    Grunddaten,
    Instanzdaten,
    Kanzlei,
    NatuerlichePerson,
    Organisation,
    Rolle,
    StrukturiertesAktenzeichen,
    Telekommunikation,
)
from xjustiz.leser.kopf import read_stelle
from xjustiz.leser.zweig import Zweig
from xjustiz.xmlsicher import local


def read_grunddaten(zweig: Zweig) -> Grunddaten:
    daten = zweig.eins("verfahrensdaten")
    if daten is None:
        return Grunddaten()
    return Grunddaten(
        daten.text("verfahrensnummer"),
        tuple(_instanz(kind) for kind in daten.alle("instanzdaten")),
        tuple(_beteiligung(kind) for kind in daten.alle("beteiligung")),
    )


def read_aktenzeichen(zweig: Zweig) -> AktenzeichenAngabe:
    """Type.GDS.Aktenzeichen."""
    station = zweig.eins("auswahl_az.vergebendeStation")
    wahl = zweig.muss("auswahl_aktenzeichen").wahl()
    frei = local(wahl.element) == "aktenzeichen.freitext"
    return AktenzeichenAngabe(
        wahl.inhalt() if frei else _strukturiert(wahl),
        zweig.code("az.art"),
        None if station is None else read_stelle(station),
        zweig.text("sammelvorgangsnummer"),
    )


def _strukturiert(zweig: Zweig) -> StrukturiertesAktenzeichen:
    return StrukturiertesAktenzeichen(
        register=zweig.muss_code("register"),
        laufende_nummer=zweig.muss_text("laufendeNummer"),
        jahr=zweig.muss_text("jahr"),
        sachgebietsschluessel=zweig.text("sachgebietsschluessel"),
        zusatzkennung=zweig.text("zusatzkennung"),
        abteilung=zweig.text("abteilung"),
        vorsatz=zweig.text("vorsatz"),
        zusatz=zweig.text("zusatz"),
        dezernat=zweig.text("dezernat"),
        erfassungsdatum=zweig.text("erfassungsdatum"),
    )


def _instanz(zweig: Zweig) -> Instanzdaten:
    nummer = zweig.eins("aktenzeichen")
    return Instanzdaten(
        behoerde=read_stelle(zweig.muss("auswahl_instanzbehoerde")),
        instanznummer=zweig.text("instanznummer"),
        sachgebiet=zweig.code("sachgebiet"),
        sachgebietszusatz=zweig.text("sachgebietszusatz"),
        abteilung=zweig.text("abteilung"),
        verfahrensinstanznummer=zweig.text("verfahrensinstanznummer"),
        aktenzeichen=None if nummer is None else read_aktenzeichen(nummer),
        kurzrubrum=zweig.text("kurzrubrum"),
        gegenstaende=tuple(kind.muss_text("gegenstand") for kind in zweig.alle("verfahrensgegenstand")),
        telekommunikation=_telekommunikation(zweig),
    )


def _telekommunikation(zweig: Zweig) -> tuple[Telekommunikation, ...]:
    return tuple(
        Telekommunikation(
            kind.muss_code("telekommunikationsart"), kind.muss_text("verbindung"), kind.code("telekommunikationszusatz")
        )
        for kind in zweig.alle("telekommunikation")
    )


def _beteiligung(zweig: Zweig) -> Beteiligung:
    beteiligter = zweig.muss("beteiligter")
    return Beteiligung(
        _beteiligter(beteiligter.muss("auswahl_beteiligter").wahl()),
        beteiligter.text("beteiligtennummer"),
        tuple(_rolle(kind) for kind in zweig.alle("rolle")),
    )


def _beteiligter(wahl: Zweig) -> NatuerlichePerson | Organisation | Kanzlei:
    match local(wahl.element):
        case "natuerlichePerson":
            return _person(wahl)
        case "ra.kanzlei":
            return _kanzlei(wahl)
    return Organisation(
        wahl.muss("bezeichnung").muss_text("bezeichnung.aktuell"),
        wahl.text("kurzbezeichnung"),
        _anschriften(wahl),
        _telekommunikation(wahl),
    )


def _kanzlei(zweig: Zweig) -> Kanzlei:
    anwalt = zweig.eins("raImVerfahren")
    return Kanzlei(
        zweig.muss("bezeichnung").muss_text("bezeichnung.aktuell"),
        zweig.muss_code("kanzleiform"),
        _anschriften(zweig),
        _telekommunikation(zweig),
        None if anwalt is None else _person(anwalt),
    )


def _person(zweig: Zweig) -> NatuerlichePerson:
    name = zweig.muss("vollerName")
    geburt = zweig.eins("geburt")
    return NatuerlichePerson(
        nachname=name.muss_text("nachname"),
        vorname=name.text("vorname"),
        titel=name.text("titel"),
        namensvorsatz=name.text("namensvorsatz"),
        geburtsname=name.text("geburtsname"),
        geburtsdatum=None if geburt is None else geburt.text("geburtsdatum"),
        geschlecht=zweig.code("geschlecht"),
        anschriften=_anschriften(zweig),
        telekommunikation=_telekommunikation(zweig),
    )


def _anschriften(zweig: Zweig) -> tuple[Anschrift, ...]:
    return tuple(read_anschrift(kind) for kind in zweig.alle("anschrift"))


def read_anschrift(zweig: Zweig) -> Anschrift:
    """Type.GDS.Anschrift."""
    land = zweig.eins("auswahl_bundesland")
    return Anschrift(
        anschriftstyp=zweig.code("anschriftstyp"),
        anschriftenzusatz=zweig.texte("anschriftenzusatz"),
        strasse=zweig.text("strasse"),
        hausnummer=zweig.text("hausnummer"),
        postfachnummer=zweig.text("postfachnummer"),
        postleitzahl=zweig.text("postleitzahl"),
        ort=zweig.text("ort"),
        ortsteil=zweig.text("ortsteil"),
        bundesland=None if land is None else _bundesland(land.wahl()),
        staat=zweig.code("staat"),
    )


def _bundesland(wahl: Zweig) -> Code | str:
    return wahl.als_code() if local(wahl.element) == "bundesland.BRD" else wahl.inhalt()


def _rolle(zweig: Zweig) -> Rolle:
    sonstige = (kind.text("sonstigeBezeichnung") for kind in zweig.alle("auswahl_bezeichnung"))
    return Rolle(
        bezeichnung=zweig.code("rollenbezeichnung"),
        rollennummer=zweig.text("rollennummer"),
        nr=zweig.zahl("nr"),
        geschaeftszeichen=zweig.text("geschaeftszeichen"),
        referenzen=tuple(kind.muss_text("ref.rollennummer") for kind in zweig.alle("referenz")),
        sonstige_bezeichnungen=tuple(text for text in sonstige if text is not None),
    )
