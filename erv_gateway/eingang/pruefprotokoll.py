"""The Prüfprotokoll of an inbound Nachricht: everything that was checked, put together.

The overall result is the worst of its parts; nothing that was not checked is ever green.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from certs.anchors import Anchors, Zweck
from certs.chain import verify_chain
from certs.urteil import Urteil, schlechtestes
from erv_gateway import __version__
from erv_gateway.eingang.xjustiz_lesen import XJustizBefund
from erv_gateway.postfach.base import Anhang, Lieferung, Pruefergebnis, Pruefschritt
from erv_gateway.postfach.egvp import PRODUKT
from erv_gateway.pruefprotokoll.modell import (
    Bestandteil,
    Dateipruefung,
    Pruefprotokoll,
    Schritt,
    Technik,
    Uebermittlungsweg,
    XJustizmangel,
    Zertifikat,
)
from erv_gateway.pruefprotokoll.signaturen import signatur_of, signatur_schritt, zertifikat
from erv_gateway.signatur.vhn_ergebnis import VhnErgebnis, VhnPruefung

ABSENDERZERTIFIKAT: Final = "Zertifikat des Absenders"
KETTE_GUELTIG: Final = "Führt zu einem Vertrauensanker für Postfächer und war beim Eingang gültig."
SOFTWARE: Final = f"{PRODUKT} {__version__}"

_VHN: Final = {
    VhnErgebnis.GUELTIG: Urteil.GUELTIG,
    VhnErgebnis.UNGUELTIG: Urteil.UNGUELTIG,
    VhnErgebnis.KEIN_VHN: Urteil.UNBESTIMMT,
    VhnErgebnis.NICHT_PRUEFBAR: Urteil.UNBESTIMMT,
}


def vhn_schritt(vhn: VhnPruefung) -> Schritt:
    begruendung = " ".join((vhn.uebermittlungsweg, *vhn.gruende, vhn.rechtsfolge)).strip()
    return Schritt("Sicherer Übermittlungsweg (VHN)", _VHN[vhn.ergebnis], begruendung)


def absender_schritt(lieferung: Lieferung, anchors: Anchors, am: datetime) -> Pruefschritt:
    """Whose signature it is: the chain of the sender's mailbox certificate at the time of receipt."""
    if lieferung.absender_certificate is None:
        return Pruefschritt(ABSENDERZERTIFIKAT, Pruefergebnis.UNBESTIMMT, "Es liegt kein Zertifikat des Absenders bei.")
    kette = verify_chain(lieferung.absender_certificate, (), anchors, (Zweck.MAILBOX,), am)
    return Pruefschritt(ABSENDERZERTIFIKAT, Pruefergebnis(kette.urteil.value), " ".join(kette.gruende) or KETTE_GUELTIG)


def build_pruefprotokoll(
    lieferung: Lieferung,
    original: Anhang,
    vhn: VhnPruefung,
    xjustiz: XJustizBefund,
    dateien: tuple[Dateipruefung, ...],
    absender: Pruefschritt,
    erstellt: datetime,
    vhn_grundlage: str | None = None,
) -> Pruefprotokoll:
    """`dateien`: results for the files that can carry a signature, and for the detached ones.

    `vhn_grundlage`: SHA-256 of the stored Pruefgrundlage of the proof of origin.
    """
    schritte = (*_schritte((*lieferung.schritte, absender)), vhn_schritt(vhn), *_schritte((xjustiz.schritt,)))
    schritte = (*schritte, *(schritt for datei in dateien if (schritt := signatur_schritt(datei)) is not None))
    return Pruefprotokoll(
        erstellt=erstellt,
        ergebnis=schlechtestes(schritt.ergebnis for schritt in schritte),
        uebermittlungsweg=_weg(lieferung, vhn, vhn_grundlage),
        struktur=bestandteile(lieferung.anhaenge),
        pruefungen=schritte,
        xjustiz=tuple(XJustizmangel(**befund) for befund in xjustiz.befunde),
        signaturen=dateien,
        zertifikate=tuple(_zertifikate(lieferung)),
        technik=Technik(SOFTWARE, lieferung.message_id, original.sha256, original.bytes),
    )


def bestandteile(anhaenge: Iterable[Anhang]) -> tuple[Bestandteil, ...]:
    return tuple(Bestandteil(at, one.name, one.bytes, one.sha256) for at, one in enumerate(anhaenge, 1))


def _schritte(schritte: Iterable[Pruefschritt]) -> Iterator[Schritt]:
    return (Schritt(one.was, Urteil(one.ergebnis.value), one.begruendung) for one in schritte)


def _weg(lieferung: Lieferung, vhn: VhnPruefung, grundlage: str | None) -> Uebermittlungsweg:
    return Uebermittlungsweg(
        text=vhn.uebermittlungsweg,
        vhn=str(vhn.ergebnis),
        rechtsfolge=vhn.rechtsfolge,
        gruende=vhn.gruende,
        unterzeichner=vhn.unterzeichner,
        postfachart=None if vhn.postfachart is None else str(vhn.postfachart),
        absender=None if lieferung.absender is None else str(lieferung.absender),
        absender_name=lieferung.absender_name,
        betreff=lieferung.betreff,
        nachrichtentyp=None if lieferung.kopf is None else lieferung.kopf.nachrichtentyp,
        aktenzeichen_absender=lieferung.aktenzeichen_absender,
        aktenzeichen_empfaenger=lieferung.aktenzeichen_empfaenger,
        eingang=lieferung.eingang,
        weitergeleitet=lieferung.weitergeleitet,
        empfangen=lieferung.empfangen,
        signatur=None if vhn.signatur is None else signatur_of(vhn.signatur),
        grundlage_sha256=grundlage,
    )


def _zertifikate(lieferung: Lieferung) -> Iterator[Zertifikat]:
    rollen = {
        "Absender (Signatur)": lieferung.absender_certificate,
        "Absender (Verschlüsselung)": lieferung.absender_cipher_certificate,
        "Intermediär (Transportsignatur)": lieferung.vermittler_certificate,
    }
    return (zertifikat(der, rolle) for rolle, der in rollen.items() if der is not None)
