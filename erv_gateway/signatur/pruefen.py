"""Our own verdict on the signatures of a file: cryptography, coverage, changes and trust together.

None of them alone is enough: a page replaced after signing leaves the CMS intact.
Foreign bytes should be judged in a child process: `isoliert.py`.
"""

from dataclasses import replace
from datetime import datetime
from typing import BinaryIO, Final

from certs.anchors import Anchors, Zweck
from certs.urteil import Urteil, schlechtestes
from erv_gateway.signatur.cms_belege import Beigaben
from erv_gateway.signatur.cms_form import unarmoured
from erv_gateway.signatur.cms_pruefen import KEINE, Massstab, check_cms, check_timestamp
from erv_gateway.signatur.cms_signer import Befund
from erv_gateway.signatur.ergebnis import STEMPEL, Pruefung, Signaturpruefung, combine, unreadable
from erv_gateway.signatur.inhalt import Inhalt
from erv_gateway.signatur.pdf_aenderung import Aenderung
from erv_gateway.signatur.pdf_archiv import DOC_TIMESTAMP, in_order_of_proof
from erv_gateway.signatur.pdf_lesen import DefekteSignatur, PdfAngaben, PdfSignatur, read_pdf

PDF_HEADER: Final = b"%PDF-"
HEADER_WITHIN: Final = 1024  # ISO 32000-1, implementation note 13: readers look here
NACHSICHTIG: Final = (
    "Hinweis: Der Aufbau der PDF-Datei weicht von der Norm ab (wie bei Word üblich); sie wurde nachsichtig gelesen."
)
DETACHED: Final = frozenset({"/ETSI.CAdES.detached", "/adbe.pkcs7.detached"})

__all__ = ["Pruefung", "Signaturpruefung", "check_detached", "check_enclosed", "check_pdf", "is_pdf"]


def is_pdf(file: BinaryIO) -> bool:
    file.seek(0)
    return PDF_HEADER in file.read(HEADER_WITHIN)


def check_pdf(
    file: BinaryIO,
    anchors: Anchors | None,
    at: datetime,
    zwecke: tuple[Zweck, ...] = (Zweck.SIGNATUR,),
    gaben: Beigaben = KEINE,
) -> Pruefung:
    """All signatures of a PDF (seekable, stays open), judged for the moment `at` (aware) it is known to exist.

    `gaben`: revocation data and issuers beyond those in the file. A file without signature is `unbestimmt` with none;
    a file that cannot be read is `unbestimmt` and not `lesbar`.
    """
    try:
        angaben = read_pdf(file)
    except Exception as error:  # noqa: BLE001 - foreign files break pyHanko with many kinds of errors
        return unreadable(f"Die PDF-Datei ist beschädigt oder verschlüsselt ({type(error).__name__}).")
    massstab = Massstab(anchors, zwecke, at, gaben + angaben.gaben)
    found = in_order_of_proof(angaben.signaturen, massstab, lambda one, by: _signature(one, file, by))
    results = tuple(_with_pdf_level(result, one, angaben) for one, part in found for result in part)
    return _summed_up(results, (NACHSICHTIG,) if angaben.nachsichtig else ())


def _summed_up(results: tuple[Signaturpruefung, ...], hinweise: tuple[str, ...]) -> Pruefung:
    """A document time stamp that proves nothing harms no signature; alone it is all there is."""
    pruefung = combine(results, hinweise)
    zaehlend = [one for one in results if one.level != STEMPEL or one.urteil is not Urteil.UNBESTIMMT]
    signiert = any(one.level != STEMPEL for one in results)
    return replace(pruefung, urteil=schlechtestes(one.urteil for one in zaehlend)) if signiert else pruefung


def _signature(
    signatur: PdfSignatur | DefekteSignatur, file: BinaryIO, massstab: Massstab
) -> tuple[Signaturpruefung, ...]:
    if isinstance(signatur, DefekteSignatur):
        grund = f"Das Signaturfeld „{signatur.feld}“ ist nicht auswertbar ({signatur.fehler})."
        return (_open(signatur.feld, grund),)
    if signatur.art not in DETACHED | {DOC_TIMESTAMP}:
        return (_open(signatur.feld, f"Signaturen der Art „{signatur.art}“ werden nicht geprüft."),)
    try:
        inhalt = Inhalt.of_ranges(file, signatur.ranges)
        found = _results(signatur, inhalt, massstab)
    except Exception as error:  # noqa: BLE001 - see check_pdf
        found = (_open(signatur.feld, f"Die Signatur im Feld „{signatur.feld}“ ist nicht lesbar ({_kind(error)})."),)
    return tuple(_with_changes(result, signatur) for result in found)


def _kind(error: Exception) -> str:
    return type(error).__name__


def _open(feld: str, grund: str) -> Signaturpruefung:
    return Signaturpruefung(None, "CMS", Urteil.UNBESTIMMT, (grund,), feld=feld)


