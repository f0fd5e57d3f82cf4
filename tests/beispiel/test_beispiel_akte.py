"""The sample case: valid xdomea 3.1, quick, the same every time, and read by intake with exactly this tree."""

import io
import json
import time
import zipfile
from pathlib import Path

import pikepdf
import pytest
import typer
from lxml import etree
from PIL import Image
from typer.testing import CliRunner

from erv_gateway.akte.einlieferung import Lieferformat, inspect_delivery, read_delivery
from erv_gateway.akte.modell import HistorienArt, Rolle, abdeckung
from erv_gateway.cli.akte import register
from erv_gateway.sandbox.beispiel import Beispiel, BeispielDateien, build_beispiel, write_beispiel
from erv_gateway.storage.blobs import MemoryBlobs

SCHEMA = (
    Path(__file__).resolve().parents[2].parent / "shared/schemas/xdomea/3.1.0/xdomea-Nachrichten-AbgabeDurchfuehren.xsd"
)
MAX_SECONDS = 10.0

BAUM = [
    (
        1,
        "Baugenehmigungsverfahren",
        [
            "Bauantrag Doppelgarage mit Dachterrasse",
            "Berechnung der Abstandsflächen",
            "Lageplan Maßstab 1:200",
            "Einwendungsschreiben des Nachbarn Norbert Nachbar",
            "Vermerk über die Ortsbesichtigung",
            "Fotodokumentation der Ortsbesichtigung",
            "Stellungnahme der Brandschutzdienststelle",
            "Anhörung vor Versagung der Baugenehmigung",
            "Bescheid über die Versagung der Baugenehmigung",
        ],
    ),
    (
        2,
        "Widerspruchs- und Klageverfahren",
        [
            "Widerspruch der Antragstellerin",
            "Bestätigung des Widerspruchseingangs und Akteneinsicht",
            "Widerspruchsbegründung",
            "Gutachten zur Besonnung und Verschattung",
            "Vermerk zur Nichtabhilfe",
            "Widerspruchsbescheid",
            "Empfangsbekenntnis zum Widerspruchsbescheid",
            "Klageschrift, vom Gericht übersandt",
        ],
    ),
]


@pytest.fixture(scope="module")
def gebaut() -> Beispiel:
    return build_beispiel()


@pytest.fixture(scope="module")
def dateien(tmp_path_factory: pytest.TempPathFactory) -> BeispielDateien:
    return write_beispiel(tmp_path_factory.mktemp("beispiel"), mit_manifest=True)


def test_valid_against_the_published_schema(gebaut: Beispiel) -> None:
    if not SCHEMA.exists():
        pytest.skip("the xdomea 3.1 schema does not lie beside the checkout")
    xml = next(inhalt for name, inhalt in gebaut.dateien.items() if name.endswith(".xml"))
    etree.XMLSchema(etree.parse(SCHEMA)).assertValid(etree.fromstring(xml))


def test_intake_reads_exactly_this_tree(dateien: BeispielDateien) -> None:
    gelesen = inspect_delivery(dateien.zip)
    akte = gelesen.akte
    assert (gelesen.format, gelesen.formatversion) == (Lieferformat.XDOMEA, "3.1.0")
    assert [(t.nummer, t.titel, [d.titel for d in t.dokumente]) for t in akte.teilakten] == BAUM
    assert [[d.nummer for d in t.dokumente] for t in akte.teilakten] == [list(range(1, 10)), list(range(1, 9))]
    assert [(d.nummer, d.titel) for d in akte.dokumente] == [(3, "Aktenvorblatt mit Inhaltsübersicht")]
    assert (akte.id, dateien.dokumente) == (dateien.akte_id, 18)
    assert {hinweis.code for hinweis in gelesen.hinweise} == {"anlage-als-dokument", "vorgang-als-teilakte"}


