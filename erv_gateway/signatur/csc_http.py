"""Requests to a remote signing service: JSON over TLS, no redirects, limited answers, a token where one is needed."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote_plus, urlsplit

import aiohttp

from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.signatur.fehler import SignierdienstFailed
from erv_gateway.signatur.passwort import read_password
from erv_gateway.signatur.zeitstempel import is_loopback

MAX_ANSWER_BYTES: Final = 4 * 1024 * 1024  # ours; 1000 RSA-4096 signatures in base64 have 0.7 MB
MAX_TOLD: Final = 200  # characters of a service's own error text


@dataclass(frozen=True, slots=True)
class Anmeldung:
    """OAuth 2.0 client credentials (RFC 6749 §4.4); the secret is the first line of a file."""

    token_url: str
    client_id: str
    client_secret_file: Path
    scope: str = "service"


@dataclass(frozen=True, slots=True)
class Dienst:
    """Where the service is (`url`: the part before `/csc/...`) and how one logs in. `timeout` in seconds."""

    url: str
    anmeldung: Anmeldung | None = None
    token_file: Path | None = None
    timeout: float = 60.0

    def __post_init__(self) -> None:
        for url in (self.url, *(() if self.anmeldung is None else (self.anmeldung.token_url,))):
            check_address(url)


def check_address(url: str) -> None:
    """Raises `KonfigurationInvalid` unless it is https, or http to this machine."""
    parts = urlsplit(url)
    if not (parts.scheme == "https" and parts.hostname) and not (
        parts.scheme == "http" and is_loopback(parts.hostname or "")
    ):
        raise KonfigurationInvalid(f"a signing service needs https (http only on this machine): {url}")


class Verbindung:
    """Some requests in a row. The token is fetched with the first and lives as long as this object."""

    def __init__(self, dienst: Dienst, session: aiohttp.ClientSession) -> None:
        self._dienst = dienst
        self._session = session
        self._token: str | None = None

    async def ask(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The JSON object that `path` answers. `SignierdienstFailed` for anything else."""
        if self._token is None:
            self._token = await self._login()
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        return await self._post(f"{self._dienst.url.rstrip('/')}{path}", headers, json=body)

    async def _login(self) -> str:
        if self._dienst.token_file is not None:
            return read_password(self._dienst.token_file)
        wanted = self._dienst.anmeldung
        if wanted is None:
            return ""
        form = {"grant_type": "client_credentials", "scope": wanted.scope}
        login = ":".join(quote_plus(one) for one in (wanted.client_id, read_password(wanted.client_secret_file)))
        basic = base64.b64encode(login.encode()).decode("ascii")  # RFC 6749 §2.3.1
        answer = await self._post(wanted.token_url, {"Authorization": f"Basic {basic}"}, data=form)
        return text(answer, "access_token")

    async def _post(self, url: str, headers: Mapping[str, str], **content: Any) -> dict[str, Any]:
        timeout = aiohttp.ClientTimeout(total=self._dienst.timeout)
        try:
            async with self._session.post(
                url, headers=headers, timeout=timeout, allow_redirects=False, **content
            ) as response:
                return _parse(url, response.status, await _limited(response))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise SignierdienstFailed(f"{url}: not reachable: {error or type(error).__name__}") from error


async def _limited(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise SignierdienstFailed(f"{response.url}: the answer is too large")
    return bytes(body)


def _parse(url: str, status: int, body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise SignierdienstFailed(f"{url}: HTTP {status} without JSON") from error
    if not isinstance(answer, dict):
        raise SignierdienstFailed(f"{url}: HTTP {status} without a JSON object")
    if status != 200:
        told = f"{answer.get('error', '')} {answer.get('error_description', '')}".strip()
        raise SignierdienstFailed(f"{url}: HTTP {status} {told[:MAX_TOLD]}".rstrip())
    return answer


def text(answer: Mapping[str, Any], name: str) -> str:
    """A text that must be there; else `SignierdienstFailed`."""
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise SignierdienstFailed(f"the signing service gave no {name}")
    return value


def texts(answer: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = answer.get(name)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise SignierdienstFailed(f"the signing service gave no list of {name}")
    return tuple(value)
