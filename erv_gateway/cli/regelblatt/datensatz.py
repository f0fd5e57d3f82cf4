"""D: the data set."""

from erv_gateway.cli.regelblatt.modell import Blattregel as R

DATENSATZ: tuple[R, ...] = (
    R("D1", "eine xjustiz_nachricht.xml, schemagerecht, in der gültigen Version", "§ 2 Abs. 3, § 5 Abs. 1 Nr. 2 ERVV"),
    R(
        "D2",
        "genau ein Verfahren je Nachricht, zwei Partner",
        "Leitfaden Kap. 5",
        ablauf="Eine Sendung gehört zu einer Akte, einem Gericht und einem Aktenzeichen (`sendung.anlegen`).",
        offen="Ob ein beigefügtes Dokument zu einem anderen Verfahren gehört, ist nicht zu erkennen.",
    ),
    R(
        "D3",
        "Gericht, Aktenzeichen, Beteiligte, Gegenstand, verwandtes Verfahren",
        "§ 2 Abs. 3 Nr. 1–5 ERVV",
        offen="Ob es ein verwandtes Verfahren gibt, weiß nur die Sachbearbeitung.",
    ),
    R("D4", "zu Akten auch: eigenes Aktenzeichen, Reihenfolge, Dokumentart, Eingangsdatum", "§ 2 Abs. 4 BehAktÜbV"),
    R("D5", "OWi: Angaben nach § 2 Abs. 3 Nr. 1–7 BußAktÜbV", "§ 2 Abs. 3 BußAktÜbV"),
    R("D6", "alle Anlagen aufgeführt, keine fehlt", "XJustiz; Leitfaden"),
    R(
        "D7",
        "Blattzahlen auf den Seiten, Fehlblatt für Entferntes, Stempel im PDF",
        "Leitfaden (Akten)",
        ablauf="`sendung.korrekturen` schlägt Fehlblätter für Dokumente vor, die laut Historie entfernt wurden.",
        offen="Blattzahlen und Stempel stehen auf den Seiten; ihre Stetigkeit sieht nur ein Mensch.",
    ),
)
