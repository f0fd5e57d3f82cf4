"""The plan for a file that is too big: pure, complete, in order, together what belongs together."""

from uuid import UUID, uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from erv_gateway.akte.ausschnitt import ausschnitt
from erv_gateway.akte.modell import Akte, Datei, Dokument, Rolle, Teilakte
from erv_gateway.sendung.teilung import RESERVE_BYTES, RESERVE_DATEIEN, Grenzen, plan_of

GRENZEN = Grenzen(RESERVE_BYTES + 100_000, RESERVE_DATEIEN + 10)


def _dokument(nummer: int, groessen: list[int], anlage_zu: UUID | None = None) -> Dokument:
    dateien = tuple(Datei(f"{n}.pdf", "0" * 64, groesse, "application/pdf") for n, groesse in enumerate(groessen))
    return Dokument(uuid4(), nummer, f"Dokument {nummer}", dateien, anlage_zu=anlage_zu)


def _akte(*dokumente: Dokument, teilakten: tuple[Teilakte, ...] = ()) -> Akte:
    return Akte(uuid4(), "63-1/2026", "Akte", "Stadt", teilakten=teilakten, dokumente=dokumente)


@st.composite
def akten(draw: st.DrawFn) -> Akte:
    def dokumente(ab: int) -> tuple[Dokument, ...]:
        gebaut: list[Dokument] = []
        for nummer in range(ab, ab + draw(st.integers(0, 8))):
            groessen = draw(st.lists(st.integers(0, 40_000), min_size=1, max_size=2))
            bezug = draw(st.sampled_from([None, *(d.id for d in gebaut)]))
            gebaut.append(_dokument(nummer, groessen, bezug))
        return tuple(gebaut)

    innere = Teilakte(uuid4(), 1, "innen", dokumente=dokumente(1))
    aussen = Teilakte(uuid4(), 1, "aussen", teilakten=(innere,), dokumente=dokumente(2))
    return _akte(*dokumente(3), teilakten=(aussen, Teilakte(uuid4(), 2, "leer")))


@settings(max_examples=60, deadline=None)
@given(akten())
def test_every_document_travels_once_in_order_and_every_part_fits(akte: Akte) -> None:
    plan = plan_of(akte, GRENZEN)
    assert not plan.zu_gross
    assert [k for teil in plan.teile for k in teil.dokumente] == [d.id for d in akte.alle_dokumente()]
    assert [teil.nummer for teil in plan.teile] == list(range(1, len(plan.teile) + 1))
    for teil in plan.teile:
        assert teil.bytes <= GRENZEN.bytes - RESERVE_BYTES
        assert teil.dateien <= GRENZEN.dateien - RESERVE_DATEIEN
    assert plan_of(akte, GRENZEN) == plan


@settings(max_examples=60, deadline=None)
@given(akten())
def test_the_parts_are_lawful_files_and_together_the_whole(akte: Akte) -> None:
    teile = [ausschnitt(akte, set(t.dokumente), mit_leeren=t.nummer == 1) for t in plan_of(akte, GRENZEN).teile]
    assert [d.id for teil in teile for d in teil.alle_dokumente()] == [d.id for d in akte.alle_dokumente()]
    assert {t.id for teil in teile for t in teil.alle_teilakten()} == {t.id for t in akte.alle_teilakten()}
    for teil in teile:
        da = {d.id for d in teil.alle_dokumente()}
        assert all(d.anlage_zu in {None, *da} for d in teil.alle_dokumente())
        for container in (teil, *teil.alle_teilakten()):
            nummern = sorted(e.nummer for e in (*container.teilakten, *container.dokumente))
            assert nummern == list(range(1, len(nummern) + 1))


def test_annexes_stay_with_their_letter_until_a_message_cannot_hold_them() -> None:
    fuellung = _dokument(1, [60_000])
    brief = _dokument(2, [30_000])
    anlage = _dokument(3, [30_000], brief.id)
    plan = plan_of(_akte(fuellung, brief, anlage), GRENZEN)
    assert [teil.dokumente for teil in plan.teile] == [(fuellung.id,), (brief.id, anlage.id)]
    assert plan.getrennte_anlagen == ()
    gross = _dokument(3, [80_000], brief.id)
    getrennt = plan_of(_akte(fuellung, brief, gross), GRENZEN)
    assert [teil.dokumente for teil in getrennt.teile] == [(fuellung.id, brief.id), (gross.id,)]
    assert getrennt.getrennte_anlagen == (gross,)


def test_a_document_that_fits_into_no_message_is_named() -> None:
    gross = _dokument(2, [60_000, 60_000])
    plan = plan_of(_akte(_dokument(1, [1]), gross), GRENZEN)
    assert (plan.teile, plan.zu_gross) == ((), (gross,))


def test_the_number_of_files_splits_too_and_a_document_keeps_all_of_its_files() -> None:
    brief = Datei("b.pdf", "0" * 64, 1, "application/pdf")
    signatur = Datei("b.pdf.p7s", "1" * 64, 1, "application/pkcs7-signature", Rolle.SIGNATURDATEI, "b.pdf")
    signiert = Dokument(uuid4(), 10, "Bescheid", (brief, signatur))
    plan = plan_of(_akte(*(_dokument(n, [1]) for n in range(1, 10)), signiert), GRENZEN)
    assert [teil.dateien for teil in plan.teile] == [9, 2]
    assert plan.teile[1].dokumente == (signiert.id,)
