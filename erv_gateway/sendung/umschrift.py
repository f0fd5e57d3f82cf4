"""Free text of a DMS on its way into XJustiz: what had to be replaced is collected and shown, never silent."""

from xjustiz import Datentyp, Din91379Text, transliterate


class Umschreiber:
    """Collects one German sentence for each text that could not travel as it was."""

    def __init__(self) -> None:
        self._meldungen: dict[str, None] = {}

    def __call__(self, text: str, datentyp: Datentyp = Datentyp.C) -> Din91379Text:
        umschrift = transliterate(text, datentyp)
        if umschrift.ersetzungen:
            paare = ", ".join(f"„{e.zeichen}“ → „{e.ersatz}“" for e in umschrift.ersetzungen)
            self._meldungen[f"{umschrift.text}: {paare}"] = None
        return umschrift.text

    def optional(self, text: str | None, datentyp: Datentyp = Datentyp.C) -> Din91379Text | None:
        return self(text, datentyp) if text else None

    @property
    def meldungen(self) -> tuple[str, ...]:
        return tuple(self._meldungen)
