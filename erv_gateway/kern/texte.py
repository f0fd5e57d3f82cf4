"""What people read when something was refused or failed: one table for pages, API and command line.

The key is the error's `code`, or `code:grund` where the error names one. Of several sentences the first is taken whose
placeholders the error can fill; the last one has none.
"""

from collections.abc import Mapping
from string import Formatter
from types import MappingProxyType
from typing import Final

from erv_gateway.kern.fehler import ErvError

MAX_ANGABE_ZEICHEN: Final = 200  # own limit: a quoted value stays one readable line

TEXTE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "intern": ("Es ist ein interner Fehler aufgetreten. Bitte wenden Sie sich an die Administration.",),
        "eingabe": ("Die Angabe „{feld}“ fehlt oder ist unzulässig.", "Die Eingabe ist unzulässig."),
        "eingabe:aktenzeichen-anders": (
            "Diese Akte ist hier bereits unter einem anderen Aktenzeichen bekannt. Bitte im DMS prüfen.",
        ),
        "eingabe:eeb-datum": (
            "Das Datum des Empfangs liegt vor dem Eingang ({ab}) oder in der Zukunft.",
            "Das Datum des Empfangs liegt vor dem Eingang oder in der Zukunft.",
        ),
        "eingabe:weiterleitung-doppelt": (
            "Zwei Anlagen der Nachricht tragen denselben Namen; so ist sie nicht weiterleitbar.",
        ),
        "eingabe:weiterleitung-ohne-datensatz": (
            "Die Nachricht hat keinen eigenen XJustiz-Datensatz. Bitte als neue Sendung übermitteln.",
        ),
        "eingabe:weiterleitung-ungueltig": ("Die Weiterleitung lässt sich so nicht gültig schreiben.",),
        "eingabe:eeb-ungueltig": ("Das Empfangsbekenntnis lässt sich so nicht gültig ausstellen.",),
        "eingabe:eeb-unlesbar": (
            "Der XJustiz-Datensatz des Gerichts ist nicht lesbar, ein Empfangsbekenntnis kann daraus nicht entstehen.",
        ),
        "eingabe:keine-akte": ("Das ist nur für die Übermittlung einer Akte möglich.",),
        "eingabe:dokument-zu-gross": (
            "Das Dokument „{titel}“ ist für sich allein größer als eine Nachricht sein darf. Zulässig ist die "
            "Übermittlung auf einem Datenträger (§ 4 Abs. 2 BehAktÜbV).",
            "Ein Dokument ist für sich allein größer als eine Nachricht sein darf. Zulässig ist die Übermittlung auf "
            "einem Datenträger (§ 4 Abs. 2 BehAktÜbV).",
        ),
        "eingabe:teilung-unnoetig": ("Diese Sendung passt in eine Nachricht und muss nicht geteilt werden.",),
        "eingabe:plan-anders": (
            "Die Akte oder ihre Teilung hat sich inzwischen geändert. Bitte den Plan neu ansehen.",
        ),
        "einlieferung": (
            "Die Lieferung wurde abgewiesen; gefundene Mängel: {anzahl}. Es wurde nichts übernommen.",
            "Die Lieferung wurde abgewiesen.",
        ),
        "xml": ("{was} ist kein zulässiges XML.", "Das XML ist unzulässig."),
        "nicht-gefunden": ("{was} nicht gefunden.", "Das Gesuchte wurde nicht gefunden."),
        "zustand": (
            "Das ist im Zustand „{von}“ nicht möglich. Vielleicht hat inzwischen jemand anders gehandelt.",
            "Das ist im gegenwärtigen Zustand nicht möglich.",
        ),
        "nicht-erlaubt": ("Das ist Ihnen nicht erlaubt.",),
        "nicht-erlaubt:vier-augen": (
            "Vier-Augen-Prinzip: Freigeben muss eine andere Person als die, die die Sendung angelegt hat.",
        ),
        "korrektur:freigegeben": (
            "Die Sendung ist freigegeben oder abgeschlossen. Korrekturen sind nur bis zur Freigabe möglich und lassen "
            "sich danach auch nicht mehr zurücknehmen.",
        ),
        "korrektur:eeb": ("An einem Empfangsbekenntnis wird nichts korrigiert; es geht, wie es abgegeben wurde.",),
        "korrektur:geteilt": (
            "Die Sendung ist geteilt. Bitte erst die Teilung aufheben, dann korrigieren und neu teilen; alle Teile "
            "übernehmen die Korrekturen.",
        ),
        "korrektur:auswahl": ("Diese Auswahl aus den Änderungen ist nicht möglich.",),
        "korrektur:leer": ("Hier gibt es für diese Sendung nichts zu korrigieren.",),
        "korrektur:vorschau-veraltet": (
            "Seit der Vorschau hat sich etwas geändert; es wurde nichts korrigiert. Bitte die Vorschau neu ansehen.",
        ),
        "korrektur:nicht-angewandt": ("Diese Korrektur ist nicht angewandt oder schon zurückgenommen.",),
        "korrektur:abhaengig": (
            "Die Korrektur Nr. {nummer} („{titel}“) baut auf dieser auf. Bitte zuerst jene zurücknehmen.",
            "Eine spätere Korrektur baut auf dieser auf. Bitte zuerst jene zurücknehmen.",
        ),
        "korrektur:passt-nicht": (
            "Eine festgehaltene Korrektur passt nicht zur Akte dieser Sendung. Die Administration muss handeln.",
        ),
        "korrektur:unsagbar": (
            "Die Akte lässt sich so nicht als XJustiz-Nachricht schreiben. Bitte die Befunde der Prüfung ansehen.",
        ),
        "korrektur:kein-umwandler": (
            "Ein Programm zum Umwandeln nach PDF/A ist nicht eingerichtet. Die Administration kann es einrichten.",
        ),
        "korrektur:keine-umgewandelt": (
            "Keine der Dateien ließ sich ohne Verlust nach PDF/A umwandeln: {erste}",
            "Keine der Dateien ließ sich ohne Verlust nach PDF/A umwandeln.",
        ),
        "korrektur": ("Die Korrektur ist so nicht möglich.",),
        "umwandlung": ("Die Datei lässt sich nicht ohne Verlust nach PDF/A umwandeln.",),
        "konfiguration": (
            "In den Einstellungen fehlt das Postfach „{postfach}“. Die Administration muss handeln.",
            "Die Einstellungen sind unvollständig oder falsch. Die Administration muss handeln.",
        ),
        "gegenstelle": ("Die Gegenstelle antwortet nicht oder meldet einen Fehler. Es wird erneut versucht.",),
        "nicht-erreicht": ("Der Intermediär ist nicht erreichbar. Gesendet wurde nichts; es wird erneut versucht.",),
        "antwort-verloren": (
            "Die Antwort des Intermediärs ging verloren. Vor weiteren Schritten wird der Verbleib geklärt.",
        ),
        "antwort-ungueltig": (
            "Die Antwort des Intermediärs hält der Prüfung nicht stand (OSCI {osci}). Es wird erneut versucht.",
            "Die Antwort des Intermediärs hält der Prüfung nicht stand. Es wird erneut versucht.",
        ),
        "versand-unzulaessig": (
            "Mit diesen Schlüsseln oder Zertifikaten darf heute nicht mehr gesendet werden (Länge oder Verfahren).",
        ),
        "uebergabe-abgewiesen": ("Der Intermediär hat die Nachricht abgewiesen.",),
        "kennung-verbraucht": ("Der Intermediär kennt diese Nachrichtenkennung nicht oder sie ist schon verwendet.",),
        "laufzettel-ungueltig": ("Der Laufzettel des Intermediärs hält der Prüfung nicht stand.",),
        "datenbank": ("Die Datenbank ist zurzeit nicht erreichbar. Bitte später erneut versuchen.",),
        "datenbank-belegt": ("Die eingebaute Datenbank wird bereits von einem anderen Prozess betrieben.",),
        "blob-nicht-gefunden": ("Die Datei liegt nicht im Speicher.",),
        "blob-beschaedigt": (
            "Die Datei im Speicher ist verändert oder beschädigt und wird nicht ausgegeben. "
            "Die Administration muss handeln.",
        ),
        "nachweis-mangel": ("Der Nachweis hat einen Mangel.",),
        "nachweis-unklar": ("Der Nachweis lässt sich nicht eindeutig prüfen.",),
        "nachweis-teile": ("Der Nachweis lässt sich nicht erstellen: Teile fehlen oder passen nicht zusammen.",),
        "nachweis-unlesbar": ("Der Nachweis ist nicht lesbar.",),
        "schluessel": ("Ein Schlüssel ist nicht lesbar oder passt nicht. Die Administration muss handeln.",),
        "anker": ("Die Vertrauensanker sind nicht lesbar oder ungültig. Die Administration muss handeln.",),
        "pki": ("Die Entwicklungs-PKI lässt sich so nicht anlegen oder lesen.",),
        "signieren": ("Das Dokument lässt sich nicht signieren.",),
        "zeitstempel": ("Der Zeitstempeldienst antwortet nicht oder meldet einen Fehler. Es wird erneut versucht.",),
        "sperrauskunft": (
            "Die Sperrauskunft zum Zertifikat ist nicht erreichbar oder unbrauchbar. Es wird erneut versucht.",
        ),
        "signierdienst": ("Der Signaturdienst antwortet nicht oder meldet einen Fehler. Es wird erneut versucht.",),
        "pruefung": ("Die Signatur lässt sich nicht prüfen.",),
        "pruefprotokoll-unlesbar": ("Das ist kein lesbares Prüfprotokoll.",),
        "etsi-ohne-signatur": ("Es gibt keine Signatur, über die berichtet werden könnte.",),
        "pruefgrundlage": ("Die aufbewahrten Grundlagen einer früheren Prüfung sind nicht lesbar.",),
        "abruf-verboten": ("Diese Adresse darf nicht abgerufen werden; es wurde nichts gesendet.",),
        "abruf": ("Ein Sperr- oder Verzeichnisdienst antwortet nicht oder nicht wie vorgesehen.",),
        "vertrauensliste": ("Die Vertrauensliste ist nicht lesbar, nicht richtig signiert oder veraltet.",),
        "isolation": ("Die Prüfung brach an dieser Datei ab.",),
        "isolation:time": ("Die Prüfung der Datei dauerte zu lange und wurde abgebrochen.",),
        "isolation:cpu": ("Die Prüfung der Datei brauchte zu viel Rechenzeit und wurde abgebrochen.",),
        "isolation:memory": ("Die Prüfung der Datei brauchte zu viel Speicher und wurde abgebrochen.",),
        "beweis-beschaedigt": (
            "Ein eigener Beweis im Speicher ist verändert oder beschädigt. Die Administration muss handeln.",
        ),
        "vermittler-fehler": ("Der Intermediär meldet einen Fehler. Es wird erneut versucht.",),
        "lieferung-unlesbar": ("Die Nachricht lässt sich mit unseren Schlüsseln nicht öffnen.",),
        "nachweis-fehlerhaft": (
            "Der eben erstellte Nachweis hält der eigenen Prüfung nicht stand. Die Administration muss handeln.",
        ),
        "antwort-unmoeglich": ("Die Sandbox kann auf diese Angaben nicht antworten.",),
        "cms": ("Die Signatur hält der Prüfung des Gerichts nicht stand.",),
        "demo": ("Ein Schritt der Vorführung endete nicht wie erwartet.",),
        "szenario": ("Dieses Szenario kennt die Sandbox nicht.",),
        "xjustiz": ("Aus diesen Angaben entsteht keine gültige XJustiz-Nachricht.",),
        "anfrage": ("Die Anfrage ist nicht lesbar oder enthält unzulässige Angaben.",),
        "anmeldung": ("Bitte melden Sie sich mit einem gültigen Zugangsschlüssel an.",),
        "anmeldung-gesperrt": (
            "Von dieser Adresse kamen zu viele falsche Zugangsschlüssel. Bitte in {minuten} Minuten erneut versuchen.",
            "Von dieser Adresse kamen zu viele falsche Zugangsschlüssel. Bitte später erneut versuchen.",
        ),
        "herkunft": (
            "Das Formular ist abgelaufen oder kam nicht von dieser Seite. Bitte laden Sie die Seite neu und "
            "wiederholen Sie die Eingabe.",
        ),
        "medientyp": ("Erwartet wird der Inhaltstyp {erwartet}.", "Der Inhaltstyp ist unzulässig."),
        "zu-gross": ("Die Anfrage ist zu groß; zulässig sind {grenze} Byte.", "Die Anfrage ist zu groß."),
        "unvollstaendig": ("Die Übertragung brach ab, bevor alles angekommen war.",),
        "methode": ("Diese Adresse lässt diese Art von Anfrage nicht zu.",),
        "person-vorhanden": (
            "Die Kennung „{kennung}“ ist schon vergeben.",
            "Diese Kennung ist schon vergeben.",
        ),
        "person-angaben": ("Unzulässig: {feld}.", "Die Angaben zur Person sind unzulässig."),
    }
)


def german_text(error: ErvError) -> str:
    """One or two German sentences for people. Values are quoted as one short line without control characters."""
    return text_for(error.code, error.angaben)


def text_for(code: str, angaben: Mapping[str, object]) -> str:
    """The sentence for `code`; a code without one is told as an internal error."""
    values = {key: _plain(value) for key, value in angaben.items() if value is not None}
    candidates = TEXTE.get(f"{code}:{values.get('grund')}") or TEXTE.get(code) or TEXTE["intern"]
    return next(text for text in candidates if _placeholders(text) <= values.keys()).format_map(values)


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _plain(value: object) -> str:
    clean = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in str(value))
    return clean if len(clean) <= MAX_ANGABE_ZEICHEN else clean[: MAX_ANGABE_ZEICHEN - 1] + "…"
