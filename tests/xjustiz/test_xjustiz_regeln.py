"""One spoiled package for every rule; errors must be found for exactly the reason they were made for."""

from collections.abc import Callable
from datetime import date

import pytest
from xjustiz_muster import (
    ANSCHREIBEN,
    ANTRAG,
    BEISPIELE,
    BESCHEID,
    CMS,
    HEUTE,
    ID_AKTE,
    ID_ANSCHREIBEN,
    ID_ANTRAG,
    ID_BESCHEID,
    ID_NACHRICHT,
    PDF,
    TIFF,
    Muster,
    eeb_muster,
    muster,
)

from xjustiz import (
    REGELN,
    Anlage,
    Codelisten,
    NachrichtUnreadable,
    Paket,
    Pruefergebnis,
    Richtung,
    Schemas,
    Schwere,
    check,
)

Verderben = Callable[[Muster], None]
FEHLT = "99999999-9999-4999-8999-999999999999"


def _mit(*schritte: tuple[str, str]) -> Verderben:
    def tun(m: Muster) -> None:
        for alt, neu in schritte:
            m.ersetze(alt, neu)

    return tun


def _name(neu: str) -> Verderben:
    return lambda m: m.umbenenne(ANTRAG, neu)


def _inhalt(name: str, inhalt: bytes) -> Verderben:
    def tun(m: Muster) -> None:
        m.dateien[name] = inhalt

    return tun


def _datei(nach: str, name: str, bestandteil: str, inhalt: bytes, bezug: str = "") -> Verderben:
    """Adds a file to the document that lists `nach`."""

    def tun(m: Muster) -> None:
        bezuege = f"<tns:dateiname.bezugsdatei>{bezug}</tns:dateiname.bezugsdatei>" if bezug else ""
        stelle = m.xml.index("</tns:datei>", m.xml.index(f">{nach}<")) + len("</tns:datei>")
        neu = (
            f"<tns:datei><tns:dateiname>{name}</tns:dateiname>"
            f"<tns:bestandteil><code>{bestandteil}</code></tns:bestandteil>{bezuege}</tns:datei>"
        )
        m.xml = m.xml[:stelle] + neu + m.xml[stelle:]
        m.dateien[name] = inhalt

    return tun


def _nacheinander(*schritte: Verderben) -> Verderben:
    def tun(m: Muster) -> None:
        for schritt in schritte:
            schritt(m)

    return tun


def _statt(name: str, inhalt: bytes) -> Verderben:
    return _nacheinander(_name(name), _inhalt(name, inhalt))


def _kodiert(m: Muster) -> None:
    m.ersetze("UTF-8", "ISO-8859-1")
    m.kodierung = "iso-8859-1"


def _umbenannt(m: Muster) -> None:
    m.name = "nachricht.xml"


def _zweite_nachricht(m: Muster) -> None:
    m.dateien["xjustiz_nachricht.xml"] = b"<x/>"


def _ohne(name: str) -> Verderben:
    def tun(m: Muster) -> None:
        del m.dateien[name]

    return tun


def _gross(m: Muster) -> None:
    del m.dateien[ANTRAG]
    m.doppelte.append(Anlage(ANTRAG, 200 * 10**6 + 1, PDF))


def _viele(m: Muster) -> None:
    for nummer in range(1001):
        _datei(ANTRAG, f"Bericht_{nummer}.pdf", "006", PDF)(m)


def _zweimal_da(m: Muster) -> None:
    m.doppelte.append(Anlage(ANTRAG, len(PDF), PDF))


