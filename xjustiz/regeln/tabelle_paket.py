"""D6, N1 to N3: the files of the package, their names, number and size."""

from datetime import date

from xjustiz.regeln import dateien, namen
from xjustiz.regeln.befund import Regel, Schwere
from xjustiz.regeln.quellen import LEITFADEN, N1, N3, XTEXT

_E, _W = Schwere.ERROR, Schwere.WARNING

REGELN: tuple[Regel, ...] = (
    Regel(
        "D6.nicht-aufgefuehrt",
        _E,
        f"{XTEXT}; {LEITFADEN}",
        "Die Anlage „{name}“ ist im Datensatz nicht aufgeführt.",
        "Datei im Datensatz aufführen oder aus dem Paket nehmen.",
        dateien.nicht_aufgefuehrt,
        blatt=("D6", "§2.4/7"),
    ),
    Regel(
        "D6.fehlt",
        _E,
        f"{XTEXT}; {LEITFADEN}",
        "Die aufgeführte Datei „{name}“ liegt nicht bei.",
        "Datei beifügen oder aus dem Datensatz nehmen.",
        dateien.anlage_fehlt,
        blatt=("D6", "§2.4/7"),
    ),
    Regel(
        "D6.selbst",
        _E,
        XTEXT,
        "Der Datensatz führt sich selbst als Anlage auf.",
        "Eintrag entfernen.",
        dateien.selbst_aufgefuehrt,
        blatt=("D6", "§2.4/7"),
    ),
    Regel(
        "N1.reserviert",
        _E,
        N1,
        "Der Name „{name}“ ist dem Transport vorbehalten.",
        "Datei umbenennen.",
        namen.reserviert,
        blatt=("N1", "§2.4/18"),
    ),
    Regel(
        "N1.laenge",
        _E,
        N1,
        "Der Name „{name}“ hat {laenge} Zeichen; erlaubt sind 90.",
        "Namen kürzen.",
        namen.laenge,
        blatt=("N1", "§2.4/18"),
    ),
    Regel(
        "N1.punkte",
        _E,
        N1,
        "Der Name „{name}“ hat Punkte an anderer Stelle als vor der Endung, oder keine Endung.",
        "Punkte durch Unterstriche ersetzen, Endung angeben.",
        namen.punkte,
        blatt=("N1", "§2.4/18"),
    ),
    Regel(
        "N1.zeichen",
        _E,
        N1,
        "Der Name „{name}“ enthält unerlaubte Zeichen.",
        "Nur Buchstaben mit Umlauten und ß, Ziffern, Unterstrich und Minus verwenden.",
        namen.zeichen,
        blatt=("N1", "§2.4/18"),
    ),
    Regel(
        "N1.doppelt",
        _E,
        N1,
        "Der Name „{name}“ kommt {anzahl}-mal vor.",
        "Jede Datei nur einmal aufführen und beilegen.",
        namen.doppelt,
        blatt=("N1", "§2.4/18"),
    ),
    Regel(
        "N1.gross-klein",
        _E,
        N1,
        "Namen unterscheiden sich nur in Groß- und Kleinschreibung: {namen}.",
        "Deutlich verschiedene Namen vergeben.",
        namen.gross_klein,
        blatt=("N1", "§2.4/18"),
    ),
    Regel(
        "N2.nichtssagend",
        _W,
        "BGH VIII ZB 80/22; BGH VIa ZB 24/22",
        "Der Name „{name}“ lässt den Inhalt nicht erkennen.",
        "Art und Datum oder Nummer des Schriftstücks in den Namen aufnehmen.",
        namen.nichtssagend,
    ),
    Regel(
        "N3.groesse",
        _E,
        N3,
        "Die Anlagen umfassen {megabyte} MB; erlaubt sind 200 MB.",
        "Auf mehrere Nachrichten aufteilen.",
        dateien.zu_gross,
        seit=date(2025, 7, 30),
    ),
    Regel(
        "N3.anzahl",
        _E,
        N3,
        "Die Nachricht hat {anzahl} Anlagen; erlaubt sind 1000.",
        "Auf mehrere Nachrichten aufteilen.",
        dateien.zu_viele,
        seit=date(2025, 7, 30),
    ),
)
