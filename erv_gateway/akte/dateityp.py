"""What a file is, by its first bytes, and whether that fits its name.

Allowed: PDF and TIFF (ERVV § 2 (1)), detached signatures, and source formats (BehAktÜbV § 3 (2), (3)) of a fixed list.
"""

from collections.abc import Mapping
from types import MappingProxyType

KOPF_BYTES = 4096  # own choice: as much of a file as is looked at
PDF = "application/pdf"
TIFF = "image/tiff"
PKCS7 = "application/pkcs7-signature"
PDF_HEADER_WITHIN = 1024  # ISO 32000-2 Annex, as readers accept it

_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNED_DATA_OID = bytes.fromhex("06092a864886f70d010702")  # RFC 5652 §5.1
_OFFICE_FIRST_MEMBERS = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"word/", b"xl/", b"ppt/", b"mimetype")

TYP_BY_EXTENSION: Mapping[str, str] = MappingProxyType(
    {
        "pdf": PDF,
        "tif": TIFF,
        "tiff": TIFF,
        "p7s": PKCS7,
        "pkcs7": PKCS7,
        "jpg": "image/jpeg",
        "jpeg": "image/jpeg",
        "png": "image/png",
        "docx": _OFFICE + "wordprocessingml.document",
        "xlsx": _OFFICE + "spreadsheetml.sheet",
        "pptx": _OFFICE + "presentationml.presentation",
        "odt": _OPEN_DOCUMENT + "text",
        "ods": _OPEN_DOCUMENT + "spreadsheet",
        "odp": _OPEN_DOCUMENT + "presentation",
        "doc": "application/msword",
        "xls": "application/vnd.ms-excel",
        "ppt": "application/vnd.ms-powerpoint",
        "msg": "application/vnd.ms-outlook",
        "rtf": "application/rtf",
        "txt": "text/plain",
        "csv": "text/csv",
        "eml": "message/rfc822",
    }
)
_EXECUTABLE = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xfe\xed\xfa")
_LINK_FILE = b"L\x00\x00\x00\x01\x14\x02\x00"  # Windows shell link
_ARCHIVE = (
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\x00",
    b"\x28\xb5\x2f\xfd",
    b"MSCF",
    b"PK\x05\x06",
    b"PK\x07\x08",
)
_MAGIC: Mapping[str, tuple[bytes, ...]] = MappingProxyType(
    {
        TIFF: (b"II*\x00", b"MM\x00*"),
        "image/jpeg": (b"\xff\xd8\xff",),
        "image/png": (b"\x89PNG\r\n\x1a\n",),
        "application/rtf": (b"{\\rtf",),
        "application/msword": (_OLE,),
        "application/vnd.ms-excel": (_OLE,),
        "application/vnd.ms-powerpoint": (_OLE,),
        "application/vnd.ms-outlook": (_OLE,),
    }
)


def type_of(name: str) -> str | None:
    """The media type that the extension of `name` stands for; None when that type is not accepted."""
    return TYP_BY_EXTENSION.get(name.rpartition(".")[2].lower()) if "." in name else None


def content_fault(name: str, kopf: bytes) -> str | None:
    """The Mangel code for a file called `name` that begins with `kopf` (up to `KOPF_BYTES`); None when both agree."""
    if kopf.startswith(_EXECUTABLE) or kopf.startswith(_LINK_FILE):
        return "ausfuehrbar"
    typ = type_of(name)
    if _is_archive(kopf, typ):
        return "verschachteltes-archiv"
    if typ is None:
        return "typ-nicht-erlaubt"
    return None if _matches(typ, kopf) else "typ-falsch"


def _is_archive(kopf: bytes, typ: str | None) -> bool:
    if kopf.startswith(_ARCHIVE) or kopf[257:262] == b"ustar":
        return True
    return kopf.startswith(b"PK\x03\x04") and not (_is_package(typ) and _first_member(kopf))


def _is_package(typ: str | None) -> bool:
    return typ is not None and typ.startswith((_OFFICE, _OPEN_DOCUMENT))


def _first_member(kopf: bytes) -> bool:
    """Whether the ZIP begins as office packages do (ECMA-376 part 2, OpenDocument 1.2 part 3 §3.3)."""
    return kopf[30:].startswith(_OFFICE_FIRST_MEMBERS)


def _matches(typ: str, kopf: bytes) -> bool:
    if typ == PDF:
        return b"%PDF-" in kopf[:PDF_HEADER_WITHIN]
    if typ == PKCS7:
        return kopf.startswith(b"0") and _SIGNED_DATA_OID in kopf[:40]
    if _is_package(typ):
        return kopf.startswith(b"PK\x03\x04")
    return kopf.startswith(_MAGIC[typ]) if typ in _MAGIC else b"\x00" not in kopf
