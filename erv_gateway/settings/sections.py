"""The sections of the settings file, each a frozen model that refuses unknown keys."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import quote, urlsplit, urlunsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from erv_gateway.settings.values import (
    check_endpoint,
    check_proxy,
    check_server_url,
    check_tsa_url,
    check_umstellung,
    is_loopback,
)

MAX_TSA = 2
MAX_HOSTS = 500  # ours; all trust service providers of Europe have fewer
MAX_SCHLUESSEL = 20
"""Planned and retired keys of one mailbox; each cipher key is one more dialog at every look into the mailbox."""

Pfad = Annotated[Path, AfterValidator(Path.absolute)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
SafeIdText = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:\-]{3,120}$")]
Hostname = Annotated[str, StringConstraints(pattern=r"^\.?[a-z0-9][a-z0-9\-]*(\.[a-z0-9\-]+)+$", max_length=253)]
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


class TokenKeySettings(Section):
    """A key in a PKCS#11 token: the library, the token by label or serial number, the key by label or id (hex).

    Without `certificate_file` (PEM, then its issuers) the token's certificate of that name is taken.
    """

    module_file: Pfad
    token: str | None = None
    serial: str | None = None
    key: str | None = None
    key_id: str | None = None
    pin_file: Pfad
    certificate_file: Pfad | None = None

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        if self.token is None and self.serial is None:
            raise ValueError("token oder serial muss das Token nennen")
        return self


class CscKeySettings(Section):
    """A key at a remote signing service (Cloud Signature Consortium). `url` is the part before /csc/v1 or /csc/v2.

    `token_url`, `client_id`, `client_secret_file`: log-in by OAuth 2.0; or `token_file` with a ready token. `batch`:
    how many signatures one authorisation allows. `certificate_file`: PEM, the certificate first, then its issuers.
    """

    url: str
    version: Literal[1, 2] = 2
    credential: Name
    certificate_file: Pfad
    pin_file: Pfad | None = None
    token_url: str | None = None
    client_id: str | None = None
    client_secret_file: Pfad | None = None
    scope: str = "service"
    token_file: Pfad | None = None
    batch: int = Field(default=1, ge=1, le=1000)

    @field_validator("url", "token_url")
    @classmethod
    def _check_url(cls, value: str | None) -> str | None:
        return None if value is None else check_endpoint(value)

    @model_validator(mode="after")
    def _check_login(self) -> Self:
        login = (self.token_url, self.client_id, self.client_secret_file)
        if len({one is None for one in login}) > 1:
            raise ValueError("token_url, client_id und client_secret_file gehören zusammen")
        if self.token_url is not None and self.token_file is not None:
            raise ValueError("entweder token_file oder token_url")
        return self


class KeySettings(Section):
    """One of: a PKCS#12 file with the file that holds its password, a key in a token, a key at a signing service."""

    file: Pfad | None = None
    password_file: Pfad | None = None
    pkcs11: TokenKeySettings | None = None
    csc: CscKeySettings | None = None

    @model_validator(mode="after")
    def _check_one(self) -> Self:
        if (self.file is None) != (self.password_file is None):
            raise ValueError("file und password_file gehören zusammen")
        if [self.file, self.pkcs11, self.csc].count(None) != 2:
            raise ValueError("genau eines: file mit password_file, pkcs11 oder csc")
        return self


class WeitererSchluessel(KeySettings):
    """A key beside the four in use: `geplant` (read already, used later) or `abgeloest` (kept for reading old mail)."""

    art: Literal["signatur", "chiffrat", "vhn", "dokument"] = "chiffrat"
    zustand: Literal["geplant", "abgeloest"] = "abgeloest"


