"""Whatever is done to a bundle, both verifiers notice it and say the same."""

import base64
import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid5

import nachweis_fabrik as fabrik
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from nachweis_urteile import UNLESBAR, failed, pack, rehash, unpack, verdict

from erv_gateway.kern.ereignisse import EreignisArt, leaf_hash
from erv_gateway.nachweis import modell
from erv_gateway.nachweis.bundle import NachweisTeile

A = EreignisArt
PATHS = sorted(unpack(fabrik.good_bundle()))
READING_ONLY = {modell.PDF, modell.LIESMICH}


def teile(**changes: Any) -> NachweisTeile:
    return replace(fabrik.good_teile(), **changes)


def judged(**changes: Any) -> str:
    return verdict(fabrik.write(teile(**changes)))


def failing(**changes: Any) -> set[str]:
    return failed(fabrik.write(teile(**changes)))


def test_good_bundle_is_gueltig() -> None:
    assert verdict(fabrik.good_bundle()) == "gueltig"
    assert failed(fabrik.good_bundle()) == set()


def test_missing_annahme_is_permitted() -> None:
    assert judged(annahme=None) == "gueltig"


@pytest.mark.parametrize("path", PATHS)
def test_every_flipped_bit_is_noticed(path: str) -> None:
    files = unpack(fabrik.good_bundle())
    size = len(files[path])
    for position in range(0, size, max(1, size // 15)):
        for bit in (0, 5):
            damaged = bytearray(files[path])
            damaged[position] ^= 1 << bit
            assert verdict(pack({**files, path: bytes(damaged)})) != "gueltig", (position, bit)


@pytest.mark.parametrize("path", PATHS)
def test_removed_file_is_noticed(path: str) -> None:
    files = unpack(fabrik.good_bundle())
    del files[path]
    assert verdict(pack(files)) == (UNLESBAR if path == modell.MANIFEST else "ungueltig")


@pytest.mark.parametrize("path", sorted(set(PATHS) - {modell.MANIFEST, modell.ANNAHME}))
def test_removed_file_is_noticed_even_when_the_manifest_agrees(path: str) -> None:
    files = unpack(fabrik.good_bundle())
    del files[path]
    assert verdict(rehash(files)) in ("ungueltig", "unbestimmt")


@pytest.mark.parametrize("name", ["x.txt", "uebergabe/inhalt-3.xml", "zertifikate/ketten/ca-9.pem", "paket/a.pdf"])
def test_surplus_file_is_noticed(name: str) -> None:
    files = {**unpack(fabrik.good_bundle()), name: b"surplus"}
    assert verdict(pack(files)) == "ungueltig"
    assert verdict(rehash(files)) == "ungueltig"


@pytest.mark.parametrize(("left", "right"), list(zip(PATHS, PATHS[1:] + PATHS[:1], strict=True)))
def test_swapped_files_are_noticed(left: str, right: str) -> None:
    files = unpack(fabrik.good_bundle())
    files[left], files[right] = files[right], files[left]
    assert verdict(pack(files)) != "gueltig"


@pytest.mark.parametrize("path", sorted(set(PATHS) - READING_ONLY - {modell.MANIFEST}))
def test_rehashed_change_is_caught_by_what_is_signed(path: str) -> None:
    files = unpack(fabrik.good_bundle())
    changes = {files[path].replace(old, new) for old, new in ((b"a", b"b"), (b"1", b"2"), (b"A", b"B"))}
    changes.discard(files[path])  # a fresh certificate may happen to hold none of a letter
    assert changes
    for changed in changes:
        assert verdict(rehash({**files, path: changed})) != "gueltig"


@pytest.mark.parametrize("path", sorted(READING_ONLY))
def test_reading_copies_prove_nothing_and_the_report_says_so(path: str) -> None:
    files = unpack(fabrik.good_bundle())
    assert verdict(rehash({**files, path: files[path] + b"\n"})) == "gueltig"


CLAIMS: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "eingang": (lambda m: m["claims"].update(eingang="2026-11-21T19:54:31+00:00"), "laufzettel"),
    "eingang without zone": (lambda m: m["claims"].update(eingang="2026-11-21T19:54:32"), "laufzettel"),
    "message id": (lambda m: m["claims"].update(message_id="govapp_0816"), "umschlag"),
    "empfaenger": (lambda m: m["claims"].update(empfaenger="DE.Justiz.other"), "empfaenger"),
    "file hash": (lambda m: m["claims"]["dateien"][1].update(sha256="0" * 64), "inhalt"),
    "file name": (lambda m: m["claims"]["dateien"][1].update(dateiname="Anderes.pdf"), "inhalt"),
    "file dropped": (lambda m: m["claims"]["dateien"].pop(), "inhalt"),
    "file twice": (lambda m: m["claims"]["dateien"].append(m["claims"]["dateien"][0]), "inhalt"),
    "size of the XJustiz message": (lambda m: m["claims"]["dateien"][0].update(bytes=1), "paket"),
    "own id": (lambda m: m["sendung"].update(eigene_nachrichten_id="x"), "paket"),
    "sendung": (lambda m: m["sendung"].update(id="x"), "protokoll"),
    "urteil": (lambda m: m["claims"].update(urteil="unbestimmt"), "verzeichnis"),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_changed_claim_is_caught(name: str) -> None:
    change, check = CLAIMS[name]
    bundle = rehash(unpack(fabrik.good_bundle()), change)
    assert verdict(bundle) != "gueltig"
    assert check in failed(bundle)


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m.update(format="erv-gateway-nachweis/2"),
        lambda m: m.update(extra=1),
        lambda m: m["claims"].update(message_id=5),
        lambda m: m["files"][0].update(bytes=1.0),
        lambda m: m["files"][0].update(bytes=True),
        lambda m: m.update(created="gestern"),
    ],
)
def test_other_form_of_manifest_is_unreadable(change: Callable[[dict[str, Any]], None]) -> None:
    assert verdict(rehash(unpack(fabrik.good_bundle()), change)) == UNLESBAR


