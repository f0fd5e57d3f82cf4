"""R: receipt; A: fallback; K: filing back. All of it is process."""

from erv_gateway.cli.regelblatt.modell import Blattregel as R

_EINGANG: tuple[R, ...] = (
    R("R1", "eingegangen ist, was die Empfangseinrichtung des Gerichts gespeichert hat",
      "§ 55a Abs. 5 Satz 1 VwGO; § 130a Abs. 5 Satz 1 ZPO",
      ablauf="Maßgeblich ist die Zeit „Creation“ des Laufzettels; die Seite der Sendung und der Nachweis zeigen sie."),
    R("R2", "Eingangsbestätigung jeder Nachricht vor Streichen der Frist holen und prüfen",
      "BGH VIII ZB 9/20; BAG 5 AZB 16/19",
      ablauf="`sendung.eingangsbestaetigung` holt den Laufzettel von selbst; ohne ihn gibt es kein BESTAETIGT."),
    R("R3", "prüfen: Bestätigung, Status, Zeit, Gericht, vollständig, richtige Dateien",
      "BGH VI ZB 36/22, VIII ZB 80/22, VIa ZB 24/22, I ZB 34/24",
      ablauf="`sendung.eingangsbestaetigung` nimmt nur einen Laufzettel an, dessen Signatur `postfach` geprüft hat, "
      "und vergleicht MessageId, Zeit und jede Datei nach Name, Größe, Prüfsumme; die Frist prüft ein Mensch."),
    R("R4", "leere Felder sind kein Erfolg", "BGH VI ZB 36/22, VII ZR 94/21",
      ablauf="Was nicht belegt ist, führt zu BEANSTANDET; vor erneutem Senden wird der Ausgang geklärt (UNGEWISS)."),
    R("R5", "klare Anweisung an das Personal, Stichproben", "BGH IV ZB 4/23, VIII ZB 9/20",
      ablauf="`docs/handbuch/kurzanleitung.md` sagt, wann die Frist gestrichen werden darf.",
      offen="Anweisung und Stichproben bleiben bei der Behörde."),
    R("R6", "ungeeignet: unverzüglich in geeigneter Form nachreichen und glaubhaft machen",
      "§ 55a Abs. 6 VwGO; § 130a Abs. 6 ZPO",
      offen="Das Nachreichen ist eine neue Sendung; die Glaubhaftmachung schreibt ein Mensch."),
    R("R7", "das eigene Postfach täglich leeren; eEB durch befugte Person", "§ 173 ZPO; § 8 ERVV",
      ablauf="`eingang.abholen` läuft ständig; ein eEB gibt nur eine angemeldete Person ab (`eingang.eeb`)."),
)  # fmt: skip
_ERSATZ: tuple[R, ...] = (
    R("A1", "bei vorübergehender technischer Störung Papier oder Fax, mit Glaubhaftmachung",
      "§ 55d Satz 3, 4 VwGO; § 130d ZPO; BGH IX ZB 17/22",
      offen="Der Zustand ERSATZ_EINGEREICHT ist vorgesehen, hat aber noch keine Seite."),
    R("A2", "Bedienfehler und fehlende Einrichtung sind keine technische Störung", "VGH München 15 ZB 22.286",
      offen="Rechtliche Wertung."),
    R("A3", "Belege aufheben: Versuche mit Zeit und Fehlercode, Person, spätere Bestätigung", "folgt aus A1",
      ablauf="`sendung.uebergabe` hält jeden Versuch mit Zeit und Ergebnis im Protokoll fest.",
      offen="Bildschirmfotos und amtliche Störungsmeldungen sammelt ein Mensch."),
    R("A4", "Akten: anderer Weg oder Datenträger, auf Verlangen nachholen", "§ 4 Abs. 1 BehAktÜbV; § 5 BußAktÜbV",
      offen="Der andere Weg liegt außerhalb des Produkts."),
)  # fmt: skip
_ABLAGE: tuple[R, ...] = (
    R("K1", "zur Akte: Dokumente, Prüfvermerk, Eingangsbestätigung, gegebenenfalls Prüfprotokoll", "Leitfaden 6.1",
      ablauf="`sendung.ablage` legt den Nachweis, `eingang.einordnen` Anlagen, Original und Prüfprotokoll ab."),
    R("K2", "eEB-Datensatz mit Bestätigung als führende Daten aufheben", "Leitfaden; BVerwG 9 B 2.22",
      ablauf="Das eEB ist eine Sendung; der Datensatz liegt unverändert im Nachweis."),
    R("K3", "Postfachserver löschen: sofort sichern", "§ 27 RAVPV",
      ablauf="`eingang.abholen` sichert die Bytes dauerhaft, bevor quittiert wird."),
)  # fmt: skip
NACHLAUF = (_EINGANG, _ERSATZ, _ABLAGE)
