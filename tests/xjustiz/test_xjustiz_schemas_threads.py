"""Compiling XSDs while other threads parse: libxml2's document loader is one for the whole process."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

from lxml import etree

from xjustiz import Schemas

HAUPT = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:tns="http://www.xjustiz.de"
 targetNamespace="http://www.xjustiz.de" elementFormDefault="qualified">
 <xs:include schemaLocation="teil.xsd"/>
 <xs:element name="nachricht.test.probe.9999999" type="tns:T"/></xs:schema>"""
TEIL = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.xjustiz.de">
 <xs:complexType name="T"><xs:sequence/></xs:complexType></xs:schema>"""
NACHRICHT = b'<nachricht.test.probe.9999999 xmlns="http://www.xjustiz.de"/>'
ROUNDS = 300


def parse_until(stop: Event) -> None:
    while not stop.is_set():
        etree.fromstring(b"<a><b/></a>")


def test_other_threads_do_not_break_the_compilation() -> None:
    stop = Event()
    with ThreadPoolExecutor(4) as pool:
        others = [pool.submit(parse_until, stop) for _ in range(4)]
        try:
            for _ in range(ROUNDS):
                schemas = Schemas({"9.9.9": {"haupt.xsd": HAUPT, "teil.xsd": TEIL}})
                assert schemas.validate(NACHRICHT, "9.9.9") == ()
        finally:
            stop.set()
        for other in others:
            other.result()
