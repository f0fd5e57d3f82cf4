"""A case file with many documents as an XJustiz message."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Final
from uuid import UUID

import xjustiz as xj
from xjustiz import Code, Liste, Uuid, typ3

WHEN: Final = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
OWN_ID: Final = Uuid(UUID(int=1 << 96))
"""`eigeneNachrichtenID` of every message made here."""


def document_names(count: int) -> tuple[str, ...]:
    return tuple(f"Dokument_{number:04}.pdf" for number in range(1, count + 1))


def transmission(names: tuple[str, ...]) -> xj.Uebermittlung:
    """0005005 with one Akte of one Teilakte, one document for each file name."""
    documents = tuple(_document(number, name) for number, name in enumerate(names, 1))
    teilakte = xj.Teilakte(_id(2), 1, Code("008"), "Verwaltungsverfahren", dokumente=documents)
    akte = xj.Akte(
        _id(3),
        1,
        Code("018"),
        (xj.AktenzeichenAngabe("63.1-2025/0815"),),
        "Bauakte Musterweg 1",
        laufzeit=xj.Zeitraum(date(2025, 2, 1), date(2025, 11, 28)),
        teilakten=(teilakte,),
    )
    return xj.Uebermittlung(_head(), xj.Grunddaten(instanzdaten=(_court(),)), xj.Schriftgut((akte,), (), None))


def _document(number: int, name: str) -> xj.Dokument:
    return xj.Dokument(
        _id(1000 + number),
        number,
        typ3(Liste.DOKUMENTKLASSE, "017"),
        (xj.Datei(name),),
        f"Dokument {number} der Verwaltungsakte",
        veraktungsdatum=date(2025, 11, 28),
    )


def full_transmission(count: int) -> xj.Uebermittlung:
    """The same with all that an authority says of a document: two files, days, sender, scan, reference."""
    plain = transmission(document_names(count))
    (akte,) = plain.schriftgut.akten
    (teilakte,) = akte.teilakten
    documents = tuple(_full(document, teilakte.dokumente[0].id) for document in teilakte.dokumente)
    akte = replace(akte, teilakten=(replace(teilakte, dokumente=documents),))
    return replace(plain, schriftgut=xj.Schriftgut((akte,), (), None))


def _full(document: xj.Dokument, first: Uuid) -> xj.Dokument:
    note = xj.Datei(f"Transfervermerk_{document.nummer:04}.pdf", Code("006"))
    return replace(
        document,
        dateien=(*document.dateien, note),
        fremdes_geschaeftszeichen=f"12/{document.nummer}",
        posteingang=xj.Posteingang(date(2025, 2, 3), time(8, 40, 12)),
        datum_des_schreibens=date(2025, 2, 1),
        scan=xj.Scan(date(2025, 2, 3)),
        absender="Erika Mustermann, Musterweg 1, Musterfurt",
        adressat="Stadt Musterfurt, Bauamt",
        verweise=(xj.Verweis(Code("003"), first),) if document.id != first else (),
        erstellt_am=WHEN,
    )


def _head() -> xj.Nachrichtenkopf:
    return xj.Nachrichtenkopf(
        WHEN,
        xj.Absender(xj.Partner(xj.Stelle.sonstige("Stadt Musterfurt")), OWN_ID, "63.1-2025/0815"),
        xj.Empfaenger(xj.Partner(xj.Stelle.gericht(typ3(Liste.GERICHTE, "T6076"))), "3 K 1234/26.KO"),
        xj.Herstellerinformation("ERV-Gateway", "Bench", "0.1.0"),
    )


def _court() -> xj.Instanzdaten:
    return xj.Instanzdaten(
        xj.Stelle.gericht(typ3(Liste.GERICHTE, "T6076")),
        instanznummer="1",
        sachgebiet=typ3(Liste.SACHGEBIET, "056"),
        aktenzeichen=xj.AktenzeichenAngabe("3 K 1234/26.KO"),
    )


def _id(number: int) -> Uuid:
    return Uuid(UUID(int=(1 << 96) + number))
