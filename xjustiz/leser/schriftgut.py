"""schriftgutobjekte in 3.5.1, 3.6.2 and 4.0.0."""

from xjustiz.grunddaten import Zeitraum
from xjustiz.leser.grunddaten import read_aktenzeichen
from xjustiz.leser.zweig import Zweig, parse_zahl
from xjustiz.schriftgut import (
    Akte,
    Aktenreferenz,
    Datei,
    Dokument,
    Erweiterung,
    Feld,
    Feldgruppe,
    Posteingang,
    Scan,
    Schriftgut,
    Teilakte,
    Vertraulichkeit,
    Verweis,
)
from xjustiz.werte import Uuid


def read_schriftgut(zweig: Zweig) -> Schriftgut:
    anschreiben = zweig.eins("anschreiben")
    ansicht = zweig.eins("ansichtsPDF")
    return Schriftgut(
        akten=tuple(_akte(kind) for kind in zweig.alle("akte")),
        dokumente=tuple(_dokument(kind) for kind in zweig.alle("dokument")),
        anschreiben=None if anschreiben is None else anschreiben.must("ref.sgo", Uuid),
        ansichts_pdf=None if ansicht is None else _dokument(ansicht),
    )


def _identifikation(zweig: Zweig) -> tuple[Uuid, int]:
    angabe = zweig.muss("identifikation")
    return angabe.must("id", Uuid), angabe.must("nummerImUebergeordnetenContainer", parse_zahl)


def _akte(zweig: Zweig) -> Akte:
    kennung, nummer = _identifikation(zweig)
    fach = zweig.muss("xjustiz.fachspezifischeDaten")
    teilakten, dokumente = _inhalt(fach)
    return Akte(
        id=kennung,
        nummer=nummer,
        typ=fach.muss_code("aktentyp"),
        aktenzeichen=tuple(read_aktenzeichen(kind) for kind in fach.alle("aktenzeichen")),
        anzeigename=fach.text("anzeigename"),
        hybrid=fach.wahr("hybridakte", vorgabe=True) or False,
        laufzeit=_laufzeit(zweig),
        weiteres_ordnungskriterium=fach.text("weiteresOrdnungskriteriumBehoerde"),
        personen=_personen(fach),
        exportiert_am=fach.zeitpunkt("erstellungszeitpunktAkteVersand"),
        referenzen=tuple(
            Aktenreferenz(kind.muss_code("aktenreferenzart"), kind.must("id.referenzierteAkte", Uuid))
            for kind in fach.alle("aktenreferenzen")
        ),
        abgebende_stelle=fach.code("abgebendeStelle"),
        erweiterung=next((_erweiterung(kind) for kind in zweig.alle("anwendungsspezifischeErweiterung")), None),
        teilakten=teilakten,
        dokumente=dokumente,
        vertraulichkeit=_vertraulichkeit(zweig),
        eeb_erforderlich=_eeb(fach),
    )


def _teilakte(zweig: Zweig) -> Teilakte:
    kennung, nummer = _identifikation(zweig)
    fach = zweig.muss("xjustiz.fachspezifischeDaten")
    zeichen = fach.eins("aktenzeichen")
    teilakten, dokumente = _inhalt(fach)
    return Teilakte(
        id=kennung,
        nummer=nummer,
        typ=fach.muss_code("teilaktentyp"),
        anzeigename=fach.text("anzeigename"),
        aktenzeichen=None if zeichen is None else read_aktenzeichen(zeichen),
        laufzeit=_laufzeit(zweig),
        personen=_personen(fach),
        akteneinsicht_ausgenommen=fach.wahr("akteneinsicht", vorgabe=False) is False,
        erweiterung=next((_erweiterung(kind) for kind in zweig.alle("anwendungsspezifischeErweiterung")), None),
        teilakten=teilakten,
        dokumente=dokumente,
        vertraulichkeit=_vertraulichkeit(zweig),
        eeb_erforderlich=_eeb(fach),
    )


def _inhalt(fach: Zweig) -> tuple[tuple[Teilakte, ...], tuple[Dokument, ...]]:
    inhalt = fach.eins("inhalt")
    if inhalt is None:
        return (), ()
    teilakten = tuple(_teilakte(kind) for kind in inhalt.alle("teilakte"))
    return teilakten, tuple(_dokument(kind) for kind in inhalt.alle("dokument"))


