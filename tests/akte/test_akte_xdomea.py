"""xdomea 2.4, 3.0 and 3.1: messages valid against their published schemas give the same Akte."""

from datetime import UTC, date, datetime
from io import BytesIO
from uuid import UUID

import pytest
from akte_pakete import PDF, TIFF, CountingBlobs, as_zip, sha, uid, xdomea_schema
from akte_xdomea_texte import (
    abgabe,
    akte,
    dokument,
    format_,
    historie,
    identifikation,
    metadaten,
    primaer,
    version,
    vorgang,
)
from lxml import etree

from erv_gateway.akte.befund import EinlieferungRefused, Hinweis, text_of
from erv_gateway.akte.einlieferung import Einlieferung, Lieferformat, read_zip
from erv_gateway.akte.modell import HistorienArt, Rolle, Scan
from erv_gateway.akte.xdomea.historie import art_of

VERSIONEN = ["2.4.0", "3.0.0", "3.1.0"]


async def read(xml: bytes, *namen: str, ohne: str = "", **mehr: bytes) -> Einlieferung:
    """Intake of the message with a PDF (or TIFF) for every name; every Hinweis must have its sentence."""
    dateien = {primaer(name): (TIFF if name.endswith("tif") else PDF) + name.encode() for name in namen if name != ohne}
    gelesen = await read_zip(
        BytesIO(as_zip({f"{uid('n')}_Abgabe.Abgabe.0401.xml": xml} | dateien | mehr)), CountingBlobs()
    )
    assert all(text_of(hinweis).endswith(".") for hinweis in gelesen.hinweise)
    return gelesen


async def refused(xml: bytes, *namen: str) -> dict[str, Hinweis]:
    with pytest.raises(EinlieferungRefused) as info:
        await read(xml, *namen)
    return {mangel.code: mangel for mangel in info.value.maengel}


def codes(gelesen: Einlieferung) -> list[str]:
    return [hinweis.code for hinweis in gelesen.hinweise if hinweis.code != "ohne-pruefsummen"]


def standard(fassung: str) -> bytes:
    """An Akte with a Teilakte; 2.4 allows either Dokumente or Vorgänge in an Akte, so both versions use a Vorgang."""
    eintraege = historie(fassung, "Geändert", wechsel=("Betreff", "alt", "neu")) + historie(
        fassung, "Angelegt", zeit="2026-01-13T07:00:00"
    )
    eins = dokument("Antrag", 1, version("1", format_(primaer("antrag.pdf"))), typ="Bauantrag", historie=eintraege)
    zwei = dokument("Bescheid", 2, version("1", format_(primaer("bescheid.pdf"))), typ="Bescheid")
    drei = dokument("Brief", 1, version("1", format_(primaer("brief.pdf"))))
    unter = vorgang("Unter", 1, drei, element="Teilvorgang")
    teil = f"<x:Teilakte>{identifikation('Band', 2)}{metadaten('Band 2', '63-1/26-2')}</x:Teilakte>"
    return abgabe(fassung, akte(fassung, vorgang("Verfahren", 1, eins, zwei, unter), teil))


@pytest.mark.parametrize("fassung", VERSIONEN)
async def test_every_version_gives_the_same_akte(fassung: str) -> None:
    xml = standard(fassung)
    xdomea_schema(fassung).assertValid(etree.fromstring(xml))
    gelesen = await read(xml, "antrag.pdf", "bescheid.pdf", "brief.pdf")
    assert (gelesen.format, gelesen.formatversion) == (Lieferformat.XDOMEA, fassung)
    akte_ = gelesen.akte
    assert (akte_.id, akte_.aktenzeichen, akte_.titel) == (UUID(uid("akte")), "63-1/26", "Testakte")
    assert akte_.abgebende_stelle == "Stadt Test"
    assert [(t.nummer, t.titel, t.aktenzeichen) for t in akte_.teilakten] == [
        (1, "Verfahren", "63-1/26-1"),
        (2, "Band 2", "63-1/26-2"),
    ]
    verfahren = akte_.teilakten[0]
    assert [(t.nummer, t.titel) for t in verfahren.teilakten] == [(1, "Unter")]
    assert [(d.nummer, d.titel, d.klasse) for d in verfahren.dokumente] == [
        (2, "Antrag", "016"),
        (3, "Bescheid", "017"),
    ]
    assert verfahren.dokumente[0].dateien[0].sha256 == sha(PDF + b"antrag.pdf")


