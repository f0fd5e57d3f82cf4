"""The Anschreiben: a PDF/A letter, and its signed form (PAdES; with a time stamp where one is configured)."""

import asyncio
from datetime import datetime
from io import BytesIO

from erv_gateway.druck import render_pdf
from erv_gateway.kern.uhr import berlin
from erv_gateway.postfach.egvp import Visitenkarte
from erv_gateway.sendung.angaben import SendungAngaben
from erv_gateway.sendung.betrieb import Betrieb, Postfachplatz
from erv_gateway.sendung.sendung import Sendung
from erv_gateway.signatur.signieren import sign_pdf


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
        "betreff": sendung.betreff,
        "absaetze": list(angaben.absaetze),
        "unterzeichner": angaben.unterzeichner,
    }
    return await asyncio.to_thread(render_pdf, "schreiben", daten, erstellt=erstellt)


async def sign_anschreiben(betrieb: Betrieb, platz: Postfachplatz, pdf: bytes) -> bytes:
    target = BytesIO()
    await sign_pdf(pdf, target, platz.dokument_signer, betrieb.zeitstempel)
    return target.getvalue()


def _absenderzeile(karte: Visitenkarte) -> str:
    teile = (f"{karte.strasse} {karte.hausnummer}".strip(), f"{karte.postleitzahl} {karte.ort}".strip())
    return " · ".join(teil for teil in teile if teil)
