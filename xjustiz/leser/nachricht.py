"""`read`: bytes in, a message and everything that was not understood out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from xjustiz.fehler import NachrichtUnreadable, VersionUnreadable
from xjustiz.grunddaten import Grunddaten
from xjustiz.kopf import Nachrichtenkopf
from xjustiz.leser.grunddaten import read_grunddaten
from xjustiz.leser.kopf import read_kopf
from xjustiz.leser.owi import read_owi
from xjustiz.leser.schriftgut import read_schriftgut
from xjustiz.leser.zweig import Bericht, Zweig, parse_datum
from xjustiz.nachrichten import (
    NAMENSRAUM,
    Basisnachricht,
    Empfangsbekenntnis,
    Fehler,
    Fehlernachricht,
    Nachricht,
    NachrichtArt,
    OwiVerfahrensmitteilung,
    SonstigeNachricht,
    Stoerung,
    Uebermittlung,
    Verarbeitungsbestaetigung,
)
from xjustiz.schriftgut import Schriftgut
from xjustiz.versionen import LESBAR
from xjustiz.xmlsicher import local, namespace, parse_xml, pfad


@dataclass(frozen=True, slots=True)
class Gelesen:
    """What came out of a message. The original bytes stay with it, unchanged.

    `nicht_gelesen`: paths of elements the model has no place for; `maengel`: optional values that made no sense.
    """

    nachricht: Nachricht
    version: str
    xml: bytes
    nicht_gelesen: tuple[str, ...] = ()
    maengel: tuple[str, ...] = ()


def read(xml: bytes) -> Gelesen:
    """Reads a message of XJustiz 3.5.1, 3.6.2 or 4.0.0. It need not be valid, only understandable.

    Raises NachrichtUnreadable: no XML, a DOCTYPE, beyond the limits of `xmlsicher`, another namespace, or a
    mandatory part missing; and its subclass VersionUnreadable, which names the version.
    """
    wurzel = parse_xml(xml)
    if namespace(wurzel) != NAMENSRAUM or not local(wurzel).startswith("nachricht."):
        raise NachrichtUnreadable(f"the root element {wurzel.tag!s} is no XJustiz message")
    bericht = Bericht()
    zweig = bericht.zweig(wurzel)
    kopf = zweig.muss("nachrichtenkopf")
    version = kopf.element.get("xjustizVersion", "")
    if version not in LESBAR:
        raise VersionUnreadable(version)
    nachricht = _lesen(local(wurzel), zweig, read_kopf(kopf, version))
    return Gelesen(nachricht, version, xml, bericht.nicht_gelesen(), tuple(bericht.maengel))


def _lesen(name: str, zweig: Zweig, kopf: Nachrichtenkopf) -> Nachricht:
    leser = _LESER.get(name)
    if leser is not None:
        return leser(zweig, kopf)
    return SonstigeNachricht(name, kopf, _grunddaten(zweig), _schriftgut(zweig))


def _uebermittlung(zweig: Zweig, kopf: Nachrichtenkopf) -> Nachricht:
    return Uebermittlung(
        kopf, read_grunddaten(zweig.muss("grunddaten")), read_schriftgut(zweig.muss("schriftgutobjekte"))
    )


def _basisnachricht(zweig: Zweig, kopf: Nachrichtenkopf) -> Nachricht:
    return Basisnachricht(kopf, _grunddaten(zweig))


def _fehlernachricht(zweig: Zweig, kopf: Nachrichtenkopf) -> Nachricht:
    fehler = tuple(_fehler(kind) for kind in zweig.muss("fachdaten").alle("fehler"))
    return Fehlernachricht(kopf, fehler, _grunddaten(zweig))


def _fehler(zweig: Zweig) -> Fehler:
    code = zweig.muss("auswahl_fehlercode").wahl()
    status = zweig.eins("auswahl_statusWeiterverarbeitung")
    return Fehler(
        code.als_code(),
        local(code.element),
        zweig.text("zusatzinformation"),
        None if status is None else local(status.wahl().element),
    )


def _verarbeitungsbestaetigung(_: Zweig, kopf: Nachrichtenkopf) -> Nachricht:
    return Verarbeitungsbestaetigung(kopf)


def _empfangsbekenntnis(zweig: Zweig, kopf: Nachrichtenkopf) -> Nachricht:
    fachdaten = zweig.muss("fachdaten")
    stoerung = fachdaten.eins("stoerungsmeldung")
    ergebnis = fachdaten.must("empfangsbestaetigung", parse_datum) if stoerung is None else _stoerung(stoerung)
    if stoerung is not None and fachdaten.eins("empfangsbestaetigung") is not None:
        raise NachrichtUnreadable(f"{pfad(fachdaten.element)}: both receipt and refusal")
    return Empfangsbekenntnis(kopf, ergebnis, fachdaten.wahr("zustellungsempfaenger.abweichend", vorgabe=False))


def _stoerung(zweig: Zweig) -> Stoerung:
    return Stoerung(zweig.muss_code("stoerungsID"), zweig.text("stoerungsGrund"))


def _owi(zweig: Zweig, kopf: Nachrichtenkopf) -> Nachricht:
    return OwiVerfahrensmitteilung(
        kopf, read_grunddaten(zweig.muss("grunddaten")), read_owi(zweig.muss("fachdaten")), _schriftgut(zweig)
    )


def _schriftgut(zweig: Zweig) -> Schriftgut | None:
    teil = zweig.eins("schriftgutobjekte")
    return None if teil is None else read_schriftgut(teil)


def _grunddaten(zweig: Zweig) -> Grunddaten | None:
    teil = zweig.eins("grunddaten")
    return None if teil is None else read_grunddaten(teil)


_LESER: Mapping[str, Callable[[Zweig, Nachrichtenkopf], Nachricht]] = MappingProxyType(
    {
        NachrichtArt.UEBERMITTLUNG: _uebermittlung,
        NachrichtArt.BASISNACHRICHT: _basisnachricht,
        NachrichtArt.FEHLER: _fehlernachricht,
        NachrichtArt.VERARBEITUNGSBESTAETIGUNG: _verarbeitungsbestaetigung,
        NachrichtArt.OWI_AN_JUSTIZ: _owi,
        NachrichtArt.EEB: _empfangsbekenntnis,
    }
)
