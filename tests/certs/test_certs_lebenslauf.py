"""Life cycle of keys, and the watch over certificates that run out."""

from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest

from certs.ablauf import Ablaufstufe, expiry
from certs.certificate import facts
from certs.devpki import DevPki
from certs.errors import CertsError, KeyInvalid
from certs.lebenslauf import (
    ERLAUBT,
    UEBERGAENGE,
    Faehigkeit,
    Schluesselart,
    Schluesseleintrag,
    Schluesselzustand,
    Vorgang,
    change,
    describe_problems,
)

GEPLANT, AKTIV, ABGELOEST, BEENDET = Schluesselzustand


def test_the_usual_way_of_a_key() -> None:
    zustand = change(GEPLANT, Vorgang.AKTIVIEREN)
    assert zustand is AKTIV
    zustand = change(zustand, Vorgang.ABLOESEN)
    assert zustand is ABGELOEST
    assert change(zustand, Vorgang.AKTIVIEREN) is AKTIV
    assert change(zustand, Vorgang.BEENDEN) is BEENDET


def test_what_is_not_in_the_table_is_refused() -> None:
    for zustand, vorgang in product(Schluesselzustand, Vorgang):
        if (zustand, vorgang) in UEBERGAENGE:
            assert change(zustand, vorgang) in Schluesselzustand
        else:
            with pytest.raises(KeyInvalid):
                change(zustand, vorgang)
    assert not [zustand for zustand, _ in UEBERGAENGE if zustand is BEENDET]


def test_a_key_in_use_is_never_dropped_at_once() -> None:
    """Mail under way could not be read any more."""
    assert (AKTIV, Vorgang.BEENDEN) not in UEBERGAENGE
    assert all(Faehigkeit.LESEN in ERLAUBT[zustand] for zustand in (GEPLANT, AKTIV, ABGELOEST))
    assert [zustand for zustand in Schluesselzustand if Faehigkeit.SIGNIEREN in ERLAUBT[zustand]] == [AKTIV]


@pytest.fixture
def certificates(pki: DevPki) -> tuple[bytes, bytes]:
    found = [issued.certificate for path, issued in pki.ausstellungen.items() if path.endswith("postfach-chiffrat")]
    return found[0], found[1]


def test_of_each_kind_one_key_is_in_use(certificates: tuple[bytes, bytes], jetzt: datetime) -> None:
    first, second = certificates
    chiffrat = Schluesselart.CHIFFRAT
    good = [Schluesseleintrag(chiffrat, AKTIV, first), Schluesseleintrag(chiffrat, ABGELOEST, second)]
    assert list(describe_problems(good, jetzt)) == []
    assert "nicht 2" in next(describe_problems([*good, Schluesseleintrag(chiffrat, AKTIV, b"x")], jetzt))
    assert "nicht 0" in next(describe_problems(good[1:], jetzt))
    twice = [Schluesseleintrag(chiffrat, AKTIV, first), Schluesseleintrag(chiffrat, ABGELOEST, first)]
    assert "mehrfach" in next(describe_problems(twice, jetzt))
    assert "gilt erst ab" in next(describe_problems(good, facts(first).gueltig_ab - timedelta(days=1)))


@pytest.mark.parametrize(
    ("rest", "stufe"),
    [
        (timedelta(days=90, seconds=1), Ablaufstufe.FERN),
        (timedelta(days=90), Ablaufstufe.VORMERKEN),
        (timedelta(days=30, seconds=1), Ablaufstufe.VORMERKEN),
        (timedelta(days=30), Ablaufstufe.DRINGEND),
        (timedelta(days=7, seconds=1), Ablaufstufe.DRINGEND),
        (timedelta(days=7), Ablaufstufe.SOFORT),
        (timedelta(seconds=1), Ablaufstufe.SOFORT),
        (timedelta(0), Ablaufstufe.SOFORT),
        (timedelta(seconds=-1), Ablaufstufe.ABGELAUFEN),
    ],
)
def test_the_watch(certificates: tuple[bytes, bytes], rest: timedelta, stufe: Ablaufstufe) -> None:
    bis = facts(certificates[0]).gueltig_bis
    ablauf = expiry(certificates[0], bis - rest)
    assert ablauf.stufe is stufe
    assert f"{bis:%d.%m.%Y}" in ablauf.satz
    assert ("abgelaufen" in ablauf.satz) == (stufe is Ablaufstufe.ABGELAUFEN)


def test_what_is_no_certificate_has_no_end() -> None:
    with pytest.raises(CertsError):
        expiry(b"", datetime(2026, 1, 1, tzinfo=UTC))


def test_the_documented_table_is_the_one_that_counts() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "schluessel.md").read_text("utf-8")
    documented = text.partition("<!-- uebergaenge -->\n")[2].partition("<!-- /uebergaenge -->")[0].splitlines()[2:]
    assert documented == [f"| {von} | {vorgang} | {nach} |" for (von, vorgang), nach in UEBERGAENGE.items()]
