"""The proof of origin: what it proves, and every way in which it can fail to."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from cms_bau import Bau, signed_data
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from certs.anchors import Anchors, Zweck
from certs.devpki import KeySpec, Plan, build, entries, generate_key
from certs.keys import SoftKey
from erv_gateway.signatur.fehler import SchluesselInvalid
from erv_gateway.signatur.pki import Pki
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.vhn import (
    ROLLE_BEBPO,
    ROLLE_JUSTIZ,
    Vhn,
    VhnAngaben,
    VhnDatei,
    VhnErgebnis,
    VhnPruefung,
    check_vhn,
    write_vhn,
)
from erv_gateway.signatur.vhn_xml import VhnUnreadable, read_vhn, render_vhn

Keys = Callable[[str, str], SoftKey]
DATEIEN = tuple(
    VhnDatei(name, hashlib.sha256(name.encode()).hexdigest(), len(name))
    for name in ("xjustiz_nachricht.xml", "Widerspruch & Anlage_1.pdf", "Übersicht.pdf")
)


@pytest.fixture
def angaben(pki: Pki, jetzt: datetime) -> VhnAngaben:
    safe_id = pki.teilnehmer["stadt-musterfurt"].safe_id
    assert safe_id is not None
    return VhnAngaben(safe_id, ROLLE_BEBPO, True, DATEIEN, "erv-gateway 0.1.0", jetzt)


@pytest.fixture
def written(key_of: Keys) -> Callable[[VhnAngaben], Vhn]:
    signer = Signer(key_of("stadt-musterfurt", "vhn"))
    return lambda angaben: asyncio.run(write_vhn(angaben, signer))


Written = Callable[[VhnAngaben], Vhn]


def check(vhn: Vhn, angaben: VhnAngaben, anchors: Anchors | None, at: datetime) -> VhnPruefung:
    return check_vhn(vhn.xml, vhn.p7s, DATEIEN, angaben.safe_id, anchors, at)


def test_an_authority_proves_its_mailbox(
    written: Written,
    angaben: VhnAngaben,
    anchors: Anchors,
    jetzt: datetime,
    openssl_agrees: Callable[[bytes, bytes], bool],
) -> None:
    vhn = written(angaben)
    result = check(vhn, angaben, anchors, jetzt)
    assert (result.ergebnis, result.postfachart) == (VhnErgebnis.GUELTIG, Zweck.VHN_BEBPO)
    assert result.uebermittlungsweg == "Sicherer Übermittlungsweg aus einem besonderen Behördenpostfach."
    assert result.angaben == angaben
    assert openssl_agrees(vhn.xml, vhn.p7s)


def test_a_court_proves_that_the_justice_sent_it(key_of: Keys, pki: Pki, anchors: Anchors, jetzt: datetime) -> None:
    safe_id = pki.teilnehmer["verwaltungsgericht-musterfurt"].safe_id
    angaben = VhnAngaben(str(safe_id), ROLLE_JUSTIZ, True, DATEIEN, "Gericht", jetzt)
    vhn = asyncio.run(write_vhn(angaben, Signer(key_of("verwaltungsgericht-musterfurt", "vhn"))))
    result = check(vhn, angaben, anchors, jetzt)
    assert (result.ergebnis, result.postfachart) == (VhnErgebnis.GUELTIG, Zweck.VHN_JUSTIZ)
    assert result.uebermittlungsweg == "Diese Nachricht wurde von der Justiz versandt."


def test_the_issuing_ca_decides_the_role_not_the_sender(
    key_of: Keys, angaben: VhnAngaben, anchors: Anchors, jetzt: datetime
) -> None:
    vhn = asyncio.run(write_vhn(replace(angaben, rolle=ROLLE_JUSTIZ), Signer(key_of("stadt-musterfurt", "vhn"))))
    result = check(vhn, angaben, anchors, jetzt)
    assert (result.ergebnis, result.postfachart) == (VhnErgebnis.UNGUELTIG, None)


def test_no_proof_and_half_a_proof_are_results(
    written: Written, angaben: VhnAngaben, anchors: Anchors, jetzt: datetime
) -> None:
    vhn = written(angaben)
    none = check_vhn(None, None, DATEIEN, angaben.safe_id, anchors, jetzt)
    assert none.ergebnis is VhnErgebnis.KEIN_VHN
    assert "nur mit qualifizierter elektronischer Signatur wirksam" in none.rechtsfolge
    for xml, p7s in ((vhn.xml, None), (None, vhn.p7s)):
        half = check_vhn(xml, p7s, DATEIEN, angaben.safe_id, anchors, jetzt)
        assert half.ergebnis is VhnErgebnis.NICHT_PRUEFBAR


@pytest.mark.parametrize(
    "received",
    [
        DATEIEN[1:],
        (*DATEIEN, VhnDatei("neu.pdf", "0" * 64, 1)),
        (*DATEIEN[:2], replace(DATEIEN[2], sha256="0" * 64)),
        (*DATEIEN[:2], replace(DATEIEN[2], bytes=4711)),
        (*DATEIEN[:2], replace(DATEIEN[2], name="übersicht.pdf")),
        (*DATEIEN, DATEIEN[0]),
        (),
    ],
    ids=["missing", "surplus", "changed", "other length", "renamed", "double", "none"],
)
def test_the_listed_files_must_be_those_that_came(
    written: Written, angaben: VhnAngaben, anchors: Anchors, jetzt: datetime, received: tuple[VhnDatei, ...]
) -> None:
    vhn = written(angaben)
    result = check_vhn(vhn.xml, vhn.p7s, received, angaben.safe_id, anchors, jetzt)
    assert result.ergebnis is VhnErgebnis.UNGUELTIG


def test_a_file_listed_twice_is_wrong(written: Written, angaben: VhnAngaben, anchors: Anchors, jetzt: datetime) -> None:
    vhn = written(replace(angaben, dateien=(*DATEIEN, replace(DATEIEN[0], sha256="0" * 64))))
    assert check(vhn, angaben, anchors, jetzt).ergebnis is VhnErgebnis.UNGUELTIG


def test_another_sender_cannot_use_it(
    written: Written, angaben: VhnAngaben, anchors: Anchors, jetzt: datetime, pki: Pki
) -> None:
    other = pki.teilnehmer["landkreis-auental"].safe_id
    vhn = written(angaben)
    assert check_vhn(vhn.xml, vhn.p7s, DATEIEN, other, anchors, jetzt).ergebnis is VhnErgebnis.UNGUELTIG
    assert check_vhn(vhn.xml, vhn.p7s, DATEIEN, None, anchors, jetzt).ergebnis is VhnErgebnis.NICHT_PRUEFBAR
    claims_other = written(replace(angaben, safe_id=str(other)))
    for sender in (other, angaben.safe_id):
        result = check_vhn(claims_other.xml, claims_other.p7s, DATEIEN, sender, anchors, jetzt)
        assert result.ergebnis is VhnErgebnis.UNGUELTIG


def test_a_changed_statement_is_red(written: Written, angaben: VhnAngaben, anchors: Anchors, jetzt: datetime) -> None:
    vhn = written(angaben)
    changed = replace(vhn, xml=vhn.xml.replace(b"0.1.0", b"0.1.1"))
    assert check(changed, angaben, anchors, jetzt).ergebnis is VhnErgebnis.UNGUELTIG


def test_an_unsafe_way_proves_none(written: Written, angaben: VhnAngaben, anchors: Anchors, jetzt: datetime) -> None:
    result = check(written(replace(angaben, sicher=False)), angaben, anchors, jetzt)
    assert result.ergebnis is VhnErgebnis.UNGUELTIG


@pytest.mark.parametrize("name", ["signatur", "postfach-signatur"])
def test_a_certificate_for_something_else_is_a_wrong_proof(
    key_of: Keys, angaben: VhnAngaben, anchors: Anchors, jetzt: datetime, name: str
) -> None:
    vhn = asyncio.run(write_vhn(angaben, Signer(key_of("stadt-musterfurt", name))))
    result = check(vhn, angaben, anchors, jetzt)
    assert result.ergebnis is VhnErgebnis.UNGUELTIG
    assert "Das Zertifikat ist kein Zertifikat für Herkunftsnachweise." in result.gruende


def test_without_knowing_the_issuer_it_stays_open(
    written: Written, angaben: VhnAngaben, anchors: Anchors, jetzt: datetime
) -> None:
    vhn = written(angaben)
    nobody = Anchors(tuple(anchor for anchor in anchors.alle if anchor.zweck is Zweck.TSA))
    for known in (None, nobody):
        result = check(vhn, angaben, known, jetzt)
        assert result.ergebnis is VhnErgebnis.NICHT_PRUEFBAR
        assert result.uebermittlungsweg.endswith("konnte nicht geprüft werden.")
        assert result.postfachart is None


def test_an_expired_certificate_is_open_at_arrival(
    written: Written, angaben: VhnAngaben, anchors: Anchors, jetzt: datetime
) -> None:
    result = check(written(angaben), angaben, anchors, jetzt + timedelta(days=3 * 365 + 1))
    assert result.ergebnis is VhnErgebnis.NICHT_PRUEFBAR


def test_a_foreign_shape_is_not_verifiable_even_when_well_signed(
    key_of: Keys, angaben: VhnAngaben, anchors: Anchors, jetzt: datetime
) -> None:
    xml = b"<vhn><absender/></vhn>"
    p7s = signed_data(Bau(key_of("stadt-musterfurt", "vhn"), xml))
    result = check_vhn(xml, p7s, DATEIEN, angaben.safe_id, anchors, jetzt)
    assert result.ergebnis is VhnErgebnis.NICHT_PRUEFBAR


def test_a_key_that_is_too_short_writes_no_new_proof(pki: Pki, angaben: VhnAngaben, jetzt: datetime) -> None:
    plan = Plan(ca_bits=3072, leaf_bits=2048)
    keys = {entry.pfad: generate_key(plan, entry.key) for entry in entries(plan) if entry.key is not KeySpec.RSA_CA}
    ca = rsa.generate_private_key(65537, 3072)
    short = build(plan, {**{entry.pfad: ca for entry in entries(plan)}, **keys}, jetzt)
    issued = short.ausstellungen["stadt-musterfurt/vhn"]
    with pytest.raises(SchluesselInvalid, match="2048"):
        asyncio.run(write_vhn(angaben, Signer(SoftKey(issued.key, issued.certificate))))


def test_two_signers_are_no_proof(key_of: Keys, angaben: VhnAngaben, anchors: Anchors, jetzt: datetime) -> None:
    xml = render_vhn(angaben)
    p7s = signed_data(Bau(key_of("stadt-musterfurt", "vhn"), xml), Bau(key_of("landkreis-auental", "vhn"), xml))
    result = check_vhn(xml, p7s, DATEIEN, angaben.safe_id, anchors, jetzt)
    assert result.ergebnis is VhnErgebnis.NICHT_PRUEFBAR


@pytest.mark.parametrize(
    "head",
    [
        b'<!DOCTYPE vhn [<!ENTITY a "b">]>',
        b'<!DOCTYPE vhn SYSTEM "http://127.0.0.1/x.dtd">',
        b'<?xml version="1.0" encoding="UTF-16"?>',
    ],
)
def test_hostile_xml_is_refused(angaben: VhnAngaben, head: bytes) -> None:
    body = render_vhn(angaben).split(b"\n", 1)[1]
    with pytest.raises(VhnUnreadable):
        read_vhn(head + body)


@given(st.binary(max_size=300))
def test_garbage_never_escapes_and_is_never_good(garbage: bytes) -> None:
    at = datetime.fromisoformat("2026-11-21T12:00:00+00:00")
    result = check_vhn(garbage, garbage, (), None, None, at)
    assert result.ergebnis is VhnErgebnis.NICHT_PRUEFBAR


NAMES = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Cn")), min_size=1, max_size=80).filter(
    lambda name: bool(name.strip()) and not {"\ufffe", "\uffff"} & set(name)
)


@given(st.lists(NAMES, max_size=5), st.booleans())
def test_what_is_written_is_read(names: list[str], sicher: bool) -> None:
    dateien = tuple(VhnDatei(name, hashlib.sha256(name.encode()).hexdigest(), len(name)) for name in names)
    created = datetime.fromisoformat("2026-11-21T12:00:00+00:00")
    angaben = VhnAngaben("DE.Justiz.x", ROLLE_BEBPO, sicher, dateien, "S <&> 1", created)
    assert read_vhn(render_vhn(angaben)) == angaben