P7S = f"{ANTRAG}.p7s"
SELBST = (
    "<tns:datei><tns:dateiname>xjustiz_nachricht.xml</tns:dateiname>"
    "<tns:bestandteil><code>006</code></tns:bestandteil></tns:datei>"
)
NUMMER_2 = "<tns:nummerImUebergeordnetenContainer>2<"
GEHEIM = (
    "<tns:auswahl_vertraulichkeit><tns:geheimhaltungsgrad "
    'listURI="urn:xoev-de:xjustiz:codeliste:gds.geheimhaltungsgrad" listVersionID="1.0"><code>VS-NfD</code>'
    "</tns:geheimhaltungsgrad></tns:auswahl_vertraulichkeit>"
)
GEGENSTAND = (
    f"<tns:verfahrensgegenstand>\n{' ' * 10}<tns:gegenstand>Baugenehmigung</tns:gegenstand>"
    f"\n{' ' * 8}</tns:verfahrensgegenstand>"
)
ANTRAG_KENNUNG = (
    f"<tns:id>{ID_ANTRAG}</tns:id>\n{' ' * 20}<tns:nummerImUebergeordnetenContainer>1"
    f"</tns:nummerImUebergeordnetenContainer>\n{' ' * 18}</tns:identifikation>"
)
FEHLER: list[tuple[str, str, Verderben]] = [
    ("gedankenstrich", "D1.schema", _mit(("Bauakte Musterweg 1", "Bauakte \u2013 Musterweg 1"))),
    ("deutsche-anfuehrung", "D1.schema", _mit(("Bauakte Musterweg 1", "\u201eBauakte\u201c"))),
    ("nfd-umlaut", "D1.schema", _mit(("Baugenehmigung", "Gebu\u0308hr"))),
    ("weicher-trennstrich", "D1.schema", _mit(("Baugenehmigung", "Bau\u00adgenehmigung"))),
    ("code-im-namensraum", "D1.schema", _mit(("<code>008</code>", "<tns:code>008</tns:code>"))),
    ("listenversion-fehlt", "D1.schema", _mit((' listVersionID="1.4"', ""))),
    ("unbekannter-aktentyp", "D1.schema", _mit(("<code>018</code>", "<code>999</code>"))),
    (
        "akteneinsicht-true",
        "D1.schema",
        _mit(("<tns:veraktungsdatum>", "<tns:akteneinsicht>true</tns:akteneinsicht><tns:veraktungsdatum>")),
    ),
    (
        "neu-false",
        "D1.schema",
        _mit(
            (
                "<tns:aktenzeichen.freitext>3 K 1234/26.KO</tns:aktenzeichen.freitext>",
                "<tns:aktenzeichen.neu>false</tns:aktenzeichen.neu>",
            )
        ),
    ),
    ("herstellerinformation-fehlt", "D1.schema", _mit(("<tns:version>0.1.0</tns:version>", ""))),
    (
        "reihenfolge",
        "D1.schema",
        _mit(
            ("<tns:kurzrubrum>Mustermann ./. Stadt Beispielstadt</tns:kurzrubrum>", ""),
            ("</tns:verfahrensgegenstand>", "</tns:verfahrensgegenstand><tns:kurzrubrum>M</tns:kurzrubrum>"),
        ),
    ),
    (
        "falsche-nachricht",
        "D1.nachricht-unbekannt",
        lambda m: setattr(m, "xml", m.xml.replace("Schriftgutobjekte.0005005", "Schriftgutobjekte.3005013")),
    ),
    ("version-999", "D1.version-unbekannt", _mit(('"3.6.2"', '"9.9.9"'))),
    ("version-leer", "D1.version-unbekannt", _mit(('xjustizVersion="3.6.2"', ""))),
    ("version-370", "D1.version-nie-gueltig", _mit(('"3.6.2"', '"3.7.0"'))),
    ("latin1", "D1.kodierung", _kodiert),
    ("dateiname-nachricht", "D1.dateiname", _umbenannt),
    ("zwei-nachrichten", "D1.mehrere", _zweite_nachricht),
    ("uuid-strich", "X.uuid-form", _mit((ID_BESCHEID, "5555555|-5555-4555-8555-555555555555"))),
    ("uuid-doppelt", "X.uuid-doppelt", _mit((ID_BESCHEID, ID_AKTE))),
    (
        "uuid-doppelt-gross",
        "X.uuid-doppelt",
        _mit((ID_AKTE, "abcdefab-2222-4222-8222-222222222222"), (ID_BESCHEID, "ABCDEFAB-2222-4222-8222-222222222222")),
    ),
    (
        "eigene-gleich-fremde",
        "X.nachrichtenid-gleich",
        _mit(
            (
                "</tns:auswahl_aktenzeichen>",
                f"</tns:auswahl_aktenzeichen><tns:fremdeNachrichtenID>{ID_NACHRICHT}</tns:fremdeNachrichtenID>",
            )
        ),
    ),
    ("nummer-doppelt", "X.nummer-doppelt", _mit((NUMMER_2, NUMMER_2.replace("2", "1")))),
    ("nummer-luecke", "X.nummer-luecke", _mit((NUMMER_2, NUMMER_2.replace("2", "3")))),
    (
        "nummer-ohne-eins",
        "X.nummer-luecke",
        _mit(
            (
                f"{ID_AKTE}</tns:id>\n        <tns:nummerImUebergeordnetenContainer>1<",
                f"{ID_AKTE}</tns:id>\n        <tns:nummerImUebergeordnetenContainer>3<",
            )
        ),
    ),
    ("anschreiben-ins-leere", "X.anschreiben", _mit((ID_ANSCHREIBEN, FEHLT))),
    ("anschreiben-auf-akte", "X.anschreiben", _mit((ID_ANSCHREIBEN, ID_AKTE))),
    ("verweis-ins-leere", "X.verweis", _mit((f"<tns:ref.sgo>{ID_ANTRAG}", f"<tns:ref.sgo>{FEHLT}"))),
    ("verweis-auf-sich", "X.verweis", _mit((f"<tns:ref.sgo>{ID_ANTRAG}", f"<tns:ref.sgo>{ID_BESCHEID}"))),
    (
        "person-unbekannt",
        "X.grunddaten-verweis",
        _mit(
            (
                "<tns:veraktungsdatum>",
                "<tns:person><tns:ref.beteiligtennummer>7</tns:ref.beteiligtennummer></tns:person><tns:veraktungsdatum>",
            )
        ),
    ),
    ("justizinterne-daten", "X.gesperrt", _mit(("</tns:akte>", "<tns:justizinterneDaten/></tns:akte>"))),
    ("bestandteil-004", "X.gesperrt", _datei(ANTRAG, "Vorversion_Bauantrag.pdf", "004", PDF)),
    (
        "routing",
        "X.gesperrt",
        _mit(
            (
                "</tns:auswahl_kommunikationspartner>",
                "</tns:auswahl_kommunikationspartner><tns:routingInformationAusSafeverzeichnis>x</tns:routingInformationAusSafeverzeichnis>",
            )
        ),
    ),
    (
        "vs-nfd",
        "N6.verschlusssache",
        _mit(
            (
                "</tns:herstellerinformation>",
                f"</tns:herstellerinformation>{GEHEIM}",
            )
        ),
    ),
    ("ueberzaehlig", "D6.nicht-aufgefuehrt", _inhalt("Zusatz_Gutachten.pdf", PDF)),
    ("fehlend", "D6.fehlt", _ohne(ANTRAG)),
    ("selbst", "D6.selbst", _mit(("</tns:datei>", f"</tns:datei>{SELBST}"))),
    (
        "reserviert",
        "N1.reserviert",
        _nacheinander(
            _datei(ANTRAG, "vhn.xml", "011", b"<x/>"), _datei(ANTRAG, "vhn_x.xml.p7s", "003", CMS, "vhn.xml")
        ),
    ),
    ("zu-lang", "N1.laenge", _name("B" * 87 + ".pdf")),
    ("zwei-punkte", "N1.punkte", _name("Bauantrag.v2.pdf")),
    ("leerzeichen", "N1.zeichen", _name("Bauantrag neu.pdf")),
    ("akzent", "N1.zeichen", _name("Bauantrag_é.pdf")),
    ("zweimal-aufgefuehrt", "N1.doppelt", _nacheinander(_mit((f">{BESCHEID}<", f">{ANTRAG}<")), _ohne(BESCHEID))),
    ("zweimal-da", "N1.doppelt", _zweimal_da),
    ("gross-klein", "N1.gross-klein", lambda m: m.umbenenne(BESCHEID, ANTRAG.upper().replace(".PDF", ".pdf"))),
    ("201-mb", "N3.groesse", _gross),
    ("1001-dateien", "N3.anzahl", _viele),
    ("zwei-originale", "X.original", _datei(ANTRAG, "Bauantrag_Zweitschrift.pdf", "001", PDF)),
    (
        "zwei-repraesentate",
        "X.repraesentat",
        _nacheinander(_datei(ANTRAG, "Bauantrag_A.pdf", "002", PDF), _datei(ANTRAG, "Bauantrag_B.pdf", "002", PDF)),
    ),
    ("ursprungsformat", "X.ursprungsformat", _datei(ANTRAG, "Bauantrag_Quelle.odt", "013", b"PK\x03\x04")),
    ("signatur-ohne-bezug", "S7.ohne-bezug", _datei(ANSCHREIBEN, f"{ANSCHREIBEN}.p7s", "003", CMS)),
    ("bezug-am-original", "S7.bezug-unerlaubt", _datei(ANTRAG, "Transfervermerk_Antrag.pdf", "006", PDF, ANTRAG)),
    ("bezug-ins-leere", "S7.bezug-unbekannt", _datei(ANSCHREIBEN, "Anschreiben_X.pdf.p7s", "003", CMS, BESCHEID)),
    ("signatur-endung", "S7.endung", _datei(ANSCHREIBEN, "Anschreiben_Signatur.xml", "003", b"<x/>", ANSCHREIBEN)),
    (
        "keine-signatur",
        "S7.inhalt",
        _datei(ANSCHREIBEN, f"{ANSCHREIBEN}.p7s", "003", b"keine echte Signatur", ANSCHREIBEN),
    ),
    ("vhn-ohne-signatur", "X.vhn-ohne-signatur", _datei(ANSCHREIBEN, "vhn_Anschreiben.xml", "011", b"<x/>")),
    ("word-allein", "F1.dateityp", _statt("Bauantrag.docx", b"PK\x03\x04")),
    ("ohne-pdf", "F1.dateityp", _statt("Bauantrag.html", b"<html>")),
    ("tiff-allein", "F1.tiff-allein", _statt("Bauantrag_Plan.tif", TIFF)),
    ("pdf-ist-text", "F1.kein-pdf", _inhalt(ANTRAG, b"Hallo, ich bin kein PDF.")),
    ("tiff-ist-text", "F1.kein-tiff", _datei(ANTRAG, "Bauantrag_Plan.tiff", "006", b"Hallo")),
    ("docx-platzhalter", "F1.inhalt", _datei(ANTRAG, "Bauantrag_Quelle.docx", "006", b"kein echtes DOCX")),
    ("leere-datei", "F4.leer", _inhalt(ANTRAG, b"")),
    ("zip", "F10.archiv", _statt("Bauantrag_Anlagen.zip", b"PK\x03\x04")),
    ("zip-als-pdf", "F10.verstecktes-archiv", _inhalt(ANTRAG, b"PK\x03\x04" + PDF[:2])),
    ("unbekannte-klasse", "C.code-unbekannt", _mit(("<code>016</code>", "<code>002</code>"))),
    ("unbekanntes-gericht", "C.code-unbekannt", _mit(("<code>T6076</code>", "<code>T0000</code>"))),
    (
        "unbekannter-code-ohne-uri",
        "C.code-unbekannt",
        _mit((' listURI="urn:xoev-de:xjustiz:codeliste:gds.ereignis"', ""), ("<code>204</code>", "<code>XYZ</code>")),
    ),
    ("geschlossenes-gericht", "C.partner-aufgeloest", _mit(("<code>T6076</code>", "<code>B1408</code>"))),
]
EEB_FEHLER: list[tuple[str, str, Verderben]] = [
    (
        "eeb-ohne-bezug",
        "E.ohne-bezug",
        _mit((f"<tns:fremdeNachrichtenID>{ID_NACHRICHT}</tns:fremdeNachrichtenID>", "")),
    ),
    ("eeb-morgen", "E.zukunft", _mit(("<tns:empfangsbestaetigung>2026-11-21", "<tns:empfangsbestaetigung>2026-11-22"))),
    ("eeb-mit-anlage", "D6.nicht-aufgefuehrt", _inhalt("Empfang_Anlage.pdf", PDF)),
]
MILD: list[tuple[str, str, Verderben]] = [
    ("351", "D1.version-abgelaufen", _mit(('"3.6.2"', '"3.5.1"'))),
    ("400", "D1.version-zukuenftig", _mit(('"3.6.2"', '"4.0.0"'))),
    ("praefix", "D1.praefix", lambda m: setattr(m, "xml", m.xml.replace("tns:", "x:").replace(":tns", ":x"))),
    ("schemaort", "D1.schemaort", _mit(("xjustiz_0005_nachrichten_3_2.xsd", "xjustiz_2200_eeb_3_1.xsd"))),
    (
        "erweiterung",
        "D1.erweiterung",
        _mit(("<tns:veraktungsdatum>", "<tns:anwendungsspezifischeErweiterung/><tns:veraktungsdatum>")),
    ),
    ("anzeigename-doppelt", "X.anzeigename-doppelt", _mit(("Bescheid vom 27.11.2025", "Bauantrag vom 01.02.2025"))),
    ("anzeigename-fehlt", "X.anzeigename-fehlt", _mit(("<tns:anzeigename>Anschreiben</tns:anzeigename>", ""))),
    (
        "aktenreferenz",
        "X.aktenreferenz",
        _mit(
            (
                "<tns:inhalt>",
                f"<tns:aktenreferenzen><tns:aktenreferenzart><code>002</code></tns:aktenreferenzart><tns:id.referenzierteAkte>{FEHLT}</tns:id.referenzierteAkte></tns:aktenreferenzen><tns:inhalt>",
            )
        ),
    ),
    ("laufzeit", "X.laufzeit", _mit(("<tns:beginn>2025", "<tns:beginn>2026"))),
    ("zukunft", "X.zukunft", _mit(("<tns:veraktungsdatum>2025", "<tns:veraktungsdatum>2035"))),
    ("zeitzone", "X.zeitzone", _mit(("08:15:00+00:00", "08:15:00"))),
    ("zeichen", "X.zeichen", _mit(("Bauakte Musterweg 1", "Bauakte \u2013 Musterweg 1"))),
    ("nichtssagend", "N2.nichtssagend", _name("scan0001.pdf")),
    ("nur-uuid", "N2.nichtssagend", _name(f"{FEHLT}.pdf")),
    ("signatur-name", "S7.name", _datei(ANSCHREIBEN, "Signatur_Anschreiben.p7s", "003", CMS, ANSCHREIBEN)),
    ("signatur-bei-akte", "S8.signatur-bei-akte", _datei(ANTRAG, P7S, "003", CMS, ANTRAG)),
    ("pdf-21", "F2.pdf-version", _inhalt(ANTRAG, b"%PDF-2.1\n")),
    ("listenversion-unbekannt", "C.listenversion-unbekannt", _mit(('listVersionID="1.4"', 'listVersionID="77"'))),
    ("liste-unbekannt", "C.liste-unbekannt", _mit(("codeliste:gds.ereignis", "codeliste:gds.ereignisse"))),
    ("listenversion-veraltet", "C.listenversion-veraltet", _mit(('listVersionID="1.13"', 'listVersionID="1.12"'))),
    (
        "aufgeloest",
        "C.aufgeloest",
        lambda m: setattr(m, "xml", "<code>B1408</code>".join(m.xml.rsplit("<code>T6076</code>", 1))),
    ),
    (
        "ohne-gericht",
        "D3.gericht",
        lambda m: setattr(
            m, "xml", m.xml[: m.xml.index("<tns:verfahrensdaten>")] + m.xml[m.xml.index("</tns:grunddaten>") :]
        ),
    ),
    (
        "ohne-beteiligte",
        "D3.beteiligte",
        lambda m: setattr(
            m, "xml", m.xml[: m.xml.index("<tns:beteiligung>")] + m.xml[m.xml.index("</tns:verfahrensdaten>") :]
        ),
    ),
    (
        "ohne-gegenstand",
        "D3.gegenstand",
        _mit(
            (
                GEGENSTAND,
                "",
            )
        ),
    ),
    (
        "ohne-eingang",
        "D4.eingang",
        _mit(
            (
                ANTRAG_KENNUNG,
                f"{ANTRAG_KENNUNG}<tns:fremdesGeschaeftszeichen>1/25</tns:fremdesGeschaeftszeichen>",
            )
        ),
    ),
    (
        "eeb-behoerde",
        "E.anforderung",
        _mit(("</tns:datei>", "</tns:datei><tns:ruecksendungEEB.erforderlich>true</tns:ruecksendungEEB.erforderlich>")),
    ),
]


