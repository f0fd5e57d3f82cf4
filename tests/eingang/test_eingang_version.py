"""A message in a version that is not read: the desk is told what it is and how an eEB is given then."""

import pytest
from stationen import Werk

from erv_gateway.eingang.xjustiz_lesen import read_xjustiz
from erv_gateway.postfach.base import Anhang, Pruefergebnis

NACHRICHT = """<tns:nachricht.gds.uebermittlungSchriftgutobjekte.0005005 xmlns:tns="http://www.xjustiz.de">
<tns:nachrichtenkopf xjustizVersion="{}"/></tns:nachricht.gds.uebermittlungSchriftgutobjekte.0005005>"""


@pytest.mark.parametrize(
    ("nummer", "satz"),
    [
        ("3.4.1", "in XJustiz 3.4.1 (gültig bis 29.04.2025) geschrieben und wird nicht mehr gelesen"),
        ("2.4", "in XJustiz 2.4 (gültig bis 30.10.2021) geschrieben und wird nicht mehr gelesen"),
        ("3.0.0", "in XJustiz 3.0.0 geschrieben und wird nicht mehr gelesen"),
        ("3.7.0", "XJustiz 3.7.0 war nie gültig"),
        ("4.1.0", "XJustiz 4.1.0 ist neuer als dieses Programm"),
        ("{ende}", "keine bekannte XJustiz-Version"),
    ],
)
async def test_it_is_said_what_the_version_is(werk: Werk, nummer: str, satz: str) -> None:
    blob = await werk.betrieb.blobs.put_bytes(NACHRICHT.format(nummer).encode())
    anhang = Anhang("xjustiz_nachricht.xml", blob.sha256, blob.bytes)
    befund = await read_xjustiz(werk.betrieb, (anhang,), werk.uhr.jetzt())
    assert befund.gelesen is None
    assert not befund.eeb_verlangt
    assert befund.schritt.ergebnis is Pruefergebnis.UNBESTIMMT
    assert satz in befund.schritt.begruendung
    assert "§ 130a ZPO" in befund.schritt.begruendung
