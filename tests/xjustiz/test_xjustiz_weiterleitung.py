"""Forwarding (Leitfaden 6.5): the data set as the standard wants it, and rules that let the package pass."""

from dataclasses import replace

import pytest
from xjustiz_muster import CMS, HEUTE, PDF, kopf

import xjustiz as xj
from xjustiz import Codelisten, Schemas, Uuid, Weiterleitungsdateien, forward, read, write

A, B, C, D, E = (Uuid(f"{n}{n}{n}{n}{n}{n}{n}{n}-aaaa-4aaa-8aaa-aaaaaaaaaaaa") for n in range(1, 6))
MIT_VHN = Weiterleitungsdateien.named(A, B, C, D)
OHNE_VHN = Weiterleitungsdateien.named(A, B, C, None)


def _forwarded(dateien: Weiterleitungsdateien) -> xj.Uebermittlung:
    return forward(dateien, kopf=kopf(), kennung=E, anzeigename="Weitergeleitete Nachricht")


def test_the_data_set_is_the_one_of_the_standard() -> None:
    nachricht = _forwarded(MIT_VHN)
    assert [code.wert for code in nachricht.kopf.ereignisse] == ["289"]
    (dokument,) = nachricht.schriftgut.dokumente
    assert dokument.klasse.wert == "014"
    assert [(d.name, d.bestandteil.wert, d.bezugsdateien) for d in dokument.dateien] == [
        (f"xjustiz_nachricht_{A}.xml", "001", ()),
        (f"pruefvermerk_{B}.pdf", "010", ()),
        (f"pruefvermerk_{C}.xml", "010", ()),
        (f"vhn_{D}.xml", "011", ()),
        (f"vhn_{D}.xml.p7s", "003", (f"vhn_{D}.xml",)),
    ]
    assert [d.bestandteil.wert for d in _forwarded(OHNE_VHN).schriftgut.alle_dateien()] == ["001", "010", "010"]


def _paket(version: str = "3.6.2", dateien: Weiterleitungsdateien = MIT_VHN) -> xj.Paket:
    inhalte = dict.fromkeys(_forwarded(dateien).schriftgut.dateinamen(), b"<x/>")
    inhalte |= {"Klageschrift_2026-11-01.pdf": PDF, dateien.pruefvermerk_pdf: PDF}
    if dateien.vhn_signatur is not None:
        inhalte[dateien.vhn_signatur] = CMS
    anlagen = tuple(xj.Anlage(name, len(inhalt), inhalt) for name, inhalt in inhalte.items())
    return xj.Paket(write(_forwarded(dateien), version), anlagen)


@pytest.mark.parametrize("version", ["3.6.2", "4.0.0"])
@pytest.mark.parametrize("dateien", [MIT_VHN, OHNE_VHN], ids=["mit-vhn", "ohne-vhn"])
def test_the_package_passes_schema_and_rules(
    version: str, dateien: Weiterleitungsdateien, schemas: Schemas, codelisten: Codelisten
) -> None:
    if version not in schemas.versionen():
        pytest.skip("the XSDs of 4.0.0 are not beside the checkout")
    am = HEUTE if version == "3.6.2" else HEUTE.replace(year=2027)
    ergebnis = xj.check(
        _paket(version, dateien), schemas=schemas, codelisten=codelisten, am=am, richtung=xj.Richtung.AUSGANG
    )
    assert [b for b in ergebnis.befunde if b.schwere is xj.Schwere.ERROR] == []
    assert read(write(_forwarded(dateien), version)).nachricht == _forwarded(dateien)


def test_only_a_real_forwarding_may_leave_attachments_unlisted(schemas: Schemas, codelisten: Codelisten) -> None:
    paket = _paket()
    anders = replace(paket, xml=paket.xml.replace(b"<code>289</code>", b"<code>204</code>"))
    ergebnis = xj.check(anders, schemas=schemas, codelisten=codelisten, am=HEUTE, richtung=xj.Richtung.AUSGANG)
    assert "D6.nicht-aufgefuehrt" in {befund.regel for befund in ergebnis.befunde}


def test_a_missing_proof_is_found(schemas: Schemas, codelisten: Codelisten) -> None:
    paket = _paket()
    ohne = replace(paket, anlagen=tuple(a for a in paket.anlagen or () if a.name != MIT_VHN.vhn))
    ergebnis = xj.check(ohne, schemas=schemas, codelisten=codelisten, am=HEUTE, richtung=xj.Richtung.AUSGANG)
    assert "D6.fehlt" in {befund.regel for befund in ergebnis.befunde}
