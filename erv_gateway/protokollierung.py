"""Diagnostic logs: one JSON object per line on stderr, with ids, digests, codes and counts, never content.

Only the fields of `FELDER` pass, and of these only values without blanks; what is dropped is named in `verworfen`, so
that it shows in a test. Messages of foreign libraries may quote anything: of them only the origin is kept.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import structlog

FELDER = frozenset(
    {
        "akte", "anzahl", "attempt", "bytes", "checksum", "code", "database", "delay", "dokument", "eeb", "endpoint",
        "entrypoint", "error_type", "event", "failures", "frames", "gegenstand", "gruende", "http_status", "job",
        "level", "logger", "message_id", "methode", "migration", "nach", "nachricht", "person", "pid", "port",
        "postfach", "regel", "request", "route", "safe_id", "seconds", "sendung", "sha256", "starts", "status",
        "timestamp", "url_host", "version", "von", "worker", "zustand",
    }
)  # fmt: skip
MAX_VALUE = 200
MAX_ITEMS = 30
MAX_FRAMES = 12
_EVENT = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
_VALUE = re.compile(r"[\w.:/@+=~#\[\]-]*")
Fields = MutableMapping[str, Any]


def configure(level: str = "info") -> None:
    """Set up structlog and the standard library's logging for this process. `level`: debug, info, warning, error."""
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[structlog.processors.add_log_level, _add_time, only_known_fields, _render],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(ForeignFormatter())
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[handler], force=True)


def logger() -> structlog.typing.FilteringBoundLogger:
    """`log.info("sendung.uebergeben", sendung=id, message_id=...)`: event names are dotted lower-case ASCII."""
    return cast("structlog.typing.FilteringBoundLogger", structlog.get_logger())


def only_known_fields(_: object, __: str, fields: Fields) -> Fields:
    """The structlog processor that keeps content out."""
    passed: dict[str, Any] = {}
    dropped: list[str] = []
    for name, value in fields.items():
        kept = _keep(value) if name in FELDER else None
        if kept is None and value is not None:
            dropped.append(name if name.isidentifier() and len(name) <= MAX_VALUE else "?")
        else:
            passed[name] = kept
    if not _EVENT.fullmatch(str(passed.get("event"))):
        passed["event"] = "unbenannt"
    return passed | ({"verworfen": sorted(dropped)} if dropped else {})


def frames_of(error: BaseException) -> list[str]:
    """Where it happened, innermost last, as `file.py:line`: a trace without the values and messages in it."""
    stack = traceback.extract_tb(error.__traceback__)[-MAX_FRAMES:]
    return [f"{'/'.join(frame.filename.rsplit('/', 2)[-2:])}:{frame.lineno}" for frame in stack]


class ForeignFormatter(logging.Formatter):
    """A record of a library as a line of ours: name, place, kind of error; its text is not repeated."""

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Any] = {
            "event": "fremd",
            "level": record.levelname.lower(),
            "logger": record.name,
            "frames": [f"{record.filename}:{record.lineno}"],
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
        }
        if record.exc_info and record.exc_info[1] is not None:
            fields["error_type"] = type(record.exc_info[1]).__name__
            fields["frames"] = frames_of(record.exc_info[1])
        return _render(None, "", only_known_fields(None, "", fields))


def _keep(value: object) -> object:
    """The value as JSON can carry it, or None when it does not look like an id, a digest, a code or a count."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, str):
        return str(value) if len(value) <= MAX_VALUE and _VALUE.fullmatch(value) else None
    if isinstance(value, list | tuple | frozenset | set) and len(value) <= MAX_ITEMS:
        kept = [_keep(item) for item in value]
        return None if None in kept else kept
    return None


def _add_time(_: object, __: str, fields: Fields) -> Fields:
    fields["timestamp"] = datetime.now(UTC).isoformat()
    return fields


def _render(_: object, __: str, fields: Mapping[str, Any]) -> str:
    return json.dumps(dict(fields), ensure_ascii=False, default=str)
