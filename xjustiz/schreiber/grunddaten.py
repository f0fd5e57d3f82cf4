"""grunddaten of 3.6.2 and 4.0.0."""

from xjustiz.codes import Code
from xjustiz.din91379 import Datentyp
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
from xjustiz.schreiber.bau import Bau
from xjustiz.schreiber.kopf import write_stelle


def write_grunddaten(eltern: Bau, daten: Grunddaten) -> None:
    bau = eltern.kind("grunddaten")
    if daten == Grunddaten():
        return
    verfahren = bau.kind("verfahrensdaten")
    verfahren.text("verfahrensnummer", daten.verfahrensnummer)
    for instanz in daten.instanzdaten:
        _instanz(verfahren.kind("instanzdaten"), instanz)
    for beteiligung in daten.beteiligungen:
        _beteiligung(verfahren.kind("beteiligung"), beteiligung)


def write_aktenzeichen(bau: Bau, angabe: AktenzeichenAngabe) -> None:
    """Type.GDS.Aktenzeichen into its element."""
    bau.code("az.art", angabe.art)
    if angabe.vergebende_station is not None:
        write_stelle(bau.kind("auswahl_az.vergebendeStation"), angabe.vergebende_station)
    auswahl = bau.kind("auswahl_aktenzeichen")
    if isinstance(angabe.aktenzeichen, str):
        auswahl.text("aktenzeichen.freitext", angabe.aktenzeichen)
    else:
        _strukturiert(auswahl.kind("aktenzeichen.strukturiert"), angabe.aktenzeichen)
    bau.text("sammelvorgangsnummer", angabe.sammelvorgangsnummer)


def _strukturiert(bau: Bau, zeichen: StrukturiertesAktenzeichen) -> None:
    bau.text("sachgebietsschluessel", zeichen.sachgebietsschluessel)
    bau.text("zusatzkennung", zeichen.zusatzkennung)
    bau.text("abteilung", zeichen.abteilung)
    bau.typ3("register", zeichen.register)
    bau.text("laufendeNummer", zeichen.laufende_nummer)
    bau.text("jahr", zeichen.jahr)
    bau.text("vorsatz", zeichen.vorsatz)
    bau.text("zusatz", zeichen.zusatz)
    bau.text("dezernat", zeichen.dezernat)
    bau.text("erfassungsdatum", zeichen.erfassungsdatum)


def _instanz(bau: Bau, instanz: Instanzdaten) -> None:
    if len(instanz.gegenstaende) > 1:
        raise bau.invalid("verfahrensgegenstand", "only one can be written")
    bau.text("instanznummer", instanz.instanznummer)
    bau.typ3("sachgebiet", instanz.sachgebiet)
    bau.text("sachgebietszusatz", instanz.sachgebietszusatz)
    write_stelle(bau.kind("auswahl_instanzbehoerde"), instanz.behoerde)
    bau.text("abteilung", instanz.abteilung)
    bau.text("verfahrensinstanznummer", instanz.verfahrensinstanznummer)
    if instanz.aktenzeichen is not None:
        write_aktenzeichen(bau.kind("aktenzeichen"), instanz.aktenzeichen)
    bau.text("kurzrubrum", instanz.kurzrubrum)
    for gegenstand in instanz.gegenstaende:
        bau.kind("verfahrensgegenstand").text("gegenstand", gegenstand)
    _telekommunikation(bau, instanz.telekommunikation)


def _telekommunikation(bau: Bau, angaben: tuple[Telekommunikation, ...]) -> None:
    for angabe in angaben:
        ziel = bau.kind("telekommunikation")
        ziel.code("telekommunikationsart", angabe.art)
        ziel.code("telekommunikationszusatz", angabe.zusatz)
        ziel.text("verbindung", angabe.verbindung)


