"""Revocation in the verdict: before the receipt red, after it green, unknown yellow; the same result years later."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from cms_bau import Bau, LocalTsa, signed_data, tlv
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from pki_bau import Sperre, Stelle, Wunsch, anchor, certify, ocsp_answer, revocation_list, trust
from typer.testing import CliRunner

from certs.anchors import Anchors, Zweck
from certs.revocation import Beleg, Sperrstatus
from certs.urteil import Urteil
from erv_gateway.cli import make_app
from erv_gateway.isolation.werkstatt import Werkstatt
from erv_gateway.signatur.anker_json import anchors_from_json
from erv_gateway.signatur.auftrag import Auftrag
from erv_gateway.signatur.cms_belege import Beigaben
from erv_gateway.signatur.cms_pruefen import Massstab, check_cms
from erv_gateway.signatur.ergebnis import Pruefung, Signaturpruefung, Zeitgrundlage
from erv_gateway.signatur.fehler import GrundlageInvalid
from erv_gateway.signatur.grundlage import Pruefgrundlage, Sperrdatum
from erv_gateway.signatur.inhalt import Inhalt
from erv_gateway.signatur.isoliert import Pruefdienst
from erv_gateway.signatur.pruefen import check_detached
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.signieren import sign_detached

INHALT = b"Ein Schriftsatz.\n" * 30
TAG = timedelta(days=1)
GESPERRT = datetime(2025, 6, 1, 12, tzinfo=UTC)
VORHER, NACHHER = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 7, 1, tzinfo=UTC)
HEUTE = datetime(2026, 11, 21, tzinfo=UTC)
OCSP_URL = ("http://ocsp.example/",)
STAMPS = Wunsch(usage=("digital_signature",), purposes=(ExtendedKeyUsageOID.TIME_STAMPING,))


@pytest.fixture(scope="module")
def ca() -> Stelle:
    return certify("Aussteller", None, Wunsch(ca=True))


@pytest.fixture(scope="module")
def erika(ca: Stelle) -> Stelle:
    return certify("Erika", ca, Wunsch(ocsp=OCSP_URL))


@pytest.fixture(scope="module")
def tsa(ca: Stelle) -> Stelle:
    return certify("TSA", ca, replace(STAMPS, ocsp=OCSP_URL), rsa.generate_private_key(65537, 3072))


@pytest.fixture(scope="module")
def anchors(ca: Stelle) -> Anchors:
    return trust(anchor(Zweck.SIGNATUR, ca), anchor(Zweck.TSA, ca))


@pytest.fixture(scope="module")
def p7s(erika: Stelle) -> bytes:
    return asyncio.run(sign_detached(INHALT, Signer(erika.soft), zeitpunkt=VORHER))


def check(p7s: bytes, anchors: Anchors, at: datetime, *belege: Beleg) -> Signaturpruefung:
    massstab = Massstab(anchors, (Zweck.SIGNATUR,), at, Beigaben(belege))
    (result,) = check_cms(p7s, Inhalt.of_bytes(INHALT), massstab)
    return result


@pytest.fixture(scope="module", params=["ocsp", "crl"])
def sperrbeleg(request: pytest.FixtureRequest, ca: Stelle, erika: Stelle) -> Beleg:
    """What the responder, or the list, says today: revoked on 2025-06-01."""
    if request.param == "ocsp":
        return Beleg("ocsp", ocsp_answer(erika, ca, HEUTE, sperre=Sperre(GESPERRT)))
    return Beleg("crl", revocation_list(ca, HEUTE, {erika.certificate.serial_number: Sperre(GESPERRT)}))


def test_revoked_before_the_receipt_is_red(p7s: bytes, anchors: Anchors, sperrbeleg: Beleg) -> None:
    result = check(p7s, anchors, NACHHER, sperrbeleg)
    assert result.urteil is Urteil.UNGUELTIG
    assert result.sperrauskuenfte[0].status is Sperrstatus.GESPERRT
    assert any("gesperrt, vor dem maßgeblichen Zeitpunkt" in grund for grund in result.gruende)


def test_revoked_after_the_receipt_stays_green_with_the_receipt_as_time(
    p7s: bytes, anchors: Anchors, sperrbeleg: Beleg
) -> None:
    result = check(p7s, anchors, VORHER, sperrbeleg)
    assert result.urteil is Urteil.GUELTIG
    assert (result.zeitpunkt, result.zeitgrundlage) == (VORHER, Zeitgrundlage.EINGANG)
    assert result.sperrauskuenfte[0].gesperrt_am == GESPERRT
    assert any("erst danach gesperrt" in grund for grund in result.gruende)


def test_a_time_stamp_before_the_revocation_saves_a_late_receipt(
    erika: Stelle, tsa: Stelle, ca: Stelle, anchors: Anchors, sperrbeleg: Beleg
) -> None:
    stamped = asyncio.run(sign_detached(INHALT, Signer(erika.soft), LocalTsa(tsa.soft, VORHER)))
    fine = Beleg("ocsp", ocsp_answer(tsa, ca, HEUTE))
    result = check(stamped, anchors, NACHHER, sperrbeleg, fine)
    assert (result.urteil, result.zeitpunkt) == (Urteil.GUELTIG, VORHER)
    assert result.zeitgrundlage is Zeitgrundlage.ZEITSTEMPEL
    lost = Beleg("ocsp", ocsp_answer(tsa, ca, HEUTE, sperre=Sperre(VORHER + TAG)))
    assert check(stamped, anchors, NACHHER, sperrbeleg, lost).urteil is Urteil.UNGUELTIG


def test_unknown_is_yellow_where_there_is_someone_to_ask(p7s: bytes, anchors: Anchors, ca: Stelle) -> None:
    result = check(p7s, anchors, VORHER)
    assert result.urteil is Urteil.UNBESTIMMT
    assert any("Sperrstatus nicht geprüft" in grund for grund in result.gruende)
    assert [quelle.url for need in result.bedarf for quelle in need.quellen] == list(OCSP_URL)


def test_a_certificate_without_any_service_says_so(ca: Stelle, anchors: Anchors) -> None:
    silent = certify("Stumm", ca)
    result = check(asyncio.run(sign_detached(INHALT, Signer(silent.soft))), anchors, VORHER)
    assert result.urteil is Urteil.GUELTIG
    assert result.sperrauskuenfte[0].status is Sperrstatus.NICHT_GEPRUEFT
    assert any("nennt keinen Sperrdienst" in grund for grund in result.gruende)


def test_a_revoked_issuer_is_red(anchors: Anchors, ca: Stelle) -> None:
    sub = certify("Unter-CA", ca, Wunsch(ca=True))
    leaf = certify("Erika", sub)
    signed = asyncio.run(sign_detached(INHALT, Signer(leaf.soft)))
    belege = Beleg("crl", revocation_list(ca, HEUTE, {sub.certificate.serial_number: Sperre(GESPERRT)}))
    assert check(signed, anchors, NACHHER, belege).urteil is Urteil.UNGUELTIG
    assert check(signed, anchors, VORHER, belege).urteil is Urteil.GUELTIG


def test_data_inside_the_cms_count(erika: Stelle, ca: Stelle, anchors: Anchors) -> None:
    """A CRL in SignedData, an OCSP response there (RFC 5940), and Adobe's signed attribute."""
    crl = revocation_list(ca, VORHER, naechster=HEUTE)
    answer = ocsp_answer(erika, ca, VORHER)
    other = tlv(0xA1, bytes.fromhex("06082b06010505071002"), answer)
    for revocation in (crl, other):
        data = signed_data(Bau(erika.soft, INHALT), revocation=revocation)
        assert check(data, anchors, VORHER).urteil is Urteil.GUELTIG
    archival = tlv(
        0x30,
        bytes.fromhex("06092a864886f72f010108"),
        tlv(0x31, tlv(0x30, tlv(0xA0, tlv(0x30, crl)), tlv(0xA1, tlv(0x30, answer)))),
    )
    bau = Bau(erika.soft, INHALT, extra_attributes=[archival])
    assert check(signed_data(bau), anchors, VORHER).urteil is Urteil.GUELTIG


