"""The reference sheet of rules and what this product does about each: the source of `docs/regeln.md`."""

from collections.abc import Mapping
from types import MappingProxyType

from erv_gateway.cli.regelblatt.dateien import DATEIEN
from erv_gateway.cli.regelblatt.datensatz import DATENSATZ
from erv_gateway.cli.regelblatt.modell import Blattregel
from erv_gateway.cli.regelblatt.nachlauf import NACHLAUF
from erv_gateway.cli.regelblatt.nachricht import NACHRICHT
from erv_gateway.cli.regelblatt.weg import WEG

BLATT: Mapping[str, tuple[Blattregel, ...]] = MappingProxyType(
    {
        "F · Format der Dateien": DATEIEN[0],
        "N · Namen, Größe": DATEIEN[1],
        "D · Datensatz": DATENSATZ,
        "S · Signatur und Weg": WEG[0],
        "B · beBPo": WEG[1],
        "R · Eingang": NACHLAUF[0],
        "A · Ersatzeinreichung": NACHLAUF[1],
        "K · Ablage": NACHLAUF[2],
        "Regeln der Spezifikation außerhalb des Schemas (§ 2 des Blatts)": NACHRICHT,
    }
)
__all__ = ["BLATT", "Blattregel"]
