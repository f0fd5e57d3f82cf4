"""Trusted lists: taken only when signed by whom they should be, and what they make of a signature."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from archiv_bau import signed, stamped
from cms_bau import LocalTsa
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from liste_bau import AUSGESTELLT, EXT, NAECHSTE, QTST, SIE, TSL, XADES, Dienst, lotl, national
from lxml import etree
from pki_bau import Stelle, Wunsch, certify, qc_statements
from typer.testing import CliRunner

from certs.anchors import Zweck
from certs.certificate import der_to_pem
from certs.urteil import Urteil
from erv_gateway.cli import make_app
from erv_gateway.isolation.werkstatt import Werkstatt
from erv_gateway.signatur.auftrag import Auftrag
from erv_gateway.signatur.cms_pruefen import Massstab, check_cms
from erv_gateway.signatur.ergebnis import Qualifikation, Signaturpruefung
from erv_gateway.signatur.fehler import VertrauenslisteRefused
from erv_gateway.signatur.grundlage import Pruefgrundlage
from erv_gateway.signatur.inhalt import Inhalt
from erv_gateway.signatur.isoliert import Pruefdienst
from erv_gateway.signatur.qualifikation import qualify
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.signieren import sign_detached
from erv_gateway.signatur.vertrauensanker import anchors_with
from erv_gateway.signatur.vertrauensdienst import Vertrauenslisten
from erv_gateway.signatur.vertrauensliste_abruf import fetch_lists
from erv_gateway.signatur.vertrauensliste_ordner import import_lists, load_lists, pinned_signers, verify_lists

INHALT = b"Klage"
AT = datetime(2026, 11, 20, tzinfo=UTC)
Q = Qualifikation


@pytest.fixture(scope="module")
def eu() -> Stelle:
    return certify("LOTL", None)


@pytest.fixture(scope="module")
def de() -> Stelle:
    return certify("TL-DE", None)


@pytest.fixture(scope="module")
def ca() -> Stelle:
    return certify("QES CA 1", None, Wunsch(ca=True))


@pytest.fixture(scope="module")
def erika(ca: Stelle) -> Stelle:
    return certify("Erika", ca, Wunsch(ab=datetime(2025, 1, 1, tzinfo=UTC), extra=(qc_statements(),)))


def loaded(eu: Stelle, de: Stelle, *dienste: Dienst, naechste: datetime | None = NAECHSTE) -> Vertrauenslisten:
    files = {"l": lotl([("DE", [de])], eu), "de": national("DE", dienste, de, naechste=naechste)}
    bestand = verify_lists(files, [eu.der])
    assert bestand.abgewiesen == ()
    return bestand.vertrauenslisten


def judged(leaf: Stelle, listen: Vertrauenslisten, at: datetime = AT) -> Signaturpruefung:
    """Trust comes from the lists alone."""
    p7s = asyncio.run(sign_detached(INHALT, Signer(leaf.soft), zeitpunkt=AT))
    massstab = Massstab(anchors_with(None, listen), (Zweck.SIGNATUR,), at)
    (result,) = check_cms(p7s, Inhalt.of_bytes(INHALT), massstab)
    return qualify(result, listen)


def test_a_qualified_signature_is_called_so(eu: Stelle, de: Stelle, ca: Stelle, erika: Stelle) -> None:
    result = judged(erika, loaded(eu, de, Dienst([ca])))
    assert (result.urteil, result.qualifiziert) == (Urteil.GUELTIG, Q.QUALIFIZIERT)
    assert "Muster-VDA GmbH (Vertrauensliste DE)" in result.qualifikation_grund
    assert result.anker == "Vertrauensliste DE: Muster-VDA GmbH, QES CA"


def test_without_a_list_it_is_not_checked_and_never_green(ca: Stelle, erika: Stelle) -> None:
    result = judged(erika, Vertrauenslisten())
    assert (result.qualifiziert, result.urteil) == (Q.NICHT_GEPRUEFT, Urteil.UNBESTIMMT)
    assert "keine Vertrauensliste" in result.qualifikation_grund


def test_what_is_not_qualified(eu: Stelle, de: Stelle, ca: Stelle) -> None:
    listen = loaded(eu, de, Dienst([ca]))
    cases = {
        "no statements": (),
        "no device": (qc_statements(geraet=False),),
        "seal": (qc_statements(typ="0.4.0.1862.1.6.2"),),
        "website": (qc_statements(typ="0.4.0.1862.1.6.3"),),
        "unknown type": (qc_statements(typ="0.4.0.1862.1.6.9"),),
    }
    for name, extra in cases.items():
        result = judged(certify("Blatt", ca, Wunsch(extra=extra)), listen)
        assert result.urteil is Urteil.GUELTIG, name
        assert result.qualifiziert is Q.NICHT_QUALIFIZIERT, name


def test_an_issuer_that_is_in_no_list(eu: Stelle, de: Stelle, ca: Stelle, erika: Stelle) -> None:
    listen = loaded(eu, de, Dienst([certify("Andere", None, Wunsch(ca=True))]))
    result = judged(erika, listen)
    assert (result.urteil, result.qualifiziert) == (Urteil.UNBESTIMMT, Q.NICHT_GEPRUEFT)
    own = replace(result, urteil=Urteil.GUELTIG, kette=(erika.der, ca.der))
    assert qualify(own, listen).qualifiziert is Q.NICHT_QUALIFIZIERT


def day(year: int, month: int = 1) -> datetime:
    return datetime(year, month, 1, tzinfo=UTC)


def test_the_service_must_be_granted_when_issued_and_when_signed(
    eu: Stelle, de: Stelle, ca: Stelle, erika: Stelle
) -> None:
    """The certificate is of 2025-01-01."""

    def status(*history: tuple[str, datetime], at: datetime = AT) -> tuple[Urteil, Q]:
        result = judged(erika, loaded(eu, de, Dienst([ca], history)), at)
        return result.urteil, result.qualifiziert

    assert status(("granted", day(2017))) == (Urteil.GUELTIG, Q.QUALIFIZIERT)
    withdrawn = (("withdrawn", day(2026, 6)), ("granted", day(2017)))
    assert status(*withdrawn)[1] is not Q.QUALIFIZIERT
    assert status(*withdrawn)[0] is Urteil.UNBESTIMMT
    assert status(*withdrawn, at=day(2026, 3)) == (Urteil.GUELTIG, Q.QUALIFIZIERT)
    assert status(("granted", day(2026)), ("withdrawn", day(2017))) == (Urteil.GUELTIG, Q.NICHT_QUALIFIZIERT)
    assert status(("granted", day(2026, 12)))[1] is not Q.QUALIFIZIERT


def qualifications(qualifier: str, criteria: str) -> str:
    return (
        f'<Extension Critical="true">{{asi:ForeSignatures}}</Extension><Extension Critical="true">'
        f'<q:Qualifications xmlns:q="{SIE}" xmlns:x="{XADES}"><q:QualificationElement><q:Qualifiers>'
        f'<q:Qualifier uri="{EXT}{qualifier}"/></q:Qualifiers>{criteria}'
        "</q:QualificationElement></q:Qualifications></Extension>"
    )


SIGNING = (
    '<q:CriteriaList assert="all"><q:KeyUsage><q:KeyUsageBit name="nonRepudiation">true</q:KeyUsageBit>'
    '<q:KeyUsageBit name="keyCertSign">false</q:KeyUsageBit></q:KeyUsage></q:CriteriaList>'
)
OTHER = '<q:CriteriaList assert="all"><q:otherCriteriaList><y/></q:otherCriteriaList></q:CriteriaList>'
FOREIGN_POLICY = (
    '<q:CriteriaList assert="atLeastOne"><q:PolicySet><q:PolicyIdentifier><x:Identifier>1.2.3.4</x:Identifier>'
    "</q:PolicyIdentifier></q:PolicySet></q:CriteriaList>"
)


@pytest.mark.parametrize(
    ("qualifier", "criteria", "geraet", "expected"),
    [
        ("QCWithQSCD", SIGNING, False, Q.QUALIFIZIERT),
        ("QCWithQSCD", FOREIGN_POLICY, False, Q.NICHT_QUALIFIZIERT),
        ("QCWithQSCD", '<q:CriteriaList assert="all"/>', False, Q.NICHT_QUALIFIZIERT),
        ("QCNoQSCD", SIGNING, True, Q.NICHT_QUALIFIZIERT),
        ("QCForESeal", SIGNING, True, Q.NICHT_QUALIFIZIERT),
        ("NotQualified", SIGNING, True, Q.NICHT_QUALIFIZIERT),
        ("NotQualified", FOREIGN_POLICY, True, Q.QUALIFIZIERT),
    ],
)
def test_qualifiers_of_the_list_outweigh_the_certificate(
    eu: Stelle, de: Stelle, ca: Stelle, qualifier: str, criteria: str, geraet: bool, expected: Qualifikation
) -> None:
    leaf = certify("Blatt", ca, Wunsch(ab=day(2025), extra=(qc_statements(geraet=geraet),)))
    listen = loaded(eu, de, Dienst([ca], extension=qualifications(qualifier, criteria)))
    assert judged(leaf, listen).qualifiziert is expected


@pytest.mark.parametrize(
    "extension",
    [
        '<Extension Critical="true"><Unbekannt xmlns="urn:x"/></Extension>',
        qualifications("QCWithQSCD", '<q:CriteriaList assert="sometimes"/>'),
        qualifications(
            "QCWithQSCD",
            '<q:CriteriaList assert="all"><q:otherCriteriaList><y/></q:otherCriteriaList></q:CriteriaList>',
        ),
        qualifications("QCWithQSCD", ""),
    ],
)
def test_what_is_not_understood_is_never_trusted(
    eu: Stelle, de: Stelle, ca: Stelle, erika: Stelle, extension: str
) -> None:
    result = judged(erika, loaded(eu, de, Dienst([ca], extension=extension)))
    assert result.urteil is Urteil.UNBESTIMMT
    assert result.qualifiziert is Q.NICHT_GEPRUEFT


def test_a_service_for_seals_only_makes_no_qualified_signature(
    eu: Stelle, de: Stelle, ca: Stelle, erika: Stelle
) -> None:
    listen = loaded(eu, de, Dienst([ca], extension='<Extension Critical="true">{asi:ForeSeals}</Extension>'))
    assert judged(erika, listen).qualifiziert is Q.NICHT_QUALIFIZIERT


def test_two_services_that_contradict_each_other_decide_nothing(
    eu: Stelle, de: Stelle, ca: Stelle, erika: Stelle
) -> None:
    listen = loaded(eu, de, Dienst([ca]), Dienst([ca], extension=qualifications("NotQualified", SIGNING)))
    assert judged(erika, listen).qualifiziert is Q.NICHT_GEPRUEFT


def test_a_red_or_yellow_signature_is_never_qualified(eu: Stelle, de: Stelle, ca: Stelle, erika: Stelle) -> None:
    listen = loaded(eu, de, Dienst([ca]))
    good = judged(erika, listen)
    assert qualify(replace(good, urteil=Urteil.UNGUELTIG), listen).qualifiziert is Q.NICHT_QUALIFIZIERT
    assert qualify(replace(good, urteil=Urteil.UNBESTIMMT), listen).qualifiziert is Q.NICHT_GEPRUEFT


def test_an_expired_list_is_noted(eu: Stelle, de: Stelle, ca: Stelle, erika: Stelle) -> None:
    listen = loaded(eu, de, Dienst([ca]), naechste=day(2026, 11))
    result = judged(erika, listen)
    assert result.qualifiziert is Q.NICHT_GEPRUEFT
    assert "galt nur bis 01.11.2026" in result.qualifikation_grund
    assert judged(erika, listen, day(2026, 10)).qualifiziert is Q.QUALIFIZIERT
    assert judged(erika, loaded(eu, de, Dienst([ca]), naechste=None)).qualifiziert is Q.QUALIFIZIERT


def test_time_stamp_services_are_anchors_for_stamps_only(eu: Stelle, de: Stelle, ca: Stelle, erika: Stelle) -> None:
    listen = loaded(eu, de, Dienst([ca], art=QTST, extension=""))
    anchors = anchors_with(None, listen)
    assert anchors is not None
    assert {anchor.zweck for anchor in anchors.alle} == {Zweck.TSA}
    assert judged(erika, listen).urteil is Urteil.UNBESTIMMT


def refused(files: Mapping[str, bytes], *signers: Stelle) -> list[str]:
    return [name for name, _reason in verify_lists(files, [one.der for one in signers]).abgewiesen]


def test_a_national_list_counts_only_when_signed_by_whom_the_list_of_lists_names(
    eu: Stelle, de: Stelle, ca: Stelle
) -> None:
    top = lotl([("DE", [de])], eu)
    stranger = certify("TL-DE", None)
    good = national("DE", [Dienst([ca])], de)
    assert refused({"l": top, "de": good}, eu) == []
    bad = {
        "another signer": national("DE", [Dienst([ca])], stranger),
        "another land": national("FR", [Dienst([ca])], de),
        "changed": good.replace(b"Muster-VDA", b"Boese-VDA!"),
        "status changed": good.replace(b"/granted", b"/revoked"),
        "unsigned": etree.tostring(_without_signature(good)),
        "issued before its signer": national("DE", [Dienst([ca])], de, ausgestellt=day(2019)),
    }
    for name, data in bad.items():
        bestand = verify_lists({"l": top, "de": data}, [eu.der])
        assert [one for one, _reason in bestand.abgewiesen] == ["de"], name
        assert bestand.vertrauenslisten.dienste == (), name


def _without_signature(data: bytes) -> etree._Element:
    root = etree.fromstring(data)
    for element in root.findall("{http://www.w3.org/2000/09/xmldsig#}Signature"):
        root.remove(element)
    return root


def test_content_wrapped_around_a_good_signature_is_not_read(eu: Stelle, de: Stelle, ca: Stelle) -> None:
    """XSW: the signed list inside another one that carries the attacker's service."""
    good = national("DE", [Dienst([ca])], de)
    inner = good.decode().replace("<?xml version='1.0'?>", "")
    evil = certify("Boese CA", None, Wunsch(ca=True))
    outer = _without_signature(national("DE", [Dienst([evil])], de))
    outer.set("Id", "boese")
    outer.append(etree.fromstring(inner))
    bestand = verify_lists({"l": lotl([("DE", [de])], eu), "de": etree.tostring(outer)}, [eu.der])
    assert all(evil.der not in dienst.zertifikate for dienst in bestand.vertrauenslisten.dienste)


