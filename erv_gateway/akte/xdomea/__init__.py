"""xdomea Abgabe 0401 (2.4, 3.0, 3.1) -> Akte."""

from erv_gateway.akte.xdomea.abgabe import read_abgabe
from erv_gateway.akte.xdomea.versionen import DATEINAME_ENDE, FASSUNGEN, NACHRICHT

__all__ = ["DATEINAME_ENDE", "FASSUNGEN", "NACHRICHT", "read_abgabe"]
