"""The long expert report of the sample case: a sun model gives two dozen pages of tables, and two charts as images."""

import io
import math
from typing import Any

from PIL import Image, ImageDraw, ImageFont

BREITENGRAD = 50.1
SCHIEFE = 23.44  # obliquity of the ecliptic in degrees
WANDHOEHE = 4.05
MIN_HOEHE = 3.0  # degrees; below, the sun counts as hidden by the surroundings
MONATE = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()  # noqa: SIM905
TAG_IM_JAHR = (17, 47, 75, 105, 135, 162, 198, 228, 258, 288, 318, 344)  # mean day of each month (Klein 1977)
BILD = (1500, 900)
FENSTER = ("Schlafzimmer", "Bad", "Wohnzimmer")


def sonnenhoehe(tag: int, stunde: float) -> float:
    """Elevation of the sun in degrees at true local time `stunde` on day `tag` of the year."""
    deklination = math.radians(SCHIEFE * math.sin(math.radians(360 * (284 + tag) / 365)))
    winkel = math.radians(15 * (stunde - 12))
    breite = math.radians(BREITENGRAD)
    sinus = math.sin(breite) * math.sin(deklination) + math.cos(breite) * math.cos(deklination) * math.cos(winkel)
    return math.degrees(math.asin(sinus))


def gutachten_abschnitte() -> list[dict[str, Any]]:
    """Sections for the template `beispiel_schreiben`; its images are those of `gutachten_bilder`."""
    return [_einleitung(), _methode(), *(_monat(nummer) for nummer in range(12)), _ergebnis()]


def gutachten_bilder() -> dict[str, bytes]:
    return {"sonnenstand.png": _chart(schatten=False), "schattenlaenge.png": _chart(schatten=True)}


def _einleitung() -> dict[str, Any]:
    return {
        "ueberschrift": "1 Auftrag und Grundlagen",
        "absaetze": [
            "Zu untersuchen war, wie sich die geplante Doppelgarage mit Dachterrasse auf die Besonnung der Fenster des "
            "Wohnhauses Musterweg 9 auswirkt. Grundlagen sind der Lageplan vom 09.01.2026, ein Aufmaß vom 24.06.2026 "
            "und ein Rechenmodell des Sonnenstands für 50,1 Grad nördlicher Breite.",
            "Betrachtet werden drei Fenster der Westseite: Schlafzimmer und Bad im Obergeschoss, Wohnzimmer im "
            "Erdgeschoss. Verglichen wird der Bestand mit der Planung.",
        ],
    }


def _methode() -> dict[str, Any]:
    return {
        "ueberschrift": "2 Methode",
        "absaetze": [
            "Die Sonnenhöhe wird viertelstündlich für den mittleren Tag jedes Monats berechnet. Der Schatten der Wand "
            "(Höhe 4,05 m mit Brüstung) folgt daraus. Eine Höhe unter 3 Grad bleibt außer Betracht.",
        ],
        "bild": {"datei": "sonnenstand.png", "text": "Sonnenhöhe über den Tag in den Monaten Dezember, März und Juni"},
    }


def _monat(nummer: int) -> dict[str, Any]:
    tag = TAG_IM_JAHR[nummer]
    stunden = [5 + viertel / 4 for viertel in range(57)]
    zeilen = [_zeile(tag, stunde) for stunde in stunden if sonnenhoehe(tag, stunde) > MIN_HOEHE]
    mittag = sonnenhoehe(tag, 12)
    text = (
        f"Am mittleren Tag des Monats steht die Sonne mittags {_zahl(mittag)} Grad hoch. Die Wand wirft dann einen "
        f"Schatten von {_zahl(WANDHOEHE / math.tan(math.radians(mittag)))} m."
    )
    kopf = ["Uhrzeit", "Sonnenhöhe", "Schatten", *FENSTER]
    return {
        "ueberschrift": f"3.{nummer + 1} {MONATE[nummer]}",
        "absaetze": [text],
        "tabelle": {"kopf": kopf, "zeilen": zeilen},
    }


def _zeile(tag: int, stunde: float) -> list[str]:
    hoehe = sonnenhoehe(tag, stunde)
    laenge = WANDHOEHE / math.tan(math.radians(hoehe))
    uhrzeit = f"{int(stunde):02d}:{int(stunde % 1 * 60):02d}"
    verschattet = [stunde > 12 and laenge > grenze for grenze in (9.5, 8.0, 4.4)]
    return [
        uhrzeit,
        f"{_zahl(hoehe)}°",
        f"{_zahl(laenge)} m",
        *("verschattet" if v else "besonnt" for v in verschattet),
    ]


def _ergebnis() -> dict[str, Any]:
    return {
        "ueberschrift": "4 Ergebnis",
        "absaetze": [
            "Im Jahresmittel vermindert sich die mögliche Besonnung der drei Fenster um 2,7 Prozent. In den Monaten "
            "Oktober bis Februar beträgt die Minderung am Badezimmerfenster bis zu 19 Prozent.",
            "Die Empfehlung der DIN EN 17037 (mindestens 1,5 Stunden Besonnung an einem Tag zwischen dem 1. Februar "
            "und dem 21. März) wird an allen Fenstern weiterhin erfüllt.",
        ],
        "bild": {"datei": "schattenlaenge.png", "text": "Länge des Schattens der geplanten Wand über den Tag"},
    }


def _zahl(wert: float) -> str:
    return f"{wert:.1f}".replace(".", ",")


def _chart(*, schatten: bool) -> bytes:
    bild = Image.new("RGB", BILD, "white")
    stift = ImageDraw.Draw(bild)
    stift.rectangle((90, 40, BILD[0] - 40, BILD[1] - 80), outline=(60, 60, 60), width=3)
    for stunde in range(6, 21, 2):
        stift.text((_x(stunde) - 24, BILD[1] - 70), f"{stunde} Uhr", fill=(60, 60, 60), font=ImageFont.load_default(24))
    for tag, farbe in ((344, (40, 70, 150)), (75, (40, 140, 80)), (162, (200, 120, 20))):
        punkte = [_punkt(tag, 6 + n / 20, schatten) for n in range(281) if sonnenhoehe(tag, 6 + n / 20) > MIN_HOEHE]
        stift.line(punkte, fill=farbe, width=6, joint="curve")
    ziel = io.BytesIO()
    bild.save(ziel, "PNG")
    return ziel.getvalue()


def _x(stunde: float) -> float:
    return 90 + (stunde - 6) / 14 * (BILD[0] - 130)


def _punkt(tag: int, stunde: float, schatten: bool) -> tuple[float, float]:
    hoehe = sonnenhoehe(tag, stunde)
    anteil = min(1.0, WANDHOEHE / math.tan(math.radians(hoehe)) / 40) if schatten else hoehe / 70
    return _x(stunde), BILD[1] - 80 - anteil * (BILD[1] - 120)
