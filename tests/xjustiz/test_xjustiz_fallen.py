"""The twenty things that break implementations (reference sheet §0), one test for each, in its order."""

import ast
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from lxml import etree
from xjustiz_muster import ANTRAG, BESCHEID, CMS, HEUTE, Muster, eeb_muster, muster, uebermittlung

import xjustiz as xj
from erv_gateway.kern.zustaende import SENDUNG_UEBERGAENGE, SendungZustand
from erv_gateway.postfach.base import Teil
from erv_gateway.sendung.eingangsbestaetigung import compare
from erv_gateway.sendung.sendung import SendungDatei
from erv_gateway.signatur.vhn import check_vhn
from erv_gateway.signatur.vhn_ergebnis import VhnErgebnis
from xjustiz import Code, Codelisten, NachrichtInvalid, Richtung, Schemas, Schematron, Schwere, WertInvalid, read, write

WURZEL = Path(__file__).resolve().parents[2]


def _rules(
    probe: Muster, schemas: Schemas, codelisten: Codelisten, richtung: Richtung = Richtung.AUSGANG
) -> dict[str, Schwere]:
    ergebnis = xj.check(probe.paket(), schemas=schemas, codelisten=codelisten, am=HEUTE, richtung=richtung)
    return {befund.regel: befund.schwere for befund in ergebnis.befunde}


def test_falle_01_the_version_written_is_the_one_in_force_and_never_3_7_0() -> None:
    assert xj.version_for(HEUTE).nummer == "3.6.2"
    assert xj.version_for(date(2027, 4, 30)).nummer == "4.0.0"
    assert xj.lage_of("3.7.0", date(2027, 1, 1)) is xj.Lage.NIE_GUELTIG
    assert b'xjustizVersion="3.6.2"' in write(uebermittlung())
    with pytest.raises(NachrichtInvalid):
        write(uebermittlung(), "3.7.0")


def test_falle_02_the_xsds_of_3_7_0_are_not_taken_for_3_6_2(schemas: Schemas, codelisten: Codelisten) -> None:
    kopf = '<xs:attribute xmlns:xs="http://www.w3.org/2001/XMLSchema" name="xjustizVersion" fixed="3.6.2"/>'
    xsd = (
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.xjustiz.de"><xs:annotation>'
        "<xs:appinfo><versionStandard><version>3.7.0</version></versionStandard></xs:appinfo></xs:annotation>"
        f"{kopf}</xs:schema>"
    )
    assert xj.schema_version(xsd.encode()) == "3.7.0"
    probe = muster()
    probe.ersetze('xjustizVersion="3.6.2"', 'xjustizVersion="3.7.0"')
    assert _rules(probe, schemas, codelisten)["D1.version-nie-gueltig"] is Schwere.ERROR
    with pytest.raises(xj.VersionUnreadable):
        read(probe.xml.encode())


def test_falle_03_there_is_no_message_3005013(schemas: Schemas) -> None:
    for version in schemas.versionen():
        nachrichten = schemas.nachrichten(version)
        assert not [name for name in nachrichten if name.endswith("3005013")]
        assert "nachricht.gds.uebermittlungSchriftgutobjekte.0005005" in nachrichten
    assert xj.nachricht_art(uebermittlung()) == "nachricht.gds.uebermittlungSchriftgutobjekte.0005005"


def test_falle_04_code_and_name_stand_in_no_namespace(schemas: Schemas) -> None:
    wurzel = etree.fromstring(write(uebermittlung()))
    codes = [element for element in wurzel.iter() if etree.QName(element).localname == "code"]
    assert codes
    assert {etree.QName(code).namespace for code in codes} == {None}
    falsch = write(uebermittlung()).replace(b"<code>", b"<tns:code>").replace(b"</code>", b"</tns:code>")
    assert schemas.validate(falsch)
    with pytest.raises(xj.NachrichtUnreadable, match="code is missing"):
        read(falsch)


@pytest.mark.parametrize(
    ("version", "modul"),
    [("3.6.2", "xjustiz_0005_nachrichten_3_2.xsd"), ("4.0.0", "xjustiz_0005_nachrichten_4_0.xsd")],
)
def test_falle_05_prefix_tns_and_schema_location(version: str, modul: str) -> None:
    wurzel = etree.fromstring(write(uebermittlung(), version))
    assert wurzel.prefix == "tns"
    assert {e.prefix for e in wurzel.iter()} <= {"tns", None}
    ort = wurzel.get("{http://www.w3.org/2001/XMLSchema-instance}schemaLocation")
    assert ort == f"http://www.xjustiz.de {modul}"


