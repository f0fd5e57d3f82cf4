"""Trust anchors are typed, dated and pinned by their fingerprint."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certs.anchors import Zweck, parse_anchors
from certs.certificate import der_to_pem, fingerprint, pem_to_der
from certs.devpki import DevPki
from certs.errors import AnchorsInvalid, CertsError

NAME = "vhn-bebpo/ca.pem"


@pytest.fixture
def pem(pki: DevPki) -> bytes:
    return der_to_pem([pki.anchors()[Zweck.VHN_BEBPO]])


def toml(pem: bytes, **changes: str) -> bytes:
    fields = {
        "datei": f'"{NAME}"',
        "zweck": '"vhn-bebpo"',
        "rollen": '["egvp_bebpo"]',
        "gueltig_ab": "2026-01-01",
        "gueltig_bis": "2027-01-01T00:00:00+01:00",
        "quelle": '"Bundesnotarkammer"',
        "sha256": f'"{fingerprint(pem_to_der(pem)[0])}"',
        **changes,
    }
    lines = [f"{name} = {value}" for name, value in fields.items() if value]
    return ("format = 1\n[[anker]]\n" + "\n".join(lines)).encode()


def test_an_anchor_carries_purpose_roles_and_dates(pem: bytes) -> None:
    (anchor,) = parse_anchors(toml(pem), {NAME: pem}).alle
    assert (anchor.zweck, anchor.rollen, anchor.quelle) == (
        Zweck.VHN_BEBPO,
        frozenset({"egvp_bebpo"}),
        "Bundesnotarkammer",
    )
    assert anchor.gueltig_ab == datetime(2026, 1, 1, tzinfo=UTC)
    assert anchor.gueltig_bis == datetime(2026, 12, 31, 23, tzinfo=UTC)


def test_an_anchor_counts_for_its_purpose_in_its_time_only(pem: bytes) -> None:
    anchors = parse_anchors(toml(pem), {NAME: pem})
    inside = datetime(2026, 6, 1, tzinfo=UTC)
    assert len(anchors.for_zweck(Zweck.VHN_BEBPO, at=inside)) == 1
    assert anchors.for_zweck(Zweck.VHN_JUSTIZ, Zweck.SIGNATUR, at=inside) == ()
    assert anchors.for_zweck(Zweck.VHN_BEBPO, at=datetime(2025, 12, 31, tzinfo=UTC)) == ()
    assert anchors.for_zweck(Zweck.VHN_BEBPO, at=datetime(2026, 12, 31, 23, tzinfo=UTC)) == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"gueltig_bis": "2025-12-31"},
        {"gueltig_bis": "2026-01-01"},
        {"sha256": '"' + "0" * 64 + '"'},
        {"sha256": ""},
        {"zweck": '"alles"'},
        {"zweck": ""},
        {"rollen": '"egvp_bebpo"'},
        {"gueltig_ab": ""},
        {"gueltig_ab": "2026-01-01T00:00:00"},
        {"quelle": ""},
        {"datei": '"fehlt.pem"'},
    ],
)
def test_an_incomplete_or_wrong_entry_is_refused(pem: bytes, changes: dict[str, str]) -> None:
    with pytest.raises(AnchorsInvalid):
        parse_anchors(toml(pem, **changes), {NAME: pem})


def test_two_certificates_in_one_file_are_refused(pem: bytes) -> None:
    with pytest.raises(AnchorsInvalid, match="exactly one"):
        parse_anchors(toml(pem), {NAME: pem + pem})


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_only_the_errors_of_the_package_escape(index: bytes, pem: bytes) -> None:
    for document in (index, b"format = 1\n[[anker]]\n" + index):
        try:
            parse_anchors(document, {NAME: pem})
        except CertsError:
            continue
