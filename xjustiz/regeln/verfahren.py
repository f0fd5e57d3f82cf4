"""D2 to D4: one case, two partners, and what the data set must say about it (§ 2 (3) ERVV, § 2 (4) BehAktÜbV)."""

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from xjustiz.nachrichten import NachrichtArt
from xjustiz.regeln.befund import Fund
from xjustiz.regeln.kontext import (
    FACH,
    Kontext,
    code_of,
    find,
    findall,
    in_akte,
    iter_named,
    je_akte,
    klasse_of,
    text_of,
)
from xjustiz.xmlsicher import local, pfad

_PARTNER = "informationen/auswahl_kommunikationspartner"
_FREMD = "nachrichtenkopf/empfaenger/auswahl_aktenzeichen"
_SAFE_ID = re.compile(r"\s*(?:DE\.[A-Za-z_]{2,20}\.[0-9a-zA-Z.-]{8,}|(?:govello|safe-sp\d)-[0-9-]{5,})\s*")
"""SAFE-IDs as they occur (sheet §4.5): DE.Justiz.<uuid>.<hex>, govello-<ts>-<n>, safe-sp1-<ts>-<n>."""
_ANDERE = "001"
"""GDS.Dokumentklasse: Andere."""
_NUMMERN = ("instanznummer", "rollennummer", "beteiligtennummer")


def partner_gleich(k: Kontext) -> Iterator[Fund]:
    absender, empfaenger = _partner(k, "absender"), _partner(k, "empfaenger")
    if absender is not None and absender == empfaenger:
        yield Fund(f"/{k.art}/nachrichtenkopf", {"wer": absender[1][:120]})


def mehrere_verfahren(k: Kontext) -> Iterator[Fund]:
    """Two file numbers of the addressed court; a related case of another court is lawful (No. 5)."""
    zeichen = sorted({zeichen for instanz in _instanzen_of_recipient(k) if (zeichen := _aktenzeichen(instanz))})
    if len(zeichen) > 1 and not k.von_justiz:
        yield Fund(f"/{k.art}/grunddaten", {"zeichen": ", ".join(zeichen)[:200]})


def safe_id_als_name(k: Kontext) -> Iterator[Fund]:
    for element in iter_named(k.wurzel, "sonstige", "absender.sonstige", "empfaenger.sonstige"):
        if _SAFE_ID.fullmatch(element.text or ""):
            yield Fund(pfad(element), {"wert": (element.text or "").strip()[:80]})


def gericht_fehlt(k: Kontext) -> Iterator[Fund]:
    yield from _missing(k, "instanzdaten/auswahl_instanzbehoerde/gericht")


def beteiligte_fehlen(k: Kontext) -> Iterator[Fund]:
    yield from _missing(k, "beteiligung")


def gegenstand_fehlt(k: Kontext) -> Iterator[Fund]:
    yield from _missing(k, "instanzdaten/verfahrensgegenstand/gegenstand")


def rolle_fehlt(k: Kontext) -> Iterator[Fund]:
    ohne = [b for b in _verfahren(k, "beteiligung") if not findall(b, "rolle/rollenbezeichnung")]
    if ohne and not k.von_justiz:
        yield Fund(pfad(ohne[0]), {"anzahl": str(len(ohne))})


def aktenzeichen_fehlt(k: Kontext) -> Iterator[Fund]:
    """The head knows the court's file number, the Grunddaten do not say it."""
    bekannt = text_of(k.wurzel, f"{_FREMD}/aktenzeichen.freitext")
    instanzen = _instanzen_of_recipient(k)
    if bekannt and instanzen and not k.von_justiz and not any(_has_number(instanz) for instanz in instanzen):
        yield Fund(pfad(instanzen[0]), {"zeichen": bekannt[:80]})


def aktenzeichen_anders(k: Kontext) -> Iterator[Fund]:
    """The partner's number is repeated to the letter, in the head as in the Grunddaten."""
    im_kopf = text_of(k.wurzel, f"{_FREMD}/aktenzeichen.freitext")
    genannt = {zeichen for instanz in _instanzen_of_recipient(k) if (zeichen := _aktenzeichen(instanz))}
    if im_kopf and genannt and im_kopf not in genannt and not k.von_justiz:
        yield Fund(f"/{k.art}/{_FREMD}", {"kopf": im_kopf[:80], "daten": ", ".join(sorted(genannt))[:160]})


