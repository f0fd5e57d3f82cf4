"""Makes real proof bundles: own CA, own keys, OSCI messages written and signed here, apart from the package `osci`."""

import base64
import datetime as dt
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from uuid import UUID, uuid5

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from erv_gateway.kern.ereignisse import Ereignis, EreignisArt, leaf_hash
from erv_gateway.kern.ids import MessageId, SendungId
from erv_gateway.nachweis.bundle import GesendeteDatei, NachweisTeile, Protokolleintrag, write_nachweis

EINGANG = dt.datetime(2026, 11, 21, 19, 54, 32, tzinfo=dt.UTC)
CREATED = dt.datetime(2026, 11, 21, 20, 0, 0, tzinfo=dt.UTC)
SENDUNG = SendungId(UUID("5d2c4e5e-8f61-4b53-9c6c-0a2b8d4f7e11"))
EIGENE_ID = "c5a54fa8-f17c-5334-b18c-6aa8a3c2f794"
MESSAGE_ID = MessageId("govapp_0815")
SAFE_ID = "DE.Justiz.8f0d2c4e-1111-2222-3333-0123456789ab.abcd"
CHALLENGE = "b65gUHZubSJawA=="

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
DS = "http://www.w3.org/2000/09/xmldsig#"
NS5 = (
    f'xmlns:ds="{DS}" xmlns:osci="http://www.osci.de/2002/04/osci" '
    'xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
NEXT = 'soap:actor="http://schemas.xmlsoap.org/soap/actor/next" soap:mustUnderstand="1"'
NONE = 'soap:actor="http://www.w3.org/2001/12/soap-envelope/actor/none" soap:mustUnderstand="1"'
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"

ORDER = (
    EreignisArt.SENDUNG_ANGELEGT,
    EreignisArt.SENDUNG_GEPRUEFT,
    EreignisArt.SENDUNG_FREIGEGEBEN,
    EreignisArt.SENDUNG_BEAUFTRAGT,
    EreignisArt.SENDUNG_KENNUNG_ERHALTEN,
    EreignisArt.SENDUNG_UEBERGABE_BEGONNEN,
    EreignisArt.SENDUNG_UEBERGEBEN,
    EreignisArt.SENDUNG_BESTAETIGT,
)


@dataclass(frozen=True)
class Signer:
    """A key with its certificate and the signature algorithm it uses on the wire."""

    key: Any
    certificate: bytes
    algorithm: str

    def sign(self, data: bytes) -> bytes:
        if self.algorithm.endswith("ecdsa-sha256"):
            numbers = decode_dss_signature(self.key.sign(data, ec.ECDSA(hashes.SHA256())))
            return b"".join(number.to_bytes(32, "big") for number in numbers)
        if self.algorithm.endswith("sha256-rsa-MGF1"):
            pss = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
            return bytes(self.key.sign(data, pss, hashes.SHA256()))
        return bytes(self.key.sign(data, padding.PKCS1v15(), hashes.SHA256()))


RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
RSA_PSS = "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1"
ECDSA = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"


@dataclass(frozen=True)
class Pki:
    ca: bytes
    absender: Signer
    vermittler: Signer
    empfaenger: bytes


@cache
def pki(name: str = "Test") -> Pki:
    ca_key = ec.generate_private_key(ec.SECP256R1())
    ca = make_certificate(f"{name} CA", ca_key, f"{name} CA", ca_key, ca=True)
    absender = ec.generate_private_key(ec.SECP256R1())
    vermittler = rsa.generate_private_key(65537, 3072)
    empfaenger = ec.generate_private_key(ec.SECP256R1())
    leaf = [make_certificate(f"{name} {role}", key, f"{name} CA", ca_key) for role, key in
            (("Absender", absender), ("Vermittler", vermittler), ("Gericht", empfaenger))]  # fmt: skip
    return Pki(ca, Signer(absender, leaf[0], ECDSA), Signer(vermittler, leaf[1], RSA_SHA256), leaf[2])


def make_certificate(subject: str, key: Any, issuer: str, issuer_key: Any, *, ca: bool = False) -> bytes:
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2029, 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(_key_usage(ca), critical=True)
    )
    return builder.sign(issuer_key, hashes.SHA256()).public_bytes(Encoding.DER)


