"""Filing back: only what proves is filed, complete files only, the same name every time."""

import io
import zipfile
from pathlib import Path

import pytest
from stationen import Werk

from erv_gateway.kern.fehler import ErvError
from erv_gateway.kern.zustaende import SendungZustand
from erv_gateway.sendung import ablage
from erv_gateway.sendung.ablage import NachweisBroken, file_back
from erv_gateway.sendung.ablageordner import export_blob
from erv_gateway.sendung.eingangsbestaetigung import confirm
from erv_gateway.sendung.uebergabe import hand_over
from erv_gateway.storage.blobs import BlobDamaged, BlobNotFound, MemoryBlobs
from erv_gateway.storage.blobs_local import LocalBlobs


async def test_a_bundle_that_does_not_verify_is_not_filed(werk: Werk) -> None:
    """The mailbox of this stage signs nothing: its evidence is no proof, whatever the database says."""
    sendung_id = await werk.beauftragt()
    await hand_over(werk.betrieb, sendung_id)
    await confirm(werk.betrieb, sendung_id)
    with pytest.raises(ErvError) as caught:
        await file_back(werk.betrieb, sendung_id)
    assert caught.value.code.startswith("nachweis")
    sendung = await werk.sendung(sendung_id)
    assert (sendung.zustand, sendung.nachweis) == (SendungZustand.BESTAETIGT, None)
    assert not list(werk.betrieb.ablage.rglob("*"))
    assert "sendung.abgelegt" not in await werk.arten(sendung_id)


async def test_our_own_verifier_has_the_last_word(werk: Werk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bundle could be written, but it does not hold: found out before it leaves the house."""
    monkeypatch.setattr(ablage, "write_nachweis", lambda _, spool: spool.write(an_empty_bundle()))
    sendung_id = await werk.beauftragt()
    await hand_over(werk.betrieb, sendung_id)
    await confirm(werk.betrieb, sendung_id)
    with pytest.raises(ErvError):
        await file_back(werk.betrieb, sendung_id)
    assert (await werk.sendung(sendung_id)).zustand is SendungZustand.BESTAETIGT
    assert not list(werk.betrieb.ablage.rglob("*"))


def an_empty_bundle() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("nachweis.json", "{}")
    return target.getvalue()


async def test_nothing_is_filed_before_it_is_confirmed(werk: Werk) -> None:
    sendung_id = await werk.beauftragt()
    await file_back(werk.betrieb, sendung_id)
    assert (await werk.sendung(sendung_id)).zustand is SendungZustand.BEAUFTRAGT


def test_our_verifiers_refusal_is_an_error_of_ours() -> None:
    assert NachweisBroken.code == "nachweis-fehlerhaft"


async def test_what_the_dms_collects_is_complete_and_for_its_owner_only(tmp_path: Path) -> None:
    blobs, folder = MemoryBlobs(), tmp_path / "akte" / "sendung"
    blob = await blobs.put_bytes(b"inhalt" * 100_000)
    for _ in range(2):
        target = export_blob(blobs, blob.sha256, folder, "nachweis.zip")
    assert target.read_bytes() == b"inhalt" * 100_000
    assert [path.name for path in folder.iterdir()] == ["nachweis.zip"], "no drafts left"
    assert (folder.stat().st_mode & 0o077, target.stat().st_mode & 0o077) == (0, 0)


def test_a_missing_blob_leaves_no_file_under_the_name(tmp_path: Path) -> None:
    with pytest.raises(BlobNotFound):
        export_blob(MemoryBlobs(), "00" * 32, tmp_path, "nachweis.zip")
    assert list(tmp_path.rglob("*")) == [], "and no draft that nobody would ever remove"


async def test_bytes_that_rotted_in_the_store_never_reach_the_dms(tmp_path: Path) -> None:
    blobs, folder = LocalBlobs(tmp_path / "blobs"), tmp_path / "ablage"
    blob = await blobs.put_bytes(b"inhalt")
    (stored,) = [path for path in (tmp_path / "blobs").rglob("*") if path.is_file() and blob.sha256[-8:] in path.name]
    stored.chmod(0o600)
    stored.write_bytes(b"Inhalt")
    with pytest.raises(BlobDamaged):
        export_blob(blobs, blob.sha256, folder, "bescheid.pdf")
    assert list(folder.iterdir()) == []
