"""F8, F9, D7, S13, X: how case files are cut into documents and files."""

from datetime import date

from xjustiz.regeln import akten, weiterleitung
from xjustiz.regeln.befund import Regel, Schwere
from xjustiz.regeln.quellen import LEITFADEN, XTEXT

_W = Schwere.WARNING

REGELN: tuple[Regel, ...] = (
    Regel(
        "F8.gesamt-pdf",
        _W,
        "§ 3 Abs. 1 Satz 2 BehAktÜbV",
        "Die Akte „{akte}“ scheint als ein einziges Gesamt-PDF vorzuliegen.",
        "Die Dokumente der Akte einzeln übermitteln.",
        akten.gesamt_pdf,
    ),
    Regel(
        "F9.quelle-als-repraesentat",
        _W,
        "§ 3 Abs. 2 BehAktÜbV; Codeliste GDS.Bestandteiltyp",
        "Die Quelldatei „{name}“ steht als Repräsentat neben einem PDF, das Original heißt.",
        "Quelldatei als 001 Original, PDF/A als 002 Repräsentat führen.",
        akten.quelle_als_repraesentat,
        blatt=("F9", "§2.4/4"),
    ),
    Regel(
        "F9.nicht-umwandelbar",
        _W,
        "§ 3 Abs. 3 BehAktÜbV",
        "„{name}“ liegt nur im Quellformat bei.",
        "Vorher klären, ob das Gericht das Format öffnen kann; im Anschreiben darauf hinweisen.",
        akten.nicht_umwandelbar,
    ),
    Regel(
        "D7.fehlblatt",
        _W,
        f"{LEITFADEN}; Codeliste GDS.Dokumentklasse",
        "Das Fehlblatt „{titel}“ trägt nicht die Dokumentklasse 011.",
        "Dokumentklasse 011 (Fehlblatt) verwenden.",
        akten.fehlblatt_klasse,
    ),
    Regel(
        "S13.transfervermerk",
        _W,
        "§ 2 Abs. 3 DokErstÜbV; § 32e StPO; BSI TR-03138 (TR-RESISCAN)",
        "„{name}“ ist ein ersetzender Scan ohne Transfervermerk.",
        "Transfervermerk als Datei mit Bestandteiltyp 006 beifügen.",
        akten.transfervermerk_fehlt,
    ),
    Regel(
        "X.akte-leer",
        _W,
        XTEXT,
        "Die Akte „{titel}“ enthält kein Dokument.",
        "Dokumente beifügen oder die Akte weglassen.",
        akten.akte_leer,
        blatt=("§2.1/1",),
    ),
    Regel(
        "X.ohne-schriftgut",
        _W,
        XTEXT,
        "Die Übermittlung enthält weder Akte noch Dokument.",
        "Für Mitteilungen ohne Dokumente die Basisnachricht 0005006 verwenden.",
        akten.ohne_schriftgut,
        blatt=("§2.1/1",),
    ),
    Regel(
        "X.ohne-inhalt",
        _W,
        XTEXT,
        "Ein Dokument besteht nur aus Beiwerk („{name}“), ohne Original und Repräsentat.",
        "Original beifügen oder die Datei dem Dokument zuordnen, zu dem sie gehört.",
        akten.ohne_inhalt,
        blatt=("§2.4/4",),
    ),
    Regel(
        "X.weiterleitung",
        _W,
        f"{LEITFADEN}, Abschnitt 6.5",
        "Der weitergeleiteten Nachricht fehlt: {fehlend}.",
        "Ein Dokument der Klasse 014 mit Nachricht (001), Prüfvermerk (010) und VHN (011, 003) beifügen.",
        weiterleitung.unvollstaendig,
        seit=date(2024, 12, 1),
        blatt=("§2.7/1",),
    ),
)
