"""What a person says about a Sendung, as it lies in its row: words of the Anschreiben, the case, its parties."""

from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True)
class Beteiligter:
    """A party. `rolle`: code of GDS.Rollenbezeichnung (101 Kläger, 028 Beklagte). With `vorname` a person, else an
    organisation."""

    rolle: str
    name: str
    vorname: str | None = None


@dataclass(frozen=True, slots=True)
class SendungAngaben:
    """`absaetze`: paragraphs of the Anschreiben; `unterzeichner`: the typed name below it (§ 55a (3) VwGO).

    `kurzrubrum`, `gegenstand`, `beteiligte`: ERVV § 2 (3); `sachgebiet`: code of GDS.Sachgebiet.
    """

    absaetze: tuple[str, ...] = ()
    unterzeichner: str = ""
    kurzrubrum: str | None = None
    gegenstand: str | None = None
    sachgebiet: str | None = None
    beteiligte: tuple[Beteiligter, ...] = ()


_ADAPTER: TypeAdapter[SendungAngaben] = TypeAdapter(SendungAngaben)


def angaben_to_json(angaben: SendungAngaben) -> dict[str, Any]:
    value: dict[str, Any] = _ADAPTER.dump_python(angaben, mode="json")
    return value


def angaben_from_json(value: object) -> SendungAngaben:
    return _ADAPTER.validate_python(value)