def _key_usage(ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=not ca,
        key_encipherment=not ca,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def digest(data: bytes) -> str:
    return b64(hashlib.sha256(data).digest())


def tag(name: str, attributes: str, *children: str) -> str:
    return f"<{name} {attributes}>".replace(" >", ">") + "".join(children) + f"</{name}>"


def reference(uri: str, transform: str | None, octets_digest: str) -> str:
    transforms = ""
    if transform is not None:
        transforms = f'<ds:Transforms>\n<ds:Transform Algorithm="{transform}"></ds:Transform>\n</ds:Transforms>\n'
    return (
        f'<ds:Reference URI="{uri}">\n{transforms}<ds:DigestMethod Algorithm="{SHA256}"></ds:DigestMethod>\n'
        f"<ds:DigestValue>{octets_digest}</ds:DigestValue>\n</ds:Reference>\n"
    )


def signature(references: Sequence[str], signer: Signer, key_id: str) -> str:
    inner = (
        f'\n<ds:CanonicalizationMethod Algorithm="{C14N}"></ds:CanonicalizationMethod>\n'
        f'<ds:SignatureMethod Algorithm="{signer.algorithm}"></ds:SignatureMethod>\n{"".join(references)}'
    )
    value = signer.sign(f"<ds:SignedInfo {NS5}>{inner}</ds:SignedInfo>".encode())
    return (
        f"<ds:Signature><ds:SignedInfo>{inner}</ds:SignedInfo><ds:SignatureValue>{b64(value)}</ds:SignatureValue>"
        f'<ds:KeyInfo><ds:RetrievalMethod URI="#{key_id}"></ds:RetrievalMethod></ds:KeyInfo></ds:Signature>'
    )


def certificate_element(name: str, identity: str, der: bytes) -> str:
    return (
        f'<osci:{name} Id="{identity}"><ds:X509Data><ds:X509Certificate>{b64(der)}</ds:X509Certificate></ds:X509Data>'
        f"</osci:{name}>"
    )


def envelope(
    kind: str, control: str, blocks: Mapping[str, str], body: str, signer: Signer, key_id: str, cids: Mapping[str, str]
) -> bytes:
    """A signed SOAP envelope; every block string is its own canonical form."""
    side = "Supplier" if kind.startswith("ResponseTo") else "Client"
    body_xml = f'<soap:Body {NS5} Id="body">{body}</soap:Body>'
    signed = {"controlblock": control, **blocks, "body": body_xml}
    references = [reference(f"#{identity}", C14N, digest(xml.encode())) for identity, xml in signed.items()]
    references += [reference(f"cid:{name}", None, value) for name, value in cids.items()]
    signed_info = signature(references, signer, key_id)
    block = tag(f"osci:{side}Signature", f'Id="{side.lower()}signature" {NEXT}', signed_info)
    location = f"{SOAP} soap{kind}.xsd {DS} oscisig.xsd http://www.w3.org/2001/04/xmlenc# oscienc.xsd"
    header = control + block + "".join(blocks.values())
    top = tag("soap:Header", "", header) + body_xml
    return tag("soap:Envelope", f'{NS5} xsi:schemaLocation="{location}"', top).encode()


def mime(xml: bytes) -> bytes:
    boundary = b"MIME_boundary_S7l1zqCm3Jk7YQWCNaCwDpfu1GY9J82/"
    return (
        b"MIME-Version: 1.0\r\nContent-Type: Multipart/Related; boundary=" + boundary + b"; type=text/xml\r\n\r\n"
        b"--" + boundary + b"\r\nContent-Type: text/xml; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\n"
        b"Content-ID: <osci@message>\r\n\r\n"
        b'<?xml version="1.0" encoding="UTF-8"?>\r\n\r\n' + xml + b"\r\n--" + boundary + b"--\r\n"
    )


def control_block(*children: str) -> str:
    attributes = f'{NS5} ConversationId="1001" Id="controlblock" SequenceNumber="0" {NEXT}'
    return tag("osci:ControlBlock", attributes, *children)


def xjustiz(names: Sequence[str], eigene_id: str = EIGENE_ID) -> bytes:
    listed = "".join(f"<tns:dateiname>{name}</tns:dateiname>" for name in names)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<tns:nachricht.gds.uebermittlungSchriftgutobjekte.0005005 '
        'xmlns:tns="http://www.xjustiz.de"><tns:nachrichtenkopf xjustizVersion="3.6.2"><tns:absender>'
        f"<tns:eigeneNachrichtenID>{eigene_id}</tns:eigeneNachrichtenID></tns:absender></tns:nachrichtenkopf>"
        f"<tns:schriftgutobjekte>{listed}</tns:schriftgutobjekte>"
        "</tns:nachricht.gds.uebermittlungSchriftgutobjekte.0005005>"
    ).encode()


