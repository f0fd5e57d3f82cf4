"""The XJustiz part of an inbound Nachricht: read, checked, and what the desk needs from it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Final
from uuid import UUID

import xjustiz
from erv_gateway.dateien.pruefdienst import Datei
from erv_gateway.kern.uhr import berlin
from erv_gateway.postfach.base import Anhang, Pruefergebnis, Pruefschritt
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.sendung.paket_namen import XJUSTIZ_NAME
from xjustiz.merkmale import Dateimerkmale

MAX_XJUSTIZ_BYTES: Final = 16 * 2**20  # far above the 2 MB of 1,000 documents
SNIFF_BYTES: Final = 1024
WAS: Final = "XJustiz-Datensatz"
GESTALTUNG: Final = frozenset(
    {
        "F2.pdfa-widerspruch",
        "F2.pdfa-teil",
        "F2.pdfa-nicht-konform",
        "F3.kein-pdfa",
        "F5.schriften",
        "F7.scan-ohne-text",
        "F7.ohne-text",
    }
)
"""How others make their PDFs is not reported; what may harm the reader, hide content or not open is."""
_ANDERE_VERSION = MappingProxyType(
    {
        xjustiz.Umgang.ZU_ALT: "Der Datensatz ist in XJustiz {nummer}{ende} geschrieben und wird nicht mehr gelesen.",
        xjustiz.Umgang.NIE_GUELTIG: "XJustiz {nummer} war nie gültig; der Datensatz wird nicht gelesen.",
        xjustiz.Umgang.ZU_NEU: "XJustiz {nummer} ist neuer als dieses Programm; der Datensatz wird nicht gelesen.",
        xjustiz.Umgang.UNBEKANNT: "Der Datensatz nennt keine bekannte XJustiz-Version und wird nicht gelesen.",
    }
)
_OHNE_DATENSATZ = (
    "Die Anlagen bitte von Hand zuordnen; ein verlangtes Empfangsbekenntnis als elektronisches Dokument abgeben "
    "(§ 130a ZPO) oder vom Gericht einen gültigen Datensatz erbitten."
)


@dataclass(frozen=True, slots=True)
class XJustizBefund:
    """`gelesen` is None when there is no readable message; `schritt` says which and why."""

    gelesen: xjustiz.Gelesen | None
    schritt: Pruefschritt
    befunde: tuple[dict[str, str], ...] = ()

    @property
    def nachricht(self) -> xjustiz.Nachricht | None:
        return None if self.gelesen is None else self.gelesen.nachricht

    @property
    def art(self) -> str | None:
        return None if self.nachricht is None else str(xjustiz.nachricht_art(self.nachricht))

    @property
    def eeb_verlangt(self) -> bool:
        return self.nachricht is not None and xjustiz.eeb_angefordert(self.nachricht)

    @property
    def aktenzeichen_absender(self) -> str | None:
        return None if self.nachricht is None else self.nachricht.kopf.absender.aktenzeichen

    @property
    def aktenzeichen_empfaenger(self) -> str | None:
        """Our own file number, as the sender repeats it."""
        if self.nachricht is None:
            return None
        aktenzeichen = self.nachricht.kopf.empfaenger.aktenzeichen
        return None if isinstance(aktenzeichen, xjustiz.OhneAktenzeichen) else str(aktenzeichen)

    @property
    def fremde_nachrichten_id(self) -> UUID | None:
        fremd = None if self.nachricht is None else self.nachricht.kopf.empfaenger.fremde_nachrichtenid
        return None if fremd is None else fremd.uuid


async def read_xjustiz(betrieb: Betrieb, anhaenge: tuple[Anhang, ...], am: datetime) -> XJustizBefund:
    """Never raises for what the sender did wrong: it is said in `schritt`."""
    eigene = next((anhang for anhang in anhaenge if anhang.name == XJUSTIZ_NAME), None)
    if eigene is None:
        return XJustizBefund(None, _schritt(Pruefergebnis.UNBESTIMMT, "Es liegt kein XJustiz-Datensatz bei."))
    if eigene.bytes > MAX_XJUSTIZ_BYTES:
        return XJustizBefund(None, _schritt(Pruefergebnis.UNGUELTIG, "Der XJustiz-Datensatz ist zu groß."))
    xml = await betrieb.blobs.read(eigene.sha256, limit=MAX_XJUSTIZ_BYTES)
    try:
        gelesen = await asyncio.to_thread(xjustiz.read, xml)
    except xjustiz.VersionUnreadable as error:
        return XJustizBefund(None, _schritt(Pruefergebnis.UNBESTIMMT, _other_version(error.nummer)))
    except xjustiz.XJustizError:
        return XJustizBefund(None, _schritt(Pruefergebnis.UNGUELTIG, "Der XJustiz-Datensatz ist nicht lesbar."))
    andere = tuple(anhang for anhang in anhaenge if anhang.name != XJUSTIZ_NAME)
    merkmale = await betrieb.dateipruefer.examine(
        Datei(anhang.sha256, anhang.bytes, partial(betrieb.blobs.open_file, anhang.sha256)) for anhang in andere
    )
    anlagen = await asyncio.to_thread(lambda: tuple(_anlage(betrieb, anhang, merkmale) for anhang in andere))
    return await asyncio.to_thread(_check, betrieb, gelesen, xjustiz.Paket(xml, anlagen), am)


def _check(betrieb: Betrieb, gelesen: xjustiz.Gelesen, paket: xjustiz.Paket, am: datetime) -> XJustizBefund:
    ergebnis = xjustiz.check(
        paket,
        schemas=betrieb.schemas,
        codelisten=betrieb.codelisten,
        am=berlin(am).date(),
        richtung=xjustiz.Richtung.EINGANG,
        regeln=(regel for regel in xjustiz.REGELN if regel.id not in GESTALTUNG),
    )
    befunde = tuple(
        {"regel": b.regel, "schwere": b.schwere.value, "wo": b.wo, "text": b.text, "quelle": b.quelle}
        for b in ergebnis.befunde
    )
    return XJustizBefund(gelesen, _judge(gelesen, ergebnis), befunde)


def _other_version(nummer: str) -> str:
    """No data set, no eEB in one: the eEB is given as a document then (§ 130a ZPO; sheet §2.6)."""
    umgang, version = xjustiz.umgang_with(nummer), xjustiz.find_version(nummer)
    ende = "" if version is None or version.gueltig_bis is None else f" (gültig bis {version.gueltig_bis:%d.%m.%Y})"
    return f"{_ANDERE_VERSION[umgang].format(nummer=nummer, ende=ende)} {_OHNE_DATENSATZ}"


def _judge(gelesen: xjustiz.Gelesen, ergebnis: xjustiz.Pruefergebnis) -> Pruefschritt:
    if ergebnis.fehlerfrei:
        return _schritt(
            Pruefergebnis.GUELTIG, f"XJustiz {gelesen.version}, ohne Fehler gegen Schema und Regeln geprüft."
        )
    return _schritt(
        Pruefergebnis.UNBESTIMMT, f"XJustiz {gelesen.version}: lesbar, aber nicht fehlerfrei (siehe Befunde)."
    )


def _schritt(ergebnis: Pruefergebnis, begruendung: str) -> Pruefschritt:
    return Pruefschritt(WAS, ergebnis, begruendung)


def _anlage(betrieb: Betrieb, anhang: Anhang, merkmale: Mapping[str, Dateimerkmale]) -> xjustiz.Anlage:
    with betrieb.blobs.open_file(anhang.sha256) as file:
        return xjustiz.Anlage(anhang.name, anhang.bytes, file.read(SNIFF_BYTES), merkmale[anhang.sha256])