def test_history_is_real_and_partly_missing(dateien: BeispielDateien) -> None:
    akte = inspect_delivery(dateien.zip).akte
    stand = abdeckung(akte)
    assert (stand.dokumente, stand.mit_historie) == (18, 15)
    arten = {eintrag.art for dokument in akte.alle_dokumente() for eintrag in dokument.historie}
    assert {
        HistorienArt.ANGELEGT,
        HistorienArt.GESCANNT,
        HistorienArt.GEAENDERT,
        HistorienArt.FREIGEGEBEN,
        HistorienArt.GELESEN,
    } <= arten
    geaendert = [e for d in akte.alle_dokumente() for e in d.historie if e.art is HistorienArt.GEAENDERT]
    assert any(e.alter_wert and e.neuer_wert for e in geaendert)


def test_the_scan_has_all_its_parts(dateien: BeispielDateien, gebaut: Beispiel) -> None:
    akte = inspect_delivery(dateien.zip).akte
    [scan] = [dokument for dokument in akte.alle_dokumente() if dokument.scan]
    assert [datei.rolle for datei in scan.dateien] == [Rolle.ORIGINAL, Rolle.REPRAESENTAT, Rolle.TRANSFERVERMERK]
    tiff = Image.open(io.BytesIO(gebaut.dateien[scan.dateien[0].name]))
    assert (tiff.mode, tiff.size, tiff.info["compression"], tiff.info["dpi"]) == (
        "1",
        (2480, 3508),
        "packbits",
        (300, 300),
    )


def test_every_pdf_is_tagged_pdf_a_with_text(gebaut: Beispiel) -> None:
    pdfs = {name: inhalt for name, inhalt in gebaut.dateien.items() if name.endswith(".pdf")}
    assert len(pdfs) == 19
    for inhalt in pdfs.values():
        with pikepdf.open(io.BytesIO(inhalt)) as dokument:
            assert dokument.open_metadata().pdfa_status == "2A"
            assert dokument.pages[0].Resources.Font
    groessen = sorted(map(len, pdfs.values()))
    assert groessen[0] > 20_000
    assert groessen[-1] > 1_500_000


def test_the_same_every_time_and_quick(gebaut: Beispiel) -> None:
    begin = time.process_time()  # not slowed down by what else runs
    assert build_beispiel() == gebaut
    assert time.process_time() - begin < MAX_SECONDS


async def test_manifest_folder_is_the_same_case(dateien: BeispielDateien) -> None:
    assert dateien.manifest is not None
    blobs = MemoryBlobs()
    gelesen = await read_delivery(dateien.manifest, blobs)
    assert gelesen.format is Lieferformat.MANIFEST
    assert gelesen.akte == inspect_delivery(dateien.zip).akte
    assert all([await blobs.has(datei.sha256) for datei in gelesen.akte.alle_dateien()])


def test_commands(tmp_path: Path, dateien: BeispielDateien) -> None:
    app = typer.Typer()
    register(app)
    lauf = CliRunner().invoke(app, ["sample", "case", str(tmp_path / "neu"), "--json"])
    assert lauf.exit_code == 0
    assert Path(json.loads(lauf.stdout)["zip"]).read_bytes() == dateien.zip.read_bytes()
    lesen = CliRunner().invoke(app, ["akte", "lesen", str(dateien.zip)])
    assert lesen.exit_code == 0
    assert "15 von 18 Dokumenten" in lesen.stdout
    als_json = json.loads(CliRunner().invoke(app, ["akte", "lesen", str(dateien.zip), "--json"]).stdout)
    assert als_json["historie"]["mit_historie"] == 15
    assert als_json["akte"]["teilakten"][0]["titel"] == "Baugenehmigungsverfahren"


def test_command_names_every_fault(tmp_path: Path, dateien: BeispielDateien) -> None:
    app = typer.Typer()
    register(app)
    kaputt = tmp_path / "kaputt.zip"
    with zipfile.ZipFile(dateien.zip) as quelle, zipfile.ZipFile(kaputt, "w") as ziel:
        for name in quelle.namelist()[:-3]:
            ziel.writestr(name, quelle.read(name))
    lesen = CliRunner().invoke(app, ["akte", "lesen", str(kaputt)])
    assert lesen.exit_code == 1
    assert "liegt der Lieferung aber nicht bei" in lesen.stderr
    als_json = CliRunner().invoke(app, ["akte", "lesen", str(kaputt), "--json"])
    assert als_json.exit_code == 1
    assert {mangel["code"] for mangel in json.loads(als_json.stdout)["maengel"]} == {"datei-fehlt"}
