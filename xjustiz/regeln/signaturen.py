"""Detached signatures and the VHN: S5, S7, S8."""

from collections.abc import Iterator

from xjustiz.codes import Bestandteiltyp
from xjustiz.regeln.befund import Fund
from xjustiz.regeln.dateien import CONTAINER
from xjustiz.regeln.kontext import DateiStelle, Kontext, endung, in_akte
from xjustiz.werte import SIGNATUR_ENDUNGEN
from xjustiz.xmlsicher import pfad

_B = Bestandteiltyp


def gemeinsame_signatur(k: Kontext) -> Iterator[Fund]:
    for stelle in _signaturen(k):
        if len(set(stelle.bezuege)) > 1 and not k.von_justiz:
            yield Fund(pfad(stelle.element), {"name": stelle.name[:200], "anzahl": str(len(set(stelle.bezuege)))})


def container(k: Kontext) -> Iterator[Fund]:
    for name in sorted({stelle.name for stelle in k.dateien} | {anlage.name for anlage in k.anlagen}):
        if endung(name) in CONTAINER:
            yield Fund(name[:200], {"name": name[:200]})


def signatur_ohne_bezug(k: Kontext) -> Iterator[Fund]:
    for stelle in _signaturen(k):
        if not stelle.bezuege:
            yield Fund(pfad(stelle.element), {"name": stelle.name})


def bezug_ohne_signatur(k: Kontext) -> Iterator[Fund]:
    for stelle in k.dateien:
        if stelle.bestandteil != _B.SIGNATURDATEI.value and stelle.bezuege:
            yield Fund(pfad(stelle.element), {"name": stelle.name})


def bezug_unbekannt(k: Kontext) -> Iterator[Fund]:
    vorhanden = {(id(stelle.dokument), stelle.name) for stelle in k.dateien}
    for stelle in _signaturen(k):
        for bezug in stelle.bezuege:
            if bezug == stelle.name or (id(stelle.dokument), bezug) not in vorhanden:
                yield Fund(pfad(stelle.element), {"name": stelle.name, "bezug": bezug[:200]})


def signatur_endung(k: Kontext) -> Iterator[Fund]:
    for stelle in _signaturen(k):
        if stelle.endung not in SIGNATUR_ENDUNGEN:
            yield Fund(pfad(stelle.element), {"name": stelle.name})


def signatur_name(k: Kontext) -> Iterator[Fund]:
    signaturen = list(_signaturen(k))
    namen = {stelle.name.rpartition(".")[0] for stelle in signaturen}
    for stelle in signaturen:
        for bezug in stelle.bezuege:
            if bezug not in namen and stelle.endung in SIGNATUR_ENDUNGEN:
                yield Fund(pfad(stelle.element), {"name": stelle.name, "bezug": bezug[:200]})


def vhn_ohne_signatur(k: Kontext) -> Iterator[Fund]:
    signiert = {(id(stelle.dokument), bezug) for stelle in _signaturen(k) for bezug in stelle.bezuege}
    for stelle in k.dateien:
        if stelle.bestandteil == _B.VHN.value and (id(stelle.dokument), stelle.name) not in signiert:
            yield Fund(pfad(stelle.element), {"name": stelle.name})


def signatur_bei_akte(k: Kontext) -> Iterator[Fund]:
    if k.von_justiz or "straf" in k.art:
        return
    for stelle in _signaturen(k):
        vhn = any(name.lower().startswith("vhn") for name in stelle.bezuege)
        if not vhn and in_akte(stelle.dokument):
            yield Fund(pfad(stelle.element), {"name": stelle.name[:200]})


def _signaturen(k: Kontext) -> Iterator[DateiStelle]:
    return (stelle for stelle in k.dateien if stelle.bestandteil == _B.SIGNATURDATEI.value)
