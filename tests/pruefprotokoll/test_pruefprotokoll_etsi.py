"""The ETSI report follows our verdict: red here is TOTAL-FAILED there; a manipulated PDF is red in every report."""

import io
from dataclasses import replace
from datetime import timedelta

import pypdfium2
import pytest
from etsi_streng import VR, indications, read_strictly
from lxml import etree
from pruefprotokoll_muster import ERSTELLT, Pruefen, datei, protokoll, signatur, zertifikat
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject

from certs.urteil import Urteil
from erv_gateway.pruefprotokoll.etsi import render_etsi
from erv_gateway.pruefprotokoll.fehler import OhneSignatur
from erv_gateway.pruefprotokoll.gliederung import bericht_of
from erv_gateway.pruefprotokoll.html import render_html
from erv_gateway.pruefprotokoll.json_form import to_json
from erv_gateway.pruefprotokoll.modell import Signatur, Sperrauskunft
from erv_gateway.pruefprotokoll.pdf import render_bericht

GUT = zertifikat("Unterzeichner", "Erika", "a1")
FRUEHER = replace(GUT, gueltig_bis=ERSTELLT - timedelta(days=2))
SPAETER = replace(GUT, gueltig_ab=ERSTELLT + timedelta(days=2))
ANKER = zertifikat("Vertrauensanker", "Wurzel", "a2")
GESPERRT = Sperrauskunft("a1" * 32, "Erika", "gesperrt", "", "CRL", ERSTELLT, ERSTELLT - timedelta(days=5))
OFFEN = replace(GESPERRT, status="nicht geprüft", gesperrt_am=None)

FAELLE: list[tuple[Signatur, tuple[str, str | None]]] = [
    (signatur(), ("total-passed", None)),
    (signatur(Urteil.UNGUELTIG, veraendert=True), ("total-failed", "FORMAT_FAILURE")),
    (
        signatur(Urteil.UNGUELTIG, veraendert=True, gruende=("Der Inhalt ist nicht der, der signiert wurde.",)),
        ("total-failed", "HASH_FAILURE"),
    ),
    (signatur(Urteil.UNGUELTIG), ("total-failed", "SIG_CRYPTO_FAILURE")),
    (signatur(Urteil.UNGUELTIG, sperrauskuenfte=(GESPERRT,)), ("total-failed", "REVOKED")),
    (signatur(Urteil.UNGUELTIG, kette=(FRUEHER, ANKER)), ("total-failed", "EXPIRED")),
    (signatur(Urteil.UNGUELTIG, kette=(SPAETER, ANKER)), ("total-failed", "NOT_YET_VALID")),
    (signatur(Urteil.UNBESTIMMT, veraendert=True), ("indeterminate", "SIG_CONSTRAINTS_FAILURE")),
    (signatur(Urteil.UNBESTIMMT, kette=()), ("indeterminate", "NO_SIGNING_CERTIFICATE_FOUND")),
    (signatur(Urteil.UNBESTIMMT, kette=(GUT,)), ("indeterminate", "NO_CERTIFICATE_CHAIN_FOUND")),
    (signatur(Urteil.UNBESTIMMT, kette=(FRUEHER, ANKER)), ("indeterminate", "OUT_OF_BOUNDS_NO_POE")),
    (signatur(Urteil.UNBESTIMMT, sperrauskuenfte=(GESPERRT,)), ("indeterminate", "REVOKED_NO_POE")),
    (signatur(Urteil.UNBESTIMMT, sperrauskuenfte=(OFFEN,)), ("indeterminate", "TRY_LATER")),
    (signatur(Urteil.UNBESTIMMT), ("indeterminate", "SIG_CONSTRAINTS_FAILURE")),
]


@pytest.mark.parametrize(("one", "expected"), FAELLE)
def test_the_indication_is_our_verdict_and_names_the_cause(one: Signatur, expected: tuple[str, str | None]) -> None:
    assert indications(render_etsi(protokoll(datei(one)))) == [expected]


def test_every_signature_has_its_report_and_every_certificate_its_place() -> None:
    xml = render_etsi(protokoll(), {"a1" * 32: b"der"})
    report = read_strictly(xml)
    assert len(report.signature_validation_report) == 2
    objects = etree.fromstring(xml).find(f"{{{VR}}}SignatureValidationObjects")
    assert objects is not None
    assert objects.findtext(f".//{{{VR}}}base64") == "ZGVy"
    assert len(objects.findall(f".//{{{VR}}}DigestAlgAndValue")) == 2  # the file, and the anchor that was not given


def test_without_a_signature_there_is_no_report() -> None:
    with pytest.raises(OhneSignatur):
        render_etsi(protokoll(datei()))


def append_page(pdf: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    contents = writer.add_object(generic.StreamObject(stream_data=b"BT ET"))
    writer.insert_page(PageObject(contents=contents, media_box=(0, 0, 200, 200)))
    return written(writer)


def swap_page(pdf: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    page = writer.root["/Pages"]["/Kids"][0]
    while page["/Type"] == "/Pages":
        page = page["/Kids"][0]
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"BT ET"))
    writer.mark_update(page.container_ref)
    return written(writer)


def written(writer: IncrementalPdfFileWriter) -> bytes:
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def flip_byte(pdf: bytes) -> bytes:
    return pdf.replace(b"/Producer", b"/Produzer", 1)


@pytest.mark.parametrize(
    ("manipulate", "cause"),
    [(append_page, "FORMAT_FAILURE"), (swap_page, "FORMAT_FAILURE"), (flip_byte, "HASH_FAILURE")],
)
def test_a_manipulated_pdf_is_red_in_every_report(
    signed_pdf: bytes, pruefen: Pruefen, manipulate: object, cause: str
) -> None:
    assert callable(manipulate)
    found = pruefen({"klage.pdf": manipulate(signed_pdf)})
    data, bericht = to_json(found.protokoll), bericht_of(found.protokoll)
    assert (data["ergebnis"], data["ampel"]) == ("ungueltig", "rot")
    assert data["signaturen"][0]["signaturen"][0]["nach_signatur_geaendert"] is True
    assert "ungültig (rot)" in render_html(bericht).decode()
    page = pypdfium2.PdfDocument(render_bericht(bericht))[0]
    assert "ungültig (rot)" in page.get_textpage().get_text_range()
    assert indications(render_etsi(found.protokoll, found.zertifikate)) == [("total-failed", cause)]


def test_the_same_pdf_untouched_is_green_in_every_report(signed_pdf: bytes, pruefen: Pruefen) -> None:
    found = pruefen({"klage.pdf": signed_pdf})
    assert to_json(found.protokoll)["ampel"] == "gruen"
    assert "ungültig" not in render_html(bericht_of(found.protokoll)).decode().replace("Rot: ungültig", "")
    assert indications(render_etsi(found.protokoll, found.zertifikate)) == [("total-passed", None)]
