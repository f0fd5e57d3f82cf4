"""XSDs from memory only; code lists with validity, labels, closed entries."""

import json
from datetime import date

import pytest
from xjustiz_muster import eeb_muster, muster

from xjustiz import (
    LISTENVERSION,
    Code,
    CodelisteBroken,
    Codelisten,
    Liste,
    SchemaBroken,
    SchemaNotAvailable,
    Schemas,
    enumerations,
    schema_version,
    typ3,
)

_KOPF = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.xjustiz.de">'
_NACHRICHT = b"nachricht.gds.uebermittlungSchriftgutobjekte.0005005"


def test_the_module_is_chosen_by_the_root_element(schemas: Schemas) -> None:
    assert schemas.nachrichten("3.6.2")[_NACHRICHT.decode()] == "xjustiz_0005_nachrichten_3_2.xsd"
    assert len(schemas.nachrichten("3.6.2")) == 151
    assert schemas.validate(muster().xml.encode()) == ()
    assert schemas.validate(eeb_muster().xml.encode()) == ()
    (fehler, *_) = schemas.validate(muster().xml.replace("<code>018</code>", "<code>x</code>").encode())
    assert fehler.zeile > 1
    assert "code" in fehler.pfad


def test_what_is_not_there_is_not_silently_valid(schemas: Schemas) -> None:
    for xml in (muster().xml.replace('"3.6.2"', '"2.4"'), muster().xml.replace("0005005", "3005013")):
        with pytest.raises(SchemaNotAvailable):
            schemas.validate(xml.encode())


@pytest.mark.parametrize("ziel", ["fehlt.xsd", "file:///etc/passwd", "ftp://127.0.0.1/x.xsd", "../x.xsd"])
def test_schemata_never_reach_outside(ziel: str) -> None:
    xsd = f'{_KOPF}<xs:include schemaLocation="{ziel}"/><xs:element name="{_NACHRICHT.decode()}"/></xs:schema>'
    schemas = Schemas({"3.6.2": {"a.xsd": xsd.encode()}})
    with pytest.raises(SchemaBroken):
        schemas.validate(muster().xml.encode())


def test_broken_schemata_are_our_error() -> None:
    for xsd in (
        f'{_KOPF}<xs:element name="{_NACHRICHT.decode()}" type="fehlt"/></xs:schema>',
        f'<a <element name="{_NACHRICHT.decode()}"',
    ):
        with pytest.raises(SchemaBroken):
            Schemas({"3.6.2": {"a.xsd": xsd.encode()}}).validate(muster().xml.encode())
    for grund in (b"", b"<x/>", f"{_KOPF}</xs:schema>".encode()):
        with pytest.raises(SchemaBroken):
            schema_version(grund)


def test_the_lists_in_use_are_there_and_hold_what_the_sheet_says(codelisten: Codelisten) -> None:
    for liste, version in LISTENVERSION.items():
        assert codelisten.get(str(liste), version) is not None, liste
    assert codelisten.label(typ3(Liste.GERICHTE, "T6076")) == "Verwaltungsgericht Koblenz"
    assert codelisten.label(typ3(Liste.DOKUMENTKLASSE, "014")) == "Technische Information"
    assert codelisten.label(typ3(Liste.DOKUMENTKLASSE, "002")) is None
    assert codelisten.label(Code("018")) is None
    assert codelisten.versionen(str(Liste.EREIGNIS)) == ("1.9", "1.10", "1.11", "1.12", "1.13")


def test_closed_entries_and_search(codelisten: Codelisten) -> None:
    pforzheim = codelisten.lookup(str(Liste.GERICHTE), "3.7", "B1408")
    assert pforzheim is not None
    assert pforzheim.closed(date(2026, 11, 21))
    treffer = codelisten.search(str(Liste.GERICHTE), "verwaltungsgericht kob")
    assert [eintrag.code for eintrag in treffer] == ["T6076"]
    assert codelisten.search("urn:unbekannt", "x") == ()


def test_enumerations_of_the_xsd_are_lists_too(schemas: Schemas) -> None:
    xsd = schemas.datei("3.6.2", "xjustiz_0010_cl_allgemein_3_7.xsd")
    assert xsd is not None
    listen = {liste.kennung.rpartition(".")[2]: liste for liste in enumerations(xsd)}
    assert listen["aktentyp"].eintraege["018"].wert == "Behördenakte"
    assert listen["bestandteiltyp"].version == "2.5"
    assert "014" not in listen["bestandteiltyp"].eintraege


def _json(daten: list[list[str | None]], *spalten: str) -> bytes:
    namen = [{"spaltennameTechnisch": name} for name in spalten]
    meta = {"kennungInhalt": "urn:x", "version": "1", "nameKurz": [{"value": "X"}]}
    return json.dumps({"metadaten": meta, "spalten": namen, "daten": daten}).encode()


def test_days_of_validity_are_read() -> None:
    inhalt = _json(
        [["1", "A", "2025-12-31"], ["2", "B", None], ["3", "C", "31.12.2025"]], "code", "wert", "gueltig-bis"
    )
    liste = Codelisten.from_files({"x.json": inhalt}).get("urn:x", "1")
    assert liste is not None
    geschlossen = [liste.eintraege[code].closed(date(2026, 1, 1)) for code in "123"]
    assert geschlossen == [True, False, True]
    assert not liste.eintraege["1"].closed(date(2025, 12, 31))


@pytest.mark.parametrize("inhalt", [b"", b"[]", b"{}", b"[" * 100_000, _json([[]], "code", "wert"), b"\xff"])
def test_broken_lists_are_our_error(inhalt: bytes) -> None:
    with pytest.raises(CodelisteBroken, match=r"x\.json"):
        Codelisten.from_files({"x.json": inhalt})
