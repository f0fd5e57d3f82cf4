"""A PKI with living OCSP, revocation lists and time stamps, served by certomancer on loopback."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp.test_utils import TestServer, unused_port
from certomancer.integrations.aiohttp_animator import build_animator_app
from certomancer.registry import CertLabel, CertomancerConfig, PKIArchitecture
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from certs.keys import SoftKey
from erv_gateway.kern.fehler import GegenstelleFailed

NAMES = ("root", "interm", "tsa", "ocsp", "leaf", "revoked", "mute")


def write_keys(folder: Path) -> None:
    for name in NAMES:
        key: Any = rsa.generate_private_key(65537, 3072) if name == "leaf" else ec.generate_private_key(ec.SECP256R1())
        data = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / f"{name}.pem").write_bytes(data)


def _usage(*names: str) -> dict[str, Any]:
    return {"id": "key_usage", "critical": True, "smart-value": {"schema": "key-usage", "params": list(names)}}


def _purpose(name: str) -> dict[str, Any]:
    return {"id": "extended_key_usage", "critical": True, "value": [name]}


def _crl(name: str) -> dict[str, Any]:
    params = {"crl-repo-names": [name]}
    return {"id": "crl_distribution_points", "smart-value": {"schema": "crl-dist-url", "params": params}}


def _ocsp(name: str) -> dict[str, Any]:
    params = {"ocsp-responder-names": [name]}
    return {"id": "authority_information_access", "smart-value": {"schema": "aia-urls", "params": params}}


_CA = {"id": "basic_constraints", "critical": True, "value": {"ca": True}}
_SIGNS = _usage("digital_signature", "non_repudiation")


def _cert(name: str, issuer: str, *extensions: dict[str, Any], **more: Any) -> dict[str, Any]:
    validity = {"valid-from": "2020-01-01T00:00:00+0000", "valid-to": "2090-01-01T00:00:00+0000"}
    return {"subject": name, "issuer": issuer, "validity": validity, "extensions": list(extensions), **more}


def _config(url: str) -> dict[str, Any]:
    revoked = {"revocation": {"revoked-since": "2024-01-01T00:00:00+0000", "reason": "key_compromise"}}
    certs = {
        "root": _cert("root", "root", _CA, _usage("key_cert_sign", "crl_sign")),
        "interm": _cert("interm", "root", _CA, _usage("key_cert_sign", "crl_sign"), _crl("root")),
        "ocsp": _cert("ocsp", "interm", _usage("digital_signature"), _purpose("ocsp_signing"), {"id": "ocsp_no_check"}),
        "tsa": _cert("tsa", "root", _usage("digital_signature"), _purpose("time_stamping"), _crl("root")),
        "leaf": _cert("leaf", "interm", _SIGNS, _crl("interm"), _ocsp("interm")),
        "revoked": _cert("revoked", "interm", _SIGNS, _ocsp("interm"), **revoked),
        "mute": _cert("mute", "interm", _SIGNS),
    }
    repo = {name: {"for-issuer": name, "signing-key": name, "simulated-update-schedule": "P30D"} for name in NAMES[:2]}
    services = {
        "ocsp": {"interm": {"for-issuer": "interm", "responder-cert": "ocsp", "signing-key": "ocsp"}},
        "crl-repo": repo,
        "time-stamping": {"tsa": {"signing-key": "tsa", "signing-cert": "tsa"}},
    }
    architecture = {
        "keyset": "keys",
        "entity-defaults": {"country-name": "DE", "organization-name": "Probe"},
        "entities": {name: {"common-name": f"Probe {name}"} for name in NAMES},
        "certs": certs,
        "services": services,
    }
    return {
        "external-url-prefix": url,
        "keysets": {"keys": {"keys": {name: {"path": f"{name}.pem"} for name in NAMES}}},
        "pki-architectures": {"probe": architecture},
    }


@dataclass(frozen=True)
class LebendePki:
    architecture: PKIArchitecture
    config: CertomancerConfig
    url: str

    @property
    def tsa_url(self) -> str:
        return f"{self.url}/probe/tsa/tsa"

    def der(self, name: str) -> bytes:
        return bytes(self.architecture.get_cert(CertLabel(name)).dump())

    def key(self, name: str) -> SoftKey:
        private = self.architecture.key_set.get_private_key(name)
        chain = () if name == "tsa" else (self.der("interm"),)
        return SoftKey(load_der_private_key(private.dump(), None), self.der(name), chain)


@asynccontextmanager
async def serve(keys: Path) -> AsyncIterator[LebendePki]:
    port = unused_port()
    url = f"http://127.0.0.1:{port}"
    now = datetime.now(UTC).replace(microsecond=0)  # RFC 5280 §4.1.2.5.2: times have no fractions
    config = CertomancerConfig(_config(url), key_search_dir=str(keys))
    server = TestServer(build_animator_app(config.pki_archs, at_time=now, with_web_ui=False), port=port)
    async with server:
        yield LebendePki(next(iter(config.pki_archs.values())), config, url)


class Direkt:
    """Fetches from wherever it is sent, which only this test may; counts what is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.dead = False

    async def fetch(self, url: str, *, accept: str, max_bytes: int, body: bytes | None = None) -> bytes:
        self.asked.append(url)
        if self.dead:
            raise GegenstelleFailed("not reachable")
        headers = {"Accept": accept, "Content-Type": "application/ocsp-request"}
        async with (
            aiohttp.ClientSession() as session,
            session.request("GET" if body is None else "POST", url, data=body, headers=headers) as response,
        ):
            data = await response.read()
            assert len(data) <= max_bytes
            return data
