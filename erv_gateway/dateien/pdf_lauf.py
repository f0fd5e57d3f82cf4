"""One walk over everything that can be reached in a PDF, counting what the rules ask for.

Only reachable objects count: what an earlier revision left behind is not shown and not run. Each indirect object is
visited once, so loops end; a stack instead of recursion, so depth does no harm.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pikepdf

from erv_gateway.dateien.grenzen import MAX_OBJEKTE, MAX_TEXT, MAX_WERTE

START: Final = frozenset({"/Launch", "/ImportData", "/SubmitForm"})  # ISO 32000-2 12.6.4.6, 12.7.6
MULTIMEDIA_AKTION: Final = frozenset({"/Movie", "/Sound", "/Rendition", "/RichMediaExecute", "/GoTo3DView"})
MULTIMEDIA_ANNOT: Final = frozenset({"/RichMedia", "/3D", "/Movie", "/Sound", "/Screen"})
EINBETTBAR: Final = frozenset({"/Type1", "/MMType1", "/TrueType", "/CIDFontType0", "/CIDFontType2"})
SCHRIFTDATEI: Final = ("/FontFile", "/FontFile2", "/FontFile3")
UEBERGANGEN: Final = frozenset({"/Parent", "/StructTreeRoot", "/DR"})
"""No way to new content: back references, tags, and resources that forms hold ready."""


@dataclass(slots=True)
class Zaehlung:
    skripte: int = 0
    startaktionen: int = 0
    multimedia: int = 0
    eingebettet: int = 0
    externe_inhalte: int = 0
    schriften_fehlend: set[str] = field(default_factory=set)
    signaturen: int = 0
    formularfelder: int = 0
    lzw: bool = False
    unvollstaendig: bool = False


def walk(pdf: pikepdf.Pdf) -> Zaehlung:
    zaehlung = Zaehlung()
    gesehen: set[tuple[int, int]] = set()
    stapel: list[Any] = [pdf.trailer.get("/Root")]
    werte = 0
    while stapel:
        objekt = stapel.pop()
        if not isinstance(objekt, pikepdf.Object) or _seen(objekt, gesehen):
            continue
        kinder = _children(objekt, zaehlung)
        werte += len(kinder)
        if len(gesehen) > MAX_OBJEKTE or werte > MAX_WERTE:
            zaehlung.unvollstaendig = True
            break
        stapel.extend(kinder)
    return zaehlung


def _seen(objekt: pikepdf.Object, gesehen: set[tuple[int, int]]) -> bool:
    if not objekt.is_indirect:
        return False
    nummer = objekt.objgen
    if nummer in gesehen:
        return True
    gesehen.add(nummer)
    return False


def _children(objekt: pikepdf.Object, zaehlung: Zaehlung) -> list[Any]:
    if isinstance(objekt, pikepdf.Array):
        return [wert for wert in objekt if isinstance(wert, pikepdf.Object)]
    strom = isinstance(objekt, pikepdf.Stream)
    if not strom and not isinstance(objekt, pikepdf.Dictionary):
        return []
    eintraege = dict(objekt.items())
    _count(eintraege, strom, zaehlung)
    return [wert for name, wert in eintraege.items() if name not in UEBERGANGEN and isinstance(wert, pikepdf.Object)]


def _count(eintraege: Mapping[str, Any], strom: bool, zaehlung: Zaehlung) -> None:
    if "/S" in eintraege or "/JS" in eintraege:
        _count_aktion(eintraege, zaehlung)
    art = _name(eintraege.get("/Subtype"))
    if art in MULTIMEDIA_ANNOT and "/Rect" in eintraege:
        zaehlung.multimedia += 1
    if "/EF" in eintraege:
        zaehlung.eingebettet += 1
    if "/FT" in eintraege:
        zaehlung.formularfelder += 1
        zaehlung.signaturen += _name(eintraege["/FT"]) == "/Sig" and "/V" in eintraege
    if art in EINBETTBAR and _name(eintraege.get("/Type")) == "/Font":
        _count_schrift(eintraege, zaehlung)
    if strom:
        _count_strom(eintraege, zaehlung)


def _count_aktion(eintraege: Mapping[str, Any], zaehlung: Zaehlung) -> None:
    aktion = _name(eintraege.get("/S"))
    zaehlung.skripte += aktion == "/JavaScript" or "/JS" in eintraege
    zaehlung.startaktionen += aktion in START
    zaehlung.multimedia += aktion in MULTIMEDIA_AKTION


def _count_schrift(eintraege: Mapping[str, Any], zaehlung: Zaehlung) -> None:
    beschreibung = eintraege.get("/FontDescriptor")
    if not (isinstance(beschreibung, pikepdf.Dictionary) and any(datei in beschreibung for datei in SCHRIFTDATEI)):
        zaehlung.schriften_fehlend.add((_name(eintraege.get("/BaseFont")) or "/?")[1 : MAX_TEXT + 1])


def _count_strom(eintraege: Mapping[str, Any], zaehlung: Zaehlung) -> None:
    zaehlung.externe_inhalte += "/F" in eintraege or "/Ref" in eintraege
    filter_ = eintraege.get("/Filter")
    namen: Iterable[Any] = filter_ if isinstance(filter_, pikepdf.Array) else (filter_,)
    zaehlung.lzw = zaehlung.lzw or any(_name(name) == "/LZWDecode" for name in namen)


def _name(wert: Any) -> str | None:
    return str(wert) if isinstance(wert, pikepdf.Name) else None
