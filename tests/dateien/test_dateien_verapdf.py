"""veraPDF as a program: held against a small one that prints reports of the real form."""

import io
import time
from pathlib import Path

import pytest
from dateien_muster import changed, claiming, datei
from kleines_pdf import PDF

from erv_gateway.dateien.pruefdienst import Dateipruefer
from erv_gateway.dateien.verapdf import VeraPdf, read_bericht
from erv_gateway.isolation.werkstatt import Werkstatt
from xjustiz.merkmale import PdfaPruefung

KOPF = """<?xml version="1.0" encoding="utf-8"?>
<report>
  <buildInformation>
    <releaseDetails id="core" version="1.28.2" buildDate="2025-07-15T16:07:00+03:00"></releaseDetails>
  </buildInformation>
  <jobs><job><item size="1234"><name>datei.pdf</name></item>
"""
ENDE = """
    <duration start="1739546673785" finish="1739546674346">00:00:00.561</duration></job></jobs>
  <batchSummary totalJobs="1" failedToParse="0" encrypted="0" outOfMemory="0" veraExceptions="0">
    <validationReports compliant="1" nonCompliant="0" failedJobs="0">1</validationReports>
  </batchSummary>
</report>"""
GUT = (
    '<validationReport jobEndStatus="normal" profileName="PDF/A-2B validation profile" '
    'statement="PDF file is compliant with Validation Profile requirements." isCompliant="true">'
    '<details passedRules="144" failedRules="0" passedChecks="4710" failedChecks="0"></details></validationReport>'
)
SCHLECHT = (
    '<validationReport jobEndStatus="normal" profileName="PDF/A-2B validation profile" '
    'statement="PDF file is not compliant with Validation Profile requirements." isCompliant="false">'
    '<details passedRules="143" failedRules="1" passedChecks="4709" failedChecks="1">'
    '<rule specification="ISO 19005-2:2011" clause="6.2.11.4.1" testNumber="1" status="failed" failedChecks="1">'
    "<description>The font programs for all fonts shall be embedded</description><object>PDFont</object>"
    '<test>containsFontFile == true</test><check status="failed"><context>root/document[0]</context></check></rule>'
    '<rule specification="ISO 19005-2:2011" clause="6.1.2" testNumber="1" status="passed" failedChecks="0"/>'
    "</details></validationReport>"
)
AUSNAHME = (
    '<taskException type="PARSE" isExecuted="true" isSuccess="false"><duration start="1" finish="2">00:00</duration>'
    "<exceptionMessage>Couldn't parse stream</exceptionMessage></taskException>"
)
NICHT_KONFORM = PdfaPruefung("PDF/A-2B", False, ("ISO 19005-2:2011 6.2.11.4.1",))


@pytest.mark.parametrize(
    ("bericht", "erwartet"),
    [
        (KOPF + GUT + ENDE, PdfaPruefung("PDF/A-2B", True)),
        (KOPF + SCHLECHT + ENDE, NICHT_KONFORM),
        (KOPF + AUSNAHME + ENDE, None),
        (KOPF + GUT.replace('"normal"', '"cancelled"') + ENDE, None),
        (KOPF + GUT.replace('isCompliant="true"', "") + ENDE, None),
        (KOPF + GUT + GUT + ENDE, None),
        ("<!DOCTYPE report>" + GUT, None),
        ("", None),
        ("no report", None),
    ],
)
def test_a_report_is_read_or_there_is_no_verdict(bericht: str, erwartet: PdfaPruefung | None) -> None:
    assert read_bericht(bericht.encode()) == erwartet


def programm(folder: Path, bericht: str, code: int = 0, vorher: str = "") -> VeraPdf:
    """A program that keeps what it was called with and prints a report."""
    (folder / "bericht.xml").write_text(bericht)
    path = folder / "verapdf"
    path.write_text(f'#!/bin/sh\necho "$@" > {folder}/aufruf\n{vorher}\ncat {folder}/bericht.xml\nexit {code}\n')
    path.chmod(0o755)
    return VeraPdf(path, sekunden=20)


async def test_it_is_asked_with_the_claim_of_the_file(tmp_path: Path) -> None:
    verapdf = programm(tmp_path, KOPF + SCHLECHT + ENDE, code=1)
    assert await verapdf.check(io.BytesIO(PDF), "2b") == NICHT_KONFORM
    aufruf = (tmp_path / "aufruf").read_text().split()
    assert aufruf[:4] == ["--format", "xml", "--flavour", "2b"]
    assert aufruf[-1].endswith("/datei.pdf")
    assert await verapdf.check(io.BytesIO(PDF), "9z; rm") is None


@pytest.mark.parametrize("code", [2, 3, 137])
async def test_a_failed_run_has_no_opinion(tmp_path: Path, code: int) -> None:
    assert await programm(tmp_path, KOPF + GUT + ENDE, code=code).check(io.BytesIO(PDF), "2b") is None


async def test_a_program_that_is_not_there_has_no_opinion(tmp_path: Path) -> None:
    assert await VeraPdf(tmp_path / "nichts").check(io.BytesIO(PDF), "2b") is None


async def test_a_program_that_hangs_is_killed_with_its_children(tmp_path: Path) -> None:
    haengend = VeraPdf(programm(tmp_path, "", vorher="sleep 60 & sleep 60").programm, sekunden=0.3)
    started = time.monotonic()
    assert await haengend.check(io.BytesIO(PDF), "2b") is None
    assert time.monotonic() - started < 10


async def test_only_claims_are_asked_about_and_the_verdict_is_kept_with_the_facts(
    tmp_path: Path, werkstatt: Werkstatt
) -> None:
    pruefer = Dateipruefer(werkstatt, verapdf=programm(tmp_path, KOPF + SCHLECHT + ENDE, code=1))
    ohne, mit = datei(PDF), datei(changed(claiming))
    merkmale = await pruefer.examine([ohne, mit])
    assert merkmale[ohne.sha256].pdfa_pruefung is None
    assert merkmale[mit.sha256].pdfa_pruefung == NICHT_KONFORM
