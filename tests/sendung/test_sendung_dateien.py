"""Pre-flight looks into the files: what no court could open stops a Sendung, with a sentence that says what to do."""

import pytest
import stationen
from kleines_pdf import OBJEKTE, build_pdf
from stationen import Werk, datei, dokument, kleine_akte

from erv_gateway.kern.zustaende import SendungZustand
from erv_gateway.sendung.pruefung import check_sendung
from xjustiz import Schwere

SKRIPT = build_pdf(b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(x)>>>>", *OBJEKTE[1:])
KAPUTT = b"%PDF-1.7\nnichts"


@pytest.fixture
def schlechte(monkeypatch: pytest.MonkeyPatch) -> None:
    sonst, inhalte = stationen.pdf, {"Skript.pdf": SKRIPT, "Kaputt.pdf": KAPUTT}
    monkeypatch.setattr(stationen, "pdf", lambda titel: inhalte.get(titel) or sonst(titel))


@pytest.mark.usefixtures("schlechte")
async def test_a_bad_file_stops_the_sendung_and_is_named(werk: Werk) -> None:
    akte = kleine_akte(dokument(3, "Mit Skript", datei("Skript.pdf")), dokument(4, "Kaputt", datei("Kaputt.pdf")))
    sendung_id = await werk.angelegt(akte)
    befunde = await check_sendung(werk.betrieb, sendung_id, werk.anna)
    fehler = {befund.regel: befund for befund in befunde if befund.schwere is Schwere.ERROR}
    assert set(fehler) == {"F5.skript", "F4.beschaedigt"}
    assert "Skript" in fehler["F5.skript"].text
    assert "JavaScript" in fehler["F5.skript"].text
    assert (await werk.sendung(sendung_id)).zustand is SendungZustand.ENTWURF


@pytest.mark.usefixtures("schlechte")
async def test_what_was_found_is_kept_for_the_next_time(werk: Werk) -> None:
    sendung_id = await werk.angelegt(kleine_akte(dokument(3, "Mit Skript", datei("Skript.pdf"))))
    await check_sendung(werk.betrieb, sendung_id, werk.anna)
    kept = await werk.betrieb.database.fetch_value(
        "SELECT merkmale -> 'pdf' ->> 'skripte' FROM erv.dateimerkmale WHERE sha256 = $1", datei("Skript.pdf").sha256
    )
    assert kept == "1"
