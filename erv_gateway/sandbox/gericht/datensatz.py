"""How the court reads an XJustiz data set: plain lxml and the official XSD, nothing of the sender's reader."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from lxml import etree

from erv_gateway.kern.xml import parse_xml
from xjustiz import Schemas, XJustizError

NAMESPACES: Final = {"t": "http://www.xjustiz.de"}
UEBERMITTLUNG: Final = "nachricht.gds.uebermittlungSchriftgutobjekte.0005005"
EEB: Final = "nachricht.eeb.zuruecklaufend.2200007"
DATENSATZ_NAME: Final = "xjustiz_nachricht.xml"

Schemapruefung = Callable[[bytes], tuple[str, ...]]
"""What the official XSD finds wrong with a data set."""


@dataclass(frozen=True, slots=True)
class Datensatz:
    """What the court needs to know of a message. `dateinamen`: every file that the data set lists."""

    nachricht: str
    version: str
    absender: str
    aktenzeichen_absender: str | None
    aktenzeichen_gericht: str | None
    nachrichten_id: str
    fremde_nachrichten_id: str | None
    dateinamen: tuple[str, ...]
    schemafehler: tuple[str, ...]

    @property
    def will_antwort(self) -> bool:
        return self.nachricht == UEBERMITTLUNG


def read_datensatz(xml: bytes, schema: Schemapruefung) -> Datensatz:
    """Raises XmlRefused for what is no XML at all; anything less is for the schema to say."""
    root = parse_xml(xml, what=DATENSATZ_NAME)
    kopf = "t:nachrichtenkopf"
    partner = f"{kopf}/t:absender/t:informationen/t:auswahl_kommunikationspartner"
    return Datensatz(
        nachricht=etree.QName(root).localname,
        version=_attribute(root, kopf, "xjustizVersion"),
        absender=_text(root, f"{partner}/t:sonstige") or _text(root, f"{partner}/t:gericht/code") or "",
        aktenzeichen_absender=_text(root, f"{kopf}/t:absender/t:aktenzeichen"),
        aktenzeichen_gericht=_text(root, f"{kopf}/t:empfaenger/t:auswahl_aktenzeichen/t:aktenzeichen.freitext"),
        nachrichten_id=_text(root, f"{kopf}/t:absender/t:eigeneNachrichtenID") or "",
        fremde_nachrichten_id=_text(root, f"{kopf}/t:empfaenger/t:fremdeNachrichtenID"),
        dateinamen=tuple(name.text or "" for name in root.iterfind(".//t:datei/t:dateiname", NAMESPACES)),
        schemafehler=schema(xml),
    )


def schemapruefung(schemas: Schemas) -> Schemapruefung:
    """The check against the official XSDs; a version or a message without XSD is a fault as well."""

    def check(xml: bytes) -> tuple[str, ...]:
        try:
            return tuple(f"Zeile {fault.zeile}: {fault.text}" for fault in schemas.validate(xml))
        except XJustizError as error:
            return (f"kein Schema dafür ({error})",)

    return check


def _text(root: etree._Element, path: str) -> str | None:
    return root.findtext(path, namespaces=NAMESPACES)


def _attribute(root: etree._Element, path: str, name: str) -> str:
    element = root.find(path, NAMESPACES)
    return "" if element is None else (element.get(name) or "")
