"""Documents that were removed from the Akte and for which nothing stands in their place.

Two sources speak of them: the history that the DMS delivered with an Akte or Teilakte, and earlier deliveries.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from erv_gateway.akte.modell import Akte, Datei, Dokument, HistorienArt, HistorienEintrag
from erv_gateway.akte.modell_json import akte_from_json
from erv_gateway.druck import render_pdf
from erv_gateway.kern.uhr import berlin
from erv_gateway.sendung.korrekturen.anwenden import KLASSE_FEHLBLATT
from erv_gateway.sendung.korrekturen.baum import Container, Stelle, containers_of, kinder_of
from erv_gateway.sendung.korrekturen.bestand import SQL
from erv_gateway.sendung.korrekturen.lage import Ausgefuehrt, Lage
from erv_gateway.sendung.korrekturen.werte import Aenderung, Fehlblatt

DATEINAME: Final = "Fehlblatt.pdf"
WARUM: Final = "Für entfernte Teile der Akte steht ein Fehlblatt, damit das Gericht die Lücke sieht."
_DOKUMENTWORTE: Final = ("dokument", "schriftstück", "schreiben", "eingang", "ausgang", "anlage", "vermerk")


@dataclass(frozen=True, slots=True)
class FruehererStand:
    """What an earlier delivery of the same Akte brought."""

    akte: Akte
    uebernommen_am: datetime


async def plan_fehlblaetter(lage: Lage) -> tuple[Aenderung, ...]:
    rows = await lage.betrieb.database.fetch_all(SQL.earlier_staende, lage.sendung.aktenstand_id)
    frueher = [FruehererStand(akte_from_json(row["modell"]), row["uebernommen_am"]) for row in rows]
    return tuple(find_fehlblaetter(lage.stand.akte, frueher))


def find_fehlblaetter(akte: Akte, frueher: Sequence[FruehererStand] = ()) -> tuple[Aenderung, ...]:
    """One sheet for each removed document. Where both sources name it, the earlier delivery counts: it knows where."""
    titel = {dokument.titel.casefold() for dokument in akte.alle_dokumente()}
    verschwunden = [f for f in _from_deliveries(akte, frueher) if f.fehlblatt.titel.casefold() not in titel]
    bekannt = titel | {fund.titel.casefold() for fund in verschwunden}
    geloescht = [f for f in _from_history(akte) if not {f.titel.casefold(), f.fehlblatt.titel.casefold()} & bekannt]
    return tuple(_change(fund) for fund in (*verschwunden, *geloescht))


async def print_fehlblaetter(lage: Lage, aenderungen: tuple[Aenderung, ...]) -> Ausgefuehrt:
    """The sheets as PDF/A, in the store. The same removal always gives the same bytes, also in a later Sendung."""
    getan = []
    for aenderung in aenderungen:
        fehlblatt = aenderung.wirkung
        if not isinstance(fehlblatt, Fehlblatt):
            raise TypeError(f"{fehlblatt.art} is no Fehlblatt")
        pdf = await asyncio.to_thread(_render, lage.stand.akte, fehlblatt)
        blob = await lage.betrieb.blobs.put_bytes(pdf)
        datei = Datei(DATEINAME, blob.sha256, blob.bytes, "application/pdf")
        getan.append(replace(aenderung, wirkung=replace(fehlblatt, datei=datei)))
    return Ausgefuehrt(tuple(getan))


def _render(akte: Akte, fehlblatt: Fehlblatt) -> bytes:
    daten = {
        "aktenzeichen": akte.aktenzeichen,
        "akte": akte.titel,
        "stelle": akte.abgebende_stelle,
        "titel": fehlblatt.titel,
        "entfernt": fehlblatt.entfernt,
    }
    return render_pdf("fehlblatt", daten, erstellt=fehlblatt.bekannt_am)


@dataclass(frozen=True, slots=True)
class _Fund:
    """`titel`: of the removed document."""

    stelle: Stelle
    titel: str
    fehlblatt: Fehlblatt


def _from_history(akte: Akte) -> Iterator[_Fund]:
    """The history names no place: the sheet goes to the end of its container."""
    for stelle in containers_of(akte):
        for eintrag in stelle.container.historie:
            if eintrag.alter_wert and _removes_document(eintrag):
                yield _Fund(stelle, eintrag.alter_wert, _sheet_for_entry(stelle.container, eintrag, eintrag.alter_wert))


def _sheet_for_entry(container: Container, eintrag: HistorienEintrag, titel: str) -> Fehlblatt:
    kinder = kinder_of(container)
    entfernt = f"Laut Historie des DMS am {berlin(eintrag.zeitpunkt):%d.%m.%Y} entfernt"
    return Fehlblatt(
        container=container.id,
        nach=kinder[-1].id if kinder else None,
        dokument=uuid5(container.id, f"fehlblatt:{eintrag.zeitpunkt.isoformat()}:{titel}"),
        titel=f"Fehlblatt: {titel}",
        entfernt=f"{entfernt}: {eintrag.bemerkung}" if eintrag.bemerkung else f"{entfernt}.",
        bekannt_am=eintrag.zeitpunkt,
        historie=(eintrag,),
    )


def _removes_document(eintrag: HistorienEintrag) -> bool:
    """A deletion at an Akte or Teilakte that names what is gone; a deleted metadatum is no deleted document."""
    if eintrag.art is not HistorienArt.GELOESCHT or eintrag.neuer_wert:
        return False
    worte = f"{eintrag.aktion} {eintrag.metadatum or ''}".casefold()
    return any(wort in worte for wort in _DOKUMENTWORTE)


def _from_deliveries(akte: Akte, frueher: Sequence[FruehererStand]) -> Iterator[_Fund]:
    da = {dokument.id for dokument in akte.alle_dokumente()}
    orte = {stelle.container.id: stelle for stelle in containers_of(akte)}
    zuletzt: dict[UUID, tuple[FruehererStand, Container, Dokument]] = {}
    for stand in frueher:
        for stelle in containers_of(stand.akte):
            zuletzt.update({d.id: (stand, stelle.container, d) for d in stelle.container.dokumente if d.id not in da})
    for stand, container, dokument in zuletzt.values():
        ort = orte.get(container.id, orte[akte.id])
        fehlblatt = _sheet_for_document(ort.container, stand, container, dokument)
        if dokument.klasse != KLASSE_FEHLBLATT and fehlblatt.dokument not in da:
            yield _Fund(ort, dokument.titel, fehlblatt)


def _sheet_for_document(ort: Container, stand: FruehererStand, alt: Container, dokument: Dokument) -> Fehlblatt:
    vorher = [kind.id for kind in kinder_of(alt) if kind.nummer < dokument.nummer]
    return Fehlblatt(
        container=ort.id,
        nach=_last_left(vorher, ort),
        dokument=uuid5(dokument.id, "fehlblatt"),
        titel=f"Fehlblatt: {dokument.titel}",
        entfernt=f"In der Lieferung vom {berlin(stand.uebernommen_am):%d.%m.%Y} noch enthalten, seitdem nicht mehr.",
        bekannt_am=stand.uebernommen_am,
    )


def _last_left(vorher: Iterable[UUID], container: Container) -> UUID | None:
    """The nearest neighbour in front that is still there."""
    noch_da = {kind.id for kind in kinder_of(container)}
    return next((kennung for kennung in reversed(list(vorher)) if kennung in noch_da), None)


def _change(fund: _Fund) -> Aenderung:
    namen = {kind.id: kind.titel for kind in kinder_of(fund.stelle.container)}
    nach = fund.fehlblatt.nach
    ort = "am Anfang" if nach is None else f"hinter „{namen[nach]}“"
    return Aenderung(
        wo=f"{fund.stelle.pfad}, {ort}",
        vorher="nichts",
        nachher=f"„{fund.fehlblatt.titel}“ (PDF/A, Dokumentklasse 011)",
        warum=f"{fund.fehlblatt.entfernt} {WARUM}",
        wirkung=fund.fehlblatt,
    )
