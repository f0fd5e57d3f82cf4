"""fachdaten of 0500010, the same in 3.6.2 and 4.0.0."""

import re
from dataclasses import astuple

from xjustiz.din91379 import Datentyp
from xjustiz.owi import (
    Bussgeldbescheid,
    Bussgeldkatalog,
    Dauer,
    Konkurrenz,
    Messung,
    Nachmeldung,
    OwiFachdaten,
    Rechtskraft,
    Tat,
    Tatbestandsnummer,
    Tatort,
    Zahlung,
)
from xjustiz.schreiber.bau import Bau
from xjustiz.schreiber.grunddaten import write_anschrift

_DATUMSANGABE = re.compile(r"[0-9]{4}((-[0-9]{2})?-[0-9]{2})?")
_ZEITANGABE = re.compile(r"[0-9]{1,2}(:[0-9]{2}){0,2}")


def write_owi(eltern: Bau, daten: OwiFachdaten) -> None:
    bau = eltern.kind("fachdaten")
    if daten.bussgeldbescheid is not None:
        _bescheid(bau.kind("bussgeldbescheid"), daten.bussgeldbescheid)
    bau.datum("datumDesEinspruchs", daten.datum_des_einspruchs)
    if daten.nachmeldung is not None:
        _nachmeldung(bau.kind("nachtraeglicheMitteilungen.bussgeldbescheid"), daten.nachmeldung)


def _bescheid(bau: Bau, bescheid: Bussgeldbescheid) -> None:
    _pattern(bau, "erlassdatum", bescheid.erlassdatum, _DATUMSANGABE)
    if bescheid.rechtskraft is not None:
        _rechtskraft(bau.kind("rechtskraft"), bescheid.rechtskraft)
    _pattern(bau, "bussgeldverjaehrung", bescheid.verjaehrung, _DATUMSANGABE)
    bau.betrag("geldbusse", bescheid.geldbusse)
    bau.betrag("teilzahlungGeldbusseGesamt", bescheid.teilzahlung_gesamt)
    for betrag in bescheid.teilzahlungen:
        bau.betrag("teilzahlungEinzeln", betrag)
    bau.betrag("auslagen", bescheid.auslagen)
    for betrag in bescheid.teilzahlungen_auslagen:
        bau.betrag("teilzahlungAuslagen", betrag)
    if bescheid.kasse is not None:
        kasse = bau.kind("kasse")
        kasse.text("ref.beteiligtennummer", bescheid.kasse.beteiligtennummer)
        kasse.text("kassenzeichen", bescheid.kasse.kassenzeichen)
    _tat_und_folgen(bau, bescheid)


def _tat_und_folgen(bau: Bau, bescheid: Bussgeldbescheid) -> None:
    if bescheid.tat is not None:
        _tat(bau.kind("tat"), bescheid.tat)
    if bescheid.vollzugsbehoerde is not None:
        behoerde = bau.kind("vollzugsbehoerde")
        behoerde.typ3("wohnort.polizei", bescheid.vollzugsbehoerde.polizei)
        behoerde.typ3("wohnort.jva", bescheid.vollzugsbehoerde.jva)
    if bescheid.bussgeldkatalog is not None:
        _katalog(bau.kind("bussgeldkatalog"), bescheid.bussgeldkatalog)


def _rechtskraft(bau: Bau, rechtskraft: Rechtskraft) -> None:
    bau.datum("rechtskraftdatum", rechtskraft.datum)
    for nummer in rechtskraft.betroffene:
        bau.kind("betroffener").text("ref.rollennummer", nummer)
    bau.texte("gegenstand", rechtskraft.gegenstaende)


def _tat(bau: Bau, tat: Tat) -> None:
    _pattern(bau, "anfangsdatum", tat.anfangsdatum, _DATUMSANGABE)
    _pattern(bau, "anfangsuhrzeit", tat.anfangsuhrzeit, _ZEITANGABE)
    _pattern(bau, "endedatum", tat.endedatum, _DATUMSANGABE)
    _pattern(bau, "endeuhrzeit", tat.endeuhrzeit, _ZEITANGABE)
    for tatort in tat.tatorte:
        _tatort(bau.kind("tatort"), tatort)


def _tatort(bau: Bau, tatort: Tatort) -> None:
    for angabe in tatort.anschriften:
        ziel = bau.kind("anschrift")
        write_anschrift(ziel, angabe.anschrift)
        ziel.text("gemeinde", angabe.gemeinde, Datentyp.B)
        ziel.text("strassenkilometer", angabe.strassenkilometer)
    bau.text("ortsbeschreibung", tatort.ortsbeschreibung)
    for auswahl, wert in (
        ("auswahl_oertlichkeit", tatort.oertlichkeit),
        ("auswahl_strassenzustand", tatort.strassenzustand),
    ):
        if wert is not None:
            bau.kind(auswahl).wahr(wert.value, wert=True)