@pytest.mark.parametrize("fassung", VERSIONEN)
async def test_history_of_every_version(fassung: str) -> None:
    gelesen = await read(standard(fassung), "antrag.pdf", "bescheid.pdf", "brief.pdf")
    angelegt, geaendert = gelesen.akte.teilakten[0].dokumente[0].historie
    assert (angelegt.art, angelegt.zeitpunkt) == (HistorienArt.ANGELEGT, datetime(2026, 1, 13, 6, tzinfo=UTC))
    assert (geaendert.aktion, geaendert.art, geaendert.akteur) == ("Geändert", HistorienArt.GEAENDERT, "Muster")
    assert (geaendert.metadatum, geaendert.alter_wert, geaendert.neuer_wert) == ("Betreff", "alt", "neu")
    ohne_zone = next(hinweis for hinweis in gelesen.hinweise if hinweis.code == "zeit-ohne-zone")
    assert ohne_zone.angaben == {"anzahl": 2}  # the export time and one entry


@pytest.mark.parametrize(
    ("aktion", "art"),
    [
        ("Dokument angelegt", HistorienArt.ANGELEGT),
        ("GESCANNT", HistorienArt.GESCANNT),
        ("Metadatum geändert", HistorienArt.GEAENDERT),
        ("Schlussgezeichnet", HistorienArt.FREIGEGEBEN),
        ("viewed", HistorienArt.GELESEN),
        ("Version gelöscht", HistorienArt.GELOESCHT),
        ("nicht freigegeben", HistorienArt.SONSTIGES),
        ("Freigabe zurückgezogen", HistorienArt.SONSTIGES),
        ("gelesen und freigegeben", HistorienArt.SONSTIGES),
        ("Versandt", HistorienArt.SONSTIGES),
        ("abgelesen", HistorienArt.SONSTIGES),
    ],
)
def test_reading_of_free_text_actions(aktion: str, art: HistorienArt) -> None:
    assert art_of(aktion) is art


async def test_last_version_counts_and_the_older_one_is_named() -> None:
    doku = dokument("D", 1, version("1", format_(primaer("alt.pdf"))), version("2", format_(primaer("neu.pdf"))))
    gelesen = await read(abgabe("3.1.0", akte("3.1.0", doku)), "alt.pdf", "neu.pdf")
    [datei] = gelesen.akte.dokumente[0].dateien
    assert datei.name == primaer("neu.pdf")
    [hinweis] = [h for h in gelesen.hinweise if h.code == "aeltere-version"]
    assert hinweis.angaben == {"version": "1", "datei": primaer("alt.pdf")}
    assert len(gelesen.dateien) == 3  # the older file is kept as delivered


async def test_roles_of_formats_and_signatures() -> None:
    siegel = (
        f"<x:SignaturSiegel><x:SignaturSiegelDatei>{primaer('a.pdf.p7s')}</x:SignaturSiegelDatei></x:SignaturSiegel>"
    )
    doku = dokument(
        "D",
        1,
        version(
            "1",
            format_(primaer("a.tif"), "023"),
            format_(primaer("a.pdf"), "044", danach=siegel),
            format_(primaer("b.pdf")),
            format_(primaer("v.pdf"), "100", sonstiges="Transfervermerk"),
        ),
    )
    xml = abgabe("3.1.0", akte("3.1.0", doku))
    xdomea_schema("3.1.0").assertValid(etree.fromstring(xml))
    p7s = bytes.fromhex("308006092a864886f70d010702") + b"rest"
    gelesen = await read(xml, "a.tif", "a.pdf", "b.pdf", "v.pdf", **{primaer("a.pdf.p7s"): p7s})
    assert [(d.name, d.rolle, d.bezug) for d in gelesen.akte.dokumente[0].dateien] == [
        (primaer("a.tif"), Rolle.ORIGINAL, None),
        (primaer("a.pdf"), Rolle.REPRAESENTAT, None),
        (primaer("v.pdf"), Rolle.TRANSFERVERMERK, None),
        (primaer("a.pdf.p7s"), Rolle.SIGNATURDATEI, primaer("a.pdf")),
    ]
    assert codes(gelesen)[:1] == ["weiteres-format"]


