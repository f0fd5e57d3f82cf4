"""The official Schematron rules: quiet on lawful messages, one of them corrected, safe to run, installed or not."""

import json
import time
import zipfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from typer.testing import CliRunner
from xjustiz_muster import BEISPIELE, HEUTE, SHARED, eeb_muster, muster

import xjustiz as xj
from erv_gateway.cli import make_app
from erv_gateway.kern.fehler import EingabeRefused, KonfigurationInvalid
from erv_gateway.storage.schematron import ORDNER, install_schematron, load_schematron
from xjustiz import Codelisten, SchemaBroken, Schemas, Schematron
from xjustiz.schematron import SchematronErgebnis, parse_regelwerk
from xjustiz.schematron.auswertung import MAX_ARBEIT, MAX_ELEMENTE

app = make_app(["schemata"])
OFFIZIELL = SHARED / "schemas" / "xjustiz-schematron-3.6.2"
EEB = "xjustiz.eeb_1_0.sch"
KOPF = b'<s:schema xmlns:s="http://purl.oclc.org/dsdl/schematron"><s:ns prefix="tns" uri="http://www.xjustiz.de"/>'
eeb_datei = (
    KOPF + b'<s:pattern><s:rule context="tns:nachricht.eeb.zuruecklaufend.2200007/tns:nachrichtenkopf">'
    b'<s:assert test="count(tns:fremdeNachrichtenID) = 1" id="SCH-EEB-0001">[SCH-EEB-0001] Nachrichtenkopf: fehlt!'
    b"</s:assert></s:rule></s:pattern></s:schema>"
)


def _tree(xml: str) -> etree._Element:
    return etree.fromstring(xml.encode())


def _without_reference(xml: str) -> str:
    anfang, ende = xml.index("<tns:fremdeNachrichtenID>"), xml.index("</tns:fremdeNachrichtenID>")
    return xml[:anfang] + xml[ende + len("</tns:fremdeNachrichtenID>") :]


@pytest.fixture(scope="session")
def offiziell() -> Schematron:
    if not OFFIZIELL.is_dir():
        pytest.skip("the official Schematron is not beside the checkout")
    return Schematron({datei.name: datei.read_bytes() for datei in OFFIZIELL.glob("*.sch")})


def test_every_example_keeps_the_official_rules(offiziell: Schematron) -> None:
    pfade = sorted(BEISPIELE.glob("*/*/xjustiz_nachricht.xml"))
    assert len(pfade) >= 20
    for pfad in pfade:
        wurzel = etree.parse(pfad).getroot()
        assert offiziell.check(wurzel, pfad.parent.parent.name) == SchematronErgebnis(), pfad


def test_the_published_eeb_rule_is_wrong_since_3_6_and_corrected_here(offiziell: Schematron) -> None:
    gut = _tree(eeb_muster().xml)
    assert not gut.xpath("count(*[1]/*[local-name()='fremdeNachrichtenID'])"), "the published path finds nothing"
    assert offiziell.check(gut, "3.6.2").verstoesse == ()
    (verstoss,) = offiziell.check(_tree(_without_reference(eeb_muster().xml)), "3.6.2").verstoesse
    assert (verstoss.id, verstoss.datei) == ("SCH-EEB-0001", EEB)
    assert "fremdeNachrichtenID" in verstoss.text
    assert verstoss.wo.endswith("/nachrichtenkopf")


def test_the_eeb_rule_is_run_as_published_on_the_old_head(offiziell: Schematron) -> None:
    datei = BEISPIELE / "3.5.1" / "04_eeb_abgegeben" / "xjustiz_nachricht.xml"
    xml = datei.read_text(encoding="utf-8")
    assert offiziell.check(_tree(xml.replace("<?xml version='1.0' encoding='UTF-8'?>", "")), "3.5.1").verstoesse == ()
    ohne = _without_reference(xml).replace("<?xml version='1.0' encoding='UTF-8'?>", "")
    assert [v.id for v in offiziell.check(_tree(ohne), "3.5.1").verstoesse] == ["SCH-EEB-0001"]


