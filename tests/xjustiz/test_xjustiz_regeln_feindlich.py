"""No rule may fall over a message, however it is put together: only XJustizError escapes from a check."""

import re
from contextlib import suppress

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from xjustiz_falsch import faelle
from xjustiz_muster import HEUTE, Muster

from xjustiz import Codelisten, Richtung, Schemas, XJustizError, check

GRUND = [fall.muster() for fall in faelle() if fall.name != "1001-dateien"]
WERTE = st.sampled_from(
    ["", " ", "{0}%s", "-1", "9" * 30, "9999-12-31T23:59:59-14:00", "0000-00-00", "\u0663", "VS-NfD", "true"]
)
ELEMENT = re.compile(r"<tns:([\w.]+)[^>]*>")
BLATT = re.compile(r">([^<\s][^<]*)<")


def _element(xml: str, wo: int) -> re.Match[str] | None:
    alle = list(ELEMENT.finditer(xml))
    return alle[wo % len(alle)] if alle else None


def _without(xml: str, wo: int, wert: str) -> str:
    gefunden = _element(xml, wo)
    name = re.escape(gefunden[1]) if gefunden else "x"
    return re.sub(rf"<tns:{name}[ >].*?</tns:{name}>", "", xml, count=1, flags=re.DOTALL)


def _twice(xml: str, wo: int, wert: str) -> str:
    gefunden = _element(xml, wo)
    name = re.escape(gefunden[1]) if gefunden else "x"
    return re.sub(rf"<tns:{name}[ >].*?</tns:{name}>", lambda m: m[0] * 2, xml, count=1, flags=re.DOTALL)


def _renamed(xml: str, wo: int, wert: str) -> str:
    alt, neu = _element(xml, wo), _element(xml, wo // 7 + 3)
    return xml.replace(f"tns:{alt[1]}", f"tns:{neu[1]}") if alt and neu else xml


def _valued(xml: str, wo: int, wert: str) -> str:
    alle = list(BLATT.finditer(xml))
    if not alle:
        return xml
    stelle = alle[wo % len(alle)]
    return xml[: stelle.start(1)] + wert + xml[stelle.end(1) :]


SCHRITTE = st.lists(
    st.tuples(st.sampled_from([_without, _twice, _renamed, _valued]), st.integers(0, 400), WERTE),
    min_size=1,
    max_size=4,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(GRUND), SCHRITTE, st.sampled_from(list(Richtung)))
def test_nothing_else_escapes(
    schemas: Schemas, codelisten: Codelisten, grund: Muster, schritte: list, richtung: Richtung
) -> None:
    m = Muster(grund.xml, grund.dateien, grund.doppelte, kodierung=grund.kodierung, versand=grund.versand)
    for tun, wo, wert in schritte:
        m.xml = tun(m.xml, wo, wert)
    with suppress(XJustizError):
        check(m.paket(), schemas=schemas, codelisten=codelisten, am=HEUTE, richtung=richtung)
