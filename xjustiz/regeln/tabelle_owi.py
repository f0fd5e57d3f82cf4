"""D5, S12: fines."""

from datetime import date

from xjustiz.regeln import owi
from xjustiz.regeln.befund import Regel, Schwere
from xjustiz.regeln.quellen import D5

_W = Schwere.WARNING

REGELN: tuple[Regel, ...] = (
    Regel(
        "D5.betroffener",
        _W,
        D5,
        "Die Grunddaten nennen keinen Betroffenen (Rolle 040).",
        "Betroffenen mit Rolle 040 angeben.",
        owi.betroffener_fehlt,
    ),
    Regel(
        "D5.behoerde",
        _W,
        D5,
        "Die Grunddaten nennen die Verwaltungsbehörde nicht (Rolle 189).",
        "Verwaltungsbehörde mit Rolle 189 angeben.",
        owi.behoerde_fehlt,
    ),
    Regel(
        "D5.ereignis",
        _W,
        D5,
        "Der Kopf sagt nicht, worum es geht (Ereignis 116 Einspruch oder 117 Erzwingungshaft).",
        "Ereignis 116 oder 117 angeben.",
        owi.ereignis_fehlt,
    ),
    Regel(
        "D5.akte",
        _W,
        D5,
        "Der Nachricht liegt keine Bußgeldakte bei.",
        "Akte beifügen.",
        owi.akte_fehlt,
    ),
    Regel(
        "D5.aktentyp",
        _W,
        D5,
        "Die Akte hat den Typ {typ} statt 010 (Bußgeldakte).",
        "Aktentyp 010 verwenden.",
        owi.anderer_aktentyp,
    ),
    Regel(
        "D5.bescheid",
        _W,
        D5,
        "Die Fachdaten nennen das Erlassdatum des Bußgeldbescheids nicht.",
        "bussgeldbescheid mit erlassdatum angeben.",
        owi.bescheid_fehlt,
    ),
    Regel(
        "D5.einspruch",
        _W,
        D5,
        "Die Fachdaten nennen den Tag des Einspruchs nicht.",
        "datumDesEinspruchs angeben.",
        owi.einspruch_fehlt,
    ),
    Regel(
        "D5.aktenfuehrung",
        _W,
        f"{D5} Nr. 7",
        "Ob die Aktenführung übergeht, kann der Datensatz nicht sagen, und ein Anschreiben fehlt.",
        "Im Anschreiben sagen, ob die Aktenführung übergeben wird.",
        owi.aktenfuehrung_ungesagt,
    ),
    Regel(
        "S12.hybridakte",
        _W,
        "§§ 110a ff. OWiG",
        "Die Bußgeldakte ist als Hybridakte gekennzeichnet; seit dem 01.01.2027 sind Akten elektronisch zu führen.",
        "Papierteile einscannen und die Akte vollständig elektronisch übermitteln.",
        owi.hybridakte,
        seit=date(2027, 1, 1),
    ),
)
