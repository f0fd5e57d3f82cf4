"""Proofs of origin with revocation, in the hands of the wrong CA, and forwarded with another message."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from pki_bau import Sperre, Stelle, Wunsch, anchor, certify, ocsp_answer, trust

from certs.anchors import Anchors, Zweck
from certs.revocation import Beleg
from erv_gateway.isolation.werkstatt import Werkstatt
from erv_gateway.signatur.cms_belege import Beigaben
from erv_gateway.signatur.grundlage import Sperrdatum
from erv_gateway.signatur.isoliert import Pruefdienst
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.vhn import ROLLE_BEBPO, ROLLE_JUSTIZ, Vhn, check_vhn, write_vhn
from erv_gateway.signatur.vhn_ergebnis import NICHT_GEPRUEFT, RECHTSFOLGEN, VhnErgebnis, VhnPruefung
from erv_gateway.signatur.vhn_namen import VhnPaar, forwarded_pairs
from erv_gateway.signatur.vhn_xml import VhnAngaben, VhnDatei

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
TAG = timedelta(days=1)
SAFE_ID = "DE.BEHOERDE.11112222-3333-4444-5555-666677778888.abcd"
DATEIEN = (VhnDatei("Klage.pdf", "a" * 64, 10), VhnDatei("xjustiz_nachricht.xml", "b" * 64, 20))
LEAF = Wunsch(
    usage=("digital_signature", "content_commitment"),
    purposes=(ExtendedKeyUsageOID.CLIENT_AUTH,),
    ocsp=("http://ocsp.zs.bnotk.example/nq",),
    uid=SAFE_ID,
    pss=True,
)


@pytest.fixture(scope="module")
def ca() -> Stelle:
    """As in the real hierarchy: RSA, certificates signed with PSS."""
    return certify("beBPo VHN CA", None, Wunsch(ca=True), rsa.generate_private_key(65537, 3072))


@pytest.fixture(scope="module")
def leaf(ca: Stelle) -> Stelle:
    return certify("VHN - besonderes elektronisches Behördenpostfach", ca, LEAF, rsa.generate_private_key(65537, 3072))


@pytest.fixture(scope="module")
def anchors(ca: Stelle) -> Anchors:
    return trust(anchor(Zweck.VHN_BEBPO, ca, rollen=frozenset({ROLLE_BEBPO})))


ANGABEN = VhnAngaben(SAFE_ID, ROLLE_BEBPO, True, DATEIEN, "erv-gateway", AT)


def vhn(leaf: Stelle, angaben: VhnAngaben = ANGABEN) -> Vhn:
    return asyncio.run(write_vhn(angaben, Signer(leaf.soft)))


def check(proof: Vhn, anchors: Anchors, *belege: Beleg, **more: object) -> VhnPruefung:
    values = {"dateien": DATEIEN, "absender": SAFE_ID, "weitergeleitet": False, **more}
    return check_vhn(proof.xml, proof.p7s, anchors=anchors, at=AT, gaben=Beigaben(belege), **values)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def good(leaf: Stelle, ca: Stelle) -> Beleg:
    return Beleg("ocsp", ocsp_answer(leaf, ca, AT))


def test_a_real_looking_proof_is_good_with_its_revocation_checked(leaf: Stelle, anchors: Anchors, good: Beleg) -> None:
    result = check(vhn(leaf), anchors, good)
    assert result.ergebnis is VhnErgebnis.GUELTIG, result.gruende
    assert result.postfachart is Zweck.VHN_BEBPO
    assert result.signatur is not None
    assert result.signatur.sperrauskuenfte[0].quelle == "OCSP"


def test_without_an_answer_of_the_responder_it_is_not_verifiable(leaf: Stelle, anchors: Anchors) -> None:
    result = check(vhn(leaf), anchors)
    assert result.ergebnis is VhnErgebnis.NICHT_PRUEFBAR
    assert result.uebermittlungsweg == NICHT_GEPRUEFT
    assert result.rechtsfolge == RECHTSFOLGEN[VhnErgebnis.NICHT_PRUEFBAR]
    assert "wirksam" in result.rechtsfolge


def test_revoked_before_the_receipt_is_invalid_and_after_it_good(leaf: Stelle, ca: Stelle, anchors: Anchors) -> None:
    for am, expected in ((AT - TAG, VhnErgebnis.UNGUELTIG), (AT + TAG, VhnErgebnis.GUELTIG)):
        answer = Beleg("ocsp", ocsp_answer(leaf, ca, AT + 9 * TAG, sperre=Sperre(am)))
        assert check(vhn(leaf), anchors, answer).ergebnis is expected


def test_the_issuing_ca_decides_the_kind_of_mailbox_and_the_role(
    leaf: Stelle, ca: Stelle, anchors: Anchors, good: Beleg
) -> None:
    as_court = vhn(leaf, replace(ANGABEN, rolle=ROLLE_JUSTIZ))
    assert check(as_court, anchors, good).ergebnis is VhnErgebnis.UNGUELTIG
    courts = trust(anchor(Zweck.VHN_JUSTIZ, ca, rollen=frozenset({ROLLE_JUSTIZ})))
    assert check(as_court, courts, good).postfachart is Zweck.VHN_JUSTIZ
    assert check(vhn(leaf), courts, good).ergebnis is VhnErgebnis.UNGUELTIG
    mailbox = trust(anchor(Zweck.MAILBOX, ca))
    assert check(vhn(leaf), mailbox, good).ergebnis is VhnErgebnis.UNGUELTIG


@pytest.mark.parametrize("uid", [None, "DE.BEHOERDE.andere", SAFE_ID + " ", SAFE_ID.lower()])
def test_the_uid_must_be_the_safe_id_exactly(
    ca: Stelle, anchors: Anchors, uid: str | None, leaf: Stelle, good: Beleg
) -> None:
    other = certify("VHN", ca, replace(LEAF, uid=uid, ocsp=()), leaf.key)
    assert check(vhn(other), anchors).ergebnis is VhnErgebnis.UNGUELTIG
    assert check(vhn(leaf), anchors, good, absender=uid or "x").ergebnis is VhnErgebnis.UNGUELTIG


def test_a_forwarded_proof_vouches_for_its_own_files(leaf: Stelle, anchors: Anchors, good: Beleg) -> None:
    more = (*DATEIEN, VhnDatei("Anschreiben.pdf", "c" * 64, 5))
    proof = vhn(leaf)
    direct = check(proof, anchors, good, dateien=more, absender="DE.Justiz.gericht")
    assert direct.ergebnis is VhnErgebnis.UNGUELTIG
    forwarded = check(proof, anchors, good, dateien=more, absender=None, weitergeleitet=True)
    assert forwarded.ergebnis is VhnErgebnis.GUELTIG
    assert forwarded.uebermittlungsweg.startswith("Ursprüngliche Nachricht")
    for wrong in (more[1:], (replace(DATEIEN[0], sha256="d" * 64), *more[1:])):
        result = check(proof, anchors, good, dateien=wrong, weitergeleitet=True)
        assert result.ergebnis is VhnErgebnis.UNGUELTIG


def test_forwarded_proofs_are_found_by_name() -> None:
    one = "vhn_0b9fbc1e-5c4e-4a57-8f7e-2f8f3f2f4c11.xml"
    names = [
        "Klage.pdf",
        "vhn.xml",
        "vhn.xml.p7s",
        one,
        "vhn_x.xml",
        f"{one}.p7s",
        f"../{one}",
        one.replace("0b", "1b"),
    ]
    assert forwarded_pairs(names) == (VhnPaar(one, f"{one}.p7s"), VhnPaar(one.replace("0b", "1b"), None))


async def test_a_check_of_a_proof_can_be_repeated(
    leaf: Stelle, anchors: Anchors, good: Beleg, werkstatt: Werkstatt
) -> None:
    proof = await write_vhn(ANGABEN, Signer(leaf.soft))
    datum = Sperrdatum("ocsp", "", AT, good.daten)
    dienst = Pruefdienst(werkstatt=werkstatt, sperrdaten=(datum,))
    first = await dienst.check_vhn(proof.xml, proof.p7s, DATEIEN, SAFE_ID, anchors, AT)
    assert (first.ergebnis, first.grundlage is not None) == (VhnErgebnis.GUELTIG, True)
    assert first.grundlage is not None
    again = await Pruefdienst(werkstatt=werkstatt).repeat_vhn(proof.xml, proof.p7s, DATEIEN, SAFE_ID, first.grundlage)
    assert again == first
    more = (*DATEIEN, VhnDatei("Anschreiben.pdf", "c" * 64, 5))
    forwarded = await dienst.check_vhn(proof.xml, proof.p7s, more, None, anchors, AT, weitergeleitet=True)
    assert forwarded.ergebnis is VhnErgebnis.GUELTIG
