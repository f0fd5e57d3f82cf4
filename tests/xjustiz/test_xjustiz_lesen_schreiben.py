"""Write, read, compare; valid under lxml and xmlschema; the examples as opponents."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path

import pytest
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st
from xjustiz_muster import BEISPIELE, ERSTELLT, HERSTELLER, ID_ANTRAG, ID_TEIL, eeb_muster, kopf, muster, uebermittlung

import xjustiz as xj
from xjustiz import Code, Datentyp, Liste, NachrichtInvalid, Schemas, Uuid, read, typ3, write

Uhrzeit = timezone(timedelta(hours=1))


def _full() -> xj.Uebermittlung:
    """Everything the model has a place for in 3.6.2."""
    feld = xj.Feld("zeitpunkt", "2025-02-03T08:40:12+01:00 – „x“", typ3(Liste.DATENTYP, "006"), "wann")
    gruppe = xj.Feldgruppe("ereignis", "Eintrag", (feld,), (xj.Feldgruppe("unter", "tiefer"),))
    zusatz = xj.Erweiterung("urn:x", "Protokoll", "b", "1.0", date(2026, 11, 1), (gruppe,), (feld,))
    dokument = xj.Dokument(
        Uuid(ID_ANTRAG),
        1,
        typ3(Liste.DOKUMENTKLASSE, "016"),
        (xj.Datei("Antrag.pdf", versionsnummer=2), xj.Datei("Antrag.pdf.p7s", Code("003"), None, ("Antrag.pdf",))),
        "Antrag",
        typ3(Liste.DOKUMENTTYP, "253"),
        "12/25",
        xj.Posteingang(date(2025, 2, 3), time(8, 40, 12)),
        date(2025, 2, 1),
        date(2025, 2, 4),
        xj.Scan(date(2025, 2, 3), ersetzend=False),
        "RAin „Dr. Anna“ Beispiel",
        "Bauamt",
        ("1",),
        akteneinsicht_ausgenommen=True,
        verweise=(xj.Verweis(Code("001"), Uuid(ID_TEIL)),),
        eeb_erforderlich=True,
        erstellt_am=datetime(2025, 2, 3, 9, 0, tzinfo=Uhrzeit),
        erweiterungen=(zusatz, zusatz),
        vertraulichkeit=xj.Vertraulichkeit(vertraulich_zu_behandeln=False),
    )
    strukturiert = xj.StrukturiertesAktenzeichen(typ3(Liste.REGISTERZEICHEN, "K"), "1234", "26", zusatz="KO")
    nummern = (
        xj.AktenzeichenAngabe(strukturiert, Code("001"), xj.Stelle.gericht(typ3(Liste.GERICHTE, "T6076")), "S1"),
        xj.AktenzeichenAngabe("0815", vergebende_station=xj.Stelle(xj.StelleArt.BETEILIGTER, "1")),
    )
    teil = xj.Teilakte(
        Uuid(ID_TEIL),
        1,
        Code("001"),
        "Teil",
        nummern[1],
        xj.Zeitraum(date(2025, 1, 1), None),
        ("1",),
        akteneinsicht_ausgenommen=True,
        erweiterung=zusatz,
        teilakten=(xj.Teilakte(Uuid.neu(), 1, Code("003"), "Innen", dokumente=(dokument,)),),
    )
    akte = xj.Akte(
        Uuid.neu(),
        1,
        Code("018"),
        nummern,
        "Akte",
        hybrid=True,
        laufzeit=xj.Zeitraum(date(2025, 1, 1), date(2026, 1, 1)),
        weiteres_ordnungskriterium="Ost",
        personen=("1",),
        exportiert_am=ERSTELLT,
        referenzen=(xj.Aktenreferenz(Code("002"), Uuid.neu()),),
        abgebende_stelle=typ3(Liste.GERICHTE, "T6076"),
        erweiterung=zusatz,
        teilakten=(teil,),
    )
    return xj.Uebermittlung(_full_head(), _full_parties(), xj.Schriftgut((akte,)))


def _full_head() -> xj.Nachrichtenkopf:
    basis = kopf()
    return replace(
        basis,
        erstellungszeitpunkt=datetime(2026, 11, 21, 9, 15, tzinfo=Uhrzeit),
        absender=replace(basis.absender, partner=replace(basis.absender.partner, rollennummer="1")),
        empfaenger=replace(
            basis.empfaenger,
            partner=replace(basis.empfaenger.partner, instanznummer="1", routing="x"),
            aktenzeichen=xj.OhneAktenzeichen.NEU,
            fremde_nachrichtenid=Uuid.neu(),
        ),
        sendungsprioritaet=typ3(Liste.SENDUNGSPRIORITAET, "001"),
        geheimhaltung=xj.Geheimhaltung(grund="Steuergeheimnis"),
    )


def _full_parties() -> xj.Grunddaten:
    safe = xj.Telekommunikation(Code("008"), "DE.Justiz.de836876-34c3-42c4-aa1f-975ffd63efca.c793", Code("001"))
    anschrift = xj.Anschrift(Code("002"), ("Hinterhaus",), "Musterweg", "1", "99", "56068", "Koblenz", "Mitte")
    person = xj.NatuerlichePerson(
        "Müller-Łuczak", "Erika", "Dr.", "von", "Kovač", "1980-01-31", Code("2"), (anschrift,), (safe,)
    )
    rolle = xj.Rolle(typ3(Liste.ROLLENBEZEICHNUNG, "101"), "1", 1, "GZ 1", ("2",), ("Sprecherin",))
    kanzlei = xj.Kanzlei("„Recht“ PartG", Code("002"), (anschrift,), (safe,), person)
    stadt = xj.Organisation("Stadt Beispielstadt", "Stadt", (anschrift,), (safe,))
    instanz = xj.Instanzdaten(
        xj.Stelle.sonstige("Kreisrechtsausschuss"),
        "1",
        typ3(Liste.SACHGEBIET, "056"),
        "Bau",
        "3",
        "V1",
        xj.AktenzeichenAngabe("KRA 1/26"),
        "M ./. B",
        ("Baugenehmigung",),
        (safe,),
    )
    beteiligte = (
        xj.Beteiligung(person, "1", (rolle,)),
        xj.Beteiligung(stadt, "2", (xj.Rolle(rollennummer="2"),)),
        xj.Beteiligung(kanzlei, "3"),
    )
    return xj.Grunddaten("4711", (instanz,), beteiligte)


@pytest.mark.parametrize("version", ["3.6.2", "4.0.0"])
@pytest.mark.parametrize("bau", [uebermittlung, _full])
def test_written_is_valid_and_reads_back_equal(
    bau: Callable[[], xj.Uebermittlung], version: str, schemas: Schemas
) -> None:
    if version not in schemas.versionen():
        pytest.skip("the XSDs of 4.0.0 are not beside the checkout")
    nachricht = bau()
    xml = write(nachricht, version)
    assert schemas.validate(xml) == ()
    gelesen = read(xml)
    assert gelesen.nachricht == nachricht
    assert (gelesen.version, gelesen.nicht_gelesen, gelesen.maengel) == (version, (), ())


def _others() -> list[xj.Nachricht]:
    fehler = xj.Fehler(typ3(Liste.FEHLERCODES, "005"), zusatzinformation="Version", weiterverarbeitung="erfolgt")
    return [
        xj.Basisnachricht(kopf()),
        xj.Basisnachricht(kopf(), xj.Grunddaten()),
        xj.Fehlernachricht(kopf(), (fehler, fehler), _full_parties()),
        xj.Verarbeitungsbestaetigung(kopf()),
        xj.Empfangsbekenntnis(kopf(), date(2026, 11, 21), abweichender_empfaenger=True),
        xj.Empfangsbekenntnis(kopf(), xj.Stoerung(Code("2"), "unklar")),
        xj.Uebermittlung(kopf(), xj.Grunddaten(), xj.Schriftgut()),
    ]


@pytest.mark.parametrize("nachricht", _others(), ids=lambda n: type(n).__name__)
def test_every_message_is_valid_and_reads_back_equal(nachricht: xj.Nachricht, schemas: Schemas) -> None:
    xml = write(nachricht)
    assert schemas.validate(xml) == ()
    assert read(xml).nachricht == nachricht


def test_xmlschema_agrees(schemas: Schemas, tmp_path: Path) -> None:
    for name in schemas.dateien("3.6.2"):
        (tmp_path / name).write_bytes(schemas.datei("3.6.2", name) or b"")
    for modul, nachrichten in (
        ("xjustiz_0005_nachrichten_3_2.xsd", [uebermittlung(), _full(), *_others()[:4]]),
        ("xjustiz_2200_eeb_3_1.xsd", _others()[4:6]),
    ):
        opponent = xmlschema.XMLSchema10(str(tmp_path / modul), allow="local")
        for nachricht in nachrichten:
            opponent.validate(io.BytesIO(write(nachricht)))
        verdorben = write(nachrichten[0]).replace(b"T6076</code>", b"T6076</code><code>x</code>")
        with pytest.raises(xmlschema.XMLSchemaValidationError):
            opponent.validate(io.BytesIO(verdorben))


_WORT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)


@settings(max_examples=150, deadline=None)
@given(roh=_WORT)
def test_any_text_goes_through_after_transliteration(roh: str, schemas: Schemas) -> None:
    name = xj.transliterate(roh).text
    person = xj.transliterate(roh, Datentyp.A).text
    amt = xj.transliterate(roh, Datentyp.D).text
    if not (name.strip() and person.strip() and amt.strip()):
        return
    basis = uebermittlung()
    (akte,) = basis.schriftgut.akten
    nachricht = replace(
        basis,
        grunddaten=xj.Grunddaten(beteiligungen=(xj.Beteiligung(xj.NatuerlichePerson(person)),)),
        schriftgut=replace(basis.schriftgut, akten=(replace(akte, anzeigename=name),)),
        kopf=replace(basis.kopf, absender=xj.Absender(xj.Partner(xj.Stelle.sonstige(amt)), Uuid.neu())),
    )
    xml = write(nachricht)
    assert schemas.validate(xml) == ()
    gelesen = read(xml).nachricht
    assert isinstance(gelesen, xj.Uebermittlung)
    assert gelesen.schriftgut.akten[0].anzeigename == name
    assert gelesen == nachricht


def test_form_of_what_is_written() -> None:
    xml = muster().xml
    assert xml.startswith("<?xml version='1.0' encoding='UTF-8'?>\n<tns:nachricht.gds.")
    assert 'xsi:schemaLocation="http://www.xjustiz.de xjustiz_0005_nachrichten_3_2.xsd"' in xml
    assert "<code>T6076</code>" in xml
    assert "akteneinsicht" not in xml
    assert "ruecksendungEEB" not in xml
    assert "xjustiz_2200_eeb_3_1.xsd" in eeb_muster().xml


def _spoiled() -> list[tuple[str, xj.Nachricht, str]]:
    gut = uebermittlung()
    (brief,) = gut.schriftgut.dokumente
    (akte,) = gut.schriftgut.akten

    def mit(dokument: xj.Dokument) -> xj.Nachricht:
        return replace(gut, schriftgut=replace(gut.schriftgut, dokumente=(dokument,)))

    return [
        ("en dash", mit(replace(brief, anzeigename="a – b")), "U\\+2013"),
        ("blank", mit(replace(brief, anzeigename=" ")), "blank"),
        ("name", mit(replace(brief, dateien=(xj.Datei("mit leer.pdf"),))), "zeichen"),
        ("reserved", mit(replace(brief, dateien=(xj.Datei("vhn.xml"),))), "reserviert"),
        ("no file", mit(replace(brief, dateien=())), "at least one"),
        ("number", mit(replace(brief, nummer=0)), "below 1"),
        ("typ 3", mit(replace(brief, klasse=Code("015"))), "list version"),
        ("naive", mit(replace(brief, erstellt_am=datetime(2026, 1, 1))), "without zone"),  # noqa: DTZ001
        ("3.5.1", replace(gut, schriftgut=xj.Schriftgut((replace(akte, eeb_erforderlich=True),))), "since 3.6"),
        ("az", replace(gut, schriftgut=xj.Schriftgut((replace(akte, aktenzeichen=()),))), "at least one"),
        ("4.0.0", replace(gut, schriftgut=xj.Schriftgut(ansichts_pdf=brief)), "does not exist in 3.6.2"),
        ("maker", replace(gut, kopf=replace(gut.kopf, herstellerinformation=None)), "mandatory"),
        ("other", xj.SonstigeNachricht("nachricht.x", gut.kopf), "not written"),
    ]


@pytest.mark.parametrize(("fall", "nachricht", "problem"), _spoiled(), ids=[fall for fall, _, _ in _spoiled()])
def test_unlawful_content_is_not_written(fall: str, nachricht: xj.Nachricht, problem: str) -> None:
    with pytest.raises(NachrichtInvalid, match=problem) as fehler:
        write(nachricht)
    assert fehler.value.where.startswith("/nachricht.")


def test_other_versions_are_not_written() -> None:
    for version in ("3.5.1", "3.7.0", ""):
        with pytest.raises(NachrichtInvalid):
            write(uebermittlung(), version)


@pytest.mark.skipif(not BEISPIELE.is_dir(), reason="shared examples are not beside the checkout")
def test_examples_validate_read_and_are_written_back_to_the_byte(schemas: Schemas) -> None:
    pfade = sorted(BEISPIELE.glob("*/*/xjustiz_nachricht.xml"))
    assert len(pfade) >= 20
    for pfad in pfade:
        xml = pfad.read_bytes()
        version = pfad.parent.parent.name
        if version in schemas.versionen():
            assert schemas.validate(xml) == (), pfad
        gelesen = read(xml)
        assert gelesen.version == version
        assert gelesen.maengel == ()
        assert gelesen.nicht_gelesen == (), pfad
        if version != "3.5.1":
            assert write(gelesen.nachricht, version) == xml, pfad


def test_old_head_and_old_receipt_date_are_understood() -> None:
    pfad = BEISPIELE / "3.5.1" / "03_gericht_anforderung_mit_eeb" / "xjustiz_nachricht.xml"
    if not pfad.is_file():
        pytest.skip("shared examples are not beside the checkout")
    nachricht = read(pfad.read_bytes()).nachricht
    assert isinstance(nachricht, xj.Uebermittlung)
    assert nachricht.kopf.absender.aktenzeichen == "3 K 1234/26.KO"
    assert nachricht.kopf.empfaenger.aktenzeichen == "6-63.1-2025/0815"
    assert nachricht.schriftgut.dokumente[1].posteingang == xj.Posteingang(date(2026, 11, 5), time(17, 20, 31))
    assert xj.eeb_angefordert(nachricht)
    assert nachricht.schriftgut.dateinamen()[-1].endswith(".p7s")


def test_herstellerinformation_constant_is_used() -> None:
    assert read(muster().xml.encode()).nachricht.kopf.herstellerinformation == HERSTELLER
