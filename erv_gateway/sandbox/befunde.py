"""What the court has, for people and tests: one line per delivery."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from erv_gateway.sandbox.gericht.antwort import antwort_in
from erv_gateway.sandbox.gericht.befund import Befund, befund_from_json
from erv_gateway.sandbox.gericht.betrieb import EINGAENGE
from erv_gateway.sandbox.gericht.eingang import BEFUND


def read_befunde(folder: Path) -> tuple[dict[str, Any], ...]:
    """JSON values, oldest first; `folder` is the sandbox's --dir. May run beside the sandbox."""
    files = (folder / "gericht" / EINGAENGE).glob(f"[!.]*/{BEFUND}")
    found = [(befund_from_json(file.read_bytes()), file.parent) for file in files]
    ordered = sorted(found, key=lambda item: (item[0].eingang or "", item[0].message_id))
    return tuple(_as_json(befund, place) for befund, place in ordered)


def _as_json(befund: Befund, place: Path) -> dict[str, Any]:
    antwort = antwort_in(place)
    answered = antwort and {
        "stand": antwort.stand,
        "message_id": antwort.message_id,
        "aktenzeichen": antwort.aktenzeichen,
        "code": antwort.code,
    }
    fields = asdict(befund)
    del fields["absender"]["chiffrat"]
    return {**fields, "antwort": answered, "ordner": str(place)}
