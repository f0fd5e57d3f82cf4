"""The reply to a demanded Empfangsbekenntnis."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from xjustiz_muster import BEISPIELE, ERSTELLT, HERSTELLER, uebermittlung

from xjustiz import (
    STOERUNG_UNKLAR,
    Empfangsbekenntnis,
    Gelesen,
    OhneAktenzeichen,
    Partner,
    Schemas,
    Stelle,
    Stoerung,
    Uebermittlung,
    Uuid,
    WertInvalid,
    XJustizError,
    eeb_reply,
    read,
    write,
)

TAG = date(2026, 11, 20)


@pytest.fixture(params=["3.5.1", "3.6.2", "4.0.0"])
def eingang(request: pytest.FixtureRequest) -> Gelesen:
    pfad = BEISPIELE / request.param / "03_gericht_anforderung_mit_eeb" / "xjustiz_nachricht.xml"
    if not pfad.is_file():
        pytest.skip("shared examples are not beside the checkout")
    return read(pfad.read_bytes())


def _reply(eingang: Gelesen, ergebnis: date | Stoerung = TAG, vertreter: str | None = None) -> Empfangsbekenntnis:
    return eeb_reply(
        eingang,
        ergebnis,
        nachrichtenid=Uuid.neu(),
        erstellt=ERSTELLT,
        herstellerinformation=HERSTELLER,
        vertreter=vertreter,
    )


def test_sender_and_recipient_change_places_whatever_the_version_of_the_demand(
    eingang: Gelesen, schemas: Schemas
) -> None:
    antwort = _reply(eingang)
    alt, neu = eingang.nachricht.kopf, antwort.kopf
    assert (
        neu.absender.partner.stelle == alt.empfaenger.partner.stelle == Stelle.sonstige("Kreisverwaltung Beispielkreis")
    )
    assert neu.empfaenger.partner.stelle == alt.absender.partner.stelle
    assert neu.absender.aktenzeichen == "6-63.1-2025/0815"
    assert neu.empfaenger.aktenzeichen == "3 K 1234/26.KO"
    assert str(neu.empfaenger.fremde_nachrichtenid) == str(alt.absender.nachrichtenid)
    assert neu.absender.nachrichtenid != alt.absender.nachrichtenid
    xml = write(antwort, "3.6.2")
    assert schemas.validate(xml) == ()
    assert read(xml).nachricht == antwort
    assert xml.count(b"fremdeNachrichtenID>") == 2


def test_the_spelling_of_the_answered_id_is_kept() -> None:
    basis = uebermittlung()
    gross = Uuid("ABCDEFAB-1111-4111-8111-111111111111")
    kopf = replace(basis.kopf, absender=replace(basis.kopf.absender, nachrichtenid=gross))
    nachricht = _demanding(replace(basis, kopf=kopf))
    assert str(gross).encode() in write(_reply(nachricht))


def _demanding(nachricht: Uebermittlung) -> Gelesen:
    (brief,) = nachricht.schriftgut.dokumente
    schriftgut = replace(nachricht.schriftgut, dokumente=(replace(brief, eeb_erforderlich=True),))
    return read(write(replace(nachricht, schriftgut=schriftgut)))


def test_a_representative_answers_in_own_name(eingang: Gelesen) -> None:
    antwort = _reply(eingang, vertreter="Max Vertretung")
    assert antwort.kopf.absender.partner == Partner(Stelle.sonstige("Max Vertretung"))
    assert antwort.abweichender_empfaenger is True


def test_a_refusal_names_its_reason(eingang: Gelesen, schemas: Schemas) -> None:
    antwort = _reply(eingang, Stoerung(STOERUNG_UNKLAR, "Klageschrift liegt nicht bei"))
    assert schemas.validate(write(antwort)) == ()


def test_missing_file_numbers_become_unknown() -> None:
    basis = uebermittlung()
    kopf = replace(
        basis.kopf,
        absender=replace(basis.kopf.absender, aktenzeichen=None),
        empfaenger=replace(basis.kopf.empfaenger, aktenzeichen=OhneAktenzeichen.NEU),
    )
    antwort = _reply(_demanding(replace(basis, kopf=kopf)))
    assert antwort.kopf.absender.aktenzeichen is None
    assert antwort.kopf.empfaenger.aktenzeichen is OhneAktenzeichen.UNBEKANNT


def test_half_past_midnight_in_berlin_is_today() -> None:
    kurz_nach_mitternacht = datetime(2026, 7, 21, 22, 30, tzinfo=UTC)
    antwort = eeb_reply(
        _demanding(uebermittlung()),
        date(2026, 7, 22),
        nachrichtenid=Uuid.neu(),
        erstellt=kurz_nach_mitternacht,
        herstellerinformation=HERSTELLER,
    )
    assert antwort.ergebnis == date(2026, 7, 22)


def test_no_reply_without_demand_and_none_for_the_future() -> None:
    with pytest.raises(XJustizError, match="demands no"):
        _reply(read(write(uebermittlung())))
    with pytest.raises(WertInvalid, match="future"):
        _reply(_demanding(uebermittlung()), date(2026, 11, 22))
    with pytest.raises(WertInvalid, match="a day"):
        _reply(_demanding(uebermittlung()), datetime(2026, 11, 20, tzinfo=UTC))