@pytest.fixture
def pruefe(schemas: Schemas, codelisten: Codelisten) -> Callable[[Muster], Pruefergebnis]:
    return lambda m: check(m.paket(), schemas=schemas, codelisten=codelisten, am=HEUTE)


def _errors(ergebnis: Pruefergebnis) -> set[str]:
    return {befund.regel for befund in ergebnis.befunde if befund.schwere is Schwere.ERROR}


def test_the_pattern_itself_has_no_finding(pruefe: Callable[[Muster], Pruefergebnis]) -> None:
    assert pruefe(muster()).befunde == ()
    assert pruefe(eeb_muster()).befunde == ()


@pytest.mark.parametrize(("name", "regel", "verderbe"), FEHLER, ids=[name for name, _, _ in FEHLER])
def test_refused_for_exactly_its_reason(
    name: str, regel: str, verderbe: Verderben, pruefe: Callable[[Muster], Pruefergebnis]
) -> None:
    m = muster()
    verderbe(m)
    assert _errors(pruefe(m)) == {regel}


@pytest.mark.parametrize(("name", "regel", "verderbe"), EEB_FEHLER, ids=[name for name, _, _ in EEB_FEHLER])
def test_eeb_refused_for_exactly_its_reason(
    name: str, regel: str, verderbe: Verderben, pruefe: Callable[[Muster], Pruefergebnis]
) -> None:
    m = eeb_muster()
    verderbe(m)
    assert _errors(pruefe(m)) == {regel}


