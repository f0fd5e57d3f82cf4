"""S5, S7, S8: detached signatures and the VHN."""

from xjustiz.regeln import inhalt, signaturen
from xjustiz.regeln.befund import Regel, Schwere
from xjustiz.regeln.quellen import S5, XTEXT

_E, _W = Schwere.ERROR, Schwere.WARNING

REGELN: tuple[Regel, ...] = (
    Regel(
        "S5.gemeinsame-signatur",
        _E,
        S5,
        "Die Signaturdatei „{name}“ signiert {anzahl} Dateien gemeinsam.",
        "Jedes Dokument einzeln signieren.",
        signaturen.gemeinsame_signatur,
    ),
    Regel(
        "S5.container",
        _E,
        S5,
        "„{name}“ ist ein Signaturcontainer.",
        "Dokument und Signatur als einzelne Dateien beifügen.",
        signaturen.container,
    ),
    Regel(
        "S7.ohne-bezug",
        _E,
        XTEXT,
        "Die Signaturdatei „{name}“ nennt keine Bezugsdatei.",
        "Bezugsdatei angeben.",
        signaturen.signatur_ohne_bezug,
        blatt=("S7", "§2.4/5"),
    ),
    Regel(
        "S7.bezug-unerlaubt",
        _E,
        XTEXT,
        "„{name}“ ist keine Signaturdatei und darf keine Bezugsdatei nennen.",
        "Bezugsdatei entfernen.",
        signaturen.bezug_ohne_signatur,
        blatt=("S7", "§2.4/5"),
    ),
    Regel(
        "S7.bezug-unbekannt",
        _E,
        XTEXT,
        "Die Signaturdatei „{name}“ bezieht sich auf „{bezug}“, die es im selben Dokument nicht gibt.",
        "Bezug berichtigen.",
        signaturen.bezug_unbekannt,
        blatt=("S7", "§2.4/5"),
    ),
    Regel(
        "S7.endung",
        _E,
        XTEXT,
        "Die Signaturdatei „{name}“ hat keine Signatur-Endung (.p7s, .pkcs7).",
        "Namen aus Dateiname und Endung .p7s bilden.",
        signaturen.signatur_endung,
        blatt=("S7", "S4"),
    ),
    Regel(
        "S7.inhalt",
        _E,
        "§ 4 ERVV; 2. ERVB 2022 Nr. 5",
        "„{name}“ ist dem Inhalt nach keine Signatur (CMS).",
        "Signaturdatei neu erzeugen.",
        inhalt.keine_signatur,
        blatt=("S7", "S4"),
    ),
    Regel(
        "S7.name",
        _W,
        XTEXT,
        "Keine Signaturdatei trägt den Namen von „{bezug}“ mit angehängter Endung.",
        "Erste Signaturdatei „{bezug}.p7s“ nennen.",
        signaturen.signatur_name,
        blatt=("S7", "§2.4/18"),
    ),
    Regel(
        "S8.signatur-bei-akte",
        _W,
        "§ 2 Abs. 3 BehAktÜbV",
        "Der Akte liegt die Signaturdatei „{name}“ bei.",
        "Signaturdateien zu Akten nur auf Anforderung des Gerichts senden.",
        signaturen.signatur_bei_akte,
    ),
    Regel(
        "X.vhn-ohne-signatur",
        _E,
        XTEXT,
        "Die VHN-Datei „{name}“ hat keine Signaturdatei.",
        "Signaturdatei mit Bezug beifügen.",
        signaturen.vhn_ohne_signatur,
        blatt=("§2.4/6",),
    ),
)
