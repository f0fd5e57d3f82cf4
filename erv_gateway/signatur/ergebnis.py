"""What a check of signatures says: one result per signature, one for the file, reasons in German."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from certs.urteil import Urteil, schlechtestes


@dataclass(frozen=True, slots=True)
class Signaturpruefung:
    """One signature. `unterzeichner` is the subject (RFC 4514) of the signer's certificate, None when unknown.

    `level` is what was found in form: "B-B", "B-T", "B-LT", "B-LTA", "CMS" (without the attributes of AdES) or
    "Zeitstempel". `zeitpunkt` is the moment the judgement relies on, `behauptet` the time the signer claims.
    `gruende` has hints, too; only `urteil` says how good it is.
    """

    unterzeichner: str | None
    level: str
    urteil: Urteil
    gruende: tuple[str, ...]
    nach_signatur_geaendert: bool = False
    zeitpunkt: datetime | None = None
    behauptet: datetime | None = None
    zertifikat: bytes | None = field(default=None, repr=False)

    def as_json(self) -> dict[str, Any]:
        return {
            "signer": self.unterzeichner,
            "level": self.level,
            "verdict": str(self.urteil),
            "reasons": list(self.gruende),
            "changed_after_signing": self.nach_signatur_geaendert,
            "time": _iso(self.zeitpunkt),
            "claimed_time": _iso(self.behauptet),
        }

    def as_message(self) -> dict[str, Any]:
        """Everything, for `from_json`."""
        return {**self.as_json(), "certificate": None if self.zertifikat is None else self.zertifikat.hex()}


@dataclass(frozen=True, slots=True)
class Pruefung:
    """All signatures of a file. Without any the verdict is `UNBESTIMMT`: nothing was proven.

    `lesbar` is false when the file is broken so that not even its signatures could be found.
    """

    urteil: Urteil
    signaturen: tuple[Signaturpruefung, ...]
    gruende: tuple[str, ...] = ()
    lesbar: bool = True

    def as_json(self) -> dict[str, Any]:
        return {
            "verdict": str(self.urteil),
            "reasons": list(self.gruende),
            "readable": self.lesbar,
            "signatures": [signatur.as_json() for signatur in self.signaturen],
        }

    def as_message(self) -> dict[str, Any]:
        """Everything, for `from_json`."""
        return {**self.as_json(), "signatures": [signatur.as_message() for signatur in self.signaturen]}


def combine(signaturen: tuple[Signaturpruefung, ...], gruende: tuple[str, ...] = ()) -> Pruefung:
    if not signaturen:
        gruende = (*gruende, "Die Datei trägt keine Signatur.")
    return Pruefung(schlechtestes(signatur.urteil for signatur in signaturen), signaturen, gruende)


def unreadable(grund: str) -> Pruefung:
    return Pruefung(Urteil.UNBESTIMMT, (), (grund,), lesbar=False)


def from_json(data: Mapping[str, Any]) -> Pruefung:
    """The inverse of `as_message`, for results that come from a child process."""
    signaturen = tuple(_signatur(entry) for entry in data["signatures"])
    return Pruefung(Urteil(data["verdict"]), signaturen, tuple(data["reasons"]), data["readable"])


def _signatur(entry: Mapping[str, Any]) -> Signaturpruefung:
    return Signaturpruefung(
        unterzeichner=entry["signer"],
        level=entry["level"],
        urteil=Urteil(entry["verdict"]),
        gruende=tuple(entry["reasons"]),
        nach_signatur_geaendert=entry["changed_after_signing"],
        zeitpunkt=_moment(entry["time"]),
        behauptet=_moment(entry["claimed_time"]),
        zertifikat=None if entry["certificate"] is None else bytes.fromhex(entry["certificate"]),
    )


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
