"""What the foreign readers should see in a message, said from our model in their words."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import xjustiz as xj
from xjustiz import Code, Dokument, Schriftgut
from xjustiz.schriftgut import Akte, Teilakte

Label = Callable[[str, Code], str | None]
"""From the name of a list and a code to its label."""


def openxjv(nachricht: xj.Nachricht, label: Label, *, alt: bool) -> dict[str, Any]:
    """`alt`: the parser of 3.5.1, which has one element for day and time of receipt."""
    kopf = nachricht.kopf
    fremd = kopf.empfaenger.aktenzeichen
    gut = xj.schriftgut_of(nachricht) or Schriftgut()
    return _filled(
        {
            "absender": {"name": _body(kopf.absender.partner, label), "aktenzeichen": kopf.absender.aktenzeichen},
            "empfaenger": {
                "name": _body(kopf.empfaenger.partner, label),
                "aktenzeichen": None if isinstance(fremd, xj.OhneAktenzeichen) else fremd,
            },
            "eigeneID": str(kopf.absender.nachrichtenid),
            "fremdeID": _text(kopf.empfaenger.fremde_nachrichtenid),
            "ereignisse": ", ".join(str(label("gds.ereignis", code)) for code in kopf.ereignisse),
            "anschreiben": _text(gut.anschreiben),
            "akten": {str(akte.id): _container(akte, label, alt=alt) for akte in gut.akten},
            "dokumente": {str(d.id): _document(d, label, alt=alt) for d in gut.dokumente},
        }
    )


def _body(partner: xj.Partner, label: Label) -> str | None:
    angabe = partner.stelle.angabe
    return angabe if isinstance(angabe, str) else label("gds.gerichte", angabe)


def _container(container: Akte | Teilakte, label: Label, *, alt: bool) -> dict[str, Any]:
    akte = isinstance(container, Akte)
    laufzeit = container.laufzeit or xj.Zeitraum()
    return {
        "nummer": str(container.nummer),
        "anzeigename": container.anzeigename,
        "typ": label("gds.aktentyp" if akte else "gds.teilaktentyp", container.typ),
        "laufzeit": {"beginn": _text(laufzeit.beginn), "ende": _text(laufzeit.ende)},
        "teilakten": {str(t.id): _container(t, label, alt=alt) for t in container.teilakten},
        "dokumente": {str(d.id): _document(d, label, alt=alt) for d in container.dokumente},
    }


def _document(dokument: Dokument, label: Label, *, alt: bool) -> dict[str, Any]:
    eingang = dokument.posteingang
    uhrzeit = None if eingang is None else eingang.uhrzeit
    return {
        "nummer": str(dokument.nummer),
        "anzeigename": dokument.anzeigename,
        "klasse": label("gds.dokumentklasse", dokument.klasse),
        "fremdesGeschaeftszeichen": dokument.fremdes_geschaeftszeichen,
        "eingang": None if eingang is None else _arrival(eingang.datum, uhrzeit, alt=alt),
        "uhrzeit": None if alt else _text(uhrzeit),
        "datumDesSchreibens": _text(dokument.datum_des_schreibens),
        "veraktungsdatum": _text(dokument.veraktungsdatum),
        "scanDatum": None if dokument.scan is None else _text(dokument.scan.datum),
        "absender": dokument.absender,
        "adressat": dokument.adressat,
        "eeb": "true" if dokument.eeb_erforderlich else None,
        "verweise": [[str(v.ziel), label("gds.verweistyp", v.typ)] for v in dokument.verweise],
        "dateien": [
            [d.name, label("gds.bestandteiltyp", d.bestandteil), list(d.bezugsdateien)] for d in dokument.dateien
        ],
    }


def _arrival(tag: date, uhrzeit: time | None, *, alt: bool) -> str:
    return datetime.combine(tag, uhrzeit).isoformat() if alt and uhrzeit is not None else tag.isoformat()


def openxjv_said(gelesen: dict[str, Any]) -> dict[str, Any]:
    """The reader's own output under the names used above."""
    nachricht, gut = gelesen.get("nachricht", {}), gelesen.get("schriftgutobjekte", {})
    return _filled(
        {
            "absender": gelesen.get("absender", {}),
            "empfaenger": gelesen.get("empfaenger", {}),
            **{name: nachricht.get(name) for name in ("eigeneID", "fremdeID", "ereignisse")},
            "anschreiben": gut.get("anschreiben"),
            "akten": {name: _container_said(teil, "aktentyp") for name, teil in gut.get("akten", {}).items()},
            "dokumente": {name: _document_said(teil) for name, teil in gut.get("dokumente", {}).items()},
        }
    )


def _container_said(teil: dict[str, Any], typ: str) -> dict[str, Any]:
    return {
        "nummer": teil.get("nummerImUebergeordnetenContainer"),
        "anzeigename": teil.get("anzeigename"),
        "typ": teil.get(typ),
        "laufzeit": teil.get("laufzeit"),
        "teilakten": {name: _container_said(t, "teilaktentyp") for name, t in teil.get("teilakten", {}).items()},
        "dokumente": {name: _document_said(d) for name, d in teil.get("dokumente", {}).items()},
    }


def _document_said(teil: dict[str, Any]) -> dict[str, Any]:
    gleich = ("anzeigename", "fremdesGeschaeftszeichen", "datumDesSchreibens", "veraktungsdatum", "scanDatum")
    return {
        "nummer": teil.get("nummerImUebergeordnetenContainer"),
        **{name: teil.get(name) for name in gleich},
        "klasse": teil.get("dokumentklasse"),
        "eingang": teil.get("posteingangsdatum"),
        "uhrzeit": teil.get("posteingangszeitpunkt"),
        "absender": teil.get("absenderAnzeigename"),
        "adressat": teil.get("adressatAnzeigename"),
        "eeb": teil.get("ruecksendungEEB.erforderlich"),
        "verweise": [[v["ref.sgo"], v["verweistyp"]] for v in teil.get("verweise", [])],
        "dateien": [
            [d["dateiname"], d.get("bestandteil"), d.get("dateiname.bezugsdatei", [])] for d in teil.get("dateien", [])
        ],
    }


def xjustiz2pdf(gut: Schriftgut) -> list[Any]:
    """Documents first, one node for each file; a folder's date is the first veraktungsdatum found in it."""
    return [*(node for d in gut.dokumente for node in _nodes(d)), *(_folder(akte) for akte in gut.akten)]


def _folder(container: Akte | Teilakte) -> list[Any]:
    kinder = [*(_folder(t) for t in container.teilakten), *(n for d in container.dokumente for n in _nodes(d))]
    tage = [d.veraktungsdatum for d in _within(container) if d.veraktungsdatum is not None]
    return ["folder", _title(container), _text(tage[0]) if tage else None, None, None, kinder]


def _title(container: Akte | Teilakte) -> str:
    return container.anzeigename or "Akte"


def _within(container: Akte | Teilakte) -> list[Dokument]:
    return [*(d for teil in container.teilakten for d in _within(teil)), *container.dokumente]


def _nodes(dokument: Dokument) -> list[list[Any]]:
    tag = _text(dokument.veraktungsdatum)
    return [["doc", dokument.anzeigename or d.name, tag, d.name, d.bestandteil.wert, []] for d in dokument.dateien]


def _text(wert: object) -> str | None:
    return None if wert is None else str(wert)


def _filled(wert: Any) -> Any:
    if isinstance(wert, dict):
        return {name: inhalt for name, teil in wert.items() if (inhalt := _filled(teil)) not in ("", None, [], {})}
    return [_filled(teil) for teil in wert] if isinstance(wert, list) else wert
