"""What runs out is told every day, before it is too late."""

import io
import json
from contextlib import redirect_stderr
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from stationen import POSTFACH, Werk

from certs.ablauf import Ablaufstufe
from certs.certificate import facts
from certs.lebenslauf import Schluesselart, Schluesseleintrag, Schluesselzustand
from erv_gateway.protokollierung import configure
from erv_gateway.sendung.ablaufwacht import ABLAUFWACHT, describe_expiring, watch_expiry
from erv_gateway.storage.jobs import Later
from erv_gateway.worker import handlers


def with_keys(werk: Werk, *zustaende: Schluesselzustand) -> Werk:
    platz = werk.betrieb.platz(POSTFACH)
    keys = tuple(Schluesseleintrag(Schluesselart.CHIFFRAT, z, platz.absender_certificate) for z in zustaende)
    return replace(werk, betrieb=replace(werk.betrieb, postfaecher={POSTFACH: replace(platz, schluessel=keys)}))


def end_of(werk: Werk) -> datetime:
    return facts(werk.betrieb.platz(POSTFACH).absender_certificate).gueltig_bis


def test_keys_in_use_and_planned_ones_are_watched_and_retired_ones_are_not(werk: Werk) -> None:
    aktiv, geplant, abgeloest = Schluesselzustand.AKTIV, Schluesselzustand.GEPLANT, Schluesselzustand.ABGELOEST
    soon = end_of(werk) - timedelta(days=20)
    for zustand, expected in ((aktiv, 1), (geplant, 1), (abgeloest, 0)):
        found = [
            one for one in describe_expiring(with_keys(werk, zustand).betrieb, soon) if "postfach" in one.gegenstand
        ]
        assert len(found) == expected
        assert {one.ablauf.stufe for one in found} <= {Ablaufstufe.DRINGEND}


def test_nothing_is_told_while_there_is_time(werk: Werk) -> None:
    assert not list(describe_expiring(with_keys(werk, Schluesselzustand.AKTIV).betrieb, werk.betrieb.uhr.jetzt()))


async def test_each_day_one_entry_for_each(werk: Werk) -> None:
    late = with_keys(werk, Schluesselzustand.AKTIV)
    late = replace(late, betrieb=replace(late.betrieb, uhr=_Fixed(end_of(werk) - timedelta(days=3))))
    stderr = io.StringIO()
    with redirect_stderr(stderr):
        configure("info")
        await watch_expiry(late.betrieb)
        with pytest.raises(Later):
            await handlers(late.betrieb, timedelta(hours=1))[ABLAUFWACHT].handle({})
    entries = [json.loads(line) for line in stderr.getvalue().splitlines()]
    own = [one for one in entries if one.get("gegenstand", "").startswith("postfach.")]
    assert len(own) == 2
    assert own[0]["event"] == "zertifikat.laeuft-ab"
    assert (own[0]["zustand"], own[0]["anzahl"], own[0]["level"]) == ("sofort", 3, "error")
    assert not [one for one in entries if "verworfen" in one]


class _Fixed:
    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def jetzt(self) -> datetime:
        return self._moment
