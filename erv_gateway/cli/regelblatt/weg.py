"""S: signature and way; B: the mailbox of the authority."""

from erv_gateway.cli.regelblatt.modell import Blattregel as R

_SIGNATUR: tuple[R, ...] = (
    R(
        "S1",
        "Schriftsatz: QES der verantwortenden Person oder einfache Signatur und sicherer Weg",
        "§ 55a Abs. 3 VwGO; § 130a Abs. 3 ZPO",
        ablauf="Jede Sendung geht mit VHN aus dem beBPo (`sendung.packen`); das Anschreiben trägt den Namen und eine "
        "PAdES-Signatur.",
        offen="Ob am Ende eines fremden Schriftsatzes der richtige Name steht, kann nur ein Mensch sagen.",
    ),
    R(
        "S2",
        "beBPo: wer unterschreibt, gehört zur Behörde des Postfachs",
        "BVerwG 1 B 16.20; OVG NRW 19 B 2003/21",
        ablauf="Nur angemeldete Personen der Behörde geben frei, mit vier Augen (`sendung.freigabe`).",
        offen="Wer ein mitgebrachtes Dokument unterschrieben hat, ist nicht zu erkennen.",
    ),
    R(
        "S3",
        "der Name ist lesbarer Text, kein Bild",
        "vgl. BVerwG 8 C 4.21",
        ablauf="Im Anschreiben ist der Name Text (`druck`).",
        offen="Wo in einem fremden Dokument der Name stehen müsste, ist nicht zu erkennen; Seiten ohne Text meldet F7.",
    ),
    R(
        "S4",
        "QES als CAdES neben der Datei, als PAdES darin oder nach Beschluss (EU) 2015/1506",
        "2. ERVB 2022 Nr. 5",
        ablauf="Eigene Signaturen sind PAdES und CAdES (`signatur`); eingehende werden vollständig geprüft.",
    ),
    R("S5", "je Dokument eine Signatur, keine gemeinsame", "§ 4 Abs. 2 ERVV; § 2 Abs. 2 DokErstÜbV"),
    R(
        "S6",
        "signierte Dokumente ohne sicheren Weg nur an das EGVP über OSCI",
        "§ 4 Abs. 1 ERVV",
        ablauf="Das Produkt sendet nur über OSCI (`postfach`).",
    ),
    R("S7", "Signaturdatei: Name.pdf.p7s, Bestandteil 003, Bezugsdatei", "XJustiz (dateiname)"),
    R("S8", "zu Akten keine Signaturdateien; auf Anforderung alle", "§ 2 Abs. 3 BehAktÜbV; § 4 Abs. 1 DokErstÜbV"),
    R(
        "S9",
        "SGG: beglaubigte Abschrift statt der Akte nur mit QES der Behörde",
        "§ 104 Satz 6 SGG",
        offen="Ob eine Abschrift statt der Akte gemeint ist, sagt kein Element.",
    ),
    R(
        "S10",
        "Akten an Gerichte auf sicherem Weg: soll, ab 01.01.2028 muss",
        "§ 2 Abs. 1, 2 BehAktÜbV",
        ablauf="Jede Sendung geht mit VHN aus dem beBPo (`sendung.packen`).",
    ),
    R(
        "S11",
        "OWi und Straf: EGVP/OSCI; andere Wege nur bis 31.12.2025",
        "§ 4 BußAktÜbV; § 4 StrafAktÜbV; § 5 DokErstÜbV",
        ablauf="Das Produkt sendet nur über OSCI (`postfach`).",
    ),
    R("S12", "OWi-Akten elektronisch; Ausnahmen bis 31.12.2026", "§§ 110a ff. OWiG"),
    R(
        "S13",
        "ersetzender Scan nach TR-RESISCAN; Papier mindestens sechs Monate aufheben",
        "§ 2 Abs. 3 DokErstÜbV; § 32e Abs. 4 StPO",
        offen="Wie gescannt wurde und was mit dem Papier geschieht, liegt bei der Scanstelle.",
    ),
)
_BEBPO: tuple[R, ...] = (
    R("B1", "OSCI, Identität geprüft, Eintrag im Verzeichnis", "§ 6 Abs. 1, § 7 ERVV",
      offen="Aufgabe der beBPo-Prüfstelle; das Produkt nutzt das eingerichtete Postfach."),
    R("B2", "Suche, Adressierbarkeit, Barrierefreiheit", "§ 6 Abs. 2 ERVV",
      offen="Suche und Adressierung leistet das Verzeichnis (SAFE) außerhalb des Produkts."),
    R("B3", "Zugang nur mit Zertifikat und Kennwort; wer, wann übergeben, wann widerrufen", "§ 8 ERVV",
      ablauf="Jede Person hat einen eigenen Zugang mit dem Zeitpunkt seiner Anlage (`cli.person`); von privaten "
      "Schlüsseln kennen die Einstellungen nur den Ort.",
      offen="Wer das Postfachzertifikat in Händen hat, dokumentiert die Behörde."),
    R("B4", "Änderungen von Name und Sitz melden; löschen, wenn das Recht endet", "§ 9 ERVV",
      offen="Pflicht der Behörde gegenüber der Prüfstelle."),
    R("B5", "jede Nachricht mit VHN; nach dem Senden prüfen, ob der sichere Weg bestätigt ist",
      "ThürOVG 3 ZKO 796/19; NdsOVG 2 LA 722/19",
      ablauf="`sendung.packen` erzeugt den VHN über alle Dateien, der Nachweis enthält ihn; `check-config` meldet "
      "abgelaufene Zertifikate.",
      offen="Die amtliche Form der vhn.xml ist nicht veröffentlicht, die hiesige ist eine eigene (docs/vhn.md); der "
      "Prüfvermerk des Gerichts kommt nicht zum Absender zurück."),
    R("B6", "Verschlüsselungszertifikate mit mindestens 3000 Bit seit 01.01.2024", "EGVP-Hinweis",
      ablauf="`certs.algorithms` bewertet den Schlüssel des Empfängers nach dem Tag; `sendung.pruefung` weist ab "
      "(P-EMPFAENGER)."),
)  # fmt: skip
WEG = (_SIGNATUR, _BEBPO)
