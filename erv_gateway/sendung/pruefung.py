"""Pre-flight: everything that could make the court send the package back is looked at before a person approves it."""

import asyncio
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from certs.anchors import Zweck
from certs.chain import verify_chain
from certs.urteil import Urteil
from erv_gateway.akte.modell import Akte
from erv_gateway.kern.ereignisse import EreignisArt
from erv_gateway.kern.fehler import ZustandConflict
from erv_gateway.kern.ids import SendungId
from erv_gateway.kern.zustaende import SendungZustand
from erv_gateway.sendung.anschreiben import render_anschreiben
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.sendung.korrekturen.befunde import find_open
from erv_gateway.sendung.korrekturen.bestand import check_acts, count_acts
from erv_gateway.sendung.korrekturen.register import abhilfen_of
from erv_gateway.sendung.paket import angaben_of, build_entwurf, check_entwurf, load_korrigiert
from erv_gateway.sendung.sendung import Sendung, load_sendung
from erv_gateway.sendung.unsagbar import unsayable
from erv_gateway.sendung.zustand import SQL, transition
from xjustiz import Befund, Schwere, XJustizError

QUELLE_DATEI: Final = "BehAktÜbV § 3 Abs. 1; XJustiz, Schriftgutobjekt Dokument"
QUELLE_BEBPO: Final = "ERVV § 6; EGVP-Hinweis zu Zertifikaten"
QUELLE_DIN91379: Final = "DIN 91379, XJustiz-Datentypen"


async def check_sendung(
    betrieb: Betrieb, sendung_id: SendungId, person: UUID, geduld: timedelta | None = None
) -> tuple[Befund, ...]:
    """ENTWURF → GEPRUEFT when there is no error among the findings, which are stored either way.

    Raises ZustandConflict for what is no draft any more: the findings that a person approved stay what they were.
    Raises KorrekturRefused when someone corrected the Sendung while it was checked.
    Raises TimeoutError when looking takes longer than `geduld`: no finding is stored then, facts about files are.
    """
    sendung = await load_sendung(betrieb.database, sendung_id)
    if sendung.zustand is not SendungZustand.ENTWURF:
        raise ZustandConflict(f"Sendung {sendung_id} is no draft", von=str(sendung.zustand), nach="GEPRUEFT")
    jetzt = betrieb.uhr.jetzt()
    korrigiert = await count_acts(betrieb.database, sendung_id)
    async with asyncio.timeout(None if geduld is None else geduld.total_seconds()):
        befunde = await find(betrieb, sendung, jetzt)
    errors = sum(befund.schwere is Schwere.ERROR for befund in befunde)
    async with betrieb.database.transaction() as tx:
        await tx.execute(SQL.set_befunde, sendung_id, [befund_to_json(befund) for befund in befunde])
        await check_acts(tx, sendung_id, korrigiert)
        if errors == 0:
            await transition(
                tx,
                sendung_id,
                SendungZustand.ENTWURF,
                SendungZustand.GEPRUEFT,
                EreignisArt.SENDUNG_GEPRUEFT,
                zeitpunkt=jetzt,
                handelnd=str(person),
                befunde=len(befunde),
            )
    return befunde


async def find(betrieb: Betrieb, sendung: Sendung, jetzt: datetime) -> tuple[Befund, ...]:
    """All findings about the package as it would be now."""
    fest = await load_korrigiert(betrieb, sendung)
    akte = fest.akte
    befunde = [*check_empfaenger(betrieb, sendung, jetzt), *await find_open(betrieb, sendung)]
    if ohne_datei := _ohne_datei(akte):
        return (*befunde, *ohne_datei)
    brief = await render_anschreiben(betrieb, sendung, angaben_of(sendung), jetzt)
    try:
        entwurf = await build_entwurf(betrieb, sendung, fest, brief, jetzt)
    except XJustizError as error:
        return (*befunde, unsayable(error))
    befunde += [_umschrift(meldung) for meldung in entwurf.umschriften]
    return (*befunde, *await check_entwurf(betrieb, entwurf, jetzt))


def check_empfaenger(betrieb: Betrieb, sendung: Sendung, jetzt: datetime) -> tuple[Befund, ...]:
    """Whoever can read what we encrypt must be the court: its certificate must lead to a mailbox anchor."""
    gericht = betrieb.gericht(sendung.empfaenger_safe_id)
    pruefung = verify_chain(gericht.empfaenger.cipher_certificate, (), betrieb.anchors, (Zweck.MAILBOX,), jetzt)
    if pruefung.urteil is Urteil.GUELTIG:
        return ()
    return (
        Befund(
            regel="P-EMPFAENGER",
            schwere=Schwere.ERROR,
            wo=gericht.empfaenger.name,
            text="Das Verschlüsselungszertifikat des Empfängers ist nicht gültig: " + " ".join(pruefung.gruende),
            quelle=QUELLE_BEBPO,
            abhilfe="Verzeichniseintrag des Gerichts erneuern (Administration).",
        ),
    )


def befund_to_json(befund: Befund) -> dict[str, Any]:
    return {
        "regel": befund.regel,
        "schwere": befund.schwere.value,
        "wo": befund.wo,
        "text": befund.text,
        "quelle": befund.quelle,
        "abhilfe": befund.abhilfe,
        "korrekturen": [str(kennung) for kennung in abhilfen_of(befund.regel)],
        **({"details": befund.details} if befund.details else {}),
    }


def _ohne_datei(akte: Akte) -> tuple[Befund, ...]:
    """Paper cannot travel, and XJustiz knows no document without a file: nothing else can be checked before."""
    return tuple(
        Befund(
            regel="P-OHNE-DATEI",
            schwere=Schwere.ERROR,
            wo=f"Dokument „{dokument.titel}“",
            text="Zu diesem Dokument gehört keine Datei; es kann nicht elektronisch übermittelt werden.",
            quelle=QUELLE_DATEI,
            abhilfe="Im DMS einscannen oder aus der Abgabe nehmen und die Akte neu übernehmen.",
        )
        for dokument in akte.alle_dokumente()
        if not dokument.dateien
    )


def _umschrift(meldung: str) -> Befund:
    return Befund(
        regel="P-UMSCHRIFT",
        schwere=Schwere.HINT,
        wo=meldung.partition(":")[0],
        text=f"Zeichen, die XJustiz nicht zulässt, werden ersetzt: {meldung}",
        quelle=QUELLE_DIN91379,
        abhilfe="Bitte ansehen; die Dokumente selbst bleiben unverändert.",
    )
