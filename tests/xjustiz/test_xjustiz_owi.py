"""0500010: the fine after an objection, both ways, every field; the examples word for word."""

from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from xjustiz_muster import BEISPIELE, grunddaten, kopf, uebermittlung

import xjustiz as xj
from xjustiz import Code, Liste, NachrichtInvalid, Schemas, owi, read, typ3, write

NAMENSRAUM = {"t": xj.NAMENSRAUM}


def _bescheid() -> owi.Bussgeldbescheid:
    anschrift = xj.Anschrift(strasse="Musterallee", hausnummer="5", ort="Beispielstadt", bundesland="Rheinland")
    ort = owi.Tatort(
        (owi.Tatanschrift(anschrift, "Beispielstadt", "km 12,4"),),
        "Höhe Bushaltestelle",
        owi.Oertlichkeit.AUSSERORTS,
        owi.Strassenzustand.NAESSE,
    )
    katalog = owi.Bussgeldkatalog(
        owi.Tatbestandsnummer("BT-KAT-OWI", "12", "103741", "1"),
        textalternative="Überschreitung",
        konkretisierung="um 21 km/h",
        gemessener_wert=owi.Messung("91", "km/h", "Pkw"),
        zulaessiger_wert=owi.Messung("70", "km/h"),
        differenz="21",
        vorsatz=False,
        fahrverbot=owi.Dauer(monate=1, sonstige="ab Rechtskraft"),
        punkte="1",
        geldbusse="120",
        konkurrenz=owi.Konkurrenz(owi.Konkurrenzart.TATMEHRHEIT, "2", "zwei Messungen"),
    )
    return owi.Bussgeldbescheid(
        erlassdatum="2026-09-01",
        rechtskraft=owi.Rechtskraft(date(2026, 9, 30), ("1",), ("Geldbuße", "Fahrverbot")),
        verjaehrung="2029-09",
        geldbusse=Decimal("120.00"),
        teilzahlung_gesamt=Decimal("40"),
        teilzahlungen=(Decimal("20.50"), Decimal("19.50")),
        auslagen=Decimal("28.5"),
        teilzahlungen_auslagen=(Decimal(3),),
        kasse=owi.Kasse("1", "KZ-4711"),
        tat=owi.Tat("2026-07-14", "14:05", "2026-07-14", "14:05:30", (ort, owi.Tatort(ortsbeschreibung="A 61"))),
        vollzugsbehoerde=owi.Vollzugsbehoerde(jva=typ3(Liste.GERICHTE, "T6076")),
        bussgeldkatalog=katalog,
    )


def _nachmeldung() -> owi.Nachmeldung:
    return owi.Nachmeldung(
        (owi.Zahlung(Decimal("20.50"), "2026-10-01"), owi.Zahlung(datum="2026")),
        (owi.Zahlung(Decimal(3), "2026-10"),),
        owi.Zahlung(Decimal("1E+1"), "2026-10-02"),
        owi.Zahlung(Decimal("0.01")),
        ruecknahme_ehaft=True,
    )


def mitteilung(fachdaten: xj.OwiFachdaten, *, mit_akte: bool = True) -> xj.OwiVerfahrensmitteilung:
    gut = uebermittlung().schriftgut if mit_akte else None
    return xj.OwiVerfahrensmitteilung(kopf(), grunddaten(), fachdaten, gut)


@pytest.mark.parametrize("version", ["3.6.2", "4.0.0"])
@pytest.mark.parametrize(
    "fachdaten",
    [
        xj.OwiFachdaten(),
        xj.OwiFachdaten(_bescheid(), date(2026, 9, 15), _nachmeldung()),
        xj.OwiFachdaten(owi.Bussgeldbescheid(bussgeldkatalog=owi.Bussgeldkatalog("Text")), nachmeldung=_nachmeldung()),
    ],
    ids=["leer", "voll", "text"],
)
def test_every_field_is_written_validly_and_read_back(
    fachdaten: xj.OwiFachdaten, version: str, schemas: Schemas
) -> None:
    if version not in schemas.versionen():
        pytest.skip("the XSDs of 4.0.0 are not beside the checkout")
    nachricht = mitteilung(fachdaten)
    xml = write(nachricht, version)
    assert schemas.validate(xml) == ()
    gelesen = read(xml)
    assert (gelesen.nachricht, gelesen.nicht_gelesen, gelesen.maengel) == (nachricht, (), ())


_BETRAG = st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False, allow_infinity=False)
_TAG = st.dates(min_value=date(1970, 1, 1), max_value=date(2100, 1, 1))
_TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30).map(lambda t: xj.transliterate(t).text.strip())


@settings(max_examples=60, deadline=None)
@given(busse=_BETRAG, raten=st.lists(_BETRAG, max_size=4), tag=_TAG, text=_TEXT.filter(bool), zeit=st.times())
def test_amounts_days_and_texts_survive(
    busse: Decimal, raten: list[Decimal], tag: date, text: str, zeit: object, schemas: Schemas
) -> None:
    tat = owi.Tat(tag.isoformat(), str(zeit)[:5], tatorte=(owi.Tatort(ortsbeschreibung=text),))
    bescheid = owi.Bussgeldbescheid(
        tag.isoformat(), geldbusse=busse, teilzahlungen=tuple(raten), tat=tat, kasse=owi.Kasse("1", text)
    )
    nachricht = mitteilung(xj.OwiFachdaten(bescheid, tag), mit_akte=False)
    xml = write(nachricht)
    assert schemas.validate(xml) == ()
    assert read(xml).nachricht == nachricht


