"""The readable page of a proof bundle, PDF/A. It explains; what proves are the signed originals beside it."""

from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from erv_gateway.druck import render_pdf
from erv_gateway.kern.uhr import berlin
from erv_gateway.nachweis.modell import FORMAT, GesendeteDatei, NachweisRefused, NachweisTeile


def render_nachweis(teile: NachweisTeile) -> bytes:
    """PDF/A-2a bytes, the same for the same parts. Raises NachweisRefused when a certificate cannot be read."""
    return render_pdf("nachweis", nachweis_daten(teile), erstellt=teile.created)


def nachweis_daten(teile: NachweisTeile) -> dict[str, Any]:
    """What the template shows; only JSON values."""
    return {
        "format": FORMAT,
        "sendung": str(teile.sendung_id),
        "eigene_nachrichten_id": teile.eigene_nachrichten_id,
        "message_id": teile.message_id,
        "empfaenger": teile.empfaenger,
        "eingang_berlin": berlin_text(teile.eingang),
        "eingang_utc": teile.eingang.astimezone(UTC).isoformat(),
        "erstellt": berlin_text(teile.created),
        "annahme": teile.annahme is not None,
        "dateien": [_datei(datei) for datei in teile.dateien],
        "vermittler": _zertifikat(teile.vermittler),
        "absender": _zertifikat(teile.absender),
    }


def berlin_text(moment: datetime) -> str:
    """`21.11.2026, 20:54:32 Uhr (MEZ)`; fractions of a second are shown only in the UTC form."""
    local = berlin(moment)
    zone = "MESZ" if local.dst() else "MEZ"
    return f"{local:%d.%m.%Y, %H:%M:%S} Uhr ({zone})"


def _datei(datei: GesendeteDatei) -> dict[str, str]:
    return {"dateiname": datei.dateiname, "bytes": f"{datei.bytes:,}".replace(",", "."), "sha256": datei.sha256}


def _zertifikat(der: bytes) -> dict[str, str]:
    try:
        certificate = x509.load_der_x509_certificate(der)
    except ValueError as error:
        raise NachweisRefused(f"not a certificate: {error}") from error
    return {
        "name": certificate.subject.rfc4514_string(),
        "aussteller": certificate.issuer.rfc4514_string(),
        "sha256": certificate.fingerprint(hashes.SHA256()).hex(),
    }