def test_forged_or_foreign_data_inside_the_cms_change_nothing(erika: Stelle, ca: Stelle, anchors: Anchors) -> None:
    stranger = certify("Aussteller", None, Wunsch(ca=True))
    for revocation in (revocation_list(ca, VORHER, signer=stranger), revocation_list(stranger, VORHER), b"\x30\x00"):
        data = signed_data(Bau(erika.soft, INHALT), revocation=revocation)
        assert check(data, anchors, VORHER).urteil is Urteil.UNBESTIMMT


@pytest.fixture
def files(tmp_path: Path, p7s: bytes) -> Auftrag:
    (tmp_path / "a.txt").write_bytes(INHALT)
    (tmp_path / "a.txt.p7s").write_bytes(p7s)
    return Auftrag("detached", tmp_path / "a.txt", tmp_path / "a.txt.p7s")


@pytest.mark.parametrize("eingang", [VORHER, NACHHER])
async def test_the_check_can_be_repeated_ten_years_later(
    files: Auftrag, anchors: Anchors, sperrbeleg: Beleg, eingang: datetime, werkstatt: Werkstatt
) -> None:
    datum = Sperrdatum(sperrbeleg.art, "http://ocsp.example/", HEUTE, sperrbeleg.daten)
    today = Pruefdienst(werkstatt=werkstatt, sperrdaten=(datum,), uhr=lambda: HEUTE)
    assert files.p7s is not None
    first = await today.check_detached(files.path, files.p7s, anchors, eingang)
    assert first.grundlage is not None
    kept = json.dumps(first.grundlage.to_json())
    later = Pruefdienst(werkstatt=werkstatt, uhr=lambda: HEUTE + 3653 * TAG)
    again = await later.repeat(files, Pruefgrundlage.from_json(json.loads(kept)))
    assert again == first
    assert again.grundlage == first.grundlage
    assert first.urteil is (Urteil.GUELTIG if eingang is VORHER else Urteil.UNGUELTIG)


