"""The revocation state of a chain, as findings for the verdict, and what would have to be fetched to know more."""

import base64
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

from certs.certificate import facts, fingerprint
from certs.errors import CertsError
from certs.revocation import CLOCK_SKEW, Beleg, Sperrauskunft, Sperrstatus, judge
from certs.sperrquellen import ocsp_request, sources
from certs.urteil import Urteil
from erv_gateway.signatur.cms_signer import Befund

KEIN_WIDERRUF: Final = "Sperrstatus nicht geprüft."
KEIN_DIENST: Final = "Sperrstatus nicht geprüft. Das Zertifikat nennt keinen Sperrdienst."


@dataclass(frozen=True, slots=True)
class Quelle:
    """One address that may help. `art`: "ocsp" (with the request to post), "crl" or "aussteller"."""

    art: str
    url: str
    anfrage: bytes | None = None


@dataclass(frozen=True, slots=True)
class Bedarf:
    """What is missing for one certificate (SHA-256), and where it could be had, best first."""

    zertifikat: str
    quellen: tuple[Quelle, ...]

    def as_message(self) -> dict[str, Any]:
        """For `ergebnis_lesen.bedarf_of`."""
        return {"certificate": self.zertifikat, "sources": [_quelle_to_json(quelle) for quelle in self.quellen]}


def _quelle_to_json(quelle: Quelle) -> dict[str, Any]:
    request = None if quelle.anfrage is None else base64.b64encode(quelle.anfrage).decode("ascii")
    return {"kind": quelle.art, "url": quelle.url, "request": request}


@dataclass(frozen=True, slots=True)
class Sperrpruefung:
    auskuenfte: tuple[Sperrauskunft, ...] = ()
    befunde: tuple[Befund, ...] = ()
    bedarf: tuple[Bedarf, ...] = ()


def check_revocation(kette: Sequence[bytes], belege: Iterable[Beleg], at: datetime) -> Sperrpruefung:
    """Every certificate of the chain (signer first) but the anchor, which is trusted by decision, not by a list."""
    available = tuple(belege)
    auskuenfte = [judge(certificate, issuer, available, at) for certificate, issuer in pairwise(kette)]
    paare = list(zip(kette, auskuenfte, strict=False))
    return Sperrpruefung(
        auskuenfte=tuple(auskuenfte),
        befunde=tuple(befund for der, auskunft in paare for befund in _findings(der, auskunft)),
        bedarf=tuple(_need(kette, auskuenfte, at)),
    )


def _findings(certificate: bytes, auskunft: Sperrauskunft) -> Iterator[Befund]:
    name = facts(certificate).common_name or facts(certificate).subject
    if auskunft.status is Sperrstatus.GESPERRT:
        am = "" if auskunft.gesperrt_am is None else f" am {auskunft.gesperrt_am:%d.%m.%Y %H:%M:%S} UTC"
        yield Befund(Urteil.UNGUELTIG, f"Das Zertifikat „{name}“ wurde{am} gesperrt, vor dem maßgeblichen Zeitpunkt.")
    elif auskunft.status is Sperrstatus.NICHT_GESPERRT:
        yield Befund(Urteil.GUELTIG, f"„{name}“: {auskunft.grund}" if auskunft.grund else "")
    elif auskunft.quelle or sources(certificate).nennt:
        yield Befund(Urteil.UNBESTIMMT, f"„{name}“: {auskunft.grund or KEIN_WIDERRUF}")
    else:
        yield Befund(Urteil.GUELTIG, KEIN_DIENST)


def _need(kette: Sequence[bytes], auskuenfte: Sequence[Sperrauskunft], at: datetime) -> Iterator[Bedarf]:
    """Good news from before the moment that counts may be what a thief brought along: it lasts till there is newer."""
    for certificate, issuer, auskunft in zip(kette, kette[1:], auskuenfte, strict=False):
        quellen = tuple(_sources(certificate, issuer))
        vorher = auskunft.stand is not None and auskunft.stand + CLOCK_SKEW < at
        offen = auskunft.status is Sperrstatus.NICHT_GEPRUEFT
        if (offen or (vorher and auskunft.status is Sperrstatus.NICHT_GESPERRT)) and quellen:
            yield Bedarf(fingerprint(certificate), quellen)


def _sources(certificate: bytes, issuer: bytes) -> Iterator[Quelle]:
    """OCSP first: it is small and fresh."""
    found = sources(certificate)
    for url in found.ocsp:
        yield Quelle("ocsp", url, ocsp_request(certificate, issuer))
    for url in found.crl:
        yield Quelle("crl", url)


def need_issuer(certificate: bytes) -> tuple[Bedarf, ...]:
    """For a certificate without a chain: where its issuer lies, by its own word."""
    try:
        urls = sources(certificate).aussteller
    except CertsError:
        return ()
    return (Bedarf(fingerprint(certificate), tuple(Quelle("aussteller", url) for url in urls)),) if urls else ()
