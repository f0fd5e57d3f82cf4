"""SHA256SUMS beside an xdomea message: xdomea up to 3.1 has no hash of its own (4.0 brings one)."""

import re

from erv_gateway.akte.befund import Befund
from erv_gateway.akte.dateien import UNREADABLE, Dateien, nfc
from erv_gateway.akte.quelle import Quelle

SUMMEN_NAME = "SHA256SUMS"
MAX_SUMMEN_BYTES = 10 * 10**6  # own limit: 20 000 lines of at most 330 bytes, rounded up
_LINE = re.compile(r"([0-9a-fA-F]{64}) [ *](.+)")  # GNU coreutils sha256sum


def check_pruefsummen(quelle: Quelle, dateien: Dateien, befund: Befund) -> None:
    """Compares every listed file; adds a Hinweis when there is no list."""
    if SUMMEN_NAME not in dateien:
        befund.hinweis("ohne-pruefsummen", SUMMEN_NAME)
        return
    for zeile, text in enumerate(_read_lines(quelle, befund), start=1):
        treffer = _LINE.fullmatch(text)
        if treffer is None:
            befund.mangel("pruefsummen-ungueltig", SUMMEN_NAME, zeile=zeile)
        else:
            _compare(treffer[2].removeprefix("./"), treffer[1].lower(), dateien, befund)


def _read_lines(quelle: Quelle, befund: Befund) -> list[str]:
    try:
        with quelle.open(SUMMEN_NAME) as stream:
            raw = stream.read(MAX_SUMMEN_BYTES + 1)
            return raw.decode().splitlines() if len(raw) <= MAX_SUMMEN_BYTES else [""]
    except UnicodeDecodeError:
        befund.mangel("pruefsummen-ungueltig", SUMMEN_NAME, zeile=1)
    except UNREADABLE:
        befund.mangel("datei-unlesbar", SUMMEN_NAME)
    return []


def _compare(name: str, soll: str, dateien: Dateien, befund: Befund) -> None:
    datei = dateien.get(nfc(name))
    if datei is None:
        befund.mangel("datei-fehlt", name)
    elif datei.sha256 != soll:
        befund.mangel("datei-veraendert", name, ist=datei.sha256, soll=soll)