@pytest.mark.parametrize(("name", "regel", "verderbe"), MILD, ids=[name for name, _, _ in MILD])
def test_noted_without_refusal_by_its_rule(
    name: str, regel: str, verderbe: Verderben, pruefe: Callable[[Muster], Pruefergebnis]
) -> None:
    m = muster()
    assert regel not in {befund.regel for befund in pruefe(m).befunde}
    verderbe(m)
    assert regel in {befund.regel for befund in pruefe(m).befunde}


def test_every_rule_has_a_case() -> None:
    eigens = {"D1.schema-fehlt", "D1.anlagen-ungeprueft", "X.fehler-ohne-bezug"}
    faelle = {regel for _, regel, _ in FEHLER + EEB_FEHLER + MILD}
    assert {regel.id for regel in REGELN} == faelle | eigens


def test_missing_schema_is_said_and_is_an_error_for_what_we_send(codelisten: Codelisten) -> None:
    paket = muster().paket()
    ein = check(paket, schemas=Schemas({}), codelisten=codelisten, am=HEUTE)
    aus = check(paket, schemas=Schemas({}), codelisten=codelisten, am=HEUTE, richtung=Richtung.AUSGANG)
    assert {b.regel: b.schwere for b in ein.befunde} == {"D1.schema-fehlt": Schwere.WARNING}
    assert not aus.fehlerfrei


