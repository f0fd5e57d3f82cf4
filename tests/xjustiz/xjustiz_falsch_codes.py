"""C and E: code lists, the eEB, errors and confirmations."""

from xjustiz_falsch import Fall
from xjustiz_muster import ID_NACHRICHT, PDF, bestaetigung_muster, eeb_muster, fehler_muster
from xjustiz_verderben import inhalt, mit, zuletzt

EEB = "<tns:ruecksendungEEB.erforderlich>true</tns:ruecksendungEEB.erforderlich>"
FREMD = f"<tns:fremdeNachrichtenID>{ID_NACHRICHT}</tns:fremdeNachrichtenID>"
GERICHT, GESCHLOSSEN = "<code>T6076</code>", "<code>B1408</code>"

FAELLE: tuple[Fall, ...] = (
    Fall("C.code-unbekannt", "klasse-002", mit(("<code>016</code>", "<code>002</code>"))),
    Fall("C.code-unbekannt", "gericht", zuletzt(GERICHT, "<code>T0000</code>"), auch=frozenset({"D3.aktenzeichen"})),
    Fall(
        "C.code-unbekannt",
        "ohne-uri",
        mit((' listURI="urn:xoev-de:xjustiz:codeliste:gds.ereignis"', ""), ("<code>204</code>", "<code>XYZ</code>")),
    ),
    Fall("C.listenversion-unbekannt", "77", mit(('listVersionID="1.4"', 'listVersionID="77"'))),
    Fall("C.listenversion-veraltet", "ereignis-112", mit(('listVersionID="1.13"', 'listVersionID="1.12"'))),
    Fall("C.partner-aufgeloest", "geschlossenes-gericht", mit((GERICHT, GESCHLOSSEN))),
    Fall("C.aufgeloest", "in-den-grunddaten", zuletzt(GERICHT, GESCHLOSSEN)),
    Fall("E.ohne-bezug", "keine-id", mit((FREMD, "")), grund=eeb_muster),
    Fall(
        "E.zukunft",
        "morgen",
        mit(("<tns:empfangsbestaetigung>2026-11-21", "<tns:empfangsbestaetigung>2026-11-22")),
        grund=eeb_muster,
    ),
    Fall("E.anforderung", "behoerde-an-gericht", mit(("</tns:datei>", f"</tns:datei>{EEB}"))),
    Fall("D6.nicht-aufgefuehrt", "eeb-mit-anlage", inhalt("Empfang_Anlage.pdf", PDF), grund=eeb_muster),
    Fall("X.fehler-ohne-bezug", "ohne-id", mit((FREMD, "")), grund=fehler_muster),
    Fall("X.verarbeitungsbestaetigung", "als-quittung", lambda _: None, grund=bestaetigung_muster),
)
