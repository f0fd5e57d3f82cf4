"""What a certificate says of itself: qualified, on a secure device, for what (RFC 3739 §3.2.6, EN 319 412-5)."""

from dataclasses import dataclass
from typing import Final

from asn1crypto.core import Any as AnyValue
from asn1crypto.core import ObjectIdentifier, Sequence, SequenceOf
from cryptography import x509

QC_STATEMENTS: Final = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3")
MAX_STATEMENTS: Final = 50  # ours
QC_COMPLIANCE: Final = "0.4.0.1862.1.1"
QC_SSCD: Final = "0.4.0.1862.1.4"
QC_TYPE: Final = "0.4.0.1862.1.6"
_TYPES: Final = {"0.4.0.1862.1.6.1": "esign", "0.4.0.1862.1.6.2": "eseal", "0.4.0.1862.1.6.3": "web"}


@dataclass(frozen=True, slots=True)
class QcAngaben:
    """`geraet`: the key lies in a qualified device (QSCD). `typen`: esign, eseal, web; usually one or none."""

    qualifiziert: bool = False
    geraet: bool = False
    typen: tuple[str, ...] = ()


class _Statement(Sequence):  # type: ignore[misc]
    _fields = [("statement_id", ObjectIdentifier), ("statement_info", AnyValue, {"optional": True})]  # noqa: RUF012


class _Statements(SequenceOf):  # type: ignore[misc]
    _child_spec = _Statement


class _Types(SequenceOf):  # type: ignore[misc]
    _child_spec = ObjectIdentifier


def read_qc_statements(certificate: x509.Certificate) -> QcAngaben:
    """The statements; none where the extension is missing or cannot be read."""
    try:
        value = certificate.extensions.get_extension_for_oid(QC_STATEMENTS).value
        return _read(value.value) if isinstance(value, x509.UnrecognizedExtension) else QcAngaben()
    except (x509.ExtensionNotFound, ValueError, TypeError, KeyError, RecursionError):
        return QcAngaben()


def _read(der: bytes) -> QcAngaben:
    statements = list(_Statements.load(der, strict=True))[:MAX_STATEMENTS]
    by_id = {statement["statement_id"].dotted: statement["statement_info"] for statement in statements}
    types = list(by_id[QC_TYPE].parse(_Types)) if QC_TYPE in by_id else []
    return QcAngaben(
        qualifiziert=QC_COMPLIANCE in by_id,
        geraet=QC_SSCD in by_id,
        typen=tuple(_TYPES.get(one.dotted, "unbekannt") for one in types),
    )