def test_gds_rules_fire_on_3_5_1_only(offiziell: Schematron) -> None:
    stufe = '<tns:vertraulichkeitsstufe listURI="x" listVersionID="1"><code>001</code></tns:vertraulichkeitsstufe>'
    xml = muster().xml.replace("<tns:identifikation>", stufe + "<tns:identifikation>", 1)
    assert {v.id for v in offiziell.check(_tree(xml), "3.5.1").verstoesse} == {"SCH-GDS-0005", "SCH-GDS-0010"}
    assert offiziell.check(_tree(xml), "3.6.2").verstoesse == ()


def test_abstract_rules_and_current_are_understood(offiziell: Schematron) -> None:
    xml = (
        '<tns:nachricht.straf.asservate.0500017 xmlns:tns="http://www.xjustiz.de"><tns:nachrichtenkopf><tns:ereignis>'
        "<code>282</code></tns:ereignis></tns:nachrichtenkopf><tns:fachdaten><tns:asservate><tns:grund/>"
        "</tns:asservate></tns:fachdaten></tns:nachricht.straf.asservate.0500017>"
    )
    gefunden = [verstoss.id for verstoss in offiziell.check(_tree(xml), "3.6.2").verstoesse]
    assert gefunden == [f"SCH-STRAF-{n:04}" for n in range(7, 18)]


def test_check_reports_them_with_their_ids(schemas: Schemas, codelisten: Codelisten) -> None:
    mit = Schemas(
        {"3.6.2": {name: schemas.datei("3.6.2", name) or b"" for name in schemas.dateien("3.6.2")}},
        Schematron({EEB: eeb_datei}),
    )
    falsch = replace(eeb_muster(), xml=_without_reference(eeb_muster().xml)).paket()
    befunde = {b.regel: b for b in xj.check(falsch, schemas=mit, codelisten=codelisten, am=HEUTE).befunde}
    assert befunde["SCH-EEB-0001"].schwere is xj.Schwere.ERROR
    assert EEB in befunde["SCH-EEB-0001"].quelle
    gut = xj.check(eeb_muster().paket(), schemas=mit, codelisten=codelisten, am=HEUTE)
    assert not [b for b in gut.befunde if b.regel.startswith("SCH-")]


@pytest.mark.parametrize(
    "inhalt",
    [
        b"",
        b"<schema/>",
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
        KOPF + b'<s:include href="http://127.0.0.1:9/x"/></s:schema>',
        KOPF + b'<s:pattern><s:rule context="x"><s:extends rule="keine"/></s:rule></s:pattern></s:schema>',
        KOPF + b'<s:pattern is-a="keines"/></s:schema>',
        KOPF + b"<s:pattern><s:rule><s:assert test='1'/></s:rule></s:pattern></s:schema>",
        KOPF + b"<s:pattern><s:rule context='" + b"x" * 5000 + b"'/></s:pattern></s:schema>",
        KOPF + b'<s:pattern><s:rule abstract="true" id="a"><s:extends rule="a"/></s:rule><s:rule context="x">'
        b'<s:extends rule="a"/></s:rule></s:pattern></s:schema>',
    ],
)
def test_a_broken_file_is_named(inhalt: bytes) -> None:
    with pytest.raises(SchemaBroken):
        parse_regelwerk(EEB, inhalt)


@pytest.mark.parametrize(
    "test", ["doc('file:///etc/passwd')", "collection('x')", "unparsed-text('x')", "1 +", "(" * 300]
)
def test_a_rule_cannot_reach_out(test: str) -> None:
    datei = eeb_datei.replace(b"count(tns:fremdeNachrichtenID) = 1", test.encode())
    with pytest.raises(SchemaBroken):
        Schematron({EEB: datei}).check(_tree(eeb_muster().xml), "3.6.2")


