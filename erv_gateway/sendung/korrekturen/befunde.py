"""What pre-flight says about corrections: those that the package is made with anyhow are shown, never silent."""

from typing import Final

from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.sendung.korrekturen.anwenden import Korrigiert
from erv_gateway.sendung.korrekturen.bestand import load_corrected
from erv_gateway.sendung.korrekturen.lage import Lage
from erv_gateway.sendung.korrekturen.planung_fehlblatt import plan_fehlblaetter
from erv_gateway.sendung.korrekturen.planung_namen import find_namen
from erv_gateway.sendung.korrekturen.werte import Aenderung
from erv_gateway.sendung.sendung import Sendung
from xjustiz import Befund, Schwere

QUELLE_FEHLBLATT: Final = "Leitfaden elektronischer Rechtsverkehr (Akten); XJustiz, Dokumentklasse 011"
QUELLE_NAMEN: Final = "ERVB Nr. 6; XJustiz, dateiname"


async def find_open(betrieb: Betrieb, sendung: Sendung) -> tuple[Befund, ...]:
    """Removed documents without a Fehlblatt, and files that travel under another name than they came with."""
    stand = await load_corrected(betrieb.database, sendung)
    fehlende = await plan_fehlblaetter(Lage(betrieb, sendung, stand))
    return (*map(_missing, fehlende), *_renamed(stand))


def _missing(aenderung: Aenderung) -> Befund:
    return Befund(
        regel="P-FEHLBLATT",
        schwere=Schwere.WARNING,
        wo=aenderung.wo,
        text=f"Hier fehlt ein Dokument. Vorgesehen wäre {aenderung.nachher}. {aenderung.warum}",
        quelle=QUELLE_FEHLBLATT,
        abhilfe="Korrektur „Fehlblatt einlegen“ ansehen und anwenden, oder im DMS klären.",
    )


def _renamed(stand: Korrigiert) -> tuple[Befund, ...]:
    """One finding for all files: as a rule every name changes, by the UUID that makes it unique."""
    namen = tuple(find_namen(stand))
    if not namen:
        return ()
    beispiel = f"„{namen[0].vorher}“ als „{namen[0].nachher}“"
    anfang = "1 Datei reist" if len(namen) == 1 else f"{len(namen)} Dateien reisen"
    return (
        Befund(
            regel="P-DATEINAME",
            schwere=Schwere.HINT,
            wo=namen[0].wo if len(namen) == 1 else "Akte",
            text=f"{anfang} unter einem zulässigen statt unter dem gelieferten Namen, etwa {beispiel}.",
            quelle=QUELLE_NAMEN,
            abhilfe="Nichts zu tun. Wer jeden Namen sehen will, sieht die Korrektur „Zulässige Dateinamen“ an.",
        ),
    )
