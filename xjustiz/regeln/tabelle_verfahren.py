"""D2 to D4: the case, its partners, and what must be said."""

from xjustiz.regeln import verfahren
from xjustiz.regeln.befund import Regel, Schwere
from xjustiz.regeln.quellen import D4, LEITFADEN, XTEXT

_E, _W = Schwere.ERROR, Schwere.WARNING

REGELN: tuple[Regel, ...] = (
    Regel(
        "D2.partner-gleich",
        _E,
        f"{LEITFADEN}, Kap. 5",
        "Absender und Empfänger sind dieselbe Stelle ({wer}).",
        "Den anderen Partner angeben; eine Nachricht hat genau zwei.",
        verfahren.partner_gleich,
    ),
    Regel(
        "D2.mehrere-verfahren",
        _W,
        f"{LEITFADEN}, Kap. 5",
        "Die Grunddaten nennen mehrere Aktenzeichen des angeschriebenen Gerichts: {zeichen}.",
        "Je Nachricht genau ein Verfahren; weitere Verfahren in eigenen Nachrichten senden.",
        verfahren.mehrere_verfahren,
    ),
    Regel(
        "D3.gericht",
        _W,
        "§ 2 Abs. 3 Nr. 1 ERVV",
        "Die Grunddaten nennen kein Gericht.",
        "Gericht angeben.",
        verfahren.gericht_fehlt,
    ),
    Regel(
        "D3.aktenzeichen",
        _W,
        "§ 2 Abs. 3 Nr. 2 ERVV",
        "Die Grunddaten nennen das Aktenzeichen des Gerichts nicht, obwohl es bekannt ist ({zeichen}).",
        "Aktenzeichen bei der Instanz angeben.",
        verfahren.aktenzeichen_fehlt,
    ),
    Regel(
        "D3.aktenzeichen-anders",
        _W,
        f"{XTEXT} (aktenzeichen.freitext)",
        "Das Aktenzeichen des Empfängers lautet im Kopf „{kopf}“, in den Grunddaten „{daten}“.",
        "Das Aktenzeichen überall genau so schreiben, wie der Partner es verwendet.",
        verfahren.aktenzeichen_anders,
        blatt=("D3", "§2.2/1"),
    ),
    Regel(
        "D3.aktenzeichen-verschwiegen",
        _W,
        f"{XTEXT} (auswahl_aktenzeichen)",
        "Der Kopf nennt das Aktenzeichen des Empfängers neu oder unbekannt, die Grunddaten kennen es ({zeichen}).",
        "Das bekannte Aktenzeichen in den Kopf übernehmen.",
        verfahren.aktenzeichen_verschwiegen,
        blatt=("D3", "§2.2/1"),
    ),
    Regel(
        "D3.beteiligte",
        _W,
        "§ 2 Abs. 3 Nr. 3 ERVV",
        "Die Grunddaten nennen keine Beteiligten.",
        "Beteiligte angeben.",
        verfahren.beteiligte_fehlen,
    ),
    Regel(
        "D3.rolle",
        _W,
        "§ 2 Abs. 3 Nr. 3 ERVV",
        "Bei {anzahl} Beteiligten fehlt die Rolle im Verfahren.",
        "Rolle angeben (etwa Kläger, Beklagter, Beigeladener).",
        verfahren.rolle_fehlt,
    ),
    Regel(
        "D3.gegenstand",
        _W,
        "§ 2 Abs. 3 Nr. 4 ERVV",
        "Die Grunddaten nennen keinen Verfahrensgegenstand.",
        "Verfahrensgegenstand angeben.",
        verfahren.gegenstand_fehlt,
    ),
    Regel(
        "D4.aktenzeichen",
        _W,
        D4,
        "Der Kopf nennt das eigene Aktenzeichen des Absenders nicht.",
        "Eigenes Aktenzeichen angeben.",
        verfahren.eigenes_zeichen_fehlt,
    ),
    Regel(
        "D4.dokumentart",
        _W,
        D4,
        "Alle {anzahl} Dokumente der Akte tragen nur die Klasse „Andere“.",
        "Art der Dokumente angeben (Dokumentklasse, wo möglich Dokumenttyp).",
        verfahren.dokumentart_fehlt,
    ),
    Regel(
        "D4.eingang",
        _W,
        "§ 2 Abs. 4 Nr. 5 BehAktÜbV",
        "{anzahl} eingegangene Dokumente der Akte nennen kein Eingangsdatum.",
        "posteingang angeben.",
        verfahren.eingangsdatum_fehlt,
        blatt=("D4", "§2.4/11"),
    ),
)
