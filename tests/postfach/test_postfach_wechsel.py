"""The cipher key of a mailbox is exchanged: old mail is still fetched and read, new mail goes on, proofs are found."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from postfach_hilfe import LANDKREIS, STADT, Ort, nothing_kept

from certs.anchors import Zweck
from certs.devpki.build import issue
from certs.devpki.plan import Eintrag, KeySpec
from certs.devpki.profiles import Profil
from certs.keys import SoftKey
from erv_gateway.kern.ids import MessageId
from erv_gateway.postfach.base import Empfaenger, Lieferung, Pruefergebnis, Zustellung
from erv_gateway.postfach.osci.adapter import OsciPostfach
from erv_gateway.postfach.osci.schluessel import TransportKey
from erv_gateway.postfach.osci.wechsel import WechselPostfach, zugaenge
from erv_gateway.signatur.pkcs11 import Pkcs11Key, Schluesselname
from erv_gateway.signatur.token import Tokenort, Tokens
from erv_gateway.storage.blobs import MemoryBlobs
from osci.dialog import Client

pytestmark = pytest.mark.xdist_group("postfach")


def new_cipher_key() -> SoftKey:
    """As a mailbox makes it for itself: RSA-3072, self-signed."""
    key = rsa.generate_private_key(65537, 3072)
    entry = Eintrag("x/neu", Profil.POSTFACH_CHIFFRAT, Zweck.MAILBOX, "Landkreis Auental", None, KeySpec.RSA_LEAF)
    return SoftKey(key, issue(entry, key, None, datetime.now(UTC)).certificate)


@pytest.fixture(scope="module")
def neu() -> SoftKey:
    return new_cipher_key()


def switched(ort: Ort, neu: TransportKey) -> tuple[WechselPostfach, MemoryBlobs]:
    """The county's mailbox after the switch: the new key in use, the old one kept for reading."""
    zugang, blobs = ort.zugang(LANDKREIS), MemoryBlobs()
    after = replace(zugang, client=Client(zugang.client.signing_key, neu))
    aktiv, *weitere = (OsciPostfach(one, blobs) for one in zugaenge(after, (zugang.client.decryption_key,)))
    return WechselPostfach(aktiv, tuple(weitere)), blobs


async def send_to(ort: Ort, certificate: bytes) -> MessageId:
    postfach, blobs = ort.postfach(STADT)
    message_id = await postfach.new_message_id()
    auftrag = await ort.auftrag(blobs, message_id)
    empfaenger = replace(auftrag.empfaenger, cipher_certificate=certificate)
    assert isinstance(empfaenger, Empfaenger)
    await postfach.hand_over(await postfach.prepare(replace(auftrag, empfaenger=empfaenger)))
    return message_id


async def fetch(postfach: WechselPostfach) -> dict[MessageId, Lieferung]:
    found = {}
    async for ereignis in postfach.collect(nothing_kept):
        if isinstance(ereignis, Zustellung):
            found[ereignis.message_id] = await postfach.open_delivery(ereignis.original.sha256)
    return found


async def test_mail_to_the_old_certificate_is_read_after_the_switch(ort: Ort, neu: SoftKey) -> None:
    old_id = await send_to(ort, ort.zertifikat(LANDKREIS, "postfach-chiffrat"))
    new_id = await send_to(ort, neu.certificate)
    postfach, _ = switched(ort, TransportKey(neu))
    found = await fetch(postfach)
    assert {old_id, new_id} <= found.keys()
    for message_id in (old_id, new_id):
        assert len(found[message_id].anhaenge) == 2
        assert {schritt.ergebnis for schritt in found[message_id].schritte} == {Pruefergebnis.GUELTIG}
    assert await fetch(postfach) == {}, "all of it is acknowledged"


async def test_a_delivery_kept_before_the_switch_is_read_after_it(ort: Ort, neu: SoftKey) -> None:
    before, blobs = ort.postfach(LANDKREIS)
    await send_to(ort, ort.zertifikat(LANDKREIS, "postfach-chiffrat"))
    originals = [e.original.sha256 async for e in before.collect(nothing_kept) if isinstance(e, Zustellung)]
    zugang = ort.zugang(LANDKREIS)
    after = replace(zugang, client=Client(zugang.client.signing_key, TransportKey(neu)))
    without = OsciPostfach(after, blobs)
    first, *_ = zugaenge(after, (zugang.client.decryption_key,))
    for original in originals:
        assert len((await OsciPostfach(first, blobs).open_delivery(original)).anhaenge) == 2
        with pytest.raises(Exception, match=r"cannot be read|9202"):
            await without.open_delivery(original)


async def test_the_record_of_what_was_sent_before_the_switch_is_found(ort: Ort, neu: SoftKey) -> None:
    _, blobs, message_id, vorbereitet = await ort.vorbereitet()
    zugang = ort.zugang(STADT)
    after = replace(zugang, client=Client(zugang.client.signing_key, TransportKey(neu)))
    aktiv, *weitere = (OsciPostfach(one, blobs) for one in zugaenge(after, (zugang.client.decryption_key,)))
    annahme = await aktiv.hand_over(vorbereitet)  # prepared under the old key, handed over under the new one
    assert annahme.codes
    assert await aktiv.fetch_laufzettel(message_id) is None
    assert await WechselPostfach(aktiv, tuple(weitere)).fetch_laufzettel(message_id) is not None


@pytest.fixture(scope="module")
def im_token(tmp_path_factory: pytest.TempPathFactory, neu: SoftKey) -> Iterator[Pkcs11Key]:
    library = next((one for one in _libraries() if one.exists()), None)
    tool = shutil.which("softhsm2-util")
    if library is None or tool is None:
        pytest.skip("SoftHSM2 is not installed (ops/setup/softhsm.sh)")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    (folder / "pin").write_text("1234\n")
    pem = neu.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(pem)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
        for arguments in (
            ("--init-token", "--free", "--label", "post", "--so-pin", "0000", "--pin", "1234"),
            ("--import", str(folder / "key.pem"), "--token", "post", "--label", "c", "--id", "01", "--pin", "1234"),
        ):
            subprocess.run([tool, *arguments], check=True, capture_output=True)
        token = Tokens().token(Tokenort(library, "post", None, folder / "pin"))
        yield Pkcs11Key(token, Schluesselname(label="c"), neu.certificate)


def _libraries() -> tuple[Path, ...]:
    return (Path("/usr/lib/softhsm/libsofthsm2.so"),)


async def test_a_mailbox_key_in_a_token_opens_mail_and_answers(ort: Ort, im_token: Pkcs11Key) -> None:
    message_id = await send_to(ort, im_token.certificate)
    postfach, _ = switched(ort, TransportKey(im_token))
    lieferung = (await fetch(postfach))[message_id]
    assert len(lieferung.anhaenge) == 2
    assert {schritt.ergebnis for schritt in lieferung.schritte} == {Pruefergebnis.GUELTIG}
