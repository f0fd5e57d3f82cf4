"""What the administrator sets: a TOML file, and environment variables `ERV_*` above it.

The file is `--config`, else `ERV_CONFIG`, else `./erv-gateway.toml` if it is there. A variable names a key with `__`
between the levels (`ERV_WEB__PORT=8480`; lists as JSON); `ERV_DATABASE_URL` and `ERV_DATABASE_MIGRATOR_URL` are
spelled as everybody spells them. Secrets are never values, only paths of files (`*_file`). Relative paths in the
file are taken from the file's folder. Whatever is not known here is refused.
"""

import os
import tomllib
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.settings.sections import (
    AbrufSettings,
    DatabaseSettings,
    DateienSettings,
    EmpfaengerSettings,
    KeySettings,
    PdfaSettings,
    Pfad,
    PostfachSettings,
    TsaSettings,
    VertrauenslistenSettings,
    WebSettings,
    WorkerSection,
)
from erv_gateway.settings.values import explain, with_absolute_paths

__all__ = [
    "AbrufSettings",
    "DatabaseSettings",
    "DateienSettings",
    "EmpfaengerSettings",
    "KeySettings",
    "PdfaSettings",
    "PostfachSettings",
    "Settings",
    "TsaSettings",
    "VertrauenslistenSettings",
    "WebSettings",
    "WorkerSection",
    "load",
]

DEFAULT_FILE = Path("erv-gateway.toml")
MAX_CONFIG_BYTES = 1024 * 1024  # ours; a file with a hundred courts has 30 KB
PREFIX = "ERV_"
_NO_SETTINGS = frozenset({"ERV_CONFIG"})
_SPELLED = MappingProxyType({"ERV_DATABASE_URL": "url", "ERV_DATABASE_MIGRATOR_URL": "migrator_url"})


class Settings(BaseSettings):
    """All paths are absolute once loaded."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True, env_prefix=PREFIX, env_nested_delimiter="__")

    data_dir: Pfad = Field(default=Path("var"), validate_default=True)
    schemata_dir: Pfad | None = None
    anchors_dir: Pfad | None = None
    vier_augen: bool = True
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    database: DatabaseSettings = DatabaseSettings()
    web: WebSettings = WebSettings()
    postfach: tuple[PostfachSettings, ...] = ()
    verzeichnis: tuple[EmpfaengerSettings, ...] = ()
    tsa: TsaSettings = TsaSettings()
    abruf: AbrufSettings = AbrufSettings()
    vertrauenslisten: VertrauenslistenSettings = VertrauenslistenSettings()
    worker: WorkerSection = WorkerSection()
    pdfa: PdfaSettings = PdfaSettings()
    dateien: DateienSettings = DateienSettings()

    @model_validator(mode="after")
    def _check_unique(self) -> Self:
        _refuse_twice("postfach.name", [entry.name for entry in self.postfach])
        _refuse_twice("postfach.safe_id", [entry.safe_id for entry in self.postfach])
        _refuse_twice("verzeichnis.gericht_code", [entry.gericht_code for entry in self.verzeichnis])
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment stands above the file, which `load` hands over as arguments; nothing else is read."""
        del settings_cls, dotenv_settings, file_secret_settings
        return env_settings, init_settings

    @property
    def postgres_dir(self) -> Path:
        return self.data_dir / "postgres"

    @property
    def blobs_dir(self) -> Path:
        return self.data_dir / "blobs"


def load(config: Path | None = None) -> Settings:
    """Read file and environment.

    Raises KonfigurationInvalid; its `angaben["faults"]` has one German line for each fault.
    """
    path = _file(config)
    values = {} if path is None else _read(path)
    faults = _unknown_variables()
    try:
        settings = Settings(**_with_spelled_variables(values))
    except ValidationError as error:
        faults += [explain(fault["loc"], fault["type"], fault["msg"]) for fault in error.errors(include_input=False)]
        raise _invalid(path, faults) from error
    except SettingsError as error:
        raise _invalid(
            path, [*faults, f"eine Umgebungsvariable ERV_* ist kein JSON, wo eine Liste stehen muss: {error}"]
        ) from error
    if faults:
        raise _invalid(path, faults)
    return settings


def _invalid(path: Path | None, faults: list[str]) -> KonfigurationInvalid:
    return KonfigurationInvalid(f"{path or 'the environment'}: {'; '.join(faults)}", faults=tuple(faults))


def _file(config: Path | None) -> Path | None:
    if config is not None:
        return config
    if named := os.environ.get("ERV_CONFIG"):
        return Path(named)
    return DEFAULT_FILE if DEFAULT_FILE.is_file() else None


def _read(path: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(_text(path))
    except OSError as error:
        raise _invalid(path, [f"{path} ist nicht lesbar: {error.strerror}"]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _invalid(path, [f"{path} ist kein TOML: {error}"]) from error
    except RecursionError as error:
        raise _invalid(path, [f"{path} ist zu tief verschachtelt"]) from error
    return with_absolute_paths(values, path.absolute().parent)


def _text(path: Path) -> str:
    with path.open("rb") as file:
        data = file.read(MAX_CONFIG_BYTES + 1)
    if len(data) > MAX_CONFIG_BYTES:
        raise _invalid(path, [f"{path} ist größer als {MAX_CONFIG_BYTES} Bytes"])
    return data.decode("utf-8")


def _with_spelled_variables(values: dict[str, Any]) -> dict[str, Any]:
    spelled = {key: os.environ[name] for name, key in _SPELLED.items() if os.environ.get(name)}
    database = values.get("database", {})
    if not spelled or not isinstance(database, dict):
        return values
    return {**values, "database": {**database, **spelled}}


def _unknown_variables() -> list[str]:
    """pydantic-settings overlooks a variable that begins like no field; a slip of the pen must not pass in silence."""
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    names = sorted(name for name in os.environ if name.startswith(PREFIX))
    return [
        f"{name}: unbekannte Umgebungsvariable"
        for name in names
        if name not in _NO_SETTINGS and name not in _SPELLED and name.split("__")[0].upper() not in known
    ]


def _refuse_twice(key: str, values: list[str]) -> None:
    for value in {value for value in values if values.count(value) > 1}:
        raise ValueError(f"{key} {value} kommt mehrfach vor")
