"""The files of the sample case: PDF/A from the templates, a TIFF scan with Transfervermerk, a source file."""

import hashlib
import io
import zipfile
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from erv_gateway.druck import render_pdf, render_png
from erv_gateway.sandbox.beispiel_bilder import DPI, as_png, as_scan, as_tiff, draw_foto
from erv_gateway.sandbox.beispiel_gutachten import gutachten_abschnitte, gutachten_bilder
from erv_gateway.sandbox.beispiel_vorgaben import AkteVorgabe, DokumentVorgabe, kennung

ZIP_ZEIT = (2026, 11, 20, 9, 30, 0)
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


@dataclass(frozen=True, slots=True)
class BeispielDatei:
    """A file with its place in the xdomea code list dateiformat; `transfervermerk` marks the annex of a scan."""

    name: str
    inhalt: bytes
    formatcode: str
    formatversion: str
    transfervermerk: bool = False


def render_dateien(akte: AkteVorgabe, vorgabe: DokumentVorgabe) -> tuple[BeispielDatei, ...]:
    """All files of one document, the source or scan first, then the PDF/A, then a Transfervermerk."""
    if vorgabe.scan:
        return _scan(akte, vorgabe)
    pdf = _pdf(
        vorgabe, render_pdf(vorgabe.vorlage, _daten(akte, vorgabe), erstellt=vorgabe.erstellt, bilder=_bilder(vorgabe))
    )
    quelle = (_docx(vorgabe),) if vorgabe.quelldatei else ()
    return (*quelle, pdf)


def _daten(akte: AkteVorgabe, vorgabe: DokumentVorgabe) -> dict[str, Any]:
    daten = {"absender": f"{akte.stelle}", "absenderzeile": akte.stelle_zeile, **vorgabe.daten}
    if vorgabe.gutachten:
        daten["abschnitte"] = gutachten_abschnitte()
    if vorgabe.bilder:
        texte = enumerate(daten.pop("texte"), start=1)
        daten["bilder"] = [{"datei": f"foto{nummer}.jpg", "text": text} for nummer, text in texte]
    return daten


def _bilder(vorgabe: DokumentVorgabe) -> dict[str, bytes]:
    fotos = {f"foto{nummer}.jpg": draw_foto(nummer) for nummer in range(1, vorgabe.bilder + 1)}
    return {**fotos, **(gutachten_bilder() if vorgabe.gutachten else {})}


def _name(vorgabe: DokumentVorgabe, endung: str, zusatz: str = "") -> str:
    """xdomea wants names that begin with a UUID (stringDateinameType)."""
    return f"{kennung(f'{vorgabe.schluessel}/{zusatz}{endung}')}_{zusatz}{vorgabe.dateiname}.{endung}"


def _pdf(vorgabe: DokumentVorgabe, inhalt: bytes, zusatz: str = "", *, transfervermerk: bool = False) -> BeispielDatei:
    return BeispielDatei(_name(vorgabe, "pdf", zusatz), inhalt, "044", "PDF/A-2a", transfervermerk)


def _scan(akte: AkteVorgabe, vorgabe: DokumentVorgabe) -> tuple[BeispielDatei, ...]:
    brief = {"text": vorgabe.daten["text"], "stempel": ["Eingang 04.02.2026", "Scanstelle"]}
    seite = as_scan(render_png("beispiel_brief", brief, erstellt=vorgabe.erstellt, ppi=DPI))
    tiff = BeispielDatei(_name(vorgabe, "tif"), as_tiff(seite), "023", "6.0")
    daten = {**vorgabe.daten, "datei": "seite.png"}
    pdf = _pdf(
        vorgabe, render_pdf(vorgabe.vorlage, daten, erstellt=vorgabe.erstellt, bilder={"seite.png": as_png(seite)})
    )
    vermerk = render_pdf(
        "beispiel_transfervermerk", _transfervermerk(akte, vorgabe, tiff, pdf), erstellt=vorgabe.erstellt
    )
    return tiff, pdf, _pdf(vorgabe, vermerk, "Transfervermerk_", transfervermerk=True)


def _transfervermerk(
    akte: AkteVorgabe, vorgabe: DokumentVorgabe, tiff: BeispielDatei, pdf: BeispielDatei
) -> dict[str, Any]:
    """The fields of BSI TR-03138 (TR-RESISCAN), A.NB.5."""
    felder = [
        ["Dokument", vorgabe.titel],
        ["Ersteller des Scanprodukts", "Miriam Ott, zentrale Scanstelle der Stadt Beispielfurt"],
        ["Zeitpunkt der Erfassung", f"{vorgabe.erstellt:%d.%m.%Y, %H:%M:%S} Uhr (MEZ)"],
        ["Technisches Umfeld", "Dokumentenscanner SC-02, 300 dpi, bitonal, TIFF 6.0 und PDF/A-2a mit Texterkennung"],
        [
            "Organisatorisches Umfeld",
            "Scanstelle, Dienstanweisung Ersetzendes Scannen vom 01.07.2025, Schutzbedarf hoch",
        ],
        ["Etwaige Auffälligkeiten", "keine; einseitiges Schriftstück, eine Seite"],
        [
            "Ergebnis der Qualitätssicherung",
            "bildliche und inhaltliche Übereinstimmung bestätigt, Sichtprüfung am 04.02.2026, 08:01 Uhr",
        ],
        ["Verbleib des Papiers", "Vernichtung sechs Monate nach der Erfassung (ersetzendes Scannen)"],
        ["SHA-256 des TIFF", hashlib.sha256(tiff.inhalt).hexdigest()],
        ["SHA-256 des PDF", hashlib.sha256(pdf.inhalt).hexdigest()],
    ]
    einleitung = "Dieser Vermerk gehört zu dem unten bezeichneten Scanprodukt (BSI TR-03138, TR-RESISCAN)."
    schluss = "Automatisch erstellt durch das Scansystem; ohne Unterschrift gültig."
    return {
        "titel": "Transfervermerk",
        "absender": f"{akte.stelle}, zentrale Scanstelle",
        "einleitung": einleitung,
        "felder": felder,
        "schluss": schluss,
    }


def _docx(vorgabe: DokumentVorgabe) -> BeispielDatei:
    """The smallest text document that ECMA-376 allows, with the text of the decision."""
    absaetze = [text for abschnitt in vorgabe.daten["abschnitte"] for text in abschnitt["absaetze"]]
    text = "".join(f"<w:p><w:r><w:t>{escape(absatz)}</w:t></w:r></w:p>" for absatz in [vorgabe.titel, *absaetze])
    teile = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{_WORD}"><w:body>{text}</w:body></w:document>',
    }
    inhalt = pack_zip({name: ('<?xml version="1.0" encoding="UTF-8"?>' + xml).encode() for name, xml in teile.items()})
    return BeispielDatei(_name(vorgabe, "docx"), inhalt, "035", "ECMA-376")


def pack_zip(dateien: dict[str, bytes]) -> bytes:
    """A ZIP that is the same on every run."""
    ziel = io.BytesIO()
    with zipfile.ZipFile(ziel, "w", zipfile.ZIP_DEFLATED) as archiv:
        for name, inhalt in dateien.items():
            info = zipfile.ZipInfo(name, ZIP_ZEIT)
            info.external_attr = 0o100644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archiv.writestr(info, inhalt)
    return ziel.getvalue()
