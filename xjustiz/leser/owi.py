"""fachdaten of 0500010, the same in 3.5.1, 3.6.2 and 4.0.0."""

from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from xjustiz.fehler import NachrichtUnreadable
from xjustiz.leser.grunddaten import read_anschrift
from xjustiz.leser.zweig import Zweig, parse_datum
from xjustiz.owi import (
    Bussgeldbescheid,
    Bussgeldkatalog,
    Dauer,
    Kasse,
    Konkurrenz,
    Konkurrenzart,
    Messung,
    Nachmeldung,
    Oertlichkeit,
    OwiFachdaten,
    Rechtskraft,
    Strassenzustand,
    Tat,
    Tatanschrift,
    Tatbestandsnummer,
    Tatort,
    Vollzugsbehoerde,
    Zahlung,
)
from xjustiz.xmlsicher import local, pfad

_E = TypeVar("_E", bound=StrEnum)


def read_owi(zweig: Zweig) -> OwiFachdaten:
    bescheid = zweig.eins("bussgeldbescheid")
    nachmeldung = zweig.eins("nachtraeglicheMitteilungen.bussgeldbescheid")
    return OwiFachdaten(
        None if bescheid is None else _bescheid(bescheid),
        zweig.datum("datumDesEinspruchs"),
        None if nachmeldung is None else _nachmeldung(nachmeldung),
    )


def _bescheid(zweig: Zweig) -> Bussgeldbescheid:
    return Bussgeldbescheid(
        erlassdatum=zweig.text("erlassdatum"),
        rechtskraft=_rechtskraft(zweig.eins("rechtskraft")),
        verjaehrung=zweig.text("bussgeldverjaehrung"),
        geldbusse=zweig.betrag("geldbusse"),
        teilzahlung_gesamt=zweig.betrag("teilzahlungGeldbusseGesamt"),
        teilzahlungen=_betraege(zweig, "teilzahlungEinzeln"),
        auslagen=zweig.betrag("auslagen"),
        teilzahlungen_auslagen=_betraege(zweig, "teilzahlungAuslagen"),
        kasse=_kasse(zweig.eins("kasse")),
        tat=_tat(zweig.eins("tat")),
        vollzugsbehoerde=_vollzugsbehoerde(zweig.eins("vollzugsbehoerde")),
        bussgeldkatalog=_katalog(zweig.eins("bussgeldkatalog")),
    )


def _betraege(zweig: Zweig, name: str) -> tuple[Decimal, ...]:
    werte: list[Decimal] = []
    while (wert := zweig.betrag(name)) is not None:
        werte.append(wert)
    return tuple(werte)


def _rechtskraft(zweig: Zweig | None) -> Rechtskraft | None:
    if zweig is None:
        return None
    return Rechtskraft(
        zweig.must("rechtskraftdatum", parse_datum),
        tuple(kind.muss_text("ref.rollennummer") for kind in zweig.alle("betroffener")),
        zweig.texte("gegenstand"),
    )


def _kasse(zweig: Zweig | None) -> Kasse | None:
    return None if zweig is None else Kasse(zweig.muss_text("ref.beteiligtennummer"), zweig.text("kassenzeichen"))


def _tat(zweig: Zweig | None) -> Tat | None:
    if zweig is None:
        return None
    return Tat(
        anfangsdatum=zweig.text("anfangsdatum"),
        anfangsuhrzeit=zweig.text("anfangsuhrzeit"),
        endedatum=zweig.text("endedatum"),
        endeuhrzeit=zweig.text("endeuhrzeit"),
        tatorte=tuple(_tatort(kind) for kind in zweig.alle("tatort")),
    )


def _tatort(zweig: Zweig) -> Tatort:
    return Tatort(
        tuple(_tatanschrift(kind) for kind in zweig.alle("anschrift")),
        zweig.text("ortsbeschreibung"),
        _choice(zweig.eins("auswahl_oertlichkeit"), Oertlichkeit),
        _choice(zweig.eins("auswahl_strassenzustand"), Strassenzustand),
    )


def _tatanschrift(zweig: Zweig) -> Tatanschrift:
    return Tatanschrift(read_anschrift(zweig), zweig.text("gemeinde"), zweig.text("strassenkilometer"))


