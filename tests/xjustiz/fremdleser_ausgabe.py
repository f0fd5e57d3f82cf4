"""Run as a process of its own, never imported: what openXJV and xjustiz2pdf read out of messages, as JSON.

python -I -S fremdleser_ausgabe.py FOLDER_OF_THE_READERS MESSAGE...
"""

import json
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    ordner, *nachrichten = sys.argv[1:]
    sys.path[:0] = [ordner, f"{ordner}/openXJV/bin/openxjv"]
    from parsers import parser351, parser362
    from xjustiz2pdf.parser import AktenParser

    ausgabe = {}
    for pfad in nachrichten:
        alt = b'xjustizVersion="3.5.1"' in Path(pfad).read_bytes()
        baum = AktenParser().parse(pfad)
        gelesen = (parser351 if alt else parser362)(pfad)
        teile = ("absender", "empfaenger", "nachricht", "schriftgutobjekte")
        ausgabe[pfad] = {
            "openxjv": {teil: _filled(getattr(gelesen, teil)) for teil in teile},
            "xjustiz2pdf": [_node(kind) for kind in baum.children],
        }
    json.dump(ausgabe, sys.stdout, default=str)


def _filled(wert: Any) -> Any:
    """Without what the reader left empty."""
    if isinstance(wert, dict):
        return {name: inhalt for name, teil in wert.items() if (inhalt := _filled(teil)) not in ("", None, [], {})}
    return [_filled(teil) for teil in wert] if isinstance(wert, list) else wert


def _node(knoten: Any) -> list[Any]:
    return [
        knoten.type,
        knoten.anzeigename,
        knoten.date_iso,
        knoten.file_path,
        knoten.bestandteil_code,
        [_node(kind) for kind in knoten.children],
    ]


if __name__ == "__main__":
    main()
