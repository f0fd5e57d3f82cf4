"""What is inside the attached files: staff are told what may harm or hide, and not how a court makes its PDFs."""

import pytest
from eingang_hilfe import receive
from kleines_pdf import OBJEKTE, build_pdf
from stationen import Werk

from erv_gateway.eingang.berichte import PROTOKOLL_HTML, load_berichte
from erv_gateway.eingang.nachricht import Nachricht

SKRIPT = build_pdf(b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(x)>>>>", *OBJEKTE[1:])
KAPUTT = b"%PDF-1.7\nnichts"
OHNE_TEXT = build_pdf(*OBJEKTE[:3], b"<</Length 0>>\nstream\n\nendstream", *OBJEKTE[4:])


@pytest.mark.parametrize(
    ("inhalt", "regel"), [(SKRIPT, "F5.skript"), (KAPUTT, "F4.beschaedigt")], ids=["script", "damaged"]
)
async def test_what_may_harm_or_does_not_open_is_a_warning_in_the_report(werk: Werk, inhalt: bytes, regel: str) -> None:
    """A warning never changes the verdict on the data set."""
    nachricht = await receive(werk, dazu=(("Anlage.pdf", inhalt),))
    assert inhaltlich(nachricht) == {regel: "warning"}
    berichte = await load_berichte(werk.betrieb.database, nachricht.id)
    html = next(one.datei for one in berichte if one.datei.name == PROTOKOLL_HTML)
    assert regel in (await werk.betrieb.blobs.read(html.sha256, limit=html.bytes)).decode()


async def test_a_scan_or_a_font_is_no_finding_about_a_letter(werk: Werk) -> None:
    assert inhaltlich(await receive(werk, dazu=(("Anlage.pdf", OHNE_TEXT),))) == {}


def inhaltlich(nachricht: Nachricht) -> dict[str, str]:
    """Severity by rule of what was found inside the attachment."""
    befunde = (nachricht.pruefprotokoll or {})["xjustiz"]
    return {
        befund["regel"]: befund["schwere"]
        for befund in befunde
        if befund["wo"] == "Anlage.pdf" and befund["regel"].startswith(("F2.", "F3.", "F4.", "F5.", "F7."))
    }
