"""Remote signatures: certomancer's CSC v1 service and a strict v2 service; what they do wrong is noticed."""

import io
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from csc_dienst import CLIENT, PIN, SECRET, CscV2
from csc_dummy.csc_dummy_server import CSCWithCertomancer, DummyServiceParams
from ltv_pki import LebendePki, serve, write_keys

from certs.anchors import Anchors
from certs.keys import SoftKey
from certs.urteil import Urteil
from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.signatur.csc import Ausweis, CscSigner, open_csc
from erv_gateway.signatur.csc_http import Anmeldung, Dienst
from erv_gateway.signatur.fehler import SignierdienstFailed
from erv_gateway.signatur.pruefen import check_detached, check_pdf
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.signieren import sign_detached, sign_pdf
from erv_gateway.signatur.stapel import DateiAuftrag, PdfAuftrag, sign_batch

pytestmark = pytest.mark.filterwarnings("ignore::aiohttp.web_exceptions.NotAppKeyWarning")
DATA = b"Was zu unterschreiben ist"
Keys = Callable[[str, str], SoftKey]
Agrees = Callable[[bytes, bytes], bool]


@pytest.fixture(scope="module")
def pki_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certomancer")
    write_keys(folder)
    return folder


@pytest.fixture
async def lebend(pki_keys: Path) -> AsyncIterator[LebendePki]:
    async with serve(pki_keys) as pki:
        yield pki


@pytest.mark.parametrize("pinned", [False, True])
@pytest.mark.parametrize(("credential", "pss"), [("leaf", True), ("leaf", False), ("mute", True)])
async def test_version_1_signs_what_the_reference_service_allows(
    lebend: LebendePki, pdf: bytes, jetzt: datetime, credential: str, pss: bool, pinned: bool
) -> None:
    service = CSCWithCertomancer(lebend.config, service_params=DummyServiceParams(hash_pinning_required=pinned))
    service.register_routes()
    async with TestServer(service.app) as server:
        dienst = Dienst(str(server.make_url("/")))
        raw = await open_csc(dienst, Ausweis(f"probe/{credential}"))
        assert raw.certificate == lebend.der(credential)
        p7s = await sign_detached(DATA, Signer(raw, pss=pss), zeitpunkt=jetzt)
        (signature,) = check_detached(io.BytesIO(DATA), p7s, None, jetzt).signaturen
        assert not signature.nach_signatur_geaendert
        assert signature.urteil is Urteil.UNBESTIMMT  # sound, but its root is none of ours
        orders = [PdfAuftrag(io.BytesIO(pdf), io.BytesIO()) for _ in range(3)]
        await sign_batch(orders, Signer(raw, pss=pss))
        assert all(len(check_pdf(order.target, None, jetzt).signaturen) == 1 for order in orders)


