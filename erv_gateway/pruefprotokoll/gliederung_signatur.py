"""The part of the report that tells about single signatures."""

from collections.abc import Iterator

from erv_gateway.pruefprotokoll.ansicht import (
    Abschnitt,
    Block,
    Felder,
    Tabelle,
    Zelle,
    ergebnis,
    kennung,
    saetze,
    sichtbar,
    text,
    vorhandene,
    zeit,
)
from erv_gateway.pruefprotokoll.modell import Dateipruefung, Signatur, Sperrauskunft, Stempel, Zertifikat


def signatur_abschnitte(datei: Dateipruefung) -> Iterator[Abschnitt]:
    """One part for each signature; a file that cannot be read gets one that says so."""
    name = sichtbar(datei.signaturdatei or datei.name)
    if not datei.signaturen and not datei.lesbar:
        yield Abschnitt(f"Datei {datei.position}: {name}", 3, (_unlesbar(datei),))
    for nummer, signatur in enumerate(datei.signaturen, 1):
        titel = f"Datei {datei.position}: {name}, Signatur {nummer} von {len(datei.signaturen)}"
        yield Abschnitt(titel, 3, (_kopf(datei, signatur), *signatur_tabellen(signatur)))


def _unlesbar(datei: Dateipruefung) -> Felder:
    return Felder((("Ergebnis", ergebnis(datei.ergebnis)), ("Gründe", saetze(datei.gruende))))


def _kopf(datei: Dateipruefung, signatur: Signatur) -> Felder:
    return vorhandene(
        (
            ("Ergebnis", ergebnis(signatur.ergebnis)),
            ("Gründe", saetze((*signatur.gruende, *datei.gruende))),
            ("Nach der Signatur verändert", Zelle("ja" if signatur.nach_signatur_geaendert else "nein")),
            ("Unterzeichner", text(signatur.unterzeichner or "nicht feststellbar")),
            ("Signierte Datei", kennung(datei.name)),
            ("SHA-256 der Datei", kennung(datei.sha256)),
            ("Niveau", text(signatur.niveau)),
            ("Signaturfeld", text(signatur.feld)),
            ("Verfahren", text(signatur.verfahren)),
            ("Qualifizierte Signatur", text(signatur.qualifiziert)),
            ("Grundlage dafür", text(signatur.qualifikation_grund)),
            ("Zeit laut Unterzeichner", zeit(signatur.zeit_behauptet)),
            ("Eingang", zeit(signatur.eingang)),
            ("Geprüft für", zeit(signatur.zeit_gewertet)),
            ("Diese Zeit beruht auf", text(signatur.zeitgrundlage)),
            ("Vertrauensanker", text(signatur.anker)),
            ("Prüfgrundlage (SHA-256)", kennung(datei.grundlage_sha256)),
        )
    )


def signatur_tabellen(signatur: Signatur) -> Iterator[Block]:
    if signatur.zeitstempel:
        kopf = ("Zeitpunkt", "Ergebnis", "Aussteller", "Gründe")
        yield Tabelle("Zeitstempel", kopf, tuple(_stempel(one) for one in signatur.zeitstempel))
    if signatur.kette:
        kopf = ("Zertifikat", "Inhaber", "Gültig", "SHA-256")
        yield Tabelle("Zertifikatskette", kopf, tuple(_kettenglied(one) for one in signatur.kette))
    if signatur.sperrauskuenfte:
        kopf = ("Zertifikat", "Status", "Quelle und Stand", "Gesperrt am")
        yield Tabelle("Sperrprüfung", kopf, tuple(_sperre(one) for one in signatur.sperrauskuenfte))


def _stempel(one: Stempel) -> tuple[Zelle, ...]:
    return (zeit(one.zeitpunkt), ergebnis(one.ergebnis), text(one.aussteller), saetze(one.gruende))


def _kettenglied(one: Zertifikat) -> tuple[Zelle, ...]:
    gueltig = f"{zeit(one.gueltig_ab).text} bis {zeit(one.gueltig_bis).text}"
    return (text(one.rolle), text(one.inhaber), text(gueltig), kennung(one.sha256))


def _sperre(one: Sperrauskunft) -> tuple[Zelle, ...]:
    stand = "" if one.stand is None else f"Stand {zeit(one.stand).text}"
    quelle = " ".join(teil for teil in (one.quelle, stand, one.grund) if teil)
    return (text(one.inhaber or one.zertifikat), text(one.status), text(quelle), zeit(one.gesperrt_am))
