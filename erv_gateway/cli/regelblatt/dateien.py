"""F: format; N: names and size."""

from erv_gateway.cli.regelblatt.modell import Blattregel as R

_BEHAKT = "BehAktÜbV"
_FORMAT: tuple[R, ...] = (
    R("F1", "Jedes Dokument ist ein PDF; TIFF nur zusätzlich", "§ 2 Abs. 1 ERVV"),
    R("F2", "höchstens PDF 2.0, PDF/A-1, PDF/A-2, PDF/UA; TIFF 6", "§ 2 Abs. 1 Satz 3 ERVV; 2. ERVB 2022 Nr. 1"),
    R(
        "F3",
        "OWi und Straf: PDF/A, druckbar, kopierbar, möglichst durchsuchbar",
        "§ 2 Abs. 1 DokErstÜbV",
        offen="Ob ein Dokument hätte durchsuchbar sein können, ist nicht zu erkennen.",
    ),
    R(
        "F4",
        "kein Kennwort, keine Beschränkung, unbeschädigt, vom Gericht zu öffnen",
        "§ 55a Abs. 2 VwGO; § 130a Abs. 2 ZPO",
        offen="Was das System des Gerichts öffnen kann, weiß nur das Gericht.",
    ),
    R(
        "F5",
        "keine Skripte, Startaktionen, eingebetteten Objekte; systemunabhängig",
        "2. ERVB 2022 Nr. 1, 6",
        offen="Gleiche Darstellung auf jedem System ist nur an ihren Voraussetzungen zu prüfen (Schriften).",
    ),
    R(
        "F6",
        "erlaubt: eingebettete Signaturen, Transfervermerke, Formularfelder ohne Skript, Verweise",
        "2. ERVB 2022 Nr. 1, 6",
        offen="Eine Erlaubnis; keine Regel beanstandet diese Dinge.",
    ),
    R(
        "F7",
        "durchsuchbarer Text, soweit technisch möglich",
        "§ 99 Abs. 1 Satz 2 VwGO; § 3 Abs. 1 BehAktÜbV",
        offen="Ob der erkannte Text stimmt, kann nur ein Mensch sagen.",
    ),
    R(
        "F8",
        "einzelne Dokumente statt eines Gesamt-PDF",
        f"§ 3 Abs. 1 Satz 2 {_BEHAKT}",
        offen="Nur an Anzeichen erkennbar: ein einziges Dokument bei langer Laufzeit, vielen Seiten oder so benannt.",
    ),
    R(
        "F9",
        "Quelldatei zusätzlich, wenn das PDF Inhalt verliert; nicht Umwandelbares im Quellformat",
        f"§ 3 Abs. 2, 3 {_BEHAKT}",
        ablauf="`akte.einlieferung` übernimmt Quelldatei und PDF als Fassungen eines Dokuments.",
        offen="Ob ein PDF Inhalt verliert, ist am PDF nicht zu sehen.",
    ),
    R("F10", "kein ZIP, keine weitere Verschlüsselung", "Leitfaden Kap. 4, 5"),
)
_NAMEN: tuple[R, ...] = (
    R(
        "N1",
        "Dateinamen: 90 Zeichen, erlaubte Zeichen, Punkte, eindeutig, nicht reserviert",
        "XJustiz (dateiname); ERVB Nr. 6",
        ablauf="`sendung.paket_namen` bildet erlaubte Namen; der alte Name bleibt Anzeigename.",
    ),
    R(
        "N2",
        "Der Name sagt den Inhalt",
        "BGH VIII ZB 80/22, VIa ZB 24/22",
        ablauf="`sendung.paket_namen` nimmt den Titel des Dokuments in den Namen.",
        offen="Ob der Name zum Inhalt passt, kann nur ein Mensch sagen.",
    ),
    R("N3", "höchstens 200 MB und 1000 Dateien", "§ 5 Abs. 1 Nr. 3 ERVV; ERVB 2025"),
    R(
        "N4",
        "darüber: Datenträger oder mehrere Nachrichten",
        f"§ 3 ERVV; § 4 Abs. 2 {_BEHAKT}",
        ablauf="`sendung.teilung` teilt in verbundene Sendungen; den Plan sieht zuerst ein Mensch. "
        "Der Datenträger bleibt Sache der Behörde.",
    ),
    R(
        "N5",
        "Abruf statt Übermittlung nur mit Zustimmung des Gerichts im Einzelfall",
        f"§ 4 Abs. 3 {_BEHAKT}",
        offen="Das Produkt übermittelt immer und bietet keinen Abruf an.",
    ),
    R(
        "N6",
        "VS-NfD und höher nie über EGVP",
        f"§ 4 Abs. 4 {_BEHAKT}",
        offen="Erkannt werden Kennzeichen im Datensatz und Vermerke in Namen, nicht Stempel auf den Seiten.",
    ),
)
DATEIEN = (_FORMAT, _NAMEN)
