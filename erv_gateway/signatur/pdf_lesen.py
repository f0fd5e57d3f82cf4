"""The signatures of a PDF as facts: which bytes each covers, its CMS, and what was changed after it.

Uses pyHanko's reader and difference analysis, field by field, so that one broken signature hides no other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any, BinaryIO, Final

from pyhanko.pdf_utils.crypt import AuthStatus
from pyhanko.pdf_utils.generic import parse_pdf_date
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, extract_contents
from pyhanko.sign.validation.status import SignatureCoverageLevel

from erv_gateway.signatur.cms_belege import Beigaben
from erv_gateway.signatur.pdf_aenderung import Aenderung, Signaturfeld, changes
from erv_gateway.signatur.pdf_dss import read_dss
from erv_gateway.signatur.pdf_nachtrag import Fortsetzung
from erv_gateway.signatur.pdf_ueberdeckung import plaetze_of

MAX_SIGNATURES: Final = 200  # ours; as many as we would sign
OHNE_GABEN: Final = Beigaben()
MAX_GAP_BYTES: Final = 64 * 1024 * 1024  # ours; hexadecimal, a CMS may have 32 MB


class PdfLocked(ValueError):
    """The file cannot be read without a password: whether it is signed is not known."""


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

    @property
    def ende(self) -> int:
        """The offset behind the last signed byte."""
        return max(offset + length for offset, length in self.ranges)

    def holds(self, other: "PdfSignatur") -> bool:
        """Whether the whole revision that ends with `other`, its signature value included, lies in the signed bytes."""
        return self.covers and other.ende <= self.ranges[0][1]


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
    gaben: Beigaben = OHNE_GABEN
    """What is in the store."""
    nachsichtig: bool = False
    """The file is not as the standard wants it, and was read all the same: hybrid or mended cross-references."""


def read_pdf(file: BinaryIO) -> PdfAngaben:
    """The filled signature fields of a PDF, in the order of the file. Raises whatever pyHanko does on broken files."""
    reader = PdfFileReader(file, strict=False)
    if reader.encrypted and reader.decrypt(b"").status is AuthStatus.FAILED:
        raise PdfLocked("a password is needed")  # readable for everyone is only what has an empty user password
    signaturen = tuple(_signatures(reader, file))
    return PdfAngaben(signaturen, "/DSS" in reader.root, read_dss(reader), bool(signaturen) and _is_irregular(file))


def _is_irregular(file: BinaryIO) -> bool:
    """Whether a strict reader refuses the file."""
    try:
        return bool(PdfFileReader(file, strict=True).xrefs.hybrid_xrefs_present)
    except Exception:  # noqa: BLE001 - it refuses with many kinds of errors
        return True


def _signatures(reader: PdfFileReader, file: BinaryIO) -> Iterator[PdfSignatur | DefekteSignatur]:
    fields = list(islice(enumerate_sig_fields(reader, filled_status=True), MAX_SIGNATURES + 1))
    if len(fields) > MAX_SIGNATURES:
        raise ValueError(f"more than {MAX_SIGNATURES} signatures")
    felder: dict[str, Signaturfeld] = {}
    for name, _value, field in fields:
        felder[name] = _feld(reader, field.get_object()).with_namesake(felder.get(name))
    fortsetzung = Fortsetzung(reader, file)
    for name, _value, field in fields:
        try:
            yield _facts(_Signature(reader, field, name), file, felder, fortsetzung)
        except Exception as error:  # noqa: BLE001 - foreign files break pyHanko in many ways; one must not hide others
            yield DefekteSignatur(name, type(error).__name__)


def _feld(reader: PdfFileReader, field: Any) -> Signaturfeld:
    """A value that stands in the field itself counts as the latest."""
    reference = getattr(field.raw_get("/V"), "reference", None)
    try:
        fassung = reader.xrefs.total_revisions if reference is None else reader.xrefs.get_last_change(reference)
    except KeyError:
        fassung = reader.xrefs.total_revisions
    return Signaturfeld(plaetze_of(field), fassung)


def _facts(
    signature: "_Signature", file: BinaryIO, felder: Mapping[str, Signaturfeld], fortsetzung: Fortsetzung
) -> PdfSignatur:
    byte_range = [int(number) for number in signature.byte_range]
    signature.coverage = signature.evaluate_signature_coverage()
    covers = signature.coverage >= SignatureCoverageLevel.ENTIRE_REVISION and _gap_is_signature(
        file, byte_range, signature.pkcs7_content
    )
    aenderung, docmdp_ok = changes(signature, file, felder) if covers else (Aenderung.ANDERE, False)
    if aenderung is not Aenderung.ANDERE and not fortsetzung.reads_one_way(
        sum(byte_range[2:]), signature.signed_revision
    ):
        aenderung = Aenderung.ANHANG
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
