"""What cannot be said in XJustiz is explained in German; the precise words stay in `details`."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from erv_gateway.sendung.unsagbar import unsayable
from xjustiz import (
    Absender,
    Akte,
    Aktenzeichen,
    AktenzeichenAngabe,
    Code,
    Dateiname,
    Empfaenger,
    Grunddaten,
    Herstellerinformation,
    Liste,
    Nachrichtenkopf,
    Partner,
    Schriftgut,
    Stelle,
    Uebermittlung,
    Uuid,
    XJustizError,
    schriftgut,
    typ3,
    version_for,
    write,
)

ENGLISCH = re.compile(r"\b(?:the|is|not|needs|without|blank|invalid|character|at least)\b")


def _nachricht() -> Uebermittlung:
    gericht = Partner(Stelle.gericht(typ3(Liste.GERICHTE, "T6076")))
    kopf = Nachrichtenkopf(
        datetime(2026, 11, 21, tzinfo=UTC),
        Absender(Partner(Stelle.sonstige("Stadt Beispielstadt")), Uuid.neu(), "63.1"),
        Empfaenger(gericht),
        Herstellerinformation("P", "H", "1"),
    )
    return Uebermittlung(kopf, Grunddaten(), Schriftgut((_akte(),)))


def _akte() -> Akte:
    klasse = typ3(Liste.DOKUMENTKLASSE, "015")
    dokument = schriftgut.Dokument(Uuid.neu(), 1, klasse, (schriftgut.Datei("Brief_1.pdf"),), "Brief")
    return Akte(Uuid.neu(), 1, Code("018"), (AktenzeichenAngabe("63.1"),), "Akte", dokumente=(dokument,))


def _written(**angaben: object) -> None:
    nachricht = _nachricht()
    write(replace(nachricht, schriftgut=Schriftgut((replace(_akte(), **angaben),))), "3.6.2")


def _dokument(**angaben: object) -> None:
    (dokument,) = _akte().dokumente
    _written(dokumente=(replace(dokument, **angaben),))


FAELLE: list[tuple[Callable[[], object], str]] = [
    (lambda: _written(anzeigename="Akte \u2013 neu"), "der Titel enthält ein Zeichen (U+2013)"),
    (lambda: _written(anzeigename=" "), "der Titel ist leer"),
    (lambda: _written(aktenzeichen=()), "das Aktenzeichen fehlt"),
    (lambda: _written(exportiert_am=datetime(2026, 11, 21)), "der Zeitpunkt des Exports nennt keine Zeitzone"),  # noqa: DTZ001
    (lambda: _written(nummer=0), "die laufende Nummer ist zu klein"),
    (lambda: _dokument(dateien=()), "die Datei fehlt"),
    (lambda: _dokument(dateien=(schriftgut.Datei("a b.pdf"),)), "der Dateiname ist für die Übermittlung nicht"),
    (lambda: _dokument(dateien=(schriftgut.Datei("a" * 99 + ".pdf"),)), "der Dateiname ist länger als 90"),
    (lambda: _dokument(klasse=Code("015")), "die Dokumentart hat keinen gültigen Code"),
    (lambda: _dokument(absender="A\u2028B"), "der Absender eines Dokuments enthält ein Zeichen (U+2028)"),
    (lambda: Dateiname("a.b.c.pdf"), "der Dateiname ist für die Übermittlung nicht erlaubt"),
    (lambda: Aktenzeichen("63\n1"), "das Aktenzeichen ist leer oder mehrzeilig"),
    (lambda: version_for(date(2031, 1, 1)), "für diesen Tag ist keine XJustiz-Version hinterlegt"),
]


@pytest.mark.parametrize(("tun", "satz"), FAELLE, ids=[satz for _, satz in FAELLE])
def test_staff_read_german_and_the_log_keeps_the_precise_words(tun: Callable[[], object], satz: str) -> None:
    with pytest.raises(XJustizError) as gefangen:
        tun()
    befund = unsayable(gefangen.value)
    assert satz in befund.text
    assert ENGLISCH.search(befund.text + befund.abhilfe) is None
    assert befund.details == str(gefangen.value)


def test_an_unknown_cause_is_said_without_english() -> None:
    befund = unsayable(XJustizError("something nobody thought of"))
    assert befund.text == "Die Akte kann so nicht übermittelt werden: eine Angabe lässt sich so nicht übermitteln."
    assert befund.details == "something nobody thought of"
