"""The intermediary's side of OSCI 1.2, without I/O: one request body in, one answer body out (chapter 6)."""

from osci.intermediary.dialogs import DIALOG_LIFETIME, MAX_DIALOGS
from osci.intermediary.server import Identity, IntermediaryServer, Reply

__all__ = ["DIALOG_LIFETIME", "MAX_DIALOGS", "Identity", "IntermediaryServer", "Reply"]