def test_lone_xml_says_that_the_files_were_not_checked(schemas: Schemas, codelisten: Codelisten) -> None:
    paket = Paket(muster().xml.encode(), None)
    ergebnis = check(paket, schemas=schemas, codelisten=codelisten, am=HEUTE)
    assert [(b.regel, b.schwere) for b in ergebnis.befunde] == [("D1.anlagen-ungeprueft", Schwere.HINT)]


def test_the_day_decides_about_the_version(schemas: Schemas, codelisten: Codelisten) -> None:
    paket = muster().paket()
    for tag, erwartet in ((date(2027, 4, 29), True), (date(2027, 4, 30), False), (date(2026, 4, 29), False)):
        aus = check(paket, schemas=schemas, codelisten=codelisten, am=tag, richtung=Richtung.AUSGANG)
        assert aus.fehlerfrei is erwartet, tag


def test_what_is_no_xjustiz_cannot_be_checked(schemas: Schemas, codelisten: Codelisten) -> None:
    for xml in (b"", b"<x/>", b"<!DOCTYPE x><x/>", muster().xml.replace("www.xjustiz.de", "example.org").encode()):
        with pytest.raises(NachrichtUnreadable):
            check(Paket(xml, ()), schemas=schemas, codelisten=codelisten, am=HEUTE)


