"""HistorienProtokollInformation: who did what when. The DMS's word is kept, `art` is our reading of it."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from lxml import etree

from erv_gateway.akte.modell import HistorienArt, HistorienEintrag, Scan
from erv_gateway.akte.xdomea.leser import Leser
from erv_gateway.kern.uhr import berlin

WORTE: Mapping[HistorienArt, frozenset[str]] = MappingProxyType(
    {
        HistorienArt.ANGELEGT: frozenset(
            ["angelegt", "anlegen", "anlage", "erstellt", "erstellen", "erfasst", "erzeugt", "registriert", "created"]
        ),
        HistorienArt.GESCANNT: frozenset(["gescannt", "scannen", "scan", "eingescannt", "digitalisiert", "scanned"]),
        HistorienArt.GEAENDERT: frozenset(
            [
                "geändert",
                "ändern",
                "änderung",
                "bearbeitet",
                "aktualisiert",
                "umbenannt",
                "verschoben",
                "geaendert",
                "changed",
                "modified",
                "updated",
            ]
        ),
        HistorienArt.FREIGEGEBEN: frozenset(
            [
                "freigegeben",
                "freigeben",
                "freigabe",
                "genehmigt",
                "gezeichnet",
                "schlussgezeichnet",
                "approved",
                "released",
            ]
        ),
        HistorienArt.GELESEN: frozenset(
            [
                "gelesen",
                "lesen",
                "lesend",
                "lesezugriff",
                "angesehen",
                "eingesehen",
                "einsicht",
                "einsichtnahme",
                "geöffnet",
                "angezeigt",
                "anzeige",
                "aufgerufen",
                "aufruf",
                "betrachtet",
                "vorschau",
                "heruntergeladen",
                "download",
                "read",
                "viewed",
                "opened",
                "accessed",
                "downloaded",
            ]
        ),
        HistorienArt.GELOESCHT: frozenset(
            ["gelöscht", "löschen", "löschung", "geloescht", "entfernt", "deleted", "removed"]
        ),
    }
)
VERNEINUNG = frozenset(
    [
        "nicht",
        "kein",
        "keine",
        "ohne",
        "abgelehnt",
        "verweigert",
        "zurückgezogen",
        "widerrufen",
        "aufgehoben",
        "not",
        "rejected",
    ]
)
VERAKTET = frozenset({"veraktet", "zu den akten verfügt", "zda", "z. d. a.", "zur akte genommen"})
ERSETZEND = "ersetzendes scannen"
JA = frozenset({"ja", "true", "1", "yes"})
NEIN = frozenset({"nein", "false", "0", "no"})


def art_of(aktion: str) -> HistorienArt:
    """Our reading of a free text `Aktion`; SONSTIGES as soon as it is negated or speaks of several things."""
    worte = set(re.findall(r"\w+", aktion.casefold()))
    arten = [art for art, bekannte in WORTE.items() if worte & bekannte]
    return arten[0] if len(arten) == 1 and not worte & VERNEINUNG else HistorienArt.SONSTIGES


def read_historie(leser: Leser, element: etree._Element, wo: str) -> tuple[HistorienEintrag, ...]:
    """All entries of an Akte, Vorgang or Dokument in the order of time."""
    elemente = leser.kinder(element, "HistorienProtokollInformation")
    eintraege = [eintrag for kind in elemente if (eintrag := _read_eintrag(leser, kind, wo)) is not None]
    return tuple(sorted(eintraege, key=lambda eintrag: eintrag.zeitpunkt))


def _read_eintrag(leser: Leser, element: etree._Element, wo: str) -> HistorienEintrag | None:
    zeitpunkt = leser.zeitpunkt(element, wo, "DatumUhrzeit")
    akteur, aktion = leser.text(element, "Akteur"), leser.text(element, "Aktion")
    if zeitpunkt is None or akteur is None or aktion is None:
        leser.befund.mangel(
            "xdomea-pflicht", wo, element="HistorienProtokollInformation (DatumUhrzeit, Akteur, Aktion)"
        )
        return None
    fassung = leser.fassung
    return HistorienEintrag(
        zeitpunkt=zeitpunkt,
        akteur=akteur,
        aktion=aktion,
        art=art_of(aktion),
        metadatum=leser.text(element, fassung.metadatum),
        alter_wert=leser.text(element, fassung.alter_wert),
        neuer_wert=leser.text(element, fassung.neuer_wert),
        bemerkung=leser.text(element, "Bemerkung"),
    )


def scan_of(leser: Leser, historie: Sequence[HistorienEintrag], wo: str) -> Scan | None:
    """The last scan. xdomea has no field for "ersetzend": a history entry "Ersetzendes Scannen: ja/nein" says it."""
    scans = [eintrag for eintrag in historie if eintrag.art is HistorienArt.GESCANNT]
    if not scans:
        return None
    angaben = [
        e.neuer_wert.casefold() for e in historie if (e.metadatum or "").casefold() == ERSETZEND and e.neuer_wert
    ]
    if not angaben or angaben[-1] not in JA | NEIN:
        leser.befund.hinweis("ersetzend-unbekannt", wo)
    return Scan(berlin(scans[-1].zeitpunkt).date(), ersetzend=bool(angaben) and angaben[-1] in JA)


def veraktung_of(historie: Sequence[HistorienEintrag]) -> date | None:
    """The day of the last entry by which the document was filed."""
    tage = [berlin(eintrag.zeitpunkt).date() for eintrag in historie if eintrag.aktion.casefold() in VERAKTET]
    return tage[-1] if tage else None
