"""What single settings may say, and how a fault in them is told in one German line."""

from collections.abc import Sequence
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import SplitResult, urlsplit

from xjustiz import SCHREIBBAR, WertInvalid, moved_kalender

_PLAIN_WORDS = MappingProxyType(
    {
        "missing": "fehlt",
        "extra_forbidden": "unbekannter Schlüssel",
        "string_type": "muss ein Text sein",
        "string_too_short": "darf nicht leer sein",
        "string_pattern_mismatch": "hat nicht die erwartete Form",
        "int_type": "muss eine ganze Zahl sein",
        "int_parsing": "muss eine ganze Zahl sein",
        "int_from_float": "muss eine ganze Zahl sein",
        "float_type": "muss eine Zahl sein",
        "float_parsing": "muss eine Zahl sein",
        "bool_type": "muss true oder false sein",
        "bool_parsing": "muss true oder false sein",
        "path_type": "muss ein Pfad sein",
        "model_type": "muss ein Abschnitt mit Schlüsseln sein",
        "model_attributes_type": "muss ein Abschnitt mit Schlüsseln sein",
        "tuple_type": "muss eine Liste sein",
        "greater_than_equal": "ist zu klein",
        "less_than_equal": "ist zu groß",
        "too_long": "hat zu viele Einträge",
        "literal_error": "ist keiner der erlaubten Werte",
    }
)


def explain(place: Sequence[int | str], kind: str, message: str) -> str:
    """One line for one of pydantic's errors: `postfach[1].safe_id: fehlt`. The value is not repeated."""
    path = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
    text = _PLAIN_WORDS.get(kind, message.removeprefix("Value error, "))
    return f"{path}: {text}" if path else text


def with_absolute_paths(values: dict[str, Any], base: Path) -> dict[str, Any]:
    """What the file calls a path is taken from the folder of the file: keys `file`, `*_file`, `*_dir`."""
    return {key: _absolute(key, value, base) for key, value in values.items()}


def _absolute(key: str, value: Any, base: Path) -> Any:
    if isinstance(value, dict):
        return with_absolute_paths(value, base)
    if isinstance(value, list):
        return [_absolute("", item, base) for item in value]
    if isinstance(value, str) and (key == "file" or key.endswith(("_file", "_dir"))):
        return str(base / value)
    return value


def check_server_url(value: str) -> str:
    parts = _split(value)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ValueError("muss mit postgresql:// beginnen")
    if parts.password is not None or "password=" in parts.query:
        raise ValueError("enthält ein Passwort; es gehört in die Datei password_file")
    return value


def check_umstellung(value: dict[str, date]) -> dict[str, date]:
    """First days of XJustiz versions that differ from the official ones."""
    try:
        moved_kalender(value)
    except WertInvalid as error:
        versionen = f"{', '.join(SCHREIBBAR)} mit einem Tag nahe der amtlichen Umstellung"
        raise ValueError(f"erlaubt sind nur die XJustiz-Versionen {versionen}") from error
    return value


def check_endpoint(value: str) -> str:
    parts = _split(value)
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        return _without_user(value, parts)
    raise ValueError("muss mit https:// beginnen (http:// nur zum eigenen Rechner)")


def check_proxy(value: str) -> str:
    """A proxy is asked for a tunnel over plain HTTP; what goes through it is TLS to the intermediary."""
    parts = _split(value)
    if parts.scheme != "http" or parts.path not in {"", "/"} or parts.query:
        raise ValueError("muss die Form http://rechner:port haben")
    return _without_user(value, parts)


def check_tsa_url(value: str) -> str:
    """A time stamp is signed itself, so RFC 3161 over plain HTTP is common and harmless."""
    parts = _split(value)
    if parts.scheme not in {"http", "https"}:
        raise ValueError("muss mit https:// oder http:// beginnen")
    return _without_user(value, parts)


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _split(value: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError as error:
        raise ValueError("ist keine gültige Adresse") from error
    return parts


def _without_user(value: str, parts: SplitResult) -> str:
    if not parts.hostname:
        raise ValueError("nennt keinen Rechner")
    if parts.username is not None or parts.password is not None:
        raise ValueError("darf weder Benutzer noch Passwort enthalten")
    return value
