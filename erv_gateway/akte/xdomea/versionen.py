"""The xdomea versions that are read, and the element names that differ between them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

NAMESPACE_PREFIX = "urn:xoev-de:xdomea:schema:"
NACHRICHT = "Abgabe.Abgabe.0401"
DATEINAME_ENDE = f"_{NACHRICHT}.xml"


@dataclass(frozen=True, slots=True)
class Fassung:
    """Element names of `HistorienProtokollInformation` and of the signature of a Primaerdokument."""

    version: str
    metadatum: str = "MetadatumName"
    alter_wert: str = "MetadatumAlterWert"
    neuer_wert: str = "MetadatumNeuerWert"

    @property
    def namespace(self) -> str:
        return NAMESPACE_PREFIX + self.version


FASSUNGEN: Mapping[str, Fassung] = MappingProxyType(
    {
        fassung.namespace: fassung
        for fassung in (
            Fassung("2.4.0", metadatum="Metadatum", alter_wert="AlterWert", neuer_wert="NeuerWert"),
            Fassung("3.0.0"),
            Fassung("3.1.0"),
        )
    }
)
