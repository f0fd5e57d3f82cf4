"""The contract of the command line: shapes of `--json`, exit codes 0, 1, 2, and never a traceback."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

import pytest
from typer.testing import CliRunner
from vertrag_eingaben import EINGABEN

from erv_gateway.cli import make_app

SHARED: Final = Path(__file__).resolve().parents[2].parent / "shared"
VECTORS: Final = SHARED / "vectors" / "osci"
EXAMPLES: Final = SHARED / "examples" / "xjustiz" / "3.6.2"
STEERING: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
READERS: Final = (
    "osci inspect @",
    "osci inspect rauschen --key @",
    "osci inspect rauschen --password-file @",
    "xjustiz check @",
    "nachweis verify @",
    "nachweis verify rauschen --anker @",
    "akte lesen @",
    "certs list --config @",
    "certs check --config @",
    "check-config --config @",
    "db status --config @",
    "schemata list --schemata @",
    "schemata schematron --schemata schemata --from @",
    "xjustiz codes --schemata @",
    "signatur check rauschen --anchors @",
    "signatur check rauschen --revocation @",
    "signatur check rauschen --basis @",
    "signatur check rauschen --trusted-lists @",
    "signatur vertrauensliste import --into listen @",
    "signatur vertrauensliste show --folder @",
    "signatur sign rauschen --key @",
    "signatur sign rauschen --pkcs11 @ --token x --pin-file rauschen",
    "sandbox befunde --dir @",
    "sendung plan 00000000-0000-0000-0000-000000000000 --config @",
    "sendung korrektur list 00000000-0000-0000-0000-000000000000 --config @",
)
"""Commands that read `@`, all with --json. What a child process examines has one input of each kind below."""
GUARDED: Final = ("leer", "riesig", "rauschen.pdf", "rauschen.p7s", "ordner", "fehlt")
PARTS: Final = (
    ["osci"],
    ["xjustiz"],
    ["schemata"],
    ["signatur"],
    ["signatur", "vertrauensliste"],
    ["pki"],
    ["certs"],
    ["nachweis"],
    ["sandbox"],
    ["sendung"],
    ["sendung", "korrektur"],
    ["akte"],
    ["sample"],
    ["db"],
    ["person"],
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("vertrag")
    for name, make in EINGABEN.items():
        make(path / name)
    return path


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("ERV_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(folder)


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(make_app(arguments), list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), (arguments, result.exception)
    return result.exit_code, result.stdout, result.stderr


def run_json(*arguments: str) -> tuple[int, Any]:
    code, out, _ = run(*arguments, "--json")
    return code, json.loads(out)


@pytest.mark.parametrize("command", READERS)
def test_whatever_is_handed_in_there_is_json_and_a_code_and_nothing_steers_the_terminal(command: str) -> None:
    opens_a_database = command.startswith(("db", "sendung"))  # no settings at all are good settings
    for name in (*EINGABEN, "fehlt"):
        if opens_a_database and name == "leer":
            continue
        code, out, err = run(*(name if word == "@" else word for word in command.split()), "--json")
        assert code in (0, 1, 2), (command, name)
        assert json.loads(out) is not None, (command, name)
        assert not STEERING.search(out + err), (command, name, out, err)


@pytest.mark.parametrize("command", ["osci inspect @", "xjustiz check @", "nachweis verify @", "signatur check @"])
@pytest.mark.parametrize("name", GUARDED)
def test_what_is_unreadable_is_two(command: str, name: str) -> None:
    code, told = run_json(*(name if word == "@" else word for word in command.split()))
    assert code == 2, (command, name, told)


@pytest.mark.parametrize("arguments", [[*part, *more] for part in PARTS for more in ((), ("--help",))], ids=" ".join)
def test_every_group_explains_itself(arguments: list[str]) -> None:
    code, out, err = run(*arguments)
    assert code == (0 if "--help" in arguments else 2)
    assert "Usage" in out + err


@pytest.mark.skipif(not VECTORS.is_dir(), reason="the shared vectors are not there")
def test_osci_inspect() -> None:
    keys = [
        word for name in ("intermed_enc", "reader1_enc") for word in ("--key", str(VECTORS / "keys" / f"{name}.p12"))
    ]
    Path("kennwort").write_text("test1234\n", encoding="ascii")
    opened = ["osci", "inspect", *keys, "--password-file", "kennwort"]
    for name, expected, verdict in (
        ("positive/store-full-gcm.osci", 0, "gueltig"),
        ("positive/store-plain.osci", 1, "unbestimmt"),
        ("tampered/store-digest-flipped.osci", 1, "ungueltig"),
    ):
        code, told = run_json(*opened, str(VECTORS / name))
        assert (code, told["verdict"], told["message_type"]) == (expected, verdict, "storeDelivery"), name
        assert told.keys() == {
            *("message_type", "message_id", "subject", "transport_encryption", "transport_signature"),
            *("containers", "verdict", "problems"),
        }
        assert told["transport_encryption"].keys() == {"present", "symmetric", "key_transport"}
        assert told["transport_signature"].keys() == {"present", "valid", "algorithm", "signer"}
        for container in told["containers"]:
            assert container.keys() == {"id", "encrypted", "signatures", "contents"}
            assert all(one.keys() == {"signer", "valid", "algorithm"} for one in container["signatures"])
            assert all(one.keys() == {"id", "kind", "length", "sha256"} for one in container["contents"])
        assert all(one.keys() == {"code", "text"} for one in told["problems"])
        assert (verdict == "gueltig") == (not told["problems"])


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the shared examples are not there")
def test_xjustiz_check() -> None:
    code, told = run_json("xjustiz", "check", str(EXAMPLES / "01_behoerdenakte_minimal"), "--at", "2026-11-21")
    if code == 2:
        pytest.skip(f"no XJustiz schemata installed: {told}")
    assert (code, told["version"]) == (0, "3.6.2")
    assert told["message"] == "nachricht.gds.uebermittlungSchriftgutobjekte.0005005"
    code, told = run_json("xjustiz", "check", str(EXAMPLES / "02_behoerdenakte_voll"), "--at", "2026-11-21")
    assert (code == 1) == any(one["severity"] == "error" for one in told["findings"])
    for one in told["findings"]:
        assert {"rule", "severity", "where", "text", "source"} <= one.keys()
        assert one["severity"] in {"error", "warning", "hint"}


def test_signatur_check() -> None:
    code, told = run_json("signatur", "check", "rauschen.pdf")
    assert code == 2
    assert {"verdict", "signatures"} <= told.keys()


def test_misuse_is_json_too(folder: Path) -> None:
    for arguments in (["osci", "inspect"], ["xjustiz", "check", "--weg", "brieftaube", "x"], ["gibt-es-nicht"]):
        done = start(folder, *arguments, "--json")
        assert done.returncode == 2, arguments
        assert json.loads(done.stdout)["error"], arguments


def test_a_reader_that_went_away_and_a_full_disk_are_no_finding(folder: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    for target in (writing, os.open("/dev/full", os.O_WRONLY)):
        done = start(folder, "certs", "algorithms", stdout=target)
        os.close(target)
        assert done.returncode == 2, done.stderr
        assert "Traceback" not in done.stderr


def test_an_interrupted_command_says_so(folder: Path) -> None:
    os.mkfifo(folder / "leitung")
    process = subprocess.Popen(
        [*PROGRAM, "osci", "inspect", "leitung"],
        cwd=folder,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509  # a shell may have it ignored
    )
    with (folder / "leitung").open("wb"):  # opened means: the command is reading
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    (folder / "leitung").unlink()
    assert process.returncode == 130
    assert "Traceback" not in err


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_any_encoding_of_the_output_will_do(folder: Path, encoding: str) -> None:
    done = start(folder, "xjustiz", "check", "fehlt", "--json", encoding=encoding)
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"] == "fehlt gibt es nicht."
    rules = start(folder, "xjustiz", "regeln", encoding=encoding)
    assert (rules.returncode, rules.stderr) == (0, "")


PROGRAM: Final = (sys.executable, "-c", "from erv_gateway.cli import main; main()")


def start(
    folder: Path, *arguments: str, stdout: int = subprocess.PIPE, encoding: str = "utf-8"
) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "PYTHONIOENCODING": encoding}
    return subprocess.run(
        [*PROGRAM, *arguments],
        cwd=folder,
        env=environment,
        stdout=stdout,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        timeout=60,
        check=False,
    )
