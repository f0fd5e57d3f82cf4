"""Every rule of the table has a wrong package, and it is refused for exactly that reason, in both directions."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from xjustiz_falsch import Fall, faelle, lay
from xjustiz_muster import Muster, eeb_muster, fehler_muster, muster, owi_muster

from erv_gateway.cli.xjustiz_paket import read_paket
from xjustiz import REGELN, Codelisten, Pruefergebnis, Regel, Richtung, Schemas, Schwere, check

ALLE = tuple(faelle())
TABELLE = {regel.id: regel for regel in REGELN}


def _pruefe(fall: Fall, richtung: Richtung, schemas: Schemas, codelisten: Codelisten) -> Pruefergebnis:
    welche = Schemas({}) if fall.ohne_schema else schemas
    return check(fall.muster().paket(), schemas=welche, codelisten=codelisten, am=fall.am, richtung=richtung)


def _ids(ergebnis: Pruefergebnis, schwere: Schwere) -> set[str]:
    return {befund.regel for befund in ergebnis.befunde if befund.schwere is schwere}


@pytest.mark.parametrize("richtung", list(Richtung))
@pytest.mark.parametrize("fall", ALLE, ids=[fall.ordner for fall in ALLE])
def test_refused_for_exactly_its_reason(
    fall: Fall, richtung: Richtung, schemas: Schemas, codelisten: Codelisten
) -> None:
    regel = TABELLE[fall.regel]
    ergebnis = _pruefe(fall, richtung, schemas, codelisten)
    schwere = regel.schwere_for(richtung)
    erwartet = {regel.id} if regel.applies(fall.am, richtung) else set()
    assert _ids(ergebnis, Schwere.ERROR) == (erwartet if schwere is Schwere.ERROR else set())
    if schwere is not Schwere.ERROR:
        assert erwartet <= _ids(ergebnis, schwere)
    assert _ids(ergebnis, Schwere.WARNING) - fall.auch == (erwartet if schwere is Schwere.WARNING else set())


@pytest.mark.parametrize("richtung", list(Richtung))
@pytest.mark.parametrize("grund", [muster, owi_muster, eeb_muster, fehler_muster])
def test_what_they_were_made_from_has_no_finding(
    grund: Callable[[], Muster], richtung: Richtung, schemas: Schemas, codelisten: Codelisten, heute: date
) -> None:
    ergebnis = check(grund().paket(), schemas=schemas, codelisten=codelisten, am=heute, richtung=richtung)
    assert ergebnis.befunde == ()


def test_every_error_and_warning_has_a_wrong_package() -> None:
    gewichtig = {regel.id for regel in REGELN if Schwere.HINT not in {regel.schwere, regel.ausgang}}
    assert gewichtig - {fall.regel for fall in ALLE} == set()
    assert {fall.regel for fall in ALLE} <= set(TABELLE)


def test_there_are_at_least_sixty_and_their_names_are_their_own() -> None:
    assert len({fall.ordner for fall in ALLE}) == len(ALLE) >= 60


@pytest.mark.parametrize("regel", [r for r in REGELN if r.seit or r.bis], ids=lambda regel: regel.id)
def test_a_dated_rule_speaks_on_its_days_only(regel: Regel) -> None:
    for grenze, schritt in ((regel.seit, -1), (regel.bis, 1)):
        if grenze is not None:
            assert regel.holds(grenze)
            assert not regel.holds(grenze + timedelta(days=schritt))


def test_they_can_be_laid_out_as_folders(tmp_path: Path, schemas: Schemas, codelisten: Codelisten) -> None:
    """The same verdict from disk; a name that stands twice and given facts cannot lie in a folder."""
    for fall in ALLE:
        m = fall.muster()
        nicht_als_datei = fall.name in {"zweimal-da", "200-mb-und-ein-byte"} or m.merkmale
        if m.versand is not None or fall.ohne_schema or nicht_als_datei:
            continue
        paket = read_paket(lay(m, tmp_path / fall.ordner))
        richtung = TABELLE[fall.regel].nur or Richtung.EINGANG
        ergebnis = check(paket, schemas=schemas, codelisten=codelisten, am=fall.am, richtung=richtung)
        assert fall.regel in {befund.regel for befund in ergebnis.befunde}, fall.ordner


def test_a_person_can_have_them_as_folders(tmp_path: Path) -> None:
    skript = Path(__file__).parent / "xjustiz_falsch.py"
    umgebung = {**os.environ, "PYTHONPATH": str(skript.parents[1])}
    lauf = subprocess.run([sys.executable, skript, tmp_path / "falsch"], env=umgebung, capture_output=True, check=True)
    assert b"Pakete in" in lauf.stdout
    ordner = {eintrag.name for eintrag in (tmp_path / "falsch").iterdir()}
    assert len(ordner) >= 60
    assert {name.partition("--")[0] for name in ordner} <= set(TABELLE)