async def test_annexes_follow_their_document_and_a_transfervermerk_joins_it() -> None:
    anlage = dokument("Anlage A", 1, version("1", format_(primaer("anlage.pdf"))), element="Anlage")
    vermerk = dokument("V", 2, version("1", format_(primaer("v.pdf"))), typ="Transfervermerk", element="Anlage")
    eins = dokument("Eins", 1, version("1", format_(primaer("eins.pdf"))), danach=anlage + vermerk)
    zwei = dokument("Zwei", 2, version("1", format_(primaer("zwei.pdf"))))
    gelesen = await read(abgabe("3.1.0", akte("3.1.0", eins + zwei)), "anlage.pdf", "v.pdf", "eins.pdf", "zwei.pdf")
    gefunden = [(d.nummer, d.titel, d.anlage_zu) for d in gelesen.akte.dokumente]
    assert gefunden == [(1, "Eins", None), (2, "Anlage A", UUID(uid("Eins"))), (3, "Zwei", None)]
    assert [datei.rolle for datei in gelesen.akte.dokumente[0].dateien] == [Rolle.ORIGINAL, Rolle.TRANSFERVERMERK]
    assert codes(gelesen) == ["anlage-als-dokument", "zeit-ohne-zone"]


@pytest.mark.parametrize(("nummern", "neu"), [((2, 1), False), ((1, 1), True), ((5, None), True), (("A", 1), True)])
async def test_numbers_are_kept_or_given_anew_with_notice(nummern: tuple[object, object], neu: bool) -> None:
    fassung = "2.4.0" if "A" in nummern else "3.1.0"
    dokus = [dokument(t, n, version("1", format_(primaer(f"{t}.pdf")))) for t, n in zip("xy", nummern, strict=True)]
    gelesen = await read(abgabe(fassung, akte(fassung, "".join(dokus))), "x.pdf", "y.pdf")
    assert [d.nummer for d in gelesen.akte.dokumente] == [1, 2]
    assert ("neu-nummeriert" in codes(gelesen)) is neu
    erwartet = ["x", "y"] if nummern in {(1, 1), (5, None)} else ["y", "x"]
    assert [d.titel for d in gelesen.akte.dokumente] == erwartet


async def test_scan_and_filing_are_read_from_the_history() -> None:
    eintraege = historie("3.1.0", "Gescannt", wechsel=("Ersetzendes Scannen", "", "ja")) + historie(
        "3.1.0", "Veraktet", zeit="2026-02-01T23:30:00Z"
    )
    doku = dokument("D", 1, version("1", format_(primaer("d.pdf"))), historie=eintraege)
    [gelesen] = (await read(abgabe("3.1.0", akte("3.1.0", doku)), "d.pdf")).akte.dokumente
    assert gelesen.scan == Scan(date(2026, 1, 14), ersetzend=True)
    assert gelesen.veraktet_am == date(2026, 2, 2)  # the German day


async def test_nothing_without_a_place_is_dropped_silently() -> None:
    kopf = "<x:AllgemeineMetadaten><x:Betreff>D</x:Betreff><x:Bemerkung>eilt</x:Bemerkung></x:AllgemeineMetadaten>"
    doku = (
        f"<x:Dokument>{identifikation('D', 1)}{kopf}<x:Postausgangsdatum>2026-01-02</x:Postausgangsdatum>"
        f"<x:Bearbeiter>Muster</x:Bearbeiter><x:Typ>Niederschlag</x:Typ>"
        f"{version('1', format_(primaer('d.pdf'), danach='<x:Ersteller>Scan 3</x:Ersteller>'))}</x:Dokument>"
    )
    gelesen = await read(abgabe("3.1.0", akte("3.1.0", doku)), "d.pdf")
    ohne_platz = {h.angaben["element"]: h.angaben["wert"] for h in gelesen.hinweise if h.code == "ohne-platz"}
    assert ohne_platz == {
        "Bemerkung": "eilt",
        "Postausgangsdatum": "2026-01-02",
        "Bearbeiter": "Muster",
        "Ersteller": "Scan 3",
    }
    assert gelesen.akte.dokumente[0].klasse == "001"
    assert "dokumenttyp-unbekannt" in codes(gelesen)


async def test_a_paper_document_stays_visible() -> None:
    gelesen = await read(abgabe("3.1.0", akte("3.1.0", dokument("Papier", 1))))
    assert gelesen.akte.dokumente[0].dateien == ()
    assert "dokument-ohne-datei" in codes(gelesen)