def container(identity: str, data: Mapping[str, bytes], files: Mapping[str, bytes], signer: Signer) -> bytes:
    references, contents = [], []
    for name, octets in data.items():
        value = tag("osci:Base64Content", f'Id="{name}"', b64(octets))
        contents.append(tag("osci:Content", "", value))
        references.append(reference(f"#{name}", f"{DS}base64", digest(octets)))
    for name, octets in files.items():
        contents.append(f'<osci:Content Id="{name}" href="cid:{name}"></osci:Content>')
        canonical = f'<osci:Content {NS5} Id="{name}" href="cid:{name}"></osci:Content>'
        references.append(reference(f"#{name}", C14N, digest(canonical.encode())))
        references.append(reference(f"cid:{name}", None, digest(octets)))
    signed = signature(references, signer, "originator_signature_1")
    return f'<osci:ContentContainer {NS5} Id="{identity}">{signed}{"".join(contents)}</osci:ContentContainer>'.encode()


def nachricht_xml(safe_id: str = SAFE_ID) -> bytes:
    return f"<Nachricht><Empfaengerkennung>{safe_id}</Empfaengerkennung></Nachricht>".encode()


def encrypted_data(number: int) -> str:
    """The form is real, the ciphertext is not: a bundle cannot open it anyway."""
    retrieval = tag("ds:KeyInfo", "", tag("ds:RetrievalMethod", 'URI="#addressee_cipher_1"'))
    key = tag("ds:KeyInfo", "", tag("xenc:EncryptedKey", "", retrieval))
    cipher = tag("xenc:CipherData", "", tag("xenc:CipherValue", "", digest(bytes([number]))))
    return tag("xenc:EncryptedData", f'Id="encdata_{number}" MimeType="text/xml"', key, cipher)


def store_delivery(count: int, names: Sequence[str], message_id: str, signer: Signer, empfaenger: bytes) -> bytes:
    encrypted = "".join(encrypted_data(number) for number in range(count))
    store_id = tag("osci:MessageId", "", b64(message_id.encode()))
    store = tag("osci:storeDelivery", f'{NS5} Id="storedelivery" {NEXT}', store_id)
    certificates = certificate_element("CipherCertificateAddressee", "addressee_cipher_1", empfaenger)
    certificates += certificate_element("SignatureCertificateOriginator", "originator_signature_1", signer.certificate)
    attributes = f'{NS5} Id="nonintermediarycertificates" {NONE}'
    nic = tag("osci:NonIntermediaryCertificates", attributes, certificates)
    blocks = {"storedelivery": store, "nonintermediarycertificates": nic}
    cids = {name: digest(b"ciphertext of " + name.encode()) for name in names}
    control = control_block(f"<osci:Challenge>{CHALLENGE}</osci:Challenge>")
    body = f"<osci:ContentPackage>{encrypted}</osci:ContentPackage>"
    return envelope("StoreDelivery", control, blocks, body, signer, "originator_signature_1", cids)


def process_card(message_id: str, eingang: str) -> str:
    return (
        f"<osci:ProcessCardBundle><osci:MessageId>{b64(message_id.encode())}</osci:MessageId>"
        f'<osci:ProcessCard RecentModification="{eingang}"><osci:Creation><osci:Plain>{eingang}</osci:Plain>'
        "</osci:Creation></osci:ProcessCard><osci:InspectionReport></osci:InspectionReport></osci:ProcessCardBundle>"
    )


def feedback(code: str) -> str:
    entry = tag("osci:Code", "", code) + tag("osci:Text", "", "Auftrag")
    return tag("osci:Feedback", "", tag("osci:Entry", 'xml:lang="de"', entry))


def answer(kind: str, blocks: Mapping[str, str], body: str, signer: Signer, response: str = CHALLENGE) -> bytes:
    element = certificate_element("SignatureCertificateIntermediary", "intermed_signature_1", signer.certificate)
    ic = tag("osci:IntermediaryCertificates", f'{NS5} Id="intermediarycertificates" {NONE}', element)
    control = control_block(f"<osci:Response>{response}</osci:Response>")
    return mime(
        envelope(kind, control, {**blocks, "intermediarycertificates": ic}, body, signer, "intermed_signature_1", {})
    )


