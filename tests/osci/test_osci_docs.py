"""The documentation is true: its example runs, its diagram is the table, its names exist."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import osci_support as support

import osci
from osci.dialog import OutgoingRequest, diagram
from osci.intermediary import Identity, IntermediaryServer, MemoryStore, Reply
from osci.processcard import ProcessCardBundle

DOCS = Path(__file__).resolve().parents[2] / "docs" / "osci"
NOW = datetime(2026, 11, 21, 20, tzinfo=UTC)
MAX_EXAMPLE_LINES = 30


def example() -> str:
    found = re.search(r"```python\n(.*?)```", (DOCS / "api.md").read_text("utf-8"), re.S)
    assert found is not None
    return found[1]


def test_send_and_fetch_in_30_lines() -> None:
    p = support.parties()
    server = IntermediaryServer(
        Identity(p.intermediary, p.intermediary_cipher), MemoryStore(), lambda: NOW, support.spool
    )

    def post(request: OutgoingRequest) -> Iterator[bytes]:
        reply = server.handle(request.wire.chunks())
        assert isinstance(reply, Reply)
        return reply.wire.chunks()

    names: dict[str, Any] = {}
    exec(compile(example(), "api.md", "exec"), names)  # noqa: S102
    office, court = osci.Client(p.originator, p.originator_cipher), osci.Client(p.stranger, p.addressee)
    intermediary = osci.Intermediary(p.intermediary_cipher.certificate, p.intermediary.certificate)
    assert names["send"](office, p.addressee.certificate, intermediary, post, b"%PDF") == NOW
    card, files = names["fetch"](court, intermediary, post)
    assert isinstance(card, ProcessCardBundle)
    assert files == {None: b"<nachricht/>", "klage.pdf": b"%PDF"}


def test_the_example_is_as_short_as_it_says() -> None:
    lines = [line for line in example().splitlines() if line.strip() and not line.startswith(("from", "import"))]
    assert len(lines) <= MAX_EXAMPLE_LINES


def test_the_diagram_is_the_table() -> None:
    found = re.search(r"```mermaid\n(.*?)\n```", (DOCS / "dialog.md").read_text("utf-8"), re.S)
    assert found is not None
    assert found[1] == diagram()


def test_what_the_package_offers_exists_and_is_sorted_out() -> None:
    assert all(hasattr(osci, name) for name in osci.__all__)
    assert osci.__doc__ is not None
    named = set(re.findall(r"`([A-Z][A-Za-z]+)`", (DOCS / "api.md").read_text("utf-8") + osci.__doc__))
    assert named - set(osci.__all__) <= {"TemporaryFile", "IntermediaryServer"}


def test_tests_named_in_the_documentation_exist() -> None:
    here = Path(__file__).resolve().parent
    for page in DOCS.glob("*.md"):
        for name in re.findall(r"test_osci_\w+\.py", page.read_text("utf-8")):
            assert (here / name).is_file(), name
