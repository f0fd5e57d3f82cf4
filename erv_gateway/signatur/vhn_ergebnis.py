"""What the check of a proof of origin can end with, and what that means in law."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from certs.anchors import Zweck
from erv_gateway.signatur.ergebnis import Signaturpruefung
from erv_gateway.signatur.grundlage import Pruefgrundlage
from erv_gateway.signatur.vhn_xml import VhnAngaben


class VhnErgebnis(StrEnum):
    GUELTIG = "gueltig"
    UNGUELTIG = "ungueltig"
    KEIN_VHN = "kein VHN"
    NICHT_PRUEFBAR = "nicht pruefbar"


UEBERMITTLUNGSWEGE: Final = {
    Zweck.VHN_BEBPO: "Sicherer Übermittlungsweg aus einem besonderen Behördenpostfach.",
    Zweck.VHN_JUSTIZ: "Diese Nachricht wurde von der Justiz versandt.",
}
WEITERGELEITET: Final = "Ursprüngliche Nachricht, hier weitergeleitet: "
KEIN_SICHERER_WEG: Final = "Ein sicherer Übermittlungsweg ist nicht nachgewiesen."
NICHT_GEPRUEFT: Final = "Das Zertifikat des Herkunftsnachweises konnte nicht geprüft werden."

RECHTSFOLGEN: Final = {
    VhnErgebnis.GUELTIG: (
        "Die Nachricht kam auf einem sicheren Übermittlungsweg (§ 55a Abs. 4 VwGO, § 130a Abs. 4 ZPO): "
        "einfach signierte Schriftsätze sind damit wirksam eingereicht."
    ),
    VhnErgebnis.UNGUELTIG: (
        "Der Herkunftsnachweis trägt nicht: Ein Schriftsatz ohne eigene qualifizierte elektronische Signatur ist "
        "nicht wirksam eingereicht (§ 55a Abs. 3 VwGO, § 130a Abs. 3 ZPO)."
    ),
    VhnErgebnis.KEIN_VHN: (
        "Ohne Herkunftsnachweis ist ein Schriftsatz nur mit qualifizierter elektronischer Signatur wirksam "
        "eingereicht (§ 55a Abs. 3 VwGO, § 130a Abs. 3 ZPO)."
    ),
    VhnErgebnis.NICHT_PRUEFBAR: (
        "Ob die Nachricht auf einem sicheren Übermittlungsweg kam, ist offen: Bis zur Klärung darf ein nicht "
        "qualifiziert signierter Schriftsatz nicht als wirksam eingereicht behandelt werden "
        "(§ 55a Abs. 3 VwGO, § 130a Abs. 3 ZPO)."
    ),
}


@dataclass(frozen=True, slots=True)
class VhnPruefung:
    """`postfachart` is the purpose of the issuing CA, set only when the proof is good."""

    ergebnis: VhnErgebnis
    gruende: tuple[str, ...]
    rechtsfolge: str
    uebermittlungsweg: str
    postfachart: Zweck | None = None
    angaben: VhnAngaben | None = None
    unterzeichner: str | None = None
    signatur: Signaturpruefung | None = None
    """The check of its signature: chain, algorithm, revocation."""
    grundlage: Pruefgrundlage | None = field(default=None, repr=False, compare=False)
    """What the verdict rests on besides the message; filled by `isoliert.Pruefdienst`."""


def result_of(ergebnis: VhnErgebnis, gruende: tuple[str, ...]) -> VhnPruefung:
    weg = NICHT_GEPRUEFT if ergebnis is VhnErgebnis.NICHT_PRUEFBAR else KEIN_SICHERER_WEG
    return VhnPruefung(ergebnis, gruende, RECHTSFOLGEN[ergebnis], weg)
