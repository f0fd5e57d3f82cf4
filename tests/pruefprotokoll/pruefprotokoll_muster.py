"""A Prüfprotokoll in which everything occurs that one can hold, and one of signed files."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from certs.urteil import Urteil
from erv_gateway.pruefprotokoll.dateien import Dateibericht
from erv_gateway.pruefprotokoll.modell import (
    Bestandteil,
    Dateipruefung,
    Pruefprotokoll,
    Schritt,
    Signatur,
    Sperrauskunft,
    Stempel,
    Technik,
    Uebermittlungsweg,
    XJustizmangel,
    Zertifikat,
)

ERSTELLT = datetime(2026, 11, 21, 12, 5, 7, tzinfo=UTC)
JETZT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
Pruefen = Callable[..., Dateibericht]
"""Checks files given as name=bytes."""
LANGER_NAME = "Klageschrift_vom_2026-11-20_Musterfurt_gegen_Land_mit_einem_sehr_langen_Namen_ohne_Trennung.pdf"


def zertifikat(rolle: str, name: str, digest: str) -> Zertifikat:
    ab = ERSTELLT - timedelta(days=100)
    aussteller = f"CN=Aussteller von {name},C=DE"
    return Zertifikat(rolle, f"CN={name},C=DE", aussteller, "4f3a01", ab, ab + timedelta(days=1000), digest * 32)


def signatur(urteil: Urteil = Urteil.GUELTIG, *, veraendert: bool = False, **changes: object) -> Signatur:
    values: dict[str, object] = {
        "unterzeichner": "CN=Erika Beispiel,C=DE",
        "niveau": "B-LTA",
        "ergebnis": urteil,
        "gruende": ("Zeitstempel vom 21.11.2026 11:00:00 UTC.",),
        "nach_signatur_geaendert": veraendert,
        "feld": "Unterschrift_1",
        "verfahren": "RSA-PSS mit SHA256, Schlüssel RSA mit 3072 Bit",
        "zeit_behauptet": ERSTELLT - timedelta(hours=3),
        "zeit_gewertet": ERSTELLT - timedelta(hours=2),
        "zeitgrundlage": "Zeitstempel",
        "eingang": ERSTELLT - timedelta(hours=1),
        "zeitstempel": (
            Stempel(ERSTELLT - timedelta(hours=2), "CN=Zeitstempeldienst,C=DE", Urteil.GUELTIG, ("Geprüft.",)),
        ),
        "kette": (zertifikat("Unterzeichner", "Erika Beispiel", "a1"), zertifikat("Vertrauensanker", "Wurzel", "a2")),
        "anker": "Vertrauensliste DE",
        "sperrauskuenfte": (
            Sperrauskunft("a1" * 32, "CN=Erika Beispiel,C=DE", "nicht gesperrt", "", "OCSP", ERSTELLT, None),
        ),
        "qualifiziert": "nicht geprüft",
        "qualifikation_grund": "Es ist keine Vertrauensliste geladen.",
    }
    return Signatur(**{**values, **changes})  # type: ignore[arg-type]


def datei(*signaturen: Signatur, name: str = LANGER_NAME, position: int = 1, lesbar: bool = True) -> Dateipruefung:
    return Dateipruefung(
        position=position,
        art="pdf",
        name=name,
        sha256=f"{position:02x}" * 32,
        bytes=1234567,
        signaturdatei=None,
        signatur_sha256=None,
        ergebnis=max((one.ergebnis for one in signaturen), default=Urteil.UNBESTIMMT),
        lesbar=lesbar,
        gruende=() if signaturen else ("Die Datei trägt keine Signatur.",),
        signaturen=signaturen,
        grundlage_sha256="cd" * 32 if signaturen else None,
    )


def protokoll(*dateien: Dateipruefung, urteil: Urteil = Urteil.UNGUELTIG) -> Pruefprotokoll:
    dateien = dateien or (
        datei(signatur(Urteil.UNGUELTIG, veraendert=True), signatur()),
        datei(name="Anlage.pdf", position=2),
        datei(name="kaputt.pdf", position=3, lesbar=False),
    )
    return Pruefprotokoll(
        erstellt=ERSTELLT,
        ergebnis=urteil,
        uebermittlungsweg=weg(),
        struktur=tuple(Bestandteil(one.position, one.name, one.bytes, one.sha256) for one in dateien),
        pruefungen=(
            Schritt("Transportsignatur des Intermediärs", Urteil.GUELTIG, "Vom erwarteten Intermediär signiert."),
            Schritt("Zertifikat des Absenders", Urteil.UNBESTIMMT, "Der Aussteller ist unbekannt."),
            Schritt("Signatur in „Klage.pdf“", Urteil.UNGUELTIG, "Das Dokument wurde verändert."),
        ),
        xjustiz=(XJustizmangel("D3", "warning", "/nachricht/grunddaten[1]", "Das Gericht fehlt.", "ERVV § 2 (3)"),),
        signaturen=dateien,
        zertifikate=(zertifikat("Absender (Signatur)", "Verwaltungsgericht", "b1"),),
        technik=Technik("erv-gateway 0.1.0", "nachricht-4711", "ee" * 32, 9876543),
    )


def weg() -> Uebermittlungsweg:
    return Uebermittlungsweg(
        text="Diese Nachricht wurde von der Justiz versandt.",
        vhn="gueltig",
        rechtsfolge="Einfach signierte Schriftsätze sind damit wirksam eingereicht.",
        gruende=("Alle Dateien stimmen überein.",),
        unterzeichner="CN=VHN - Justiz,C=DE",
        postfachart="vhn-justiz",
        absender="DE.Justiz.0a1b2c3d-0000-4444-8888-0123456789ab.0f0f",
        absender_name="Verwaltungsgericht Musterfurt",
        betreff="Ladung zum Termin",
        nachrichtentyp="Allgemeine Nachricht",
        aktenzeichen_absender="3 K 17/26",
        aktenzeichen_empfaenger="63-1/2026",
        eingang=ERSTELLT - timedelta(minutes=9),
        weitergeleitet=ERSTELLT - timedelta(minutes=8),
        empfangen=ERSTELLT - timedelta(minutes=7),
        signatur=signatur(kette=(zertifikat("Unterzeichner", "VHN - Justiz", "c1"),)),
        grundlage_sha256="ab" * 32,
    )
