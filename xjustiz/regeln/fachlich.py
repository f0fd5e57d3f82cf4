"""What authorities must say (D3, D4), must not say (§0 No. 10), and the eEB (§2.6)."""

from collections.abc import Iterator

from lxml import etree

from xjustiz.din91379 import Datentyp, refused, transliterate
from xjustiz.leser.zweig import parse_datum, parse_zeitpunkt
from xjustiz.nachrichten import NachrichtArt
from xjustiz.regeln.befund import Fund
from xjustiz.regeln.kontext import FACH, Kontext, find, findall, iter_named, text_of
from xjustiz.versionen import latest_day
from xjustiz.xmlsicher import local, pfad

_GESPERRT = (
    "justizinterneDaten",
    "nachrichtenuebergreifenderProzess",
    "letztePaginierungProTeilakte",
    "auswahl_vertraulichkeit",
    "routingInformationAusSafeverzeichnis",
)
_TAGE = ("datum", "datumDesSchreibens", "veraktungsdatum", "scanDatum")
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


def verschlusssache(k: Kontext) -> Iterator[Fund]:
    for element in iter_named(k.wurzel, "geheimhaltungsgrad", "vertraulichkeitsstufe"):
        yield Fund(pfad(element), {"grad": (element.findtext("code") or "")[:40]})


def gericht_fehlt(k: Kontext) -> Iterator[Fund]:
    yield from _grunddaten(k, "instanzdaten/auswahl_instanzbehoerde/gericht")


def beteiligte_fehlen(k: Kontext) -> Iterator[Fund]:
    yield from _grunddaten(k, "beteiligung")


def gegenstand_fehlt(k: Kontext) -> Iterator[Fund]:
    yield from _grunddaten(k, "instanzdaten/verfahrensgegenstand/gegenstand")


def eingangsdatum_fehlt(k: Kontext) -> Iterator[Fund]:
    ohne = [d for d in k.dokumente if _in_akte(d) and find(d, "posteingang") is None and _has_partner(d)]
    if ohne and not k.von_justiz:
        yield Fund(pfad(ohne[0]), {"anzahl": str(len(ohne))})


def zeitzone_fehlt(k: Kontext) -> Iterator[Fund]:
    element = find(k.wurzel, "nachrichtenkopf/erstellungszeitpunkt")
    if element is None:
        return
    try:
        zeitpunkt = parse_zeitpunkt((element.text or "").strip())
    except ValueError:
        return
    if zeitpunkt.tzinfo is None:
        yield Fund(pfad(element))


def tag_in_der_zukunft(k: Kontext) -> Iterator[Fund]:
    for objekt in k.objekte:
        for element in iter_named(objekt, *_TAGE):
            if _next_object(element) is objekt and _after(element, k):
                yield Fund(pfad(element), {"tag": (element.text or "").strip()})


def laufzeit_verkehrt(k: Kontext) -> Iterator[Fund]:
    for laufzeit in iter_named(k.wurzel, "laufzeit"):
        beginn, ende = text_of(laufzeit, "beginn"), text_of(laufzeit, "ende")
        try:
            verkehrt = beginn is not None and ende is not None and parse_datum(beginn) > parse_datum(ende)
        except ValueError:
            continue
        if verkehrt:
            yield Fund(pfad(laufzeit), {"beginn": str(beginn), "ende": str(ende)})


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
    except ValueError:
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


def _grunddaten(k: Kontext, pfad_: str) -> Iterator[Fund]:
    if k.von_justiz or not k.ist(NachrichtArt.UEBERMITTLUNG):
        return
    if not findall(k.wurzel, f"grunddaten/verfahrensdaten/{pfad_}"):
        yield Fund(f"/{k.art}/grunddaten")


def _in_akte(element: etree._Element) -> bool:
    return any(local(ahne) == "akte" for ahne in element.iterancestors())


def _has_partner(dokument: etree._Element) -> bool:
    """Only documents somebody sent can have come in."""
    return find(dokument, "fremdesGeschaeftszeichen") is not None or find(dokument, f"{FACH}/scan") is not None


def _next_object(element: etree._Element) -> etree._Element | None:
    namen = {"akte", "teilakte", "dokument", "ansichtsPDF"}
    return next((ahne for ahne in element.iterancestors() if local(ahne) in namen), None)


def _after(element: etree._Element, k: Kontext) -> bool:
    try:
        return parse_datum((element.text or "").strip()) > k.am
    except ValueError:
        return False
