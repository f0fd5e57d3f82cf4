"""A small PKI in memory: keys are made once, certificates as each test wants them."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from certs.anchors import Anchor, Anchors, Zweck
from certs.certificate import fingerprint
from certs.devpki import Ausstellung, DevPki, Plan, build, entries, generate_key

JETZT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def jetzt() -> datetime:
    return JETZT


@pytest.fixture(scope="session")
def pki() -> DevPki:
    plan = Plan(ca_bits=3072)
    return build(plan, {entry.pfad: generate_key(plan, entry.key) for entry in entries(plan)}, JETZT)


@pytest.fixture(scope="session")
def anchor_of() -> Callable[..., Anchor]:
    def make(certificate: bytes, zweck: Zweck = Zweck.SIGNATUR) -> Anchor:
        start = datetime(2000, 1, 1, tzinfo=UTC)
        return Anchor(zweck, certificate, frozenset(), start, None, "Test", fingerprint(certificate))

    return make


@pytest.fixture(scope="session")
def anchors(pki: DevPki, anchor_of: Callable[..., Anchor]) -> Anchors:
    return Anchors(tuple(anchor_of(certificate, zweck) for zweck, certificate in pki.anchors().items()))


@pytest.fixture(scope="session")
def ca(pki: DevPki) -> Ausstellung:
    return pki.ausstellungen["ca/signatur-ca"]


@pytest.fixture(scope="session")
def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())
