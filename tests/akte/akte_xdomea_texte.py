"""Small xdomea messages of every version that is read."""

from akte_pakete import uid

WORTE = {"2.4.0": ("Metadatum", "AlterWert", "NeuerWert")}
STANDARD = ("MetadatumName", "MetadatumAlterWert", "MetadatumNeuerWert")


def abgabe(version: str, objekte: str, anschreiben: str = "") -> bytes:
    """The message around `objekte` (content of Schriftgutobjekt)."""
    bestaetigung = "" if version == "2.4.0" else "<x:Empfangsbestaetigung>1</x:Empfangsbestaetigung>"
    return f"""<x:Abgabe.Abgabe.0401 xmlns:x="urn:xoev-de:xdomea:schema:{version}">
      <x:Kopf><x:ProzessID>{uid("prozess")}</x:ProzessID><x:Nachrichtentyp><code>0401</code></x:Nachrichtentyp>
      <x:Erstellungszeitpunkt>2026-11-20T09:30:00</x:Erstellungszeitpunkt>
      <x:Absender><x:Institution><x:Name>Stadt Test</x:Name></x:Institution></x:Absender><x:Empfaenger/>
      <x:SendendesSystem/><x:Importbestaetigung>1</x:Importbestaetigung>{bestaetigung}</x:Kopf>{anschreiben}
      <x:Schriftgutobjekt>{objekte}</x:Schriftgutobjekt></x:Abgabe.Abgabe.0401>""".encode()


def akte(version: str, inhalt: str, teilakte: str = "") -> str:
    """`inhalt`: Dokumente or Vorgänge; `teilakte`: stands inside Akteninhalt in 3.x, behind it in 2.4."""
    innen, hinten = ("", teilakte) if version == "2.4.0" else (teilakte, "")
    kopf = identifikation("akte") + metadaten("Testakte", "63-1/26")
    return f"<x:Akte>{kopf}<x:Akteninhalt>{inhalt}{innen}</x:Akteninhalt>{hinten}</x:Akte>"


def vorgang(name: str, nummer: object, *dokumente: str, element: str = "Vorgang", mehr: str = "") -> str:
    kopf = identifikation(name, nummer) + metadaten(name, f"63-1/26-{nummer}") + mehr
    return f"<x:{element}>{kopf}{''.join(dokumente)}</x:{element}>"


def dokument(
    name: str,
    nummer: object,
    *versionen: str,
    typ: str = "",
    historie: str = "",
    danach: str = "",
    element: str = "Dokument",
) -> str:
    kopf = identifikation(name, nummer) + metadaten(name)
    typ = f"<x:Typ>{typ}</x:Typ>" if typ else ""
    return f"<x:{element}>{kopf}{typ}{historie}{''.join(versionen)}{danach}</x:{element}>"


def version(nummer: str, *formate: str) -> str:
    return f"<x:Version><x:Nummer>{nummer}</x:Nummer>{''.join(formate)}</x:Version>"


def format_(name: str, code: str = "018", sonstiges: str = "", danach: str = "") -> str:
    listen = 'listVersionID="1.0"'
    sonst = f"<x:SonstigerName>{sonstiges}</x:SonstigerName>" if sonstiges else ""
    primaer = f"<x:Primaerdokument><x:Dateiname>{name}</x:Dateiname>{danach}</x:Primaerdokument>"
    return (
        f"<x:Format><x:Name {listen}><code>{code}</code></x:Name>{sonst}<x:Version>1.7</x:Version>{primaer}</x:Format>"
    )


def historie(
    fassung: str,
    aktion: str,
    zeit: str = "2026-01-14T08:00:00+01:00",
    wer: str = "Muster",
    wechsel: tuple[str, ...] = (),
) -> str:
    namen = WORTE.get(fassung, STANDARD)
    werte = "".join(f"<x:{name}>{wert}</x:{name}>" for name, wert in zip(namen, wechsel, strict=False))
    rest = f"<x:Akteur>{wer}</x:Akteur><x:DatumUhrzeit>{zeit}</x:DatumUhrzeit><x:Aktion>{aktion}</x:Aktion>"
    return f"<x:HistorienProtokollInformation>{werte}{rest}</x:HistorienProtokollInformation>"


def identifikation(name: str, nummer: object = None) -> str:
    zahl = (
        "" if nummer is None else f"<x:NummerImUebergeordnetenContainer>{nummer}</x:NummerImUebergeordnetenContainer>"
    )
    return f"<x:Identifikation><x:ID>{uid(name)}</x:ID>{zahl}</x:Identifikation>"


def metadaten(betreff: str, kennzeichen: str | None = None) -> str:
    zeichen = f"<x:Kennzeichen>{kennzeichen}</x:Kennzeichen>" if kennzeichen else ""
    return f"<x:AllgemeineMetadaten><x:Betreff>{betreff}</x:Betreff>{zeichen}</x:AllgemeineMetadaten>"


def primaer(name: str) -> str:
    """A file name as every xdomea version allows it."""
    return f"{uid(name)}_{name}"
