"""The Prüfprotokoll of an inbound Nachricht, as JSON: the source of truth, in the order staff know.

Übermittlungsweg, Zusammenfassung und Struktur, Signaturprüfungen, Zertifikate, Technische Informationen. The overall
result is the worst of its parts; nothing that was not checked is ever green.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from certs.anchors import Anchors, Zweck
from certs.certificate import facts
from certs.chain import verify_chain
from certs.errors import CertsError
from erv_gateway import __version__
from erv_gateway.eingang.xjustiz_lesen import XJustizBefund
from erv_gateway.postfach.base import Anhang, Lieferung, Pruefergebnis, Pruefschritt
from erv_gateway.postfach.egvp import PRODUKT
from erv_gateway.signatur.pruefen import Pruefung
from erv_gateway.signatur.vhn_ergebnis import VhnErgebnis, VhnPruefung

ABSENDERZERTIFIKAT: Final = "Zertifikat des Absenders"
KETTE_GUELTIG: Final = "Führt zu einem Vertrauensanker für Postfächer und war beim Eingang gültig."
FORMAT: Final = "erv-gateway-pruefprotokoll/1"

_VHN: Final = {
    VhnErgebnis.GUELTIG: Pruefergebnis.GUELTIG,
    VhnErgebnis.UNGUELTIG: Pruefergebnis.UNGUELTIG,
    VhnErgebnis.KEIN_VHN: Pruefergebnis.UNBESTIMMT,
    VhnErgebnis.NICHT_PRUEFBAR: Pruefergebnis.UNBESTIMMT,
}


def vhn_schritt(vhn: VhnPruefung) -> Pruefschritt:
    begruendung = " ".join((vhn.uebermittlungsweg, *vhn.gruende, vhn.rechtsfolge)).strip()
    return Pruefschritt("Sicherer Übermittlungsweg (VHN)", _VHN[vhn.ergebnis], begruendung)


def absender_schritt(lieferung: Lieferung, anchors: Anchors, am: datetime) -> Pruefschritt:
    """Whose signature it is: the chain of the sender's mailbox certificate at the time of receipt."""
    if lieferung.absender_certificate is None:
        return Pruefschritt(ABSENDERZERTIFIKAT, Pruefergebnis.UNBESTIMMT, "Es liegt kein Zertifikat des Absenders bei.")
    kette = verify_chain(lieferung.absender_certificate, (), anchors, (Zweck.MAILBOX,), am)
    return Pruefschritt(ABSENDERZERTIFIKAT, Pruefergebnis(kette.urteil.value), " ".join(kette.gruende) or KETTE_GUELTIG)


def worst(schritte: Iterable[Pruefschritt]) -> Pruefergebnis:
    """No step at all is unbestimmt: verification that had nothing to verify has not passed."""
    results = {schritt.ergebnis for schritt in schritte}
    for result in (Pruefergebnis.UNGUELTIG, Pruefergebnis.UNBESTIMMT):
        if result in results:
            return result
    return Pruefergebnis.GUELTIG if results else Pruefergebnis.UNBESTIMMT


def build_pruefprotokoll(
    lieferung: Lieferung,
    original: Anhang,
    vhn: VhnPruefung,
    xjustiz: XJustizBefund,
    dateien: dict[str, Pruefung],
    absender: Pruefschritt,
    erstellt: datetime,
) -> dict[str, Any]:
    """`dateien`: result of the signature check for each PDF among the attachments, by name."""
    schritte = (*lieferung.schritte, absender, vhn_schritt(vhn), xjustiz.schritt, *_signaturen(dateien))
    return {
        "format": FORMAT,
        "erstellt": erstellt.isoformat(),
        "ergebnis": worst(schritte).value,
        "uebermittlungsweg": {
            "text": vhn.uebermittlungsweg,
            "vhn": vhn.ergebnis.value,
            "rechtsfolge": vhn.rechtsfolge,
            "absender": None if lieferung.absender is None else str(lieferung.absender),
            "eingang": None if lieferung.eingang is None else lieferung.eingang.isoformat(),
        },
        "struktur": [
            {"name": anhang.name, "bytes": anhang.bytes, "sha256": anhang.sha256} for anhang in lieferung.anhaenge
        ],
        "pruefungen": [
            {"was": schritt.was, "ergebnis": schritt.ergebnis.value, "begruendung": schritt.begruendung}
            for schritt in schritte
        ],
        "signaturen": {name: pruefung.as_json() for name, pruefung in dateien.items()},
        "xjustiz": list(xjustiz.befunde),
        "zertifikate": _zertifikate(lieferung),
        "technik": {
            "message_id": lieferung.message_id,
            "original_sha256": original.sha256,
            "original_bytes": original.bytes,
            "software": f"{PRODUKT} {__version__}",
        },
    }


def _signaturen(dateien: dict[str, Pruefung]) -> Iterator[Pruefschritt]:
    """A file without a signature of its own is usual; one whose signature does not hold is not."""
    for name, pruefung in dateien.items():
        if pruefung.signaturen:
            begruendung = " ".join(pruefung.gruende) or "Siehe Signaturprüfung der Datei."
            yield Pruefschritt(f"Signatur in „{name}“", Pruefergebnis(pruefung.urteil.value), begruendung)


def _zertifikate(lieferung: Lieferung) -> list[dict[str, str]]:
    rollen = {
        "Absender (Signatur)": lieferung.absender_certificate,
        "Absender (Verschlüsselung)": lieferung.absender_cipher_certificate,
    }
    return [{"rolle": rolle, **_facts(der)} for rolle, der in rollen.items() if der is not None]


def _facts(der: bytes) -> dict[str, str]:
    try:
        angaben = facts(der)
    except CertsError:
        return {"fehler": "nicht lesbar"}
    return {
        "inhaber": angaben.subject,
        "aussteller": angaben.issuer,
        "gueltig_bis": angaben.gueltig_bis.isoformat(),
        "sha256": angaben.sha256,
    }
