"""Values, calendar, and DIN 91379 against the official patterns as opponent."""

import unicodedata
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from xjustiz import (
    UMSCHRIFT,
    Aktenzeichen,
    Dateiname,
    DateinameMangel,
    Datentyp,
    Din91379Text,
    Lage,
    SafeId,
    Schemas,
    Uuid,
    WertInvalid,
    XJustizError,
    dateiname_from,
    dateiname_mangel,
    lage_of,
    transliterate,
    version_for,
)
from xjustiz.din91379 import refused

_XS = "http://www.w3.org/2001/XMLSchema"
_DIN = "urn:xoev-de:kosit:xoev:datentyp:din-91379_2022-08"


@pytest.fixture(scope="module")
def muster_xsd(schemas: Schemas) -> etree.XMLSchema:
    """One element for each data type, of the official type."""
    norm = schemas.datei("3.6.2", "din-norm-91379-datatypes.xsd")
    assert norm is not None
    elemente = "".join(f'<xs:element name="{typ.name}" type="{typ.value}"/>' for typ in Datentyp)
    einschub = f"{elemente}</xs:schema>"
    text = norm.decode().replace("</xs:schema>", einschub)
    assert f'xmlns="{_DIN}"' in text or "xmlns:" in text
    return etree.XMLSchema(etree.fromstring(text.replace("<xs:schema", f'<xs:schema xmlns="{_DIN}"', 1).encode()))


def _lawful(schema: etree.XMLSchema, typ: Datentyp, text: str) -> bool:
    element = etree.Element(f"{{{_DIN}}}{typ.name}")
    element.text = text
    return bool(schema.validate(element))


@pytest.mark.parametrize("typ", list(Datentyp))
def test_every_single_character_is_judged_like_the_official_pattern(typ: Datentyp, muster_xsd: etree.XMLSchema) -> None:
    for nummer in (*range(0x20, 0xD800), *range(0xE000, 0xFFFE), 0x1F600, 0x10FFFF):
        zeichen = chr(nummer)
        if next(refused(zeichen, typ), None) is None:
            assert _lawful(muster_xsd, typ, zeichen), hex(nummer)
    for nummer in (*range(0x20, 0x500), *range(0x1D00, 0x2300)):
        zeichen = chr(nummer)
        assert _lawful(muster_xsd, typ, zeichen) is (next(refused(zeichen, typ), None) is None), hex(nummer)


_KNIFFLIG = st.text(
    st.sampled_from("aAkKlLnNsSčČņẠạäßœ ŁŻ\u0300\u0302\u0304\u0306\u0308\u030c\u0315\u0323\u0325\u0326\u035fh–„“")
)


@settings(max_examples=300, deadline=None)
@given(text=_KNIFFLIG, typ=st.sampled_from(list(Datentyp)))
def test_sequences_are_judged_like_the_official_pattern(text: str, typ: Datentyp, muster_xsd: etree.XMLSchema) -> None:
    assert _lawful(muster_xsd, typ, text) is (next(refused(text, typ), None) is None)


@settings(max_examples=300, deadline=None)
@given(text=st.text() | _KNIFFLIG, typ=st.sampled_from(list(Datentyp)))
def test_transliteration_is_always_lawful_and_settles(text: str, typ: Datentyp) -> None:
    umschrift = transliterate(text, typ)
    assert next(refused(umschrift.text, typ), None) is None
    assert transliterate(umschrift.text, typ).ersetzungen == ()
    if not umschrift.ersetzungen:
        assert umschrift.text == unicodedata.normalize("NFC", text)


def test_transliteration_says_what_it_changed() -> None:
    umschrift = transliterate("Bescheid – „neu“ – Gebu\u0308hr…")
    assert umschrift.text == 'Bescheid - "neu" - Gebühr...'
    assert umschrift.normalisiert
    assert {(e.zeichen, e.ersatz, e.anzahl) for e in umschrift.ersetzungen} == {
        ("–", "-", 2),
        ("„", '"', 1),
        ("“", '"', 1),
        ("…", "...", 1),
    }
    assert umschrift.ersetzungen[0].beschreibung() == "U+2013 (EN DASH) → '-', 2×"
    assert all(ersatz.isascii() for ersatz in UMSCHRIFT.values())


