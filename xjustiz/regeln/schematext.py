"""What libxml2 says about a message, in one German sentence; its own words stay in `Befund.details`."""

import re
from collections.abc import Mapping

from xjustiz.din91379 import Datentyp, refused

MAX_WERT = 60
"""Characters of a value that are quoted."""
_TEXTE: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(muster, re.DOTALL), satz)
    for muster, satz in (
        (r"\[facet 'enumeration'\] The value '(?P<wert>.*?)' is not", "„{wert}“ ist kein Wert, den {feld} kennt"),
        (r"\[facet '\w+'\] The value '(?P<wert>.*?)' (?:is not accepted|has a length)", "{feld}: {grund}"),
        (r"The actual value '(?P<wert>.*?)' does not match the fixed value constraint '(?P<soll>.*?)'",
         "{feld} darf nur „{soll}“ heißen (sonst weglassen)"),
        (r"The attribute '(?P<wert>.*?)' is required but missing", "{feld} fehlt die Angabe {wert}"),
        (r"The attribute '(?P<wert>.*?)' is not allowed", "{feld} kennt die Angabe {wert} nicht"),
        (r"Missing child element\(s\)\. Expected is (?:one of )?\( (?P<soll>.*?) \)", "in {feld} fehlt {soll}"),
        (
            r"^Element '(?P<wert>\w+)': This element is not expected\. Expected is \( (?P=wert) \)",
            "{feld} steht im falschen Namensraum",
        ),
        (r"This element is not expected\. Expected is (?:one of )?\( (?P<soll>.*?) \)",
         "{feld} steht hier nicht richtig; erwartet wird {soll}"),
        (r"This element is not expected", "{feld} steht hier nicht richtig"),
        (r"^[^:]*: '(?P<wert>.*)' is not a valid value of the (?:atomic|local atomic|union) type",
         "„{wert}“ ist kein gültiger Wert für {feld}"),
        (r"Character content .* is not allowed", "in {feld} steht Text, wo keiner stehen darf"),
    )
)  # fmt: skip
_FELD = re.compile(r"Element '(?P<feld>[^']{1,120})'")


def german(problem: str) -> str:
    """Without a full stop at the end. Unknown messages name the element only."""
    treffer = _FELD.match(problem)
    feld = "der Datensatz" if treffer is None else f"„{treffer['feld']}“"
    for muster, satz in _TEXTE:
        if gefunden := muster.search(problem):
            return satz.format_map(_words(feld, gefunden.groupdict(default="")))
    return f"{feld} entspricht dem Schema nicht"


def _words(feld: str, teile: Mapping[str, str]) -> dict[str, str]:
    wert = teile.get("wert", "")
    kurz = wert if len(wert) <= MAX_WERT else wert[: MAX_WERT - 1] + "…"
    return {"feld": feld, "wert": kurz, "soll": teile.get("soll", "")[:200], "grund": _why(wert, kurz)}


def _why(wert: str, kurz: str) -> str:
    """Most values that a pattern refuses hold a character outside DIN 91379."""
    zeichen = sorted({f"U+{ord(z):04X}" for _, z in refused(wert[:10_000], Datentyp.C)})
    if not wert.strip():
        return "der Wert ist leer"
    if zeichen:
        return f"unzulässige Zeichen ({', '.join(zeichen[:10])}) in „{kurz}“"
    return f"„{kurz}“ hat nicht die verlangte Form"
