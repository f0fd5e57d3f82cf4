"""The diagnostic log carries ids, digests and codes, and nothing that a letter could say."""

import json
import logging
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import structlog

from erv_gateway import protokollierung


@pytest.fixture(autouse=True)
def _restore() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    structlog.reset_defaults()
    root.handlers, root.level = handlers, level


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    captured = capsys.readouterr()
    assert captured.out == ""
    return [json.loads(line) for line in captured.err.splitlines()]


def test_a_line_is_json_with_what_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    protokollierung.configure()
    number = UUID(int=1)
    protokollierung.logger().bind(sendung=number).info("sendung.uebergeben", bytes=7, sha256="ab" * 32, zustand=None)
    (line,) = lines(capsys)
    assert line.pop("timestamp").endswith("+00:00")
    assert line == {
        "event": "sendung.uebergeben",
        "level": "info",
        "sendung": str(number),
        "bytes": 7,
        "sha256": "ab" * 32,
        "zustand": None,
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("betreff", "x"),
        ("code", "Erika Mustermann"),
        ("code", "x" * 201),
        ("code", "a\nb"),
        ("code", {"a": 1}),
        ("code", b"x"),
        ("frames", ["ok.py:1", "not ok"]),
    ],
)
def test_what_may_be_content_is_dropped_and_named(capsys: pytest.CaptureFixture[str], name: str, value: object) -> None:
    protokollierung.configure()
    protokollierung.logger().info("a.b", **{name: value})
    (line,) = lines(capsys)
    assert name not in line
    assert line["verworfen"] == [name]


def test_an_event_is_a_name_not_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    protokollierung.configure()
    protokollierung.logger().info("Frau Mustermann hat geschrieben")
    (line,) = lines(capsys)
    assert line["event"] == "unbenannt"
    assert "Mustermann" not in json.dumps(line)


def test_of_foreign_messages_only_the_origin_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    protokollierung.configure()
    try:
        int("Erika Mustermann")
    except ValueError:
        logging.getLogger("aiohttp.server").exception("request of %s", "Erika Mustermann")
    (line,) = lines(capsys)
    assert (line["event"], line["logger"], line["error_type"]) == ("fremd", "aiohttp.server", "ValueError")
    assert "Mustermann" not in json.dumps(line)
    assert line["frames"][-1].startswith("settings/test_protokollierung.py:")


def test_the_level_is_a_filter(capsys: pytest.CaptureFixture[str]) -> None:
    protokollierung.configure("warning")
    protokollierung.logger().info("a.b")
    protokollierung.logger().warning("a.c")
    assert [line["event"] for line in lines(capsys)] == ["a.c"]
