"""The verdict on the signers of a CMS: value, content, certificate, algorithms, time stamp, trust, revocation.

EN 319 102-1 §5.2 in substance. Nothing goes to the network: what is missing is named as `bedarf`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from certs.algorithms import Bewertung, Eignung, Verwendung, rate
from certs.anchors import Anchors, Zweck
from certs.certificate import facts
from certs.chain import MAX_DEPTH, issuer_among, verify_chain
from certs.errors import CertsError
from certs.pathrules import mangel_of
from certs.revocation import Sperrauskunft
from certs.urteil import Urteil, schlechtestes
from erv_gateway.signatur import cms_signer as krypto
from erv_gateway.signatur.cms_belege import Beigaben, enclosed_data
from erv_gateway.signatur.cms_lesen import OID_TIMESTAMP, SignedData, Signerteil, read_signed_data
from erv_gateway.signatur.cms_signer import Befund
from erv_gateway.signatur.ergebnis import Signaturpruefung, Stempelangabe, Zeitgrundlage
from erv_gateway.signatur.inhalt import Inhalt
from erv_gateway.signatur.sperren import Bedarf, check_revocation, need_issuer
from erv_gateway.signatur.tst import Zeitstempel, read_token

MAX_TIMESTAMPS: Final = 8  # ours; per signature
KEINE: Final = Beigaben()
KEIN_VERTRAUEN: Final = "Vertrauen nicht geprüft: Es sind keine Vertrauensanker angegeben."


@dataclass(frozen=True, slots=True)
class Massstab:
    """What a signature is judged by. `at` (aware) is the moment for which it is known to exist, at the latest now.

    `gaben`: revocation data and issuers at hand. `grundlage` says what `at` rests on.
    """

    anchors: Anchors | None
    zwecke: tuple[Zweck, ...]
    at: datetime
    gaben: Beigaben = KEINE
    grundlage: Zeitgrundlage = Zeitgrundlage.EINGANG


@dataclass(frozen=True, slots=True)
class _Vertrauen:
    """Chain and revocation of one certificate at one moment."""

    befunde: tuple[Befund, ...]
    kette: tuple[bytes, ...] = ()
    anker: str | None = None
    auskuenfte: tuple[Sperrauskunft, ...] = ()
    bedarf: tuple[Bedarf, ...] = ()


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
    gaben = massstab.gaben + Beigaben(zertifikate=data.certificates) + enclosed_data(data, signer)
    massstab = replace(massstab, gaben=gaben)
    stempel = _timestamps(signer, massstab)
    gewertet = min((one.zeitpunkt for one in stempel if one.zeitpunkt is not None), default=None)
    zeitpunkt = gewertet or massstab.at
    vertrauen = _trust(certificate, massstab, zeitpunkt)
    befunde = [
        *krypto.check_integrity(signer, data.content_type, certificate, inhalt),
        *_enclosed(data, inhalt),
        *_timestamp_findings(stempel, gewertet),
        *_algorithms(signer, zeitpunkt),
        *vertrauen.befunde,
    ]
    return Signaturpruefung(
        unterzeichner=_subject(certificate),
        level=krypto.level(signer),
        urteil=schlechtestes(befund.urteil for befund in befunde),
        gruende=tuple(dict.fromkeys(befund.grund for befund in befunde if befund.grund)),
        nach_signatur_geaendert=any(befund.veraendert for befund in befunde),
        zeitpunkt=zeitpunkt,
        behauptet=behauptet,
        zertifikat=certificate,
        eingang=massstab.at,
        zeitgrundlage=massstab.grundlage if gewertet is None else Zeitgrundlage.ZEITSTEMPEL,
        zeitstempel=tuple(_angabe(one) for one in stempel),
        verfahren=krypto.describe(signer, certificate),
        kette=vertrauen.kette,
        anker=vertrauen.anker,
        sperrauskuenfte=vertrauen.auskuenfte,
        bedarf=(*vertrauen.bedarf, *(need for one in stempel for need in _needs(one))),
    )


def _enclosed(data: SignedData, inhalt: Inhalt) -> Iterable[Befund]:
    """Others verify what the CMS encloses, and would find another content than the file beside it."""
    if data.content is not None and Inhalt.of_bytes(data.content).digest("sha256") != inhalt.digest("sha256"):
        yield Befund(Urteil.UNBESTIMMT, "Die Signatur enthält selbst einen anderen Inhalt als die signierte Datei.")


def _subject(certificate: bytes) -> str | None:
    try:
        return facts(certificate).subject
    except CertsError:
        return None


def _timestamps(signer: Signerteil, massstab: Massstab) -> tuple[Zeitstempel, ...]:
    imprint = Inhalt.of_bytes(signer.signature)
    tokens = signer.unsigned_attributes.get(OID_TIMESTAMP, ())[:MAX_TIMESTAMPS]
    return tuple(check_timestamp(one.raw, imprint, massstab.anchors, massstab.at, massstab.gaben) for one in tokens)


def check_timestamp(
    token: bytes, stamped: Inhalt, anchors: Anchors | None, at: datetime, gaben: Beigaben = KEINE
) -> Zeitstempel:
    """The token over `stamped`, by an authority that `anchors` trust at `at`. A bad token is a result, not an error."""
    try:
        read = read_token(token, stamped, at)
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001 - a stamp nobody can read proves nothing, and harms nothing
        return Zeitstempel(Urteil.UNBESTIMMT, (f"Er ist nicht lesbar ({type(error).__name__}).",))
    if isinstance(read, Zeitstempel):
        return read
    (signer,) = check_signed_data(read.signed_data, None, Massstab(anchors, (Zweck.TSA,), at, gaben))
    if signer.urteil is Urteil.GUELTIG and not _within_validity(signer.zertifikat, read.behauptet):
        grund = "Er nennt eine Zeit, zu der das Zertifikat seines Ausstellers nicht galt."
        signer = replace(signer, urteil=Urteil.UNGUELTIG, gruende=(*signer.gruende, grund))
    zeitpunkt = read.behauptet if signer.urteil is Urteil.GUELTIG else None
    return Zeitstempel(signer.urteil, signer.gruende, zeitpunkt, read.behauptet, signer.unterzeichner, signer)


def _within_validity(certificate: bytes | None, moment: datetime) -> bool:
    """Without it, whoever gets hold of a new key could stamp any time in the past."""
    if certificate is None:
        return False
    angaben = facts(certificate)
    return angaben.gueltig_ab <= moment <= angaben.gueltig_bis


def _angabe(stempel: Zeitstempel) -> Stempelangabe:
    kette = () if stempel.pruefung is None else stempel.pruefung.beteiligte
    return Stempelangabe(stempel.zeitpunkt, stempel.tsa, stempel.urteil, stempel.gruende, stempel.behauptet, kette)


def _needs(stempel: Zeitstempel) -> tuple[Bedarf, ...]:
    return () if stempel.pruefung is None else stempel.pruefung.bedarf


def _timestamp_findings(stempel: tuple[Zeitstempel, ...], gewertet: datetime | None) -> Iterable[Befund]:
    """A stamp that proves nothing does not harm the signature, which then is judged by the time of the check."""
    if gewertet is not None:
        yield Befund(Urteil.GUELTIG, f"Zeitstempel vom {gewertet:%d.%m.%Y %H:%M:%S} UTC.")
        return
    for one in stempel[:1]:
        urteil = Urteil.GUELTIG if one.urteil is Urteil.UNBESTIMMT else Urteil.UNBESTIMMT
        yield Befund(urteil, "Der Zeitstempel wird nicht gewertet: " + " ".join(one.gruende))


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


def _trust(certificate: bytes, massstab: Massstab, at: datetime) -> _Vertrauen:
    if massstab.anchors is None:
        return _Vertrauen((Befund(Urteil.UNBESTIMMT, KEIN_VERTRAUEN),))
    kette = verify_chain(certificate, massstab.gaben.zertifikate, massstab.anchors, massstab.zwecke, at)
    befunde = [Befund(kette.urteil, grund) for grund in kette.gruende] or [Befund(kette.urteil, "")]
    if kette.anchor is None:
        return _Vertrauen(tuple(befunde), bedarf=need_issuer(_topmost(certificate, massstab.gaben.zertifikate)))
    sperren = check_revocation(kette.kette, massstab.gaben.belege, at)
    return _Vertrauen(
        (*befunde, *sperren.befunde), kette.kette, kette.anchor.quelle, sperren.auskuenfte, sperren.bedarf
    )


def _topmost(certificate: bytes, others: tuple[bytes, ...]) -> bytes:
    """The last certificate that is at hand on the way up: its issuer is the one that is missing."""
    current = certificate
    for _ in range(MAX_DEPTH):
        issuer = issuer_among(current, others)
        if issuer is None or issuer == current:
            return current
        current = issuer
    return current