@pytest.mark.parametrize("text", [b"", b"[]", b'{"a":1,"a":2}', b"NaN", b"\xff", b"[" * 100_000])
def test_broken_manifest_is_unreadable(text: bytes) -> None:
    assert verdict(pack({**unpack(fabrik.good_bundle()), modell.MANIFEST: text})) == UNLESBAR


def test_other_intermediary_is_caught_where_the_certificate_is_not_exchanged() -> None:
    stranger = fabrik.pki("Fremd").vermittler
    card = fabrik.laufzettel(fabrik.MESSAGE_ID, "2026-11-21T20:54:32+01:00", stranger)
    assert "laufzettel" in failing(laufzettel=card)


def test_other_key_under_the_same_certificate_is_caught() -> None:
    keys = fabrik.pki()
    forged = replace(fabrik.pki("Fremd").vermittler, certificate=keys.vermittler.certificate)
    card = fabrik.laufzettel(fabrik.MESSAGE_ID, "2026-11-21T20:54:32+01:00", forged)
    assert "laufzettel" in failing(laufzettel=card)


def test_whole_forgery_is_caught_only_by_the_anchor() -> None:
    """All made anew with keys of a stranger: whole in itself, but the root is not the one that is trusted."""
    stranger, keys = fabrik.pki("Fremd"), fabrik.pki()
    forged = fabrik.write(
        teile(
            vermittler=stranger.vermittler.certificate,
            ketten=(keys.ca, stranger.ca),
            annahme=fabrik.annahme(fabrik.MESSAGE_ID, "2026-11-21T20:54:32+01:00", stranger.vermittler),
            laufzettel=fabrik.laufzettel(fabrik.MESSAGE_ID, "2026-11-21T20:54:32+01:00", stranger.vermittler),
            eintraege=fabrik.protokoll({}),
        )
    )
    assert verdict(forged) == "gueltig"
    assert failed(forged, [keys.ca]) == {"vertrauen"}
    assert verdict(forged, [keys.ca]) == "unbestimmt"


def test_anchor_completes_the_chain() -> None:
    keys = fabrik.pki()
    without_chain = fabrik.write(teile(ketten=()))
    assert verdict(without_chain) == "unbestimmt"
    assert verdict(without_chain, [keys.ca]) == "gueltig"
    assert verdict(fabrik.good_bundle(), [keys.ca]) == "gueltig"


