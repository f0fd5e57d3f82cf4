"""Missing, double and gappy numbers."""

from collections.abc import Iterator

from erv_gateway.akte.modell import Akte
from erv_gateway.sendung.korrekturen.baum import containers_of, kinder_of
from erv_gateway.sendung.korrekturen.lage import Lage
from erv_gateway.sendung.korrekturen.werte import Aenderung, Nummer

WARUM = "Die Nummern eines Behälters beginnen bei 1, sind lückenlos und kommen nur einmal vor."


async def plan_nummern(lage: Lage) -> tuple[Aenderung, ...]:
    return tuple(find_nummern(lage.stand.akte))


def find_nummern(akte: Akte) -> Iterator[Aenderung]:
    """The order stays what it is, only the numbers change."""
    for stelle in containers_of(akte):
        for nummer, kind in enumerate(kinder_of(stelle.container), 1):
            if kind.nummer != nummer:
                yield Aenderung(
                    wo=f"{stelle.pfad} › „{kind.titel}“",
                    vorher=str(kind.nummer),
                    nachher=str(nummer),
                    warum=WARUM,
                    wirkung=Nummer(kind.id, kind.nummer, nummer),
                )
