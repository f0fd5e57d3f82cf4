"""Codes and the lists they come from. Elements and URNs verbatim; list versions as in use since 2026-04-30."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Code:
    """A code as it stands in a message. `liste` (listURI) and `version` (listVersionID) are None where not written.

    Typ-2 codes (enumerated in the XSD) need neither; Typ-3 codes need both: make those with `typ3`.
    """

    wert: str
    liste: str | None = None
    version: str | None = None
    name: str | None = None


class Liste(StrEnum):
    """Typ-3 lists: kept outside the XSD, codes checked by this package only."""

    GERICHTE = "urn:xoev-de:xjustiz:codeliste:gds.gerichte"
    DOKUMENTKLASSE = "urn:xoev-de:xjustiz:codeliste:gds.dokumentklasse"
    DOKUMENTTYP = "urn:xoev-de:xjustiz:codeliste:gds.dokumenttyp"
    EREIGNIS = "urn:xoev-de:xjustiz:codeliste:gds.ereignis"
    SACHGEBIET = "urn:xoev-de:xjustiz:codeliste:gds.sachgebiet"
    ROLLENBEZEICHNUNG = "urn:xoev-de:xjustiz:codeliste:gds.rollenbezeichnung"
    SENDUNGSPRIORITAET = "urn:xoev-de:xjustiz:codeliste:gds.sendungsprioritaet"
    FEHLERCODES = "urn:xoev-de:xjustiz:codeliste:gds.fehlercodes"
    REGISTERZEICHEN = "urn:xoev-de:xjustiz:codeliste:gds.registerzeichen"
    POLIZEIBEHOERDEN = "urn:xoev-de:xjustiz:codeliste:gds.polizeibehoerden"
    FINANZBEHOERDEN = "urn:xoev-de:ag-it-standards:codeliste:gds.finanzbehoerden"
    GEHEIMHALTUNGSGRAD = "urn:xoev-de:xjustiz:codeliste:gds.geheimhaltungsgrad"
    STAATEN = "urn:xoev-de:bund:bfj:codeliste:bfj.staat"
    RECHTSFORMEN = "urn:xoev-de:xunternehmen:codeliste:rechtsformen"
    DATENTYP = "urn:xoev-de:xdomea:codeliste:datentyp"


LISTENVERSION: Mapping[Liste, str] = MappingProxyType(
    {
        Liste.GERICHTE: "3.7",
        Liste.DOKUMENTKLASSE: "1.4",
        Liste.DOKUMENTTYP: "4.0",
        Liste.EREIGNIS: "1.13",
        Liste.SACHGEBIET: "2.5",
        Liste.ROLLENBEZEICHNUNG: "3.6",
        Liste.SENDUNGSPRIORITAET: "1.2",
        Liste.FEHLERCODES: "1.0",
        Liste.REGISTERZEICHEN: "3.5",
        Liste.POLIZEIBEHOERDEN: "1.12",
        Liste.FINANZBEHOERDEN: "1.0",
        Liste.GEHEIMHALTUNGSGRAD: "1.0",
        Liste.STAATEN: "7.0",
        Liste.RECHTSFORMEN: "2.2",
        Liste.DATENTYP: "1.1",
    }
)
"""Sheet §2.10."""

ELEMENT_LISTE: Mapping[str, Liste] = MappingProxyType(
    {
        "gericht": Liste.GERICHTE,
        "absender.gericht": Liste.GERICHTE,
        "empfaenger.gericht": Liste.GERICHTE,
        "abgebendeStelle": Liste.GERICHTE,
        "dokumentklasse": Liste.DOKUMENTKLASSE,
        "dokumententyp": Liste.DOKUMENTTYP,
        "ereignis": Liste.EREIGNIS,
        "sachgebiet": Liste.SACHGEBIET,
        "rollenbezeichnung": Liste.ROLLENBEZEICHNUNG,
        "sendungsprioritaet": Liste.SENDUNGSPRIORITAET,
        "fehlercode": Liste.FEHLERCODES,
        "register": Liste.REGISTERZEICHEN,
        "polizeibehoerde": Liste.POLIZEIBEHOERDEN,
        "finanzbehoerde": Liste.FINANZBEHOERDEN,
        "geheimhaltungsgrad": Liste.GEHEIMHALTUNGSGRAD,
        "datentyp": Liste.DATENTYP,
    }
)
"""Which list an element names when it leaves out the (optional, fixed) listURI."""


def typ3(liste: Liste, wert: str, version: str | None = None) -> Code:
    """A Typ-3 code with its list and the list version in use (or the one given)."""
    return Code(wert, str(liste), LISTENVERSION[liste] if version is None else version)


class Bestandteiltyp(StrEnum):
    """Typ 2, GDS.Bestandteiltyp 2.5: what a file is for its document."""

    ORIGINAL = "001"
    REPRAESENTAT = "002"
    SIGNATURDATEI = "003"
    SIGNIERTE_VORVERSION = "004"
    TRANSFERVERMERK = "006"
    PRUEFVERMERK = "010"
    VHN = "011"
    EEB = "012"
    URSPRUENGLICHES_FORMAT = "013"
    PRUEFDOKUMENT = "014"
