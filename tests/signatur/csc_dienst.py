"""A signing service by CSC API 2.0 as strict as the specification: OAuth 2.0, PIN, authorisation bound to digests."""

import base64
import hashlib
import secrets
from collections.abc import Callable
from typing import Any

from aiohttp import web
from asn1crypto import algos
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from certs import uris
from certs.keys import SoftKey

CLIENT, SECRET, PIN = "behoerde", "geheimnis-der-behoerde", "4711"
Twist = Callable[[list[bytes]], list[bytes]]


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


class CscV2:
    """`twist` changes the signatures before they are handed out; `multisign` limits one authorisation."""

    def __init__(self, key: SoftKey, *, multisign: int = 50) -> None:
        self.key = key
        self.multisign = multisign
        self.twist: Twist = lambda signatures: signatures
        self.log: list[tuple[str, Any]] = []
        self._tokens: set[str] = set()
        self._granted: dict[str, tuple[str, ...]] = {}
        self.app = web.Application()
        self.app.router.add_post("/oauth2/token", self._token)
        for name in ("credentials/info", "credentials/authorize", "signatures/signHash"):
            self.app.router.add_post(f"/csc/v2/{name}", self._guarded(getattr(self, "_" + name.split("/")[1].lower())))

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        login = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {login}" or form["grant_type"] != "client_credentials":
            return _fault(401, "invalid_client", "unknown client")
        self._tokens.add(token := secrets.token_urlsafe())
        self.log.append(("token", form["scope"]))
        return web.json_response({"access_token": token, "token_type": "Bearer", "expires_in": 300})

    def _guarded(self, handler: Callable[[dict[str, Any]], web.Response]) -> Callable[[web.Request], Any]:
        async def handle(request: web.Request) -> web.Response:
            if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self._tokens:
                return _fault(401, "invalid_token", "no valid token")
            body = await request.json()
            self.log.append((request.path, body))
            if body.get("credentialID") != "amt":
                return _fault(400, "invalid_request", "Invalid parameter credentialID")
            return handler(body)

        return handle

    def _info(self, body: dict[str, Any]) -> web.Response:
        certificates = [b64(der) for der in (self.key.certificate, *self.key.chain)]
        return web.json_response(
            {
                "key": {"status": "enabled", "algo": ["1.2.840.113549.1.1.10"], "len": 3072},
                "cert": {"status": "valid", "certificates": certificates},
                "auth": {"mode": "explicit"},
                "SCAL": "2",
                "multisign": self.multisign,
            }
        )

    def _authorize(self, body: dict[str, Any]) -> web.Response:
        if body.get("authData") != [{"id": "PIN", "value": PIN}]:
            return _fault(400, "invalid_pin", "The PIN is wrong")
        if body["numSignatures"] != len(body["hashes"]) or len(body["hashes"]) > self.multisign:
            return _fault(400, "invalid_request", "Numbers of signatures is too high")
        self._granted[sad := secrets.token_urlsafe()] = tuple(body["hashes"])
        return web.json_response({"SAD": sad, "expiresIn": 60})

    def _signhash(self, body: dict[str, Any]) -> web.Response:
        if self._granted.pop(body["SAD"], None) != tuple(body["hashes"]):
            return _fault(400, "invalid_request", "Hash is not authorized by the SAD")
        if body["operationMode"] != "S" or "hash" in body:
            return _fault(400, "invalid_request", "Invalid parameter operationMode")
        name = algos.DigestAlgorithmId(body["hashAlgorithmOID"]).native
        signatures = [self._sign(base64.b64decode(value), name, body["signAlgo"]) for value in body["hashes"]]
        return web.json_response({"signatures": [b64(value) for value in self.twist(signatures)]})

    def _sign(self, digest: bytes, name: str, sign_algo: str) -> bytes:
        algorithm = uris.hash_algorithm(name)
        assert len(digest) == hashlib.new(name).digest_size
        private = self.key.private_key
        if isinstance(private, ec.EllipticCurvePrivateKey):
            return private.sign(digest, ec.ECDSA(Prehashed(algorithm)))
        pss = padding.PSS(padding.MGF1(algorithm), algorithm.digest_size)
        is_pss = algos.SignedDigestAlgorithmId(sign_algo).native == "rsassa_pss"
        return private.sign(digest, pss if is_pss else padding.PKCS1v15(), Prehashed(algorithm))


def _fault(status: int, error: str, description: str) -> web.Response:
    return web.json_response({"error": error, "error_description": description}, status=status)