def aktenzeichen_verschwiegen(k: Kontext) -> Iterator[Fund]:
    """The head calls the number new or unknown, the Grunddaten have it."""
    ohne = find(k.wurzel, f"{_FREMD}/aktenzeichen.freitext") is None and find(k.wurzel, _FREMD) is not None
    genannt = [zeichen for instanz in _instanzen_of_recipient(k) if (zeichen := _aktenzeichen(instanz))]
    if ohne and genannt and not k.von_justiz:
        yield Fund(f"/{k.art}/{_FREMD}", {"zeichen": genannt[0][:80]})


def eigenes_zeichen_fehlt(k: Kontext) -> Iterator[Fund]:
    kopf = find(k.wurzel, "nachrichtenkopf/absender")
    if k.akten and kopf is not None and not k.von_justiz and not text_of(kopf, "aktenzeichen"):
        yield Fund(pfad(kopf))


def eingangsdatum_fehlt(k: Kontext) -> Iterator[Fund]:
    ohne = [d for d in k.dokumente if in_akte(d) and find(d, "posteingang") is None and _came_in(d)]
    if ohne and not k.von_justiz:
        yield Fund(pfad(ohne[0]), {"anzahl": str(len(ohne))})


def dokumentart_fehlt(k: Kontext) -> Iterator[Fund]:
    """Single documents may be "Andere"; a whole Akte of them says nothing."""
    for akte, dokumente in je_akte(k):
        if len(dokumente) > 1 and not k.von_justiz and not any(_says_kind(d) for d in dokumente):
            yield Fund(pfad(akte), {"anzahl": str(len(dokumente))})


def nummer_mehrfach(k: Kontext) -> Iterator[Fund]:
    """References to parties, roles and instances would be ambiguous."""
    grunddaten = find(k.wurzel, "grunddaten")
    if grunddaten is None:
        return
    for name in _NUMMERN:
        werte = Counter((element.text or "").strip() for element in iter_named(grunddaten, name) if _numbers(element))
        for wert, anzahl in sorted(werte.items()):
            if anzahl > 1:
                yield Fund(f"/{k.art}/grunddaten", {"name": name, "wert": wert[:40], "anzahl": str(anzahl)})


def _partner(k: Kontext, wer: str) -> tuple[str, str] | None:
    wahl = find(k.wurzel, f"nachrichtenkopf/{wer}/{_PARTNER}")
    if wahl is None or len(wahl) != 1:
        return None
    wert = (wahl[0].findtext("code") or wahl[0].text or "").strip()
    return (local(wahl[0]), wert.casefold()) if wert else None


def _verfahren(k: Kontext, pfad_: str) -> list[etree._Element]:
    return findall(k.wurzel, f"grunddaten/verfahrensdaten/{pfad_}")


def _instanzen_of_recipient(k: Kontext) -> list[etree._Element]:
    gericht = code_of(k.wurzel, f"nachrichtenkopf/empfaenger/{_PARTNER}/gericht")
    instanzen = _verfahren(k, "instanzdaten")
    return [i for i in instanzen if gericht and code_of(i, "auswahl_instanzbehoerde/gericht") == gericht]


def _aktenzeichen(instanz: etree._Element) -> str | None:
    return text_of(instanz, "aktenzeichen/auswahl_aktenzeichen/aktenzeichen.freitext")


def _has_number(instanz: etree._Element) -> bool:
    return find(instanz, "aktenzeichen") is not None


def _missing(k: Kontext, pfad_: str) -> Iterator[Fund]:
    if not k.von_justiz and k.ist(NachrichtArt.UEBERMITTLUNG) and not _verfahren(k, pfad_):
        yield Fund(f"/{k.art}/grunddaten")


def _came_in(dokument: etree._Element) -> bool:
    """Only documents somebody sent can have come in."""
    return find(dokument, "fremdesGeschaeftszeichen") is not None or find(dokument, f"{FACH}/scan") is not None


def _says_kind(dokument: etree._Element) -> bool:
    return klasse_of(dokument) != _ANDERE or find(dokument, f"{FACH}/dokumententyp") is not None


def _numbers(element: etree._Element) -> bool:
    """True for an element that gives a number, not for a reference of the same name."""
    eltern = element.getparent()
    return eltern is not None and local(eltern) in {"instanzdaten", "rolle", "beteiligter"} and not len(element)
