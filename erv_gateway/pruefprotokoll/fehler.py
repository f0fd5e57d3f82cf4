"""Errors of the reports."""

from erv_gateway.kern.fehler import EingabeRefused


class ProtokollUnreadable(EingabeRefused):
    """The bytes are no Prüfprotokoll of a format we know."""

    code = "pruefprotokoll-unlesbar"


class OhneSignatur(EingabeRefused):
    """There is no signature, and a validation report without one does not exist."""

    code = "etsi-ohne-signatur"
