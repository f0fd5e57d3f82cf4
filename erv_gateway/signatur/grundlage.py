"""Everything a verdict rests on besides the file: kept with it, the check can be repeated years later, off-line."""

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Self

from certs.anchors import Anchors, Zweck
from certs.errors import CertsError
from certs.revocation import Beleg
from erv_gateway.signatur.anker_json import anchors_from_json, anchors_to_json
from erv_gateway.signatur.fehler import GrundlageInvalid
from erv_gateway.signatur.vertrauensdienst import Vertrauensdienst, Vertrauenslisten

FORMAT: Final = "erv-pruefgrundlage/1"
MAX_SPERRDATEN: Final = 200  # ours


@dataclass(frozen=True, slots=True)
class Sperrdatum:
    """One OCSP response ("ocsp") or CRL ("crl"), DER, from where and when; handed in by hand it has no `url`."""

    art: str
    url: str
    abgerufen_am: datetime
    daten: bytes


@dataclass(frozen=True, slots=True)
class Pruefgrundlage:
    """`eingang`: the moment the file is known to exist. `zertifikate`: issuers that did not come with the file."""

    eingang: datetime
    geprueft_am: datetime
    anchors: Anchors | None
    zertifikate: tuple[bytes, ...] = ()
    sperrdaten: tuple[Sperrdatum, ...] = ()
    listen: Vertrauenslisten = field(default_factory=Vertrauenslisten)
    zwecke: tuple[Zweck, ...] = (Zweck.SIGNATUR,)

    @property
    def belege(self) -> tuple[Beleg, ...]:
        return tuple(Beleg(datum.art, datum.daten) for datum in self.sperrdaten)

    @property
    def vertrauensdienste(self) -> tuple[Vertrauensdienst, ...]:
        return self.listen.dienste

    @property
    def listenstand(self) -> str:
        """Which trusted lists were loaded; empty: none."""
        return ", ".join(f"{one.land} Nr. {one.nummer} vom {one.ausgestellt:%d.%m.%Y}" for one in self.listen.listen)

    def with_found(self, zertifikate: Iterable[bytes], sperrdaten: Iterable[Sperrdatum]) -> Self:
        return replace(
            self,
            zertifikate=tuple(dict.fromkeys((*self.zertifikate, *zertifikate))),
            sperrdaten=tuple(dict.fromkeys((*self.sperrdaten, *sperrdaten)))[:MAX_SPERRDATEN],
        )

    def reduced(self, beteiligte: Iterable[bytes]) -> Self:
        """Without the services of the trusted lists that touch none of these certificates: they decided nothing."""
        return replace(self, listen=self.listen.of((*beteiligte, *self.zertifikate)))

    def to_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "received": self.eingang.isoformat(),
            "checked": self.geprueft_am.isoformat(),
            "purposes": [str(zweck) for zweck in self.zwecke],
            "anchors": None if self.anchors is None else anchors_to_json(self.anchors),
            "certificates": [_b64(one) for one in self.zertifikate],
            "revocation": [
                {"kind": one.art, "url": one.url, "fetched": one.abgerufen_am.isoformat(), "data": _b64(one.daten)}
                for one in self.sperrdaten
            ],
            "trusted_lists": self.listen.to_json(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`. `GrundlageInvalid` for anything else."""
        try:
            if data["format"] != FORMAT:
                raise GrundlageInvalid(f"the format is not {FORMAT}")
            return cls(
                eingang=_moment(data["received"]),
                geprueft_am=_moment(data["checked"]),
                anchors=None if data["anchors"] is None else anchors_from_json(data["anchors"]),
                zertifikate=tuple(_bytes(one) for one in data["certificates"]),
                sperrdaten=tuple(_sperrdatum(one) for one in data["revocation"]),
                zwecke=tuple(Zweck(name) for name in data["purposes"]),
                listen=Vertrauenslisten.from_json(data["trusted_lists"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError, CertsError) as error:
            raise GrundlageInvalid(f"the data of the check cannot be read: {type(error).__name__}") from error


def _sperrdatum(data: Mapping[str, Any]) -> Sperrdatum:
    if data["kind"] not in ("ocsp", "crl"):
        raise ValueError("an unknown kind of revocation data")
    return Sperrdatum(data["kind"], str(data["url"]), _moment(data["fetched"]), _bytes(data["data"]))


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without offset")
    return moment


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
