"""What of the DMS's knowledge went where: counted in the message as written, not in what was meant to be written."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from erv_gateway.akte.modell import Akte, Dokument, HistorienArt, Rolle
from erv_gateway.sendung.paket_erweiterung import KENNUNG, Historienweg
from xjustiz import Gelesen, schriftgut, schriftgut_of

FORMAT: Final = "erv-gateway-abdeckung"


@dataclass(frozen=True, slots=True)
class Angabe:
    """A datum of the DMS and the XJustiz element that it has; both give None where a document has none."""

    name: str
    element: str
    im_dms: Callable[[Dokument], object]
    in_xjustiz: Callable[[schriftgut.Dokument], object]


ANGABEN: Final = (
    Angabe("Posteingang", "posteingang", lambda d: d.posteingang, lambda x: x.posteingang and x.posteingang.datum),
    Angabe(
        "Datum des Schreibens", "datumDesSchreibens", lambda d: d.datum_des_schreibens, lambda x: x.datum_des_schreibens
    ),
    Angabe("Veraktung", "veraktungsdatum", lambda d: d.veraktet_am, lambda x: x.veraktungsdatum),
    Angabe("Anlage im System", "erstellungszeitpunkt", lambda d: d.erstellt_am, lambda x: x.erstellt_am),
    Angabe("Scandatum", "scan/scanDatum", lambda d: d.scan and d.scan.datum, lambda x: x.scan and x.scan.datum),
    Angabe(
        "Ersetzender Scan",
        "scan/ersetzenderScan",
        lambda d: None if d.scan is None else d.scan.ersetzend,
        lambda x: None if x.scan is None else x.scan.ersetzend,
    ),
    Angabe("Absender", "absenderAnzeigename", lambda d: d.absender, lambda x: x.absender),
    Angabe("Adressat", "adressatAnzeigename", lambda d: d.adressat, lambda x: x.adressat),
    Angabe(
        "Fremdes Geschäftszeichen",
        "fremdesGeschaeftszeichen",
        lambda d: d.fremdes_geschaeftszeichen,
        lambda x: x.fremdes_geschaeftszeichen,
    ),
    Angabe("Anlage zu", "verweis", lambda d: d.anlage_zu, lambda x: x.verweise[0].ziel.uuid if x.verweise else None),
)


def abdeckung_json(akte: Akte, gelesen: Gelesen, weg: Historienweg) -> dict[str, Any]:
    """The report as JSON values. `akte` as the message carries it, `gelesen` that message read back.

    `umgeschrieben` counts values that travel in other characters (DIN 91379), `fehlend` names the documents whose value
    is not in the message.
    """
    gesendet = {dokument.id.uuid: dokument for dokument in _dokumente(gelesen)}
    return {
        "format": FORMAT,
        "version": 1,
        "dokumente": sum(1 for _ in akte.alle_dokumente()),
        "dokumente_in_der_nachricht": sum(1 for d in akte.alle_dokumente() if d.id in gesendet),
        "angaben": [_angabe(angabe, akte, gesendet) for angabe in ANGABEN],
        "historie": _historie(akte, gelesen, weg),
        "transfervermerke": sum(datei.rolle is Rolle.TRANSFERVERMERK for datei in akte.alle_dateien()),
    }


def _angabe(angabe: Angabe, akte: Akte, gesendet: Mapping[Any, schriftgut.Dokument]) -> dict[str, Any]:
    mit = [dokument for dokument in akte.alle_dokumente() if angabe.im_dms(dokument) is not None]
    paare = [(d, angabe.im_dms(d), angabe.in_xjustiz(gesendet[d.id]) if d.id in gesendet else None) for d in mit]
    return {
        "angabe": angabe.name,
        "element": angabe.element,
        "im_dms": len(mit),
        "uebermittelt": sum(da is not None for _, _, da in paare),
        "umgeschrieben": sum(da is not None and da != soll for _, soll, da in paare),
        "fehlend": [str(dokument.id) for dokument, _, da in paare if da is None],
    }


def _historie(akte: Akte, gelesen: Gelesen, weg: Historienweg) -> dict[str, Any]:
    historien = (
        akte.historie,
        *(t.historie for t in akte.alle_teilakten()),
        *(d.historie for d in akte.alle_dokumente()),
    )
    eintraege = [eintrag for historie in historien for eintrag in historie]
    gelesene = sum(eintrag.art is HistorienArt.GELESEN for eintrag in eintraege)
    return {
        "eintraege": len(eintraege),
        "aktenprotokoll": len(eintraege),
        "erweiterung": sum(len(e.feldgruppen) for e in _erweiterungen(gelesen) if e.kennung == KENNUNG),
        "lesende_zurueckgehalten": 0 if weg.lesende else gelesene,
        "ohne_historie": [str(dokument.id) for dokument in akte.alle_dokumente() if not dokument.historie],
    }


def _dokumente(gelesen: Gelesen) -> Iterator[schriftgut.Dokument]:
    gut = schriftgut_of(gelesen.nachricht)
    return iter(()) if gut is None else gut.alle_dokumente()


def _erweiterungen(gelesen: Gelesen) -> Iterator[schriftgut.Erweiterung]:
    gut = schriftgut_of(gelesen.nachricht)
    akten = () if gut is None else gut.akten
    for dokument in _dokumente(gelesen):
        yield from dokument.erweiterungen
    for akte in akten:
        if akte.erweiterung is not None:
            yield akte.erweiterung
        yield from _of_teilakten(akte.teilakten)


def _of_teilakten(teilakten: Iterable[schriftgut.Teilakte]) -> Iterator[schriftgut.Erweiterung]:
    for teilakte in teilakten:
        if teilakte.erweiterung is not None:
            yield teilakte.erweiterung
        yield from _of_teilakten(teilakte.teilakten)
