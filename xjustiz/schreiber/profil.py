"""What differs between the versions that are written: element and file names, verbatim."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from xjustiz.nachrichten import NachrichtArt


@dataclass(frozen=True, slots=True)
class Profil:
    version: str
    module: Mapping[str, str]
    """Root element to the XSD file named in xsi:schemaLocation."""
    verweis_instanz: str
    verweis_rolle: str
    unterzeichner: bool
    ansichts_pdf: bool


_A = NachrichtArt


def _module(nachrichten: str, eeb: str, straf: str) -> Mapping[str, str]:
    gds = (_A.UEBERMITTLUNG, _A.BASISNACHRICHT, _A.FEHLER, _A.VERARBEITUNGSBESTAETIGUNG)
    return MappingProxyType(
        {**{art.value: nachrichten for art in gds}, _A.EEB.value: eeb, _A.OWI_AN_JUSTIZ.value: straf}
    )


PROFILE: Mapping[str, Profil] = MappingProxyType(
    {
        "3.6.2": Profil(
            "3.6.2",
            _module("xjustiz_0005_nachrichten_3_2.xsd", "xjustiz_2200_eeb_3_1.xsd", "xjustiz_0500_straf_3_6.xsd"),
            verweis_instanz="ref.instanznummer",
            verweis_rolle="ref.rollennummer",
            unterzeichner=False,
            ansichts_pdf=False,
        ),
        "4.0.0": Profil(
            "4.0.0",
            _module("xjustiz_0005_nachrichten_4_0.xsd", "xjustiz_2200_eeb_3_1.xsd", "xjustiz_0500_straf_4_0.xsd"),
            verweis_instanz="verweisInstanz",
            verweis_rolle="verweisBeteiligter",
            unterzeichner=True,
            ansichts_pdf=True,
        ),
    }
)
