"""The sections of the settings file, each a frozen model that refuses unknown keys."""

from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import quote, urlsplit, urlunsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from erv_gateway.settings.values import check_endpoint, check_server_url, check_tsa_url, is_loopback

MAX_TSA = 2

Pfad = Annotated[Path, AfterValidator(Path.absolute)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
SafeIdText = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:\-]{3,120}$")]
GerichtCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{2,12}$")]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DatabaseSettings(Section):
    """Without `url` the embedded PostgreSQL is used. The migrator's role owns the schema and is not the service's."""

    url: str | None = None
    migrator_url: str | None = None
    password_file: Pfad | None = None
    migrator_password_file: Pfad | None = None

    @field_validator("url", "migrator_url")
    @classmethod
    def _check_url(cls, value: str | None) -> str | None:
        return None if value is None else check_server_url(value)

    def dsn(self, *, migrator: bool = False) -> str | None:
        """The address with the password out of its file. Raises OSError when that cannot be read."""
        url, password_file = self.url, self.password_file
        if migrator and self.migrator_url is not None:
            url, password_file = self.migrator_url, self.migrator_password_file
        if url is None or password_file is None:
            return url
        parts = urlsplit(url)
        user, _, place = parts.netloc.rpartition("@")
        password = quote(password_file.read_text(encoding="utf-8").strip(), safe="")
        return urlunsplit(parts._replace(netloc=f"{user}:{password}@{place}"))


class WebSettings(Section):
    """Plain HTTP only on loopback: elsewhere there is a certificate, or a proxy on the same machine has it."""

    host: str = "127.0.0.1"
    port: int = Field(default=8480, ge=0, le=65535)
    public_url: str | None = None
    tls_cert_file: Pfad | None = None
    tls_key_file: Pfad | None = None

    @model_validator(mode="after")
    def _check_tls(self) -> Self:
        if (self.tls_cert_file is None) != (self.tls_key_file is None):
            raise ValueError("tls_cert_file und tls_key_file gehören zusammen")
        if self.tls_cert_file is None and not is_loopback(self.host):
            raise ValueError(f"ohne tls_cert_file und tls_key_file nur 127.0.0.1, nicht {self.host}")
        return self


class KeySettings(Section):
    """A PKCS#12 file and the file that holds its password."""

    file: Pfad
    password_file: Pfad


class PostfachSettings(Section):
    """One mailbox of ours at an intermediary. `document_key` signs PDF files; without it `signature_key` does.

    `organisation` to `bundesland` are what the directory says of the authority (Visitenkarte). `registrierungs_id`: of
    this product, from the registration of third-party products; empty until there is one.
    """

    name: Name
    safe_id: SafeIdText
    role: Literal["bebpo", "justiz"] = "bebpo"
    organisation: Name
    ort: Name
    strasse: str = ""
    hausnummer: str = ""
    postleitzahl: str = ""
    bundesland: str = ""
    registrierungs_id: str = ""
    endpoint: str
    intermediary_cipher_cert_file: Pfad
    intermediary_signature_cert_file: Pfad
    signature_key: KeySettings
    cipher_key: KeySettings
    vhn_key: KeySettings
    document_key: KeySettings | None = None

    @field_validator("endpoint")
    @classmethod
    def _check_endpoint(cls, value: str) -> str:
        return check_endpoint(value)


class EmpfaengerSettings(Section):
    """One court in the directory: code of gds.gerichte, mailbox, and the certificate to encrypt for."""

    gericht_code: GerichtCode
    safe_id: SafeIdText
    name: Name
    cipher_cert_file: Pfad


class TsaSettings(Section):
    urls: tuple[str, ...] = Field(default=(), max_length=MAX_TSA)

    @field_validator("urls")
    @classmethod
    def _check_urls(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(check_tsa_url(value) for value in values)


class WorkerSection(Section):
    """`heartbeat_seconds`: after this long without a sign of life another worker takes a job over. `processes`: workers
    that `erv-gateway run` keeps going. `abholen_seconds`: how often the mailboxes are asked for mail."""

    concurrency: int = Field(default=8, ge=2, le=64)
    heartbeat_seconds: float = Field(default=30.0, ge=1.0, le=600.0)
    processes: int = Field(default=2, ge=1, le=32)
    abholen_seconds: float = Field(default=60.0, ge=0.2, le=3600.0)
    nachfrage_seconds: float = Field(default=20.0, ge=0.2, le=900.0)
