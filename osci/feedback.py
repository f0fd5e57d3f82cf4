"""Feedback: what the answering side says about the request (codes 0xxx done, 3xxx warning, 9xxx error)."""

from dataclasses import dataclass

DONE_DIALOG_CLOSED = "0800"
DONE_DIALOG_OPEN = "0801"
INVALID_MESSAGE = "9100"
NO_PRIVATE_KEY = "9200"
DECRYPTION_FAILED = "9202"
INVALID_REQUEST = "9300"
DIALOG_MISMATCH = "9400"
NOT_SIGNED = "9600"
SIGNATURE_INVALID = "9601"
NOT_ALL_SIGNED = "9602"
MESSAGE_ID_UNKNOWN_OR_USED = "9801"
EXPLICIT_DIALOG_NEEDED = "9802"
NO_DELIVERY = "9803"
NO_PROCESS_CARD = "9804"
SUPPLIER_ERROR = "9811"

TEXTS = {
    "0800": "Auftrag ausgeführt, Dialog beendet",
    "0801": "Auftrag ausgeführt, Dialog weiterhin geöffnet",
    "3800": "Es liegen weitere Zustellungen vor",
    "3801": "Es liegen weitere Laufzettel vor",
    "9000": "Interner Fehler beim Supplier",
    "9100": "Keine gültige OSCI-Nachricht",
    "9200": "Kein privater Schlüssel zum Öffnen der Nachricht",
    "9202": "Die Nachricht konnte nicht entschlüsselt werden",
    "9300": "Kein gültiger Auftrag",
    "9400": "ConversationId, SequenceNumber oder Response falsch",
    "9600": "Der Auftrag ist nicht signiert",
    "9601": "Die Signatur des Auftrags ist falsch",
    "9602": "Der Auftrag ist nicht vollständig signiert",
    "9801": "MessageId unbekannt oder bereits verwendet",
    "9802": "Der Auftrag verlangt einen expliziten Dialog",
    "9803": "Keine Zustellung zur Auswahl vorhanden",
    "9804": "Kein Laufzettel zur Auswahl vorhanden",
}


@dataclass(frozen=True, slots=True)
class FeedbackEntry:
    """One `osci:Entry`: code (four digits), free text, language (xml:lang, None where missing). Section 3.14."""

    code: str
    text: str
    language: str | None = "de"

    @property
    def is_error(self) -> bool:
        return self.code.startswith("9")

    @property
    def is_warning(self) -> bool:
        return self.code.startswith("3")


Feedback = tuple[FeedbackEntry, ...]


def feedback(*codes: str) -> Feedback:
    """Entries with our standard German text for each code."""
    return tuple(FeedbackEntry(code, TEXTS.get(code, f"Rückmeldung {code}")) for code in codes)


def first_error(entries: Feedback) -> FeedbackEntry | None:
    return next((entry for entry in entries if entry.is_error), None)
