"""Looks at what the settings point to: files, keys, passwords, certificates. One plain German line per fault."""

import os
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12

from erv_gateway.settings import KeySettings, PostfachSettings, Settings
from erv_gateway.settings.sections import CscKeySettings, TokenKeySettings, TransportSettings
from erv_gateway.storage.pgdata import Layout

MAX_FILE_BYTES = 2**20
"""Keys and certificates have a few kilobytes; a bigger file is the wrong one."""
_OTHERS = stat.S_IRWXG & ~stat.S_IRGRP | stat.S_IRWXO
"""A group may read a secret (that is how services are given one), others may not."""


def describe_faults(settings: Settings, jetzt: datetime) -> tuple[str, ...]:
    """Everything that would fail later, in the order of the file; empty when all is well. `jetzt`: aware."""
    faults = [*_folders(settings), *_database(settings), *_web(settings), *_programs(settings)]
    for number, postfach in enumerate(settings.postfach, start=1):
        faults += _postfach(f"postfach[{number}]", postfach, jetzt)
    for number, empfaenger in enumerate(settings.verzeichnis, start=1):
        faults += _certificate(f"verzeichnis[{number}].cipher_cert_file", empfaenger.cipher_cert_file, jetzt)
    if not settings.postfach:
        faults.append("postfach: es ist kein Postfach eingerichtet")
    return tuple(faults)


def _folders(settings: Settings) -> Iterator[str]:
    for key, path in (("data_dir", settings.data_dir), ("schemata_dir", settings.schemata_dir)):
        if path is not None and path.exists() and not path.is_dir():
            yield f"{key}: {path} ist kein Ordner"
    if settings.anchors_dir is None:
        yield "anchors_dir: fehlt, ohne Vertrauensanker ist keine Signatur prüfbar"
    elif not settings.anchors_dir.is_dir():
        yield f"anchors_dir: {settings.anchors_dir} ist kein Ordner"


def _database(settings: Settings) -> Iterator[str]:
    database = settings.database
    for key, path in (
        ("database.password_file", database.password_file),
        ("database.migrator_password_file", database.migrator_password_file),
    ):
        if path is not None:
            yield from _secret(key, path)
    if database.url is None and Layout(settings.postgres_dir).cluster.is_file():
        yield f"data_dir: {settings.postgres_dir} ist kein Datenordner von PostgreSQL"


def _web(settings: Settings) -> Iterator[str]:
    web = settings.web
    if web.tls_cert_file is None or web.tls_key_file is None:
        return
    data, problem = _read("web.tls_cert_file", web.tls_cert_file)
    key_problems = list(_secret("web.tls_key_file", web.tls_key_file))
    yield from key_problems
    if data is None:
        yield problem
        return
    if key_problems:
        return
    try:
        certificate = x509.load_pem_x509_certificates(data)[0]
        key = load_pem_private_key(web.tls_key_file.read_bytes(), None)
    except (ValueError, TypeError, IndexError, UnsupportedAlgorithm):
        yield "web: tls_cert_file oder tls_key_file ist kein lesbares PEM (der Schlüssel ohne Passwort)"
        return
    if certificate.public_key() != key.public_key():
        yield "web: tls_key_file gehört nicht zu tls_cert_file"


def _programs(settings: Settings) -> Iterator[str]:
    programs = (
        ("pdfa.ghostscript_file", settings.pdfa.ghostscript_file),
        ("dateien.verapdf_file", settings.dateien.verapdf_file),
    )
    for name, program in programs:
        if program is not None and not (program.is_file() and os.access(program, os.X_OK)):
            yield f"{name}: {program} ist kein ausführbares Programm"


def _postfach(place: str, postfach: PostfachSettings, jetzt: datetime) -> Iterator[str]:
    yield from _certificate(f"{place}.intermediary_cipher_cert_file", postfach.intermediary_cipher_cert_file, jetzt)
    yield from _certificate(
        f"{place}.intermediary_signature_cert_file", postfach.intermediary_signature_cert_file, jetzt
    )
    for name in ("signature_key", "cipher_key", "vhn_key", "document_key"):
        key: KeySettings | None = getattr(postfach, name)
        if key is not None:
            yield from _key(f"{place}.{name}", key, jetzt)
    for number, weiterer in enumerate(postfach.schluessel, start=1):
        yield from _key(f"{place}.schluessel[{number}]", weiterer, None)
    yield from _transport(f"{place}.transport", postfach.transport, jetzt)


def _transport(place: str, transport: TransportSettings, jetzt: datetime) -> Iterator[str]:
    if transport.ca_file is not None:
        yield from _certificate(f"{place}.ca_file", transport.ca_file, jetzt)
    if transport.proxy_password_file is not None:
        yield from _secret(f"{place}.proxy_password_file", transport.proxy_password_file)
    cert, key, password = transport.client_cert_file, transport.client_key_file, transport.client_key_password_file
    if cert is None or key is None:
        return
    faults = [*_certificate(f"{place}.client_cert_file", cert, jetzt), *_secret(f"{place}.client_key_file", key)]
    if password is not None:
        faults += _secret(f"{place}.client_key_password_file", password)
    yield from faults or _client_pair(place, cert, key, password)


