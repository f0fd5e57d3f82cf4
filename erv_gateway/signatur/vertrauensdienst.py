"""What a trusted list says of one trust service (ETSI TS 119 612 §5.5), as values that can be stored and read again."""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from cryptography import x509

from certs.certificate import load
from certs.errors import CertsError


class Dienstart(StrEnum):
    """The services that matter here, by the end of their identifier (ETSI TS 119 612 §5.5.1.1)."""

    CA_QC = "CA/QC"
    QTST = "TSA/QTST"


@dataclass(frozen=True, slots=True)
class Kriterien:
    """Which certificates a qualifier is about (§5.5.9.2.2.1). `verknuepfung`: all, atLeastOne or none."""

    verknuepfung: str
    key_usage: tuple[tuple[tuple[str, bool], ...], ...] = ()
    """Sets of named bits with the value each must have."""
    policies: tuple[tuple[str, ...], ...] = ()
    extended_usages: tuple[tuple[str, ...], ...] = ()
    namensteile: tuple[tuple[str, ...], ...] = ()
    unter: tuple["Kriterien", ...] = ()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            verknuepfung=data["combine"],
            key_usage=tuple(tuple((name, value) for name, value in bits) for bits in data["key_usage"]),
            policies=_sets(data["policies"]),
            extended_usages=_sets(data["extended"]),
            namensteile=_sets(data["names"]),
            unter=tuple(cls.from_json(one) for one in data["below"]),
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "combine": self.verknuepfung,
            "key_usage": [[list(bit) for bit in bits] for bits in self.key_usage],
            "policies": [list(one) for one in self.policies],
            "extended": [list(one) for one in self.extended_usages],
            "names": [list(one) for one in self.namensteile],
            "below": [one.to_json() for one in self.unter],
        }


def _sets(data: Iterable[Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(one) for one in data)


@dataclass(frozen=True, slots=True)
class Zusatz:
    """Qualifiers such as "QCWithQSCD", for the certificates that meet the criteria."""

    merkmale: tuple[str, ...]
    kriterien: Kriterien

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(tuple(data["qualifiers"]), Kriterien.from_json(data["criteria"]))

    def to_json(self) -> dict[str, Any]:
        return {"qualifiers": list(self.merkmale), "criteria": self.kriterien.to_json()}


@dataclass(frozen=True, slots=True)
class Abschnitt:
    """A stretch of time with one status, such as "granted". `typen` narrows what is issued: "ForeSignatures", ..."""

    status: str
    ab: datetime
    bis: datetime | None
    typen: tuple[str, ...] = ()
    zusaetze: tuple[Zusatz, ...] = ()

    def holds(self, at: datetime) -> bool:
        return self.ab <= at and (self.bis is None or at < self.bis)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            status=data["status"],
            ab=datetime.fromisoformat(data["from"]),
            bis=None if data["to"] is None else datetime.fromisoformat(data["to"]),
            typen=tuple(data["types"]),
            zusaetze=tuple(Zusatz.from_json(one) for one in data["qualifications"]),
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "status": self.status,
            "from": self.ab.isoformat(),
            "to": None if self.bis is None else self.bis.isoformat(),
            "types": list(self.typen),
            "qualifications": [one.to_json() for one in self.zusaetze],
        }


@dataclass(frozen=True, slots=True)
class Vertrauensdienst:
    """`zertifikate` (DER) are the service's own: issuing CAs, or the stamping units of a time stamp service."""

    land: str
    anbieter: str
    name: str
    art: Dienstart
    zertifikate: tuple[bytes, ...]
    abschnitte: tuple[Abschnitt, ...]

    def at(self, moment: datetime) -> Abschnitt | None:
        return next((abschnitt for abschnitt in self.abschnitte if abschnitt.holds(moment)), None)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            land=data["territory"],
            anbieter=data["provider"],
            name=data["name"],
            art=Dienstart(data["type"]),
            zertifikate=tuple(base64.b64decode(one, validate=True) for one in data["certificates"]),
            abschnitte=tuple(Abschnitt.from_json(one) for one in data["history"]),
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "territory": self.land,
            "provider": self.anbieter,
            "name": self.name,
            "type": str(self.art),
            "certificates": [base64.b64encode(one).decode() for one in self.zertifikate],
            "history": [one.to_json() for one in self.abschnitte],
        }


@dataclass(frozen=True, slots=True)
class Listenstand:
    """One list as it was read: its number, when it was issued, when the next was due (None: closed), its SHA-256."""

    land: str
    nummer: int
    ausgestellt: datetime
    naechste: datetime | None
    sha256: str

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            land=data["territory"],
            nummer=data["number"],
            ausgestellt=datetime.fromisoformat(data["issued"]),
            naechste=None if data["next"] is None else datetime.fromisoformat(data["next"]),
            sha256=data["sha256"],
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "territory": self.land,
            "number": self.nummer,
            "issued": self.ausgestellt.isoformat(),
            "next": None if self.naechste is None else self.naechste.isoformat(),
            "sha256": self.sha256,
        }


@dataclass(frozen=True, slots=True)
class Vertrauenslisten:
    """Everything that is loaded. Without any list nothing is known, and nothing is ever called qualified."""

    listen: tuple[Listenstand, ...] = ()
    dienste: tuple[Vertrauensdienst, ...] = ()

    def of(self, beteiligte: Iterable[bytes]) -> "Vertrauenslisten":
        """Only the services that these certificates (DER) lead to, or claim to, with all lists: what decided."""
        found = frozenset(beteiligte)
        names = frozenset(issuer for der in found if (issuer := _issuer(der)) is not None)
        return Vertrauenslisten(self.listen, tuple(one for one in self.dienste if _decides(one, found, names)))

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            tuple(Listenstand.from_json(one) for one in data["lists"]),
            tuple(Vertrauensdienst.from_json(one) for one in data["services"]),
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "lists": [one.to_json() for one in self.listen],
            "services": [one.to_json() for one in self.dienste],
        }


def _decides(dienst: Vertrauensdienst, found: frozenset[bytes], names: frozenset[x509.Name]) -> bool:
    return any(der in found or load(der).subject in names for der in dienst.zertifikate)


def _issuer(der: bytes) -> x509.Name | None:
    """None for what came along and is no readable certificate."""
    try:
        return load(der).issuer
    except CertsError:
        return None
