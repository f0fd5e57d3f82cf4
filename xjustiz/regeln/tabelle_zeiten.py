"""X: days and times."""

from xjustiz.regeln import zeiten
from xjustiz.regeln.befund import Regel, Schwere
from xjustiz.regeln.quellen import XTEXT

_W, _H = Schwere.WARNING, Schwere.HINT

REGELN: tuple[Regel, ...] = (
    Regel(
        "X.laufzeit",
        _W,
        XTEXT,
        "Die Laufzeit von „{titel}“ beginnt ({beginn}) nach ihrem Ende ({ende}).",
        "Laufzeit berichtigen.",
        zeiten.laufzeit_verkehrt,
        blatt=("§2.4/13",),
    ),
    Regel(
        "X.zukunft",
        _W,
        XTEXT,
        "Bei „{titel}“ liegt ein Tag ({tag}) in der Zukunft.",
        "Datum berichtigen.",
        zeiten.tag_in_der_zukunft,
        blatt=("§2.4/13",),
    ),
    Regel(
        "X.erstellt-zukunft",
        _W,
        XTEXT,
        "Die Nachricht ist nach ihrem Kopf erst am {tag} erstellt.",
        "Uhr des absendenden Systems prüfen.",
        zeiten.erstellung_in_der_zukunft,
        blatt=("§2.2/3",),
    ),
    Regel(
        "X.eingang-vor-schreiben",
        _H,
        XTEXT,
        "„{titel}“ vom {tag} ist schon am {eingang} eingegangen.",
        "Datum des Schreibens und des Eingangs prüfen.",
        zeiten.eingang_vor_schreiben,
        blatt=("§2.4/13",),
    ),
    Regel(
        "X.zeitzone",
        _W,
        XTEXT,
        "Der Erstellungszeitpunkt nennt keine Zeitzone.",
        "Zeitpunkt mit Abstand zu UTC schreiben.",
        zeiten.zeitzone_fehlt,
        blatt=("§2.2/3",),
    ),
)
