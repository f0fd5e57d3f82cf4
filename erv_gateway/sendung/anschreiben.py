"""The Anschreiben: a PDF/A letter, and its signed form (PAdES; with a time stamp where one is configured)."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from erv_gateway.druck import render_pdf
from erv_gateway.kern.uhr import berlin
from erv_gateway.postfach.egvp import Visitenkarte
from erv_gateway.sendung.angaben import SendungAngaben
from erv_gateway.sendung.betrieb import Betrieb, Postfachplatz
from erv_gateway.sendung.sendung import Sendung
from erv_gateway.signatur.stapel import PdfAuftrag, sign_batch


async def render_anschreiben(betrieb: Betrieb, sendung: Sendung, angaben: SendungAngaben, erstellt: datetime) -> bytes:
    karte = betrieb.platz(sendung.postfach).visitenkarte
    empfaenger = betrieb.gericht(sendung.empfaenger_safe_id).empfaenger
    zeichen = f"Unser Zeichen: {sendung.aktenzeichen_absender}"
    if sendung.aktenzeichen_empfaenger:
        zeichen += f" · Ihr Zeichen: {sendung.aktenzeichen_empfaenger}"
    daten = {
        "absender": karte.organisation,
        "absenderzeile": _absenderzeile(karte),
        "empfaenger": [empfaenger.name],
        "datum": f"{berlin(erstellt):%d.%m.%Y}",
        "zeichen": zeichen,
        "betreff": sendung.betreff_mit_teil,
        "absaetze": [*angaben.absaetze, *_teilhinweis(sendung)],
        "unterzeichner": angaben.unterzeichner,
    }
    return await asyncio.to_thread(render_pdf, "schreiben", daten, erstellt=erstellt)


async def sign_anschreiben(betrieb: Betrieb, platz: Postfachplatz, pdf: bytes) -> bytes:
    (signed,) = await sign_schreiben(betrieb, platz, (pdf,))
    return signed


async def sign_schreiben(betrieb: Betrieb, platz: Postfachplatz, pdfs: Sequence[bytes]) -> tuple[bytes, ...]:
    """All documents that one Sendung signs, with one authorisation: all of them in their order, or none."""
    targets = [BytesIO() for _ in pdfs]
    auftraege = [PdfAuftrag(BytesIO(pdf), target) for pdf, target in zip(pdfs, targets, strict=True)]
    await sign_batch(auftraege, platz.dokument_signer, betrieb.zeitstempel, zeitpunkt=betrieb.uhr.jetzt())
    return tuple(target.getvalue() for target in targets)


def _teilhinweis(sendung: Sendung) -> list[str]:
    if sendung.teil_von is None:
        return []
    return [
        f"Die Akte wird wegen ihres Umfangs in {sendung.teil_von} Nachrichten übermittelt (§ 5 Abs. 1 Nr. 3 ERVV). "
        f"Dies ist Teil {sendung.teil_nummer}; die übrigen Teile folgen mit gesonderten Nachrichten."
    ]


def _absenderzeile(karte: Visitenkarte) -> str:
    teile = (f"{karte.strasse} {karte.hausnummer}".strip(), f"{karte.postleitzahl} {karte.ort}".strip())
    return " · ".join(teil for teil in teile if teil)
