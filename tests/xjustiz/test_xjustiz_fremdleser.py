"""Two readers that others wrote see in our packages what we meant: tree, names, codes, dates (issue: independent
readers). They are GPL programs in a folder of their own and run as a process; `ops/setup/fremdleser.sh` gets them."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from fremdleser_erwartung import Label, openxjv, openxjv_said, xjustiz2pdf
from xjustiz_muster import BEISPIELE, ID_AKTE, ID_ANSCHREIBEN, ID_ANTRAG, ID_BESCHEID, ID_TEIL, uebermittlung

import xjustiz as xj
from xjustiz import Code, Codelisten, Gelesen, Liste, Schemas, Uuid, enumerations, typ3

LESER = Path(__file__).resolve().parents[2] / "var" / "fremdleser"
AUSGABE = Path(__file__).with_name("fremdleser_ausgabe.py")
SEKUNDEN = 120

pytestmark = pytest.mark.skipif(
    not (LESER / ".ready").is_file(), reason="the foreign readers are not there: sh ops/setup/fremdleser.sh"
)


def _rich() -> xj.Uebermittlung:
    """What a case file of ours carries: scan with Transfervermerk, source beside PDF, annex, nested Teilakte."""
    basis = uebermittlung()
    (akte,) = basis.schriftgut.akten
    (teil,) = akte.teilakten
    antrag, bescheid = teil.dokumente
    antrag = replace(
        antrag,
        dateien=(*antrag.dateien, xj.Datei("Antrag_Transfervermerk.pdf", Code("006"))),
        posteingang=xj.Posteingang(date(2025, 2, 3), time(8, 40, 12)),
        scan=xj.Scan(date(2025, 2, 3)),
        fremdes_geschaeftszeichen="12/25",
        absender="RAin „Dr. Anna“ Beispiel",
        adressat="Bauamt Ötztal-Straße",
        datum_des_schreibens=date(2025, 2, 1),
    )
    bescheid = replace(
        bescheid,
        dateien=(
            *bescheid.dateien,
            xj.Datei("Bescheid.pdf.p7s", Code("003"), bezugsdateien=(bescheid.dateien[0].name,)),
        ),
        eeb_erforderlich=True,
        typ=typ3(Liste.DOKUMENTTYP, "253"),
    )
    innen = xj.Teilakte(
        Uuid("77777777-7777-4777-8777-777777777777"),
        2,
        Code("003"),
        "Beiakte Łódź",
        laufzeit=xj.Zeitraum(date(2024, 1, 1), date(2024, 12, 31)),
        dokumente=(replace(antrag, id=Uuid("88888888-8888-4888-8888-888888888888"), dateien=(xj.Datei("Plan.pdf"),)),),
    )
    teil = replace(teil, dokumente=(antrag, bescheid))
    gut = replace(basis.schriftgut, akten=(replace(akte, teilakten=(teil, innen)),))
    return replace(basis, schriftgut=gut)


def _packages(ordner: Path) -> dict[str, bytes]:
    nachrichten = {
        f"{name}-{version}": xj.write(nachricht, version)
        for name, nachricht in (("einfach", uebermittlung()), ("reich", _rich()))
        for version in ("3.6.2", "4.0.0")
    }
    beispiele = sorted(BEISPIELE.glob("*/0[123]_*/xjustiz_nachricht.xml"))
    nachrichten |= {"-".join(pfad.parts[-3:-1]): pfad.read_bytes() for pfad in beispiele}
    return {str(_stored(ordner, name, xml)): xml for name, xml in nachrichten.items()}


def _stored(ordner: Path, name: str, xml: bytes) -> Path:
    pfad = ordner / f"{name}.xml"
    pfad.write_bytes(xml)
    return pfad


@pytest.fixture(scope="module")
def gesehen(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, Gelesen, dict[str, Any]]]:
    pakete = _packages(tmp_path_factory.mktemp("fremdleser"))
    befehl = [sys.executable, "-I", "-S", "-X", "utf8", str(AUSGABE), str(LESER), *pakete]
    lauf = subprocess.run(befehl, capture_output=True, text=True, timeout=SEKUNDEN, check=False)
    assert lauf.returncode == 0, lauf.stderr[-2000:]
    ausgabe: Mapping[str, dict[str, Any]] = json.loads(lauf.stdout[lauf.stdout.index("{") :])
    return [(Path(pfad).stem, xj.read(xml), ausgabe[pfad]) for pfad, xml in pakete.items()]


@pytest.fixture(scope="module")
def label(codelisten: Codelisten, schemas: Schemas) -> Label:
    """Typ 3 from the list that the code names, Typ 2 from the enumerations of 3.6.2."""
    allgemein = next(name for name in schemas.dateien("3.6.2") if name.startswith("xjustiz_0010_cl_allgemein"))
    typ2 = {liste.kennung.rpartition(":")[2]: liste for liste in enumerations(schemas.datei("3.6.2", allgemein) or b"")}

    def of(liste: str, code: Code) -> str | None:
        if liste in typ2:
            return typ2[liste].eintraege[code.wert].wert
        return codelisten.label(code)

    return of


def test_enough_packages_are_looked_at(gesehen: list[tuple[str, Gelesen, dict[str, Any]]]) -> None:
    assert {gelesen.version for _, gelesen, _ in gesehen} >= {"3.6.2", "4.0.0"}
    assert len(gesehen) >= 4


def test_openxjv_sees_tree_names_codes_and_dates_as_we_meant_them(
    gesehen: list[tuple[str, Gelesen, dict[str, Any]]], label: Label
) -> None:
    for name, gelesen, ausgabe in gesehen:
        erwartet = openxjv(gelesen.nachricht, label, alt=gelesen.version == "3.5.1")
        assert openxjv_said(ausgabe["openxjv"]) == erwartet, name


def test_xjustiz2pdf_sees_the_same_tree(gesehen: list[tuple[str, Gelesen, dict[str, Any]]]) -> None:
    for name, gelesen, ausgabe in gesehen:
        gut = xj.schriftgut_of(gelesen.nachricht)
        assert gut is not None
        assert ausgabe["xjustiz2pdf"] == xjustiz2pdf(gut), name


def test_they_see_what_was_put_in_not_only_what_we_read_back(
    gesehen: list[tuple[str, Gelesen, dict[str, Any]]],
) -> None:
    """Held against the words themselves, so that one mistake in writer and reader cannot hide."""
    ausgabe = next(ausgabe for name, _, ausgabe in gesehen if name == "reich-3.6.2")["openxjv"]
    assert ausgabe["absender"] == {"name": "Stadt Beispielstadt", "aktenzeichen": "63.1-2025/0815"}
    assert ausgabe["empfaenger"] == {"name": "Verwaltungsgericht Koblenz", "aktenzeichen": "3 K 1234/26.KO"}
    akte = ausgabe["schriftgutobjekte"]["akten"][ID_AKTE]
    assert (akte["aktentyp"], akte["laufzeit"]["beginn"]) == ("Behördenakte", "2025-02-01")
    teil = akte["teilakten"][ID_TEIL]
    antrag, bescheid = teil["dokumente"][ID_ANTRAG], teil["dokumente"][ID_BESCHEID]
    assert (antrag["posteingangsdatum"], antrag["posteingangszeitpunkt"]) == ("2025-02-03", "08:40:12")
    assert antrag["absenderAnzeigename"] == "RAin „Dr. Anna“ Beispiel"
    assert [datei["bestandteil"] for datei in antrag["dateien"]] == ["Original", "Transfervermerk"]
    assert bescheid["dokumentklasse"] == "Bescheid"
    assert bescheid["verweise"] == [{"ref.sgo": ID_ANTRAG, "verweistyp": "Anlage"}]
    assert bescheid["dateien"][1]["dateiname.bezugsdatei"] == ["Bescheid_2025-11-27.pdf"]
    assert ausgabe["schriftgutobjekte"]["anschreiben"] == ID_ANSCHREIBEN
