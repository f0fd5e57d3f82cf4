"""The history of an Akte for readers: XJustiz has no element for it, so it travels as a PDF document of its own.

Who merely read a document is personal data of staff; names of readers are withheld unless a recipient may have them.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from erv_gateway.akte.modell import Akte, Dokument, HistorienArt, HistorienEintrag, Teilakte, abdeckung
from erv_gateway.druck import render_pdf
from erv_gateway.kern.uhr import berlin

FORMAT = "erv-gateway-aktenprotokoll"
BREAK_AFTER = 18  # own choice: longest run of characters without a space that fits the narrowest column
ZERO_WIDTH_SPACE = "\u200b"


def aktenprotokoll_json(akte: Akte, *, erstellt: datetime, mit_lesenden: bool = False) -> dict[str, Any]:
    """The protocol as JSON values: Akte, coverage, and one Abschnitt per Akte, Teilakte and Dokument in file order.

    Times are ISO 8601 in German time. Without `mit_lesenden`, entries of art "gelesen" keep time and Aktion, but no
    Akteur and no further detail; how many there are stands in `lesende_zurueckgehalten`.
    """
    abschnitte = [_abschnitt(art, pfad, objekt, mit_lesenden) for art, pfad, objekt in _objekte(akte)]
    gelesen = sum(eintrag.art is HistorienArt.GELESEN for _, _, objekt in _objekte(akte) for eintrag in objekt.historie)
    return {
        "format": FORMAT,
        "version": 1,
        "erstellt": berlin(erstellt).isoformat(),
        "akte": _kopf(akte),
        "abdeckung": _abdeckung(akte),
        "lesende_zurueckgehalten": 0 if mit_lesenden else gelesen,
        "abschnitte": abschnitte,
    }


def render_aktenprotokoll(akte: Akte, *, erstellt: datetime, mit_lesenden: bool = False) -> bytes:
    """The same as PDF/A-2a, tagged and searchable; equal arguments give equal bytes."""
    daten = aktenprotokoll_json(akte, erstellt=erstellt, mit_lesenden=mit_lesenden)
    daten["erstellt"] = _uhrzeit(erstellt)
    daten["akte"]["exportiert_am"] = _uhrzeit(akte.exportiert_am) if akte.exportiert_am else "nicht angegeben"
    daten["abschnitte"] = [_for_print(abschnitt) for abschnitt in daten["abschnitte"]]
    return render_pdf("aktenprotokoll", daten, erstellt=erstellt)


Objekt = Akte | Teilakte | Dokument


def _objekte(akte: Akte) -> Iterator[tuple[str, str, Objekt]]:
    yield "akte", "", akte
    yield from _inhalt("", akte.teilakten, akte.dokumente)


def _inhalt(
    pfad: str, teilakten: Sequence[Teilakte], dokumente: Sequence[Dokument]
) -> Iterator[tuple[str, str, Objekt]]:
    for teilakte in teilakten:
        yield "teilakte", f"{pfad}{teilakte.nummer}", teilakte
        yield from _inhalt(f"{pfad}{teilakte.nummer}.", teilakte.teilakten, teilakte.dokumente)
    for dokument in dokumente:
        yield "dokument", f"{pfad}{dokument.nummer}", dokument


def _kopf(akte: Akte) -> dict[str, Any]:
    return {
        "id": str(akte.id),
        "aktenzeichen": akte.aktenzeichen,
        "titel": akte.titel,
        "abgebende_stelle": akte.abgebende_stelle,
        "exportiert_am": berlin(akte.exportiert_am).isoformat() if akte.exportiert_am else None,
    }


def _abdeckung(akte: Akte) -> dict[str, Any]:
    stand = abdeckung(akte)
    ohne = [(pfad, objekt) for art, pfad, objekt in _objekte(akte) if art == "dokument" and not objekt.historie]
    return {
        "dokumente": stand.dokumente,
        "mit_historie": stand.mit_historie,
        "eintraege": stand.eintraege,
        "ohne_historie": [{"pfad": pfad, "id": str(objekt.id), "titel": objekt.titel} for pfad, objekt in ohne],
    }


def _abschnitt(art: str, pfad: str, objekt: Objekt, mit_lesenden: bool) -> dict[str, Any]:
    eintraege = [eintrag_json(eintrag, mit_lesenden=mit_lesenden) for eintrag in objekt.historie]
    return {"gegenstand": art, "pfad": pfad, "id": str(objekt.id), "titel": objekt.titel, "eintraege": eintraege}


def eintrag_json(eintrag: HistorienEintrag, *, mit_lesenden: bool) -> dict[str, str | None]:
    """One entry as the protocol shows it: who merely read is named `mit_lesenden` only."""
    offen = mit_lesenden or eintrag.art is not HistorienArt.GELESEN
    return {
        "zeitpunkt": berlin(eintrag.zeitpunkt).isoformat(),
        "akteur": eintrag.akteur if offen else None,
        "aktion": eintrag.aktion,
        "art": str(eintrag.art),
        "metadatum": eintrag.metadatum if offen else None,
        "alter_wert": eintrag.alter_wert if offen else None,
        "neuer_wert": eintrag.neuer_wert if offen else None,
        "bemerkung": eintrag.bemerkung if offen else None,
    }


def _for_print(abschnitt: dict[str, Any]) -> dict[str, Any]:
    return {**abschnitt, "eintraege": [_row(eintrag) for eintrag in abschnitt["eintraege"]]}


def _row(eintrag: dict[str, str | None]) -> list[str]:
    """Cells: Zeitpunkt, Wer, Was, Angabe with old and new value."""
    zeitpunkt = _uhrzeit(datetime.fromisoformat(eintrag["zeitpunkt"] or ""))
    akteur = eintrag["akteur"] or "(zurückgehalten)"
    wechsel = _wechsel(eintrag)
    angaben = [teil for teil in (wechsel, eintrag["bemerkung"]) if teil]
    return [zeitpunkt, *map(_breakable, (akteur, eintrag["aktion"] or "", "\n".join(angaben)))]


def _wechsel(eintrag: dict[str, str | None]) -> str:
    name, alt, neu = eintrag["metadatum"], eintrag["alter_wert"], eintrag["neuer_wert"]
    if alt is None and neu is None:
        return name or ""
    return f"{name or 'Wert'}: {alt or '(leer)'} → {neu or '(leer)'}"


def _uhrzeit(moment: datetime) -> str:
    lokal = berlin(moment)
    return f"{lokal:%d.%m.%Y, %H:%M:%S} {'MESZ' if lokal.dst() else 'MEZ'}"


def _breakable(text: str) -> str:
    """Lets a long run without spaces wrap, so that nothing leaves its column."""
    return " ".join(_split(wort) for wort in text.split(" "))


def _split(wort: str) -> str:
    stuecke = (wort[i : i + BREAK_AFTER] for i in range(0, len(wort), BREAK_AFTER))
    return ZERO_WIDTH_SPACE.join(stuecke)
