"""schriftgutobjekte of 3.6.2 and 4.0.0."""

from xjustiz.din91379 import Datentyp
from xjustiz.fehler import WertInvalid
from xjustiz.grunddaten import Zeitraum
from xjustiz.schreiber.bau import Bau
from xjustiz.schreiber.erweiterung import write_erweiterung
from xjustiz.schreiber.grunddaten import write_aktenzeichen
from xjustiz.schreiber.profil import Profil
from xjustiz.schriftgut import Akte, Datei, Dokument, Schriftgut, Teilakte, Vertraulichkeit
from xjustiz.werte import Dateiname, Uuid


def write_schriftgut(eltern: Bau, schriftgut: Schriftgut, profil: Profil) -> None:
    """Raises NachrichtInvalid for unlawful names and for content this version has no place for."""
    bau = eltern.kind("schriftgutobjekte")
    if schriftgut.anschreiben is not None:
        bau.kind("anschreiben").uuid("ref.sgo", schriftgut.anschreiben)
    for akte in schriftgut.akten:
        _akte(bau.kind("akte"), akte)
    for dokument in schriftgut.dokumente:
        _dokument(bau.kind("dokument"), dokument)
    if schriftgut.ansichts_pdf is not None:
        if not profil.ansichts_pdf:
            raise bau.invalid("ansichtsPDF", f"does not exist in {profil.version}")
        _dokument(bau.kind("ansichtsPDF"), schriftgut.ansichts_pdf)


def _akte(bau: Bau, akte: Akte) -> None:
    _refuse_old(bau, akte)
    if not akte.aktenzeichen:
        raise bau.invalid("aktenzeichen", "an Akte needs at least one")
    _identifikation(bau, akte.id, akte.nummer)
    _vertraulichkeit(bau, akte.vertraulichkeit)
    _laufzeit(bau, akte.laufzeit)
    write_erweiterung(bau, akte.erweiterung)
    fach = bau.kind("xjustiz.fachspezifischeDaten")
    fach.code("aktentyp", akte.typ)
    fach.fest("hybridakte", akte.hybrid, wert=True)
    fach.text("anzeigename", akte.anzeigename)
    for angabe in akte.aktenzeichen:
        write_aktenzeichen(fach.kind("aktenzeichen"), angabe)
    fach.text("weiteresOrdnungskriteriumBehoerde", akte.weiteres_ordnungskriterium)
    _personen(fach, akte.personen)
    fach.zeitpunkt("erstellungszeitpunktAkteVersand", akte.exportiert_am)
    for referenz in akte.referenzen:
        ziel = fach.kind("aktenreferenzen")
        ziel.code("aktenreferenzart", referenz.art)
        ziel.uuid("id.referenzierteAkte", referenz.ziel)
    fach.typ3("abgebendeStelle", akte.abgebende_stelle)
    _inhalt(fach, akte)


def _teilakte(bau: Bau, teilakte: Teilakte) -> None:
    _refuse_old(bau, teilakte)
    _identifikation(bau, teilakte.id, teilakte.nummer)
    _vertraulichkeit(bau, teilakte.vertraulichkeit)
    _laufzeit(bau, teilakte.laufzeit)
    write_erweiterung(bau, teilakte.erweiterung)
    fach = bau.kind("xjustiz.fachspezifischeDaten")
    fach.code("teilaktentyp", teilakte.typ)
    fach.text("anzeigename", teilakte.anzeigename)
    if teilakte.aktenzeichen is not None:
        write_aktenzeichen(fach.kind("aktenzeichen"), teilakte.aktenzeichen)
    _personen(fach, teilakte.personen)
    fach.fest("akteneinsicht", teilakte.akteneinsicht_ausgenommen, wert=False)
    _inhalt(fach, teilakte)


def _inhalt(fach: Bau, container: Akte | Teilakte) -> None:
    if not container.teilakten and not container.dokumente:
        return
    inhalt = fach.kind("inhalt")
    for teilakte in container.teilakten:
        _teilakte(inhalt.kind("teilakte"), teilakte)
    for dokument in container.dokumente:
        _dokument(inhalt.kind("dokument"), dokument)