def _choice(auswahl: Zweig | None, art: type[_E]) -> _E | None:
    if auswahl is None:
        return None
    kind = auswahl.wahl().element
    try:
        return art(local(kind))
    except ValueError as error:
        raise NachrichtUnreadable(f"{pfad(kind)}: unknown choice") from error


def _vollzugsbehoerde(zweig: Zweig | None) -> Vollzugsbehoerde | None:
    return None if zweig is None else Vollzugsbehoerde(zweig.code("wohnort.polizei"), zweig.code("wohnort.jva"))


def _katalog(zweig: Zweig | None) -> Bussgeldkatalog | None:
    if zweig is None:
        return None
    return Bussgeldkatalog(
        tatbestand=_tatbestand(zweig.muss("auswahl_tatbestandsnummer.text").wahl()),
        textalternative=zweig.text("textalternative"),
        konkretisierung=zweig.text("konkretisierung"),
        gemessener_wert=_messung(zweig.eins("gemessenerWert")),
        zulaessiger_wert=_messung(zweig.eins("zulaessigerWert")),
        differenz=zweig.text("differenz"),
        vorsatz=zweig.wahr("vorsatz", vorgabe=False),
        fahrverbot=_dauer(zweig.eins("fahrverbot")),
        punkte=zweig.text("punkte"),
        geldbusse=zweig.text("geldbusse"),
        konkurrenz=_konkurrenz(zweig),
    )


def _tatbestand(wahl: Zweig) -> Tatbestandsnummer | str:
    if local(wahl.element) == "text":
        return wahl.inhalt()
    return Tatbestandsnummer(
        wahl.muss_text("katalog"), wahl.muss_text("version"), wahl.muss_text("wert"), wahl.text("zusatz")
    )


def _messung(zweig: Zweig | None) -> Messung | None:
    if zweig is None:
        return None
    return Messung(zweig.muss_text("messwert"), zweig.muss_text("einheit"), zweig.text("gegenstand"))


def _dauer(zweig: Zweig | None) -> Dauer | None:
    """Of Type.STRAF.Dauer only angabenDauer: Freizeitarreste and Tagessätze do not occur in a Fahrverbot."""
    angaben = None if zweig is None else zweig.eins("angabenDauer")
    if angaben is None:
        return None
    return Dauer(
        jahr=angaben.zahl("jahr"),
        monate=angaben.zahl("monate"),
        wochen=angaben.zahl("wochen"),
        tage=angaben.zahl("tage"),
        stunden=angaben.zahl("stunden"),
        minuten=angaben.zahl("minuten"),
        sekunden=angaben.zahl("sekunden"),
        sonstige=angaben.text("sonstige"),
    )


def _konkurrenz(zweig: Zweig) -> Konkurrenz | None:
    for art in Konkurrenzart:
        angabe = zweig.eins(art.value)
        if angabe is not None:
            return Konkurrenz(art, angabe.text("ref.delikt"), angabe.text("beschreibung"))
    return None


def _nachmeldung(zweig: Zweig) -> Nachmeldung:
    zahlung, storno = zweig.eins("mitteilung.zahlung"), zweig.eins("mitteilung.stornierung")
    ruecknahme = zweig.eins("ruecknahme")
    einzeln = [] if zahlung is None else zahlung.alle("teilzahlung.einzeln")
    auslagen = [] if zahlung is None else zahlung.alle("teilzahlung.auslagen")
    return Nachmeldung(
        tuple(_zahlung(kind, "teilzahlung") for kind in einzeln),
        tuple(_zahlung(kind, "teilzahlung.auslagen") for kind in auslagen),
        _storno(storno, "stornierung.einzeln", "teilzahlung"),
        _storno(storno, "stornierung.auslagen", "teilzahlung.auslagen"),
        None if ruecknahme is None else ruecknahme.wahr("ruecknahme.EHaftAntrag", vorgabe=False),
    )


def _storno(zweig: Zweig | None, name: str, vorsatz: str) -> Zahlung | None:
    angabe = None if zweig is None else zweig.eins(name)
    return None if angabe is None else _zahlung(angabe, vorsatz)


def _zahlung(zweig: Zweig, vorsatz: str) -> Zahlung:
    return Zahlung(zweig.betrag(f"{vorsatz}.einzeln"), zweig.text(f"{vorsatz}.datum"))