def test_certificate_not_valid_at_entry_is_caught() -> None:
    late = "2031-01-01T00:00:00Z"
    keys = fabrik.pki()
    changes = {
        "eingang": dt.datetime(2031, 1, 1, tzinfo=dt.UTC),
        "annahme": fabrik.annahme(fabrik.MESSAGE_ID, late, keys.vermittler),
        "laufzettel": fabrik.laufzettel(fabrik.MESSAGE_ID, late, keys.vermittler),
        "eintraege": fabrik.protokoll({}),
    }
    assert failing(**changes) == {"zertifikate"}


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"annahme": ("response", "b3RoZXI=")}, "annahme"),
        ({"annahme": ("code", "9801")}, "annahme"),
        ({"laufzettel": ("code", "9804")}, "laufzettel"),
    ],
)
def test_answer_that_is_none_is_caught(changes: dict[str, tuple[str, str]], check: str) -> None:
    keys = fabrik.pki()
    (path, (key, value)) = next(iter(changes.items()))
    answer = getattr(fabrik, path)(fabrik.MESSAGE_ID, "2026-11-21T20:54:32+01:00", keys.vermittler, **{key: value})
    assert failing(**{path: answer}, eintraege=fabrik.protokoll({})) == {check}


def test_laufzettel_of_another_message_is_caught() -> None:
    card = fabrik.laufzettel("govapp_0816", "2026-11-21T20:54:32+01:00", fabrik.pki().vermittler)
    assert failing(laufzettel=card, eintraege=fabrik.protokoll({})) == {"laufzettel"}


def test_annahme_with_another_time_is_caught() -> None:
    answer = fabrik.annahme(fabrik.MESSAGE_ID, "2026-11-21T20:54:33+01:00", fabrik.pki().vermittler)
    assert failing(annahme=answer, eintraege=fabrik.protokoll({})) == {"annahme"}


def test_envelope_that_signs_other_attachments_is_caught() -> None:
    keys = fabrik.pki()
    umschlag = fabrik.store_delivery(2, ["Anderes.pdf"], fabrik.MESSAGE_ID, keys.absender, keys.empfaenger)
    assert failing(umschlag=umschlag, eintraege=fabrik.protokoll({})) == {"umschlag"}


def test_envelope_with_fewer_containers_is_caught() -> None:
    keys = fabrik.pki()
    names = [datei.dateiname for datei in fabrik.good_teile().dateien]
    umschlag = fabrik.store_delivery(1, names, fabrik.MESSAGE_ID, keys.absender, keys.empfaenger)
    assert failing(umschlag=umschlag, eintraege=fabrik.protokoll({})) == {"umschlag"}


def test_content_signed_by_another_is_caught() -> None:
    stranger = fabrik.pki("Fremd").absender
    good = fabrik.good_teile()
    second = fabrik.container("govello_coco", {"additional_infos": b"user_id=x\n"}, {}, stranger)
    assert "inhalt" in failing(inhalte=(good.inhalte[0], second))


def test_file_that_the_xjustiz_message_does_not_list_is_caught() -> None:
    keys, good = fabrik.pki(), fabrik.good_teile()
    files = {"xjustiz_nachricht.xml": fabrik.xjustiz(["Bauantrag.pdf"]), "Bauantrag.pdf": b"a", "Mehr.pdf": b"b"}
    inhalt = fabrik.container("project_coco", {"nachricht.xml": fabrik.nachricht_xml()}, files, keys.absender)
    dateien = tuple(modell.GesendeteDatei(n, len(d), fabrik.hexdigest(d)) for n, d in files.items())
    umschlag = fabrik.store_delivery(2, list(files), fabrik.MESSAGE_ID, keys.absender, keys.empfaenger)
    changes = {"inhalte": (inhalt, good.inhalte[1]), "dateien": dateien, "umschlag": umschlag}
    changes |= {"xjustiz": files["xjustiz_nachricht.xml"], "eintraege": fabrik.protokoll({})}
    assert failing(**changes) == {"paket"}


