"""The one table of rules, in the order of a report.

Ids follow the reference sheet: F format, N names and size, D data set, S signature and way; X structure, C codes,
E eEB.
"""

from xjustiz.regeln import (
    tabelle_akten,
    tabelle_dateien,
    tabelle_datensatz,
    tabelle_fachlich,
    tabelle_merkmale,
    tabelle_owi,
    tabelle_paket,
    tabelle_signatur,
    tabelle_struktur,
    tabelle_verfahren,
    tabelle_weg,
    tabelle_zeiten,
)
from xjustiz.regeln.befund import Regel

REGELN: tuple[Regel, ...] = (
    *tabelle_datensatz.REGELN,
    *tabelle_struktur.REGELN,
    *tabelle_zeiten.REGELN,
    *tabelle_verfahren.REGELN,
    *tabelle_owi.REGELN,
    *tabelle_weg.REGELN,
    *tabelle_paket.REGELN,
    *tabelle_dateien.REGELN,
    *tabelle_merkmale.REGELN,
    *tabelle_signatur.REGELN,
    *tabelle_akten.REGELN,
    *tabelle_fachlich.REGELN,
)
