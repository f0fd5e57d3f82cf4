"""One root for everything the gateway refuses or fails at, split by who has to act.

`code` is stable and names the case for machines and for the German texts (`web/problems.py`, and the command line
through it); `str(error)` is the precise English sentence for engineers; `angaben` fill the placeholders of the text.
"""

from typing import Any, ClassVar


class ErvError(Exception):
    code: ClassVar[str] = "intern"

    def __init__(self, message: str, **angaben: Any) -> None:
        super().__init__(message)
        self.angaben = angaben


class EingabeRefused(ErvError):
    """What came in is wrong; the one who sent it must correct it. Nothing was changed."""

    code = "eingabe"


class NotFound(ErvError):
    code = "nicht-gefunden"


class ZustandConflict(ErvError):
    """The thing is no longer, or not yet, in the state that the request needs."""

    code = "zustand"


class NotPermitted(ErvError):
    code = "nicht-erlaubt"


class KonfigurationInvalid(ErvError):
    """The administrator must act: a setting, a key, a schema is missing or wrong."""

    code = "konfiguration"


class GegenstelleFailed(ErvError):
    """The other side (intermediary, time stamp authority) did not answer, or answered with an error."""

    code = "gegenstelle"
