"""Every fact about a PDF has a file that shows it, and the good file shows none."""

import tempfile
from datetime import UTC, datetime
from typing import Any

import pytest
from dateien_muster import (
    FONT,
    NACH_JS,
    PDFA_2B,
    XMP,
    annotation,
    attachment,
    catalog,
    changed,
    claiming,
    encrypted,
    locked,
    many_pages,
    metadata,
    page,
    scan,
    stream,
    with_catalog,
)
from kleines_pdf import OBJEKTE, PDF, build_pdf
from pikepdf import Array, Dictionary, Name, String

from erv_gateway.dateien.pruefworker import examine
from erv_gateway.druck import render_pdf
from xjustiz.merkmale import PdfMerkmale, PdfText


def facts(inhalt: bytes) -> PdfMerkmale:
    with tempfile.TemporaryFile() as file:
        file.write(inhalt)
        file.flush()
        merkmale = examine(file, gruendlich=True)
    assert merkmale.pdf is not None
    return merkmale.pdf


def test_the_good_file_has_nothing_to_report() -> None:
    text = PdfText(seiten=1, mit_text=1, bild_ohne_text=(), bild_ohne_text_anzahl=0, leer=0, unvollstaendig=False)
    assert facts(PDF) == PdfMerkmale(version="1.7", seiten=1, text=text)


FORMULAR = Dictionary(Fields=Array([Dictionary(FT=Name.Sig, T="S", V=Dictionary(Type=Name.Sig))]))


@pytest.mark.parametrize(
    ("inhalt", "erwartet"),
    [
        (changed(catalog(OpenAction=NACH_JS)), {"skripte": 1}),
        (changed(catalog(AA=Dictionary(WC=NACH_JS, WS=NACH_JS))), {"skripte": 2}),
        (changed(catalog(Names=Dictionary(JavaScript=Dictionary(Names=Array(["a", NACH_JS]))))), {"skripte": 1}),
        (changed(annotation(Subtype=Name.Link, A=NACH_JS)), {"skripte": 1}),
        (changed(page(AA=Dictionary(O=NACH_JS))), {"skripte": 1}),
        (changed(annotation(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI="https://example.org"))), {}),
        (changed(catalog(OpenAction=Dictionary(S=Name.Launch, F="cmd.exe"))), {"startaktionen": 1}),
        (changed(annotation(Subtype=Name.Widget, A=Dictionary(S=Name.SubmitForm, F="x"))), {"startaktionen": 1}),
        (changed(annotation(Subtype=Name.RichMedia)), {"multimedia": 1}),
        (changed(annotation(Subtype=Name.Screen, A=Dictionary(S=Name.Rendition))), {"multimedia": 2}),
        (changed(attachment), {"eingebettet": 1}),
        (changed(stream(F=String("anderswo.bin"))), {"externe_inhalte": 1}),
        (changed(stream(Ref=Dictionary(F="andere.pdf", Page=0))), {"externe_inhalte": 1}),
        (changed(catalog(AcroForm=FORMULAR)), {"signaturen": 1, "formularfelder": 1}),
        (changed(catalog(AcroForm=Dictionary(Fields=Array([]), XFA="x"))), {"xfa": True}),
        (changed(catalog(AcroForm=Dictionary(Fields=Array([]), DR=Dictionary(Font=Dictionary(H=FONT))))), {}),
        (changed(page(Resources=Dictionary(Font=Dictionary(F=FONT)))), {"schriften_fehlend": ("Helvetica",)}),
        (changed(page(MediaBox=Array([0, 0, 0, 842]))), {"seiten_ohne_groesse": 1}),
        (build_pdf(*OBJEKTE, kopf=b"%PDF-1.4\n"), {"version": "1.4"}),
        (build_pdf(OBJEKTE[0], b"<</Type/Pages/Count 0/Kids[]>>"), {"seiten": 0}),
        (many_pages(3), {"seiten": 3}),
        (encrypted(), {"verschluesselt": True}),
        (encrypted(extract=False, print_lowres=False, print_highres=False), {"verbote": ("drucken", "kopieren")}),
        (changed(metadata(PDFA_2B)), {"pdfa": "2b", "pdfa_maengel": ("ausgabeprofil",)}),
        (changed(claiming), {"pdfa": "2b", "pdfa_maengel": ()}),
        (changed(claiming, catalog(OpenAction=NACH_JS)), {"pdfa": "2b", "pdfa_maengel": ("skript",), "skripte": 1}),
        (changed(metadata(XMP % "<pdfaid:part>4</pdfaid:part>")), {"pdfa": "4"}),
        (changed(metadata(XMP.replace("%s", "").replace("about=", 'pdfaid:part="1" about='))), {"pdfa": None}),
    ],
)
def test_a_fact_is_found(inhalt: bytes, erwartet: dict[str, Any]) -> None:
    merkmale = facts(inhalt)
    assert {name: getattr(merkmale, name) for name in erwartet} == erwartet
    gute = ("skripte", "startaktionen", "multimedia", "eingebettet", "externe_inhalte", "schriften_fehlend", "xfa")
    assert {name for name in gute if getattr(merkmale, name)} == set(gute) & set(erwartet)


