"""Faults of the schema are said in German; libxml2's own words stay beside."""

import re
from datetime import date

import pytest
from xjustiz_falsch import Fall, faelle
from xjustiz_muster import Muster, muster

from xjustiz import Codelisten, Schemas, check
from xjustiz.regeln.schematext import german

VERSTOESSE = [fall for fall in faelle() if fall.regel == "D1.schema"]
ENGLISCH = re.compile(r"\b(?:the|is|not|value|expected|element|missing|allowed|accepted)\b", re.IGNORECASE)
WEITERE = [
    ("<tns:ende>2025-11-28", "<tns:ende>28.11.2025", "„28.11.2025“ ist kein gültiger Wert für „ende“"),
    ("</tns:laufzeit>", "</tns:laufzeit><tns:neu/>", "„neu“ steht hier nicht richtig"),
    ("11111111-1111-4111-8111-111111111111", "x", "„eigeneNachrichtenID“: „x“ hat nicht die verlangte Form"),
    (' xjustizVersion="3.6.2"', ' xjustizVersion="3.6.2" foo="1"', "„nachrichtenkopf“ kennt die Angabe foo nicht"),
    ("<tns:aktentyp>", "<tns:aktentyp>text", "in „aktentyp“ steht Text, wo keiner stehen darf"),
    ("<code>008</code>", "<tns:code>008</tns:code>", "„code“ steht im falschen Namensraum"),
    ("<code>018</code>", "<code>999</code>", "„999“ ist kein Wert, den „code“ kennt"),
]


def _befunde(m: Muster, schemas: Schemas, codelisten: Codelisten, heute: date) -> list[tuple[str, str]]:
    ergebnis = check(m.paket(), schemas=schemas, codelisten=codelisten, am=heute)
    return [(b.text, b.details) for b in ergebnis.befunde if b.regel == "D1.schema"]


@pytest.mark.parametrize("fall", VERSTOESSE, ids=[fall.name for fall in VERSTOESSE])
def test_no_english_reaches_staff(fall: Fall, schemas: Schemas, codelisten: Codelisten, heute: date) -> None:
    befunde = _befunde(fall.muster(), schemas, codelisten, heute)
    assert befunde
    for text, details in befunde:
        assert ENGLISCH.search(text) is None
        assert "Element" in details


@pytest.mark.parametrize(("alt", "neu", "satz"), WEITERE, ids=[satz for *_, satz in WEITERE])
def test_every_kind_of_fault_has_its_sentence(
    alt: str, neu: str, satz: str, schemas: Schemas, codelisten: Codelisten, heute: date
) -> None:
    m = muster()
    m.ersetze(alt, neu)
    assert any(satz in text for text, _ in _befunde(m, schemas, codelisten, heute))


def test_braces_in_a_message_do_no_harm() -> None:
    assert german("Element 'a': '{x}' is not a valid value of the atomic type 'y'.") == (
        "„{x}“ ist kein gültiger Wert für „a“"
    )
    assert german("{nothing} known") == "der Datensatz entspricht dem Schema nicht"