def test_a_list_of_lists_counts_only_when_pinned_or_led_to(eu: Stelle, de: Stelle) -> None:
    successor = certify("LOTL 2", None)
    pivot = lotl([("DE", [de])], eu, nummer=300, own_signers=(eu, successor))
    newest = lotl([("DE", [de])], successor, nummer=301)
    with pytest.raises(VertrauenslisteRefused):
        verify_lists({"l": newest}, [eu.der])
    bestand = verify_lists({"neu": newest, "pivot": pivot}, [eu.der])
    assert (bestand.lotl.stand.nummer, bestand.abgewiesen) == (301, ())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<a/>",
        b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
        f'<TrustServiceStatusList xmlns="{TSL}"/>'.encode(),
        f'<!DOCTYPE a><TrustServiceStatusList xmlns="{TSL}"/>'.encode(),
    ],
)
def test_what_is_no_list_is_refused(eu: Stelle, de: Stelle, data: bytes) -> None:
    assert refused({"l": lotl([("DE", [de])], eu), "x": data}, eu) == ["x"]
    with pytest.raises(VertrauenslisteRefused):
        verify_lists({"x": data}, [eu.der])


def test_an_import_never_goes_back(eu: Stelle, de: Stelle, ca: Stelle, tmp_path: Path) -> None:
    top, folder = lotl([("DE", [de])], eu), tmp_path / "listen"
    new = national("DE", [Dienst([ca])], de, nummer=8)
    old = national("DE", [Dienst([ca]), Dienst([eu])], de, nummer=7)
    import_lists(folder, {"l": top, "de": new}, [eu.der])
    bestand = import_lists(folder, {"l": top, "de": old}, [eu.der])
    assert [one.stand.nummer for one in bestand.listen] == [8]
    assert (folder / "DE.xml").read_bytes() == new
    assert load_lists(folder, [eu.der]).vertrauenslisten == bestand.vertrauenslisten