def test_a_claim_may_be_an_attribute_and_a_doctype_is_none() -> None:
    kopf, ende = XMP.split("xmlns:pdfaid", 1)
    attribut = kopf + 'pdfaid:part="1" pdfaid:conformance="A" xmlns:pdfaid' + ende % ""
    assert facts(changed(metadata(attribut))).pdfa == "1a"
    for anfang, erwartet in (("", "2b"), ("<!DOCTYPE x>", None)):
        xmp = (anfang + PDFA_2B.split("?>", 1)[1]).encode()
        strom = b"<</Type/Metadata/Length %d>>\nstream\n%s\nendstream" % (len(xmp), xmp)
        assert facts(with_catalog(b"/Metadata 7 0 R", strom)).pdfa == erwartet


def test_a_password_hides_everything() -> None:
    merkmale = facts(locked())
    assert (merkmale.kennwort, merkmale.verbote, merkmale.text) == (True, ("lesen",), None)


def test_a_scan_without_text_is_named_by_its_page() -> None:
    text = facts(changed(scan)).text
    assert text is not None
    assert (text.seiten, text.mit_text, text.bild_ohne_text) == (2, 1, (2,))


def test_what_an_earlier_revision_left_behind_does_not_count() -> None:
    alt = with_catalog(b"/OpenAction<</S/JavaScript/JS(x)>>")
    neu = b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    stelle = len(alt)
    xref = b"xref\n0 1\n0000000000 65535 f \n1 1\n%010d 00000 n \n" % stelle
    vorher = alt.rindex(b"xref\n0")
    trailer = b"trailer\n<</Size 7/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (vorher, stelle + len(neu))
    assert facts(alt).skripte == 1
    assert facts(alt + neu + xref + trailer).skripte == 0


def test_damage_that_can_be_repaired_is_said() -> None:
    kaputt = PDF.replace(b"startxref\n", b"startxref\n9")
    merkmale = facts(kaputt)
    assert merkmale.seiten == 1
    assert merkmale.mangel_anzahl >= 1
    assert not any("BufferedRandom" in mangel for mangel in merkmale.maengel)


def test_what_we_print_is_good_pdfa() -> None:
    leer = dict.fromkeys(("absenderzeile", "datum", "zeichen", "unterzeichner"), "")
    daten = {**leer, "absender": "Stadt", "empfaenger": [], "betreff": "Betreff", "absaetze": ["Ein Text mit Inhalt."]}
    merkmale = facts(render_pdf("schreiben", daten, erstellt=datetime(2026, 11, 21, tzinfo=UTC)))
    assert (merkmale.pdfa, merkmale.pdfa_maengel, merkmale.mangel_anzahl) == ("2a", (), 0)
    assert merkmale.text is not None
    assert merkmale.text.mit_text == 1
