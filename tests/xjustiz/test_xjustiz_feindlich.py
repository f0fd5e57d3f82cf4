"""Bytes from outside: nothing but XJustizError escapes, nothing is dropped silently."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xjustiz_muster import HEUTE, ID_ANTRAG, eeb_muster, muster

from xjustiz import (
    Codelisten,
    NachrichtUnreadable,
    Paket,
    Schemas,
    Uebermittlung,
    XJustizError,
    check,
    read,
)
from xjustiz.xmlsicher import MAX_TIEFE, MAX_XML_BYTES, parse_xml

_LACHEN = "".join(f'<!ENTITY l{i} "&l{i - 1};&l{i - 1};">' for i in range(1, 30))


@pytest.mark.parametrize(
    "vorspann",
    [
        "<!DOCTYPE x>",
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        f'<!DOCTYPE x [<!ENTITY l0 "ha">{_LACHEN}]>',
    ],
)
def test_any_doctype_is_refused(vorspann: str) -> None:
    xml = muster().xml.replace("?>\n", f"?>\n{vorspann}\n", 1)
    with pytest.raises(NachrichtUnreadable, match="DOCTYPE"):
        read(xml.encode())
    utf16 = xml.replace("UTF-8", "UTF-16").encode("utf-16")
    with pytest.raises(NachrichtUnreadable):
        read(utf16)


def test_entities_size_and_depth_are_bounded() -> None:
    for xml in (
        b"<x>&unknown;</x>",
        b" " * (MAX_XML_BYTES + 1),
        b"<x>" * (MAX_TIEFE + 1) + b"</x>" * (MAX_TIEFE + 1),
        b"<x>" * 100_000,
        b"<x a='1' a='2'/>",
        b"<x xmlns:a='urn:1' a:b='&#0;'/>",
    ):
        with pytest.raises(NachrichtUnreadable):
            parse_xml(xml)
    assert parse_xml(b"<x>" * MAX_TIEFE + b"</x>" * MAX_TIEFE) is not None


def test_deeply_nested_teilakten_are_refused_not_crashed() -> None:
    innen = "<tns:teilakte><tns:xjustiz.fachspezifischeDaten><tns:inhalt>"
    aussen = "</tns:inhalt></tns:xjustiz.fachspezifischeDaten></tns:teilakte>"
    xml = muster().xml.replace("<tns:teilakte>", innen * 100 + "<tns:teilakte>", 1)
    xml = xml.replace("</tns:teilakte>", "</tns:teilakte>" + aussen * 100, 1)
    with pytest.raises(NachrichtUnreadable):
        read(xml.encode())


def test_comments_do_not_split_a_value() -> None:
    xml = muster().xml.replace(ID_ANTRAG, f"{ID_ANTRAG[:10]}<!-- x -->{ID_ANTRAG[10:]}")
    assert read(xml.encode()).nachricht == read(muster().xml.encode()).nachricht


def test_unknown_elements_are_reported_with_their_place() -> None:
    m = muster()
    m.ersetze(
        "</tns:akte>",
        "<tns:justizinterneDaten><tns:zustellung41StPO>true</tns:zustellung41StPO></tns:justizinterneDaten></tns:akte>",
    )
    m.ersetze("<tns:kurzrubrum>", "<fremd xmlns='urn:fremd'/><tns:kurzrubrum>")
    m.ersetze("<tns:ref.sgo>", "<tns:ref.sgo>11111111-1111-4111-8111-111111111111</tns:ref.sgo><tns:ref.sgo>")
    gelesen = read(m.xml.encode())
    enden = sorted(pfad.rsplit("/", 1)[-1] for pfad in gelesen.nicht_gelesen)
    assert enden == ["fremd", "justizinterneDaten", "ref.sgo[2]"]
    assert gelesen.xml == m.xml.encode()


def test_senseless_optional_values_are_reported_and_left_out() -> None:
    m = muster()
    m.ersetze("<tns:veraktungsdatum>2025-11-28", "<tns:veraktungsdatum>2025-02-30")
    gelesen = read(m.xml.encode())
    assert isinstance(gelesen.nachricht, Uebermittlung)
    assert [d.veraktungsdatum for d in gelesen.nachricht.schriftgut.alle_dokumente()] == [None, None, None]
    assert len(gelesen.maengel) == 1
    assert gelesen.maengel[0].startswith("/nachricht.gds.uebermittlungSchriftgutobjekte.0005005/")


def test_an_empty_fixed_element_means_its_fixed_value() -> None:
    m = muster()
    m.ersetze("</tns:datei>", "</tns:datei><tns:ruecksendungEEB.erforderlich/>")
    m.ersetze("<tns:veraktungsdatum>", "<tns:akteneinsicht/><tns:veraktungsdatum>")
    nachricht = read(m.xml.encode()).nachricht
    assert isinstance(nachricht, Uebermittlung)
    dokumente = list(nachricht.schriftgut.alle_dokumente())
    assert [d.eeb_erforderlich for d in dokumente] == [True, False, False]
    assert [d.akteneinsicht_ausgenommen for d in dokumente] == [False, True, False]


@pytest.mark.parametrize("version", ["3.4.1", "3.7.0", "5.0.0", ""])
def test_other_versions_are_not_read(version: str) -> None:
    xml = muster().xml.replace('xjustizVersion="3.6.2"', f'xjustizVersion="{version}"')
    with pytest.raises(NachrichtUnreadable, match="version"):
        read(xml.encode())


_VORLAGEN = (muster().xml.encode(), eeb_muster().xml.encode())


@settings(max_examples=200, deadline=None)
@given(
    vorlage=st.sampled_from(_VORLAGEN),
    ort=st.floats(0, 1),
    laenge=st.integers(0, 60),
    einschub=st.binary(max_size=20) | st.sampled_from([b"<tns:x/>", b"</tns:akte>", b"]]>", b"&amp;", b"\xff", b"0"]),
)
def test_only_our_errors_escape(
    vorlage: bytes, ort: float, laenge: int, einschub: bytes, schemas: Schemas, codelisten: Codelisten
) -> None:
    stelle = int(ort * len(vorlage))
    xml = vorlage[:stelle] + einschub + vorlage[stelle + laenge :]
    with suppress(XJustizError):
        read(xml)
    with suppress(XJustizError):
        check(Paket(xml, ()), schemas=schemas, codelisten=codelisten, am=HEUTE)


@settings(max_examples=100, deadline=None)
@given(xml=st.binary(max_size=200))
def test_noise_is_unreadable(xml: bytes) -> None:
    with pytest.raises(NachrichtUnreadable):
        read(xml)
