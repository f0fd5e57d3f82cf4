"""kill -9 at the worst moments: one delivery, one finding, one answer."""

import http.client
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sandbox_prozess import COMMAND, Amt, Sandbox, wait_for

from osci.dialog import RequestRefused

pytestmark = [pytest.mark.slow, pytest.mark.crash]
LOST = (http.client.RemoteDisconnected, ConnectionError)


@pytest.mark.parametrize("szenario", ["absturz-nach-annahme", "antwort-verloren"])
def test_stored_but_never_answered(sandbox: Sandbox, amt: Amt, beispiel: dict[str, bytes], szenario: str) -> None:
    sandbox.start("--szenario", szenario)
    message_id = amt.new_message_id()
    dialog, request = amt.prepare(message_id, amt.package(beispiel))
    with pytest.raises(LOST):
        amt.ask(dialog, request)
    if szenario == "absturz-nach-annahme":
        assert sandbox.wait_until_dead() == -signal.SIGKILL
        sandbox.start("--szenario", szenario)
    (bundle,) = amt.laufzettel(message_id)
    assert bundle.card.creation is not None
    with pytest.raises(RequestRefused, match="9801"):
        amt.ask(dialog, request)
    wait_for(sandbox.answered)
    assert [befund["message_id"] for befund in sandbox.befunde()] == [message_id]
    assert len(amt.collect()) == 1


def test_the_court_is_killed_again_and_again(sandbox: Sandbox, amt: Amt, beispiel: dict[str, bytes]) -> None:
    """At any moment of fetching, checking and answering."""
    sandbox.start()
    message_id = amt.deliver(amt.package(beispiel))
    for moment in (0.0, 0.05, 0.15, 0.3, 0.5, 0.8):
        time.sleep(moment)
        sandbox.kill()
        sandbox.start()
    wait_for(sandbox.answered)
    (befund,) = sandbox.befunde()
    assert (befund["message_id"], befund["urteil"]) == (message_id, "gueltig")
    assert befund["antwort"]["aktenzeichen"] == "1 K 123/26"
    assert len(amt.collect()) == 1
    assert not list((sandbox.dir / "gericht" / "eingaenge").glob(".*"))


def test_it_dies_with_its_parent(sandbox: Sandbox) -> None:
    ready = sandbox.dir / "bereit.json"
    arguments = ["sandbox", "run", "--dir", str(sandbox.dir), "--pki", str(sandbox.pki), "--ready-file", str(ready)]
    arguments += ["--schemata", str(sandbox.schemata)]
    child = [sys.executable, "-c", COMMAND, *arguments]
    parent_code = f"import subprocess, time; subprocess.Popen({child!r}); time.sleep(600)"
    parent = subprocess.Popen([sys.executable, "-c", parent_code])
    try:
        wait_for(ready.exists, 30)
        pid = int(ready.read_text().rpartition('"pid":')[2].rstrip("}"))
    finally:
        parent.kill()
        parent.wait()
    wait_for(lambda: not _runs(pid))


def test_one_folder_one_sandbox(sandbox: Sandbox) -> None:
    sandbox.start()
    arguments = ["sandbox", "run", "--dir", str(sandbox.dir), "--pki", str(sandbox.pki)]
    arguments += ["--schemata", str(sandbox.schemata)]
    second = subprocess.run([sys.executable, "-c", COMMAND, *arguments], check=False, capture_output=True, text=True)
    assert second.returncode == 2
    assert "another sandbox" in second.stderr
    assert "Traceback" not in second.stderr


def _runs(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
