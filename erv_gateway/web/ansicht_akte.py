"""A case file as the answer to its delivery shows it: how much has a history, and the tree."""

from typing import Any

from erv_gateway.akte.befund import text_of
from erv_gateway.akte.einlieferung import Einlieferung
from erv_gateway.akte.modell import Akte, Datei, Dokument, Teilakte, abdeckung
from erv_gateway.akte.uebernahme import Uebernommen


def show_uebernahme(einlieferung: Einlieferung, uebernommen: Uebernommen) -> dict[str, Any]:
    return {
        "akte_id": uebernommen.akte_id,
        "stand": uebernommen.stand,
        "neu": uebernommen.neu,
        "format": einlieferung.format.value,
        "formatversion": einlieferung.formatversion,
        "hinweise": [text_of(hinweis) for hinweis in einlieferung.hinweise],
        "abdeckung": _abdeckung(einlieferung.akte),
        "baum": _baum(einlieferung.akte),
    }


def _abdeckung(akte: Akte) -> dict[str, Any]:
    stand = abdeckung(akte)
    return {
        "dokumente": stand.dokumente,
        "mit_historie": stand.mit_historie,
        "eintraege": stand.eintraege,
        "ohne_historie": stand.ohne_historie,
    }


def _baum(akte: Akte) -> dict[str, Any]:
    """Every node has art, text (for people) and kinder; the rest depends on art."""
    return _knoten("akte", f"{akte.aktenzeichen} {akte.titel}", _inhalt(akte), id=akte.id)


def _teilakte(teilakte: Teilakte) -> dict[str, Any]:
    """Nesting is limited by intake (akte.aufbau.MAX_EBENEN)."""
    text = f"{teilakte.nummer}. {teilakte.titel}"
    return _knoten("teilakte", text, _inhalt(teilakte), id=teilakte.id, nummer=teilakte.nummer)


def _inhalt(container: Akte | Teilakte) -> list[dict[str, Any]]:
    """Teilakten and documents share their numbers: this is the order of the file."""
    inhalt = [_teilakte(teilakte) for teilakte in container.teilakten]
    inhalt += [_dokument(dokument) for dokument in container.dokumente]
    return sorted(inhalt, key=lambda knoten: int(knoten["nummer"]))


def _dokument(dokument: Dokument) -> dict[str, Any]:
    return _knoten(
        "dokument",
        f"{dokument.nummer}. {dokument.titel}",
        [_datei(datei) for datei in dokument.dateien],
        id=dokument.id,
        nummer=dokument.nummer,
        historie=len(dokument.historie),
    )


def _datei(datei: Datei) -> dict[str, Any]:
    return _knoten("datei", datei.name, [], bytes=datei.bytes, sha256=datei.sha256, medientyp=datei.medientyp)


def _knoten(art: str, text: str, kinder: list[dict[str, Any]], **angaben: object) -> dict[str, Any]:
    return {"art": art, "text": text, **angaben, "kinder": kinder}
