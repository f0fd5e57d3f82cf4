"""Whether a signature is a qualified one: the certificate's own statements, corrected by the trusted lists.

ETSI TS 119 615 §4.4 in substance: the issuing service must have been granted both when the certificate was issued and
when it signed; qualifiers of the list outweigh what the certificate says of itself. Only a green signature counts.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from cryptography import x509

from certs.certificate import load
from certs.qcstatements import QcAngaben, read_qc_statements
from certs.urteil import Urteil
from erv_gateway.signatur.ergebnis import KEINE_LISTE, STEMPEL, Qualifikation, Signaturpruefung
from erv_gateway.signatur.kriterien import meets
from erv_gateway.signatur.vertrauensanker import GUTER_STATUS
from erv_gateway.signatur.vertrauensdienst import (
    Abschnitt,
    Dienstart,
    Listenstand,
    Vertrauensdienst,
    Vertrauenslisten,
)

EIDAS: Final = datetime(2016, 6, 30, 22, tzinfo=UTC)  # 2016-07-01 in Brussels: Regulation (EU) 910/2014 applies
OFFEN: Final = "Qualifikation nicht geprüft: "
_Q: Final = Qualifikation


@dataclass(frozen=True, slots=True)
class _Stand:
    """What one service makes of one certificate at one moment."""

    qualifiziert: bool
    signatur: bool
    geraet: bool


def qualify(signatur: Signaturpruefung, listen: Vertrauenslisten) -> Signaturpruefung:
    """The same result with its qualified status and the German sentence for it."""
    qualifiziert, grund = _decide(signatur, listen)
    return replace(signatur, qualifiziert=qualifiziert, qualifikation_grund=grund)


def _decide(signatur: Signaturpruefung, listen: Vertrauenslisten) -> tuple[Qualifikation, str]:
    if not listen.listen:
        return _Q.NICHT_GEPRUEFT, KEINE_LISTE
    if signatur.urteil is Urteil.UNGUELTIG:
        return _Q.NICHT_QUALIFIZIERT, "Die Signatur ist ungültig."
    if signatur.urteil is not Urteil.GUELTIG or signatur.zertifikat is None or signatur.zeitpunkt is None:
        return _Q.NICHT_GEPRUEFT, OFFEN + "Die Signatur selbst ist nicht abschließend geprüft."
    art = Dienstart.QTST if signatur.level == STEMPEL else Dienstart.CA_QC
    dienste = [one for one in listen.dienste if one.art is art and _touches(one, signatur.kette)]
    if not dienste:
        return _Q.NICHT_QUALIFIZIERT, "Der Aussteller steht in keiner geladenen Vertrauensliste."
    abgelaufen = [_expired(one, signatur.zeitpunkt) for one in _lists_of(dienste, listen)]
    if any(abgelaufen):
        return _Q.NICHT_GEPRUEFT, OFFEN + next(text for text in abgelaufen if text)
    if art is Dienstart.QTST:
        return _stamp(signatur.zeitpunkt, dienste)
    return _by_services(signatur, dienste)


def _stamp(at: datetime, dienste: Iterable[Vertrauensdienst]) -> tuple[Qualifikation, str]:
    for dienst in dienste:
        abschnitt = dienst.at(at)
        if abschnitt is not None and abschnitt.status in GUTER_STATUS:
            quelle = f"{dienst.anbieter} (Vertrauensliste {dienst.land})"
            return _Q.QUALIFIZIERT, f"Qualifizierter elektronischer Zeitstempel: {quelle}."
    return _Q.NICHT_QUALIFIZIERT, "Der Zeitstempeldienst war zum maßgeblichen Zeitpunkt nicht zugelassen."


def _touches(dienst: Vertrauensdienst, kette: Iterable[bytes]) -> bool:
    """An issuer of certificates stands above the signer; a time stamp unit may be listed itself."""
    own = 0 if dienst.art is Dienstart.QTST else 1
    return bool(set(tuple(kette)[own:]) & set(dienst.zertifikate))


def _lists_of(dienste: Iterable[Vertrauensdienst], listen: Vertrauenslisten) -> Iterator[Listenstand]:
    laender = {dienst.land for dienst in dienste}
    return (one for one in listen.listen if one.land in laender)


def _expired(stand: Listenstand, at: datetime) -> str:
    """A list that was due before the signature cannot know of it. A closed list (no next update) stays as it is."""
    if stand.naechste is None or at <= stand.naechste:
        return ""
    return f"Die Vertrauensliste {stand.land} Nr. {stand.nummer} galt nur bis {stand.naechste:%d.%m.%Y}."


def _by_services(signatur: Signaturpruefung, dienste: Iterable[Vertrauensdienst]) -> tuple[Qualifikation, str]:
    """All services that stand for the issuer must say the same, at both moments."""
    assert signatur.zertifikat is not None and signatur.zeitpunkt is not None  # noqa: S101, PT018 - see _decide
    certificate = load(signatur.zertifikat)
    angaben = read_qc_statements(certificate)
    momente = (certificate.not_valid_before_utc, signatur.zeitpunkt)
    staende = [_at_both(one, certificate, angaben, momente) for one in dienste]
    if len(set(staende)) > 1:
        return _Q.NICHT_GEPRUEFT, OFFEN + "Die Vertrauenslisten widersprechen sich."
    (stand,) = set(staende)
    quelle = ", ".join(sorted({f"{one.anbieter} (Vertrauensliste {one.land})" for one in dienste}))
    return _verdict(stand, quelle)


def _verdict(stand: _Stand | None, quelle: str) -> tuple[Qualifikation, str]:
    if stand is None:
        return _Q.NICHT_QUALIFIZIERT, f"Der Dienst war zum maßgeblichen Zeitpunkt nicht zugelassen: {quelle}."
    if not stand.qualifiziert:
        return _Q.NICHT_QUALIFIZIERT, f"Das Zertifikat ist kein qualifiziertes: {quelle}."
    if not stand.signatur:
        return _Q.NICHT_QUALIFIZIERT, f"Das qualifizierte Zertifikat ist nicht für Signaturen ausgestellt: {quelle}."
    if not stand.geraet:
        return _Q.NICHT_QUALIFIZIERT, f"Der Schlüssel liegt in keiner qualifizierten Einheit (QSCD): {quelle}."
    return _Q.QUALIFIZIERT, f"Qualifizierte elektronische Signatur: {quelle}."


def _at_both(
    dienst: Vertrauensdienst, certificate: x509.Certificate, angaben: QcAngaben, momente: tuple[datetime, ...]
) -> _Stand | None:
    """None when it was not granted at one of them; what holds at both, otherwise."""
    staende = []
    for moment in momente:
        abschnitt = dienst.at(moment)
        if abschnitt is None or abschnitt.status not in GUTER_STATUS:
            return None
        staende.append(_stand(abschnitt, certificate, angaben, moment))
    return _Stand(
        all(one.qualifiziert for one in staende),
        all(one.signatur for one in staende),
        all(one.geraet for one in staende),
    )


def _stand(abschnitt: Abschnitt, certificate: x509.Certificate, angaben: QcAngaben, at: datetime) -> _Stand:
    merkmale = {m for zusatz in abschnitt.zusaetze if meets(certificate, zusatz.kriterien) for m in zusatz.merkmale}
    qualifiziert = (angaben.qualifiziert or "QCStatement" in merkmale) and not {"NotQualified"} & merkmale
    typ = _typ(merkmale, angaben)
    passt = not abschnitt.typen or at < EIDAS or "ForeSignatures" in abschnitt.typen
    geraet = bool({"QCWithQSCD", "QCWithSSCD", "QCQSCDManagedOnBehalf"} & merkmale) or angaben.geraet
    if {"QCNoQSCD", "QCNoSSCD"} & merkmale:
        geraet = False
    return _Stand(qualifiziert, typ == "esign" and passt, geraet)


def _typ(merkmale: set[str], angaben: QcAngaben) -> str:
    """A certificate without a type is for signatures: that was all there was before 2016 (ETSI EN 319 412-5 §4.2.3)."""
    for merkmal, typ in (("QCForWSA", "web"), ("QCForESeal", "eseal"), ("QCForLegalPerson", "eseal")):
        if merkmal in merkmale:
            return typ
    if "QCForESig" in merkmale or not angaben.typen:
        return "esign"
    return angaben.typen[0] if len(angaben.typen) == 1 else "mehrdeutig"
