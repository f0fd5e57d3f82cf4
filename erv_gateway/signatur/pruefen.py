"""Our own verdict on the signatures of a file: cryptography, coverage, changes and trust together.

None of them alone is enough: a page replaced after signing leaves the CMS intact.
Foreign bytes should be judged in a child process: `isoliert.py`.
"""

from dataclasses import replace
from datetime import datetime
from typing import BinaryIO, Final

from certs.anchors import Anchors, Zweck
from certs.urteil import Urteil, schlechtestes
from erv_gateway.signatur.cms_pruefen import Massstab, check_cms, check_timestamp
from erv_gateway.signatur.cms_signer import Befund
from erv_gateway.signatur.ergebnis import Pruefung, Signaturpruefung, combine, unreadable
from erv_gateway.signatur.inhalt import Inhalt
from erv_gateway.signatur.pdf_lesen import Aenderung, DefekteSignatur, PdfAngaben, PdfSignatur, read_pdf

PDF_HEADER: Final = b"%PDF-"
HEADER_WITHIN: Final = 1024  # ISO 32000-1, implementation note 13: readers look here
DOC_TIMESTAMP: Final = "/ETSI.RFC3161"
DETACHED: Final = frozenset({"/ETSI.CAdES.detached", "/adbe.pkcs7.detached"})

__all__ = ["Pruefung", "Signaturpruefung", "check_detached", "check_enclosed", "check_pdf", "is_pdf"]


def is_pdf(file: BinaryIO) -> bool:
    file.seek(0)
    return PDF_HEADER in file.read(HEADER_WITHIN)


def check_pdf(
    file: BinaryIO, anchors: Anchors | None, at: datetime, zwecke: tuple[Zweck, ...] = (Zweck.SIGNATUR,)
) -> Pruefung:
    """All signatures of a PDF (seekable, stays open), judged for the moment `at` (aware) it is known to exist.

    A file without signature is `unbestimmt` with none; a file that cannot be read is `unbestimmt` and not `lesbar`.
    """
    try:
        angaben = read_pdf(file)
    except Exception as error:  # noqa: BLE001 - foreign files break pyHanko with many kinds of errors
        return unreadable(f"Die PDF-Datei ist beschädigt oder verschlüsselt ({type(error).__name__}).")
    massstab = Massstab(anchors, zwecke, at)
    results = [result for signatur in angaben.signaturen for result in _signature(signatur, file, massstab)]
    return combine(tuple(_with_pdf_level(result, angaben) for result in results))


def _signature(
    signatur: PdfSignatur | DefekteSignatur, file: BinaryIO, massstab: Massstab
) -> tuple[Signaturpruefung, ...]:
    if isinstance(signatur, DefekteSignatur):
        grund = f"Das Signaturfeld „{signatur.feld}“ ist nicht auswertbar ({signatur.fehler})."
        return (Signaturpruefung(None, "CMS", Urteil.UNBESTIMMT, (grund,)),)
    if signatur.art not in DETACHED | {DOC_TIMESTAMP}:
        grund = f"Signaturen der Art „{signatur.art}“ werden nicht geprüft."
        return (Signaturpruefung(None, "CMS", Urteil.UNBESTIMMT, (grund,)),)
    try:
        inhalt = Inhalt.of_ranges(file, signatur.ranges)
        found = _results(signatur, inhalt, massstab)
    except Exception as error:  # noqa: BLE001 - see check_pdf
        grund = f"Die Signatur im Feld „{signatur.feld}“ ist nicht lesbar ({type(error).__name__})."
        found = (Signaturpruefung(None, "CMS", Urteil.UNBESTIMMT, (grund,)),)
    return tuple(_with_changes(result, signatur) for result in found)


def _results(signatur: PdfSignatur, inhalt: Inhalt, massstab: Massstab) -> tuple[Signaturpruefung, ...]:
    if signatur.art != DOC_TIMESTAMP:
        return check_cms(signatur.cms, inhalt, massstab)
    stempel = check_timestamp(signatur.cms, inhalt, massstab.anchors, massstab.at)
    return (
        Signaturpruefung(
            stempel.tsa,
            "Zeitstempel",
            stempel.urteil,
            stempel.gruende,
            zeitpunkt=stempel.zeitpunkt,
            behauptet=stempel.behauptet,
        ),
    )


def _with_changes(result: Signaturpruefung, signatur: PdfSignatur) -> Signaturpruefung:
    """The CMS knows nothing of what was appended to the file, so this is judged on top of it, always."""
    befund = _coverage(signatur)
    return replace(
        result,
        urteil=schlechtestes((result.urteil, befund.urteil)),
        gruende=tuple(grund for grund in (befund.grund, *result.gruende) if grund),
        nach_signatur_geaendert=result.nach_signatur_geaendert or befund.veraendert,
        behauptet=result.behauptet or signatur.behauptet,
    )


def _coverage(signatur: PdfSignatur) -> Befund:
    if not signatur.covers:
        return Befund(Urteil.UNGUELTIG, "Die Signatur deckt das Dokument nicht vollständig ab.", veraendert=True)
    if signatur.aenderung is Aenderung.ANDERE:
        return Befund(Urteil.UNGUELTIG, "Das Dokument wurde nach der Signatur verändert.", veraendert=True)
    if not signatur.docmdp_ok:
        grund = "Das Dokument wurde nach der Signatur in einer Weise ergänzt, die sein Verfasser ausgeschlossen hat."
        return Befund(Urteil.UNGUELTIG, grund, veraendert=True)
    if signatur.aenderung is Aenderung.FORMULAR:
        return Befund(Urteil.UNBESTIMMT, "Nach der Signatur wurden Formularfelder ausgefüllt.", veraendert=True)
    if signatur.aenderung is Aenderung.ARCHIV_ODER_SIGNATUR:
        return Befund(Urteil.GUELTIG, "Hinweis: Nach der Signatur kamen nur Signaturen oder Prüfdaten hinzu.")
    return Befund(Urteil.GUELTIG, "")


def _with_pdf_level(result: Signaturpruefung, angaben: PdfAngaben) -> Signaturpruefung:
    """By form: with validation data in the document B-LT, with a document time stamp above them B-LTA."""
    if result.level != "B-T" or not angaben.dss:
        return result
    stamped = any(isinstance(one, PdfSignatur) and one.art == DOC_TIMESTAMP for one in angaben.signaturen)
    return replace(result, level="B-LTA" if stamped else "B-LT")


def check_detached(
    file: BinaryIO,
    p7s: bytes,
    anchors: Anchors | None,
    at: datetime,
    zwecke: tuple[Zweck, ...] = (Zweck.SIGNATUR,),
) -> Pruefung:
    """All signers of a detached CMS over a file (seekable, stays open)."""
    size = file.seek(0, 2)
    return _cms(p7s, Inhalt.of_ranges(file, [(0, size)]), Massstab(anchors, zwecke, at))


def check_enclosed(
    p7m: bytes, anchors: Anchors | None, at: datetime, zwecke: tuple[Zweck, ...] = (Zweck.SIGNATUR,)
) -> Pruefung:
    """All signers of a CMS that encloses its content; a detached one without its file is `unbestimmt`."""
    return _cms(p7m, None, Massstab(anchors, zwecke, at))


def _cms(data: bytes, inhalt: Inhalt | None, massstab: Massstab) -> Pruefung:
    try:
        return combine(check_cms(data, inhalt, massstab))
    except (ValueError, RecursionError) as error:
        return unreadable(f"Die Signaturdatei ist nicht lesbar ({error}).")
