"""Finds the one file that describes a delivery, and reads it whole."""

from dataclasses import dataclass

from erv_gateway.akte.befund import Befund
from erv_gateway.akte.dateien import UNREADABLE
from erv_gateway.akte.manifest import MANIFEST_NAME, MAX_MANIFEST_BYTES
from erv_gateway.akte.quelle import Eintrag, Quelle
from erv_gateway.akte.xdomea import DATEINAME_ENDE
from erv_gateway.akte.xml_lesen import MAX_XML_BYTES


@dataclass(frozen=True, slots=True)
class Beschreibung:
    name: str
    inhalt: bytes

    @property
    def ist_manifest(self) -> bool:
        return self.name == MANIFEST_NAME

    @property
    def medientyp(self) -> str:
        return "application/json" if self.ist_manifest else "application/xml"


def find_beschreibung(quelle: Quelle, befund: Befund) -> Beschreibung:
    """manifest.json, or `<UUID>_Abgabe.Abgabe.0401.xml`, at the top. `EinlieferungRefused` unless there is just one."""
    gefunden = [eintrag for eintrag in quelle.eintraege() if _describes(eintrag.name)]
    if not gefunden:
        befund.mangel("kein-manifest", "")
    elif len(gefunden) > 1:
        befund.mangel("mehrere-manifeste", "", namen=", ".join(eintrag.name for eintrag in gefunden))
    befund.check()
    return _read(quelle, gefunden[0], befund)


def _describes(name: str) -> bool:
    return name == MANIFEST_NAME or (name.endswith(DATEINAME_ENDE) and "/" not in name)


def _read(quelle: Quelle, eintrag: Eintrag, befund: Befund) -> Beschreibung:
    grenze = MAX_MANIFEST_BYTES if eintrag.name == MANIFEST_NAME else MAX_XML_BYTES
    inhalt = b""
    if eintrag.bytes > grenze:
        befund.mangel("manifest-zu-gross", eintrag.name, bytes=eintrag.bytes, grenze=grenze)
        befund.check()
    try:
        with quelle.open(eintrag.name) as stream:
            inhalt = stream.read(eintrag.bytes + 1)
    except UNREADABLE:
        befund.mangel("datei-unlesbar", eintrag.name)
    befund.check()
    return Beschreibung(eintrag.name, inhalt)
