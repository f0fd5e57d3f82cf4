"""The answer to an eEB demand across versions: whatever came in, the answer is in the version of the day, and valid."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from xjustiz_muster import BEISPIELE, HERSTELLER, eeb_muster, muster

import xjustiz as xj
from xjustiz import Gelesen, Schemas, Stelle, Umgang, Uuid, VersionUnreadable, read, version_for, write

TAGE = {date(2027, 4, 29): "3.6.2", date(2027, 4, 30): "4.0.0"}
AMT = "Kreisverwaltung Beispielkreis"


def _demand(version: str) -> Gelesen:
    pfad = BEISPIELE / version / "03_gericht_anforderung_mit_eeb" / "xjustiz_nachricht.xml"
    if not pfad.is_file():
        pytest.skip("the examples are not beside the checkout")
    return read(pfad.read_bytes())


@pytest.fixture(params=["3.5.1", "3.6.2", "4.0.0"])
def eingang(request: pytest.FixtureRequest) -> Gelesen:
    return _demand(request.param)


def _reply(eingang: Gelesen, ergebnis: date | xj.Stoerung, am: date) -> xj.Empfangsbekenntnis:
    return xj.eeb_reply(
        eingang,
        ergebnis,
        nachrichtenid=Uuid("12345678-1234-4234-8234-123456789012"),
        erstellt=datetime(am.year, am.month, am.day, 10, tzinfo=UTC),
        herstellerinformation=HERSTELLER,
    )


@pytest.mark.parametrize("am", TAGE, ids=str)
@pytest.mark.parametrize("ergebnis", [date(2026, 11, 20), xj.Stoerung(xj.STOERUNG_SIGNATUR, "Prüfung schlug fehl")])
def test_the_answer_is_in_the_version_of_the_day_and_valid(
    eingang: Gelesen, ergebnis: date | xj.Stoerung, am: date, schemas: Schemas
) -> None:
    version = version_for(am).nummer
    assert version == TAGE[am]
    if version not in schemas.versionen():
        pytest.skip("the XSDs of 4.0.0 are not beside the checkout")
    xml = write(_reply(eingang, ergebnis, am), version)
    assert schemas.validate(xml) == ()
    gelesen = read(xml)
    assert gelesen.version == version
    assert (gelesen.nicht_gelesen, gelesen.maengel) == ((), ())
    assert isinstance(gelesen.nachricht, xj.Empfangsbekenntnis)
    assert gelesen.nachricht.ergebnis == ergebnis


def test_the_fields_are_mapped_across_heads_alike(eingang: Gelesen) -> None:
    """Sheet §2.6; the flat head of 3.5.1 gives the same answer as the newer ones."""
    kopf = _reply(eingang, date(2026, 11, 20), date(2026, 11, 21)).kopf
    assert kopf.absender.partner == xj.Partner(Stelle.sonstige(AMT))
    assert kopf.absender.aktenzeichen == "6-63.1-2025/0815"
    assert kopf.empfaenger.partner.stelle == eingang.nachricht.kopf.absender.partner.stelle
    assert isinstance(kopf.empfaenger.partner.stelle.angabe, xj.Code)
    assert kopf.empfaenger.partner.stelle.angabe.wert == "T6076"
    assert kopf.empfaenger.aktenzeichen == "3 K 1234/26.KO"
    assert kopf.empfaenger.fremde_nachrichtenid == eingang.nachricht.kopf.absender.nachrichtenid


def test_of_several_numbers_of_the_old_head_the_first_is_answered() -> None:
    eingang = _demand("3.5.1")
    zweite = b"<tns:aktenzeichen.absender>4 L 1/26.KO</tns:aktenzeichen.absender>"
    doppelt = read(eingang.xml.replace(b"<tns:aktenzeichen.empfaenger>", zweite + b"<tns:aktenzeichen.empfaenger>", 1))
    assert doppelt.nachricht.kopf.absender.weitere_aktenzeichen == ("4 L 1/26.KO",)
    assert _reply(doppelt, date(2026, 11, 20), date(2026, 11, 21)).kopf.empfaenger.aktenzeichen == "3 K 1234/26.KO"


@pytest.mark.parametrize("vertreter", [None, "Max Vertretung"])
def test_representation_travels_in_both_versions(eingang: Gelesen, vertreter: str | None, schemas: Schemas) -> None:
    antwort = xj.eeb_reply(
        eingang,
        date(2026, 11, 20),
        nachrichtenid=Uuid.neu(),
        erstellt=datetime(2026, 11, 21, 9, tzinfo=UTC),
        herstellerinformation=HERSTELLER,
        vertreter=vertreter,
    )
    for version in set(xj.SCHREIBBAR) & set(schemas.versionen()):
        xml = write(antwort, version)
        assert schemas.validate(xml) == ()
        assert (b"zustellungsempfaenger.abweichend" in xml) is (vertreter is not None)


@pytest.mark.parametrize(
    ("nummer", "umgang"),
    [
        *((version, Umgang.GELESEN) for version in xj.LESBAR),
        ("2.4", Umgang.ZU_ALT),
        ("3.2.1", Umgang.ZU_ALT),
        ("3.4.1", Umgang.ZU_ALT),
        ("3.7.0", Umgang.NIE_GUELTIG),
        ("4.1.0", Umgang.ZU_NEU),
        ("4.0.1", Umgang.ZU_NEU),
        ("10.0.0", Umgang.ZU_NEU),
        ("3.6.1", Umgang.UNBEKANNT),
        ("", Umgang.UNBEKANNT),
        ("3.6.2 ", Umgang.UNBEKANNT),
        ("٣.٤.١", Umgang.UNBEKANNT),
        ("9" * 5000, Umgang.UNBEKANNT),
    ],
)
def test_what_becomes_of_a_version(nummer: str, umgang: Umgang) -> None:
    assert xj.umgang_with(nummer) is umgang


@pytest.mark.parametrize("nummer", ["2.4", "3.4.1", "3.7.0", "4.1.0", "", "x" * 300])
def test_what_is_not_read_is_named(nummer: str) -> None:
    verdorben = replace(muster(), xml=muster().xml.replace("3.6.2", nummer, 1))
    with pytest.raises(VersionUnreadable) as gefangen:
        read(verdorben.xml.encode())
    assert gefangen.value.nummer == nummer[:20]


def test_an_eeb_is_answered_by_none() -> None:
    with pytest.raises(xj.XJustizError, match="demands no"):
        _reply(read(eeb_muster().xml.encode()), date(2026, 11, 20), date(2026, 11, 21))
