"""The signatures of a PDF as facts: which bytes each covers, its CMS, and what was changed after it.

Uses pyHanko's reader and difference analysis, field by field, so that one broken signature hides no other.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import islice
from typing import Any, BinaryIO, Final

from pyhanko.pdf_utils.generic import parse_pdf_date
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, extract_contents
from pyhanko.sign.validation.status import SignatureCoverageLevel

MAX_SIGNATURES: Final = 200  # ours; as many as we would sign
MAX_GAP_BYTES: Final = 64 * 1024 * 1024  # ours; hexadecimal, a CMS may have 32 MB


class Aenderung(StrEnum):
    """What came after a signature, by its worst part. Archiving data and further signatures change no document."""

    KEINE = "keine"
    ARCHIV_ODER_SIGNATUR = "archiv-oder-signatur"
    FORMULAR = "formular"
    ANDERE = "andere"


@dataclass(frozen=True, slots=True)
class PdfSignatur:
    """One signature field that is filled.

    `ranges` are the signed bytes as (offset, length); `covers`: they are all of the file, or of one revision, but for
    the place of the signature itself. `docmdp_ok`: what came after is allowed by the author of the document.
    """

    feld: str
    cms: bytes
    ranges: tuple[tuple[int, int], ...]
    covers: bool
    aenderung: Aenderung
    docmdp_ok: bool
    art: str
    """The /SubFilter, such as "/ETSI.CAdES.detached"; "/ETSI.RFC3161" is a document time stamp."""
    behauptet: datetime | None
    """The time the signature dictionary claims (/M)."""


@dataclass(frozen=True, slots=True)
class DefekteSignatur:
    """A filled signature field that cannot be read, with the kind of fault."""

    feld: str
    fehler: str


@dataclass(frozen=True, slots=True)
class PdfAngaben:
    signaturen: tuple[PdfSignatur | DefekteSignatur, ...]
    dss: bool
    """A document security store is there: validation data for later (EN 319 142-1 §5.4.2)."""


def read_pdf(file: BinaryIO) -> PdfAngaben:
    """The filled signature fields of a PDF, in the order of the file. Raises whatever pyHanko does on broken files."""
    reader = PdfFileReader(file, strict=False)
    if reader.encrypted:
        reader.decrypt(b"")  # readable for everyone: a user password that is empty
    return PdfAngaben(tuple(_signatures(reader, file)), "/DSS" in reader.root)


def _signatures(reader: PdfFileReader, file: BinaryIO) -> Iterator[PdfSignatur | DefekteSignatur]:
    fields = list(islice(enumerate_sig_fields(reader, filled_status=True), MAX_SIGNATURES + 1))
    if len(fields) > MAX_SIGNATURES:
        raise ValueError(f"more than {MAX_SIGNATURES} signatures")
    names = frozenset(name for name, _value, _field in fields)
    for name, _value, field in fields:
        try:
            yield _facts(_Signature(reader, field, name), file, names)
        except Exception as error:  # noqa: BLE001 - foreign files break pyHanko in many ways; one must not hide others
            yield DefekteSignatur(name, type(error).__name__)


def _facts(signature: "_Signature", file: BinaryIO, names: frozenset[str]) -> PdfSignatur:
    byte_range = [int(number) for number in signature.byte_range]
    signature.coverage = signature.evaluate_signature_coverage()
    covers = signature.coverage >= SignatureCoverageLevel.ENTIRE_REVISION and _gap_is_signature(
        file, byte_range, signature.pkcs7_content
    )
    aenderung, docmdp_ok = _changes(signature, names) if covers else (Aenderung.ANDERE, False)
    return PdfSignatur(
        feld=signature.fq_name,
        cms=signature.pkcs7_content,
        ranges=tuple(zip(byte_range[::2], byte_range[1::2], strict=True)),
        covers=covers,
        aenderung=aenderung,
        docmdp_ok=docmdp_ok,
        art=str(signature.sig_object.get("/SubFilter", "")),
        behauptet=_claimed(signature),
    )


def _claimed(signature: "_Signature") -> datetime | None:
    try:
        moment = parse_pdf_date(signature.sig_object["/M"], strict=False)
    except (KeyError, ValueError, TypeError, PdfError):
        return None
    return moment.astimezone(UTC) if isinstance(moment, datetime) and moment.tzinfo else None


class _Signature(EmbeddedPdfSignature):
    """pyHanko's view of coverage and changes, without its view of the CMS, which must have exactly one signer there."""

    coverage: Any

    def __init__(self, reader: PdfFileReader, field: Any, name: str) -> None:
        self.reader = reader
        self.sig_field = field.get_object()
        value = self.sig_field.raw_get("/V")
        self.sig_object = value.get_object()
        self.byte_range = self.sig_object.raw_get("/ByteRange")
        self.pkcs7_content = extract_contents(self.sig_object)
        self.signed_revision = reader.xrefs.get_last_change(value.reference)
        self.fq_name = name
        self._docmdp = None
        self._fieldmdp = None
        self._docmdp_queried = self._fieldmdp_queried = False


def _gap_is_signature(file: BinaryIO, byte_range: list[int], cms: bytes) -> bool:
    """What is not signed must be the hexadecimal signature value itself and nothing else."""
    first, second = byte_range[0] + byte_range[1], byte_range[2]
    if not 0 < second - first <= MAX_GAP_BYTES:
        return False
    file.seek(first)
    gap = file.read(second - first)
    if not (gap.startswith(b"<") and gap.endswith(b">")):
        return False
    try:
        return bytes.fromhex(gap[1:-1].decode("ascii")) == cms
    except ValueError:
        return False


def _changes(signature: _Signature, names: frozenset[str]) -> tuple[Aenderung, bool]:
    """What came after the signature, and whether the signature's own permissions (DocMDP) allow it."""
    result = signature.evaluate_modifications(DEFAULT_DIFF_POLICY)
    if not isinstance(result, DiffResult):
        return Aenderung.ANDERE, False
    level, permission = result.modification_level, signature.docmdp_level
    allowed = permission is None or level.value <= permission.value
    if level is ModificationLevel.NONE:
        return Aenderung.KEINE, allowed
    if level is ModificationLevel.LTA_UPDATES:
        return Aenderung.ARCHIV_ODER_SIGNATUR, allowed
    if level is not ModificationLevel.FORM_FILLING:
        return Aenderung.ANDERE, allowed
    only_signatures = bool(result.changed_form_fields) and result.changed_form_fields <= names
    return (Aenderung.ARCHIV_ODER_SIGNATUR if only_signatures else Aenderung.FORMULAR), allowed
