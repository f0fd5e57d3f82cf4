"""The log in German: what happened, and what the details are called."""

from collections.abc import Mapping
from types import MappingProxyType

from erv_gateway.kern.ereignisse import EreignisArt

_A = EreignisArt

EREIGNIS_TEXTE: Mapping[EreignisArt, str] = MappingProxyType(
    {
        _A.AKTE_UEBERNOMMEN: "Akte übernommen",
        _A.AKTE_ABGEWIESEN: "Akte abgewiesen",
        _A.SENDUNG_ANGELEGT: "Sendung angelegt",
        _A.SENDUNG_GETEILT: "In mehrere Nachrichten geteilt",
        _A.SENDUNG_TEILUNG_AUFGEHOBEN: "Teilung aufgehoben",
        _A.SENDUNG_GEPRUEFT: "Sendung geprüft",
        _A.SENDUNG_KORRIGIERT: "Korrektur angewandt",
        _A.SENDUNG_KORREKTUR_ZURUECKGENOMMEN: "Korrektur zurückgenommen",
        _A.SENDUNG_FREIGEGEBEN: "Sendung freigegeben",
        _A.SENDUNG_BEAUFTRAGT: "Paket erstellt, Übergabe beauftragt",
        _A.SENDUNG_KENNUNG_ERHALTEN: "Nachrichtenkennung vom Intermediär erhalten",
        _A.SENDUNG_UEBERGABE_BEGONNEN: "Übergabe begonnen",
        _A.SENDUNG_UEBERGEBEN: "An den Intermediär übergeben",
        _A.SENDUNG_UNGEWISS: "Ausgang der Übergabe ungewiss",
        _A.SENDUNG_NICHT_ANGEKOMMEN: "Beim Intermediär nicht angekommen",
        _A.SENDUNG_ABGEWIESEN: "Abgewiesen",
        _A.SENDUNG_BESTAETIGT: "Eingang bestätigt",
        _A.SENDUNG_BEANSTANDET: "Eingangsbestätigung beanstandet",
        _A.SENDUNG_ABGELEGT: "Nachweis zur Akte gegeben",
        _A.SENDUNG_ZURUECKGEZOGEN: "Zurückgezogen",
        _A.SENDUNG_ERSATZ_EINGEREICHT: "Ersatz eingereicht",
        _A.NACHRICHT_GESICHERT: "Nachricht im Original gesichert",
        _A.NACHRICHT_QUITTIERT: "Empfang dem Intermediär quittiert",
        _A.NACHRICHT_UNQUITTIERBAR: "Zustellung fehlerhaft, Empfang nicht quittierbar",
        _A.NACHRICHT_GEPRUEFT: "Nachricht geprüft",
        _A.NACHRICHT_ZUGEORDNET: "Akte zugeordnet",
        _A.NACHRICHT_ZU_KLAEREN: "Akte zu klären",
        _A.NACHRICHT_ERLEDIGT: "Erledigt",
        _A.EEB_ENTSCHIEDEN: "Über das Empfangsbekenntnis entschieden",
    }
)

ERGEBNIS_TEXTE: Mapping[str, str] = MappingProxyType(
    {
        "gueltig": "gültig (grün)",
        "unbestimmt": "unbestimmt (gelb)",
        "ungueltig": "ungültig (rot)",
    }
)
"""Result of a check in words with the colour that staff know; the page adds the colour itself."""

SCHWERE_TEXTE: Mapping[str, str] = MappingProxyType({"error": "Fehler", "warning": "Warnung", "hint": "Hinweis"})

STOERUNG_TEXTE: Mapping[str, str] = MappingProxyType(
    {
        "1": "Der Empfänger ist an dem Verfahren nicht beteiligt",
        "2": "Der Inhalt ist unklar oder unvollständig",
        "3": "Die Prüfung der Signatur oder des Zertifikats ist fehlgeschlagen",
    }
)
"""Codes of XJustiz eeb.stoerungs-id 2.1."""


def ereignis_text(art: str) -> str:
    """An event of a newer version is shown as it is written."""
    return next((text for key, text in EREIGNIS_TEXTE.items() if key == art), art)