def _beteiligung(bau: Bau, beteiligung: Beteiligung) -> None:
    for rolle in beteiligung.rollen:
        _rolle(bau.kind("rolle"), rolle)
    ziel = bau.kind("beteiligter")
    ziel.text("beteiligtennummer", beteiligung.beteiligtennummer)
    auswahl = ziel.kind("auswahl_beteiligter")
    match beteiligung.beteiligter:
        case NatuerlichePerson() as person:
            _person(auswahl.kind("natuerlichePerson"), person)
        case Organisation() as organisation:
            _organisation(auswahl.kind("organisation"), organisation)
        case Kanzlei() as kanzlei:
            _kanzlei(auswahl.kind("ra.kanzlei"), kanzlei)


def _rolle(bau: Bau, rolle: Rolle) -> None:
    bau.text("rollennummer", rolle.rollennummer)
    bau.typ3("rollenbezeichnung", rolle.bezeichnung)
    bau.zahl("nr", rolle.nr)
    bau.text("geschaeftszeichen", rolle.geschaeftszeichen)
    for nummer in rolle.referenzen:
        bau.kind("referenz").text("ref.rollennummer", nummer)
    for bezeichnung in rolle.sonstige_bezeichnungen:
        bau.kind("auswahl_bezeichnung").text("sonstigeBezeichnung", bezeichnung)


def _person(bau: Bau, person: NatuerlichePerson) -> None:
    name = bau.kind("vollerName")
    name.text("vorname", person.vorname, Datentyp.A)
    name.text("titel", person.titel)
    name.text("namensvorsatz", person.namensvorsatz, Datentyp.A)
    name.text("nachname", person.nachname, Datentyp.A)
    name.text("geburtsname", person.geburtsname, Datentyp.A)
    if person.geburtsdatum is not None:
        bau.kind("geburt").text("geburtsdatum", person.geburtsdatum)
    bau.code("geschlecht", person.geschlecht)
    _anschriften(bau, person.anschriften)
    _telekommunikation(bau, person.telekommunikation)


def _organisation(bau: Bau, organisation: Organisation) -> None:
    bau.kind("bezeichnung").text("bezeichnung.aktuell", organisation.bezeichnung, Datentyp.D)
    bau.text("kurzbezeichnung", organisation.kurzbezeichnung, Datentyp.D)
    _anschriften(bau, organisation.anschriften)
    _telekommunikation(bau, organisation.telekommunikation)


def _kanzlei(bau: Bau, kanzlei: Kanzlei) -> None:
    bau.kind("bezeichnung").text("bezeichnung.aktuell", kanzlei.bezeichnung, Datentyp.D)
    bau.code("kanzleiform", kanzlei.kanzleiform)
    _anschriften(bau, kanzlei.anschriften)
    _telekommunikation(bau, kanzlei.telekommunikation)
    if kanzlei.ra_im_verfahren is not None:
        _person(bau.kind("raImVerfahren"), kanzlei.ra_im_verfahren)


def _anschriften(bau: Bau, anschriften: tuple[Anschrift, ...]) -> None:
    for anschrift in anschriften:
        write_anschrift(bau.kind("anschrift"), anschrift)


def write_anschrift(ziel: Bau, anschrift: Anschrift) -> None:
    """Type.GDS.Anschrift into its element."""
    ziel.code("anschriftstyp", anschrift.anschriftstyp)
    ziel.texte("anschriftenzusatz", anschrift.anschriftenzusatz)
    ziel.text("strasse", anschrift.strasse, Datentyp.B)
    ziel.text("hausnummer", anschrift.hausnummer, Datentyp.B)
    ziel.text("postfachnummer", anschrift.postfachnummer)
    ziel.text("postleitzahl", anschrift.postleitzahl)
    ziel.text("ort", anschrift.ort, Datentyp.B)
    ziel.text("ortsteil", anschrift.ortsteil, Datentyp.B)
    match anschrift.bundesland:
        case Code() as code:
            ziel.kind("auswahl_bundesland").typ3("bundesland.BRD", code)
        case str() as text:
            ziel.kind("auswahl_bundesland").text("bundesland.freitext", text, Datentyp.B)
    ziel.typ3("staat", anschrift.staat)
