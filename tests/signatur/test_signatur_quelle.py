"""Keys as the settings name them: each source gives what the stations need, and nothing is asked too early."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

import pytest
from hsm_bau import Hsm, find_softhsm, softhsm
from pydantic import ValidationError

from certs.certificate import der_to_pem
from certs.keys import SoftKey
from certs.lebenslauf import Schluesselart, Schluesselzustand
from erv_gateway.settings import KeySettings
from erv_gateway.settings.sections import CscKeySettings, PostfachSettings, TokenKeySettings, WeitererSchluessel
from erv_gateway.signatur.csc import CscSigner, CscSignerV2
from erv_gateway.signatur.fehler import SchluesselInvalid
from erv_gateway.signatur.pkcs11 import Pkcs11Key
from erv_gateway.signatur.pki import Pki
from erv_gateway.signatur.schluesselquelle import certificate_of, keys_of, open_key, open_signer
from erv_gateway.signatur.signieren import sign_detached
from erv_gateway.signatur.token import Tokens

AMT = "stadt-musterfurt"
Keys = Callable[[str, str], SoftKey]


def from_file(pki: Pki, name: str) -> KeySettings:
    place = pki.teilnehmer[AMT].schluessel[name]
    return KeySettings(file=place.p12, password_file=place.passwort)


def csc(pem: Path, **more: object) -> KeySettings:
    return KeySettings(csc=CscKeySettings(url="https://csc.example", credential="amt", certificate_file=pem, **more))


@pytest.fixture(scope="module")
def hsm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hsm]:
    pair = find_softhsm()
    if pair is None:
        pytest.skip("SoftHSM2 is not installed (ops/setup/softhsm.sh)")
    with softhsm(tmp_path_factory.mktemp("softhsm"), pair) as ready:
        yield ready


def test_a_token_signs_documents_by_the_settings(hsm: Hsm, key_of: Keys, tmp_path: Path, jetzt: datetime) -> None:
    key = key_of(AMT, "signatur")
    ort = hsm.make_token("quelle")
    hsm.put(ort, key, "siegel", "0a")
    pem = tmp_path / "siegel.pem"
    pem.write_bytes(der_to_pem((key.certificate, *key.chain)))
    entry = KeySettings(
        pkcs11=TokenKeySettings(
            module_file=hsm.library, token="quelle", key_id="0a", pin_file=ort.pin_file, certificate_file=pem
        )
    )
    handle = open_key(entry, hsm.tokens)
    assert isinstance(handle, Pkcs11Key)
    assert (handle.certificate, handle.chain) == (key.certificate, key.chain)
    signer = open_signer(entry, hsm.tokens)
    assert len(asyncio.run(sign_detached(b"a", signer, zeitpunkt=jetzt))) > 2000
    assert certificate_of(entry, hsm.tokens) == key.certificate


def test_a_service_is_not_asked_before_the_first_signature(pki: Pki, key_of: Keys) -> None:
    pem = pki.teilnehmer[AMT].schluessel["signatur"].zertifikat
    signer = open_signer(csc(pem), Tokens())
    assert isinstance(signer.raw, CscSignerV2)
    assert signer.certificate == key_of(AMT, "signatur").certificate
    assert type(open_signer(csc(pem, version=1), Tokens()).raw) is CscSigner
    with pytest.raises(SchluesselInvalid):
        open_key(csc(pem), Tokens())


def test_all_keys_of_a_mailbox_with_their_states(pki: Pki) -> None:
    names = {"signature_key": "postfach-signatur", "cipher_key": "postfach-chiffrat", "vhn_key": "vhn"}
    old = pki.teilnehmer["landkreis-auental"].schluessel["postfach-chiffrat"]
    entry = PostfachSettings(
        name="stadt",
        safe_id="DE.1",
        organisation="Stadt",
        ort="Ort",
        endpoint="https://osci.example",
        intermediary_cipher_cert_file=old.zertifikat,
        intermediary_signature_cert_file=old.zertifikat,
        schluessel=(WeitererSchluessel(file=old.p12, password_file=old.passwort),),
        **{key: from_file(pki, name) for key, name in names.items()},
    )
    found = [(one.art, one.zustand) for one in keys_of(entry, Tokens())]
    aktiv = Schluesselzustand.AKTIV
    assert found[:4] == [(art, aktiv) for art in Schluesselart]
    assert found[4:] == [(Schluesselart.CHIFFRAT, Schluesselzustand.ABGELOEST)]


@pytest.mark.parametrize(
    "content", [b"", b"kein PEM", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_a_broken_certificate_file_is_said(tmp_path: Path, content: bytes) -> None:
    pem = tmp_path / "a.pem"
    pem.write_bytes(content)
    with pytest.raises(SchluesselInvalid):
        open_signer(csc(pem), Tokens())
    with pytest.raises(SchluesselInvalid):
        open_signer(csc(tmp_path / "fehlt.pem"), Tokens())


COMPLETE = MappingProxyType({"url": "https://a", "credential": "a", "certificate_file": "a"})


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"file": "a"},
        {"password_file": "a"},
        {"file": "a", "password_file": "b", "csc": dict(COMPLETE)},
        {"csc": {**COMPLETE, "url": "http://csc.example"}},
        {"csc": {**COMPLETE, "url": "https://user:secret@csc.example"}},
        {"csc": {**COMPLETE, "version": 3}},
        {"csc": {**COMPLETE, "pin": "4711"}},
        {"csc": {**COMPLETE, "token_url": "https://a", "client_id": "b"}},
        {"pkcs11": {"module_file": "a", "pin_file": "b"}},
        {"pkcs11": {"module_file": "a", "token": "t", "pin": "4711"}},
    ],
)
def test_a_key_is_exactly_one_thing_and_never_a_secret_itself(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        KeySettings.model_validate(values)
