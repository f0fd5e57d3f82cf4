"""What the web itself refuses, beside the errors of the stations."""

from typing import Any

from erv_gateway.kern.fehler import EingabeRefused, ErvError, NotPermitted


class AnfrageInvalid(EingabeRefused):
    """The body cannot be read as what it should be. `fehler`: (field, German reason) each."""

    code = "anfrage"

    def __init__(self, message: str, fehler: tuple[tuple[str, str], ...] = (), **angaben: Any) -> None:
        super().__init__(message, **angaben)
        self.fehler = fehler


class AnfrageTooLarge(EingabeRefused):
    code = "zu-gross"


class AnfrageIncomplete(EingabeRefused):
    """The connection ended before the body did."""

    code = "unvollstaendig"


class MedientypRefused(EingabeRefused):
    code = "medientyp"


class MethodRefused(ErvError):
    """`erlaubt`: the methods of the Allow header (RFC 9110 §15.5.6)."""

    code = "methode"


class AnmeldungRequired(ErvError):
    code = "anmeldung"


class AnmeldungBlocked(ErvError):
    """Too many wrong keys from one address. `sekunden`: until the next attempt is looked at."""

    code = "anmeldung-gesperrt"


class HerkunftRefused(NotPermitted):
    """A form without its token, or one that did not come from our own pages."""

    code = "herkunft"
