"""Names from outside: whatever passes stays inside its folder on every usual file system."""

import io
import posixpath
import unicodedata
import zipfile

from akte_pakete import PDF, paket
from hypothesis import given
from hypothesis import strategies as st

from erv_gateway.akte.befund import Befund, shorten
from erv_gateway.akte.namen import collisions, folded, name_fault
from erv_gateway.akte.zipquelle import ZipQuelle

schwierig = st.text(st.sampled_from(list("ab./\\: \x00\n\u202e\u00fcu\u0308\ud800~")) | st.characters(), max_size=12)


def zip_takes(name: str) -> bool:
    return bool(name) and not any(unicodedata.category(zeichen) == "Cs" for zeichen in name)


@given(schwierig)
def test_what_passes_cannot_leave_its_folder(name: str) -> None:
    if name_fault(name) is None:
        joined = posixpath.normpath(posixpath.join("/ziel", name))
        assert joined == "/ziel/" + name
        assert not set(name) & set('\\:*?"<>|')
        assert name.isprintable() or any(unicodedata.category(z) == "Zs" for z in name)
        name.encode()


@given(st.lists(schwierig, unique=True, max_size=6))
def test_collisions_are_found_whatever_the_case(names: list[str]) -> None:
    assert bool(collisions(names)) == (len({folded(name) for name in names}) < len(names))


@given(schwierig)
def test_shown_values_are_one_readable_line(wert: str) -> None:
    assert shorten(wert).isprintable()
    assert len(shorten(wert * 100)) <= 200


@given(st.dictionaries(schwierig.filter(zip_takes), st.just(PDF), max_size=4))
def test_any_names_in_a_zip_give_findings_or_safe_entries(dateien: dict[str, bytes]) -> None:
    ziel = io.BytesIO()
    with zipfile.ZipFile(ziel, "w") as archiv:
        for name, data in (paket() | dateien).items():
            info = zipfile.ZipInfo("x")
            info.filename = name
            archiv.writestr(info, data)
    befund = Befund()
    quelle = ZipQuelle(ziel, befund)
    if not befund.maengel:
        for eintrag in quelle.eintraege():
            with quelle.open(eintrag.name) as stream:
                assert len(stream.read()) == eintrag.bytes


@given(st.binary(max_size=200), st.integers(0, 400))
def test_any_damage_to_a_zip_is_a_finding(muell: bytes, stelle: int) -> None:
    ziel = io.BytesIO()
    with zipfile.ZipFile(ziel, "w") as archiv:
        archiv.writestr("manifest.json", b"{}")
    raw = ziel.getvalue()
    befund = Befund()
    quelle = ZipQuelle(io.BytesIO(raw[:stelle] + muell + raw[stelle + len(muell) :]), befund)
    assert befund.maengel or quelle.eintraege() is not None