def _katalog(bau: Bau, katalog: Bussgeldkatalog) -> None:
    _tatbestand(bau.kind("auswahl_tatbestandsnummer.text"), katalog.tatbestand)
    bau.text("textalternative", katalog.textalternative)
    bau.text("konkretisierung", katalog.konkretisierung)
    _messung(bau, "gemessenerWert", katalog.gemessener_wert)
    _messung(bau, "zulaessigerWert", katalog.zulaessiger_wert)
    bau.text("differenz", katalog.differenz)
    bau.wahr("vorsatz", katalog.vorsatz)
    if katalog.fahrverbot is not None:
        _dauer(bau.kind("fahrverbot").kind("angabenDauer"), katalog.fahrverbot)
    bau.text("punkte", katalog.punkte)
    bau.text("geldbusse", katalog.geldbusse)
    _konkurrenz(bau, katalog.konkurrenz)


def _tatbestand(auswahl: Bau, tatbestand: Tatbestandsnummer | str) -> None:
    if isinstance(tatbestand, str):
        auswahl.text("text", tatbestand)
        return
    ziel = auswahl.kind("tatbestandsnummer")
    for name, wert in zip(("katalog", "version", "wert", "zusatz"), astuple(tatbestand), strict=True):
        ziel.text(name, wert)


def _messung(bau: Bau, name: str, messung: Messung | None) -> None:
    if messung is not None:
        ziel = bau.kind(name)
        ziel.text("messwert", messung.messwert)
        ziel.text("einheit", messung.einheit)
        ziel.text("gegenstand", messung.gegenstand)


def _dauer(bau: Bau, dauer: Dauer) -> None:
    for name in ("jahr", "monate", "wochen", "tage", "stunden", "minuten", "sekunden"):
        bau.zahl(name, getattr(dauer, name), mindestens=1)
    bau.text("sonstige", dauer.sonstige)


def _konkurrenz(bau: Bau, konkurrenz: Konkurrenz | None) -> None:
    if konkurrenz is not None:
        ziel = bau.kind(konkurrenz.art.value)
        ziel.text("ref.delikt", konkurrenz.delikt)
        ziel.text("beschreibung", konkurrenz.beschreibung)


def _nachmeldung(bau: Bau, nachmeldung: Nachmeldung) -> None:
    if nachmeldung.zahlungen or nachmeldung.zahlungen_auslagen:
        zahlung = bau.kind("mitteilung.zahlung")
        for eine in nachmeldung.zahlungen:
            _zahlung(zahlung.kind("teilzahlung.einzeln"), eine, "teilzahlung")
        for eine in nachmeldung.zahlungen_auslagen:
            _zahlung(zahlung.kind("teilzahlung.auslagen"), eine, "teilzahlung.auslagen")
    _storno(bau, nachmeldung)
    if nachmeldung.ruecknahme_ehaft is not None:
        bau.kind("ruecknahme").wahr("ruecknahme.EHaftAntrag", nachmeldung.ruecknahme_ehaft)


def _storno(bau: Bau, nachmeldung: Nachmeldung) -> None:
    if nachmeldung.storno is None and nachmeldung.storno_auslagen is None:
        return
    storno = bau.kind("mitteilung.stornierung")
    if nachmeldung.storno is not None:
        _zahlung(storno.kind("stornierung.einzeln"), nachmeldung.storno, "teilzahlung")
    if nachmeldung.storno_auslagen is not None:
        if nachmeldung.storno_auslagen.betrag is None:
            raise storno.invalid("stornierung.auslagen", "needs its amount")
        _zahlung(storno.kind("stornierung.auslagen"), nachmeldung.storno_auslagen, "teilzahlung.auslagen")


def _zahlung(bau: Bau, zahlung: Zahlung, vorsatz: str) -> None:
    bau.betrag(f"{vorsatz}.einzeln", zahlung.betrag)
    _pattern(bau, f"{vorsatz}.datum", zahlung.datum, _DATUMSANGABE)


def _pattern(bau: Bau, name: str, wert: str | None, muster: re.Pattern[str]) -> None:
    if wert is not None and muster.fullmatch(wert) is None:
        raise bau.invalid(name, f"not of the form of this field: {wert[:40]!r}")
    bau.text(name, wert)