UNERLAUBT = (
    "Mai – Juni",
    "„Recht“",
    "und so weiter…",
    "Stra\u00adße",
    "\U0001f600",
    unicodedata.normalize("NFD", "Müller"),
)


@pytest.mark.parametrize("text", UNERLAUBT, ids=ascii)
def test_falle_06_text_is_din_91379_in_nfc_and_what_was_changed_is_said(text: str, schemas: Schemas) -> None:
    def named(name: str) -> xj.Uebermittlung:
        gut = uebermittlung().schriftgut
        return replace(uebermittlung(), schriftgut=replace(gut, akten=(replace(gut.akten[0], anzeigename=name),)))

    roh = write(named("Aktenname")).replace(b"Aktenname", text.encode())
    assert schemas.validate(roh), "the XSD refuses it"
    if unicodedata.normalize("NFC", text) == text:
        with pytest.raises(NachrichtInvalid, match="DIN 91379"):
            write(named(text))
    umschrift = xj.transliterate(text)
    assert umschrift.ersetzungen or umschrift.normalisiert
    assert schemas.validate(write(named(umschrift.text or "x"))) == ()


def test_falle_07_fixed_booleans_are_left_out_or_written_with_their_one_value(schemas: Schemas) -> None:
    gut = uebermittlung().schriftgut
    (akte,), (brief,) = gut.akten, gut.dokumente
    ohne = write(uebermittlung())
    for name in (b"akteneinsicht", b"ruecksendungEEB", b"hybridakte", b"aktenzeichen.neu", b"aktenzeichen.unbekannt"):
        assert name not in ohne
    brief = replace(brief, akteneinsicht_ausgenommen=True, eeb_erforderlich=True)
    kopf = replace(
        uebermittlung().kopf,
        empfaenger=replace(uebermittlung().kopf.empfaenger, aktenzeichen=xj.OhneAktenzeichen.NEU),
    )
    gut = replace(gut, akten=(replace(akte, hybrid=True),), dokumente=(brief,))
    xml = write(replace(uebermittlung(), schriftgut=gut, kopf=kopf))
    assert schemas.validate(xml) == ()
    for name, wert in (
        (b"akteneinsicht", b"false"),
        (b"ruecksendungEEB.erforderlich", b"true"),
        (b"hybridakte", b"true"),
        (b"aktenzeichen.neu", b"true"),
    ):
        assert b"<tns:" + name + b">" + wert + b"<" in xml
        gegenteil = b"true" if wert == b"false" else b"false"
        assert schemas.validate(xml.replace(name + b">" + wert, name + b">" + gegenteil))


@pytest.mark.parametrize("version", ["3.6.2", "4.0.0"])
def test_falle_08_source_format_013_is_released_with_4_0_0_only(
    version: str, schemas: Schemas, codelisten: Codelisten
) -> None:
    if version not in schemas.versionen():
        pytest.skip("the XSDs of 4.0.0 are not beside the checkout")
    probe = muster(version)
    probe.dateien["Antrag.docx"] = b"PK\x03\x04"
    datei = "<tns:datei><tns:dateiname>Antrag.docx</tns:dateiname><tns:bestandteil><code>013</code></tns:bestandteil>"
    probe.xml = probe.xml.replace("</tns:datei>", f"</tns:datei>{datei}</tns:datei>", 1)
    assert schemas.validate(probe.xml.encode()) == ()
    assert ("X.ursprungsformat" in _rules(probe, schemas, codelisten)) is (version == "3.6.2")


def test_falle_09_history_travels_as_a_document_or_as_an_extension_that_is_reported(
    schemas: Schemas, codelisten: Codelisten
) -> None:
    zusatz = xj.Erweiterung("urn:x", "Protokoll", felder=(xj.Feld("wer", "Person"),))
    gut = uebermittlung().schriftgut
    (akte,), (brief,) = gut.akten, gut.dokumente
    mit = replace(uebermittlung(), schriftgut=replace(gut, akten=(replace(akte, erweiterung=zusatz),)))
    probe = replace(muster(), xml=write(mit).decode())
    assert _rules(probe, schemas, codelisten)["D1.erweiterung"] is Schwere.HINT
    protokoll = replace(brief, klasse=xj.typ3(xj.Liste.DOKUMENTKLASSE, "014"))
    als_dokument = replace(gut, dokumente=(protokoll,), anschreiben=None)
    xml = write(replace(uebermittlung(), schriftgut=als_dokument))
    assert schemas.validate(xml) == ()
    assert codelisten.label(protokoll.klasse) == "Technische Information"


