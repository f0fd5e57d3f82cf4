"""The log entries of a bundle: true leaf hashes, unique ids, legal order, and what they name compared."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from erv_gateway.kern.ereignisse import FORMAT, EreignisArt, canonical_json, leaf_hash
from erv_gateway.nachweis.befund import Mangel
from erv_gateway.nachweis.behauptung import parse_json, parse_time

_A = EreignisArt
_TEXTS: Final = ("art", "gegenstand", "handelnd", "id", "nonce", "zeitpunkt")

_ENTWURFSARBEIT: Final = frozenset(
    {
        _A.SENDUNG_GETEILT,
        _A.SENDUNG_TEILUNG_AUFGEHOBEN,
        _A.SENDUNG_KORRIGIERT,
        _A.SENDUNG_KORREKTUR_ZURUECKGENOMMEN,
    }
)
"""What people do to a draft: after any of it the draft is checked again."""
FOLGEN: Final[Mapping[str, frozenset[str]]] = {
    "": frozenset({_A.SENDUNG_ANGELEGT}),
    **{art: _ENTWURFSARBEIT | {_A.SENDUNG_GEPRUEFT} for art in (_A.SENDUNG_ANGELEGT, *_ENTWURFSARBEIT)},
    _A.SENDUNG_GEPRUEFT: _ENTWURFSARBEIT | {_A.SENDUNG_ANGELEGT, _A.SENDUNG_GEPRUEFT, _A.SENDUNG_FREIGEGEBEN},
    _A.SENDUNG_FREIGEGEBEN: frozenset({_A.SENDUNG_FREIGEGEBEN, _A.SENDUNG_BEAUFTRAGT}),
    _A.SENDUNG_BEAUFTRAGT: frozenset({_A.SENDUNG_KENNUNG_ERHALTEN, _A.SENDUNG_UNGEWISS}),
    _A.SENDUNG_KENNUNG_ERHALTEN: frozenset(
        {_A.SENDUNG_KENNUNG_ERHALTEN, _A.SENDUNG_UEBERGABE_BEGONNEN, _A.SENDUNG_UNGEWISS}
    ),
    _A.SENDUNG_UEBERGABE_BEGONNEN: frozenset(
        {_A.SENDUNG_UEBERGABE_BEGONNEN, _A.SENDUNG_UEBERGEBEN, _A.SENDUNG_UNGEWISS}
    ),
    _A.SENDUNG_UNGEWISS: frozenset({_A.SENDUNG_UEBERGEBEN, _A.SENDUNG_NICHT_ANGEKOMMEN}),
    _A.SENDUNG_NICHT_ANGEKOMMEN: frozenset(
        {_A.SENDUNG_BEAUFTRAGT, _A.SENDUNG_KENNUNG_ERHALTEN, _A.SENDUNG_UEBERGABE_BEGONNEN}
    ),
    _A.SENDUNG_UEBERGEBEN: frozenset({_A.SENDUNG_BESTAETIGT, _A.SENDUNG_BEANSTANDET}),
    _A.SENDUNG_BEANSTANDET: frozenset({_A.SENDUNG_BESTAETIGT}),
    _A.SENDUNG_BESTAETIGT: frozenset({_A.SENDUNG_ABGELEGT}),
}
"""Which entry may follow which, for a Sendung that ends confirmed."""
NEEDED: Final = (_A.SENDUNG_UEBERGABE_BEGONNEN, _A.SENDUNG_UEBERGEBEN, _A.SENDUNG_BESTAETIGT)
DOUBTS: Final = frozenset({_A.SENDUNG_UNGEWISS, _A.SENDUNG_BEANSTANDET})
"""What these name may have been superseded by what came later."""


@dataclass(frozen=True, slots=True)
class Eintrag:
    seq: int
    id: str
    art: str
    gegenstand: str
    angaben: Mapping[str, Any]


def read_protokoll(data: bytes, sendung_id: str) -> tuple[Eintrag, ...]:
    """The entries of this Sendung, in order. Raises Mangel for anything missing, changed or out of order."""
    if not data.endswith(b"\n"):
        raise Mangel("das Protokoll ist abgeschnitten")
    eintraege = [_parse_line(line) for line in data.removesuffix(b"\n").split(b"\n")]
    if len({eintrag.id for eintrag in eintraege}) != len(eintraege):
        raise Mangel("zwei Protokolleinträge haben dieselbe Id")
    numbers = [eintrag.seq for eintrag in eintraege]
    if numbers != sorted(set(numbers)):
        raise Mangel("die Protokolleinträge sind nicht aufsteigend nummeriert")
    ours = tuple(eintrag for eintrag in eintraege if eintrag.gegenstand == sendung_id)
    if any(not e.art.startswith("akte.") for e in eintraege if e.gegenstand != sendung_id):
        raise Mangel("ein Protokolleintrag gehört zu einem anderen Vorgang")
    _check_order([eintrag.art for eintrag in ours])
    return ours


def compare_angaben(eintraege: Sequence[Eintrag], expected: Mapping[str, str]) -> int:
    """Compares what the last entry of each kind names with the bundle. Returns how many values agreed."""
    last = {eintrag.art: eintrag.angaben for eintrag in eintraege if eintrag.art not in DOUBTS}
    named = [(art, key, angaben[key]) for art, angaben in last.items() for key in angaben.keys() & expected.keys()]
    for art, key, value in named:
        if not _same(key, value, expected[key]):
            raise Mangel(f"Protokolleintrag {art} nennt ein anderes {key}")
    return len(named)


def _same(key: str, value: object, expected: str) -> bool:
    if key == "eingang":
        return isinstance(value, str) and parse_time(value) == parse_time(expected)
    return value == expected


def _check_order(arten: Sequence[str]) -> None:
    for before, art in zip(["", *arten], arten, strict=False):
        if art not in FOLGEN.get(before, frozenset()):
            raise Mangel(f"das Protokoll springt von {before or 'Anfang'} nach {art}")
    for needed in NEEDED:
        if needed not in arten:
            raise Mangel(f"im Protokoll fehlt {needed}")


def _parse_line(line: bytes) -> Eintrag:
    outer = parse_json(line)
    if not isinstance(outer, dict) or outer.keys() != {"body", "leaf_hash", "seq"} or type(outer["seq"]) is not int:
        raise Mangel("eine Protokollzeile hat nicht die vereinbarte Form")
    seq: int = outer["seq"]
    try:
        body = base64.b64decode(outer["body"].encode("ascii"), validate=True)
    except (ValueError, AttributeError) as error:
        raise Mangel("ein Protokolleintrag ist nicht lesbar") from error
    if leaf_hash(body).hex() != outer["leaf_hash"]:
        raise Mangel(f"Protokolleintrag {seq}: Blatt-Hashwert falsch")
    return _parse_body(seq, body)


def _parse_body(seq: int, body: bytes) -> Eintrag:
    entry = parse_json(body)
    if not isinstance(entry, dict) or entry.keys() != {*_TEXTS, "format", "angaben"} or canonical_json(entry) != body:
        raise Mangel(f"Protokolleintrag {seq} hat nicht die vereinbarte Form")
    well_typed = all(isinstance(entry[key], str) for key in _TEXTS) and isinstance(entry["angaben"], dict)
    if not well_typed or type(entry["format"]) is not int or entry["format"] != FORMAT:
        raise Mangel(f"Protokolleintrag {seq} hat ein unbekanntes Format")
    parse_time(entry["zeitpunkt"])
    return Eintrag(seq, entry["id"], entry["art"], entry["gegenstand"], entry["angaben"])
