"""What is read and written again loses nothing, or is not written; and reporting it stays fast on hostile input."""

import time

import pytest
from xjustiz_muster import eeb_muster, muster

import xjustiz as xj
from xjustiz import NachrichtInvalid, NachrichtUnreadable, read, write
from xjustiz.leser.zweig import MAX_NICHT_GELESEN
from xjustiz.xmlsicher import MAX_ELEMENTE, parse_xml, pfad


def _spoiled(alt: str, neu: str) -> xj.Gelesen:
    probe = muster()
    probe.ersetze(alt, neu)
    return read(probe.xml.encode())


@pytest.mark.parametrize(
    ("alt", "neu", "wo"),
    [
        ("<tns:grunddaten>", "<tns:grunddaten><tns:neu>x</tns:neu>", "/grunddaten/neu"),
        ("<tns:identifikation>", "<fremd/><tns:identifikation>", "/akte/fremd"),
        ("<tns:verfahrensdaten>", "<tns:verfahrensdaten><tns:terminsdaten/>", "/verfahrensdaten/terminsdaten"),
        ("<tns:anzeigename>", '<tns:anzeigename neu="1">', "/anzeigename/@neu"),
        ("<tns:akte>", '<tns:akte xmlns:f="urn:f" f:x="1">', "/akte/@{urn:f}x"),
        ("</tns:nachrichtenkopf>", "<tns:nachrichtenuebergreifenderProzess/></tns:nachrichtenkopf>", "Prozess"),
    ],
)
def test_what_the_model_has_no_place_for_is_reported_and_never_lost(alt: str, neu: str, wo: str) -> None:
    gelesen = _spoiled(alt, neu)
    assert len(gelesen.nicht_gelesen) == 1
    assert wo in gelesen.nicht_gelesen[0]
    with pytest.raises(NachrichtInvalid, match="would be lost"):
        write(gelesen)


def test_an_optional_value_without_sense_is_not_lost_either() -> None:
    gelesen = _spoiled(">2025-11-28</tns:veraktungsdatum>", ">28.11.2025</tns:veraktungsdatum>")
    assert len(gelesen.maengel) == 1
    with pytest.raises(NachrichtInvalid, match="would be lost"):
        write(gelesen)


def test_a_fraction_of_a_second_is_not_cut_silently() -> None:
    gelesen = _spoiled("</tns:erstellungszeitpunkt>", "</tns:erstellungszeitpunkt>")
    assert write(gelesen) == gelesen.xml
    genau = read(gelesen.xml.replace(b"08:15:00", b"08:15:00.125"))
    with pytest.raises(NachrichtInvalid, match="does not stay the same"):
        write(genau)


@pytest.mark.parametrize("version", xj.SCHREIBBAR)
def test_a_whole_message_is_written_again_to_the_byte(version: str) -> None:
    for xml in (muster(version).xml.encode(), eeb_muster().xml.encode()):
        gelesen = read(xml)
        assert write(gelesen, gelesen.version) == xml


def test_a_message_that_is_known_by_name_only_is_not_written() -> None:
    name = xj.NachrichtArt.UEBERMITTLUNG.value
    gelesen = read(muster().xml.replace(name, "nachricht.gds.neu.0009999").encode())
    assert isinstance(gelesen.nachricht, xj.SonstigeNachricht)
    with pytest.raises(NachrichtInvalid, match="not written"):
        write(gelesen)


def test_reporting_a_hundred_thousand_unknown_elements_is_fast_and_bounded() -> None:
    probe = muster()
    probe.ersetze("<tns:grunddaten>", "<tns:grunddaten>" + "<x/><y/>" * 50_000)
    beginn = time.process_time()
    gelesen = read(probe.xml.encode())
    assert time.process_time() - beginn < 10
    assert len(gelesen.nicht_gelesen) == MAX_NICHT_GELESEN


def test_more_elements_than_any_message_has_are_not_even_parsed() -> None:
    with pytest.raises(NachrichtUnreadable, match="elements"):
        read(b"<a>" + b"<a/>" * (2 * MAX_ELEMENTE) + b"</a>")


def test_paths_count_namesakes_only() -> None:
    wurzel = parse_xml(b"<a><b/><c/><b><d/></b></a>")
    assert [pfad(e) for e in wurzel.iter()] == ["/a", "/a/b[1]", "/a/c", "/a/b[2]", "/a/b[2]/d"]