@pytest.fixture
def secrets_of(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    (tmp_path / "pin").write_text(f"{PIN}\n")
    return tmp_path / "secret", tmp_path / "pin"


async def open_v2(server: TestServer, secrets: tuple[Path, Path]) -> CscSigner:
    anmeldung = Anmeldung(str(server.make_url("/oauth2/token")), CLIENT, secrets[0])
    return await open_csc(Dienst(str(server.make_url("/")), anmeldung), Ausweis("amt", secrets[1]), version=2)


@pytest.mark.parametrize(("kennung", "pss"), [("stadt-musterfurt", True), ("stadt-musterfurt", False), ("kreis", True)])
async def test_version_2_is_green_here_and_in_openssl(
    key_of: Keys,
    secrets_of: tuple[Path, Path],
    anchors: Anchors,
    jetzt: datetime,
    pdf: bytes,
    openssl_agrees: Agrees,
    kennung: str,
    pss: bool,
) -> None:
    service = CscV2(key_of("landkreis-auental" if kennung == "kreis" else kennung, "signatur"))
    async with TestServer(service.app) as server:
        signer = Signer(await open_v2(server, secrets_of), pss=pss)
        p7s = await sign_detached(DATA, signer, zeitpunkt=jetzt)
        target = io.BytesIO()
        await sign_pdf(pdf, target, signer)
    assert check_detached(io.BytesIO(DATA), p7s, anchors, jetzt).urteil is Urteil.GUELTIG
    assert check_pdf(target, anchors, jetzt).urteil is Urteil.GUELTIG
    assert openssl_agrees(DATA, p7s)


async def test_a_batch_needs_one_authorisation(
    key_of: Keys, secrets_of: tuple[Path, Path], anchors: Anchors, jetzt: datetime
) -> None:
    service = CscV2(key_of("stadt-musterfurt", "signatur"))
    files = [b"%d" % number for number in range(7)]
    orders = [DateiAuftrag(io.BytesIO(data), io.BytesIO()) for data in files]
    async with TestServer(service.app) as server:
        signer = Signer(await open_v2(server, secrets_of))
        service.log.clear()
        await sign_batch(orders, signer, zeitpunkt=jetzt)
        asked = [name for name, _ in service.log]
        assert asked == ["token", "/csc/v2/credentials/authorize", "/csc/v2/signatures/signHash"]
        service.multisign = 3
        smaller = Signer(await open_v2(server, secrets_of))
        service.log.clear()
        await sign_batch([DateiAuftrag(io.BytesIO(data), io.BytesIO()) for data in files], smaller, zeitpunkt=jetzt)
        assert [name for name, _ in service.log].count("/csc/v2/credentials/authorize") == 3
    for data, order in zip(files, orders, strict=True):
        assert check_detached(io.BytesIO(data), order.target.getvalue(), anchors, jetzt).urteil is Urteil.GUELTIG


@pytest.mark.parametrize(
    "twist",
    [
        lambda signatures: signatures[::-1],
        lambda signatures: signatures[:-1],
        lambda signatures: [b"" for _ in signatures],
        lambda signatures: [signatures[0]] * len(signatures),
        lambda signatures: [bytes(len(one)) for one in signatures],
    ],
    ids=["order", "missing", "empty", "repeated", "zeros"],
)
@pytest.mark.parametrize("kennung", ["stadt-musterfurt", "landkreis-auental"])
async def test_signatures_that_are_not_those_are_noticed(
    key_of: Keys, secrets_of: tuple[Path, Path], jetzt: datetime, twist: Callable[..., list[bytes]], kennung: str
) -> None:
    service = CscV2(key_of(kennung, "signatur"))
    service.twist = twist
    orders = [DateiAuftrag(io.BytesIO(data), io.BytesIO()) for data in (b"eins", b"zwei")]
    async with TestServer(service.app) as server:
        signer = Signer(await open_v2(server, secrets_of))
        with pytest.raises(SignierdienstFailed):
            await sign_batch(orders, signer, zeitpunkt=jetzt)
    assert [order.target.getvalue() for order in orders] == [b"", b""]


async def test_refusals_are_told_and_secrets_are_not(
    key_of: Keys, secrets_of: tuple[Path, Path], tmp_path: Path, jetzt: datetime
) -> None:
    wrong = tmp_path / "falsch"
    wrong.write_text("0815\n")
    service = CscV2(key_of("stadt-musterfurt", "signatur"))
    async with TestServer(service.app) as server:
        with pytest.raises(SignierdienstFailed, match="invalid_client") as refused:
            await open_v2(server, (wrong, secrets_of[1]))
        assert "0815" not in str(refused.value)
        signer = Signer(await open_v2(server, (secrets_of[0], wrong)))
        with pytest.raises(SignierdienstFailed, match="invalid_pin") as refused:
            await sign_detached(DATA, signer, zeitpunkt=jetzt)
        assert "0815" not in str(refused.value)
        dienst = Dienst(str(server.make_url("/")))
        with pytest.raises(SignierdienstFailed, match="invalid_token"):
            await open_csc(dienst, Ausweis("amt"), version=2)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"<html>",
        b'{"cert": {"certificates": []}}',
        b'{"cert": {"certificates": ["!"]}}',
        b'{"cert": {"certificates": ["AAAA"]}}',
        b'{"cert": {"certificates": [1]}}',
        b'{"cert": 1}',
        b"[" * 100_000,
        b'{"x": "' + bytes(5 * 1024 * 1024) + b'"}',
    ],
    ids=range(11),
)
async def test_whatever_a_broken_service_answers_is_one_kind_of_error(body: bytes) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    app = web.Application()
    app.router.add_post("/csc/v1/credentials/info", answer)
    async with TestServer(app) as server:
        with pytest.raises(SignierdienstFailed):
            await open_csc(Dienst(str(server.make_url("/"))), Ausweis("amt"))


async def test_redirects_are_not_followed_and_silence_ends() -> None:
    async def redirect(_request: web.Request) -> web.Response:
        raise web.HTTPTemporaryRedirect("/anderswo")

    app = web.Application()
    app.router.add_post("/csc/v1/credentials/info", redirect)
    async with TestServer(app) as server:
        with pytest.raises(SignierdienstFailed, match="307"):
            await open_csc(Dienst(str(server.make_url("/"))), Ausweis("amt"))
    with pytest.raises(SignierdienstFailed, match="not reachable"):
        await open_csc(Dienst("http://127.0.0.1:9", timeout=2), Ausweis("amt"))


@pytest.mark.parametrize("url", ["http://csc.example", "ftp://csc.example", "csc.example", "https://", ""])
def test_only_tls_leaves_this_machine(url: str) -> None:
    with pytest.raises(KonfigurationInvalid):
        Dienst(url)
    with pytest.raises(KonfigurationInvalid):
        Dienst("https://csc.example", Anmeldung(url, "a", Path("b")))
