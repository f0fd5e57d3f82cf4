"""A Nachricht whose original cannot be opened: received, kept, shown to a person, never silently lost."""

from typing import Final

from erv_gateway.eingang.nachricht import Nachricht
from erv_gateway.eingang.xjustiz_lesen import WAS, XJustizBefund
from erv_gateway.kern.ids import MessageId
from erv_gateway.postfach.base import Lieferung, Pruefergebnis, Pruefschritt
from erv_gateway.signatur.vhn_ergebnis import VhnErgebnis, result_of

GRUND: Final = (
    "Die Nachricht lässt sich mit den Schlüsseln dieses Postfachs nicht öffnen. Das Original ist unverändert "
    "aufbewahrt; über Inhalt und Herkunft lässt sich nichts sagen."
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
