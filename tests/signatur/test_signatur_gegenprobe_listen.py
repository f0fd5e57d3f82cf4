"""Trusted lists in the form in which member states sign them, made with xmlsec; and addresses that want inside."""

import base64
import copy
import hashlib
import ipaddress
from collections.abc import Callable, Mapping
from functools import partial

import liste_bau
import pytest
import xmlsec
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from liste_bau import TSL, XADES, Dienst, lotl, national
from lxml import etree
from pki_bau import Stelle, Wunsch, certify

from erv_gateway.signatur.abruf_regeln import Abrufregeln, is_public, permitted
from erv_gateway.signatur.fehler import AbrufRefused
from erv_gateway.signatur.vertrauensliste_ordner import Listenbestand, verify_lists

DS = "http://www.w3.org/2000/09/xmldsig#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
MORE = "http://www.w3.org/2001/04/xmldsig-more#"
METHODS = {
    "rsa-sha256": f"{MORE}rsa-sha256",
    "rsa-sha512": f"{MORE}rsa-sha512",
    "rsa-pss": "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
    "ecdsa": f"{MORE}ecdsa-sha256",
}
Sign = Callable[[str, Stelle], bytes]


def _reference(uri: str, transforms: tuple[str, ...], extra: str) -> str:
    inner = "".join(f'<ds:Transform Algorithm="{one}"/>' for one in transforms)
    digest = '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue/>'
    return f'<ds:Reference URI="{uri}" {extra}><ds:Transforms>{inner}</ds:Transforms>{digest}</ds:Reference>'


def _properties(der: bytes, version: str) -> str:
    digest = base64.b64encode(hashlib.sha256(der).digest()).decode()
    bound = (
        '<xades:Cert><xades:CertDigest><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
        f"<ds:DigestValue>{digest}</ds:DigestValue></xades:CertDigest></xades:Cert>"
    )
    if not version:
        issuer = "<ds:X509IssuerName>CN=X</ds:X509IssuerName><ds:X509SerialNumber>1</ds:X509SerialNumber>"
        bound = bound.replace("</xades:Cert>", f"<xades:IssuerSerial>{issuer}</xades:IssuerSerial></xades:Cert>")
    return (
        f'<ds:Object><xades:QualifyingProperties xmlns:xades="{XADES}" Target="#id-sig">'
        '<xades:SignedProperties Id="xades-id"><xades:SignedSignatureProperties>'
        f"<xades:SigningTime>2026-11-01T10:00:00Z</xades:SigningTime><xades:SigningCertificate{version}>{bound}"
        f"</xades:SigningCertificate{version}></xades:SignedSignatureProperties><xades:SignedDataObjectProperties>"
        '<xades:DataObjectFormat ObjectReference="#r-id-1"><xades:MimeType>text/xml</xades:MimeType>'
        "</xades:DataObjectFormat></xades:SignedDataObjectProperties></xades:SignedProperties>"
        "</xades:QualifyingProperties></ds:Object>"
    )


def sign(content: str, signer: Stelle, method: str = "rsa-sha256", version: str = "") -> bytes:
    """Enveloped XAdES-B with exclusive C14N, the certificate in KeyInfo, its digest in the signed properties."""
    references = _reference("", (f"{DS}enveloped-signature", EXCLUSIVE), 'Id="r-id-1"') + _reference(
        "#xades-id", (EXCLUSIVE,), 'Type="http://uri.etsi.org/01903#SignedProperties"'
    )
    signature = (
        f'<ds:Signature xmlns:ds="{DS}" Id="id-sig"><ds:SignedInfo>'
        f'<ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"/><ds:SignatureMethod Algorithm="{METHODS[method]}"/>'
        f"{references}</ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo><ds:X509Data><ds:X509Certificate>"
        f"{base64.b64encode(signer.der).decode()}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
        f"{_properties(signer.der, version)}</ds:Signature>"
    )
    root = etree.fromstring(
        f'<TrustServiceStatusList xmlns="{TSL}" Id="TSL">{content}{signature}</TrustServiceStatusList>'
    )
    context = xmlsec.SignatureContext()
    pem = signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    context.key = xmlsec.Key.from_memory(pem, xmlsec.KeyFormat.PEM)
    context.register_id(next(root.iter(f"{{{XADES}}}SignedProperties")), "Id")
    context.sign(_signature(root))
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _signature(root: etree._Element) -> etree._Element:
    return next(root.iterchildren(f"{{{DS}}}Signature"))


@pytest.fixture(scope="module")
def eu() -> Stelle:
    return certify("Kommission", None, key=rsa.generate_private_key(65537, 3072))


@pytest.fixture(scope="module")
def de(eu: Stelle) -> Stelle:
    return certify("Bundesnetzagentur", None, key=rsa.generate_private_key(65537, 3072))


@pytest.fixture(scope="module")
def ca() -> Stelle:
    return certify("QES CA", None, Wunsch(ca=True))


@pytest.fixture
def signing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Sign], None]:
    return lambda by: monkeypatch.setattr(liste_bau, "signed", by)


def verified(files: Mapping[str, bytes], eu: Stelle) -> Listenbestand:
    return verify_lists(files, (eu.der,))


