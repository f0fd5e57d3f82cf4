"""JSON, HTML and PDF of a Prüfprotokoll say the same; HTML and PDF can be read by everybody."""

import base64
import hashlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from itertools import pairwise
from typing import Any

import pikepdf
import pypdfium2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree, html
from pruefprotokoll_muster import LANGER_NAME, datei, protokoll, signatur

from certs.urteil import Urteil
from erv_gateway.pruefprotokoll.ansicht import ERGEBNIS_TEXTE, zeit_text
from erv_gateway.pruefprotokoll.etsi import render_etsi
from erv_gateway.pruefprotokoll.fehler import ProtokollUnreadable
from erv_gateway.pruefprotokoll.gliederung import TEILE, bericht_of
from erv_gateway.pruefprotokoll.html import render_html
from erv_gateway.pruefprotokoll.json_form import from_bytes, from_json, to_bytes, to_json
from erv_gateway.pruefprotokoll.modell import Pruefprotokoll
from erv_gateway.pruefprotokoll.pdf import render_bericht

NUR_FUER_MASCHINEN = {"format", "ampel", "vhn", "postfachart", "art", "schwere", "ergebnis", "lesbar"}
NICHT_IN_DER_KETTE = {"aussteller", "seriennummer"}
"""Inside a chain the issuer is the next holder."""
WCAG_TEXT = 4.5  # WCAG 2.2, 1.4.3


def squeezed(text: str) -> str:
    """Line breaks of paper are none of the text."""
    return re.sub(r"\s+", "", text)


@cache
def html_bytes() -> bytes:
    return render_html(bericht_of(protokoll()))


@cache
def pdf_bytes() -> bytes:
    return render_bericht(bericht_of(protokoll()))


def html_text(data: bytes) -> str:
    return squeezed("".join(html.document_fromstring(data).find("body").itertext()))


def pdf_text(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    return squeezed("".join(page.get_textpage().get_text_range() for page in document))


def values(data: Any, key: str = "") -> Iterator[str]:
    """Every value of the JSON form as people read it."""
    if isinstance(data, dict):
        for name, value in data.items():
            hidden = name in NUR_FUER_MASCHINEN or (key == "kette" and name in NICHT_IN_DER_KETTE)
            yield from () if hidden else values(value, name)
    elif isinstance(data, list):
        for value in data:
            yield from values(value, key)
    elif data is not None:
        yield shown(data)


def shown(value: str | int) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, int):
        return f"{value:,}".replace(",", ".")
    is_time = re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]+\+00:00", value)
    return squeezed(zeit_text(datetime.fromisoformat(value)) if is_time else value)


def test_every_value_of_the_json_stands_in_html_and_pdf() -> None:
    expected = list(values(to_json(protokoll())))
    in_html, in_pdf = html_text(html_bytes()), pdf_text(pdf_bytes())
    assert len(expected) > 120
    assert [value for value in expected if value not in in_html] == []
    assert [value for value in expected if value not in in_pdf] == []
    assert LANGER_NAME in in_pdf


@pytest.mark.parametrize("text_of", [lambda: html_text(html_bytes()), lambda: pdf_text(pdf_bytes())])
def test_the_parts_stand_in_the_order_staff_know(text_of: Any) -> None:
    found = [text_of().index(squeezed(teil)) for teil in TEILE]
    assert found == sorted(found)


def test_the_json_form_is_read_back_and_always_the_same_bytes() -> None:
    data = to_bytes(protokoll())
    assert from_bytes(data) == protokoll()
    assert to_bytes(from_bytes(data)) == data
    assert json.loads(data)["format"] == "erv-pruefprotokoll/1"


