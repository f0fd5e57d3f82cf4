"""The proof of origin (Vertrauenswürdiger Herkunftsnachweis): written and checked.

The official schema goes to registered vendors only; the shape used here is ours and documented in `docs/vhn.md`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from certs.algorithms import Verwendung
from certs.anchors import Anchors, Zweck
from certs.certificate import facts
from certs.chain import Kettenpruefung, verify_chain
from certs.urteil import Urteil
from erv_gateway.signatur.cms_belege import Beigaben
from erv_gateway.signatur.cms_lesen import SignedData, read_signed_data
from erv_gateway.signatur.cms_pruefen import KEINE, Massstab, check_signed_data
from erv_gateway.signatur.ergebnis import Signaturpruefung
from erv_gateway.signatur.inhalt import Inhalt
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.signieren import sign_detached
from erv_gateway.signatur.vhn_ergebnis import UEBERMITTLUNGSWEGE, WEITERGELEITET, VhnErgebnis, VhnPruefung, result_of
from erv_gateway.signatur.vhn_xml import VhnAngaben, VhnDatei, VhnUnreadable, read_vhn, render_vhn

VHN_NAME: Final = "vhn.xml"
VHN_SIGNATUR_NAME: Final = "vhn.xml.p7s"
ROLLE_BEBPO: Final = "egvp_bebpo"
ROLLE_JUSTIZ: Final = "justiz"
ZWECKE: Final = (Zweck.VHN_BEBPO, Zweck.VHN_JUSTIZ)


@dataclass(frozen=True, slots=True)
class Vhn:
    """The two attachments, named `VHN_NAME` and `VHN_SIGNATUR_NAME`."""

    xml: bytes
    p7s: bytes


async def write_vhn(angaben: VhnAngaben, signer: Signer) -> Vhn:
    """`vhn.xml` and its detached signature with the VHN certificate; the claimed signing time is `angaben.erstellt`.

    `SchluesselInvalid` when the key is not good for new signatures at that time.
    """
    signer.check_fit(angaben.erstellt, Verwendung.HERKUNFT)
    xml = render_vhn(angaben)
    return Vhn(xml, await sign_detached(xml, signer, zeitpunkt=angaben.erstellt))


def check_vhn(
    xml: bytes | None,
    p7s: bytes | None,
    dateien: Iterable[VhnDatei],
    absender: str | None,
    anchors: Anchors | None,
    at: datetime,
    gaben: Beigaben = KEINE,
    *,
    weitergeleitet: bool = False,
) -> VhnPruefung:
    """The proof of origin of a message that arrived at `at` (aware).

    `dateien` are all attachments but the two of the proof, `absender` is the SAFE-ID of the sender as the transport
    names it (None: unknown, then the proof is not verifiable), `gaben` revocation data and issuers at hand.
    `weitergeleitet`: the proof came along with another message: it vouches for whom it names, and for the files it
    lists, of which every one must be there. Never raises on bad input.
    """
    if xml is None and p7s is None:
        return result_of(VhnErgebnis.KEIN_VHN, ("Der Nachricht liegt kein Herkunftsnachweis bei.",))
    if xml is None or p7s is None:
        fehlt = VHN_NAME if xml is None else VHN_SIGNATUR_NAME
        return result_of(VhnErgebnis.NICHT_PRUEFBAR, (f"Der Herkunftsnachweis ist unvollständig: {fehlt} fehlt.",))
    try:
        data = read_signed_data(p7s)
        signatures = check_signed_data(data, Inhalt.of_bytes(xml), Massstab(anchors, ZWECKE, at, gaben))
        umfang = _Umfang(tuple(dateien), absender, weitergeleitet)
        return _judge(xml, signatures, umfang, _kette(data, signatures, anchors, at, gaben))
    except Exception as error:  # noqa: BLE001 - the message must still be received, whatever its proof is
        grund = f"Der Herkunftsnachweis ist nicht lesbar ({type(error).__name__})."
        return result_of(VhnErgebnis.NICHT_PRUEFBAR, (grund,))


@dataclass(frozen=True, slots=True)
class _Umfang:
    """What the proof is held against."""

    dateien: tuple[VhnDatei, ...]
    absender: str | None
    weitergeleitet: bool


def _kette(
    data: SignedData,
    signatures: tuple[Signaturpruefung, ...],
    anchors: Anchors | None,
    at: datetime,
    gaben: Beigaben,
) -> Kettenpruefung | None:
    """The chain of the one signer: its anchor says which kind of mailbox sent."""
    if anchors is None or len(signatures) != 1 or signatures[0].zertifikat is None:
        return None
    others = (*gaben.zertifikate, *data.certificates)
    return verify_chain(signatures[0].zertifikat, others, anchors, ZWECKE, signatures[0].zeitpunkt or at)


def _judge(
    xml: bytes,
    signatures: tuple[Signaturpruefung, ...],
    umfang: _Umfang,
    kette: Kettenpruefung | None,
) -> VhnPruefung:
    if len(signatures) != 1:
        return result_of(VhnErgebnis.NICHT_PRUEFBAR, ("Der Herkunftsnachweis trägt nicht genau eine Signatur.",))
    (signature,) = signatures
    findings = list(_signature_findings(signature, kette))
    angaben = None
    try:
        angaben = read_vhn(xml)
        findings += _content_findings(angaben, signature, umfang, kette)
    except VhnUnreadable as error:
        grund = f"Der Aufbau des Herkunftsnachweises ist nicht bekannt ({error})."
        findings.append((VhnErgebnis.NICHT_PRUEFBAR, grund))
    ergebnis = max((finding for finding, _grund in findings), key=_SCHWERE.__getitem__)
    result = result_of(ergebnis, tuple(dict.fromkeys(grund for _ergebnis, grund in findings if grund)))
    zweck = kette.anchor.zweck if kette is not None and kette.anchor is not None else None
    gut = ergebnis is VhnErgebnis.GUELTIG and zweck is not None
    return replace(
        result,
        uebermittlungsweg=_weg(zweck, umfang) if gut and zweck is not None else result.uebermittlungsweg,
        postfachart=zweck if gut else None,
        angaben=angaben,
        unterzeichner=signature.unterzeichner,
        signatur=signature,
    )


def _weg(zweck: Zweck, umfang: _Umfang) -> str:
    return (WEITERGELEITET if umfang.weitergeleitet else "") + UEBERMITTLUNGSWEGE[zweck]


_Findings = Iterator[tuple[VhnErgebnis, str]]
_SCHWERE: Final = {VhnErgebnis.GUELTIG: 0, VhnErgebnis.NICHT_PRUEFBAR: 1, VhnErgebnis.UNGUELTIG: 2}
_OF_URTEIL: Final = {
    Urteil.GUELTIG: VhnErgebnis.GUELTIG,
    Urteil.UNBESTIMMT: VhnErgebnis.NICHT_PRUEFBAR,
    Urteil.UNGUELTIG: VhnErgebnis.UNGUELTIG,
}


def _signature_findings(signature: Signaturpruefung, kette: Kettenpruefung | None) -> _Findings:
    """A certificate that is trusted, but not for proofs of origin, is a wrong proof and not an open one."""
    for grund in signature.gruende or ("",):
        yield _OF_URTEIL[signature.urteil], grund
    if kette is not None and kette.fremder_zweck is not None:
        yield VhnErgebnis.UNGUELTIG, "Das Zertifikat ist kein Zertifikat für Herkunftsnachweise."


def _content_findings(
    angaben: VhnAngaben,
    signature: Signaturpruefung,
    umfang: _Umfang,
    kette: Kettenpruefung | None,
) -> _Findings:
    listed = frozenset(datei.name for datei in angaben.dateien)
    counted = (one for one in umfang.dateien if not umfang.weitergeleitet or one.name in listed)
    yield from compare_dateien(angaben.dateien, tuple(counted))
    uid = facts(signature.zertifikat).uid if signature.zertifikat is not None else None
    if uid != angaben.safe_id:
        yield VhnErgebnis.UNGUELTIG, "Die SAFE-ID im Zertifikat ist nicht die im Herkunftsnachweis."
    if not umfang.weitergeleitet and umfang.absender is None:
        yield VhnErgebnis.NICHT_PRUEFBAR, "Die SAFE-ID des Absenders ist nicht bekannt."
    elif not umfang.weitergeleitet and uid != umfang.absender:
        yield VhnErgebnis.UNGUELTIG, "Die SAFE-ID im Zertifikat ist nicht die des Absenders der Nachricht."
    if not angaben.sicher:
        yield VhnErgebnis.UNGUELTIG, "Der Absender war nicht sicher am Postfach angemeldet."
    if kette is not None and kette.anchor is not None and angaben.rolle not in kette.anchor.rollen:
        yield VhnErgebnis.UNGUELTIG, f"Der Aussteller des Zertifikats steht nicht für die Rolle „{angaben.rolle}“."


def compare_dateien(listed: tuple[VhnDatei, ...], received: tuple[VhnDatei, ...]) -> _Findings:
    """Every listed file must have come as listed, and every file that came must be listed, each exactly once."""
    if len({datei.name for datei in listed}) != len(listed) or len({d.name for d in received}) != len(received):
        yield VhnErgebnis.UNGUELTIG, "Ein Dateiname kommt mehrfach vor."
    by_name = {datei.name: datei for datei in received}
    for datei in listed:
        if datei.name not in by_name:
            yield VhnErgebnis.UNGUELTIG, f"Die Datei „{datei.name}“ fehlt."
        elif by_name[datei.name] != datei:
            yield VhnErgebnis.UNGUELTIG, f"Die Datei „{datei.name}“ ist nicht die, die der Absender versandt hat."
    for name in by_name.keys() - {datei.name for datei in listed}:
        yield VhnErgebnis.UNGUELTIG, f"Die Datei „{name}“ ist nicht vom Herkunftsnachweis erfasst."
