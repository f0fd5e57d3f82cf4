"""Plans and what they do to an Akte: pure, the order kept, nothing changed that was not said."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erv_gateway.akte.modell import Akte, Datei, Dokument, HistorienArt, HistorienEintrag, Rolle, Teilakte
from erv_gateway.sendung.korrekturen.anwenden import Korrigiert, korrigiere, retold
from erv_gateway.sendung.korrekturen.fehler import KorrekturRefused
from erv_gateway.sendung.korrekturen.planung_fehlblatt import FruehererStand, find_fehlblaetter
from erv_gateway.sendung.korrekturen.planung_namen import find_namen
from erv_gateway.sendung.korrekturen.planung_nummern import find_nummern
from erv_gateway.sendung.korrekturen.register import ABHILFEN, KORREKTUREN, abhilfen_of
from erv_gateway.sendung.korrekturen.werte import (
    Aenderung,
    Kopie,
    KorrekturId,
    Korrekturplan,
    Text,
    aenderungen_from_json,
    aenderungen_to_json,
)
from xjustiz import REGELN, Datentyp

WANN = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)
OWN_RULES = {"P-UMSCHRIFT", "P-FEHLBLATT", "P-DATEINAME"}


def pdf(name: str) -> Datei:
    return Datei(name, "0" * 64, 1, "application/pdf")


def dokument(nummer: int, titel: str, *namen: str) -> Dokument:
    return Dokument(uuid4(), nummer, titel, tuple(map(pdf, namen or (f"{titel}.pdf",))))


def akte(*dokumente: Dokument, teilakten: tuple[Teilakte, ...] = (), **mehr: object) -> Akte:
    leer = Akte(uuid4(), "63-1/2026", "Bauantrag", "Stadt", teilakten=teilakten, dokumente=dokumente)
    return replace(leer, **mehr)


def geloescht(titel: str | None, aktion: str = "Dokument gelöscht", **mehr: str) -> HistorienEintrag:
    return HistorienEintrag(WANN, "Anna", aktion, HistorienArt.GELOESCHT, alter_wert=titel, **mehr)


def numbers(found: Akte) -> list[tuple[int, str]]:
    return sorted((kind.nummer, kind.titel) for kind in (*found.teilakten, *found.dokumente))


def made(found: Akte, *aenderungen: Aenderung) -> Akte:
    return korrigiere(found, [aenderungen]).akte


def test_double_and_gappy_numbers_become_a_row_in_the_same_order() -> None:
    teil = Teilakte(uuid4(), 7, "Teil", dokumente=(dokument(3, "a"), dokument(3, "b"), dokument(9, "c")))
    gappy = akte(dokument(2, "vorn"), dokument(9, "hinten"), teilakten=(teil,))
    plan = tuple(find_nummern(gappy))
    better = made(gappy, *plan)
    assert numbers(better) == [(1, "vorn"), (2, "Teil"), (3, "hinten")]
    assert [(d.nummer, d.titel) for d in better.teilakten[0].dokumente] == [(1, "a"), (2, "b"), (3, "c")]
    assert tuple(find_nummern(better)) == ()
    assert ("Teilakte „Teil“ › „a“", "3", "1") in [(a.wo, a.vorher, a.nachher) for a in plan]


@given(st.lists(st.integers(min_value=1, max_value=12), min_size=1, max_size=12))
def test_renumbering_any_numbers_gives_one_to_n_and_keeps_the_order(nummern: list[int]) -> None:
    gappy = akte(*(dokument(nummer, f"{n}") for n, nummer in enumerate(nummern)))
    better = made(gappy, *find_nummern(gappy))
    assert [d.nummer for d in better.dokumente] == list(range(1, len(nummern) + 1))
    assert [d.titel for d in better.dokumente] == [d.titel for d in sorted(gappy.dokumente, key=lambda d: d.nummer)]


def test_every_file_is_shown_under_the_name_it_travels_with() -> None:
    found = akte(dokument(1, "Bescheid vom 3. März", "Bescheid (Entwurf) – neu.pdf"))
    (change,) = find_namen(Korrigiert(found))
    kennung = found.dokumente[0].id
    assert (change.vorher, change.nachher) == (
        "Bescheid (Entwurf) – neu.pdf",
        f"Bescheid_vom_3_Maerz_{kennung}.pdf",
    )
    assert made(found, change).dokumente[0].titel == "Bescheid vom 3. März"


@pytest.mark.parametrize("titel", ["Scan", "Dokument 12", "IMG_0001", "2026-03-03", "Anlage"])
def test_where_the_title_says_nothing_the_delivered_name_is_kept_as_anzeigename(titel: str) -> None:
    found = akte(dokument(1, titel, f"{uuid4()}_Widerspruch Müller.pdf"))
    (change,) = find_namen(Korrigiert(found))
    assert change.nachher.startswith("Widerspruch_Mueller_")
    assert made(found, change).dokumente[0].titel == "Widerspruch Müller"


def test_a_fixed_name_is_not_planned_again() -> None:
    found = akte(dokument(1, "Scan", "Widerspruch.pdf"), dokument(2, "Antrag", "a b.pdf"))
    stand = korrigiere(found, [tuple(find_namen(Korrigiert(found)))])
    assert tuple(find_namen(stand)) == ()


def test_fixed_names_follow_a_document_that_travels_under_another_uuid() -> None:
    found = akte(dokument(1, "Antrag", "a b.pdf"))
    stand = korrigiere(found, [tuple(find_namen(Korrigiert(found)))])
    anders = uuid4()
    told = retold(stand, replace(stand.akte, dokumente=(replace(stand.akte.dokumente[0], id=anders),)))
    assert list(told.namen) == [(anders, "a b.pdf")]


def test_a_document_that_the_history_deleted_gets_a_sheet_at_the_end_of_its_container() -> None:
    teil = Teilakte(uuid4(), 1, "Teil", dokumente=(dokument(1, "Antrag"),), historie=(geloescht("Vermerk"),))
    found = akte(dokument(2, "Bescheid"), teilakten=(teil,))
    (change,) = find_fehlblaetter(found)
    better = made(found, change)
    sheet = better.teilakten[0].dokumente[1]
    assert (sheet.nummer, sheet.titel, sheet.klasse) == (2, "Fehlblatt: Vermerk", "011")
    assert sheet.historie == teil.historie
    assert "03.03.2026" in change.warum
    assert find_fehlblaetter(better) == ()


@pytest.mark.parametrize(
    "eintrag",
    [
        geloescht("Aussonderungsart B", "Metadatum gelöscht", metadatum="Aussonderung"),
        geloescht(None),
        geloescht("alt", neuer_wert="neu"),
        replace(geloescht("Vermerk"), art=HistorienArt.GEAENDERT),
        geloescht("Bescheid"),
    ],
    ids=["metadatum", "unnamed", "replaced", "no-deletion", "still-there"],
)
def test_what_removes_no_document_suggests_no_sheet(eintrag: HistorienEintrag) -> None:
    assert find_fehlblaetter(akte(dokument(1, "Bescheid"), historie=(eintrag,))) == ()


def test_documents_missing_since_an_earlier_delivery_get_sheets_in_their_places() -> None:
    a, b, c, d = (dokument(n, titel) for n, titel in enumerate("abcd", 1))
    now = akte(replace(d, nummer=1))
    earlier = FruehererStand(replace(now, dokumente=(a, b, c, d)), WANN)
    plan = find_fehlblaetter(now, [earlier])
    better = made(now, *plan)
    assert numbers(better) == [(1, "Fehlblatt: a"), (2, "Fehlblatt: b"), (3, "Fehlblatt: c"), (4, "d")]
    assert find_fehlblaetter(better, [earlier]) == ()
    only = made(now, plan[1])
    assert numbers(only) == [(1, "Fehlblatt: b"), (2, "d")]


def test_a_sheet_fills_a_gap_and_moves_nothing() -> None:
    first, third = dokument(1, "erstes"), dokument(3, "drittes")
    now = akte(first, third)
    gone = dokument(2, "zweites")
    plan = find_fehlblaetter(now, [FruehererStand(replace(now, dokumente=(first, gone, third)), WANN)])
    assert numbers(made(now, *plan)) == [(1, "erstes"), (2, "Fehlblatt: zweites"), (3, "drittes")]


def test_a_removal_that_both_sources_name_gives_one_sheet() -> None:
    first, gone = dokument(1, "erstes"), dokument(2, "Vermerk")
    now = akte(first, historie=(geloescht("Vermerk"),))
    (change,) = find_fehlblaetter(now, [FruehererStand(replace(now, dokumente=(first, gone)), WANN)])
    assert "noch enthalten" in change.warum


def test_the_same_removal_is_the_same_sheet_in_every_sendung() -> None:
    now = akte(dokument(1, "Bescheid"), historie=(geloescht("Vermerk"),))
    assert find_fehlblaetter(now) == find_fehlblaetter(now)


def test_a_copy_stands_behind_its_untouched_original() -> None:
    found = akte(dokument(1, "Antrag", "Antrag.pdf", "Antrag.docx"))
    original = found.dokumente[0].dateien[0]
    copy = Datei("Antrag_PDFA.pdf", "1" * 64, 2, "application/pdf", Rolle.REPRAESENTAT)
    wirkung = Kopie(found.dokumente[0].id, original.sha256, copy)
    found = replace(found, dokumente=(replace(found.dokumente[0], dateien=(original,)),))
    better = made(found, Aenderung("wo", "vorher", "nachher", "warum", wirkung))
    assert better.dokumente[0].dateien == (original, copy)


@pytest.mark.parametrize("kennung", [None, uuid4()])
def test_a_change_that_finds_nothing_is_refused(kennung: UUID | None) -> None:
    """Either there is no such document, or its Original is another."""
    found = akte(dokument(1, "Antrag"))
    wirkung = Kopie(kennung or found.dokumente[0].id, "f" * 64)
    with pytest.raises(KorrekturRefused) as refused:
        made(found, Aenderung("wo", "vorher", "nachher", "warum", wirkung))
    assert refused.value.angaben["grund"] == "passt-nicht"


def test_changes_come_back_from_the_database_as_they_were() -> None:
    found = akte(dokument(1, "Scan", "Widerspruch.pdf"), dokument(5, "b"), historie=(geloescht("Vermerk"),))
    all_kinds = (
        *find_nummern(found),
        *find_namen(Korrigiert(found)),
        *find_fehlblaetter(found),
        Aenderung("wo", "„", '"', "warum", Text(Datentyp.C, "„", '"'), ("zeichen",)),
        Aenderung("wo", "vorher", "nachher", "warum", Kopie(found.dokumente[0].id, "0" * 64, pdf("x.pdf"))),
    )
    assert aenderungen_from_json(aenderungen_to_json(all_kinds)) == all_kinds


def test_a_plan_is_named_by_everything_in_it() -> None:
    found = akte(dokument(5, "b"))
    plan = Korrekturplan(KorrekturId.NUMMERIERUNG, 0, tuple(find_nummern(found)))
    assert plan.digest == replace(plan).digest
    others = (replace(plan, grundlage=1), replace(plan, aenderungen=(replace(plan.aenderungen[0], nachher="2"),)))
    assert len({plan.digest, *(other.digest for other in others)}) == 3


def test_every_correction_is_in_the_table_and_says_what_it_is() -> None:
    assert set(KORREKTUREN) == set(KorrekturId)
    for korrektur in KORREKTUREN.values():
        assert all((korrektur.titel, korrektur.quelle, korrektur.aendert))
        assert korrektur.beschreibung.endswith(".")


def test_every_finding_with_a_correction_exists() -> None:
    """A rule that gets another name must get it here, too."""
    assert set(ABHILFEN) <= {regel.id for regel in REGELN} | OWN_RULES
    assert abhilfen_of("X.nummer-luecke") == (KorrekturId.FEHLBLATT, KorrekturId.NUMMERIERUNG)
    assert abhilfen_of("no.such-rule") == ()
