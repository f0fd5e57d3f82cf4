"""The Prüfprotokoll as a report: the five parts in the order of the justice system's own Prüfprotokoll."""

from collections.abc import Iterator
from typing import Final

from certs.urteil import Urteil
from erv_gateway.pruefprotokoll.ansicht import (
    Absatz,
    Abschnitt,
    Bericht,
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
    zahl,
    zeit,
)
from erv_gateway.pruefprotokoll.gliederung_signatur import signatur_abschnitte, signatur_tabellen
from erv_gateway.pruefprotokoll.modell import (
    Bestandteil,
    Pruefprotokoll,
    Schritt,
    Technik,
    Uebermittlungsweg,
    XJustizmangel,
    Zertifikat,
    ampel_of,
)

TITEL: Final = "Prüfprotokoll"
TEILE: Final = (
    "Übermittlungsweg",
    "Zusammenfassung und Struktur",
    "Signaturprüfungen",
    "Zertifikate",
    "Technische Informationen",
)
SCHWEREN: Final = {"error": "Fehler", "warning": "Warnung", "hint": "Hinweis"}
VHN_TEXTE: Final = {
    "gueltig": ("gültig (grün)", Urteil.GUELTIG),
    "ungueltig": ("ungültig (rot)", Urteil.UNGUELTIG),
    "kein VHN": ("kein VHN (gelb)", Urteil.UNBESTIMMT),
    "nicht pruefbar": ("nicht prüfbar (gelb)", Urteil.UNBESTIMMT),
}
KEIN_WEG: Final = "Geprüft wurden einzelne Dateien; ein Übermittlungsweg war nicht Gegenstand der Prüfung."
LEGENDE: Final = (
    "Grün: geprüft und gültig. Gelb: nicht abschließend geprüft oder mit Einschränkung. Rot: ungültig. "
    "Was zu einer Signatur nicht geprüft werden konnte, steht bei ihr. Zeiten sind deutsche Zeit."
)


def bericht_of(protokoll: Pruefprotokoll) -> Bericht:
    kopf = Felder((("Gesamtergebnis", ergebnis(protokoll.ergebnis)), ("Erstellt", zeit(protokoll.erstellt))))
    return Bericht(TITEL, protokoll.erstellt, (kopf, Absatz(Zelle(LEGENDE))), tuple(_abschnitte(protokoll)))


def _abschnitte(protokoll: Pruefprotokoll) -> Iterator[Abschnitt]:
    weg, struktur, signaturen, zertifikate, technik = TEILE
    yield Abschnitt(weg, 2, tuple(_weg(protokoll.uebermittlungsweg)))
    yield Abschnitt(struktur, 2, tuple(_struktur(protokoll)))
    yield Abschnitt(signaturen, 2, tuple(_signaturen(protokoll)))
    for datei in protokoll.signaturen:
        yield from signatur_abschnitte(datei)
    yield Abschnitt(zertifikate, 2, tuple(_zertifikate(protokoll.zertifikate)))
    yield Abschnitt(technik, 2, tuple(_technik(protokoll.technik)))


def _weg(weg: Uebermittlungsweg | None) -> Iterator[Block]:
    if weg is None:
        yield Absatz(Zelle(KEIN_WEG))
        return
    yield Absatz(text(weg.text))
    yield Absatz(text(weg.rechtsfolge))
    yield vorhandene(
        (
            ("Herkunftsnachweis (VHN)", _vhn(weg.vhn)),
            ("Gründe", saetze(weg.gruende)),
            ("Unterzeichner des VHN", text(weg.unterzeichner)),
            ("Absender", text(weg.absender_name)),
            ("SAFE-ID des Absenders", kennung(weg.absender)),
            ("Betreff", text(weg.betreff)),
            ("Nachrichtentyp", text(weg.nachrichtentyp)),
            ("Aktenzeichen des Absenders", text(weg.aktenzeichen_absender)),
            ("Aktenzeichen des Empfängers", text(weg.aktenzeichen_empfaenger)),
            ("Eingang auf dem Server", zeit(weg.eingang)),
            ("Laufzettel: Weiterleitung", zeit(weg.weitergeleitet)),
            ("Laufzettel: Empfang", zeit(weg.empfangen)),
            ("Prüfgrundlage (SHA-256)", kennung(weg.grundlage_sha256)),
        )
    )
    if weg.signatur is not None:
        yield from signatur_tabellen(weg.signatur)


