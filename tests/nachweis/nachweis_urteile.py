"""Asks both verifiers, and re-packs bundles with any change."""

import hashlib
import importlib.util
import io
import json
import sys
import zipfile
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from cryptography import x509

from erv_gateway.kern.ereignisse import canonical_json
from erv_gateway.nachweis.modell import MANIFEST, NachweisUnreadable
from erv_gateway.nachweis.pruefen import verify_nachweis

VERIFY_PY = Path(__file__).resolve().parents[2] / "ops" / "verifier" / "verify.py"
UNLESBAR = "unlesbar"


@cache
def verifier() -> ModuleType:
    """ops/verifier/verify.py as a module."""
    spec = importlib.util.spec_from_file_location("nachweis_verify", VERIFY_PY)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def stand_alone(bundle: bytes, anker: Sequence[bytes] = ()) -> tuple[str, dict[str, bool | None]]:
    verify = verifier()
    try:
        verdict, checks, _ = verify.verify(io.BytesIO(bundle), [x509.load_der_x509_certificate(der) for der in anker])
    except verify.Unreadable:
        return UNLESBAR, {}
    return verdict, {check.name: check.ok for check in checks}


def own(bundle: bytes, anker: Sequence[bytes] = ()) -> tuple[str, dict[str, bool | None]]:
    try:
        pruefung = verify_nachweis(io.BytesIO(bundle), anker)
    except NachweisUnreadable:
        return UNLESBAR, {}
    return pruefung.verdict.value, {check.name: check.ok for check in pruefung.checks}


def verdict(bundle: bytes, anker: Sequence[bytes] = ()) -> str:
    """The verdict on which both verifiers agree, check by check."""
    left, right = stand_alone(bundle, anker), own(bundle, anker)
    assert left == right
    return left[0]


def failed(bundle: bytes, anker: Sequence[bytes] = ()) -> set[str]:
    """Names of the checks that do not pass, in both."""
    verdict(bundle, anker)
    return {name for name, ok in stand_alone(bundle, anker)[1].items() if ok is not True}


def unpack(bundle: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def pack(files: Mapping[str, bytes]) -> bytes:
    spool = io.BytesIO()
    with zipfile.ZipFile(spool, "w") as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return spool.getvalue()


def rehash(files: Mapping[str, bytes], change: Callable[[dict[str, Any]], None] = lambda manifest: None) -> bytes:
    """A bundle whose manifest is consistent again: what an attacker without the keys can do."""
    manifest = json.loads(files[MANIFEST])
    others = {path: data for path, data in files.items() if path != MANIFEST}
    manifest["files"] = [
        {"path": path, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)} for path, data in others.items()
    ]
    change(manifest)
    manifest.pop("pruefsumme")
    manifest["pruefsumme"] = hashlib.sha256(canonical_json(manifest)).hexdigest()
    return pack({MANIFEST: json.dumps(manifest).encode(), **others})