def test_the_pinned_signers_are_there() -> None:
    assert len(pinned_signers()) >= 1


async def test_lists_are_fetched_from_where_the_list_of_lists_points(eu: Stelle, de: Stelle, ca: Stelle) -> None:
    top = lotl([("DE", [de]), ("FR", [de])], eu)
    served = {"http://lotl.example/": top, "http://liste.example/DE.xml": national("DE", [Dienst([ca])], de)}

    class Netz:
        async def fetch(self, url: str, *, accept: str, max_bytes: int, body: bytes | None = None) -> bytes:
            if url not in served:
                raise VertrauenslisteRefused("not there")
            return served[url]

    files, missing = await fetch_lists(Netz(), frozenset(), "http://lotl.example/")
    assert (files, [url for url, _reason in missing]) == (served, ["http://liste.example/FR.xml"])
    only, nothing = await fetch_lists(Netz(), frozenset({"DE"}), "http://lotl.example/")
    assert (only, nothing) == (served, ())


def test_lists_survive_json(eu: Stelle, de: Stelle, ca: Stelle) -> None:
    listen = loaded(eu, de, Dienst([ca], extension=qualifications("QCWithQSCD", SIGNING)), Dienst([eu], art=QTST))
    assert Vertrauenslisten.from_json(json.loads(json.dumps(listen.to_json()))) == listen


