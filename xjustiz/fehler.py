"""One root for everything this package refuses."""


class XJustizError(Exception):
    """Root of all errors of this package."""


class WertInvalid(XJustizError):
    """A value that is being built does not keep its rule; the caller must correct it."""


class NachrichtInvalid(XJustizError):
    """A message that is being written would not be lawful XJustiz; the caller must correct the model.

    `where` names the place as an XPath-like path.
    """

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where}: {problem}")
        self.where = where
        self.problem = problem


class NachrichtUnreadable(XJustizError):
    """Bytes that came from outside are no XJustiz message that could be understood."""


class VersionUnreadable(NachrichtUnreadable):
    """An XJustiz message of a version that is not read. `nummer`: as the message names it, cut to 20 characters."""

    def __init__(self, nummer: str) -> None:
        self.nummer = nummer[:20]
        super().__init__(f"XJustiz version {self.nummer!r} cannot be read")


class SchemaNotAvailable(XJustizError):
    """The XSD of this version, or the module with this message, is not there: nothing was validated."""


class SchemaBroken(XJustizError):
    """The XSD files themselves cannot be used."""


class CodelisteBroken(XJustizError):
    """A code list file cannot be used."""
