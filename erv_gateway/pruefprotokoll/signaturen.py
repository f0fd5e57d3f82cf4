"""From results of `signatur` to the values of the Prüfprotokoll."""

from collections.abc import Iterable
from typing import Final

from certs.certificate import facts, fingerprint
from certs.errors import CertsError
from certs.revocation import Sperrauskunft as Auskunft
from erv_gateway.pruefprotokoll.modell import (
    Dateipruefung,
    Schritt,
    Signatur,
    Sperrauskunft,
    Stempel,
    Zertifikat,
)
from erv_gateway.pruefprotokoll.plan import Einzelpruefung
from erv_gateway.signatur.ergebnis import Pruefung, Signaturpruefung, Stempelangabe

UNTERZEICHNER: Final = "Unterzeichner"
AUSSTELLER: Final = "Aussteller"
ANKER: Final = "Vertrauensanker"
UNLESBAR: Final = "nicht lesbar"


def dateipruefung(einzel: Einzelpruefung, pruefung: Pruefung, grundlage: str | None) -> Dateipruefung:
    """`grundlage`: SHA-256 of the stored Pruefgrundlage."""
    datei, beiliegend = einzel.datei, einzel.signatur
    return Dateipruefung(
        position=datei.position,
        art=einzel.art,
        name=datei.name,
        sha256=datei.sha256,
        bytes=datei.bytes,
        signaturdatei=None if beiliegend is None else beiliegend.name,
        signatur_sha256=None if beiliegend is None else beiliegend.sha256,
        ergebnis=pruefung.urteil,
        lesbar=pruefung.lesbar,
        gruende=pruefung.gruende,
        signaturen=tuple(signatur_of(one) for one in pruefung.signaturen),
        grundlage_sha256=grundlage,
    )


def signatur_schritt(datei: Dateipruefung) -> Schritt | None:
    """A file without a signature of its own is usual; one whose signature does not hold is not."""
    if not datei.signaturen and datei.lesbar and datei.signaturdatei is None:
        return None
    gruende = " ".join(datei.gruende) or "Siehe Signaturprüfung der Datei."
    return Schritt(f"Signatur in „{datei.signaturdatei or datei.name}“", datei.ergebnis, gruende)


def zertifikat(der: bytes, rolle: str) -> Zertifikat:
    """A certificate that cannot be read is shown as that, with the digest of its bytes."""
    try:
        angaben = facts(der)
    except CertsError:
        return Zertifikat(rolle, UNLESBAR, UNLESBAR, "", None, None, "")
    return Zertifikat(
        rolle=rolle,
        inhaber=angaben.subject,
        aussteller=angaben.issuer,
        seriennummer=f"{angaben.serial:x}",
        gueltig_ab=angaben.gueltig_ab,
        gueltig_bis=angaben.gueltig_bis,
        sha256=angaben.sha256,
    )


def signatur_of(one: Signaturpruefung) -> Signatur:
    kette = one.kette or (() if one.zertifikat is None else (one.zertifikat,))
    return Signatur(
        unterzeichner=one.unterzeichner,
        niveau=one.level,
        ergebnis=one.urteil,
        gruende=one.gruende,
        nach_signatur_geaendert=one.nach_signatur_geaendert,
        feld=one.feld,
        verfahren=one.verfahren,
        zeit_behauptet=one.behauptet,
        zeit_gewertet=one.zeitpunkt,
        zeitgrundlage=str(one.zeitgrundlage),
        eingang=one.eingang,
        zeitstempel=tuple(_stempel(stempel) for stempel in one.zeitstempel),
        kette=tuple(zertifikat(der, _rolle(at, len(kette))) for at, der in enumerate(kette)),
        anker=one.anker,
        sperrauskuenfte=tuple(_sperrauskunft(auskunft, kette) for auskunft in one.sperrauskuenfte),
        qualifiziert=str(one.qualifiziert),
        qualifikation_grund=one.qualifikation_grund,
    )


def _rolle(at: int, count: int) -> str:
    """Without a chain there is at least the signer's own certificate."""
    if at == 0:
        return UNTERZEICHNER
    return ANKER if at == count - 1 else AUSSTELLER


def _stempel(one: Stempelangabe) -> Stempel:
    return Stempel(one.zeitpunkt or one.behauptet, one.aussteller, one.urteil, one.gruende)


def _sperrauskunft(one: Auskunft, kette: tuple[bytes, ...]) -> Sperrauskunft:
    inhaber = next((zertifikat(der, "").inhaber for der in kette if fingerprint(der) == one.zertifikat), "")
    return Sperrauskunft(
        zertifikat=one.zertifikat,
        inhaber=inhaber,
        status=str(one.status),
        grund=one.grund,
        quelle=one.quelle,
        stand=one.stand,
        gesperrt_am=one.gesperrt_am,
    )


def ders_of(pruefungen: Iterable[Pruefung]) -> dict[str, bytes]:
    """All certificates that the verdicts rest on, by SHA-256 (hex)."""
    ders = (der for one in pruefungen for signatur in one.signaturen for der in (signatur.zertifikat, *signatur.kette))
    return {fingerprint(der): der for der in ders if der is not None}
