"""From our case file to XJustiz schriftgutobjekte: every datum that has a lawful place goes there (sheet §2.5)."""

from collections.abc import Iterable

from erv_gateway.akte.modell import Akte, Datei, Dokument, Rolle, Teilakte
from erv_gateway.sendung.packstueck import Benennung
from erv_gateway.sendung.paket_erweiterung import Historienweg, erweiterung_of
from erv_gateway.sendung.umschrift import Umschreiber
from xjustiz import (
    AktenzeichenAngabe,
    Code,
    Datentyp,
    Liste,
    Uuid,
    Zeitraum,
    schriftgut,
    typ3,
)

AKTENTYP_BEHOERDENAKTE = Code("018")


class Schriftgutbau:
    """Turns one case file into its XJustiz counterpart, with the given names and one collector of transliterations."""

    def __init__(self, namen: Benennung, umschrift: Umschreiber, weg: Historienweg) -> None:
        self._namen = namen
        self._um = umschrift
        self._weg = weg

    def akte(self, akte: Akte, nummer: int) -> schriftgut.Akte:
        return schriftgut.Akte(
            id=Uuid(akte.id),
            nummer=nummer,
            typ=AKTENTYP_BEHOERDENAKTE,
            aktenzeichen=(AktenzeichenAngabe(self._um(akte.aktenzeichen)),),
            anzeigename=self._um(akte.titel),
            laufzeit=Zeitraum(akte.laufzeit_beginn, akte.laufzeit_ende),
            exportiert_am=akte.exportiert_am,
            teilakten=tuple(self.teilakte(teilakte) for teilakte in akte.teilakten),
            dokumente=self._dokumente(akte.dokumente),
            erweiterung=erweiterung_of(akte.historie, self._weg),
        )

    def teilakte(self, teilakte: Teilakte) -> schriftgut.Teilakte:
        aktenzeichen = self._um.optional(teilakte.aktenzeichen)
        return schriftgut.Teilakte(
            id=Uuid(teilakte.id),
            nummer=teilakte.nummer,
            typ=Code(teilakte.typ),
            anzeigename=self._um(teilakte.titel),
            aktenzeichen=None if aktenzeichen is None else AktenzeichenAngabe(aktenzeichen),
            laufzeit=Zeitraum(teilakte.laufzeit_beginn, teilakte.laufzeit_ende),
            teilakten=tuple(self.teilakte(innere) for innere in teilakte.teilakten),
            dokumente=self._dokumente(teilakte.dokumente),
            erweiterung=erweiterung_of(teilakte.historie, self._weg),
        )

    def dokument(self, dokument: Dokument, anzeigename: str) -> schriftgut.Dokument:
        erweiterung = erweiterung_of(dokument.historie, self._weg)
        return schriftgut.Dokument(
            id=Uuid(dokument.id),
            nummer=dokument.nummer,
            klasse=typ3(Liste.DOKUMENTKLASSE, dokument.klasse),
            anzeigename=self._um(anzeigename),
            fremdes_geschaeftszeichen=self._um.optional(dokument.fremdes_geschaeftszeichen),
            posteingang=None if dokument.posteingang is None else schriftgut.Posteingang(dokument.posteingang),
            datum_des_schreibens=dokument.datum_des_schreibens,
            veraktungsdatum=dokument.veraktet_am,
            scan=None if dokument.scan is None else schriftgut.Scan(dokument.scan.datum, dokument.scan.ersetzend),
            absender=self._um.optional(dokument.absender, Datentyp.D),
            adressat=self._um.optional(dokument.adressat, Datentyp.D),
            verweise=_verweise(dokument),
            erstellt_am=dokument.erstellt_am,
            dateien=tuple(self._datei(dokument, datei) for datei in dokument.dateien),
            erweiterungen=() if erweiterung is None else (erweiterung,),
        )

    def _dokumente(self, dokumente: Iterable[Dokument]) -> tuple[schriftgut.Dokument, ...]:
        """Siblings get distinct display names: readers that key by name lose equal ones silently (sheet §2.4)."""
        seen: dict[str, int] = {}
        built = []
        for dokument in dokumente:
            seen[dokument.titel] = seen.get(dokument.titel, 0) + 1
            count = seen[dokument.titel]
            built.append(self.dokument(dokument, dokument.titel if count == 1 else f"{dokument.titel} ({count})"))
        return tuple(built)

    def _datei(self, dokument: Dokument, datei: Datei) -> schriftgut.Datei:
        bezug = (self._namen[dokument.id, datei.bezug],) if datei.bezug and datei.rolle is Rolle.SIGNATURDATEI else ()
        return schriftgut.Datei(self._namen[dokument.id, datei.name], Code(datei.rolle.value), bezugsdateien=bezug)


def _verweise(dokument: Dokument) -> tuple[schriftgut.Verweis, ...]:
    if dokument.anlage_zu is None:
        return ()
    return (schriftgut.Verweis(Code(schriftgut.Verweistyp.ANLAGE.value), Uuid(dokument.anlage_zu)),)
