"""Lawful names from titles (rule N1; the specification recommends Dokumentname_UUID.ext)."""

import re
from unicodedata import combining, normalize

from xjustiz.din91379 import transliterate
from xjustiz.fehler import WertInvalid
from xjustiz.werte import MAX_DATEINAME, Dateiname

_UNERLAUBT = re.compile(r"[^A-Za-z0-9ÄÖÜäöüß_-]+")
_FOLGEN = re.compile(r"[_-]*_[_-]*")


def dateiname_from(titel: str, endung: str, zusatz: str = "") -> Dateiname:
    """A name that tells the content: the title with unlawful characters as "_", cut to fit, then "_" and `zusatz`.

    `endung` without leading dot ("pdf", "pdf.p7s"). `zusatz` (an id or a number) is kept whole and makes names unique.
    Raises WertInvalid when nothing lawful can be made of it.
    """
    schluss = (f"_{zusatz}" if zusatz else "") + f".{endung}"
    platz = MAX_DATEINAME - len(schluss)
    stamm = _lawful(titel)[: max(platz, 0)].strip("_-")
    if not stamm:
        stamm = "Dokument"[: max(platz, 0)]
    if not stamm:
        raise WertInvalid(f"no room for a name before {schluss[:60]!r}")
    return Dateiname(stamm + schluss)


def _lawful(titel: str) -> str:
    zeichen = (z if not _UNERLAUBT.fullmatch(z) else _plain(z) for z in transliterate(titel).text)
    return _FOLGEN.sub("_", "".join(zeichen)).strip("_-")


def _plain(zeichen: str) -> str:
    """Base letters of an accented one ("é" gives "e"), else "_"."""
    basis = "".join(teil for teil in normalize("NFKD", zeichen) if not combining(teil))
    return basis if basis and not _UNERLAUBT.search(basis) else "_"
