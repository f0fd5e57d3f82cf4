"""The canonical intake package: `manifest.json` beside the files. Read into the Akte, and written from it."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from erv_gateway.akte.aufbau import MAX_EBENEN, Gruppe, number_gruppen
from erv_gateway.akte.befund import Befund
from erv_gateway.akte.dateien import Dateien, EingelieferteDatei, Gelesen, as_datei, nfc
from erv_gateway.akte.manifest_format import (
    Manifest,
    ManifestAkte,
    ManifestDatei,
    ManifestDokument,
    ManifestEintrag,
    ManifestTeilakte,
)
from erv_gateway.akte.modell import Akte, Datei, Dokument, HistorienEintrag, Rolle, Scan, Teilakte

MANIFEST_NAME = "manifest.json"
MAX_MANIFEST_BYTES = 100 * 10**6  # own limit: 20 000 documents with history take about 40 MB
_OWN_FIELDS = frozenset({"nummer", "dateien", "scan", "historie", "teilakten", "dokumente"})
MAX_FAULTS = 50  # own limit: a manifest of the wrong kind should not answer with thousands of lines


def read_manifest(raw: bytes, dateien: Dateien, befund: Befund) -> Gelesen | None:
    """The Akte that `raw` (UTF-8 JSON, format 1) describes; every difference to `dateien` goes to `befund`.

    None when the JSON itself does not fit the format.
    """
    try:
        manifest = Manifest.model_validate_json(raw, strict=True)
    except ValidationError as error:
        _report_invalid(error, befund)
        return None
    json.loads(raw, object_pairs_hook=lambda paare: _report_repeated(paare, befund), parse_int=str, parse_float=str)
    leser = _Leser(dateien, befund)
    return Gelesen(leser.akte(manifest.akte), frozenset(leser.genannt))


def _report_invalid(error: ValidationError, befund: Befund) -> None:
    for fault in error.errors(include_input=False, include_url=False, include_context=False)[:MAX_FAULTS]:
        befund.mangel("manifest-ungueltig", ".".join(map(str, fault["loc"])) or MANIFEST_NAME, grund=fault["msg"])


def _report_repeated(paare: list[tuple[str, Any]], befund: Befund) -> None:
    """A key that stands twice is read differently by different programs (RFC 8259 §4), so it is refused."""
    anzahl = Counter(name for name, _ in paare)
    for name in sorted(name for name in anzahl if anzahl[name] > 1):
        befund.mangel("manifest-ungueltig", name, grund="das Feld steht zweimal im selben Objekt")


class _Leser:
    def __init__(self, dateien: Dateien, befund: Befund) -> None:
        self.dateien = dateien
        self.befund = befund
        self.genannt: set[str] = set()

    def akte(self, quelle: ManifestAkte) -> Akte:
        teilakten, dokumente = self.inhalt(quelle, quelle.aktenzeichen, 1)
        return Akte(**_plain(quelle), teilakten=teilakten, dokumente=dokumente, historie=_historie(quelle.historie))

    def teilakte(self, quelle: ManifestTeilakte, wo: str, ebene: int) -> Teilakte:
        wo = f"{wo} › {quelle.titel}"
        teilakten, dokumente = self.inhalt(quelle, wo, ebene + 1)
        historie = _historie(quelle.historie)
        return Teilakte(**_plain(quelle), nummer=0, teilakten=teilakten, dokumente=dokumente, historie=historie)

    def inhalt(
        self, quelle: ManifestAkte | ManifestTeilakte, wo: str, ebene: int
    ) -> tuple[tuple[Teilakte, ...], tuple[Dokument, ...]]:
        if ebene > MAX_EBENEN:
            self.befund.mangel("zu-tief", wo, grenze=MAX_EBENEN)
            return (), ()
        gruppen: list[Gruppe] = [(kind.nummer, [self.teilakte(kind, wo, ebene)]) for kind in quelle.teilakten]
        gruppen += [(kind.nummer, [self.dokument(kind, wo)]) for kind in quelle.dokumente]
        teilakten, dokumente, complete = number_gruppen(gruppen)
        if not complete:
            self.befund.hinweis("neu-nummeriert", wo, anzahl=len(gruppen))
        self.check_anlagen(dokumente, wo)
        return teilakten, dokumente

    def check_anlagen(self, dokumente: Sequence[Dokument], wo: str) -> None:
        ids = {dokument.id for dokument in dokumente}
        for dokument in dokumente:
            if dokument.anlage_zu is not None and (dokument.anlage_zu not in ids or dokument.anlage_zu == dokument.id):
                self.befund.mangel("bezug-fehlt", f"{wo} › {dokument.titel}", ziel=str(dokument.anlage_zu))

    def dokument(self, quelle: ManifestDokument, wo: str) -> Dokument:
        wo = f"{wo} › {quelle.titel}"
        dateien = tuple(d for eintrag in quelle.dateien if (d := self.datei(eintrag)) is not None)
        self.check_bezuege(quelle, wo)
        scan = None if quelle.scan is None else Scan(quelle.scan.datum, quelle.scan.ersetzend)
        return Dokument(**_plain(quelle), nummer=0, dateien=dateien, scan=scan, historie=_historie(quelle.historie))

    def check_bezuege(self, quelle: ManifestDokument, wo: str) -> None:
        """A signature names the file it signs, and nothing else names one; a document has one Original at most."""
        if not quelle.dateien:
            self.befund.hinweis("dokument-ohne-datei", wo)
        namen = {datei.name for datei in quelle.dateien}
        for datei in quelle.dateien:
            if (Rolle[datei.rolle.name] is Rolle.SIGNATURDATEI) != (datei.bezug is not None):
                self.befund.mangel("bezug-fehlt", datei.name, ziel=datei.bezug or "signierte Datei")
            elif datei.bezug is not None and datei.bezug not in namen - {datei.name}:
                self.befund.mangel("bezug-fehlt", datei.name, ziel=datei.bezug)
        for rolle in (Rolle.ORIGINAL, Rolle.REPRAESENTAT):
            if sum(datei.rolle.name == rolle.name for datei in quelle.dateien) > 1:
                self.befund.mangel("rolle-doppelt", wo, rolle=rolle.name.capitalize())

    def datei(self, quelle: ManifestDatei) -> Datei | None:
        self.genannt.add(nfc(quelle.name))
        datei = self.dateien.get(nfc(quelle.name))
        if datei is None:
            self.befund.mangel("datei-fehlt", quelle.name)
            return None
        self.compare(datei, quelle)
        bezug = self.dateien.get(nfc(quelle.bezug)) if quelle.bezug else None
        return as_datei(datei, Rolle[quelle.rolle.name], bezug.name if bezug else None)

    def compare(self, ist: EingelieferteDatei, soll: ManifestDatei) -> None:
        if ist.bytes != soll.bytes:
            self.befund.mangel("groesse-veraendert", soll.name, ist=ist.bytes, soll=soll.bytes)
        elif ist.sha256 != soll.sha256:
            self.befund.mangel("datei-veraendert", soll.name, ist=ist.sha256, soll=soll.sha256)


def _plain(quelle: ManifestAkte | ManifestTeilakte | ManifestDokument) -> dict[str, Any]:
    """The fields that manifest and model share by name and type."""
    return {name: getattr(quelle, name) for name in type(quelle).model_fields if name not in _OWN_FIELDS}


def _historie(eintraege: Sequence[ManifestEintrag]) -> tuple[HistorienEintrag, ...]:
    gelesen = [HistorienEintrag(**{name: getattr(e, name) for name in type(e).model_fields}) for e in eintraege]
    return tuple(sorted(gelesen, key=lambda eintrag: eintrag.zeitpunkt))
