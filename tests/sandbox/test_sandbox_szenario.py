"""Scenarios: what they do, to whom, how often, and that they are remembered."""

from pathlib import Path

import pytest
from sandbox_hilfe import START, Clock, Keys, Line, make_line, make_package

from erv_gateway.kern.fehler import EingabeRefused
from erv_gateway.sandbox.speicher import Speicher
from erv_gateway.sandbox.szenario import ENGLISH, Regie, Szenario, szenario_of
from osci.dialog import Delivery, RequestRefused
from osci.intermediary import IntermediaryServer
from osci.messages import ByMessageId


@pytest.fixture
def regie(tmp_path: Path, keys: Keys, clock: Clock):  # type: ignore[no-untyped-def]
    speicher = Speicher(tmp_path / "speicher")
    yield Regie(speicher, clock, keys.court.decryption_key.certificate)
    speicher.close()


@pytest.fixture
def played(regie: Regie, keys: Keys, clock: Clock) -> Line:
    import io

    server = IntermediaryServer(keys.intermediary, regie, clock, io.BytesIO, admit=regie.admit)
    return Line(server, keys)


def test_names_in_both_languages() -> None:
    assert {szenario_of(name) for name in Szenario} == {szenario_of(name) for name in ENGLISH} == set(Szenario)
    with pytest.raises(EingabeRefused):
        szenario_of("sturm")


@pytest.mark.parametrize("szenario", [Szenario.ANTWORT_VERLOREN, Szenario.ABSTURZ_NACH_ANNAHME])
def test_once_and_over_before_it_happens(regie: Regie, played: Line, szenario: Szenario) -> None:
    regie.begin(szenario)
    first = played.deliver()
    assert regie.play(None) is Szenario.NORMAL
    assert regie.play("andere") is Szenario.NORMAL
    assert regie.play(first) is szenario
    assert regie.aktuell.szenario is Szenario.NORMAL
    assert regie.play(first) is Szenario.NORMAL
    regie.begin(szenario)
    assert regie.aktuell.szenario is Szenario.NORMAL, "the same start again is a restart"
    regie.choose(szenario)
    assert regie.aktuell.szenario is szenario, "asked for at run time it plays again"


def test_the_court_is_spared(regie: Regie, played: Line, keys: Keys) -> None:
    regie.choose(Szenario.ABGEWIESEN)
    with pytest.raises(RequestRefused, match="9707"):
        played.deliver()
    dialog = played.dialog(keys.court)
    request = dialog.get_message_id()
    message_id = played.ask(dialog, request).message.message_id  # type: ignore[attr-defined]
    other = played.dialog(keys.court)
    sender = keys.sender.decryption_key.certificate
    assert played.ask(other, other.store_delivery(message_id, Delivery(make_package(keys), sender))).message.feedback


def test_a_late_card(regie: Regie, played: Line, keys: Keys, clock: Clock) -> None:
    regie.choose(Szenario.LAUFZETTEL_SPAETER, 30)
    message_id = played.deliver()
    dialog = played.opened(keys.sender)
    with pytest.raises(RequestRefused, match="9804"):
        played.ask(dialog, dialog.fetch_process_card(ByMessageId((message_id,))))
    clock.forward(seconds=31)
    assert played.ask(dialog, dialog.fetch_process_card(ByMessageId((message_id,)))).message.feedback[0].code == "0801"


def test_it_survives_the_process(tmp_path: Path, keys: Keys) -> None:
    for expected in (Szenario.NORMAL, Szenario.LANGSAM):
        speicher = Speicher(tmp_path)
        regie = Regie(speicher, lambda: START, b"")
        assert regie.aktuell.szenario is expected
        regie.choose(Szenario.LANGSAM, 1.5)
        assert regie.delay() == 1.5
        speicher.close()


def test_the_wrapped_store_is_the_same_store(regie: Regie, keys: Keys, clock: Clock) -> None:
    line = make_line(keys, regie, clock)
    message_id = line.deliver()
    dialog = line.opened(keys.court)
    line.ask(dialog, dialog.fetch_delivery())
    line.ask(dialog, dialog.exit())
    reader = line.opened(keys.sender)
    (bundle,) = line.ask(reader, reader.fetch_process_card()).message.process_cards  # type: ignore[attr-defined]
    assert (bundle.message_id, bundle.card.reception) == (message_id, clock.now)
