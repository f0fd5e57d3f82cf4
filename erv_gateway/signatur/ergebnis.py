"""What a check of signatures says: one result per signature, one for the file, reasons in German."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from certs.certificate import facts, fingerprint
from certs.revocation import Sperrauskunft
from certs.urteil import Urteil, schlechtestes
from erv_gateway.signatur.grundlage import Pruefgrundlage
from erv_gateway.signatur.sperren import Bedarf


class Zeitgrundlage(StrEnum):
    """What the moment that counts rests on."""

    EINGANG = "Eingang"
    ZEITSTEMPEL = "Zeitstempel"
    ARCHIV = "Archivzeitstempel"


class Qualifikation(StrEnum):
    """Whether it is a qualified electronic signature by the trusted lists. Without a list nobody knows."""

    QUALIFIZIERT = "qualifiziert"
    NICHT_QUALIFIZIERT = "nicht qualifiziert"
    NICHT_GEPRUEFT = "nicht geprüft"


STEMPEL: Final = "Zeitstempel"
"""The level of a document time stamp."""
KEINE_LISTE: Final = "Qualifikation nicht geprüft: Es ist keine Vertrauensliste geladen."


@dataclass(frozen=True, slots=True)
class Stempelangabe:
    """One time stamp. `zeitpunkt` is set only when it counts, `behauptet` is what it says; `kette`: all involved."""

    zeitpunkt: datetime | None
    aussteller: str | None
    urteil: Urteil
    gruende: tuple[str, ...]
    behauptet: datetime | None = None
    kette: tuple[bytes, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Signaturpruefung:
    """One signature. `unterzeichner` is the subject (RFC 4514) of the signer's certificate, None when unknown.

    `level` is what was found in form: "B-B", "B-T", "B-LT", "B-LTA", "CMS" (without the attributes of AdES) or
    "Zeitstempel". `zeitpunkt` is the moment the judgement relies on, `behauptet` the time the signer claims.
    `gruende` has hints, too; only `urteil` says how good it is. `eingang`: when the file is known to have been there.
    `kette`: DER, signer to anchor, empty when none was found; `anker`: where the anchor came from.
    """

    unterzeichner: str | None
    level: str
    urteil: Urteil
    gruende: tuple[str, ...]
    nach_signatur_geaendert: bool = False
    zeitpunkt: datetime | None = None
    behauptet: datetime | None = None
    zertifikat: bytes | None = field(default=None, repr=False)
    feld: str | None = None
    eingang: datetime | None = None
    zeitgrundlage: Zeitgrundlage = Zeitgrundlage.EINGANG
    zeitstempel: tuple[Stempelangabe, ...] = ()
    verfahren: str | None = None
    kette: tuple[bytes, ...] = field(default=(), repr=False)
    anker: str | None = None
    sperrauskuenfte: tuple[Sperrauskunft, ...] = ()
    qualifiziert: Qualifikation = Qualifikation.NICHT_GEPRUEFT
    qualifikation_grund: str = KEINE_LISTE
    bedarf: tuple[Bedarf, ...] = field(default=(), repr=False)

    @property
    def beteiligte(self) -> tuple[bytes, ...]:
        """Every certificate that the verdict is about: signer, chain, and those of the time stamps."""
        own = () if self.zertifikat is None else (self.zertifikat,)
        return (*own, *self.kette, *(der for stempel in self.zeitstempel for der in stempel.kette))

    def as_json(self) -> dict[str, Any]:
        return {
            "signer": self.unterzeichner,
            "level": self.level,
            "verdict": str(self.urteil),
            "reasons": list(self.gruende),
            "changed_after_signing": self.nach_signatur_geaendert,
            "time": _iso(self.zeitpunkt),
            "claimed_time": _iso(self.behauptet),
            "field": self.feld,
            "received": _iso(self.eingang),
            "time_basis": str(self.zeitgrundlage),
            "time_stamps": [_stamp(one) for one in self.zeitstempel],
            "algorithm": self.verfahren,
            "chain": [_certificate(der) for der in self.kette],
            "anchor": self.anker,
            "revocation": [_revocation(one, self.kette) for one in self.sperrauskuenfte],
            "qualified": str(self.qualifiziert),
            "qualified_reason": self.qualifikation_grund,
        }

    def as_message(self) -> dict[str, Any]:
        """Everything, for `ergebnis_lesen.pruefung_of`."""
        return {
            **self.as_json(),
            "certificate": None if self.zertifikat is None else self.zertifikat.hex(),
            "chain": [der.hex() for der in self.kette],
            "time_stamps": [{**_stamp(one), "chain": [der.hex() for der in one.kette]} for one in self.zeitstempel],
            "needs": [one.as_message() for one in self.bedarf],
        }


@dataclass(frozen=True, slots=True)
class Pruefung:
    """All signatures of a file. Without any the verdict is `UNBESTIMMT`: nothing was proven.

    `lesbar` is false when the file is broken so that not even its signatures could be found. `grundlage` is what the
    verdict rests on besides the file; the pure functions leave it empty, `isoliert.Pruefdienst` fills it.
    """

    urteil: Urteil
    signaturen: tuple[Signaturpruefung, ...]
    gruende: tuple[str, ...] = ()
    lesbar: bool = True
    grundlage: Pruefgrundlage | None = field(default=None, repr=False, compare=False)

    @property
    def bedarf(self) -> tuple[Bedarf, ...]:
        """What could not be known, and where it could be had."""
        return tuple(dict.fromkeys(one for signatur in self.signaturen for one in signatur.bedarf))

    def as_json(self) -> dict[str, Any]:
        """For machines, by the contract of the command line."""
        return {
            "verdict": str(self.urteil),
            "reasons": list(self.gruende),
            "readable": self.lesbar,
            "signatures": [signatur.as_json() for signatur in self.signaturen],
        }

    def as_message(self) -> dict[str, Any]:
        """Everything but `grundlage`, for `ergebnis_lesen.pruefung_of`."""
        return {**self.as_json(), "signatures": [signatur.as_message() for signatur in self.signaturen]}


def combine(signaturen: tuple[Signaturpruefung, ...], gruende: tuple[str, ...] = ()) -> Pruefung:
    if not signaturen:
        gruende = (*gruende, "Die Datei trägt keine Signatur.")
    return Pruefung(schlechtestes(signatur.urteil for signatur in signaturen), signaturen, gruende)


def unreadable(grund: str) -> Pruefung:
    return Pruefung(Urteil.UNBESTIMMT, (), (grund,), lesbar=False)


def _stamp(one: Stempelangabe) -> dict[str, Any]:
    return {
        "time": _iso(one.zeitpunkt),
        "claimed_time": _iso(one.behauptet),
        "authority": one.aussteller,
        "verdict": str(one.urteil),
        "reasons": list(one.gruende),
    }


def _certificate(der: bytes) -> dict[str, Any]:
    angaben = facts(der)
    return {
        "subject": angaben.subject,
        "issuer": angaben.issuer,
        "serial": f"{angaben.serial:x}",
        "valid_from": _iso(angaben.gueltig_ab),
        "valid_to": _iso(angaben.gueltig_bis),
        "sha256": angaben.sha256,
    }


def _revocation(one: Sperrauskunft, kette: tuple[bytes, ...]) -> dict[str, Any]:
    return {
        "certificate": one.zertifikat,
        "subject": next((facts(der).subject for der in kette if fingerprint(der) == one.zertifikat), None),
        "status": str(one.status),
        "reason": one.grund,
        "source": one.quelle,
        "issued": _iso(one.stand),
        "revoked_at": _iso(one.gesperrt_am),
        "data_sha256": one.daten,
    }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
