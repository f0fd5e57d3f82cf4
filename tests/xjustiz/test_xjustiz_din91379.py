"""DIN 91379: the transliteration table is documented, its result passes the type of the XSD, nothing is silent."""

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

import xjustiz as xj
from xjustiz import UMSCHRIFT, Datentyp, Schemas, transliterate

DOKU = Path(__file__).resolve().parents[2] / "docs" / "xjustiz.md"
_WERT = "{urn:probe}wert"


@pytest.fixture(scope="session")
def typen(schemas: Schemas) -> dict[Datentyp, etree.XMLSchema]:
    """The types of the official XSD, each as a schema of one element."""
    return {typ: _one_element(schemas, typ) for typ in Datentyp}


def _one_element(schemas: Schemas, typ: Datentyp) -> etree.XMLSchema:
    wurzel = etree.fromstring(schemas.datei("3.6.2", "din-norm-91379-datatypes.xsd") or b"")
    raum = wurzel.get("targetNamespace", "")
    element = etree.SubElement(wurzel, "{http://www.w3.org/2001/XMLSchema}element", name="wert", nsmap={"d": raum})
    element.set("type", f"d:{typ.value}")
    return etree.XMLSchema(etree.fromstring(etree.tostring(wurzel)))


def _valid(schema: etree.XMLSchema, text: str) -> bool:
    raum = "urn:xoev-de:kosit:xoev:datentyp:din-91379_2022-08"
    element = etree.Element(f"{{{raum}}}wert")
    element.text = text
    return schema.validate(etree.fromstring(etree.tostring(element)))


_ALLES = st.text(st.characters(codec="utf-8"), max_size=60)


@pytest.mark.parametrize("typ", Datentyp)
def test_the_result_always_passes_the_type_of_the_xsd_and_is_nfc(
    typ: Datentyp, typen: dict[Datentyp, etree.XMLSchema]
) -> None:
    @settings(max_examples=150, deadline=None)
    @given(text=_ALLES)
    @example(text="".join(UMSCHRIFT))
    @example(text="Mu\u0308ller – „x“ …\u00ad\U0001f600 \u202eabc")
    @example(text="\ud7ff\ue000\ufffd")
    def holds(text: str) -> None:
        umschrift = transliterate(text, typ)
        assert _valid(typen[typ], umschrift.text)
        assert unicodedata.is_normalized("NFC", umschrift.text)
        assert transliterate(umschrift.text, typ) == xj.Umschrift(umschrift.text, (), normalisiert=False)
        if umschrift.text != text:
            assert umschrift.ersetzungen or umschrift.normalisiert, "a change is never silent"

    holds()


@pytest.mark.parametrize("typ", Datentyp)
def test_our_character_sets_are_those_of_the_xsd(typ: Datentyp, typen: dict[Datentyp, etree.XMLSchema]) -> None:
    """Every character of the basic plane that XML can hold, one by one."""
    for nummer in (*range(0x20, 0xD800), *range(0xE000, 0xFFFE)):
        zeichen = chr(nummer)
        if not unicodedata.is_normalized("NFC", zeichen):
            continue
        try:
            xj.Din91379Text(zeichen, typ)
            erlaubt = True
        except xj.WertInvalid:
            erlaubt = False
        if nummer < 0x2600 or erlaubt:
            assert _valid(typen[typ], zeichen) is erlaubt, f"U+{nummer:04X}"


def test_lawful_text_is_left_alone() -> None:
    for text in ("Müller-Łuczak", "Straße 5 € (§ 3)", "Łódź"):
        assert transliterate(text) == xj.Umschrift(xj.Din91379Text(text), (), normalisiert=False)


def test_what_was_replaced_is_told_in_words() -> None:
    umschrift = transliterate("Mai – Juni – „Juli“")
    assert str(umschrift.text) == 'Mai - Juni - "Juli"'
    texte = [ersetzung.beschreibung() for ersetzung in umschrift.ersetzungen]
    assert texte[0] == "U+2013 (EN DASH) → '-', 2×"
    assert len(texte) == 3


def test_the_documented_table_is_the_one_in_the_code() -> None:
    zeilen = re.findall(r"^\| U\+([0-9A-F]{4}) \| .* \| (.*) \|$", DOKU.read_text(encoding="utf-8"), re.MULTILINE)
    dokumentiert = {chr(int(nummer, 16)): _shown(ersatz) for nummer, ersatz in zeilen}
    assert dokumentiert == dict(UMSCHRIFT)


def _shown(ersatz: str) -> str:
    return {"(nichts)": "", "Leerzeichen": " ", "Zeilenumbruch": "\n"}.get(ersatz, ersatz.strip("`"))
