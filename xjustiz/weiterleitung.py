"""Forwarding a received message (Leitfaden ERV 6.5, mandatory since 1 December 2024; sheet §2.7).

The original attachments travel on unchanged and unlisted: the original data set, which lies beside them under another
name, is what lists them. The new data set has one Dokument that holds what proves the original message.
"""

from dataclasses import dataclass, replace
from typing import Self

from xjustiz.codes import Bestandteiltyp, Code, Liste, typ3
from xjustiz.grunddaten import Grunddaten
from xjustiz.kopf import Nachrichtenkopf
from xjustiz.nachrichten import Uebermittlung
from xjustiz.schriftgut import Datei, Dokument, Schriftgut
from xjustiz.werte import Dateiname, Uuid

EREIGNIS_WEITERLEITUNG = "289"
"""GDS.Ereignis."""
KLASSE_TECHNISCHE_INFORMATION = "014"
"""GDS.Dokumentklasse."""


@dataclass(frozen=True, slots=True)
class Weiterleitungsdateien:
    """Under which names the parts of the original message travel on. `vhn` None: it came without proof of origin."""

    nachricht: Dateiname
    pruefvermerk_pdf: Dateiname
    pruefvermerk_xml: Dateiname
    vhn: Dateiname | None

    @classmethod
    def named(cls, nachricht: Uuid, pdf: Uuid, xml: Uuid, vhn: Uuid | None) -> Self:
        """The names of the standard; each part has a UUID of its own, the VHN shares one with its signature."""
        return cls(
            Dateiname(f"xjustiz_nachricht_{nachricht}.xml"),
            Dateiname(f"pruefvermerk_{pdf}.pdf"),
            Dateiname(f"pruefvermerk_{xml}.xml"),
            None if vhn is None else Dateiname(f"vhn_{vhn}.xml"),
        )

    @property
    def vhn_signatur(self) -> Dateiname | None:
        return None if self.vhn is None else Dateiname(f"{self.vhn}.p7s")


def forward(
    dateien: Weiterleitungsdateien,
    *,
    kopf: Nachrichtenkopf,
    kennung: Uuid,
    anzeigename: str,
    grunddaten: Grunddaten | None = None,
) -> Uebermittlung:
    """The new data set. `kopf`: of the new message, its ereignis becomes 289. `kennung`: of the new Dokument.

    `anzeigename`: DIN 91379 text for people; what the message is written with refuses it otherwise.
    """
    dokument = Dokument(
        id=kennung,
        nummer=1,
        klasse=typ3(Liste.DOKUMENTKLASSE, KLASSE_TECHNISCHE_INFORMATION),
        dateien=_dateien(dateien),
        anzeigename=anzeigename,
    )
    return Uebermittlung(
        replace(kopf, ereignisse=(typ3(Liste.EREIGNIS, EREIGNIS_WEITERLEITUNG),)),
        grunddaten or Grunddaten(),
        Schriftgut(dokumente=(dokument,)),
    )


def _dateien(dateien: Weiterleitungsdateien) -> tuple[Datei, ...]:
    teile = [
        Datei(dateien.nachricht),
        Datei(dateien.pruefvermerk_pdf, Code(Bestandteiltyp.PRUEFVERMERK.value)),
        Datei(dateien.pruefvermerk_xml, Code(Bestandteiltyp.PRUEFVERMERK.value)),
    ]
    if dateien.vhn is not None and dateien.vhn_signatur is not None:
        teile.append(Datei(dateien.vhn, Code(Bestandteiltyp.VHN.value)))
        signatur = Code(Bestandteiltyp.SIGNATURDATEI.value)
        teile.append(Datei(dateien.vhn_signatur, signatur, bezugsdateien=(dateien.vhn,)))
    return tuple(teile)
