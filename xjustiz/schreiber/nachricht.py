"""`write`: a message of the model as bytes in XJustiz 3.6.2 or 4.0.0."""

from lxml import etree

from xjustiz.fehler import NachrichtInvalid
from xjustiz.leser import Gelesen, read
from xjustiz.nachrichten import (
    NAMENSRAUM,
    Basisnachricht,
    Empfangsbekenntnis,
    Fehler,
    Fehlernachricht,
    Nachricht,
    OwiVerfahrensmitteilung,
    SonstigeNachricht,
    Stoerung,
    Uebermittlung,
    Verarbeitungsbestaetigung,
    nachricht_art,
)
from xjustiz.schreiber.bau import Bau
from xjustiz.schreiber.grunddaten import write_grunddaten
from xjustiz.schreiber.kopf import write_kopf
from xjustiz.schreiber.owi import write_owi
from xjustiz.schreiber.profil import PROFILE, Profil
from xjustiz.schreiber.schriftgut import write_schriftgut

XSI = "http://www.w3.org/2001/XMLSchema-instance"


def write(nachricht: Nachricht | Gelesen, version: str = "3.6.2") -> bytes:
    """UTF-8 with XML declaration, prefix `tns`, xsi:schemaLocation (sheet §0 No. 5).

    `version` is one of `SCHREIBBAR`. Raises NachrichtInvalid for values, names and content that would not be lawful;
    what only the XSD or the rules know is left to `Schemas.validate` and `check`. A message that was read is handed
    in as `Gelesen`: it is refused when anything in it would be lost on the way, instead of losing it.
    """
    return _rewrite(nachricht, version) if isinstance(nachricht, Gelesen) else _write(nachricht, version)


def _rewrite(gelesen: Gelesen, version: str) -> bytes:
    for verlust in (*gelesen.nicht_gelesen, *gelesen.maengel):
        raise NachrichtInvalid(verlust, "was not understood when it was read and would be lost")
    xml = _write(gelesen.nachricht, version)
    if read(xml).nachricht != gelesen.nachricht:
        raise NachrichtInvalid("/", f"does not stay the same in XJustiz {version}")
    return xml


def _write(nachricht: Nachricht, version: str) -> bytes:
    profil = PROFILE.get(version)
    if profil is None:
        raise NachrichtInvalid("/", f"XJustiz {version} is not written")
    bau = _root(nachricht, profil)
    write_kopf(bau, nachricht.kopf, profil)
    _body(bau, nachricht, profil)
    etree.indent(bau.element, space="  ")
    return etree.tostring(bau.element, xml_declaration=True, encoding="UTF-8")


def _root(nachricht: Nachricht, profil: Profil) -> Bau:
    name = nachricht_art(nachricht)
    modul = profil.module.get(name)
    if modul is None:
        raise NachrichtInvalid(f"/{name}", "this message is not written")
    wurzel = etree.Element(f"{{{NAMENSRAUM}}}{name}", nsmap={"tns": NAMENSRAUM, "xsi": XSI})
    wurzel.set(f"{{{XSI}}}schemaLocation", f"{NAMENSRAUM} {modul}")
    return Bau(wurzel)


def _body(bau: Bau, nachricht: Nachricht, profil: Profil) -> None:
    match nachricht:
        case Uebermittlung():
            write_grunddaten(bau, nachricht.grunddaten)
            write_schriftgut(bau, nachricht.schriftgut, profil)
        case Basisnachricht():
            _grunddaten(bau, nachricht)
        case Fehlernachricht():
            _grunddaten(bau, nachricht)
            _fehlernachricht(bau, nachricht)
        case Empfangsbekenntnis():
            _empfangsbekenntnis(bau.kind("fachdaten"), nachricht)
        case OwiVerfahrensmitteilung():
            write_grunddaten(bau, nachricht.grunddaten)
            if nachricht.schriftgut is not None:
                write_schriftgut(bau, nachricht.schriftgut, profil)
            write_owi(bau, nachricht.fachdaten)
        case Verarbeitungsbestaetigung() | SonstigeNachricht():
            pass


def _grunddaten(bau: Bau, nachricht: Basisnachricht | Fehlernachricht) -> None:
    if nachricht.grunddaten is not None:
        write_grunddaten(bau, nachricht.grunddaten)


def _fehlernachricht(bau: Bau, nachricht: Fehlernachricht) -> None:
    if not nachricht.fehler:
        raise bau.invalid("fachdaten", "at least one Fehler")
    fachdaten = bau.kind("fachdaten")
    for fehler in nachricht.fehler:
        _fehler(fachdaten.kind("fehler"), fehler)


def _fehler(bau: Bau, fehler: Fehler) -> None:
    bau.kind("auswahl_fehlercode").typ3(fehler.element, fehler.code)
    bau.text("zusatzinformation", fehler.zusatzinformation)
    if fehler.weiterverarbeitung is not None:
        bau.kind("auswahl_statusWeiterverarbeitung").wahr(fehler.weiterverarbeitung, wert=True)


def _empfangsbekenntnis(bau: Bau, eeb: Empfangsbekenntnis) -> None:
    if isinstance(eeb.ergebnis, Stoerung):
        stoerung = bau.kind("stoerungsmeldung")
        stoerung.code("stoerungsID", eeb.ergebnis.id)
        stoerung.text("stoerungsGrund", eeb.ergebnis.grund)
    else:
        bau.datum("empfangsbestaetigung", eeb.ergebnis)
    bau.wahr("zustellungsempfaenger.abweichend", eeb.abweichender_empfaenger)
