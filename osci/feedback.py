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
INTERNAL_ERROR = "9000"
NO_CIPHER_CERTIFICATE = "9500"
DELIVERY_REFUSED = "9805"
INSIDE_FEEDBACK = "3950"
STILL_PROCESSED = "3952"
CHUNK_TWICE = "9900"
CHUNK_NUMBER_WRONG = "9901"
CHUNK_DATA_WRONG = "9905"
INSIDE_FEEDBACK_WITH_ERROR = "9950"

FAULT_CODES = frozenset({"9000", "9100", "9200", "9201", "9202", "9300", "9400", "9500", "9501", "9502", "9503"})
"""Codes that travel as SOAP fault; all others are feedback (section 3.14)."""

TEXTS = {
    "0800": "Auftrag ausgeführt, Dialog beendet",
    "0801": "Auftrag ausgeführt, Dialog weiterhin geöffnet",
    "3800": "Es liegen weitere Zustellungen vor",
    "3801": "Es liegen weitere Laufzettel vor",
    "3802": "Die Antwort des Empfängers ist nicht signiert",
    "3803": "Die Antwort des Empfängers ist nicht verschlüsselt",
    "3950": "Rückmeldung zur inneren Nachricht vorhanden",
    "3951": "Die Zeit für die innere Nachricht ist abgelaufen",
    "3952": "Die innere Nachricht wird noch verarbeitet",
    "9000": "Interner Fehler beim Supplier",
    "9100": "Keine gültige OSCI-Nachricht",
    "9200": "Kein privater Schlüssel zum Öffnen der Nachricht",
    "9202": "Die Nachricht konnte nicht entschlüsselt werden",
    "9201": "Das Zertifikat des Umschlags ist gesperrt",
    "9300": "Kein gültiger Auftrag",
    "9400": "ConversationId, SequenceNumber oder Response falsch",
    "9500": "Das Verschlüsselungszertifikat des Clients fehlt",
    "9501": "Die Signatur des Verschlüsselungszertifikats des Clients ist falsch",
    "9502": "Das Verschlüsselungszertifikat des Clients ist gesperrt",
    "9503": "Interner Fehler bei der Prüfung des Verschlüsselungszertifikats des Clients",
    "9600": "Der Auftrag ist nicht signiert",
    "9601": "Die Signatur des Auftrags ist falsch",
    "9602": "Der Auftrag ist nicht vollständig signiert",
    "9603": "Interner Fehler bei der Signaturprüfung",
    "9800": "MessageId fehlt",
    "9801": "MessageId unbekannt oder bereits verwendet",
    "9802": "Der Auftrag verlangt einen expliziten Dialog",
    "9803": "Keine Zustellung zur Auswahl vorhanden",
    "9804": "Kein Laufzettel zur Auswahl vorhanden",
    "9805": "Der Empfänger hat die Zustellung abgelehnt",
    "9806": "Der Empfänger hat angenommen, aber keine Inhaltsdaten geschickt",
    "9807": "Die Signatur des Empfängers ist falsch",
    "9808": "Interner Fehler beim Empfänger",
    "9809": "Interner Fehler beim Intermediär vor der Zustellung",
    "9810": "Interner Fehler beim Intermediär nach der Zustellung",
    "9811": "Fehler beim Supplier",
    "9900": "Der Abschnitt wurde bereits empfangen",
    "9901": "Die Nummer des Abschnitts ist falsch",
    "9902": "Der Abschnitt ist zu groß",
    "9903": "Der Abschnitt ist zu klein",
    "9904": "Die Nachricht ist zu groß",
    "9905": "Die Daten des Abschnitts sind falsch",
    "9950": "Rückmeldung mit Fehler zur inneren Nachricht",
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
