"""Which case a Nachricht belongs to: by our own ids and file numbers, where they agree; else a person decides."""

from dataclasses import dataclass
from uuid import UUID

from erv_gateway.eingang.nachricht import SQL
from erv_gateway.eingang.xjustiz_lesen import XJustizBefund
from erv_gateway.kern.ids import AkteId
from erv_gateway.storage.db import Tx


@dataclass(frozen=True, slots=True)
class Zuordnung:
    """`akte_id` None: not decided. `grund` is shown to the person."""

    akte_id: AkteId | None
    grund: str


async def assign(tx: Tx, xjustiz: XJustizBefund) -> Zuordnung:
    if xjustiz.gelesen is None:
        return Zuordnung(None, "Ohne lesbaren XJustiz-Datensatz ist die Akte nicht zu erkennen.")
    by_id = await _by_nachrichten_id(tx, xjustiz.fremde_nachrichten_id)
    by_number = await _by_aktenzeichen(tx, xjustiz.aktenzeichen_empfaenger)
    if by_id is not None and by_number and by_id not in by_number:
        return Zuordnung(None, "Nachrichten-ID und Aktenzeichen führen zu verschiedenen Akten.")
    if by_id is not None:
        return Zuordnung(by_id, "Antwort auf unsere Nachricht (Nachrichten-ID).")
    if len(by_number) == 1:
        return Zuordnung(by_number[0], "Unser Aktenzeichen, eindeutig.")
    if by_number:
        return Zuordnung(None, "Unser Aktenzeichen gehört zu mehreren Akten.")
    return Zuordnung(None, "Weder Nachrichten-ID noch Aktenzeichen sind hier bekannt.")


async def _by_nachrichten_id(tx: Tx, fremde: UUID | None) -> AkteId | None:
    if fremde is None:
        return None
    found: UUID | None = await tx.fetch_value(SQL.akte_of_fremde_nachrichten_id, fremde)
    return None if found is None else AkteId(found)


async def _by_aktenzeichen(tx: Tx, aktenzeichen: str | None) -> list[AkteId]:
    if aktenzeichen is None:
        return []
    return [AkteId(row["id"]) for row in await tx.fetch_all(SQL.akten_with_aktenzeichen, aktenzeichen)]
