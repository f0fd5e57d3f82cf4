"""What the official Schematron rules say, as findings beside those of the table; their ids are the official ones."""

from collections.abc import Iterator

from xjustiz.regeln.befund import Befund, Schwere
from xjustiz.regeln.kontext import Kontext

MAX_VERSTOESSE = 50
"""Findings in one report."""


UNVOLLSTAENDIG = Befund(
    "SCH-UNVOLLSTAENDIG",
    Schwere.HINT,
    "/",
    "Die Nachricht ist für die amtlichen Schematron-Regeln zu umfangreich; sie sind nicht vollständig geprüft.",
    "Schematron der BLK-AG IT-Standards; eigene Grenze",
    "Kein Handeln nötig; Schema und Regeln dieses Programms sind geprüft.",
)


def schematron_befunde(k: Kontext) -> Iterator[Befund]:
    """Raises SchemaBroken where an installed file cannot be used."""
    ergebnis = k.schemas.schematron.check(k.wurzel, k.version)
    for verstoss in ergebnis.verstoesse[:MAX_VERSTOESSE]:
        yield Befund(
            verstoss.id,
            Schwere.ERROR,
            verstoss.wo,
            verstoss.text,
            f"Schematron der BLK-AG IT-Standards, {verstoss.datei}",
            "Datensatz nach dieser Regel berichtigen.",
        )
    if not ergebnis.vollstaendig:
        yield UNVOLLSTAENDIG
