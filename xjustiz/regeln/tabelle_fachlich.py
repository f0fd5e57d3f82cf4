"""C: codes; D3, D4: what must be said; E: the eEB."""

from xjustiz.regeln import codepruefung, fachlich
from xjustiz.regeln.befund import Regel, Schwere
from xjustiz.regeln.quellen import CODES, EEB, XTEXT

_E, _W, _H = Schwere.ERROR, Schwere.WARNING, Schwere.HINT

REGELN: tuple[Regel, ...] = (
    Regel(
        "C.code-unbekannt",
        _E,
        CODES,
        "Den Code „{code}“ gibt es in {liste} {version} nicht.",
        "Einen Code der Liste verwenden.",
        codepruefung.code_unbekannt,
    ),
    Regel(
        "C.listenversion-unbekannt",
        _W,
        CODES,
        "Die Version {version} der Liste {liste} liegt nicht vor; ihre Codes wurden nicht geprüft.",
        "Eine veröffentlichte Listenversion angeben.",
        codepruefung.listenversion_unbekannt,
    ),
    Regel(
        "C.liste-unbekannt",
        _H,
        CODES,
        "Die Liste {liste} liegt nicht vor; ihre Codes wurden nicht geprüft.",
        "Keine Maßnahme nötig.",
        codepruefung.liste_unbekannt,
    ),
    Regel(
        "C.listenversion-veraltet",
        _H,
        CODES,
        "Zu {liste} {version} gibt es die neuere Version {neu}.",
        "Bei neuen Nachrichten die neuere Version verwenden.",
        codepruefung.listenversion_veraltet,
    ),
    Regel(
        "C.partner-aufgeloest",
        _E,
        CODES,
        "Absender oder Empfänger „{code}“ ist geschlossen ({wert}).",
        "Die Nachfolgestelle angeben.",
        codepruefung.partner_aufgeloest,
    ),
    Regel(
        "C.aufgeloest",
        _W,
        CODES,
        "Der Eintrag „{code}“ ist geschlossen ({wert}).",
        "Die Nachfolgestelle angeben, wo nicht der frühere Stand gemeint ist.",
        codepruefung.eintrag_aufgeloest,
    ),
    Regel(
        "D3.gericht",
        _W,
        "§ 2 Abs. 3 Nr. 1 ERVV",
        "Die Grunddaten nennen kein Gericht.",
        "Gericht angeben.",
        fachlich.gericht_fehlt,
    ),
    Regel(
        "D3.beteiligte",
        _W,
        "§ 2 Abs. 3 Nr. 3 ERVV",
        "Die Grunddaten nennen keine Beteiligten.",
        "Beteiligte angeben.",
        fachlich.beteiligte_fehlen,
    ),
    Regel(
        "D3.gegenstand",
        _W,
        "§ 2 Abs. 3 Nr. 4 ERVV",
        "Die Grunddaten nennen keinen Verfahrensgegenstand.",
        "Verfahrensgegenstand angeben.",
        fachlich.gegenstand_fehlt,
    ),
    Regel(
        "D4.eingang",
        _W,
        "§ 2 Abs. 4 Nr. 5 BehAktÜbV",
        "{anzahl} eingegangene Dokumente der Akte nennen kein Eingangsdatum.",
        "posteingang angeben.",
        fachlich.eingangsdatum_fehlt,
    ),
    Regel(
        "E.ohne-bezug",
        _E,
        f"{EEB}; Schematron SCH-EEB-0001",
        "Das Empfangsbekenntnis nennt nicht genau eine fremde Nachrichten-ID.",
        "Die Nachrichten-ID der Zustellung genau einmal angeben.",
        fachlich.eeb_ohne_bezug,
    ),
    Regel(
        "E.zukunft",
        _E,
        EEB,
        "Das Empfangsbekenntnis nennt einen Tag ({tag}) nach seiner Erstellung.",
        "Tag der tatsächlichen Entgegennahme angeben.",
        fachlich.eeb_in_der_zukunft,
    ),
    Regel(
        "E.anforderung",
        _W,
        EEB,
        "Ein Empfangsbekenntnis fordert hier kein Gericht an; unter Behörden ist das nicht zulässig.",
        "ruecksendungEEB.erforderlich weglassen.",
        fachlich.eeb_von_behoerde,
        ausgang=_E,
    ),
    Regel(
        "X.fehler-ohne-bezug",
        _W,
        XTEXT,
        "Die Fehlernachricht nennt nicht die fehlerhafte Nachricht.",
        "fremdeNachrichtenID angeben.",
        fachlich.fehler_ohne_bezug,
    ),
)