async def test_a_qualified_check_can_be_repeated_without_the_lists(
    eu: Stelle, de: Stelle, ca: Stelle, erika: Stelle, tmp_path: Path, werkstatt: Werkstatt
) -> None:
    other = certify("Unbeteiligt", None, Wunsch(ca=True))
    listen = loaded(eu, de, Dienst([ca]), Dienst([other]))
    (tmp_path / "a").write_bytes(INHALT)
    (tmp_path / "a.p7s").write_bytes(await sign_detached(INHALT, Signer(erika.soft), zeitpunkt=AT))
    auftrag = Auftrag("detached", tmp_path / "a", tmp_path / "a.p7s")
    assert auftrag.p7s is not None
    dienst = Pruefdienst(werkstatt=werkstatt, listen=listen)
    first = await dienst.check_detached(auftrag.path, auftrag.p7s, None, AT)
    assert first.signaturen[0].qualifiziert is Q.QUALIFIZIERT
    assert first.grundlage is not None
    assert len(first.grundlage.vertrauensdienste) == 1
    assert first.grundlage.listenstand == "DE Nr. 7 vom 01.11.2026"
    kept = Pruefgrundlage.from_json(json.loads(json.dumps(first.grundlage.to_json())))
    assert await Pruefdienst(werkstatt=werkstatt).repeat(auftrag, kept) == first