def _dokument(bau: Bau, dokument: Dokument) -> None:
    if not dokument.dateien:
        raise bau.invalid("datei", "a Dokument needs at least one")
    _identifikation(bau, dokument.id, dokument.nummer)
    _vertraulichkeit(bau, dokument.vertraulichkeit)
    bau.text("fremdesGeschaeftszeichen", dokument.fremdes_geschaeftszeichen)
    if dokument.posteingang is not None:
        eingang = bau.kind("posteingang")
        eingang.datum("datum", dokument.posteingang.datum)
        eingang.uhrzeit("uhrzeit", dokument.posteingang.uhrzeit)
    bau.datum("datumDesSchreibens", dokument.datum_des_schreibens)
    for erweiterung in dokument.erweiterungen:
        write_erweiterung(bau, erweiterung)
    _fachdaten(bau.kind("xjustiz.fachspezifischeDaten"), dokument)
    bau.zeitpunkt("erstellungszeitpunkt", dokument.erstellt_am)


def _fachdaten(fach: Bau, dokument: Dokument) -> None:
    fach.typ3("dokumentklasse", dokument.klasse)
    fach.typ3("dokumententyp", dokument.typ)
    fach.text("anzeigename", dokument.anzeigename)
    _personen(fach, dokument.personen)
    fach.fest("akteneinsicht", dokument.akteneinsicht_ausgenommen, wert=False)
    fach.datum("veraktungsdatum", dokument.veraktungsdatum)
    if dokument.scan is not None:
        scan = fach.kind("scan")
        scan.datum("scanDatum", dokument.scan.datum)
        scan.wahr("ersetzenderScan", dokument.scan.ersetzend)
    fach.text("absenderAnzeigename", dokument.absender, Datentyp.D)
    fach.text("adressatAnzeigename", dokument.adressat, Datentyp.D)
    for verweis in dokument.verweise:
        ziel = fach.kind("verweis")
        ziel.code("verweistyp", verweis.typ)
        ziel.kind("bezugsdokument").uuid("ref.sgo", verweis.ziel)
    for datei in dokument.dateien:
        _datei(fach.kind("datei"), datei)
    fach.fest("ruecksendungEEB.erforderlich", dokument.eeb_erforderlich, wert=True)


def _datei(bau: Bau, datei: Datei) -> None:
    for name in (datei.name, *datei.bezugsdateien):
        try:
            Dateiname(name)
        except WertInvalid as error:
            raise bau.invalid("dateiname", str(error)) from error
    bau.text("dateiname", datei.name)
    bau.code("bestandteil", datei.bestandteil)
    bau.zahl("versionsnummer", datei.versionsnummer)
    bau.texte("dateiname.bezugsdatei", datei.bezugsdateien)


def _identifikation(bau: Bau, kennung: Uuid, nummer: int) -> None:
    ziel = bau.kind("identifikation")
    ziel.uuid("id", kennung)
    ziel.zahl("nummerImUebergeordnetenContainer", nummer, mindestens=1)


def _laufzeit(bau: Bau, laufzeit: Zeitraum | None) -> None:
    if laufzeit is not None:
        ziel = bau.kind("laufzeit")
        ziel.datum("beginn", laufzeit.beginn)
        ziel.datum("ende", laufzeit.ende)


def _personen(fach: Bau, nummern: tuple[str, ...]) -> None:
    for nummer in nummern:
        fach.kind("person").text("ref.beteiligtennummer", nummer)


def _vertraulichkeit(bau: Bau, angabe: Vertraulichkeit | None) -> None:
    if angabe is None:
        return
    if angabe.vertraulich_zu_behandeln is None:
        raise bau.invalid("auswahl_vertraulichkeit", "vertraulichkeitsstufe does not exist since 3.6")
    bau.kind("auswahl_vertraulichkeit").wahr("vertraulichZuBehandeln", angabe.vertraulich_zu_behandeln)


def _refuse_old(bau: Bau, container: Akte | Teilakte) -> None:
    if container.eeb_erforderlich:
        raise bau.invalid("ruecksendungEEB.erforderlich", "stands on Dokumente only since 3.6")
