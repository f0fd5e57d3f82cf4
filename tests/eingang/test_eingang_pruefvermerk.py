"""The Prüfvermerk of a letter that is forwarded: the statements of the justice system's form, in XML and on paper."""

import re

import pypdfium2
from eingang_hilfe import receive
from lxml import etree
from stationen import Werk, pdf

from erv_gateway.eingang.pruefvermerk import Pruefvermerk, pruefvermerk_of
from erv_gateway.postfach.egvp import ROLLE_JUSTIZ, EgvpKopf, Visitenkarte

KOPF = EgvpKopf("Allgemeine Nachricht", "DE.Justiz.x", "Ladung", "63-1/26", "3 K 17/26", "Bitte beachten\u200b Sie.")
KARTE = Visitenkarte("Verwaltungsgericht Musterfurt", "Musterfurt", "DE.Justiz.gericht", ROLLE_JUSTIZ, "Hof", "1")
REIHENFOLGE = [
    "Erstellungszeitpunkt",
    "Uebermittlungsweg",
    "Eingangszeitpunkt",
    "Nachrichtenkennzeichen",
    "AuthentifizierteAbsender",
    "Nachricht",
    "Absender",
    "Empfaenger",
]


async def vermerk(werk: Werk, **letter: object) -> tuple[Pruefvermerk, etree._Element]:
    nachricht = await receive(werk, kopf=KOPF, visitenkarte=KARTE, **letter)
    made = await pruefvermerk_of(werk.betrieb, nachricht.id)
    return made, etree.fromstring(made.xml)


async def test_it_says_who_what_when_and_by_which_way(werk: Werk) -> None:
    made, root = await vermerk(werk)
    names = [child.tag for child in root]
    assert names[: len(REIHENFOLGE)] == REIHENFOLGE
    assert names[len(REIHENFOLGE) :] == ["Dokument"] * 4
    assert root.findtext("Uebermittlungsweg") == "Diese Nachricht wurde von der Justiz versandt."
    assert root.findtext("Eingangszeitpunkt") == root.findtext("Erstellungszeitpunkt") == "21.11.2026, 13:00:00"
    assert root.findtext("AuthentifizierteAbsender") == "ja"
    assert root.findtext("Nachricht/Freitext") == KOPF.freitext
    assert root.findtext("Absender/Nutzer_ID") == KARTE.nutzer_id
    assert root.findtext("Empfaenger/Organisation")
    assert made == await again(werk, root)


async def again(werk: Werk, root: etree._Element) -> Pruefvermerk:
    """From the stored protocol, the same bytes."""
    message_id = root.findtext("Nachrichtenkennzeichen")
    nachricht_id = await werk.betrieb.database.fetch_value(
        "SELECT id FROM erv.nachricht WHERE message_id = $1", message_id
    )
    return await pruefvermerk_of(werk.betrieb, nachricht_id)


async def test_paper_and_xml_say_the_same(werk: Werk) -> None:
    made, root = await vermerk(werk)
    document = pypdfium2.PdfDocument(made.pdf)
    paper = re.sub(r"\s+", "", "".join(page.get_textpage().get_text_range() for page in document))
    visible = [(one.tag, one.text) for one in root.iter() if one.text and one.text.strip() and len(one) == 0]
    texts = [text.replace("SHA-256: ", "").replace("\u200b", "[U+200B]") for _, text in visible]
    assert len(texts) > 25
    assert [text for text in texts if re.sub(r"\s+", "", text) not in paper] == []


async def test_without_a_proof_of_origin_the_sender_is_not_authenticated(werk: Werk) -> None:
    _, root = await vermerk(werk, vhn=False)
    assert root.findtext("AuthentifizierteAbsender") == "nein"
    assert root.findtext("Uebermittlungsweg") == "Ein sicherer Übermittlungsweg ist nicht nachgewiesen."


async def test_hostile_names_are_made_visible_beside_the_original(werk: Werk) -> None:
    name = "\u202efdp\u200b.exe"
    _, root = await vermerk(werk, dazu=((name, pdf("x")),))
    dokument = root.findall("Dokument")[-1]
    assert dokument.findtext("OriginalDateiName") == name
    assert dokument.findtext("DateiName") == "[U+202E]fdp[U+200B].exe"


async def test_a_red_signature_names_its_reasons(werk: Werk) -> None:
    from stationen import POSTFACH

    from erv_gateway.sendung.anschreiben import sign_anschreiben

    signed = await sign_anschreiben(werk.betrieb, werk.betrieb.platz(POSTFACH), pdf("signiert"))
    _, root = await vermerk(werk, dazu=(("Beschluss.pdf", signed.replace(b"/Producer", b"/Produzer")),))
    dokument = root.findall("Dokument")[-1]
    assert "ungültig (rot)" in (dokument.findtext("Hinweis") or "")
    assert "nicht der, der signiert wurde" in (dokument.findtext("FehlerMeldung") or "")
    assert dokument.findtext("Format") == "PDF"