def test_din_text_names_the_first_refused_character() -> None:
    assert Din91379Text("Ge\u0062u\u0308hr") == "Gebühr"
    with pytest.raises(WertInvalid, match=r"U\+2013 at 1 "):
        Din91379Text("a–b")
    assert Din91379Text("„Müller“ GmbH", Datentyp.D)


def test_uuid_keeps_its_spelling_and_compares_without_case() -> None:
    gross = Uuid("ABCDEFAB-0000-4000-8000-000000000001")
    assert gross == Uuid(str(gross).lower())
    assert hash(gross) == hash(Uuid(str(gross).lower()))
    assert str(gross).startswith("ABCDEFAB")
    assert gross.uuid == UUID(str(gross))
    for falsch in ("", "x", "5555555|-5555-4555-8555-555555555555", f"{{{gross}}}", f"{gross}\n"):
        with pytest.raises(WertInvalid):
            Uuid(falsch)


@pytest.mark.parametrize(
    ("name", "mangel"),
    [
        ("Bescheid_2025-11-27.pdf", None),
        ("Gebührenübersicht_ß.PDF", None),
        ("x.pdf.p7s", None),
        ("a" * 86 + ".pdf", None),
        ("a" * 87 + ".pdf", DateinameMangel.LAENGE),
        ("a.b.pdf", DateinameMangel.PUNKTE),
        ("ohne_endung", DateinameMangel.PUNKTE),
        (".pdf", DateinameMangel.PUNKTE),
        ("a..pdf", DateinameMangel.PUNKTE),
        ("a.pdf.", DateinameMangel.PUNKTE),
        ("a b.pdf", DateinameMangel.ZEICHEN),
        ("a/b.pdf", DateinameMangel.ZEICHEN),
        ("Gebu\u0308hr.pdf", DateinameMangel.ZEICHEN),
        ("a.pdf\n", DateinameMangel.ZEICHEN),
        ("VHN.xml", DateinameMangel.RESERVIERT),
        ("xjustiz_nachricht.xml", DateinameMangel.RESERVIERT),
    ],
)
def test_file_names(name: str, mangel: DateinameMangel | None) -> None:
    assert dateiname_mangel(name) is mangel
    if mangel is None:
        assert Dateiname(name) == name
    else:
        with pytest.raises(WertInvalid):
            Dateiname(name)


@pytest.mark.parametrize(
    ("titel", "name"),
    [
        ("Bescheid vom 27.11.2025", "Bescheid_vom_27_11_2025_1.pdf"),
        ("Gebu\u0308hr – „Straße“", "Gebühr_Straße_1.pdf"),
        ("José / Łódź", "Jose_odz_1.pdf"),
        ("", "Dokument_1.pdf"),
        ("../../etc", "etc_1.pdf"),
        ("x" * 200, "x" * 84 + "_1.pdf"),
    ],
)
def test_lawful_names_from_titles(titel: str, name: str) -> None:
    assert dateiname_from(titel, "pdf", "1") == name


@settings(deadline=None)
@given(titel=st.text(), zusatz=st.sampled_from(["", "1", "55555555-5555-4555-8555-555555555555"]))
def test_any_title_gives_a_lawful_name(titel: str, zusatz: str) -> None:
    name = dateiname_from(titel, "pdf.p7s", zusatz)
    assert dateiname_mangel(name) is None
    assert zusatz in name


def test_file_number_and_safe_id() -> None:
    assert Aktenzeichen("3 K 1234/26.KO") == "3 K 1234/26.KO"
    for falsch in ("", " ", " x", "x\ny", "3 K 1–2"):
        with pytest.raises(WertInvalid):
            Aktenzeichen(falsch)
    assert SafeId("DE.Justiz.de836876-34c3-42c4-aa1f-975ffd63efca.c793")
    with pytest.raises(WertInvalid):
        SafeId("mit Leerzeichen")


def test_calendar() -> None:
    assert version_for(date(2026, 4, 29)).nummer == "3.5.1"
    assert version_for(date(2026, 4, 30)).nummer == "3.6.2"
    assert version_for(date(2027, 4, 29)).nummer == "3.6.2"
    assert version_for(date(2027, 4, 30)).nummer == "4.0.0"
    assert lage_of("3.7.0", date(2026, 11, 21)) is Lage.NIE_GUELTIG
    assert lage_of("4.1.0", date(2026, 11, 21)) is Lage.UNBEKANNT
    for tag in (date(2019, 1, 1), date(2030, 1, 1)):
        with pytest.raises(XJustizError):
            version_for(tag)
