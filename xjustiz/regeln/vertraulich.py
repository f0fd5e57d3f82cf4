"""N6: classified matter never over EGVP; F10: nothing encrypted a second time."""

import re
from collections.abc import Iterator

from xjustiz.regeln.befund import Anlage, Fund
from xjustiz.regeln.kontext import Kontext, endung, iter_named
from xjustiz.xmlsicher import pfad

VERSCHLUESSELT = frozenset({"pgp", "gpg", "p7e", "aes", "axx", "vault"})
"""Extensions of encrypted files (own list)."""
_VERMERK = re.compile(
    r"(?<![A-Za-zÄÖÜäöüß])VS[\s_–-]*(?:NfD|Vertraulich|nur[\s_-]+f(?:ü|ue)r[\s_-]+den[\s_-]+Dienstgebrauch)"
    r"(?![A-Za-zÄÖÜäöüß])",
    re.IGNORECASE,
)
"""The marks of § 2 VSA as they are written on papers and in titles."""
_BENANNT = ("anzeigename", "dateiname", "kurzrubrum", "gegenstand", "betreff")
_PGP = b"-----BEGIN PGP MESSAGE-----"
_ENVELOPED = bytes.fromhex("06092a864886f70d010703")
"""OID 1.2.840.113549.1.7.3, CMS EnvelopedData (RFC 5652 §6)."""
_OID_BIS = 40
"""The OID is the first thing in a ContentInfo; lengths before it take few bytes."""


def verschlusssache(k: Kontext) -> Iterator[Fund]:
    for element in iter_named(k.wurzel, "geheimhaltungsgrad", "vertraulichkeitsstufe"):
        yield Fund(pfad(element), {"grad": (element.findtext("code") or "")[:40]})


def vermerk(k: Kontext) -> Iterator[Fund]:
    for element in iter_named(k.wurzel, *_BENANNT):
        treffer = _VERMERK.search((element.text or "")[:1000])
        if treffer is not None:
            yield Fund(pfad(element), {"vermerk": treffer[0]})


def verschluesselt(k: Kontext) -> Iterator[Fund]:
    for name in sorted({stelle.name for stelle in k.dateien} | {anlage.name for anlage in k.anlagen}):
        if endung(name) in VERSCHLUESSELT:
            yield Fund(name[:200], {"name": name[:200]})
    for anlage in k.anlagen:
        if endung(anlage.name) not in VERSCHLUESSELT and _looks_encrypted(anlage):
            yield Fund(anlage.name[:200], {"name": anlage.name[:200]})


def _looks_encrypted(anlage: Anlage) -> bool:
    return anlage.anfang.lstrip().startswith(_PGP) or _ENVELOPED in anlage.anfang[:_OID_BIS]
