"""Characters that DIN 91379 does not let pass: every replacement shown by itself before it is fixed."""

from collections.abc import Iterator, Mapping

from erv_gateway.akte.modell import Akte
from erv_gateway.kern.uhr import berlin
from erv_gateway.sendung.angaben import angaben_from_json
from erv_gateway.sendung.korrekturen.baum import containers_of
from erv_gateway.sendung.korrekturen.fehler import KorrekturRefused
from erv_gateway.sendung.korrekturen.lage import Lage
from erv_gateway.sendung.korrekturen.werte import Aenderung, Text
from erv_gateway.sendung.packstueck import Packstueck, name_dateien
from erv_gateway.sendung.paket_nachricht import Beigaben, Partnerangaben, beigabe_id, build_nachricht
from erv_gateway.sendung.paket_namen import dateiname
from erv_gateway.sendung.paket_schriftgut import Schriftgutbau
from erv_gateway.sendung.sendung import Sendung
from erv_gateway.sendung.umschrift import Umschreiber
from xjustiz import Ersetzung, XJustizError

WARUM = "XJustiz lässt nur die Zeichen der DIN 91379 zu. Die Dokumente selbst bleiben unverändert."
ANGABEN = "Angaben zur Sendung"


async def plan_umschrift(lage: Lage) -> tuple[Aenderung, ...]:
    um = Umschreiber(lage.stand.texte)
    _write_with(um, lage)
    orte = _places(lage.stand.akte)
    return tuple(
        Aenderung(
            wo=_place(vorher, orte),
            vorher=vorher,
            nachher=umschrift.text,
            warum=WARUM,
            wirkung=Text(datentyp, vorher, umschrift.text),
            zeichen=tuple(map(describe, umschrift.ersetzungen)),
        )
        for (datentyp, vorher), umschrift in um.ersetzt.items()
    )


def describe(ersetzung: Ersetzung) -> str:
    """One character, with its code point, because many look alike."""
    ersatz = f"„{ersetzung.ersatz}“" if ersetzung.ersatz else "nichts"
    return f"„{ersetzung.zeichen}“ (U+{ord(ersetzung.zeichen):04X}) → {ersatz}, {ersetzung.anzahl}-mal"


def _write_with(um: Umschreiber, lage: Lage) -> None:
    """The message as the builder makes it, so that exactly its texts are asked for."""
    betrieb, sendung, akte = lage.betrieb, lage.sendung, lage.stand.akte
    gericht = betrieb.gericht(sendung.empfaenger_safe_id)
    partner = Partnerangaben(betrieb.platz(sendung.postfach).visitenkarte.organisation, gericht.code)
    beigaben = Beigaben(_beigabe(sendung, "Anschreiben"), _beigabe(sendung, "Aktenprotokoll"))
    angaben, jetzt = angaben_from_json(sendung.angaben), berlin(betrieb.uhr.jetzt())
    try:
        gut = Schriftgutbau(name_dateien(akte, lage.stand.namen), um, gericht.historienweg).akte(akte, 1)
        build_nachricht(sendung, angaben, gut, beigaben, partner, jetzt, um)
    except XJustizError as error:
        raise KorrekturRefused(f"the case file cannot be said in XJustiz: {error}", grund="unsagbar") from error


def _beigabe(sendung: Sendung, titel: str) -> Packstueck:
    """A stand-in: of our own documents only name and title reach the data set."""
    return Packstueck(dateiname(titel, beigabe_id(sendung, titel.lower()), "pdf"), titel, "", 0)


def _places(akte: Akte) -> Mapping[str, str]:
    return dict(reversed([(text, wo) for wo, texte in _texts(akte) for text in texte if text]))


def _texts(akte: Akte) -> Iterator[tuple[str, tuple[str | None, ...]]]:
    for stelle in containers_of(akte):
        yield stelle.pfad, (stelle.container.titel, stelle.container.aktenzeichen)
        for d in stelle.container.dokumente:
            yield f"Dokument „{d.titel}“", (d.titel, d.fremdes_geschaeftszeichen, d.absender, d.adressat)


def _place(text: str, orte: Mapping[str, str]) -> str:
    """Siblings of the same title got a number behind it."""
    return orte.get(text) or orte.get(text.rpartition(" (")[0]) or ANGABEN