async def test_without_its_grounds_the_check_would_end_otherwise(
    files: Auftrag, anchors: Anchors, werkstatt: Werkstatt
) -> None:
    assert files.p7s is not None
    naked = await Pruefdienst(werkstatt=werkstatt).check_detached(files.path, files.p7s, anchors, VORHER)
    assert naked.urteil is Urteil.UNBESTIMMT


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.pop("format"),
        lambda data: data.update(format="erv-pruefgrundlage/9"),
        lambda data: data.update(received="gestern"),
        lambda data: data.update(received="2025-01-01T00:00:00"),
        lambda data: data.update(anchors=[{}]),
        lambda data: data.update(revocation=[{"kind": "x", "url": "", "fetched": "2025-01-01T00:00:00Z", "data": ""}]),
        lambda data: data.update(certificates=["*"]),
        lambda data: data.update(trusted_lists={"lists": 1}),
        lambda data: data.update(purposes=["x"]),
    ],
)
def test_damaged_grounds_are_refused(anchors: Anchors, change: Callable[[dict[str, object]], object]) -> None:
    data = Pruefgrundlage(VORHER, HEUTE, anchors).to_json()
    assert Pruefgrundlage.from_json(data).to_json() == data
    change(data)
    with pytest.raises(GrundlageInvalid):
        Pruefgrundlage.from_json(data)


def test_the_command_takes_revocation_data_and_repeats(
    files: Auftrag, ca: Stelle, erika: Stelle, tmp_path: Path
) -> None:
    folder = tmp_path / "anchors"
    folder.mkdir()
    from certs.certificate import der_to_pem, fingerprint

    (folder / "ca.pem").write_bytes(der_to_pem([ca.der]))
    (folder / "anchors.toml").write_text(
        'format = 1\n[[anker]]\nzweck = "signatur"\ndatei = "ca.pem"\nquelle = "Test"\n'
        f'gueltig_ab = 2020-01-01\nsha256 = "{fingerprint(ca.der)}"\n'
    )
    listed = {erika.certificate.serial_number: Sperre(GESPERRT)}
    (tmp_path / "beleg").write_bytes(revocation_list(ca, HEUTE, listed))
    basis = tmp_path / "basis.json"
    common = ["signatur", "check", str(files.path), "--detached", str(files.p7s), "--json"]

    def run(*more: str) -> tuple[int, dict[str, object]]:
        result = CliRunner().invoke(make_app(["signatur"]), [*common, *more])
        return result.exit_code, json.loads(result.stdout)

    given = ["--anchors", str(folder), "--revocation", str(tmp_path / "beleg")]
    assert run(*given, "--received", "2025-07-01")[0] == 1
    code, first = run(*given, "--received", "2025-01-01", "--save-basis", str(basis))
    assert (code, first["verdict"]) == (0, "gueltig")
    assert run("--basis", str(basis)) == (0, first)
    (tmp_path / "beleg").write_bytes(b"nichts")
    assert run(*given)[0] == 2
    basis.write_text("{}")
    assert run("--basis", str(basis))[0] == 2
    assert run("--anchors", str(folder), "--online")[0] == 2


def test_results_survive_the_way_from_the_child(p7s: bytes, anchors: Anchors, sperrbeleg: Beleg) -> None:
    from erv_gateway.signatur.anker_json import anchors_to_json
    from erv_gateway.signatur.ergebnis_lesen import pruefung_of

    gaben = Beigaben((sperrbeleg,))
    result: Pruefung = check_detached(BytesIO(INHALT), p7s, anchors, VORHER, gaben=gaben)
    assert pruefung_of(json.loads(json.dumps(result.as_message()))) == result
    assert anchors_from_json(anchors_to_json(anchors)) == anchors


async def test_a_signer_certificate_that_nobody_can_read_is_open(
    erika: Stelle, anchors: Anchors, tmp_path: Path, werkstatt: Werkstatt
) -> None:
    """The name and number of the signer's certificate are right, the rest of it is not."""
    broken = bytearray(erika.der)
    place = broken.index(bytes.fromhex("0603551d0f"))  # key usage, which then cannot be parsed
    broken[place + 8 : place + 12] = b"\xff\xff\xff\xff"
    (tmp_path / "a").write_bytes(INHALT)
    (tmp_path / "b").write_bytes(signed_data(Bau(erika.soft, INHALT), certificates=[bytes(broken)]))
    dienst = Pruefdienst(werkstatt=werkstatt)
    result = await dienst.check_detached(tmp_path / "a", tmp_path / "b", anchors, VORHER)
    assert result.urteil is not Urteil.GUELTIG
    assert json.dumps(result.as_json())
