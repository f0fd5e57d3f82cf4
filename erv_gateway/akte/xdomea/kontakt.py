"""KontaktType as one line for people: institution, unit, person."""

from collections.abc import Iterable

from lxml import etree

from erv_gateway.akte.xdomea.leser import Leser


def kontakt_name(leser: Leser, element: etree._Element | None) -> str | None:
    """ "Stadt X, Bauamt, Dr. Erika Muster"; None when the Kontakt names nobody."""
    institution = leser.text(element, "Institution", "Name") or leser.text(element, "Institution", "Kurzbezeichnung")
    return _join(", ", (institution, leser.text(element, "Organisationseinheit", "Name"), _person(leser, element)))


def kontakt_namen(leser: Leser, elemente: Iterable[etree._Element]) -> str | None:
    return _join("; ", (kontakt_name(leser, element) for element in elemente))


def _person(leser: Leser, element: etree._Element | None) -> str | None:
    name = leser.kind(element, "Name")
    teile = (leser.text(name, "Titel"), leser.text(name, "Vorname", "Name"), leser.text(name, "Familienname", "Name"))
    return _join(" ", teile)


def _join(zwischen: str, teile: Iterable[str | None]) -> str | None:
    return zwischen.join(teil for teil in teile if teil) or None
