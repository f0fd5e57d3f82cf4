"""What the rules say and when; the wrong packages stand in `xjustiz_falsch*.py`."""

from collections.abc import Callable
from datetime import date
from time import process_time

import pytest
from xjustiz_falsch import Verderben, faelle
from xjustiz_muster import BEISPIELE, HEUTE, PDF, Muster, eeb_muster, muster, owi_muster
from xjustiz_verderben import mit, nacheinander, statt

from xjustiz import (
    REGELN,
    Anlage,
    Codelisten,
    NachrichtUnreadable,
    Paket,
    Pruefergebnis,
    Richtung,
    Schemas,
    Schwere,
    check,
)

Pruefer = Callable[[Muster], Pruefergebnis]
HINWEISE: list[tuple[str, Verderben]] = [
    (
        "D1.erweiterung",
        mit(("<tns:veraktungsdatum>", "<tns:anwendungsspezifischeErweiterung/><tns:veraktungsdatum>")),
    ),
    ("X.zeichen", mit(("Bauakte Musterweg 1", "Bauakte \u2013 Musterweg 1"))),
    ("C.liste-unbekannt", mit(("codeliste:gds.ereignis", "codeliste:gds.ereignisse"))),
]


@pytest.fixture
def pruefe(schemas: Schemas, codelisten: Codelisten) -> Pruefer:
    return lambda m: check(m.paket(), schemas=schemas, codelisten=codelisten, am=HEUTE)


def _errors(ergebnis: Pruefergebnis) -> set[str]:
    return {befund.regel for befund in ergebnis.befunde if befund.schwere is Schwere.ERROR}


def _ids(ergebnis: Pruefergebnis) -> set[str]:
    return {befund.regel for befund in ergebnis.befunde}


@pytest.mark.parametrize(("regel", "verderbe"), HINWEISE, ids=[regel for regel, _ in HINWEISE])
def test_hints_are_given(regel: str, verderbe: Verderben, pruefe: Pruefer) -> None:
    m = muster()
    assert regel not in _ids(pruefe(m))
    verderbe(m)
    assert regel in _ids(pruefe(m))


def test_every_rule_has_a_case() -> None:
    woanders = {"D1.anlagen-ungeprueft", *(regel for regel, _ in HINWEISE)}
    assert {regel.id for regel in REGELN} == {fall.regel for fall in faelle()} | woanders


def test_every_rule_says_where_it_comes_from_what_is_wrong_and_what_to_do() -> None:
    for regel in REGELN:
        assert regel.nummern, regel.id
        assert regel.quelle, regel.id
        assert regel.text.endswith((".", "}")), regel.id
        assert regel.abhilfe.endswith((".", "}")), regel.id
    assert len({regel.id for regel in REGELN}) == len(REGELN)


def test_a_rule_may_hold_in_one_direction_only() -> None:
    for regel in REGELN:
        for richtung in Richtung:
            assert regel.applies(HEUTE, richtung) is (regel.holds(HEUTE) and regel.nur in (None, richtung))


def test_a_film_is_lawful_in_an_akte_only(pruefe: Pruefer) -> None:
    """BehAktÜbV § 3 (3): what cannot be turned into a PDF goes as it is; said, not refused."""
    m = muster()
    statt("Baustelle_2025-02-01.mp4", b"\x00\x00\x00\x18ftypmp42")(m)
    assert (_errors(pruefe(m)), "F9.nicht-umwandelbar" in _ids(pruefe(m))) == (set(), True)


def test_the_hybrid_file_is_lawful_until_the_end_of_2026(schemas: Schemas, codelisten: Codelisten) -> None:
    m = owi_muster()
    stelle = "<code>010</code>\n        </tns:aktentyp>"
    m.ersetze(stelle, f"{stelle}<tns:hybridakte>true</tns:hybridakte>")
    for tag, erwartet in ((date(2026, 12, 31), False), (date(2027, 1, 1), True)):
        ergebnis = check(m.paket(), schemas=schemas, codelisten=codelisten, am=tag)
        assert ("S12.hybridakte" in _ids(ergebnis)) is erwartet


def test_times_at_the_end_of_the_calendar_do_no_harm(pruefe: Pruefer) -> None:
    for zeit in ("9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2026-11-21T08:15:00.1234567890Z"):
        for grund in (muster, eeb_muster, owi_muster):
            m = grund()
            anfang = m.xml.index("<tns:erstellungszeitpunkt>") + len("<tns:erstellungszeitpunkt>")
            m.xml = m.xml[:anfang] + zeit + m.xml[m.xml.index("</tns:erstellungszeitpunkt>") :]
            pruefe(m)


def test_a_message_made_late_in_the_evening_is_not_of_tomorrow(pruefe: Pruefer) -> None:
    m = muster()
    m.ersetze("2026-11-21T08:15:00+00:00", "2026-11-21T22:59:00+00:00")
    assert "X.erstellt-zukunft" not in _ids(pruefe(m))


def test_a_long_chain_of_references_is_no_circle_and_costs_little(pruefe: Pruefer) -> None:
    m = muster()
    nacheinander(*(_dokument(nummer) for nummer in range(3, 400)))(m)
    assert "X.verweis-kreis" not in _ids(pruefe(m))