@pytest.mark.parametrize(
    "spoil",
    [
        ("</tns:akte>", "<tns:justizinterneDaten/></tns:akte>"),
        ("<tns:herstellerinformation>", "<tns:nachrichtenuebergreifenderProzess/><tns:herstellerinformation>"),
        (
            "</tns:auswahl_kommunikationspartner>",
            "</tns:auswahl_kommunikationspartner><tns:routingInformationAusSafeverzeichnis>x"
            "</tns:routingInformationAusSafeverzeichnis>",
        ),
        (
            "<tns:xjustiz.fachspezifischeDaten>",
            "<tns:auswahl_vertraulichkeit><tns:vertraulichZuBehandeln>true</tns:vertraulichZuBehandeln>"
            "</tns:auswahl_vertraulichkeit><tns:xjustiz.fachspezifischeDaten>",
        ),
        ("<code>001</code>", "<code>004</code>"),
    ],
    ids=["intern", "prozess", "routing", "vertraulichkeit", "004"],
)
def test_falle_10_what_is_off_limits_for_an_authority_is_refused(
    spoil: tuple[str, str], schemas: Schemas, codelisten: Codelisten
) -> None:
    probe = muster()
    probe.ersetze(*spoil)
    assert _rules(probe, schemas, codelisten)["X.gesperrt"] is Schwere.ERROR


def test_falle_11_typ_3_codes_are_checked_by_us_because_the_xsd_does_not(
    schemas: Schemas, codelisten: Codelisten
) -> None:
    probe = muster()
    probe.ersetze("<code>016</code>", "<code>999</code>")
    assert schemas.validate(probe.xml.encode()) == ()
    assert _rules(probe, schemas, codelisten)["C.code-unbekannt"] is Schwere.ERROR
    with pytest.raises(NachrichtInvalid, match="list version"):
        write(replace(uebermittlung(), kopf=replace(uebermittlung().kopf, ereignisse=(Code("204"),))))


def test_falle_12_a_valid_eeb_is_not_called_wrong(schemas: Schemas, codelisten: Codelisten) -> None:
    datei = (
        b'<s:schema xmlns:s="http://purl.oclc.org/dsdl/schematron"><s:ns prefix="tns" uri="http://www.xjustiz.de"/>'
        b'<s:pattern><s:rule context="tns:nachricht.eeb.zuruecklaufend.2200007/tns:nachrichtenkopf">'
        b'<s:assert test="count(tns:fremdeNachrichtenID) = 1" id="SCH-EEB-0001">x</s:assert></s:rule></s:pattern>'
        b"</s:schema>"
    )
    wurzel = etree.fromstring(eeb_muster().xml.encode())
    assert Schematron({"xjustiz.eeb_1_0.sch": datei}).check(wurzel, "3.6.2").verstoesse == ()
    assert Schwere.ERROR not in _rules(eeb_muster(), schemas, codelisten).values()


def test_falle_13_the_xsd_is_chosen_by_the_root_element(schemas: Schemas) -> None:
    nachrichten = schemas.nachrichten("3.6.2")
    assert nachrichten[xj.NachrichtArt.UEBERMITTLUNG].startswith("xjustiz_0005_")
    assert nachrichten[xj.NachrichtArt.EEB].startswith("xjustiz_2200_")
    assert nachrichten[xj.NachrichtArt.OWI_AN_JUSTIZ].startswith("xjustiz_0500_")
    assert schemas.validate(eeb_muster().xml.encode()) == ()


def test_falle_14_a_bar_is_no_hex_digit_whatever_the_pattern_says(schemas: Schemas, codelisten: Codelisten) -> None:
    falsch = "2222222|-2222-4222-8222-222222222222"
    with pytest.raises(WertInvalid):
        xj.Uuid(falsch)
    probe = muster()
    probe.ersetze("22222222-2222-4222-8222-222222222222", falsch)
    assert schemas.validate(probe.xml.encode()) == (), "the XSD of 3.6.2 takes it"
    assert _rules(probe, schemas, codelisten)["X.uuid-form"] is Schwere.ERROR


