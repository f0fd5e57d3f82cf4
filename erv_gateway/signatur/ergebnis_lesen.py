"""Results that come from a child process as JSON, read back into values: the inverse of `Pruefung.as_message`."""

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from certs.revocation import Sperrauskunft, Sperrstatus
from certs.urteil import Urteil
from erv_gateway.signatur.ergebnis import Pruefung, Qualifikation, Signaturpruefung, Stempelangabe, Zeitgrundlage
from erv_gateway.signatur.sperren import Bedarf, Quelle


def pruefung_of(data: Mapping[str, Any]) -> Pruefung:
    """A child cannot claim that a signature is qualified: only `qualifikation.qualify` says so."""
    signaturen = tuple(signatur_of(entry) for entry in data["signatures"])
    return Pruefung(Urteil(data["verdict"]), signaturen, tuple(data["reasons"]), data["readable"])


def signatur_of(entry: Mapping[str, Any]) -> Signaturpruefung:
    return Signaturpruefung(
        unterzeichner=entry["signer"],
        level=entry["level"],
        urteil=Urteil(entry["verdict"]),
        gruende=tuple(entry["reasons"]),
        nach_signatur_geaendert=entry["changed_after_signing"],
        zeitpunkt=_moment(entry["time"]),
        behauptet=_moment(entry["claimed_time"]),
        zertifikat=None if entry["certificate"] is None else bytes.fromhex(entry["certificate"]),
        feld=entry["field"],
        eingang=_moment(entry["received"]),
        zeitgrundlage=Zeitgrundlage(entry["time_basis"]),
        zeitstempel=tuple(_stempel(one) for one in entry["time_stamps"]),
        verfahren=entry["algorithm"],
        kette=tuple(bytes.fromhex(one) for one in entry["chain"]),
        anker=entry["anchor"],
        sperrauskuenfte=tuple(_sperrauskunft(one) for one in entry["revocation"]),
        qualifiziert=Qualifikation.NICHT_GEPRUEFT,
        bedarf=tuple(bedarf_of(one) for one in entry["needs"]),
    )


def _stempel(entry: Mapping[str, Any]) -> Stempelangabe:
    return Stempelangabe(
        _moment(entry["time"]),
        entry["authority"],
        Urteil(entry["verdict"]),
        tuple(entry["reasons"]),
        _moment(entry["claimed_time"]),
        tuple(bytes.fromhex(one) for one in entry["chain"]),
    )


def _sperrauskunft(entry: Mapping[str, Any]) -> Sperrauskunft:
    return Sperrauskunft(
        zertifikat=entry["certificate"],
        status=Sperrstatus(entry["status"]),
        grund=entry["reason"],
        quelle=entry["source"],
        stand=_moment(entry["issued"]),
        gesperrt_am=_moment(entry["revoked_at"]),
        daten=entry["data_sha256"],
    )


def bedarf_of(entry: Mapping[str, Any]) -> Bedarf:
    return Bedarf(entry["certificate"], tuple(_quelle(one) for one in entry["sources"]))


def _quelle(entry: Mapping[str, Any]) -> Quelle:
    body = entry["request"]
    return Quelle(entry["kind"], entry["url"], None if body is None else base64.b64decode(body))


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