def _results(signatur: PdfSignatur, inhalt: Inhalt, massstab: Massstab) -> tuple[Signaturpruefung, ...]:
    if signatur.art != DOC_TIMESTAMP:
        return check_cms(signatur.cms, inhalt, massstab)
    stempel = check_timestamp(signatur.cms, inhalt, massstab.anchors, massstab.at, massstab.gaben)
    own = stempel.pruefung or Signaturpruefung(stempel.tsa, STEMPEL, stempel.urteil, stempel.gruende)
    return (
        replace(
            own,
            level=STEMPEL,
            zeitpunkt=stempel.zeitpunkt,
            behauptet=stempel.behauptet,
            eingang=massstab.at,
            zeitgrundlage=massstab.grundlage,
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
        feld=signatur.feld,
    )


def _coverage(signatur: PdfSignatur) -> Befund:
    if not signatur.covers:
        return Befund(Urteil.UNGUELTIG, "Die Signatur deckt das Dokument nicht vollständig ab.", veraendert=True)
    if signatur.aenderung is Aenderung.ANDERE:
        return Befund(Urteil.UNGUELTIG, "Das Dokument wurde nach der Signatur verändert.", veraendert=True)
    if not signatur.docmdp_ok:
        grund = "Das Dokument wurde nach der Signatur in einer Weise ergänzt, die sein Verfasser ausgeschlossen hat."
        return Befund(Urteil.UNGUELTIG, grund, veraendert=True)
    if signatur.aenderung is Aenderung.ANGABEN:
        grund = "Nach der Signatur wurden Angaben zum Dokument geändert (Titel, Verfasser, Betreff oder Stichwörter)."
        return Befund(Urteil.UNBESTIMMT, grund, veraendert=True)
    if signatur.aenderung is Aenderung.FORMULAR:
        return Befund(Urteil.UNBESTIMMT, "Nach der Signatur wurden Formularfelder ausgefüllt.", veraendert=True)
    if signatur.aenderung is Aenderung.UEBERDECKUNG:
        grund = "Eine spätere Signatur ist so dargestellt, dass sie Teile des Dokuments verdecken kann."
        return Befund(Urteil.UNBESTIMMT, grund, veraendert=True)
    if signatur.aenderung is Aenderung.ANHANG:
        grund = (
            "Nach der Signatur wurden Daten angehängt, die zu keinem Stand des Dokuments gehören oder sich auf "
            "verschiedene Weise lesen lassen."
        )
        return Befund(Urteil.UNBESTIMMT, grund, veraendert=True)
    if signatur.aenderung is Aenderung.ARCHIV_ODER_SIGNATUR:
        return Befund(Urteil.GUELTIG, "Hinweis: Nach der Signatur kamen nur Signaturen oder Prüfdaten hinzu.")
    return Befund(Urteil.GUELTIG, "")


def _with_pdf_level(
    result: Signaturpruefung, signatur: PdfSignatur | DefekteSignatur, angaben: PdfAngaben
) -> Signaturpruefung:
    """By form (EN 319 142-1 §6.3): a time stamp in the signature or over it, validation data, a stamp over those."""
    if result.level not in ("B-B", "B-T") or not isinstance(signatur, PdfSignatur):
        return result
    stamped = any(_is_stamp(one) and one.holds(signatur) for one in angaben.signaturen if isinstance(one, PdfSignatur))
    if result.level == "B-B" and not stamped:
        return result
    return replace(result, level=("B-LTA" if stamped else "B-LT") if angaben.dss else "B-T")


def _is_stamp(signatur: PdfSignatur) -> bool:
    return signatur.art == DOC_TIMESTAMP


def check_detached(
    file: BinaryIO,
    p7s: bytes,
    anchors: Anchors | None,
    at: datetime,
    zwecke: tuple[Zweck, ...] = (Zweck.SIGNATUR,),
    gaben: Beigaben = KEINE,
) -> Pruefung:
    """All signers of a detached CMS over a file (seekable, stays open)."""
    size = file.seek(0, 2)
    return _cms(p7s, Inhalt.of_ranges(file, [(0, size)]), Massstab(anchors, zwecke, at, gaben))


def check_enclosed(
    p7m: bytes,
    anchors: Anchors | None,
    at: datetime,
    zwecke: tuple[Zweck, ...] = (Zweck.SIGNATUR,),
    gaben: Beigaben = KEINE,
) -> Pruefung:
    """All signers of a CMS that encloses its content; a detached one without its file is `unbestimmt`."""
    return _cms(p7m, None, Massstab(anchors, zwecke, at, gaben))


def _cms(data: bytes, inhalt: Inhalt | None, massstab: Massstab) -> Pruefung:
    try:
        return combine(check_cms(unarmoured(data), inhalt, massstab))
    except (ValueError, RecursionError) as error:
        return unreadable(f"Die Signaturdatei ist nicht lesbar ({error}).")