@pytest.mark.parametrize("name", ["vhn.xml", "vhn.xml.p7s", "xjustiz_nachricht.xml", "pruefvermerk.pdf", "VHN.xml"])
def test_falle_15_reserved_names_are_refused(name: str, schemas: Schemas, codelisten: Codelisten) -> None:
    with pytest.raises(WertInvalid):
        xj.Dateiname(name)
    probe = muster()
    probe.umbenenne(BESCHEID, name)
    gefunden = _rules(probe, schemas, codelisten)
    assert gefunden["D6.selbst" if name == xj.NACHRICHT_DATEINAME else "N1.reserviert"] is Schwere.ERROR


def test_falle_16_signature_files_beside_a_case_file_are_warned_of(schemas: Schemas, codelisten: Codelisten) -> None:
    probe = muster()
    signatur = f"{ANTRAG}.p7s"
    probe.dateien[signatur] = CMS
    datei = (
        f"<tns:datei><tns:dateiname>{signatur}</tns:dateiname><tns:bestandteil><code>003</code></tns:bestandteil>"
        f"<tns:dateiname.bezugsdatei>{ANTRAG}</tns:dateiname.bezugsdatei></tns:datei>"
    )
    probe.xml = probe.xml.replace("</tns:datei>", f"</tns:datei>{datei}", 1)
    regeln = _rules(probe, schemas, codelisten)
    assert regeln["S8.signatur-bei-akte"] is Schwere.WARNING
    assert Schwere.ERROR not in regeln.values()


def test_falle_17_without_a_vhn_no_secure_way_is_claimed() -> None:
    am = datetime(2026, 11, 21, tzinfo=UTC)
    ohne = check_vhn(None, None, (), "DE.Justiz.x.1", None, am)
    assert ohne.ergebnis is VhnErgebnis.KEIN_VHN
    assert "nur mit qualifizierter elektronischer Signatur" in ohne.rechtsfolge
    assert check_vhn(b"<VHN/>", None, (), "DE.Justiz.x.1", None, am).ergebnis is not VhnErgebnis.GUELTIG


def test_falle_18_no_text_of_ours_cites_de_mail_or_the_old_numbering() -> None:
    for datei in _sources("*.py", "*.html", "*.typ"):
        text = datei.read_text(encoding="utf-8")
        assert "De-Mail" not in text, datei
        assert "Abs. 4 Nr. 3" not in text, datei


def test_falle_19_only_the_record_of_the_intermediary_confirms_and_names_tell_files_apart(
    schemas: Schemas, codelisten: Codelisten
) -> None:
    vorher = {von for von, nach in SENDUNG_UEBERGAENGE.items() if SendungZustand.BESTAETIGT in nach}
    assert vorher == {SendungZustand.UEBERGEBEN, SendungZustand.BEANSTANDET}
    erwartet = (SendungDatei(1, "Klage_2026.pdf", "Klage", "aa" * 32, 10),)
    assert compare(erwartet, (Teil("Klage_2025.pdf", 10, "aa" * 32, "x"),))["gruende"]
    assert compare(erwartet, ())["gruende"]
    probe = muster()
    probe.umbenenne(BESCHEID, "scan1.pdf")
    assert _rules(probe, schemas, codelisten)["N2.nichtssagend"] is Schwere.WARNING


def test_falle_20_only_wiring_knows_the_transport() -> None:
    kenner = {
        datei.relative_to(WURZEL / "erv_gateway").as_posix()
        for datei in _sources("*.py")
        if "erv_gateway.postfach.osci" in set(_imports(datei)) and "postfach/osci" not in datei.as_posix()
    }
    assert kenner <= {"wiring.py"}


def test_all_twenty_are_here() -> None:
    nummern = {name[11:13] for name in globals() if name.startswith("test_falle_")}
    assert nummern == {f"{n:02}" for n in range(1, 21)}


def _sources(*muster_: str) -> Iterator[Path]:
    for paket in ("erv_gateway", "xjustiz", "certs"):
        for eines in muster_:
            yield from (WURZEL / paket).rglob(eines)


def _imports(datei: Path) -> Iterator[str]:
    for knoten in ast.walk(ast.parse(datei.read_bytes())):
        if isinstance(knoten, ast.ImportFrom) and knoten.module:
            teile = knoten.module.split(".")
            yield from (".".join(teile[: n + 1]) for n in range(len(teile)))
