"""What authorities must not say (§0 No. 10), the eEB (§2.6), errors and confirmations (§2.9)."""

from collections.abc import Iterator

from xjustiz.din91379 import Datentyp, refused, transliterate
from xjustiz.leser.zweig import parse_datum, parse_zeitpunkt
from xjustiz.nachrichten import NachrichtArt
from xjustiz.regeln.befund import Fund
from xjustiz.regeln.kontext import Kontext, find, iter_named, text_of
from xjustiz.versionen import latest_day
from xjustiz.xmlsicher import local, pfad

_GESPERRT = (
    "justizinterneDaten",
    "nachrichtenuebergreifenderProzess",
    "letztePaginierungProTeilakte",
    "auswahl_vertraulichkeit",
    "routingInformationAusSafeverzeichnis",
)
_EEB = "ruecksendungEEB.erforderlich"
_FREI = "anwendungsspezifischeErweiterung"


def gesperrt(k: Kontext) -> Iterator[Fund]:
    if k.von_justiz:
        return
    for element in iter_named(k.wurzel, *_GESPERRT):
        if find(element, "geheimhaltungsgrad") is None:
            yield Fund(pfad(element), {"element": local(element)})
    for stelle in k.dateien:
        if stelle.bestandteil == "004":
            yield Fund(pfad(stelle.element), {"element": "Bestandteiltyp 004"})


def eeb_ohne_bezug(k: Kontext) -> Iterator[Fund]:
    if k.ist(NachrichtArt.EEB) and sum(1 for _ in iter_named(k.wurzel, "fremdeNachrichtenID")) != 1:
        yield Fund(f"/{k.art}/nachrichtenkopf")


def eeb_in_der_zukunft(k: Kontext) -> Iterator[Fund]:
    empfang = text_of(k.wurzel, "fachdaten/empfangsbestaetigung")
    erstellt = text_of(k.wurzel, "nachrichtenkopf/erstellungszeitpunkt")
    if not k.ist(NachrichtArt.EEB) or empfang is None or erstellt is None:
        return
    try:
        zu_spaet = parse_datum(empfang) > latest_day(parse_zeitpunkt(erstellt))
    except (ValueError, OverflowError):
        return
    if zu_spaet:
        yield Fund(f"/{k.art}/fachdaten/empfangsbestaetigung", {"tag": empfang})


def eeb_von_behoerde(k: Kontext) -> Iterator[Fund]:
    if k.von_justiz:
        return
    for element in iter_named(k.wurzel, _EEB):
        yield Fund(pfad(element))


def fehler_ohne_bezug(k: Kontext) -> Iterator[Fund]:
    if k.ist(NachrichtArt.FEHLER) and next(iter_named(k.wurzel, "fremdeNachrichtenID"), None) is None:
        yield Fund(f"/{k.art}/nachrichtenkopf")


def bestaetigung_als_quittung(k: Kontext) -> Iterator[Fund]:
    """0005008 says that a register took something over; without its fachdaten it can only be meant as a receipt."""
    if k.ist(NachrichtArt.VERARBEITUNGSBESTAETIGUNG) and find(k.wurzel, "fachdaten") is None:
        yield Fund(f"/{k.art}")


def zeichen_vorschlag(k: Kontext) -> Iterator[Fund]:
    """Type E is the widest set: a character outside it is wrong wherever it stands."""
    for element in k.wurzel.iter("*"):
        text = element.text or ""
        if text.isascii() or any(local(ahne) == _FREI for ahne in element.iterancestors()):
            continue
        typ = Datentyp.C if local(element) in _TYP_C else Datentyp.E
        if next(refused(text, typ), None) is not None:
            umschrift = transliterate(text, typ)
            yield Fund(pfad(element), {"vorschlag": umschrift.text[:120], "was": _changed(text, typ)})


_TYP_C = frozenset({"anzeigename", "kurzrubrum", "aktenzeichen.freitext", "aktenzeichen", "dateiname", "gegenstand"})


def _changed(text: str, typ: Datentyp) -> str:
    return ", ".join(sorted({f"U+{ord(zeichen):04X}" for _, zeichen in refused(text, typ)}))