async def test_stamps_that_only_a_list_trusts_count_again_when_repeated(
    eu: Stelle, de: Stelle, ca: Stelle, erika: Stelle, pdf: bytes, tmp_path: Path, werkstatt: Werkstatt
) -> None:
    """The stamp's own chain belongs to the grounds, in the signature and over the document."""
    stamps = Wunsch(usage=("digital_signature",), purposes=(ExtendedKeyUsageOID.TIME_STAMPING,))
    root = certify("QTST CA", None, Wunsch(ca=True))
    unit = LocalTsa(certify("TSU", root, stamps, rsa.generate_private_key(65537, 3072)).soft, day(2026, 3))
    listen = loaded(
        eu, de, Dienst([ca], (("withdrawn", day(2026, 6)), ("granted", day(2017)))), Dienst([root], art=QTST)
    )
    path = tmp_path / "a.pdf"
    path.write_bytes(await stamped(await signed(pdf, erika, unit), unit))
    first = await Pruefdienst(werkstatt=werkstatt, listen=listen).check_pdf(path, None, AT)
    assert [(one.urteil, one.qualifiziert) for one in first.signaturen] == [(Urteil.GUELTIG, Q.QUALIFIZIERT)] * 2
    assert first.grundlage is not None
    kept = Pruefgrundlage.from_json(json.loads(json.dumps(first.grundlage.to_json())))
    assert await Pruefdienst(werkstatt=werkstatt).repeat(Auftrag("pdf", path), kept) == first


def test_the_command_imports_and_shows(eu: Stelle, de: Stelle, ca: Stelle, tmp_path: Path) -> None:
    (tmp_path / "eu.pem").write_bytes(der_to_pem([eu.der]))
    source, folder = tmp_path / "quelle", tmp_path / "listen"
    source.mkdir()
    (source / "lotl.xml").write_bytes(lotl([("DE", [de])], eu))
    (source / "de.xml").write_bytes(national("DE", [Dienst([ca])], de))

    def run(*arguments: str) -> tuple[int, str]:
        common = ["signatur", "vertrauensliste", *arguments, "--lotl-signers", str(tmp_path / "eu.pem")]
        result = CliRunner().invoke(make_app(["signatur"]), common)
        return result.exit_code, result.stdout

    code, output = run("import", str(source), "--into", str(folder), "--json")
    assert code == 0
    assert [one["territory"] for one in json.loads(output)["lists"]] == ["EU", "DE"]
    assert json.loads(output)["services"] == 1
    assert run("show", "--folder", str(folder))[0] == 0
    (source / "de.xml").write_bytes(national("DE", [Dienst([ca])], certify("X", None), nummer=9))
    assert run("import", str(source), "--into", str(folder))[0] == 1
    assert run("import", str(source / "de.xml"), "--into", str(tmp_path / "leer"))[0] == 2
    assert run("fetch", "--into", str(folder))[0] == 2
    assert AUSGESTELLT < AT
