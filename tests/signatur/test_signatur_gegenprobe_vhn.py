"""A second look at proofs of origin: tricks of writing, names and signatures, by someone who holds a mailbox."""

import hashlib
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cms_bau import Bau, signed_data
from cryptography.hazmat.primitives.asymmetric import rsa
from pki_bau import Stelle, Wunsch, anchor, certify, trust

from certs.anchors import Anchors, Zweck
from erv_gateway.signatur.vhn import ROLLE_BEBPO, ROLLE_JUSTIZ, VhnAngaben, VhnDatei, VhnErgebnis, check_vhn
from erv_gateway.signatur.vhn_xml import render_vhn

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
SAFE_ID = "DE.BEH.1"
DATEIEN = tuple(
    VhnDatei(name, hashlib.sha256(name.encode()).hexdigest(), len(name)) for name in ("a.pdf", "Übersicht.pdf")
)
ANGABEN = VhnAngaben(SAFE_ID, ROLLE_BEBPO, True, DATEIEN, "Prüfstand", AT)
GUT, OFFEN, FALSCH = VhnErgebnis.GUELTIG, VhnErgebnis.NICHT_PRUEFBAR, VhnErgebnis.UNGUELTIG
Change = Callable[[bytes], bytes]


@pytest.fixture(scope="module")
def ca() -> Stelle:
    return certify("VHN CA", None, Wunsch(ca=True))


@pytest.fixture(scope="module")
def postfach(ca: Stelle) -> Stelle:
    return certify("VHN", ca, Wunsch(uid=SAFE_ID), rsa.generate_private_key(65537, 3072))


@pytest.fixture(scope="module")
def trusted(ca: Stelle) -> Anchors:
    return trust(anchor(Zweck.VHN_BEBPO, ca, rollen=frozenset({ROLLE_BEBPO})))


def judged(xml: bytes, p7s: bytes, trusted: Anchors, dateien: tuple[VhnDatei, ...] = DATEIEN) -> VhnErgebnis:
    return check_vhn(xml, p7s, dateien, SAFE_ID, trusted, AT).ergebnis


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda xml: xml, GUT),
        (lambda xml: xml.replace(b">DE.BEH.1<", b"><![CDATA[DE.BEH.1]]><"), GUT),
        (lambda xml: xml.replace(b">DE.BEH.1<", b"> DE.BEH.1 <"), FALSCH),
        (lambda xml: xml.replace(b"DE.BEH.1", b"DE.BEH.1<x/>"), OFFEN),
        (lambda xml: xml.replace(b"  <software>", b"  <software>x</software><software>"), OFFEN),
        (lambda xml: xml.replace(b"<vhn", b"<!DOCTYPE vhn [<!ENTITY a 'DE'>]><vhn").replace(b"DE.", b"&a;."), OFFEN),
        (lambda xml: xml.replace(b"<vhn xmlns=", b"<vhn xmlns:v="), OFFEN),
        (lambda xml: xml.replace(b'bytes="5"', b'bytes="+5"'), OFFEN),
        (lambda xml: xml.replace(b'bytes="5"', b'bytes="6"'), FALSCH),
        (lambda _: render_vhn(replace(ANGABEN, rolle=ROLLE_JUSTIZ)), FALSCH),
        (lambda _: render_vhn(replace(ANGABEN, safe_id="DE.BEH.2")), FALSCH),
    ],
)
def test_well_signed_statements_are_taken_by_the_letter(
    postfach: Stelle, trusted: Anchors, change: Change, expected: VhnErgebnis
) -> None:
    xml = change(render_vhn(ANGABEN))
    assert judged(xml, signed_data(Bau(postfach.soft, xml)), trusted) is expected


@pytest.mark.parametrize(
    "dateien",
    [
        DATEIEN[:1],
        (*DATEIEN, DATEIEN[0]),
        (*DATEIEN, VhnDatei("b.pdf", "0" * 64, 1)),
        (replace(DATEIEN[0], name="A.pdf"), DATEIEN[1]),
        (DATEIEN[0], replace(DATEIEN[1], name=unicodedata.normalize("NFD", DATEIEN[1].name))),
        (replace(DATEIEN[0], name="Übersicht.pdf"), replace(DATEIEN[1], name="a.pdf")),
    ],
)
def test_other_files_than_the_listed_are_red(postfach: Stelle, trusted: Anchors, dateien: tuple[VhnDatei, ...]) -> None:
    xml = render_vhn(ANGABEN)
    assert judged(xml, signed_data(Bau(postfach.soft, xml)), trusted, dateien) is FALSCH


def test_a_signature_of_another_proof_or_mailbox_is_red(ca: Stelle, postfach: Stelle, trusted: Anchors) -> None:
    xml = render_vhn(ANGABEN)
    foreign = certify("VHN", ca, Wunsch(uid="DE.BEH.2"), rsa.generate_private_key(65537, 3072))
    assert judged(xml, signed_data(Bau(postfach.soft, xml + b"\n")), trusted) is FALSCH
    assert judged(xml, signed_data(Bau(foreign.soft, xml)), trusted) is FALSCH
    assert judged(xml, signed_data(Bau(postfach.soft, xml), enclosed=b"<vhn/>"), trusted) is OFFEN