@pytest.mark.parametrize("version", ["3.6.2", "4.0.0"])
def test_the_example_is_read_whole_and_rewritten_equal(version: str) -> None:
    datei = BEISPIELE / version / "09_owi_0500010" / "xjustiz_nachricht.xml"
    if not datei.is_file():
        pytest.skip("the examples are not beside the checkout")
    gelesen = read(datei.read_bytes())
    assert (gelesen.nicht_gelesen, gelesen.maengel) == ((), ())
    assert isinstance(gelesen.nachricht, xj.OwiVerfahrensmitteilung)
    assert gelesen.nachricht.fachdaten.bussgeldbescheid is not None
    assert gelesen.nachricht.fachdaten.bussgeldbescheid.geldbusse == Decimal(120)
    assert gelesen.nachricht.fachdaten.datum_des_einspruchs == date(2026, 9, 15)
    assert _canonical(write(gelesen.nachricht, version)) == _canonical(datei.read_bytes())


def _canonical(xml: bytes) -> bytes:
    return etree.tostring(etree.fromstring(xml, etree.XMLParser(remove_blank_text=True)), method="c14n")


@pytest.mark.parametrize(
    ("bescheid", "wo"),
    [
        (owi.Bussgeldbescheid(erlassdatum="01.09.2026"), "erlassdatum"),
        (owi.Bussgeldbescheid(tat=owi.Tat(anfangsuhrzeit="14.05")), "anfangsuhrzeit"),
        (owi.Bussgeldbescheid(geldbusse=Decimal("NaN")), "geldbusse"),
        (owi.Bussgeldbescheid(geldbusse=Decimal("1E+400")), "geldbusse"),
        (owi.Bussgeldbescheid(kasse=owi.Kasse(" ")), "beteiligtennummer"),
        (owi.Bussgeldbescheid(bussgeldkatalog=owi.Bussgeldkatalog("100 € – sofort")), "text"),
        (owi.Bussgeldbescheid(vollzugsbehoerde=owi.Vollzugsbehoerde(jva=Code("T6076"))), "jva"),
        (
            owi.Bussgeldbescheid(bussgeldkatalog=owi.Bussgeldkatalog("x", fahrverbot=owi.Dauer(tage=0))),
            "tage",
        ),
    ],
    ids=lambda wert: wert if isinstance(wert, str) else "",
)
def test_what_is_unlawful_is_not_written(bescheid: owi.Bussgeldbescheid, wo: str) -> None:
    with pytest.raises(NachrichtInvalid, match=wo):
        write(mitteilung(xj.OwiFachdaten(bescheid), mit_akte=False))


def test_a_cancelled_payment_of_costs_needs_its_amount() -> None:
    nachmeldung = owi.Nachmeldung(storno_auslagen=owi.Zahlung(datum="2026"))
    with pytest.raises(NachrichtInvalid, match="amount"):
        write(mitteilung(xj.OwiFachdaten(nachmeldung=nachmeldung)))


@pytest.mark.parametrize("betrag", ["INF", "NaN", "1e999", "9" * 40, "12,50", ""])
def test_an_amount_that_is_none_is_reported_not_guessed(betrag: str) -> None:
    fachdaten = xj.OwiFachdaten(owi.Bussgeldbescheid(geldbusse=Decimal("120.00")))
    gelesen = read(write(mitteilung(fachdaten)).replace(b">120.00<", f">{betrag}<".encode()))
    assert isinstance(gelesen.nachricht, xj.OwiVerfahrensmitteilung)
    assert gelesen.nachricht.fachdaten == xj.OwiFachdaten(owi.Bussgeldbescheid())
    assert len(gelesen.maengel) == 1


def test_an_eeb_demand_inside_is_seen() -> None:
    gut = uebermittlung().schriftgut
    (brief,) = gut.dokumente
    nachricht = replace(
        mitteilung(xj.OwiFachdaten()), schriftgut=replace(gut, dokumente=(replace(brief, eeb_erforderlich=True),))
    )
    assert xj.eeb_angefordert(nachricht)


@settings(max_examples=150, deadline=None)
@given(
    ort=st.floats(0, 1), laenge=st.integers(0, 40), einschub=st.sampled_from([b"", b"<tns:x/>", b"&amp;", b"1e9", b"-"])
)
def test_only_our_errors_escape(ort: float, laenge: int, einschub: bytes) -> None:
    xml = write(mitteilung(xj.OwiFachdaten(_bescheid(), date(2026, 9, 15), _nachmeldung()), mit_akte=False))
    stelle = int(ort * len(xml))
    with suppress(xj.XJustizError):
        write(read(xml[:stelle] + einschub + xml[stelle + laenge :]))
