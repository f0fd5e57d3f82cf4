"""What came after a signature of a PDF, by its worst part; on top of pyHanko's difference analysis.

pyHanko lets later revisions change what describes the document and what form fields are drawn with, because programs
touch both when they sign. What people would see changed is named here.
"""

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, BinaryIO, Final

from lxml import etree
from pyhanko.pdf_utils.reader import HistoricalResolver
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DiffResult,
    DocInfoRule,
    DSSCompareRule,
    FormUpdatingRule,
    GenericFieldModificationRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    XrefStreamRule,
)
from pyhanko.sign.diff_analysis.form_rules_api import FieldComparisonContext, FormUpdate
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from erv_gateway.kern.xml import parse_xml
from erv_gateway.signatur.pdf_ueberdeckung import Platz, covers_words

MAX_AREA: Final = 595 * 842 / 4  # ours, square points: a quarter of A4; a visible signature has a tenth of that
MAX_XMP_BYTES: Final = 4 * 1024 * 1024  # ours; real ones have some KB
MAX_FIELDS: Final = 10_000  # ours
DESCRIBING: Final = ("/Title", "/Author", "/Subject", "/Keywords")  # ISO 32000-1 table 317; dates and tools may change
DRAWING: Final = ("/DR", "/DA", "/Q", "/NeedAppearances")  # ISO 32000-1 table 218: what values are drawn with
_DC: Final = "{http://purl.org/dc/elements/1.1/}"


class Aenderung(StrEnum):
    """What came after a signature, by its worst part. Archiving data and further signatures change no document."""

    KEINE = "keine"
    ARCHIV_ODER_SIGNATUR = "archiv-oder-signatur"
    ANGABEN = "angaben"
    FORMULAR = "formular"
    UEBERDECKUNG = "ueberdeckung"
    ANHANG = "anhang"
    ANDERE = "andere"


class _ChangedFields(GenericFieldModificationRule):
    """pyHanko's rule names every field of the form; only those that the revision writes anew are changed."""

    def apply(self, context: FieldComparisonContext) -> Iterator[tuple[ModificationLevel, FormUpdate]]:
        written = context.new.explicit_refs_in_revision()  # type: ignore[no-untyped-call]
        return (found for found in super().apply(context) if found[1].updated_ref in written)


_ARCHIV: Final = ModificationLevel.LTA_UPDATES
POLICY: Final = StandardDiffPolicy(
    global_rules=[
        CatalogModificationRule(),  # type: ignore[no-untyped-call]
        *(
            rule().as_qualified(_ARCHIV)
            for rule in (DocInfoRule, XrefStreamRule, ObjectStreamRule, DSSCompareRule, MetadataUpdateRule)
        ),
    ],
    form_rule=FormUpdatingRule(
        [
            SigFieldCreationRule(),  # type: ignore[no-untyped-call]
            SigFieldModificationRule(),
            _ChangedFields(),
        ]
    ),
)
"""pyHanko's default policy but for that."""


@dataclass(frozen=True, slots=True)
class Signaturfeld:
    """A filled signature field: where it stands on pages, and the revision its value came with."""

    plaetze: tuple[Platz, ...]
    fassung: int

    def with_namesake(self, other: "Signaturfeld | None") -> "Signaturfeld":
        """Two fields of one name count as one, and as the later: none may hide behind the other."""
        if other is None:
            return self
        return Signaturfeld((*self.plaetze, *other.plaetze), max(self.fassung, other.fassung))


def changes(
    signature: EmbeddedPdfSignature, file: BinaryIO, felder: Mapping[str, Signaturfeld]
) -> tuple[Aenderung, bool]:
    """What came after the signature, and whether the signature's own permissions (DocMDP) allow it."""
    result = signature.evaluate_modifications(POLICY)
    if not isinstance(result, DiffResult):
        return Aenderung.ANDERE, False
    level, permission = result.modification_level, signature.docmdp_level
    allowed = permission is None or level.value <= permission.value
    if level is ModificationLevel.NONE:
        return Aenderung.KEINE, allowed
    if level not in (ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING):
        return Aenderung.ANDERE, allowed
    fields = result.changed_form_fields
    if (level is ModificationLevel.FORM_FILLING and not fields) or not fields <= felder.keys():
        return Aenderung.FORMULAR, allowed
    return _beyond_the_policy(signature, file, felder), allowed


def _beyond_the_policy(
    signature: EmbeddedPdfSignature, file: BinaryIO, felder: Mapping[str, Signaturfeld]
) -> Aenderung:
    """Later signatures count together: several small ones can cover a page as well as one."""
    reader, signed = signature.reader, signature.signed_revision
    plaetze = [platz for feld in felder.values() if feld.fassung > signed for platz in feld.plaetze]
    ende = int(signature.byte_range[2]) + int(signature.byte_range[3])
    if sum(platz.flaeche for platz in plaetze) > MAX_AREA or covers_words(reader, file, ende, plaetze):
        return Aenderung.UEBERDECKUNG
    before = reader.get_historical_resolver(signed)
    later = [reader.get_historical_resolver(one) for one in range(signed + 1, reader.xrefs.total_revisions)]
    if any(_redrawn(before, after) for after in later):
        return Aenderung.FORMULAR
    if any(not _describing(after) <= _describing(before) for after in later):
        return Aenderung.ANGABEN
    return Aenderung.ARCHIV_ODER_SIGNATUR


def _redrawn(before: HistoricalResolver, after: HistoricalResolver) -> bool:
    """Other fonts or defaults show values of the form differently; without other fields than signatures nothing."""
    old, new = _form(before), _form(after)
    if all(_plain(old, key) == _plain(new, key) for key in DRAWING):
        return False
    fields = list(old["/Fields"])[:MAX_FIELDS] if "/Fields" in old else []
    return any(_draws(field.get_object()) for field in fields)


def _form(resolver: HistoricalResolver) -> Any:
    """`get` of pyHanko's dictionaries gives references, the index gives what they stand for."""
    root = resolver.root
    return root["/AcroForm"] if "/AcroForm" in root else {}  # noqa: SIM401


def _plain(form: Any, key: str) -> bytes:
    """The value as it is written; objects it refers to may not change by the difference analysis."""
    written = io.BytesIO()
    if key in form:
        form[key].write_to_stream(written, None)
    return written.getvalue()


def _draws(field: Any) -> bool:
    """Whether there is a field below that shows a value; a branch whose kind is not stated might."""
    return field.get("/FT") != "/Sig" if "/FT" in field else True


def _describing(resolver: HistoricalResolver) -> frozenset[str]:
    """The words that name the document: in its information dictionary and its XMP metadata."""
    return frozenset(" ".join(one.split()) for one in (*_info(resolver), *_xmp(resolver)) if one.strip())


def _info(resolver: HistoricalResolver) -> Iterable[str]:
    trailer = resolver.trailer_view
    if "/Info" not in trailer:
        return ()
    info = trailer["/Info"]
    return tuple(str(info[key]) for key in DESCRIBING if key in info)


def _xmp(resolver: HistoricalResolver) -> Iterable[str]:
    if "/Metadata" not in resolver.root:
        return ()
    root = parse_xml(resolver.root["/Metadata"].data, what="XMP", limit=MAX_XMP_BYTES)
    return tuple(
        text
        for element in root.iter(etree.Element)
        if str(element.tag).startswith(_DC)
        for text in (*element.itertext(), *element.attrib.values())
    )
