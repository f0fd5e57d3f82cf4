"""The dated table: one line per rule of the sheet."""

from datetime import UTC, datetime

import pytest

from certs import uris
from certs.algorithms import Eignung, Verwendung, rate, rate_key, rate_uri
from certs.devpki import DevPki
from certs.urteil import Urteil, schlechtestes


def on(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("verfahren", "bits", "verwendung", "day", "expected"),
    [
        ("rsa", 3072, Verwendung.SIGNATUR, "2026-11-21", Eignung.OK),
        ("rsa", 4096, Verwendung.SCHLUESSELTRANSPORT, "2026-11-21", Eignung.OK),
        ("rsa", 2048, Verwendung.SIGNATUR, "2025-12-31", Eignung.OK),
        ("rsa", 2048, Verwendung.SIGNATUR, "2026-01-01", Eignung.VERALTET),
        ("rsa", 2999, Verwendung.SIGNATUR, "2026-01-01", Eignung.VERALTET),
        ("rsa", 3000, Verwendung.SIGNATUR, "2026-01-01", Eignung.OK),
        ("rsa", 2048, Verwendung.OSCI, "2023-12-31", Eignung.OK),
        ("rsa", 2048, Verwendung.OSCI, "2024-01-01", Eignung.VERALTET),
        ("rsa", 2048, Verwendung.SCHLUESSELTRANSPORT, "2024-01-01", Eignung.VERALTET),
        ("rsa", 1024, Verwendung.SIGNATUR, "2010-01-01", Eignung.OK),
        ("rsa", 1024, Verwendung.SIGNATUR, "2026-01-01", Eignung.VERBOTEN),
        ("rsa", 512, Verwendung.OSCI, "2005-01-01", Eignung.VERBOTEN),
        ("ec", 256, Verwendung.SIGNATUR, "2026-01-01", Eignung.OK),
        ("ec", 160, Verwendung.SIGNATUR, "2026-01-01", Eignung.VERBOTEN),
        ("sha1", 0, Verwendung.OSCI, "2008-06-30", Eignung.OK),
        ("sha1", 0, Verwendung.OSCI, "2008-07-01", Eignung.VERBOTEN),
        ("sha1", 0, Verwendung.SIGNATUR, "2026-01-01", Eignung.VERBOTEN),
        ("sha256", 0, Verwendung.SIGNATUR, "2026-01-01", Eignung.OK),
        ("sha3-512", 0, Verwendung.OSCI, "2026-01-01", Eignung.OK),
        ("md5", 0, Verwendung.ZERTIFIKAT, "1999-01-01", Eignung.VERBOTEN),
        ("aes-cbc", 0, Verwendung.INHALT, "2020-12-31", Eignung.OK),
        ("aes-cbc", 0, Verwendung.INHALT, "2026-01-01", Eignung.VERALTET),
        ("aes-gcm", 0, Verwendung.INHALT, "2026-01-01", Eignung.OK),
        ("rsa-1_5", 0, Verwendung.SCHLUESSELTRANSPORT, "2026-01-01", Eignung.VERALTET),
        ("rsa-oaep", 0, Verwendung.SCHLUESSELTRANSPORT, "2026-01-01", Eignung.OK),
        ("rsa-pkcs1", 0, Verwendung.OSCI, "2026-01-01", Eignung.OK),
        ("erfunden", 0, Verwendung.SIGNATUR, "2026-01-01", Eignung.VERBOTEN),
    ],
)
def test_the_table(verfahren: str, bits: int, verwendung: Verwendung, day: str, expected: Eignung) -> None:
    rating = rate(verfahren, verwendung, on(day), bits=bits)
    assert rating.eignung is expected
    assert bool(rating.grund) == (expected is not Eignung.OK)


def test_a_signature_uri_is_as_good_as_its_worse_part() -> None:
    now = on("2026-11-21")
    assert rate_uri(f"{uris.DSIG}rsa-sha1", Verwendung.OSCI, now).eignung is Eignung.VERBOTEN
    assert rate_uri(f"{uris.DSIG_MORE}rsa-sha256", Verwendung.OSCI, now).eignung is Eignung.OK
    assert rate_uri(f"{uris.ENC11}aes256-gcm", Verwendung.INHALT, now).eignung is Eignung.OK
    assert rate_uri(f"{uris.ENC}tripledes-cbc", Verwendung.INHALT, now).eignung is Eignung.VERALTET
    assert rate_uri("urn:erfunden", Verwendung.OSCI, now).eignung is Eignung.VERBOTEN


def test_every_key_of_the_development_pki_is_good_today(pki: DevPki) -> None:
    for issued in pki.ausstellungen.values():
        assert rate_key(issued.certificate, Verwendung.SIGNATUR, on("2026-11-21")).eignung is Eignung.OK


def test_no_result_is_not_a_good_result() -> None:
    assert schlechtestes([]) is Urteil.UNBESTIMMT
    assert schlechtestes([Urteil.GUELTIG, Urteil.UNGUELTIG, Urteil.UNBESTIMMT]) is Urteil.UNGUELTIG
