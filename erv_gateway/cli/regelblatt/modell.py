"""One line of the sheet."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Blattregel:
    """`ablauf`: where a process of the product keeps it; `offen`: what no machine can check, and why."""

    nummer: str
    inhalt: str
    quelle: str
    ablauf: str | None = None
    offen: str | None = None
