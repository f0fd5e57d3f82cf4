"""What the store has confirmed is there after kill -9, complete; what it has not is gone without a trace."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sandbox_hilfe import START
from speicher_kind import delivery

from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.sandbox.speicher import Speicher
from osci.mailbox import CardQuery

CHILD = Path(__file__).with_name("speicher_kind.py")


@pytest.mark.crash
def test_confirmed_is_durable(tmp_path: Path) -> None:
    confirmed: list[str] = []
    for run in range(4):
        process = subprocess.Popen([sys.executable, CHILD, tmp_path, str(run)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        confirmed.append(process.stdout.readline().strip())
        time.sleep(0.05 + run * 0.07)
        process.kill()
        confirmed += [line.strip() for line in process.stdout if line.endswith("\n")]
        process.wait()
    speicher = Speicher(tmp_path)
    page = speicher.cards(CardQuery(b"amt", None, 100_000))
    stored = [bundle.message_id for bundle in page.bundles]
    assert len(stored) == len(set(stored))
    assert set(confirmed) <= set(stored)
    assert len(stored) <= len(confirmed) + 4, "at most the one in work per kill"
    assert len(list((tmp_path / "zustellungen").iterdir())) == len(stored)
    for message_id in stored[:20]:
        waiting = speicher.pick(b"gericht", None)
        assert waiting is not None
        assert waiting.delivery.message_id == message_id
        expected = message_id.encode() * 5000
        assert [b"".join(part.chunks()) for part in waiting.delivery.package.parts] == [expected, expected]
        speicher.mark_received(message_id, START)
    speicher.close()


def test_the_same_id_at_the_same_time(tmp_path: Path) -> None:
    speicher = Speicher(tmp_path)
    speicher.issue("eine")
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: speicher.store(delivery("eine"), START), range(16)))
    assert sorted(results) == [False] * 15 + [True]
    assert len(list((tmp_path / "zustellungen").iterdir())) == 1
    speicher.close()


def test_only_one_process_may_hold_it(tmp_path: Path) -> None:
    first = Speicher(tmp_path)
    with pytest.raises(KonfigurationInvalid):
        Speicher(tmp_path)
    first.close()
    Speicher(tmp_path).close()
