"""X: structure of the message; N6."""

from datetime import date

from xjustiz.regeln import fachlich, ordnung
from xjustiz.regeln.befund import Regel, Schwere
from xjustiz.regeln.quellen import XTEXT

_E, _W, _H = Schwere.ERROR, Schwere.WARNING, Schwere.HINT

REGELN: tuple[Regel, ...] = (
    Regel(
        "X.uuid-form",
        _E,
        XTEXT,
        "„{wert}“ ist keine UUID.",
        "UUID aus Hexadezimalziffern verwenden.",
        ordnung.uuid_form,
    ),
    Regel(
        "X.uuid-doppelt",
        _E,
        XTEXT,
        "Die Kennung {uuid} ist doppelt vergeben (auch {andere}).",
        "Jedem Objekt eine eigene UUID geben.",
        ordnung.uuid_doppelt,
    ),
    Regel(
        "X.nachrichtenid-gleich",
        _E,
        XTEXT,
        "Eigene und fremde Nachrichten-ID sind gleich.",
        "Für jede Übermittlung eine neue eigene Nachrichten-ID bilden.",
        ordnung.nachrichtenid_gleich,
    ),
    Regel(
        "X.nummer-doppelt",
        _E,
        XTEXT,
        "Die Nummer {nummer} ist in einem Container {anzahl}-mal vergeben.",
        "Teilakten und Dokumente eines Containers gemeinsam fortlaufend nummerieren.",
        ordnung.nummer_doppelt,
    ),
    Regel(
        "X.nummer-luecke",
        _E,
        XTEXT,
        "Die Nummerierung hat Lücken; es fehlen: {fehlend}.",
        "Ab 1 lückenlos nummerieren; für entfernte Teile ein Fehlblatt einlegen.",
        ordnung.nummer_luecke,
    ),
    Regel(
        "X.anschreiben",
        _E,
        XTEXT,
        "Das Anschreiben {uuid} ist kein Dokument dieser Nachricht.",
        "Auf ein aufgeführtes Dokument verweisen.",
        ordnung.anschreiben_verweis,
    ),
    Regel(
        "X.verweis",
        _E,
        XTEXT,
        "Der Verweis auf {uuid} führt zu keinem anderen Objekt dieser Nachricht.",
        "Nur auf aufgeführte Objekte verweisen.",
        ordnung.dokument_verweis,
    ),
    Regel(
        "X.aktenreferenz",
        _W,
        XTEXT,
        "Die referenzierte Akte {uuid} liegt dieser Nachricht nicht bei.",
        "Akte beifügen, oder den Bezug im Anschreiben erläutern.",
        ordnung.akten_verweis,
    ),
    Regel(
        "X.grunddaten-verweis",
        _E,
        XTEXT,
        "Der Verweis „{nummer}“ findet keine {ziel} in den Grunddaten.",
        "Nummern der Grunddaten verwenden.",
        ordnung.grunddaten_verweis,
    ),
    Regel(
        "X.anzeigename-doppelt",
        _W,
        "Empfehlung der Spezifikation",
        "Der Anzeigename „{name}“ steht {anzahl}-mal nebeneinander.",
        "Unterscheidbare Anzeigenamen vergeben (etwa mit Datum).",
        ordnung.anzeigename_doppelt,
    ),
    Regel(
        "X.anzeigename-fehlt",
        _H,
        "Empfehlung der Spezifikation",
        "{anzahl} Objekte haben keinen Anzeigenamen.",
        "Anzeigenamen ergänzen.",
        ordnung.anzeigename_fehlt,
    ),
    Regel(
        "X.laufzeit",
        _W,
        XTEXT,
        "Die Laufzeit beginnt ({beginn}) nach ihrem Ende ({ende}).",
        "Laufzeit berichtigen.",
        fachlich.laufzeit_verkehrt,
    ),
    Regel(
        "X.zukunft",
        _W,
        XTEXT,
        "Der Tag {tag} liegt in der Zukunft.",
        "Datum berichtigen.",
        fachlich.tag_in_der_zukunft,
    ),
    Regel(
        "X.zeitzone",
        _W,
        XTEXT,
        "Der Erstellungszeitpunkt nennt keine Zeitzone.",
        "Zeitpunkt mit Abstand zu UTC schreiben.",
        fachlich.zeitzone_fehlt,
    ),
    Regel(
        "X.gesperrt",
        _E,
        XTEXT,
        "„{element}“ ist für Behörden derzeit nicht zu verwenden.",
        "Angabe weglassen.",
        fachlich.gesperrt,
    ),
    Regel(
        "X.zeichen",
        _H,
        "DIN 91379",
        "Der Text enthält Zeichen, die XJustiz nicht zulässt ({was}).",
        "Umschrift verwenden: {vorschlag}",
        fachlich.zeichen_vorschlag,
    ),
    Regel(
        "N6.verschlusssache",
        _E,
        "§ 4 BehAktÜbV",
        "Die Nachricht ist als Verschlusssache gekennzeichnet ({grad}); VS-NfD und höher nie über EGVP.",
        "Auf Papier übermitteln.",
        fachlich.verschlusssache,
        bis=date(2035, 12, 31),
    ),
)
