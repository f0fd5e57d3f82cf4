"""The small XML files of EGVP: exact when written, tolerant when read, harmless when hostile."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from erv_gateway.kern.xml import XmlRefused
from erv_gateway.postfach.egvp import (
    EgvpKopf,
    Visitenkarte,
    additional_infos,
    nachricht_xml,
    read_nachricht,
    read_visitenkarte,
    visitenkarte_xml,
)

PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), max_size=60).map(
    lambda text: " ".join(text.split())
)
HOSTILE = {
    "entity": b'<!DOCTYPE a [<!ENTITY b "c">]><Nachricht><Betreff>&b;</Betreff></Nachricht>',
    "file": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><Nachricht><Betreff>&b;</Betreff></Nachricht>',
    "laughs": b'<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><Nachricht>&b;</Nachricht>',
    "external dtd": b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><Nachricht/>',
    "not XML": b"%PDF-1.7",
    "nothing": b"",
    "cut": b"<Nachricht><Betreff>",
    "deep": b"<a>" * 100_000,
}


@given(st.builds(EgvpKopf, PLAIN, PLAIN, PLAIN, PLAIN, PLAIN, PLAIN))
@example(EgvpKopf("Allgemeine Nachricht", "DE.x", '<b> & "c" ]]>', "3 K 1/26", "63-1", "Grüße\nan alle"))
def test_what_is_written_can_be_read(kopf: EgvpKopf) -> None:
    assert read_nachricht(nachricht_xml(kopf)) == kopf


@given(st.builds(Visitenkarte, PLAIN.filter(bool), *([PLAIN] * 7)))
def test_the_card_can_be_read_too(karte: Visitenkarte) -> None:
    assert read_visitenkarte(visitenkarte_xml(karte)) == karte


@given(st.text(max_size=40))
@example("a\x00b\x0bc\ud800")
def test_no_pasted_character_stops_a_message(text: str) -> None:
    kopf = read_nachricht(nachricht_xml(EgvpKopf("x", "y", f"({text})", "", "")))
    assert kopf.betreff.startswith("(")
    assert kopf.betreff.endswith(")")
    assert additional_infos("DE.x", text)


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_are_refused_with_the_one_error(data: bytes) -> None:
    for read in (read_nachricht, read_visitenkarte):
        with pytest.raises(XmlRefused):
            read(data)


def test_unknown_and_missing_elements_are_no_fault() -> None:
    kopf = read_nachricht(
        b'<n:Nachricht xmlns:n="urn:x"><n:Betreff> A <i/></n:Betreff><n:Neu/><!-- c --></n:Nachricht>'
    )
    assert (kopf.betreff, kopf.freitext) == ("A", "")
    assert read_visitenkarte(b"<Visitenkarte><Name>Kanzlei</Name></Visitenkarte>").organisation == "Kanzlei"


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cn")), max_size=60))
@example("a=b:c#d!e\\f\tg\nh\ri")
@example("\U0001f600 Größe – „x“")
@example("  leading")
def test_properties_say_what_was_meant(subject: str) -> None:
    """Read back by the rules of java.util.Properties, one line per key, ASCII only."""
    data = additional_infos("DE.Justiz.x", subject)
    lines = data.decode("ascii").split("\n")
    assert [line.partition("=")[0] for line in lines] == ["user_id", "signature_level", "subject", ""]
    expected = "".join(sign if sign in "\t\n\r" or sign >= " " else "\ufffd" for sign in subject)
    expected = re.sub("[\ufffe\uffff]", "\ufffd", expected)
    assert java(lines[2].partition("=")[2]) == expected


def java(value: str) -> str:
    """java.util.Properties: leading blanks of a value are skipped, backslash escapes are resolved."""
    plain = re.sub(r"\\(u[0-9a-f]{4}|.)", lambda found: _escape(found[1]), value.lstrip(" \t\f"))
    return plain.encode("utf-16", "surrogatepass").decode("utf-16")


def _escape(code: str) -> str:
    if len(code) == 5:
        return chr(int(code[1:], 16))
    return {"n": "\n", "r": "\r", "t": "\t"}.get(code, code)