def _vhn(name: str) -> Zelle:
    """A result we do not know is shown as it is written, and yellow."""
    wort, urteil = VHN_TEXTE.get(name, (sichtbar(name), Urteil.UNBESTIMMT))
    return Zelle(wort, ampel=ampel_of(urteil))


def _struktur(protokoll: Pruefprotokoll) -> Iterator[Absatz | Tabelle]:
    if protokoll.struktur:
        zeilen = tuple(_bestandteil(one) for one in protokoll.struktur)
        titel = f"Dateien ({len(zeilen)})"
        yield Tabelle(titel, ("Nr.", "Name", "Größe in Byte", "SHA-256"), zeilen)
    else:
        yield Absatz(Zelle("Keine Dateien."))
    if protokoll.xjustiz:
        zeilen = tuple(_mangel(one) for one in protokoll.xjustiz)
        yield Tabelle(
            "Befunde zum XJustiz-Datensatz und zu den Dateien",
            ("Schwere", "Befund", "Stelle", "Regel und Quelle"),
            zeilen,
        )


def _bestandteil(one: Bestandteil) -> tuple[Zelle, ...]:
    return (zahl(one.position), kennung(one.name), zahl(one.bytes), kennung(one.sha256))


def _mangel(one: XJustizmangel) -> tuple[Zelle, ...]:
    schwere = SCHWEREN.get(one.schwere, one.schwere)
    return (text(schwere), text(one.text), kennung(one.wo), text(f"{one.regel}, {one.quelle}".strip(", ")))


def _signaturen(protokoll: Pruefprotokoll) -> Iterator[Absatz | Tabelle]:
    if protokoll.pruefungen:
        zeilen = tuple(_schritt(one) for one in protokoll.pruefungen)
        yield Tabelle("Prüfungen", ("Geprüft wurde", "Ergebnis", "Begründung"), zeilen)
    ohne = [one for one in protokoll.signaturen if not one.signaturen and one.lesbar]
    if ohne:
        zeilen = tuple((kennung(one.name), text("keine Signatur")) for one in ohne)
        yield Tabelle("Dateien ohne eigene Signatur", ("Datei", "Ergebnis"), zeilen)


def _schritt(one: Schritt) -> tuple[Zelle, ...]:
    return (text(one.was), ergebnis(one.ergebnis), text(one.begruendung))


def _zertifikate(zertifikate: tuple[Zertifikat, ...]) -> Iterator[Absatz | Felder]:
    if not zertifikate:
        yield Absatz(Zelle("Keine Zertifikate."))
    for one in zertifikate:
        yield zertifikat_felder(one)


def zertifikat_felder(one: Zertifikat) -> Felder:
    return vorhandene(
        (
            ("Zertifikat", text(one.rolle)),
            ("Inhaber", text(one.inhaber)),
            ("Aussteller", text(one.aussteller)),
            ("Seriennummer", kennung(one.seriennummer)),
            ("Gültig ab", zeit(one.gueltig_ab)),
            ("Gültig bis", zeit(one.gueltig_bis)),
            ("SHA-256", kennung(one.sha256)),
        )
    )


def _technik(technik: Technik) -> Iterator[Felder]:
    yield vorhandene(
        (
            ("Geprüft mit", text(technik.software)),
            ("Nachrichtenkennung", kennung(technik.message_id)),
            ("SHA-256 des Originals", kennung(technik.original_sha256)),
            ("Größe des Originals in Byte", zahl(technik.original_bytes)),
        )
    )