@pytest.mark.parametrize(
    ("method", "version"), [("rsa-sha256", ""), ("rsa-sha256", "V2"), ("rsa-sha512", "V2"), ("rsa-pss", "V2")]
)
def test_lists_as_member_states_sign_them_are_read(
    eu: Stelle, de: Stelle, ca: Stelle, signing: Callable[[Sign], None], method: str, version: str
) -> None:
    signing(partial(sign, method=method, version=version))
    found = verified({"eu.xml": lotl([("DE", [de])], eu), "de.xml": national("DE", [Dienst([ca])], de)}, eu)
    assert ([one.stand.land for one in found.listen], found.abgewiesen) == (["DE"], ())
    assert [one.zertifikate for one in found.vertrauenslisten.dienste] == [(ca.der,)]


def test_a_list_signed_with_an_elliptic_curve_is_read(eu: Stelle, ca: Stelle, signing: Callable[[Sign], None]) -> None:
    curve = certify("Kurve", None)
    signing(lambda content, signer: sign(content, signer, "ecdsa" if signer is curve else "rsa-sha256"))
    found = verified({"eu.xml": lotl([("DE", [curve])], eu), "de.xml": national("DE", [Dienst([ca])], curve)}, eu)
    assert len(found.vertrauenslisten.dienste) == 1


def _forged(good: etree._Element, evil: etree._Element) -> dict[str, etree._Element]:
    """The signature of the good list under the content of the evil one, in all the ways there are."""
    evil.remove(_signature(evil))
    services = next(evil.iterchildren(f"{{{TSL}}}TrustServiceProviderList"))
    moved, wrapped, nested, changed = (copy.deepcopy(one) for one in (evil, evil, evil, good))
    moved.append(copy.deepcopy(_signature(good)))
    around = copy.deepcopy(_signature(good))
    inner = copy.deepcopy(good)
    inner.remove(_signature(inner))
    etree.SubElement(around, f"{{{DS}}}Object").append(inner)
    next(around.iter(f"{{{DS}}}Reference")).set("URI", "#TSL")
    wrapped.attrib.pop("Id")
    wrapped.append(around)
    nested.append(copy.deepcopy(good))
    changed.insert(1, copy.deepcopy(services))
    return {"moved": moved, "wrapped": wrapped, "nested": nested, "changed": changed}


@pytest.mark.parametrize("attack", ["moved", "wrapped", "nested", "changed"])
def test_wrapped_signatures_give_no_service(
    eu: Stelle, de: Stelle, ca: Stelle, signing: Callable[[Sign], None], attack: str
) -> None:
    signing(sign)
    evil = certify("Boese CA", None, Wunsch(ca=True))
    lists = [etree.fromstring(national("DE", [Dienst([one])], de)) for one in (ca, evil)]
    forged = bytes(etree.tostring(_forged(*lists)[attack]))
    found = verified({"eu.xml": lotl([("DE", [de])], eu), "de.xml": forged}, eu)
    assert (found.listen, len(found.abgewiesen)) == ((), 1)


def test_what_is_hung_into_the_signature_itself_is_not_read(
    eu: Stelle, de: Stelle, ca: Stelle, signing: Callable[[Sign], None]
) -> None:
    """The enveloped transform leaves the whole signature out of what was signed."""
    signing(sign)
    evil = etree.fromstring(national("DE", [Dienst([certify("Boese CA", None, Wunsch(ca=True))])], de))
    root = etree.fromstring(national("DE", [Dienst([ca])], de))
    etree.SubElement(_signature(root), f"{{{DS}}}Object").append(
        next(evil.iterchildren(f"{{{TSL}}}TrustServiceProviderList"))
    )
    found = verified({"eu.xml": lotl([("DE", [de])], eu), "de.xml": bytes(etree.tostring(root))}, eu)
    assert [one.zertifikate for one in found.vertrauenslisten.dienste] == [(ca.der,)]


def test_a_list_of_another_land_or_signer_is_refused(
    eu: Stelle, de: Stelle, ca: Stelle, signing: Callable[[Sign], None]
) -> None:
    signing(sign)
    first = lotl([("DE", [de]), ("FR", [eu])], eu)
    for land, signer in (("FR", de), ("DE", eu), ("AT", de)):
        found = verified({"eu.xml": first, "x.xml": national(land, [Dienst([ca])], signer)}, eu)
        assert (found.listen, len(found.abgewiesen)) == ((), 1), land


@pytest.mark.parametrize(
    "url",
    [
        "http://[::1%25.example.de]/",
        "http://[::ffff:127.0.0.1%25.example.de]/",
        "http://127.0.0.1%2f.example.de/",
        "http://127.0.0.1\\.example.de/",
        "http://127.0.0.1\\@ocsp.example.de/",
        "http://ocsp.example.de:@127.0.0.1/",
        "http://127.0.0.1#@ocsp.example.de/",
        "http://127.0.0.1?.example.de",
        "http://127.0.0.1;.example.de/",
        "http://127.0.0.1%00.example.de/",
        "http://.example.de/",
        "http://x..example.de/",
        "http://ocsp.example.de:0/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://017700000001/",
        "http:ocsp.example.de",
    ],
)
def test_no_writing_of_an_address_passes_for_a_listed_name(url: str) -> None:
    with pytest.raises(AbrufRefused):
        permitted(url, Abrufregeln(frozenset({"ocsp.example.de", ".example.de"})))


@pytest.mark.parametrize(
    "address",
    ["::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001::1", "fec0::1",
     "3fff::1", "100::1", "5f00::1", "192.0.0.8", "192.88.99.1", "198.18.0.1", "240.0.0.1"],
)  # fmt: skip
def test_no_special_address_is_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))
