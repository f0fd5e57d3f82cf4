"""AkteType and VorgangType -> Akte and Teilakten: a Vorgang is what the court calls a Teilakte."""

from collections.abc import Mapping
from types import MappingProxyType

from lxml import etree

from erv_gateway.akte.aufbau import MAX_EBENEN, Gruppe, number_gruppen
from erv_gateway.akte.modell import Akte, Dokument, Teilakte
from erv_gateway.akte.xdomea.dokument import read_dokumente, read_titel
from erv_gateway.akte.xdomea.historie import read_historie
from erv_gateway.akte.xdomea.kontakt import kontakt_name
from erv_gateway.akte.xdomea.leser import Leser

TEILAKTENTYP_BY_TYP: Mapping[str, str] = MappingProxyType(
    {  # free text in xdomea; codes of GDS.Teilaktentyp 2.3
        "anlagenheft": "002",
        "beiakte": "003",
        "handakte": "007",
        "hauptakte": "008",
        "verfahrensakte": "022",
        "personenakte": "029",
    }
)
ANDERE = "001"
_GELESEN = frozenset(
    {
        "Identifikation",
        "AllgemeineMetadaten",
        "Typ",
        "Laufzeit",
        "HistorienProtokollInformation",
        "Akteninhalt",
        "Teilakte",
        "Vorgang",
        "Teilvorgang",
        "Dokument",
    }
)


def read_akte(leser: Leser, element: etree._Element, kopf: etree._Element | None) -> Akte:
    """The one Akte of the message (or the Vorgang that stands for it)."""
    titel = read_titel(leser, element, "Akte", "Akte")
    teilakten, dokumente = _read_inhalt(leser, element, "Akte", 1)
    leser.ohne_platz(element, (_GELESEN - {"Typ"}) | {"Aktenbetreff"}, "Akte")
    return Akte(
        id=leser.kennung(element, "Akte"),
        aktenzeichen=_pflicht(leser, leser.text(element, "AllgemeineMetadaten", "Kennzeichen"), "Akte", "Kennzeichen"),
        titel=titel,
        abgebende_stelle=_abgebende_stelle(leser, element, kopf),
        laufzeit_beginn=leser.datum(element, "Akte", "Laufzeit", "Beginn"),
        laufzeit_ende=leser.datum(element, "Akte", "Laufzeit", "Ende"),
        exportiert_am=leser.zeitpunkt(kopf, "Kopf", "Erstellungszeitpunkt"),
        teilakten=teilakten,
        dokumente=dokumente,
        historie=read_historie(leser, element, "Akte"),
    )


def _abgebende_stelle(leser: Leser, element: etree._Element, kopf: etree._Element | None) -> str:
    name = kontakt_name(leser, leser.kind(kopf, "Absender")) or leser.text(
        element, "AllgemeineMetadaten", "Federfuehrung"
    )
    return _pflicht(leser, name, "Kopf", "Absender")


def _pflicht(leser: Leser, wert: str | None, wo: str, element: str) -> str:
    if wert is None:
        leser.befund.mangel("xdomea-pflicht", wo, element=element)
    return wert or ""


def _read_teilakte(leser: Leser, element: etree._Element, wo: str, ebene: int) -> Teilakte:
    art = etree.QName(element).localname
    leser.vorgaenge += art in {"Vorgang", "Teilvorgang"}
    titel = read_titel(leser, element, f"{wo} › {art}", art)
    wo = f"{wo} › {titel}"
    teilakten, dokumente = _read_inhalt(leser, element, wo, ebene + 1)
    typ = leser.text(element, "Typ")
    leser.ohne_platz(element, _GELESEN - ({"Typ"} if typ and typ.casefold() not in TEILAKTENTYP_BY_TYP else set()), wo)
    return Teilakte(
        id=leser.kennung(element, wo),
        nummer=0,
        titel=titel,
        typ=TEILAKTENTYP_BY_TYP.get((typ or "").casefold(), ANDERE),
        aktenzeichen=leser.text(element, "AllgemeineMetadaten", "Kennzeichen"),
        laufzeit_beginn=leser.datum(element, wo, "Laufzeit", "Beginn"),
        laufzeit_ende=leser.datum(element, wo, "Laufzeit", "Ende"),
        teilakten=teilakten,
        dokumente=dokumente,
        historie=read_historie(leser, element, wo),
    )


def _read_inhalt(
    leser: Leser, element: etree._Element, wo: str, ebene: int
) -> tuple[tuple[Teilakte, ...], tuple[Dokument, ...]]:
    """Everything inside, numbered. 2.4 puts Teilakten beside `Akteninhalt`, 3.x into it; both are read."""
    if ebene > MAX_EBENEN:
        leser.befund.mangel("zu-tief", wo, grenze=MAX_EBENEN)
        return (), ()
    orte = [element, *leser.kinder(element, "Akteninhalt")]
    gruppen: list[Gruppe] = []
    for name in ("Teilakte", "Vorgang", "Teilvorgang"):
        kinder = [kind for ort in orte for kind in leser.kinder(ort, name)]
        gruppen += [(leser.nummer(kind), [_read_teilakte(leser, kind, wo, ebene)]) for kind in kinder]
    kinder = [kind for ort in orte for kind in leser.kinder(ort, "Dokument")]
    gruppen += [(leser.nummer(kind), read_dokumente(leser, kind, wo)) for kind in kinder]
    teilakten, dokumente, complete = number_gruppen(gruppen)
    if not complete:
        leser.befund.hinweis("neu-nummeriert", wo, anzahl=len(gruppen))
    return teilakten, dokumente
