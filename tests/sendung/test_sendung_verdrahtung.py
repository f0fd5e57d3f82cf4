"""From the settings to a mailbox that works: keys in files, kept for reading, or at a signing service."""

from pathlib import Path

import pytest
from stationen import vorrat

from certs.lebenslauf import Schluesselart, Schluesselzustand
from erv_gateway import settings, wiring
from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.postfach.osci.adapter import OsciPostfach
from erv_gateway.postfach.osci.wechsel import WechselPostfach
from erv_gateway.signatur.csc import CscSignerV2
from erv_gateway.signatur.pki import Pki
from erv_gateway.storage.db import Database
from erv_gateway.storage.schemata import load_schemas

AMT, KREIS, VERMITTLER = "stadt-musterfurt", "landkreis-auental", "vermittler"


@pytest.fixture
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    try:
        load_schemas()
    except KonfigurationInvalid as missing:
        pytest.skip(f"XJustiz schemata are not installed: {missing}")
    return vorrat(tmp_path_factory.getbasetemp()).pki


def config(pki: Pki, folder: Path, more: str = "") -> Path:
    def key(kennung: str, name: str) -> str:
        place = pki.teilnehmer[kennung].schluessel[name]
        return f'file = "{place.p12}", password_file = "{place.passwort}"'

    vermittler = pki.teilnehmer[VERMITTLER].schluessel
    text = f"""
        data_dir = "{folder / "data"}"
        anchors_dir = "{pki.anchors_folder}"
        [[postfach]]
        name = "stadt"
        safe_id = "DE.Justiz.1"
        organisation = "Stadt"
        ort = "Musterfurt"
        endpoint = "http://127.0.0.1:9/"
        intermediary_cipher_cert_file = "{vermittler["postfach-chiffrat"].zertifikat}"
        intermediary_signature_cert_file = "{vermittler["postfach-signatur"].zertifikat}"
        signature_key = {{ {key(AMT, "postfach-signatur")} }}
        cipher_key = {{ {key(AMT, "postfach-chiffrat")} }}
        vhn_key = {{ {key(AMT, "vhn")} }}
        {more.format(alt=key(KREIS, "postfach-chiffrat"), pem=pki.teilnehmer[AMT].schluessel["signatur"].zertifikat)}
        """
    path = folder / "erv-gateway.toml"
    path.write_text("\n".join(line.strip() for line in text.splitlines()))
    return path


async def test_a_mailbox_with_one_key_of_each_kind(pki: Pki, db: Database, tmp_path: Path) -> None:
    platz = wiring.build_betrieb(settings.load(config(pki, tmp_path)), db).platz("stadt")
    assert isinstance(platz.postfach, OsciPostfach)
    assert {one.art for one in platz.schluessel} == set(Schluesselart)
    assert {one.zustand for one in platz.schluessel} == {Schluesselzustand.AKTIV}


async def test_a_retired_cipher_key_makes_a_mailbox_that_looks_at_both(pki: Pki, db: Database, tmp_path: Path) -> None:
    more = 'schluessel = [ {{ {alt}, art = "chiffrat", zustand = "abgeloest" }} ]'
    platz = wiring.build_betrieb(settings.load(config(pki, tmp_path, more)), db).platz("stadt")
    assert isinstance(platz.postfach, WechselPostfach)
    assert platz.schluessel[-1].zustand is Schluesselzustand.ABGELOEST


async def test_documents_can_be_signed_by_a_service(pki: Pki, db: Database, tmp_path: Path) -> None:
    more = 'document_key = {{ csc = {{ url = "https://csc.example", credential = "a", certificate_file = "{pem}" }} }}'
    platz = wiring.build_betrieb(settings.load(config(pki, tmp_path, more)), db).platz("stadt")
    assert isinstance(platz.dokument_signer.raw, CscSignerV2)