async def test_a_vorgang_alone_becomes_the_akte_and_the_covering_letter_is_not_in_it() -> None:
    brief = dokument("Brief", None, version("1", format_(primaer("brief.pdf"))), element="Anschreiben")
    doku = dokument("D", 1, version("1", format_(primaer("d.pdf"))))
    xml = abgabe("3.0.0", vorgang("V", 1, doku), brief)
    xdomea_schema("3.0.0").assertValid(etree.fromstring(xml))
    gelesen = await read(xml, "brief.pdf", "d.pdf")
    assert gelesen.akte.aktenzeichen == "63-1/26-1"
    assert [d.titel for d in gelesen.akte.alle_dokumente()] == ["D"]
    assert {"vorgang-als-akte", "anschreiben"} <= set(codes(gelesen))


async def test_checksums_beside_the_message() -> None:
    xml = abgabe("3.1.0", akte("3.1.0", dokument("D", 1, version("1", format_(primaer("d.pdf"))))))
    gut = f"{sha(PDF + b'd.pdf')}  {primaer('d.pdf')}\n".encode()
    assert "ohne-pruefsummen" not in {h.code for h in (await read(xml, "d.pdf", SHA256SUMS=gut)).hinweise}
    with pytest.raises(EinlieferungRefused, match="datei-veraendert"):
        await read(xml, "d.pdf", SHA256SUMS=b"0" * 64 + gut[64:])
    with pytest.raises(EinlieferungRefused, match="pruefsummen-ungueltig"):
        await read(xml, "d.pdf", SHA256SUMS=b"\xff\n")


async def test_missing_and_surplus_files() -> None:
    xml = abgabe("3.1.0", akte("3.1.0", dokument("D", 1, version("1", format_(primaer("d.pdf"))))))
    with pytest.raises(EinlieferungRefused) as info:
        await read(xml, "anders.pdf")
    assert [(m.code, m.wo) for m in info.value.maengel] == [
        ("datei-fehlt", primaer("d.pdf")),
        ("datei-ueberzaehlig", primaer("anders.pdf")),
    ]


GUT = standard("3.1.0")
ENTITY = b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
LAUGHS = b'<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (ENTITY + GUT.replace(b"Testakte", b"&e;"), "xml-ungueltig"),
        (LAUGHS + GUT, "xml-ungueltig"),
        ((ENTITY + GUT).decode().encode("utf-16"), "xml-ungueltig"),
        (b"\xef\xbb\xbf<!DOCTYPE x>" + GUT, "xml-ungueltig"),
        (GUT[:-20], "xml-ungueltig"),
        (b"", "xml-ungueltig"),
        (b"<a>" * 5000 + b"</a>" * 5000, "xml-ungueltig"),
        (GUT.replace(b"3.1.0", b"4.0.0"), "xdomea-version"),
        (GUT.replace(b"Abgabe.Abgabe.0401", b"Abgabe.ImportBestaetigen.0402"), "xdomea-nachricht"),
        (GUT.replace(b"Schriftgutobjekt>", b"Anderes>"), "xdomea-schriftgut"),
        (GUT.replace(b"2026-01-14T08", b"2026-13-14T08"), "xdomea-wert"),
        (GUT.replace(b"2026-01-14T08", b"0001-01-01T00"), "xdomea-wert"),
        (GUT.replace(b"2026-01-14T08:00:00+01:00", b"2026-01-14"), "xdomea-wert"),
        (GUT.replace(b"<x:Kopf>", b"<x:Kopf " + b'a="" ' * 9 + b">"), "xml-ungueltig"),
        (GUT.replace(uid("akte").encode(), b"|" * 8 + uid("akte")[8:].encode()), "xdomea-wert"),
        (GUT.replace(b"<x:Akteur>Muster</x:Akteur>", b""), "xdomea-pflicht"),
        (GUT.replace(b"<x:Kennzeichen>63-1/26</x:Kennzeichen>", b""), "xdomea-pflicht"),
        (GUT.replace(uid("Antrag").encode(), uid("Bescheid").encode()), "id-doppelt"),
        (GUT.replace(primaer("antrag.pdf").encode(), primaer("bescheid.pdf").encode()), "datei-mehrfach"),
    ],
)
async def test_hostile_and_wrong_messages(xml: bytes, code: str) -> None:
    assert code in await refused(xml, "antrag.pdf", "bescheid.pdf", "brief.pdf")


async def test_too_deep_a_structure() -> None:
    inhalt = ""
    for ebene in range(12):
        inhalt = vorgang(f"T{ebene}", 1, inhalt, element="Teilvorgang" if ebene < 11 else "Vorgang")
    assert "zu-tief" in await refused(abgabe("3.1.0", akte("3.1.0", inhalt)))