@pytest.mark.parametrize(
    "change",
    [
        {"format": "erv-pruefprotokoll/2"},
        {"ampel": "gruen"},
        {"ergebnis": "gueltig"},
        {"ergebnis": "prima"},
        {"mehr": 1},
        {"struktur": None},
        {"erstellt": "gestern"},
    ],
)
def test_a_json_that_is_none_of_ours_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ProtokollUnreadable):
        from_json({**to_json(protokoll()), **change})


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff", b"[" * 100_000, b'{"format": "erv-pruefprotokoll/1"}'])
def test_bytes_that_are_none_of_ours_are_refused(data: bytes) -> None:
    with pytest.raises(ProtokollUnreadable):
        from_bytes(data)


def test_the_colour_never_stands_alone_and_red_stays_red() -> None:
    for urteil, wort in ERGEBNIS_TEXTE.items():
        ampeln = html.document_fromstring(html_bytes()).xpath(f"//span[contains(., '{wort}')]/span[@aria-hidden]")
        assert ampeln, urteil
        assert {ampel.text.strip() for ampel in ampeln} <= {"●", "▲", "■"}
    for one in (html_text(html_bytes()), pdf_text(pdf_bytes())):
        assert squeezed("Gesamtergebnis■ungültig(rot)") in one
        assert squeezed("Nach der Signatur verändert ja") in one


def test_the_html_is_accessible_and_needs_nothing_from_elsewhere() -> None:
    document = html.document_fromstring(html_bytes())
    assert document.get("lang") == "de"
    assert len(document.xpath("//h1")) == 1
    levels = [int(heading.tag[1]) for heading in document.xpath("//h1|//h2|//h3")]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(table.find("caption") is not None for table in document.xpath("//table"))
    assert all(head.get("scope") in ("col", "row") for head in document.xpath("//th"))
    assert document.xpath("//script|//*[@style]|//*[@src]|//link|//*[starts-with(name(@*), 'on')]") == []


def test_only_its_own_style_is_allowed() -> None:
    document = html.document_fromstring(html_bytes())
    (style,) = document.xpath("//style")
    digest = base64.b64encode(hashlib.sha256(style.text.encode()).digest()).decode()
    (policy,) = document.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}';")


def test_the_colours_have_contrast() -> None:
    css = html_bytes().decode()
    pairs = re.findall(r"\.(?:gruen|gelb|rot) \{ color: (#\w{6}); background: (#\w{6})", css)
    assert len(pairs) == 3
    assert all(contrast(front, back) >= WCAG_TEXT for front, back in [*pairs, ("#4c5560", "#ffffff")])


def contrast(front: str, back: str) -> float:
    light, dark = sorted((luminance(front), luminance(back)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_pdf_is_tagged_pdf_a_in_german_and_the_same_every_time() -> None:
    with pikepdf.open(io.BytesIO(pdf_bytes())) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in pdf.Root
        assert str(pdf.Root.Lang) == "de"
        metadata = pdf.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
    assert render_bericht(bericht_of(protokoll())) == pdf_bytes()


HOSTILE = 'a\u202efdp.exe\u200b<script>alert(1)</script>&"\'\x00\x1b\n\ud800\U000e0041{% raw %}#read("/etc")\u4e2d'


def hostile(text: str) -> Pruefprotokoll:
    bad = signatur(Urteil.UNGUELTIG, unterzeichner=text, gruende=(text,), feld=text)
    one = protokoll(datei(bad, name=text))
    return replace(one, uebermittlungsweg=replace(one.uebermittlungsweg, betreff=text, absender_name=text))  # type: ignore[type-var]


def test_hostile_words_are_made_visible_and_stay_words() -> None:
    bericht = bericht_of(hostile(HOSTILE))
    page, paper = render_html(bericht), pdf_text(render_bericht(bericht))
    assert html.document_fromstring(page).xpath("//script") == []
    for text in (html_text(page), paper):
        assert "a[U+202E]fdp.exe[U+200B]<script>alert(1)" in text
        assert "\u202e" not in text
        assert "\u200b" not in text
    assert "[U+4E2D]" in paper  # no glyph for it


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60))
@example(HOSTILE)
@example("")
def test_no_word_breaks_a_form(text: str) -> None:
    one = hostile(text)
    html.document_fromstring(render_html(bericht_of(one)))
    etree.fromstring(render_etsi(one))
    assert from_bytes(to_bytes(one)).ergebnis is Urteil.UNGUELTIG