@pytest.mark.skipif(not BEISPIELE.is_dir(), reason="shared examples are not beside the checkout")
def test_examples_are_accepted_but_for_their_placeholders(schemas: Schemas, codelisten: Codelisten) -> None:
    ordner = sorted(pfad.parent for pfad in BEISPIELE.glob("*/*/xjustiz_nachricht.xml"))
    assert len(ordner) >= 20
    for beispiel in ordner:
        anlagen = tuple(
            Anlage(datei.name, datei.stat().st_size, datei.read_bytes()[:1024])
            for datei in beispiel.iterdir()
            if datei.name != "xjustiz_nachricht.xml"
        )
        xml = (beispiel / "xjustiz_nachricht.xml").read_bytes()
        ergebnis = check(Paket(xml, anlagen), schemas=schemas, codelisten=codelisten, am=HEUTE)
        platzhalter = {"02_behoerdenakte_voll": {"F1.inhalt"}, "03_gericht_anforderung_mit_eeb": {"S7.inhalt"}}
        assert _errors(ergebnis) == platzhalter.get(beispiel.name, set()), beispiel
        warnungen = {b.regel for b in ergebnis.befunde if b.schwere is Schwere.WARNING}
        assert ("D1.version-abgelaufen" in warnungen) is (ergebnis.version == "3.5.1")
