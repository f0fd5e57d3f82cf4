"""A Nachricht whose original cannot be opened: received, kept, shown to a person, never silently lost."""

from dataclasses import replace
from typing import Final

from erv_gateway.eingang.nachricht import Nachricht
from erv_gateway.eingang.xjustiz_lesen import WAS, XJustizBefund
from erv_gateway.eingang.zuordnen import Zuordnung
from erv_gateway.kern.ids import MessageId
from erv_gateway.kern.zustaende import NachrichtZustand
from erv_gateway.postfach.base import Lieferung, Pruefergebnis, Pruefschritt
from erv_gateway.signatur.vhn_ergebnis import VhnErgebnis, result_of

GRUND: Final = (
    "Die Nachricht lässt sich mit den Schlüsseln dieses Postfachs nicht öffnen. Das Original ist unverändert "
    "aufbewahrt; über Inhalt und Herkunft lässt sich nichts sagen."
)
ABHOLUNG: Final = Pruefschritt(
    "Abholung beim Intermediär",
    Pruefergebnis.UNBESTIMMT,
    "Die Antwort des Intermediärs mit dieser Zustellung hält der Prüfung nicht stand (Struktur oder Signatur). Sie ist "
    "unverändert aufbewahrt; der Empfang ließ sich nicht quittieren.",
)
UNQUITTIERT: Final = Zuordnung(
    None, "Die Zustellung ist fehlerhaft und ihr Empfang nicht quittierbar; bitte mit dem Absender klären."
)
NICHT_PRUEFBAR: Final = result_of(VhnErgebnis.NICHT_PRUEFBAR, ("Der Inhalt der Nachricht ist nicht lesbar.",))
NICHT_GELESEN: Final = XJustizBefund(
    None, Pruefschritt(WAS, Pruefergebnis.UNBESTIMMT, "Der Inhalt der Nachricht ist nicht lesbar.")
)


def unreadable(nachricht: Nachricht) -> Lieferung:
    """What is known of it: nothing but its MessageId, and one step that says why."""
    return Lieferung(
        message_id=MessageId(nachricht.message_id),
        eingang=None,
        betreff=None,
        absender=None,
        absender_name=None,
        absender_certificate=None,
        absender_cipher_certificate=None,
        aktenzeichen_absender=None,
        aktenzeichen_empfaenger=None,
        anhaenge=(),
        schritte=(Pruefschritt("Öffnen der Nachricht", Pruefergebnis.UNBESTIMMT, GRUND),),
    )


def with_abholung(nachricht: Nachricht, lieferung: Lieferung) -> Lieferung:
    """What was fetched in an answer that does not hold says so first."""
    if nachricht.zustand is not NachrichtZustand.UNQUITTIERBAR:
        return lieferung
    return replace(lieferung, schritte=(ABHOLUNG, *lieferung.schritte))