def _client_pair(place: str, cert: Path, key: Path, password: Path | None) -> Iterator[str]:
    data = key.read_bytes()
    encrypted = b"ENCRYPTED" in data  # a password for an open key is no fault
    secret = password.read_bytes().strip() if password is not None and encrypted else None
    try:
        certificate = x509.load_pem_x509_certificate(cert.read_bytes())
        private = load_pem_private_key(data, secret)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        yield f"{place}: client_cert_file oder client_key_file ist kein lesbares PEM, oder das Passwort passt nicht"
        return
    if certificate.public_key() != private.public_key():
        yield f"{place}: client_key_file gehört nicht zu client_cert_file"


def _key(place: str, key: KeySettings, jetzt: datetime | None) -> Iterator[str]:
    if key.file is not None and key.password_file is not None:
        yield from _pkcs12(place, key.file, key.password_file, jetzt)
    if key.pkcs11 is not None:
        yield from _token(f"{place}.pkcs11", key.pkcs11, jetzt)
    if key.csc is not None:
        yield from _service(f"{place}.csc", key.csc, jetzt)


def _pkcs12(place: str, file: Path, password_file: Path, jetzt: datetime | None) -> Iterator[str]:
    data, problem = _read(f"{place}.file", file)
    if data is None:
        yield problem
    password_faults = list(_secret(f"{place}.password_file", password_file))
    yield from password_faults
    if data is None or password_faults:
        return
    try:
        found = pkcs12.load_pkcs12(data, password_file.read_bytes().strip())
    except (ValueError, UnsupportedAlgorithm):
        yield f"{place}: {file} lässt sich mit dem Passwort aus {password_file} nicht öffnen"
        return
    if found.key is None or found.cert is None:
        yield f"{place}: {file} enthält keinen Schlüssel mit seinem Zertifikat"
        return
    if found.cert.certificate.public_key() != found.key.public_key():
        yield f"{place}: Schlüssel und Zertifikat in {file} gehören nicht zusammen"
    yield from _validity(place, found.cert.certificate, jetzt)


def _token(place: str, key: TokenKeySettings, jetzt: datetime | None) -> Iterator[str]:
    """Files only: whether the token is there and opens shows `erv-gateway certs check`."""
    if not key.module_file.is_file():
        yield f"{place}.module_file: {key.module_file} gibt es nicht"
    yield from _secret(f"{place}.pin_file", key.pin_file)
    if key.certificate_file is not None:
        yield from _certificate(f"{place}.certificate_file", key.certificate_file, jetzt)


def _service(place: str, key: CscKeySettings, jetzt: datetime | None) -> Iterator[str]:
    yield from _certificate(f"{place}.certificate_file", key.certificate_file, jetzt)
    for name in ("pin_file", "client_secret_file", "token_file"):
        path: Path | None = getattr(key, name)
        if path is not None:
            yield from _secret(f"{place}.{name}", path)


def _certificate(place: str, path: Path, jetzt: datetime | None) -> Iterator[str]:
    data, problem = _read(place, path)
    if data is None:
        yield problem
        return
    try:
        pem = data.lstrip().startswith(b"-----")
        certificate = x509.load_pem_x509_certificate(data) if pem else x509.load_der_x509_certificate(data)
    except ValueError:
        yield f"{place}: {path} ist kein Zertifikat (PEM oder DER)"
        return
    yield from _validity(place, certificate, jetzt)


def _validity(place: str, certificate: x509.Certificate, jetzt: datetime | None) -> Iterator[str]:
    """None: what is only kept for reading may have expired, what is planned need not be valid yet."""
    if jetzt is None:
        return
    if jetzt > certificate.not_valid_after_utc:
        yield f"{place}: das Zertifikat ist am {certificate.not_valid_after_utc:%d.%m.%Y} abgelaufen"
    if jetzt < certificate.not_valid_before_utc:
        yield f"{place}: das Zertifikat gilt erst ab dem {certificate.not_valid_before_utc:%d.%m.%Y}"


def _secret(place: str, path: Path) -> Iterator[str]:
    data, problem = _read(place, path)
    if data is None:
        yield problem
    elif not data.strip():
        yield f"{place}: {path} ist leer"
    elif path.stat().st_mode & _OTHERS:
        yield f"{place}: {path} ist für andere lesbar oder änderbar (chmod 600)"


def _read(place: str, path: Path) -> tuple[bytes | None, str]:
    """The content, or None and the line that says why not."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            return None, f"{place}: {path} ist zu groß für einen Schlüssel oder ein Zertifikat"
        return path.read_bytes(), ""
    except FileNotFoundError:
        return None, f"{place}: {path} gibt es nicht"
    except IsADirectoryError:
        return None, f"{place}: {path} ist ein Ordner"
    except OSError as error:
        return None, f"{place}: {path} ist nicht lesbar ({error.strerror})"
