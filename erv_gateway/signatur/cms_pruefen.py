"""The verdict on the signers of a CMS: value, content, certificate, algorithms, time stamp, trust (EN 319 102-1 §5.2).

Revocation is not looked up here; the reasons say so. Nothing goes to the network.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from certs.algorithms import Bewertung, Eignung, Verwendung, rate
from certs.anchors import Anchors, Zweck
from certs.certificate import facts
from certs.chain import verify_chain
from certs.errors import CertsError
from certs.pathrules import mangel_of
from certs.urteil import Urteil, schlechtestes
from erv_gateway.signatur import cms_signer as krypto
from erv_gateway.signatur.cms_lesen import OID_TIMESTAMP, SignedData, Signerteil, read_signed_data
from erv_gateway.signatur.cms_signer import Befund
from erv_gateway.signatur.ergebnis import Signaturpruefung
from erv_gateway.signatur.inhalt import Inhalt
from erv_gateway.signatur.tst import Zeitstempel, read_token

KEIN_VERTRAUEN: Final = "Vertrauen nicht geprüft: Es sind keine Vertrauensanker angegeben."
KEIN_WIDERRUF: Final = "Sperrstatus nicht geprüft."


@dataclass(frozen=True, slots=True)
class Massstab:
    """What a signature is judged by. `at` (aware) is the moment for which it is known to exist, at the latest now."""

    anchors: Anchors | None
    zwecke: tuple[Zweck, ...]
    at: datetime


def check_cms(data: bytes, inhalt: Inhalt | None, massstab: Massstab) -> tuple[Signaturpruefung, ...]:
    """One result per signer of the CMS `data`, over `inhalt` (None: over the content the CMS encloses).

    Raises `ValueError` when `data` is no CMS SignedData; everything else becomes a result.
    """
    signed_data = read_signed_data(data)
    return check_signed_data(signed_data, inhalt, massstab)


def check_signed_data(
    signed_data: SignedData, inhalt: Inhalt | None, massstab: Massstab
) -> tuple[Signaturpruefung, ...]:
    if inhalt is None and signed_data.content is not None:
        inhalt = Inhalt.of_bytes(signed_data.content)
    return tuple(_guarded(signed_data, signer, inhalt, massstab) for signer in signed_data.signers)


def _guarded(data: SignedData, signer: Signerteil, inhalt: Inhalt | None, massstab: Massstab) -> Signaturpruefung:
    try:
        return _check_signer(data, signer, inhalt, massstab)
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a foreign signature breaks is open, neither good nor bad
        grund = f"Die Signatur konnte nicht ausgewertet werden ({type(error).__name__})."
        return Signaturpruefung(None, "CMS", Urteil.UNBESTIMMT, (grund,))


def _check_signer(data: SignedData, signer: Signerteil, inhalt: Inhalt | None, massstab: Massstab) -> Signaturpruefung:
    certificate = krypto.find_certificate(signer, data.certificates)
    behauptet = krypto.claimed_time(signer)
    if certificate is None:
        grund = "Das Zertifikat des Unterzeichners liegt der Signatur nicht bei."
        return Signaturpruefung(None, krypto.level(signer), Urteil.UNBESTIMMT, (grund,), behauptet=behauptet)
    if inhalt is None:
        grund = "Die signierte Datei liegt nicht vor; die Signatur steht ohne Inhalt."
        return Signaturpruefung(_subject(certificate), krypto.level(signer), Urteil.UNBESTIMMT, (grund,))
    befunde = list(krypto.check_integrity(signer, data.content_type, certificate, inhalt))
    stempel = _timestamp(signer, massstab)
    zeitpunkt = stempel.zeitpunkt if stempel is not None and stempel.zeitpunkt is not None else massstab.at
    befunde += _timestamp_findings(stempel)
    befunde += _algorithms(signer, zeitpunkt)
    befunde += _trust(certificate, data.certificates, massstab, zeitpunkt)
    return Signaturpruefung(
        unterzeichner=_subject(certificate),
        level=krypto.level(signer),
        urteil=schlechtestes(befund.urteil for befund in befunde),
        gruende=tuple(dict.fromkeys(befund.grund for befund in befunde if befund.grund)),
        nach_signatur_geaendert=any(befund.veraendert for befund in befunde),
        zeitpunkt=zeitpunkt,
        behauptet=behauptet,
        zertifikat=certificate,
    )


def _subject(certificate: bytes) -> str | None:
    try:
        return facts(certificate).subject
    except CertsError:
        return None


def _timestamp(signer: Signerteil, massstab: Massstab) -> Zeitstempel | None:
    tokens = signer.unsigned_attributes.get(OID_TIMESTAMP, ())
    if not tokens:
        return None
    imprint = Inhalt.of_bytes(signer.signature)
    stempel = [check_timestamp(token.raw, imprint, massstab.anchors, massstab.at) for token in tokens]
    usable = [one for one in stempel if one.zeitpunkt is not None]
    return min(usable, key=lambda one: one.zeitpunkt or massstab.at) if usable else stempel[0]


def check_timestamp(token: bytes, stamped: Inhalt, anchors: Anchors | None, at: datetime) -> Zeitstempel:
    """The token over `stamped`, by an authority that `anchors` trust at `at`. A bad token is a result, not an error."""
    try:
        read = read_token(token, stamped, at)
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001 - a stamp nobody can read proves nothing, and harms nothing
        return Zeitstempel(Urteil.UNBESTIMMT, (f"Er ist nicht lesbar ({type(error).__name__}).",))
    if isinstance(read, Zeitstempel):
        return read
    (signer,) = check_signed_data(read.signed_data, None, Massstab(anchors, (Zweck.TSA,), at))
    zeitpunkt = read.behauptet if signer.urteil is Urteil.GUELTIG else None
    return Zeitstempel(signer.urteil, signer.gruende, zeitpunkt, read.behauptet, signer.unterzeichner)


def _timestamp_findings(stempel: Zeitstempel | None) -> Iterable[Befund]:
    """A stamp that proves nothing does not harm the signature, which then is judged by the time of the check."""
    if stempel is None:
        return
    if stempel.zeitpunkt is not None:
        yield Befund(Urteil.GUELTIG, f"Zeitstempel vom {stempel.zeitpunkt:%d.%m.%Y %H:%M:%S} UTC.")
        return
    urteil = Urteil.GUELTIG if stempel.urteil is Urteil.UNBESTIMMT else Urteil.UNBESTIMMT
    yield Befund(urteil, "Der Zeitstempel wird nicht gewertet: " + " ".join(stempel.gruende))


def _algorithms(signer: Signerteil, at: datetime) -> Iterable[Befund]:
    try:
        verfahren, hashed = krypto.scheme(signer), krypto.digest(signer)
    except CertsError:
        return []  # already found when the value was checked
    digests = {verfahren.digest, hashed, *({verfahren.mgf} if verfahren.mgf else ())}
    ratings = [rate(name, Verwendung.SIGNATUR, at) for name in (verfahren.rated_schema, *sorted(digests))]
    return [_befund_of(rating) for rating in ratings if rating.eignung is not Eignung.OK]


def _befund_of(rating: Bewertung) -> Befund:
    mangel = mangel_of(rating)
    return Befund(mangel.urteil, mangel.grund)


def _trust(certificate: bytes, others: Iterable[bytes], massstab: Massstab, at: datetime) -> Iterable[Befund]:
    if massstab.anchors is None:
        return [Befund(Urteil.UNBESTIMMT, KEIN_VERTRAUEN)]
    kette = verify_chain(certificate, others, massstab.anchors, massstab.zwecke, at)
    befunde = [Befund(kette.urteil, grund) for grund in kette.gruende] or [Befund(kette.urteil, "")]
    return [*befunde, Befund(Urteil.GUELTIG, KEIN_WIDERRUF)]
