"""F: roles and content of the files."""

from datetime import date

from xjustiz.regeln import dateien, inhalt, vertraulich
from xjustiz.regeln.befund import Regel, Schwere
from xjustiz.regeln.quellen import F1, LEITFADEN, XTEXT

_E, _W = Schwere.ERROR, Schwere.WARNING

REGELN: tuple[Regel, ...] = (
    Regel(
        "X.original",
        _E,
        XTEXT,
        "„{titel}“ hat {anzahl} Originale.",
        "Je Dokument ein Original; weitere Fassungen als eigenes Dokument.",
        dateien.mehrere_originale,
        blatt=("§2.4/4",),
    ),
    Regel(
        "X.repraesentat",
        _E,
        XTEXT,
        "„{titel}“ hat {anzahl} Repräsentate.",
        "Je Dokument ein Repräsentat.",
        dateien.mehrere_repraesentate,
        blatt=("§2.4/4",),
    ),
    Regel(
        "X.ursprungsformat",
        _E,
        "Codeliste GDS.Bestandteiltyp 2.5",
        "„{name}“ trägt den Bestandteiltyp 013, der in dieser Version noch nicht zu verwenden ist.",
        "Quelldatei als 001, PDF/A als 002 desselben Dokuments.",
        dateien.ursprungsformat_gesperrt,
        blatt=("§2.4/20", "F9"),
    ),
    Regel(
        "F1.dateityp",
        _E,
        F1,
        "„{name}“ ist kein PDF (Endung: {endung}).",
        "Als PDF übermitteln; die Quelldatei darf daneben im selben Dokument stehen.",
        dateien.dateityp,
    ),
    Regel(
        "F1.tiff-allein",
        _E,
        F1,
        "„{name}“ liegt nur als TIFF vor.",
        "PDF im selben Dokument beifügen; TIFF ist nur zusätzlich erlaubt.",
        dateien.tiff_allein,
    ),
    Regel(
        "F1.kein-pdf",
        _E,
        F1,
        "„{name}“ ist dem Inhalt nach kein PDF.",
        "Datei neu erzeugen.",
        inhalt.kein_pdf,
    ),
    Regel(
        "F1.kein-tiff",
        _E,
        F1,
        "„{name}“ ist dem Inhalt nach kein TIFF.",
        "Datei neu erzeugen.",
        inhalt.kein_tiff,
    ),
    Regel(
        "F1.inhalt",
        _E,
        F1,
        "Der Inhalt von „{name}“ passt nicht zur Endung.",
        "Datei prüfen und ersetzen.",
        inhalt.andere_endung,
    ),
    Regel(
        "F2.pdf-version",
        _W,
        "2. ERVB 2022 Nr. 1",
        "„{name}“ ist PDF {version}; vorgesehen ist höchstens 2.0.",
        "Als PDF/A-2 erzeugen.",
        inhalt.pdf_version,
        seit=date(2024, 7, 17),
    ),
    Regel(
        "F4.leer",
        _E,
        "§ 55a Abs. 2 VwGO; § 130a Abs. 2 ZPO",
        "„{name}“ ist leer.",
        "Datei ersetzen.",
        inhalt.leer,
    ),
    Regel(
        "F10.archiv",
        _E,
        f"{LEITFADEN}, Kap. 4 und 5",
        "„{name}“ ist ein Archiv.",
        "Dateien einzeln beifügen.",
        dateien.archiv,
    ),
    Regel(
        "F10.verstecktes-archiv",
        _E,
        f"{LEITFADEN}, Kap. 4 und 5",
        "„{name}“ ist dem Inhalt nach ein Archiv.",
        "Dateien einzeln beifügen.",
        inhalt.verstecktes_archiv,
    ),
    Regel(
        "F10.verschluesselt",
        _E,
        f"{LEITFADEN}, Kap. 4 und 5",
        "„{name}“ ist verschlüsselt.",
        "Datei unverschlüsselt beifügen; die Nachricht selbst ist verschlüsselt.",
        vertraulich.verschluesselt,
        blatt=("F10", "F4"),
    ),
)
