"""D5, S12: fines after an objection and applications for Erzwingungshaft (BußAktÜbV; sheet §2.8)."""

from collections.abc import Iterator

from xjustiz.nachrichten import NachrichtArt
from xjustiz.regeln.befund import Fund
from xjustiz.regeln.kontext import FACH, Kontext, code_of, find, findall, iter_named
from xjustiz.xmlsicher import pfad

_BETROFFENER, _BEHOERDE = "040", "189"
"""GDS.Rollenbezeichnung."""
_EREIGNISSE = frozenset({"116", "117"})
"""GDS.Ereignis: Neueingang OWi, Neueingang Erzwingungshaft."""
_BUSSGELDAKTE = "010"
"""GDS.Aktentyp."""


def betroffener_fehlt(k: Kontext) -> Iterator[Fund]:
    yield from _role_missing(k, _BETROFFENER)


def behoerde_fehlt(k: Kontext) -> Iterator[Fund]:
    yield from _role_missing(k, _BEHOERDE)


def ereignis_fehlt(k: Kontext) -> Iterator[Fund]:
    codes = {(e.findtext("code") or "").strip() for e in findall(k.wurzel, "nachrichtenkopf/ereignis")}
    if _owi(k) and not codes & _EREIGNISSE:
        yield Fund(f"/{k.art}/nachrichtenkopf")


def anderer_aktentyp(k: Kontext) -> Iterator[Fund]:
    for akte in k.akten if _owi(k) else ():
        typ = code_of(akte, f"{FACH}/aktentyp")
        if typ != _BUSSGELDAKTE:
            yield Fund(pfad(akte), {"typ": typ[:20] or "keiner"})


def akte_fehlt(k: Kontext) -> Iterator[Fund]:
    if _owi(k) and not k.akten:
        yield Fund(f"/{k.art}/schriftgutobjekte")


def bescheid_fehlt(k: Kontext) -> Iterator[Fund]:
    if _owi(k) and find(k.wurzel, "fachdaten/bussgeldbescheid/erlassdatum") is None:
        yield Fund(f"/{k.art}/fachdaten")


def einspruch_fehlt(k: Kontext) -> Iterator[Fund]:
    """An objection (116) has its day."""
    codes = {(e.findtext("code") or "").strip() for e in findall(k.wurzel, "nachrichtenkopf/ereignis")}
    if _owi(k) and "116" in codes and find(k.wurzel, "fachdaten/datumDesEinspruchs") is None:
        yield Fund(f"/{k.art}/fachdaten")


def aktenfuehrung_ungesagt(k: Kontext) -> Iterator[Fund]:
    """No. 7: whether the Aktenführung is handed over has no element that authorities may use; a letter must say it."""
    if _owi(k) and k.akten and find(k.wurzel, "schriftgutobjekte/anschreiben") is None:
        yield Fund(f"/{k.art}/schriftgutobjekte")


def hybridakte(k: Kontext) -> Iterator[Fund]:
    for element in iter_named(k.wurzel, "hybridakte") if _owi(k) else ():
        yield Fund(pfad(element))


def _owi(k: Kontext) -> bool:
    return k.ist(NachrichtArt.OWI_AN_JUSTIZ) and not k.von_justiz


def _role_missing(k: Kontext, rolle: str) -> Iterator[Fund]:
    rollen = findall(k.wurzel, "grunddaten/verfahrensdaten/beteiligung/rolle")
    if _owi(k) and all(code_of(element, "rollenbezeichnung") != rolle for element in rollen):
        yield Fund(f"/{k.art}/grunddaten")
