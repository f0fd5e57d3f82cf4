"""`check`: every rule of the table over one package."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice

from xjustiz.codelisten import Codelisten
from xjustiz.fehler import NachrichtUnreadable
from xjustiz.nachrichten import NAMENSRAUM
from xjustiz.regeln.befund import Befund, Paket, Pruefergebnis, Regel, Richtung, Schwere
from xjustiz.regeln.kontext import Kontext, build_kontext
from xjustiz.regeln.schematron import schematron_befunde
from xjustiz.regeln.tabelle import REGELN
from xjustiz.schemata import Schemas
from xjustiz.versionen import KALENDER, Version
from xjustiz.xmlsicher import local, namespace, parse_xml

MAX_BEFUNDE_JE_REGEL = 50
"""Findings of one rule in one report."""
_RANG = tuple(Schwere)


def check(
    paket: Paket,
    *,
    schemas: Schemas,
    codelisten: Codelisten,
    am: date,
    richtung: Richtung = Richtung.EINGANG,
    regeln: Iterable[Regel] = REGELN,
    kalender: tuple[Version, ...] = KALENDER,
) -> Pruefergebnis:
    """All findings about a package on the day `am` (Berlin), errors first, within them in the order of the table.

    `kalender`: when which version is valid for this mailbox (`moved_kalender`).
    Raises NachrichtUnreadable when the message is no XJustiz at all, SchemaBroken when the XSDs cannot be used.
    """
    wurzel = parse_xml(paket.xml)
    if namespace(wurzel) != NAMENSRAUM or not local(wurzel).startswith("nachricht."):
        raise NachrichtUnreadable(f"the root element {str(wurzel.tag)[:120]} is no XJustiz message")
    kontext = build_kontext(paket, wurzel, schemas, codelisten, am, richtung, kalender)
    befunde = [befund for regel in regeln if regel.applies(am, richtung) for befund in _apply(regel, kontext)]
    befunde += schematron_befunde(kontext)
    befunde.sort(key=lambda befund: _RANG.index(befund.schwere))
    return Pruefergebnis(kontext.version, kontext.art, tuple(befunde))


def _apply(regel: Regel, kontext: Kontext) -> Iterator[Befund]:
    schwere = regel.schwere_for(kontext.richtung)
    for fund in islice(regel.pruefe(kontext), MAX_BEFUNDE_JE_REGEL):
        text, abhilfe = regel.text.format_map(fund.angaben), regel.abhilfe.format_map(fund.angaben)
        yield Befund(regel.id, schwere, fund.wo, text, regel.quelle, abhilfe, fund.details)