def annahme(message_id: str, eingang: str, signer: Signer, *, response: str = CHALLENGE, code: str = "0800") -> bytes:
    parts = feedback(code), process_card(message_id, eingang)
    block = tag("osci:responseToStoreDelivery", f'{NS5} Id="responsetostoredelivery" {NEXT}', *parts)
    return answer("ResponseToStoreDelivery", {"responsetostoredelivery": block}, "", signer, response)


def laufzettel(message_id: str, eingang: str, signer: Signer, *, code: str = "0801") -> bytes:
    body = tag("osci:responseToFetchProcessCard", "", feedback(code), process_card(message_id, eingang))
    return answer("ResponseToFetchProcessCard", {}, body, replace(signer, algorithm=RSA_PSS))


def ereignis(art: EreignisArt, number: int, angaben: Mapping[str, Any]) -> Ereignis:
    moment = EINGANG + dt.timedelta(seconds=number - 6)
    return Ereignis(uuid5(SENDUNG, str(number)), art, SENDUNG, moment, "test", dict(angaben), "00" * 16)


def eintrag(seq: int, event: Ereignis) -> Protokolleintrag:
    return Protokolleintrag(seq, event.body(), leaf_hash(event.body()))


def protokoll(
    angaben: Mapping[EreignisArt, Mapping[str, Any]], order: Sequence[EreignisArt] = ORDER
) -> tuple[Protokolleintrag, ...]:
    return tuple(eintrag(10 + 3 * n, ereignis(art, n, angaben.get(art, {}))) for n, art in enumerate(order))


def hexdigest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def good_teile() -> NachweisTeile:
    """A complete proof: two containers, three documents, the VHN, everything signed."""
    keys = pki()
    documents = {"Bauantrag.pdf": b"%PDF-1 a", "Widerspruch_ä.pdf": b"%PDF-2 b", "Anschreiben.pdf": b"%PDF-3 c"}
    data = xjustiz(list(documents))
    files = {"xjustiz_nachricht.xml": data, **documents, "vhn.xml": b"<vhn/>", "vhn.xml.p7s": b"cms"}
    inhalte = (
        container("project_coco", {"nachricht.xml": nachricht_xml()}, files, keys.absender),
        container("govello_coco", {"additional_infos": b"user_id=x\n"}, {}, keys.absender),
    )
    umschlag = store_delivery(2, list(files), MESSAGE_ID, keys.absender, keys.empfaenger)
    first = annahme(MESSAGE_ID, "2026-11-21T20:54:32+01:00", keys.vermittler)
    card = laufzettel(MESSAGE_ID, "2026-11-21T20:54:32+01:00", keys.vermittler)
    named: dict[EreignisArt, dict[str, Any]] = {
        EreignisArt.SENDUNG_UEBERGABE_BEGONNEN: {"message_id": MESSAGE_ID, "umschlag_sha256": hexdigest(umschlag),
                                                 "inhalt_1_sha256": hexdigest(inhalte[0])},
        EreignisArt.SENDUNG_UEBERGEBEN: {"annahme_sha256": hexdigest(first)},
        EreignisArt.SENDUNG_BESTAETIGT: {"laufzettel_sha256": hexdigest(card), "eingang": EINGANG.isoformat()},
    }  # fmt: skip
    return NachweisTeile(
        sendung_id=SENDUNG,
        eigene_nachrichten_id=EIGENE_ID,
        message_id=MESSAGE_ID,
        eingang=EINGANG,
        empfaenger=SAFE_ID,
        dateien=tuple(GesendeteDatei(name, len(octets), hexdigest(octets)) for name, octets in files.items()),
        xjustiz=data,
        umschlag=umschlag,
        inhalte=inhalte,
        annahme=first,
        laufzettel=card,
        vermittler=keys.vermittler.certificate,
        absender=keys.absender.certificate,
        ketten=(keys.ca,),
        eintraege=protokoll(named),
        created=CREATED,
    )


def write(teile: NachweisTeile) -> bytes:
    spool = io.BytesIO()
    write_nachweis(teile, spool)
    return spool.getvalue()


@cache
def good_bundle() -> bytes:
    return write(good_teile())


def log_lines(eintraege: Sequence[Protokolleintrag]) -> bytes:
    lines = [{"body": b64(e.body), "leaf_hash": e.leaf_hash.hex(), "seq": e.seq} for e in eintraege]
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)