def _dokument(nummer: int) -> Verderben:
    def tun(m: Muster) -> None:
        kennung, davor = (f"00000000-0000-4000-8000-{n:012d}" for n in (nummer, max(3, nummer - 1)))
        verweis = (
            ""
            if nummer == 3
            else "<tns:verweis><tns:verweistyp><code>002</code></tns:verweistyp><tns:bezugsdokument>"
            f"<tns:ref.sgo>{davor}</tns:ref.sgo></tns:bezugsdokument></tns:verweis>"
        )
        m.ersetze(
            "</tns:schriftgutobjekte>",
            f"<tns:dokument><tns:identifikation><tns:id>{kennung}</tns:id><tns:nummerImUebergeordnetenContainer>{nummer}"
            "</tns:nummerImUebergeordnetenContainer></tns:identifikation><tns:xjustiz.fachspezifischeDaten>"
            '<tns:dokumentklasse listVersionID="1.4"><code>015</code></tns:dokumentklasse>'
            f"<tns:anzeigename>Schreiben {nummer}</tns:anzeigename>{verweis}<tns:datei>"
            f"<tns:dateiname>Schreiben_Nr{nummer}.pdf</tns:dateiname><tns:bestandteil><code>001</code></tns:bestandteil>"
            "</tns:datei></tns:xjustiz.fachspezifischeDaten></tns:dokument></tns:schriftgutobjekte>",
        )
        m.dateien[f"Schreiben_Nr{nummer}.pdf"] = PDF

    return tun


def test_missing_schema_is_said_and_is_an_error_for_what_we_send(codelisten: Codelisten) -> None:
    paket = muster().paket()
    ein = check(paket, schemas=Schemas({}), codelisten=codelisten, am=HEUTE)
    aus = check(paket, schemas=Schemas({}), codelisten=codelisten, am=HEUTE, richtung=Richtung.AUSGANG)
    assert {b.regel: b.schwere for b in ein.befunde} == {"D1.schema-fehlt": Schwere.WARNING}
    assert not aus.fehlerfrei


def test_lone_xml_says_that_the_files_were_not_checked(schemas: Schemas, codelisten: Codelisten) -> None:
    paket = Paket(muster().xml.encode(), None)
    ergebnis = check(paket, schemas=schemas, codelisten=codelisten, am=HEUTE)
    assert [(b.regel, b.schwere) for b in ergebnis.befunde] == [("D1.anlagen-ungeprueft", Schwere.HINT)]


def test_the_day_decides_about_the_version(schemas: Schemas, codelisten: Codelisten) -> None:
    paket = muster().paket()
    for tag, erwartet in ((date(2027, 4, 29), True), (date(2027, 4, 30), False), (date(2026, 4, 29), False)):
        aus = check(paket, schemas=schemas, codelisten=codelisten, am=tag, richtung=Richtung.AUSGANG)
        assert aus.fehlerfrei is erwartet, tag


def test_what_is_no_xjustiz_cannot_be_checked(schemas: Schemas, codelisten: Codelisten) -> None:
    for xml in (b"", b"<x/>", b"<!DOCTYPE x><x/>", muster().xml.replace("www.xjustiz.de", "example.org").encode()):
        with pytest.raises(NachrichtUnreadable):
            check(Paket(xml, ()), schemas=schemas, codelisten=codelisten, am=HEUTE)


@pytest.mark.skipif(not BEISPIELE.is_dir(), reason="shared examples are not beside the checkout")
def test_examples_are_accepted_but_for_their_placeholders(schemas: Schemas, codelisten: Codelisten) -> None:
    ordner = sorted(pfad.parent for pfad in BEISPIELE.glob("*/*/xjustiz_nachricht.xml"))
    assert len(ordner) >= 20
    for beispiel in ordner:
        anlagen = tuple(
            Anlage(datei.name, datei.stat().st_size, datei.read_bytes()[:1024])
            for datei in beispiel.iterdir()
            if datei.name != "xjustiz_nachricht.xml"
        )
        xml = (beispiel / "xjustiz_nachricht.xml").read_bytes()
        ergebnis = check(Paket(xml, anlagen), schemas=schemas, codelisten=codelisten, am=HEUTE)
        platzhalter = {"02_behoerdenakte_voll": {"F1.inhalt"}, "03_gericht_anforderung_mit_eeb": {"S7.inhalt"}}
        assert _errors(ergebnis) == platzhalter.get(beispiel.name, set()), beispiel
        warnungen = {b.regel for b in ergebnis.befunde if b.schwere is Schwere.WARNING}
        assert ("D1.version-abgelaufen" in warnungen) is (ergebnis.version == "3.5.1")


def test_a_document_with_very_many_files_costs_little(pruefe: Pruefer) -> None:
    """Every rule looks at a file a bounded number of times: a hostile message must not hold a check for minutes."""
    m = muster()
    eintrag = "<tns:datei><tns:dateiname>{0}</tns:dateiname><tns:bestandteil><code>{1}</code></tns:bestandteil>{2}"
    bezug = "<tns:dateiname.bezugsdatei>D_{0}.xml</tns:dateiname.bezugsdatei>"
    viele = "".join(
        eintrag.format(f"D_{n}.xml", "011", "</tns:datei>")
        + eintrag.format(f"D_{n}.xml.p7s", "003", bezug.format(n) + "</tns:datei>")
        for n in range(10_000)
    )
    stelle = m.xml.index("<tns:datei>")
    m.xml = m.xml[:stelle] + viele + m.xml[stelle:]
    anfang = process_time()
    assert "D6.fehlt" in _errors(pruefe(m))
    assert process_time() - anfang < 10
