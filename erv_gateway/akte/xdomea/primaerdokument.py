"""Versions and formats of a Dokument: the last version counts, and of its formats one Original and one Repräsentat.

XJustiz: one Original per document; a source file is the Original, the PDF the Repräsentat (BehAktÜbV § 3 (2)).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from erv_gateway.akte.dateien import EingelieferteDatei, as_datei
from erv_gateway.akte.dateityp import PDF
from erv_gateway.akte.modell import Datei, Rolle
from erv_gateway.akte.xdomea.leser import Leser

TRANSFERVERMERK = "transfervermerk"
PDF_ARCHIVAL = "044"  # urn:xoev-de:xdomea:codeliste:dateiformat: "pdf - Portable Document Format (Archival)"
_PRIMAERDOKUMENT = frozenset({"Dateiname", "DatumUhrzeit", "SignaturSiegel", "Signaturdaten"})


@dataclass(frozen=True, slots=True)
class Format:
    datei: EingelieferteDatei
    signaturen: tuple[EingelieferteDatei, ...]
    archival: bool
    transfervermerk: bool


def read_dateien(leser: Leser, dokument: etree._Element, wo: str) -> tuple[Datei, ...]:
    """Original first, then Repräsentat, Transfervermerk and signature files of the last version."""
    versionen = leser.kinder(dokument, "Version")
    for version in versionen[:-1]:
        _report_older(leser, version, wo)
    if not versionen:
        leser.befund.hinweis("dokument-ohne-datei", wo)
        return ()
    formate = [f for element in leser.kinder(versionen[-1], "Format") if (f := _read_format(leser, element, wo))]
    return _with_roles(leser, formate, wo)


def read_erstellt(leser: Leser, dokument: etree._Element, wo: str) -> datetime | None:
    """When the first version came into the system (Primaerdokument/DatumUhrzeit)."""
    version = next(iter(leser.kinder(dokument, "Version")), None)
    return leser.zeitpunkt(leser.kind(version, "Format", "Primaerdokument"), wo, "DatumUhrzeit")


def _report_older(leser: Leser, version: etree._Element, wo: str) -> None:
    nummer = leser.text(version, "Nummer") or "?"
    for element in leser.kinder(version, "Format"):
        if (gelesen := _read_format(leser, element, wo)) is not None:
            leser.befund.hinweis("aeltere-version", wo, version=nummer, datei=gelesen.datei.name)


def _read_format(leser: Leser, element: etree._Element, wo: str) -> Format | None:
    primaer = leser.kind(element, "Primaerdokument")
    name = leser.text(primaer, "Dateiname")
    if name is None:
        leser.befund.mangel("xdomea-pflicht", wo, element="Primaerdokument/Dateiname")
        return None
    leser.ohne_platz(primaer, _PRIMAERDOKUMENT, wo)
    signaturen = _read_signaturen(leser, primaer, wo)
    if (datei := leser.datei(name, wo)) is None:
        return None
    code = element.findtext(f"{{{leser.fassung.namespace}}}Name/code")
    sonstiger = (leser.text(element, "SonstigerName") or "").casefold()
    return Format(datei, signaturen, code == PDF_ARCHIVAL, sonstiger == TRANSFERVERMERK)


def _read_signaturen(leser: Leser, primaer: etree._Element | None, wo: str) -> tuple[EingelieferteDatei, ...]:
    """3.x names signature files; 2.4 carries the signature in the message itself, where no file can be made of it."""
    if leser.kind(primaer, "Signaturdaten") is not None:
        leser.befund.hinweis("signatur-im-xml", wo)
    siegel = leser.kind(primaer, "SignaturSiegel")
    elemente = [] if siegel is None else leser.kinder(siegel, "SignaturSiegelDatei")
    namen = [(element.text or "").strip() for element in elemente]
    return tuple(datei for name in namen if (datei := leser.datei(name, wo)) is not None)


def _with_roles(leser: Leser, formate: Sequence[Format], wo: str) -> tuple[Datei, ...]:
    inhalte = [f for f in formate if not f.transfervermerk]
    repraesentat = _repraesentat(inhalte)
    original = next((f for f in inhalte if f is not repraesentat), None)
    for f in inhalte:
        if f is not original and f is not repraesentat:
            leser.befund.hinweis("weiteres-format", wo, datei=f.datei.name)
    rollen = ((original, Rolle.ORIGINAL), (repraesentat, Rolle.REPRAESENTAT))
    gewaehlt = [(f, rolle) for f, rolle in rollen if f is not None]
    gewaehlt += [(f, Rolle.TRANSFERVERMERK) for f in formate if f.transfervermerk]
    return tuple(as_datei(f.datei, rolle) for f, rolle in gewaehlt) + _signature_files(gewaehlt)


def _repraesentat(inhalte: Sequence[Format]) -> Format | None:
    """The PDF beside another format; of two PDFs the archival one, else the later one."""
    pdfs = [f for f in inhalte if f.datei.medientyp == PDF]
    if len(inhalte) < 2 or not pdfs:
        return None
    return next((f for f in reversed(pdfs) if f.archival), pdfs[-1])


def _signature_files(gewaehlt: Sequence[tuple[Format, Rolle]]) -> tuple[Datei, ...]:
    return tuple(as_datei(s, Rolle.SIGNATURDATEI, bezug=f.datei.name) for f, _ in gewaehlt for s in f.signaturen)
