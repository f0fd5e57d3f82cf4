"""Names under which files travel."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from erv_gateway.akte.modell import Akte, Datei, Dokument, Rolle
from erv_gateway.sendung.packstueck import name_dateien, packstuecke_of
from erv_gateway.sendung.paket_namen import MAX_NAME, dateiname
from osci.content import SAFE_NAME
from xjustiz import dateiname_mangel

KENNUNG = UUID("12345678-1234-5678-9234-567812345678")


def test_the_name_tells_the_document_apart() -> None:
    name = dateiname("Bescheid vom 3. März (Größe)", KENNUNG, "PDF")
    assert name == "Bescheid_vom_3_Maerz_Groesse_12345678-1234-5678-9234-567812345678.pdf"


@given(st.text(max_size=200), st.sampled_from(["pdf", "tiff", "docx"]), st.sampled_from(["", "Transfervermerk", "2"]))
def test_every_title_gives_a_legal_name_that_osci_can_carry(titel: str, endung: str, zusatz: str) -> None:
    name = dateiname(titel, KENNUNG, endung, zusatz=zusatz)
    assert len(name) <= MAX_NAME
    assert dateiname_mangel(name) is None
    assert SAFE_NAME.fullmatch(name)
    assert str(KENNUNG) in name


def datei(name: str, rolle: Rolle = Rolle.ORIGINAL) -> Datei:
    return Datei(name, "00" * 32, 1, "application/pdf", rolle)


def test_files_of_one_document_never_collide() -> None:
    dokument = Dokument(
        KENNUNG,
        1,
        "Plan",
        (datei("a/Plan.pdf"), datei("b/plan.PDF"), datei("c.pdf", Rolle.TRANSFERVERMERK), datei("plan.tiff")),
    )
    akte = Akte(UUID(int=1), "AZ 1", "Akte", "Stadt", dokumente=(dokument,))
    namen = name_dateien(akte)
    gefaltet = {name.casefold() for name in namen.values()}
    assert len(gefaltet) == 4
    assert any("Transfervermerk" in name for name in namen.values())
    assert [stueck.name for stueck in packstuecke_of(akte, namen)] == [namen[KENNUNG, d.name] for d in dokument.dateien]


def test_the_same_file_gets_the_same_name_again() -> None:
    dokument = Dokument(KENNUNG, 1, "Plan", (datei("a.pdf"), datei("b.pdf")))
    akte = Akte(UUID(int=1), "AZ 1", "Akte", "Stadt", dokumente=(dokument,))
    assert name_dateien(akte) == name_dateien(akte)
