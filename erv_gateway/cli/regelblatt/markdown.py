"""`docs/regeln.md`: written from the sheet and the table, never by hand."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from erv_gateway.cli.regelblatt import BLATT, Blattregel
from xjustiz import REGELN, Regel, Schwere

_WORT: Mapping[Schwere, str] = MappingProxyType(
    {Schwere.ERROR: "Fehler", Schwere.WARNING: "Warnung", Schwere.HINT: "Hinweis"}
)
_KOPF = """# Regeln

Erzeugt mit `erv-gateway xjustiz regeln --markdown`; ein Test vergleicht. Der erste Teil nennt jede Regel des
Referenzblatts und was das Produkt mit ihr tut, der zweite jede geprüfte Regel mit Quelle und Abhilfe.

* **geprüft**: `erv-gateway xjustiz check` und die Vorprüfung einer Sendung melden Verstöße unter diesen Kennungen.
* **Ablauf**: eine Station oder Seite des Produkts sorgt dafür.
* **nicht prüfbar**: was offen bleibt und warum.

Zu jedem Fehler und jeder Warnung gehört ein Paket, das genau diese Regel bricht; als Ordner schreibt sie
`PYTHONPATH=tests python tests/xjustiz/xjustiz_falsch.py ORDNER`.

Namen wie `sendung.packen` sind Stationen unter `erv_gateway/`. Zu den Regeln der Tabelle kommen die amtlichen
Schematron-Regeln (`SCH-…`), wo sie installiert sind, und Befunde der Vorprüfung selbst (`P-…`).
"""


def render() -> str:
    return "\n".join([_KOPF, *_sheet(), *_table()]) + "\n"


def geprueft(nummer: str) -> tuple[str, ...]:
    """The ids of the rules that check this number of the sheet."""
    return tuple(regel.id for regel in REGELN if nummer in regel.nummern)


def umgang(zeile: Blattregel) -> str:
    """In one cell: checked by which rules, kept by which process, open why."""
    ids = geprueft(zeile.nummer)
    teile = ["**geprüft**: " + ", ".join(f"`{kennung}`" for kennung in ids)] if ids else []
    teile += [f"**Ablauf**: {zeile.ablauf}"] if zeile.ablauf else []
    teile += [f"**nicht prüfbar**: {zeile.offen}"] if zeile.offen else []
    return "<br>".join(teile)


def tage(regel: Regel) -> str:
    """The days on which a rule holds."""
    seit = "" if regel.seit is None else f"seit {regel.seit:%d.%m.%Y}"
    bis = "" if regel.bis is None else f"bis {regel.bis:%d.%m.%Y}"
    return " ".join(teil for teil in (seit, bis) if teil) or "ohne Stichtag"


def schwere(regel: Regel) -> str:
    """The severity, and the one for what we send where it differs."""
    wort = _WORT[regel.schwere]
    if regel.ausgang is not None and regel.ausgang is not regel.schwere:
        wort = f"{wort} (ausgehend {_WORT[regel.ausgang]})"
    return wort if regel.nur is None else f"{wort}, nur {regel.nur.value}"


def _sheet() -> Iterator[str]:
    yield "## Das Referenzblatt"
    for titel, zeilen in BLATT.items():
        yield f"\n### {titel}\n"
        yield "| Nr. | Regel | Quelle | Umgang |\n|---|---|---|---|"
        for zeile in zeilen:
            yield f"| {zeile.nummer} | {_cell(zeile.inhalt)} | {_cell(zeile.quelle)} | {_cell(umgang(zeile))} |"


def _table() -> Iterator[str]:
    yield f"\n## Die geprüften Regeln\n\n{len(REGELN)} Regeln, in der Reihenfolge eines Berichts.\n"
    yield "| Kennung | Schwere | gilt | Text | Quelle | Abhilfe |\n|---|---|---|---|---|---|"
    for regel in REGELN:
        zellen = (f"`{regel.id}`", schwere(regel), tage(regel), regel.text, regel.quelle, regel.abhilfe)
        yield "| " + " | ".join(_cell(zelle) for zelle in zellen) + " |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("{", "‹").replace("}", "›")