def test_unsigned_recipient_is_unbestimmt() -> None:
    keys, good = fabrik.pki(), fabrik.good_teile()
    files = {"xjustiz_nachricht.xml": fabrik.xjustiz([])}
    inhalt = fabrik.container("project_coco", {}, files, keys.absender)
    data = files["xjustiz_nachricht.xml"]
    changes: dict[str, Any] = {
        "inhalte": (inhalt, good.inhalte[1]),
        "dateien": (modell.GesendeteDatei("xjustiz_nachricht.xml", len(data), fabrik.hexdigest(data)),),
        "umschlag": fabrik.store_delivery(2, list(files), fabrik.MESSAGE_ID, keys.absender, keys.empfaenger),
        "xjustiz": data,
        "eintraege": fabrik.protokoll({}),
    }
    assert failing(**changes) == {"empfaenger"}
    assert judged(**changes) == "unbestimmt"


@pytest.mark.parametrize("missing", range(1, len(fabrik.ORDER)))
def test_log_entry_dropped_is_caught(missing: int) -> None:
    eintraege = fabrik.good_teile().eintraege
    assert failing(eintraege=eintraege[:missing] + eintraege[missing + 1 :]) == {"protokoll"}


def test_log_entries_exchanged_or_repeated_are_caught() -> None:
    eintraege = fabrik.good_teile().eintraege
    assert failing(eintraege=(eintraege[0], eintraege[2], eintraege[1], *eintraege[3:])) == {"protokoll"}
    assert failing(eintraege=(*eintraege[:2], *eintraege[1:])) == {"protokoll"}


def test_log_entry_with_other_digest_is_caught() -> None:
    wrong = fabrik.protokoll({A.SENDUNG_UEBERGABE_BEGONNEN: {"umschlag_sha256": "0" * 64}})
    assert failing(eintraege=wrong) == {"protokoll"}


def test_log_entry_of_another_sendung_is_caught() -> None:
    eintraege = fabrik.good_teile().eintraege
    other = replace(fabrik.ereignis(A.SENDUNG_GEPRUEFT, 99, {}), gegenstand=uuid5(fabrik.SENDUNG, "x"))
    assert failing(eintraege=(*eintraege, fabrik.eintrag(99, other))) == {"protokoll"}


def test_lost_answer_then_found_is_a_legal_history() -> None:
    order: tuple[EreignisArt, ...] = (
        *fabrik.ORDER[:6],
        A.SENDUNG_UNGEWISS,
        A.SENDUNG_NICHT_ANGEKOMMEN,
        A.SENDUNG_UEBERGABE_BEGONNEN,
    )
    order += (A.SENDUNG_UNGEWISS, A.SENDUNG_UEBERGEBEN, A.SENDUNG_BEANSTANDET, A.SENDUNG_BESTAETIGT)
    angaben = {A.SENDUNG_BEANSTANDET: {"laufzettel_sha256": None}}
    assert judged(eintraege=fabrik.protokoll(angaben, order), annahme=None) == "gueltig"


def respaced(line: dict[str, Any]) -> dict[str, Any]:
    """The same entry in another notation, with its own true hash: not canonical."""
    body = json.dumps(json.loads(base64.b64decode(line["body"])), indent=1).encode()
    return line | {"body": base64.b64encode(body).decode(), "leaf_hash": leaf_hash(body).hex()}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda line: line | {"seq": True},
        lambda line: line | {"extra": 1},
        lambda line: line | {"leaf_hash": "0" * 64},
        lambda line: line | {"body": "!"},
        lambda line: line | {"body": 5},
        respaced,
    ],
)
def test_log_line_of_other_form_is_caught(spoil: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    files = unpack(fabrik.good_bundle())
    lines = files[modell.PROTOKOLL].splitlines()
    lines[3] = json.dumps(spoil(json.loads(lines[3]))).encode()
    assert failed(rehash({**files, modell.PROTOKOLL: b"\n".join(lines) + b"\n"})) == {"protokoll"}


def test_certificate_file_holds_exactly_one_certificate() -> None:
    files = unpack(fabrik.good_bundle())
    ca = x509.load_der_x509_certificate(fabrik.pki().ca).public_bytes(Encoding.PEM)
    for extra in (b"\n", ca):
        bundle = rehash({**files, modell.VERMITTLER: files[modell.VERMITTLER] + extra})
        assert {"laufzettel", "zertifikate"} <= failed(bundle)