def _dokument(zweig: Zweig) -> Dokument:
    kennung, nummer = _identifikation(zweig)
    fach = zweig.muss("xjustiz.fachspezifischeDaten")
    return Dokument(
        id=kennung,
        nummer=nummer,
        klasse=fach.muss_code("dokumentklasse"),
        dateien=tuple(_datei(kind) for kind in fach.alle("datei")),
        anzeigename=fach.text("anzeigename"),
        typ=fach.code("dokumententyp"),
        fremdes_geschaeftszeichen=zweig.text("fremdesGeschaeftszeichen"),
        posteingang=_posteingang(zweig),
        datum_des_schreibens=zweig.datum("datumDesSchreibens"),
        veraktungsdatum=fach.datum("veraktungsdatum"),
        scan=_scan(fach),
        absender=fach.text("absenderAnzeigename"),
        adressat=fach.text("adressatAnzeigename"),
        personen=_personen(fach),
        akteneinsicht_ausgenommen=fach.wahr("akteneinsicht", vorgabe=False) is False,
        verweise=tuple(_verweis(kind) for kind in fach.alle("verweis")),
        eeb_erforderlich=_eeb(fach),
        erstellt_am=zweig.zeitpunkt("erstellungszeitpunkt"),
        erweiterungen=tuple(_erweiterung(kind) for kind in zweig.alle("anwendungsspezifischeErweiterung")),
        vertraulichkeit=_vertraulichkeit(zweig),
    )


def _datei(zweig: Zweig) -> Datei:
    return Datei(
        zweig.muss_text("dateiname"),
        zweig.muss_code("bestandteil"),
        zweig.zahl("versionsnummer"),
        zweig.texte("dateiname.bezugsdatei"),
    )


def _posteingang(zweig: Zweig) -> Posteingang | None:
    alt = zweig.zeitpunkt("posteingangsdatum")
    if alt is not None:
        return Posteingang(alt.date(), alt.time())
    neu = zweig.eins("posteingang")
    datum = None if neu is None else neu.datum("datum")
    return None if neu is None or datum is None else Posteingang(datum, neu.uhrzeit("uhrzeit"))


def _scan(fach: Zweig) -> Scan | None:
    zweig = fach.eins("scan")
    datum = None if zweig is None else zweig.datum("scanDatum")
    if zweig is None or datum is None:
        return None
    ersetzend = zweig.wahr("ersetzenderScan", vorgabe=True)
    return Scan(datum, ersetzend=ersetzend is not False)


def _verweis(zweig: Zweig) -> Verweis:
    return Verweis(zweig.muss_code("verweistyp"), zweig.muss("bezugsdokument").must("ref.sgo", Uuid))


def _eeb(fach: Zweig) -> bool:
    return fach.wahr("ruecksendungEEB.erforderlich", vorgabe=True) or False


def _personen(fach: Zweig) -> tuple[str, ...]:
    return tuple(kind.muss_text("ref.beteiligtennummer") for kind in fach.alle("person"))


def _laufzeit(zweig: Zweig) -> Zeitraum | None:
    angabe = zweig.eins("laufzeit")
    return None if angabe is None else Zeitraum(angabe.datum("beginn"), angabe.datum("ende"))


def _vertraulichkeit(zweig: Zweig) -> Vertraulichkeit | None:
    stufe = zweig.code("vertraulichkeitsstufe")
    if stufe is not None:
        return Vertraulichkeit(stufe=stufe)
    angabe = zweig.eins("auswahl_vertraulichkeit")
    if angabe is None:
        return None
    return Vertraulichkeit(angabe.wahr("vertraulichZuBehandeln", vorgabe=True))


def _erweiterung(zweig: Zweig) -> Erweiterung:
    return Erweiterung(
        zweig.muss_text("kennung"),
        zweig.muss_text("name"),
        zweig.text("beschreibung"),
        zweig.text("versionsnummer"),
        zweig.datum("versionsdatum"),
        tuple(_feldgruppe(kind) for kind in zweig.alle("feldgruppe")),
        tuple(_feld(kind) for kind in zweig.alle("feld")),
    )


def _feldgruppe(zweig: Zweig) -> Feldgruppe:
    return Feldgruppe(
        zweig.muss_text("name"),
        zweig.text("beschreibung") or "",
        tuple(_feld(kind) for kind in zweig.alle("feld")),
        tuple(_feldgruppe(kind) for kind in zweig.alle("unterfeldgruppe")),
    )


def _feld(zweig: Zweig) -> Feld:
    return Feld(zweig.muss_text("name"), zweig.text("wert"), zweig.code("datentyp"), zweig.text("beschreibung"))
