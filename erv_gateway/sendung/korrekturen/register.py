"""The table of corrections, and which of them heal which finding."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from erv_gateway.kern.fehler import NotFound
from erv_gateway.sendung.korrekturen.lage import Ausfuehren, Planen, as_planned
from erv_gateway.sendung.korrekturen.planung_fehlblatt import plan_fehlblaetter, print_fehlblaetter
from erv_gateway.sendung.korrekturen.planung_namen import plan_namen
from erv_gateway.sendung.korrekturen.planung_nummern import plan_nummern
from erv_gateway.sendung.korrekturen.planung_pdfa import make_copies, plan_copies
from erv_gateway.sendung.korrekturen.planung_umschrift import plan_umschrift
from erv_gateway.sendung.korrekturen.werte import KorrekturId


@dataclass(frozen=True, slots=True)
class Korrektur:
    """`selbsttaetig`: the package is made that way anyhow; to apply it means that a person has seen and fixed it.

    `einzeln`: a person may choose among the changes, each stands for itself.
    All of them can be taken back until the approval.
    """

    id: KorrekturId
    titel: str
    beschreibung: str
    quelle: str
    aendert: str
    selbsttaetig: bool
    planen: Planen
    ausfuehren: Ausfuehren = as_planned
    einzeln: bool = True


_ALLE = (
    Korrektur(
        KorrekturId.NUMMERIERUNG,
        "Nummern neu vergeben",
        "Vergibt fehlende, doppelte und lückenhafte Nummern eines Behälters in der vorhandenen Reihenfolge neu.",
        "XJustiz, nummerImUebergeordnetenContainer",
        "Nummern von Teilakten und Dokumenten",
        False,
        plan_nummern,
        einzeln=False,
    ),
    Korrektur(
        KorrekturId.FEHLBLATT,
        "Fehlblatt einlegen",
        "Legt für Dokumente, die laut Historie oder früherer Lieferung entfernt wurden, ein Fehlblatt ein.",
        "XJustiz, Dokumentklasse 011; Leitfaden elektronischer Rechtsverkehr",
        "Neue Dokumente (PDF/A) an der Stelle der entfernten; folgende Nummern rücken auf",
        False,
        plan_fehlblaetter,
        print_fehlblaetter,
    ),
    Korrektur(
        KorrekturId.PDFA,
        "PDF/A-Kopie beilegen",
        "Legt neben PDF-Originale, die kein PDF/A sind, eine umgewandelte Kopie; das Original bleibt unverändert.",
        "DokErstÜbV § 2 Abs. 1; BehAktÜbV § 3; ERVV § 2 Abs. 1",
        "Zusätzliche Datei (Repräsentat) je Dokument",
        False,
        plan_copies,
        make_copies,
    ),
    Korrektur(
        KorrekturId.DATEINAMEN,
        "Zulässige Dateinamen",
        "Zeigt, unter welchem Namen jede Datei reist, und hält das fest; nichtssagende Titel weichen dem gelieferten "
        "Namen.",
        "ERVB Nr. 6; XJustiz, dateiname; BGH VIII ZB 80/22",
        "Dateinamen im Paket, Anzeigenamen nichtssagend benannter Dokumente",
        True,
        plan_namen,
    ),
    Korrektur(
        KorrekturId.UMSCHRIFT,
        "Umschrift unzulässiger Zeichen",
        "Zeigt Zeichen für Zeichen, was im Datensatz ersetzt wird, und hält das fest.",
        "DIN 91379; XJustiz-Datentypen",
        "Texte des Datensatzes; die Dokumente bleiben unverändert",
        True,
        plan_umschrift,
    ),
)

KORREKTUREN: Mapping[KorrekturId, Korrektur] = MappingProxyType({korrektur.id: korrektur for korrektur in _ALLE})

ABHILFEN: Mapping[str, tuple[KorrekturId, ...]] = MappingProxyType(
    {
        "X.nummer-doppelt": (KorrekturId.NUMMERIERUNG,),
        "X.nummer-luecke": (KorrekturId.FEHLBLATT, KorrekturId.NUMMERIERUNG),
        "P-FEHLBLATT": (KorrekturId.FEHLBLATT,),
        "P-DATEINAME": (KorrekturId.DATEINAMEN,),
        "F2.pdf-version": (KorrekturId.PDFA,),
        "F2.pdfa-widerspruch": (KorrekturId.PDFA,),
        "F3.kein-pdfa": (KorrekturId.PDFA,),
        "F5.schriften": (KorrekturId.PDFA,),
        "N1.reserviert": (KorrekturId.DATEINAMEN,),
        "N1.laenge": (KorrekturId.DATEINAMEN,),
        "N1.punkte": (KorrekturId.DATEINAMEN,),
        "N1.zeichen": (KorrekturId.DATEINAMEN,),
        "N1.gross-klein": (KorrekturId.DATEINAMEN,),
        "N2.nichtssagend": (KorrekturId.DATEINAMEN,),
        "X.zeichen": (KorrekturId.UMSCHRIFT,),
        "P-UMSCHRIFT": (KorrekturId.UMSCHRIFT,),
    }
)


def korrektur_of(kennung: str) -> Korrektur:
    """Raises NotFound."""
    try:
        return KORREKTUREN[KorrekturId(kennung)]
    except (ValueError, KeyError) as error:
        raise NotFound(f"no correction {kennung!r}", was="Korrektur") from error


def abhilfen_of(regel: str) -> tuple[KorrekturId, ...]:
    """The corrections that can heal a finding of this rule; empty where only the DMS or a person can."""
    return ABHILFEN.get(regel, ())
