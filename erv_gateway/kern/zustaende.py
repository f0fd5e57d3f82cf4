"""The two state tables. `docs/lifecycle.md` is drawn from them, a test compares both."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from erv_gateway.kern.fehler import ZustandConflict


class SendungZustand(StrEnum):
    ENTWURF = "ENTWURF"
    GEPRUEFT = "GEPRUEFT"
    FREIGEGEBEN = "FREIGEGEBEN"
    BEAUFTRAGT = "BEAUFTRAGT"
    UNGEWISS = "UNGEWISS"
    UEBERGEBEN = "UEBERGEBEN"
    BESTAETIGT = "BESTAETIGT"
    BEANSTANDET = "BEANSTANDET"
    ABGELEGT = "ABGELEGT"
    ABGEWIESEN = "ABGEWIESEN"
    ZURUECKGEZOGEN = "ZURUECKGEZOGEN"
    ERSATZ_EINGEREICHT = "ERSATZ_EINGEREICHT"


class NachrichtZustand(StrEnum):
    GESICHERT = "GESICHERT"
    QUITTIERT = "QUITTIERT"
    UNQUITTIERBAR = "UNQUITTIERBAR"
    GEPRUEFT = "GEPRUEFT"
    ZUGEORDNET = "ZUGEORDNET"
    ZU_KLAEREN = "ZU_KLAEREN"
    ERLEDIGT = "ERLEDIGT"


_S = SendungZustand
_N = NachrichtZustand

SENDUNG_UEBERGAENGE: Mapping[SendungZustand, frozenset[SendungZustand]] = MappingProxyType(
    {
        _S.ENTWURF: frozenset({_S.GEPRUEFT, _S.ZURUECKGEZOGEN}),
        _S.GEPRUEFT: frozenset({_S.FREIGEGEBEN, _S.ENTWURF, _S.ZURUECKGEZOGEN}),
        _S.FREIGEGEBEN: frozenset({_S.BEAUFTRAGT, _S.ABGEWIESEN, _S.ZURUECKGEZOGEN}),
        _S.BEAUFTRAGT: frozenset({_S.UEBERGEBEN, _S.UNGEWISS, _S.ABGEWIESEN, _S.ERSATZ_EINGEREICHT}),
        _S.UNGEWISS: frozenset({_S.UEBERGEBEN, _S.BEAUFTRAGT, _S.ABGEWIESEN, _S.ERSATZ_EINGEREICHT}),
        _S.UEBERGEBEN: frozenset({_S.BESTAETIGT, _S.BEANSTANDET}),
        _S.BEANSTANDET: frozenset({_S.BESTAETIGT, _S.ERSATZ_EINGEREICHT}),
        _S.BESTAETIGT: frozenset({_S.ABGELEGT}),
        _S.ABGELEGT: frozenset(),
        _S.ABGEWIESEN: frozenset({_S.ERSATZ_EINGEREICHT}),
        _S.ZURUECKGEZOGEN: frozenset(),
        _S.ERSATZ_EINGEREICHT: frozenset(),
    }
)

NACHRICHT_UEBERGAENGE: Mapping[NachrichtZustand, frozenset[NachrichtZustand]] = MappingProxyType(
    {
        _N.GESICHERT: frozenset({_N.QUITTIERT, _N.UNQUITTIERBAR}),
        _N.QUITTIERT: frozenset({_N.GEPRUEFT}),
        _N.UNQUITTIERBAR: frozenset({_N.GEPRUEFT}),
        _N.GEPRUEFT: frozenset({_N.ZUGEORDNET, _N.ZU_KLAEREN}),
        _N.ZU_KLAEREN: frozenset({_N.ZUGEORDNET}),
        _N.ZUGEORDNET: frozenset({_N.ERLEDIGT}),
        _N.ERLEDIGT: frozenset(),
    }
)


def check_sendung(von: SendungZustand, nach: SendungZustand) -> None:
    if nach not in SENDUNG_UEBERGAENGE[von]:
        raise ZustandConflict(f"a Sendung cannot go from {von} to {nach}", von=str(von), nach=str(nach))


def check_nachricht(von: NachrichtZustand, nach: NachrichtZustand) -> None:
    if nach not in NACHRICHT_UEBERGAENGE[von]:
        raise ZustandConflict(f"a Nachricht cannot go from {von} to {nach}", von=str(von), nach=str(nach))
