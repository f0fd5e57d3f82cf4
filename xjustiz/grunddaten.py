"""grunddaten: the case, its instances and its parties (sheet §2.3)."""

from dataclasses import dataclass
from datetime import date

from xjustiz.codes import Code
from xjustiz.kopf import Stelle


@dataclass(frozen=True, slots=True)
class StrukturiertesAktenzeichen:
    """aktenzeichen.strukturiert; `register` is a Typ-3 code of gds.registerzeichen."""

    register: Code
    laufende_nummer: str
    jahr: str
    sachgebietsschluessel: str | None = None
    zusatzkennung: str | None = None
    abteilung: str | None = None
    vorsatz: str | None = None
    zusatz: str | None = None
    dezernat: str | None = None
    erfassungsdatum: str | None = None


@dataclass(frozen=True, slots=True)
class AktenzeichenAngabe:
    """Type.GDS.Aktenzeichen: the number (one line of text, or structured), who gave it, and of which kind it is."""

    aktenzeichen: str | StrukturiertesAktenzeichen
    art: Code | None = None
    vergebende_station: Stelle | None = None
    sammelvorgangsnummer: str | None = None


@dataclass(frozen=True, slots=True)
class Telekommunikation:
    """`art` of GDS.Telekommunikationsart (Typ 2; 008 = SAFE-ID)."""

    art: Code
    verbindung: str
    zusatz: Code | None = None


@dataclass(frozen=True, slots=True)
class Instanzdaten:
    """One court or authority that has to do with the case."""

    behoerde: Stelle
    instanznummer: str | None = None
    sachgebiet: Code | None = None
    sachgebietszusatz: str | None = None
    abteilung: str | None = None
    verfahrensinstanznummer: str | None = None
    aktenzeichen: AktenzeichenAngabe | None = None
    kurzrubrum: str | None = None
    gegenstaende: tuple[str, ...] = ()
    """verfahrensgegenstand/gegenstand; at most one since 3.6."""
    telekommunikation: tuple[Telekommunikation, ...] = ()


@dataclass(frozen=True, slots=True)
class Anschrift:
    anschriftstyp: Code | None = None
    anschriftenzusatz: tuple[str, ...] = ()
    strasse: str | None = None
    hausnummer: str | None = None
    postfachnummer: str | None = None
    postleitzahl: str | None = None
    ort: str | None = None
    ortsteil: str | None = None
    bundesland: Code | str | None = None
    """Typ 3 (bundesland.BRD) or free text."""
    staat: Code | None = None
    """Typ 3 bfj.staat."""


@dataclass(frozen=True, slots=True)
class NatuerlichePerson:
    """`nachname` is mandatory: "nicht bekannt" where it is unknown."""

    nachname: str
    vorname: str | None = None
    titel: str | None = None
    namensvorsatz: str | None = None
    geburtsname: str | None = None
    geburtsdatum: str | None = None
    geschlecht: Code | None = None
    anschriften: tuple[Anschrift, ...] = ()
    telekommunikation: tuple[Telekommunikation, ...] = ()


@dataclass(frozen=True, slots=True)
class Organisation:
    bezeichnung: str
    kurzbezeichnung: str | None = None
    anschriften: tuple[Anschrift, ...] = ()
    telekommunikation: tuple[Telekommunikation, ...] = ()


@dataclass(frozen=True, slots=True)
class Kanzlei:
    """ra.kanzlei; `kanzleiform` of GDS.Kanzleiform (Typ 2)."""

    bezeichnung: str
    kanzleiform: Code
    anschriften: tuple[Anschrift, ...] = ()
    telekommunikation: tuple[Telekommunikation, ...] = ()
    ra_im_verfahren: NatuerlichePerson | None = None


@dataclass(frozen=True, slots=True)
class Rolle:
    """`bezeichnung` is a Typ-3 code of gds.rollenbezeichnung (101 Kläger, 028 Beklagte, 025 Beigeladene)."""

    bezeichnung: Code | None = None
    rollennummer: str | None = None
    nr: int | None = None
    geschaeftszeichen: str | None = None
    referenzen: tuple[str, ...] = ()
    """Numbers of the roles this one belongs to (a representative points to the represented)."""
    sonstige_bezeichnungen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Beteiligung:
    beteiligter: NatuerlichePerson | Organisation | Kanzlei
    beteiligtennummer: str | None = None
    rollen: tuple[Rolle, ...] = ()


@dataclass(frozen=True, slots=True)
class Grunddaten:
    """verfahrensdaten; an empty value is written as empty `grunddaten`."""

    verfahrensnummer: str | None = None
    instanzdaten: tuple[Instanzdaten, ...] = ()
    beteiligungen: tuple[Beteiligung, ...] = ()


@dataclass(frozen=True, slots=True)
class Zeitraum:
    beginn: date | None = None
    ende: date | None = None