def test_the_official_files_can_be_used_to_their_last_expression(offiziell: Schematron) -> None:
    offiziell.verify()


def _assets(anzahl: int, fuellung: int) -> etree._Element:
    return _tree(
        '<tns:nachricht.straf.asservate.0500017 xmlns:tns="http://www.xjustiz.de"><tns:nachrichtenkopf><tns:ereignis>'
        "<code>282</code></tns:ereignis></tns:nachrichtenkopf><tns:fachdaten>"
        + "<tns:asservate/>" * anzahl
        + "<tns:x/>" * fuellung
        + "</tns:fachdaten></tns:nachricht.straf.asservate.0500017>"
    )


@pytest.mark.parametrize(("anzahl", "fuellung"), [(0, MAX_ELEMENTE), (MAX_ARBEIT // 10_000 + 1, 10_000)])
def test_a_message_that_costs_too_much_is_not_called_right(offiziell: Schematron, anzahl: int, fuellung: int) -> None:
    beginn = time.process_time()
    ergebnis = offiziell.check(_assets(anzahl, fuellung), "3.6.2")
    assert not ergebnis.vollstaendig
    assert time.process_time() - beginn < 10


def test_installed_from_folder_and_zip_loaded_and_guarded(tmp_path: Path) -> None:
    quelle, ziel = tmp_path / "quelle", tmp_path / "ziel"
    quelle.mkdir()
    (quelle / EEB).write_bytes(eeb_datei)
    (quelle / "fremd.sch").write_bytes(b"x")
    assert load_schematron(ziel).dateien() == ()
    assert install_schematron(quelle, ziel) == (EEB,)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archiv:
        archiv.writestr(f"../../XJustiz/{EEB}", eeb_datei)
    assert install_schematron(tmp_path / "a.zip", ziel) == (EEB,)
    assert load_schematron(ziel).dateien() == (EEB,)
    (ziel / ORDNER / EEB).write_bytes(eeb_datei + b" ")
    with pytest.raises(KonfigurationInvalid):
        load_schematron(ziel)


@pytest.mark.parametrize("inhalt", [None, b"no zip", b"<broken", eeb_datei.replace(b" = 1", b" = (")])
def test_a_source_that_is_none_is_refused(tmp_path: Path, inhalt: bytes | None) -> None:
    quelle = tmp_path / "quelle"
    if inhalt == b"no zip":
        quelle.write_bytes(inhalt)
    else:
        quelle.mkdir()
        if inhalt is not None:
            (quelle / EEB).write_bytes(inhalt)
    with pytest.raises(EingabeRefused):
        install_schematron(quelle, tmp_path / "ziel")
    assert not (tmp_path / "ziel").exists()


def test_the_command_installs_and_says_what(tmp_path: Path) -> None:
    (tmp_path / EEB).write_bytes(eeb_datei)
    ziel = tmp_path / "ziel"
    lauf = CliRunner().invoke(
        app, ["schemata", "schematron", "--from", str(tmp_path), "--schemata", str(ziel), "--json"]
    )
    assert (lauf.exit_code, json.loads(lauf.stdout)) == (0, [EEB])
    assert CliRunner().invoke(app, ["schemata", "schematron", "--from", str(ziel / "nichts")]).exit_code == 2


@settings(max_examples=150, deadline=None)
@given(
    ort=st.floats(0, 1),
    laenge=st.integers(0, 20),
    einschub=st.sampled_from([b"", b"(", b"$x", b"//", b"1 div 0", b"'"]),
)
def test_a_spoiled_file_is_refused_or_run_but_nothing_else(ort: float, laenge: int, einschub: bytes) -> None:
    stelle = int(ort * len(eeb_datei))
    with suppress(SchemaBroken):
        spoiled = Schematron({EEB: eeb_datei[:stelle] + einschub + eeb_datei[stelle + laenge :]})
        spoiled.verify()
        spoiled.check(_tree(eeb_muster().xml), "3.6.2")
