"""The one table of rules, in the order of a report.

Ids follow the reference sheet: F format, N names and size, D data set, S signature; X structure, C codes, E eEB.
"""

from xjustiz.regeln import tabelle_dateien, tabelle_datensatz, tabelle_fachlich, tabelle_paket, tabelle_struktur
from xjustiz.regeln.befund import Regel

REGELN: tuple[Regel, ...] = (
    *tabelle_datensatz.REGELN,
    *tabelle_struktur.REGELN,
    *tabelle_paket.REGELN,
    *tabelle_dateien.REGELN,
    *tabelle_fachlich.REGELN,
)
