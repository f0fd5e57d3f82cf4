"""What a state means for people: a label, what happens next, and who must act."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from erv_gateway.kern.zustaende import NachrichtZustand, SendungZustand


class Handelnd(StrEnum):
    SIE = "Sachbearbeitung"
    NIEMAND = "niemand, läuft selbsttätig"
    ERLEDIGT = "niemand, abgeschlossen"
    ADMINISTRATION = "Administration"


class Farbe(StrEnum):
    """Shown beside the words, never instead of them."""

    OFFEN = "offen"
    LAEUFT = "laeuft"
    GUT = "gut"
    ACHTUNG = "achtung"
    SCHLECHT = "schlecht"


@dataclass(frozen=True, slots=True)
class Zustandstext:
    name: str
    naechstes: str
    handelnd: Handelnd
    farbe: Farbe


_S = SendungZustand
_N = NachrichtZustand

SENDUNG_TEXTE: Mapping[SendungZustand, Zustandstext] = MappingProxyType(
    {
        _S.ENTWURF: Zustandstext("Entwurf", "Sendung prüfen.", Handelnd.SIE, Farbe.OFFEN),
        _S.GEPRUEFT: Zustandstext("Geprüft", "Befunde ansehen und freigeben.", Handelnd.SIE, Farbe.OFFEN),
        _S.FREIGEGEBEN: Zustandstext(
            "Freigegeben", "Das Paket wird erstellt und signiert.", Handelnd.NIEMAND, Farbe.LAEUFT
        ),
        _S.BEAUFTRAGT: Zustandstext(
            "Beauftragt", "Die Nachricht wird an den Intermediär übergeben.", Handelnd.NIEMAND, Farbe.LAEUFT
        ),
        _S.UNGEWISS: Zustandstext(
            "Ungewiss",
            "Die Antwort des Intermediärs ging verloren. Es wird nachgefragt; nichts wird doppelt gesendet.",
            Handelnd.NIEMAND,
            Farbe.ACHTUNG,
        ),
        _S.UEBERGEBEN: Zustandstext(
            "Übergeben", "Die Eingangsbestätigung wird abgeholt und verglichen.", Handelnd.NIEMAND, Farbe.LAEUFT
        ),
        _S.BESTAETIGT: Zustandstext(
            "Eingang bestätigt", "Der Nachweis wird erstellt und zur Akte gegeben.", Handelnd.NIEMAND, Farbe.GUT
        ),
        _S.BEANSTANDET: Zustandstext(
            "Beanstandet",
            "Die Eingangsbestätigung passt nicht zum Gesendeten. Gründe ansehen, Frist beachten.",
            Handelnd.SIE,
            Farbe.SCHLECHT,
        ),
        _S.ABGELEGT: Zustandstext("Abgelegt", "Der Nachweis liegt bei der Akte.", Handelnd.ERLEDIGT, Farbe.GUT),
        _S.ABGEWIESEN: Zustandstext(
            "Abgewiesen",
            "Die Sendung ging nicht heraus. Gründe ansehen, berichtigen, neu anlegen; Frist beachten.",
            Handelnd.SIE,
            Farbe.SCHLECHT,
        ),
        _S.ZURUECKGEZOGEN: Zustandstext("Zurückgezogen", "Es wird nicht gesendet.", Handelnd.ERLEDIGT, Farbe.OFFEN),
        _S.ERSATZ_EINGEREICHT: Zustandstext(
            "Ersatz eingereicht", "Auf anderem Weg eingereicht.", Handelnd.ERLEDIGT, Farbe.ACHTUNG
        ),
    }
)

NACHRICHT_TEXTE: Mapping[NachrichtZustand, Zustandstext] = MappingProxyType(
    {
        _N.GESICHERT: Zustandstext(
            "Gesichert", "Der Empfang wird dem Intermediär quittiert.", Handelnd.NIEMAND, Farbe.LAEUFT
        ),
        _N.QUITTIERT: Zustandstext(
            "Quittiert", "Die Nachricht wird entschlüsselt und geprüft.", Handelnd.NIEMAND, Farbe.LAEUFT
        ),
        _N.UNQUITTIERBAR: Zustandstext(
            "Nicht quittierbar",
            "Die Zustellung ist fehlerhaft. Was lesbar ist, wird geprüft.",
            Handelnd.NIEMAND,
            Farbe.ACHTUNG,
        ),
        _N.GEPRUEFT: Zustandstext("Geprüft", "Die Akte wird gesucht.", Handelnd.NIEMAND, Farbe.LAEUFT),
        _N.ZUGEORDNET: Zustandstext("Zugeordnet", "Nachricht lesen.", Handelnd.SIE, Farbe.OFFEN),
        _N.ZU_KLAEREN: Zustandstext(
            "Zu klären", "Die Akte ist nicht eindeutig. Eine Person muss zuordnen.", Handelnd.SIE, Farbe.ACHTUNG
        ),
        _N.ERLEDIGT: Zustandstext("Erledigt", "Nichts mehr zu tun.", Handelnd.ERLEDIGT, Farbe.GUT),
    }
)

EEB_OFFEN = Zustandstext(
    "Empfangsbekenntnis offen",
    "Das Gericht verlangt ein Empfangsbekenntnis. Eine Person muss entscheiden.",
    Handelnd.SIE,
    Farbe.ACHTUNG,
)


PRUEFUNG_LAEUFT = Zustandstext(
    "Wird geprüft", "Die Dateien und das Paket werden geprüft.", Handelnd.NIEMAND, Farbe.LAEUFT
)


def sendung_text(zustand: SendungZustand, *, wird_geprueft: bool = False) -> Zustandstext:
    """`wird_geprueft`: the pre-flight is with the workers."""
    if wird_geprueft and zustand is SendungZustand.ENTWURF:
        return PRUEFUNG_LAEUFT
    return SENDUNG_TEXTE[zustand]


def nachricht_text(zustand: NachrichtZustand, *, eeb_offen: bool) -> Zustandstext:
    """`eeb_offen`: an Empfangsbekenntnis is demanded and nobody has decided."""
    if eeb_offen and zustand is NachrichtZustand.ZUGEORDNET:
        return EEB_OFFEN
    return NACHRICHT_TEXTE[zustand]