class TransportSettings(Section):
    """How the intermediary is reached. Without `ca_file` the system's roots count; all certificates are PEM files.

    `client_*`: our certificate where the intermediary demands one. `proxy`: http://host:port, asked for a tunnel.
    """

    ca_file: Pfad | None = None
    client_cert_file: Pfad | None = None
    client_key_file: Pfad | None = None
    client_key_password_file: Pfad | None = None
    proxy: str | None = None
    proxy_user: str = ""
    proxy_password_file: Pfad | None = None
    connect_seconds: float = Field(default=15.0, ge=1.0, le=120.0)
    read_seconds: float = Field(default=180.0, ge=5.0, le=3600.0)

    @field_validator("proxy")
    @classmethod
    def _check_proxy(cls, value: str | None) -> str | None:
        return None if value is None else check_proxy(value)

    @model_validator(mode="after")
    def _check_pairs(self) -> Self:
        if (self.client_cert_file is None) != (self.client_key_file is None):
            raise ValueError("client_cert_file und client_key_file gehören zusammen")
        if self.client_key_password_file is not None and self.client_key_file is None:
            raise ValueError("client_key_password_file ohne client_key_file")
        if bool(self.proxy_user) != (self.proxy_password_file is not None):
            raise ValueError("proxy_user und proxy_password_file gehören zusammen")
        if self.proxy_user and self.proxy is None:
            raise ValueError("proxy_user ohne proxy")
        return self


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
    schluessel: tuple[WeitererSchluessel, ...] = Field(default=(), max_length=MAX_SCHLUESSEL)
    xjustiz_umstellung: dict[str, date] = {}
    transport: TransportSettings = TransportSettings()

    @field_validator("xjustiz_umstellung")
    @classmethod
    def _check_umstellung(cls, value: dict[str, date]) -> dict[str, date]:
        return check_umstellung(value)

    @field_validator("endpoint")
    @classmethod
    def _check_endpoint(cls, value: str) -> str:
        return check_endpoint(value)

    @field_validator("signature_key", "cipher_key")
    @classmethod
    def _check_transport_key(cls, value: KeySettings) -> KeySettings:
        if value.csc is not None:
            raise ValueError("Schlüssel des Transports liegen in einer Datei oder einem Token, nicht bei einem Dienst")
        return value

    @field_validator("schluessel")
    @classmethod
    def _check_reading_keys(cls, value: tuple[WeitererSchluessel, ...]) -> tuple[WeitererSchluessel, ...]:
        if any(entry.art == "chiffrat" and entry.csc is not None for entry in value):
            raise ValueError("ein Chiffratschlüssel liegt in einer Datei oder einem Token, nicht bei einem Dienst")
        return value

    @model_validator(mode="after")
    def _check_transport(self) -> Self:
        """A plain endpoint is on this machine: there is nothing to tunnel, and nobody to show a certificate to."""
        if self.endpoint.startswith("http:") and self.transport != TransportSettings():
            raise ValueError("transport gilt nur für einen endpoint mit https://")
        return self


class EmpfaengerSettings(Section):
    """One court in the directory: code of gds.gerichte, mailbox, and the certificate to encrypt for.

    `erweiterung`: this court agreed to read the history of a file in anwendungsspezifischeErweiterung. `lesende`: it
    may have the names of those who merely read (personal data of staff).
    """

    gericht_code: GerichtCode
    safe_id: SafeIdText
    name: Name
    cipher_cert_file: Pfad
    erweiterung: bool = False
    lesende: bool = False


class TsaSettings(Section):
    urls: tuple[str, ...] = Field(default=(), max_length=MAX_TSA)

    @field_validator("urls")
    @classmethod
    def _check_urls(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(check_tsa_url(value) for value in values)


class PdfaSettings(Section):
    """PDF/A copies: without `ghostscript_file`, the path of the executable, none are made. Limits hold for one file."""

    ghostscript_file: Pfad | None = None
    seconds: float = Field(default=120.0, ge=1.0, le=3600.0)
    memory_mib: int = Field(default=1024, ge=256, le=16384)


class AbrufSettings(Section):
    """Where revocation data may be fetched: hosts, or ".example.de" for all below it. None: nothing is fetched."""

    hosts: tuple[Hostname, ...] = Field(default=(), max_length=MAX_HOSTS)
    seconds: float = Field(default=15.0, ge=1.0, le=120.0)


class VertrauenslistenSettings(Section):
    """Folder of imported EU trusted lists, and who may sign the list of lists where it is not as published (PEM)."""

    lists_dir: Pfad | None = None
    lotl_signers_file: Pfad | None = None


class DateienSettings(Section):
    """How files are examined. `verapdf_file`: the executable of veraPDF, which is asked about every claim of PDF/A."""

    verapdf_file: Pfad | None = None
    verapdf_seconds: float = Field(default=120.0, ge=1.0, le=3600.0)


class WorkerSection(Section):
    """`heartbeat_seconds`: after this long without a sign of life another worker takes a job over. `processes`: workers
    that `erv-gateway run` keeps going. `abholen_seconds`: how often the mailboxes are asked for mail."""

    concurrency: int = Field(default=8, ge=2, le=64)
    heartbeat_seconds: float = Field(default=30.0, ge=1.0, le=600.0)
    processes: int = Field(default=2, ge=1, le=32)
    abholen_seconds: float = Field(default=60.0, ge=0.2, le=3600.0)
    nachfrage_seconds: float = Field(default=20.0, ge=0.2, le=900.0)
