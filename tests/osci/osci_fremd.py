"""A second writer of OSCI messages, made of string templates after the fact sheet alone.

It shares no code with `osci`: what both agree upon is the sheet. Everything is written in canonical form, as the
reference implementation does (chapter 13, no. 1), so that a digest is a hash of the string itself.
"""

import base64
import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.x509 import load_der_x509_certificate

DSIG, XENC = "http://www.w3.org/2000/09/xmldsig#", "http://www.w3.org/2001/04/xmlenc#"
XENC11, MORE = "http://www.w3.org/2009/xmlenc11#", "http://www.w3.org/2001/04/xmldsig-more#"
MORE07 = "http://www.w3.org/2007/05/xmldsig-more#"
NS5 = (
    f' xmlns:ds="{DSIG}" xmlns:osci="http://www.osci.de/2002/04/osci" '
    f'xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xenc="{XENC}" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
OSCI2017 = ' xmlns:osci2017="http://xoev.de/transport/osci12/7"'
NS6 = NS5.replace(" xmlns:soap", f"{OSCI2017} xmlns:soap")
XADES = ' xmlns:xades="http://uri.etsi.org/01903/v1.3.2#"'
NEXT = ' soap:actor="http://schemas.xmlsoap.org/soap/actor/next" soap:mustUnderstand="1"'
NONE = ' soap:actor="http://www.w3.org/2001/12/soap-envelope/actor/none" soap:mustUnderstand="1"'
C14N, BASE64 = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315", f"{DSIG}base64"
DIGESTS = {
    "sha256": (f"{XENC}sha256", hashes.SHA256()),
    "sha512": (f"{XENC}sha512", hashes.SHA512()),
    "sha3_256": (f"{MORE07}sha3-256", hashes.SHA3_256()),
    "sha3_384": (f"{MORE07}sha3-384", hashes.SHA3_384()),
    "sha3_512": (f"{MORE07}sha3-512", hashes.SHA3_512()),
}
SYMMETRIC = {"aes128-gcm": 16, "aes192-gcm": 24, "aes256-gcm": 32, "aes128-cbc": 16, "aes192-cbc": 24, "aes256-cbc": 32}
MGF = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}


@dataclass(frozen=True)
class Style:
    """How a message is written. `iv` counts for GCM; `oaep` is (digest, mgf) or None for RSA 1.5."""

    symmetric: str = "aes256-gcm"
    iv: int = 12
    oaep: tuple[str, str] | None = ("sha256", "sha256")
    digest: str = "sha256"
    pss: bool = False
    base64: bool = False
    features: bool = True
    prefixes: tuple[tuple[str, str], ...] = ()
    """Other prefixes than the usual ones; they have to sort alike, as declarations are written in canonical order."""

    def rename(self, xml: str) -> str:
        for old, new in self.prefixes:
            xml = re.sub(rf"(?<=[</ ]){old}(?=:)|(?<=xmlns:){old}(?==)", new, xml)
        return xml


PLAIN = Style()


@dataclass(frozen=True)
class Person:
    """Somebody with one key; `element` and `id` of the certificate in the header."""

    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    der: bytes
    element: str
    id: str


@dataclass(frozen=True)
class Signed:
    """Something to be referenced: URI, transform URIs, the bytes to hash."""

    uri: str
    transforms: tuple[str, ...]
    data: bytes


@dataclass
class Written:
    """XML of contents, what to sign of it, its attachments in plain, and those that are encrypted: key and blob."""

    xml: str = ""
    signed: list[Signed] = field(default_factory=list)
    parts: dict[str, bytes] = field(default_factory=dict)
    carriers: str = ""


def lines(data: bytes) -> str:
    text = base64.b64encode(data).decode()
    return re.sub("(.{76})", "\\1\n", text)


def digest(style: Style, data: bytes) -> bytes:
    return hashlib.new(style.digest, data).digest()


def as_written(style: Style, item: "Signed") -> bytes:
    """XML under its prefixes; files and decoded data as they are."""
    is_xml = item.uri.startswith("#") and item.transforms != (BASE64,)
    return style.rename(item.data.decode()).encode() if is_xml else item.data


# contents


def data_content(identifier: str, data: bytes) -> Written:
    xml = f'<osci:Content><osci:Base64Content Id="{identifier}">{lines(data)}</osci:Base64Content></osci:Content>'
    return Written(xml, [Signed(f"#{identifier}", (BASE64,), data)])


def file_content(identifier: str, name: str, data: bytes, style: Style | None = None) -> Written:
    """`style`: encrypted, for an encrypted container."""
    tail = f' Id="{identifier}" href="cid:{name}"></osci:Content>'
    signed = [Signed(f"#{identifier}", (C14N,), f"<osci:Content{NS5}{tail}".encode()), Signed(f"cid:{name}", (), data)]
    written = Written(f"<osci:Content{tail}", signed, {name: data})
    if style is not None:
        key, written.parts[name] = encrypt(style, data)
        written.carriers = (
            f'<xenc:EncryptedData Id="Attachment{name}" MimeType="text/xml">{method(style)}<ds:KeyInfo><ds:MgmtData>'
            f"{lines(key)}</ds:MgmtData></ds:KeyInfo>{reference(name)}</xenc:EncryptedData>"
        )
    return written


def nested_content(identifier: str, inside: Written) -> Written:
    """`inside`: a container."""
    tail = f' Id="{identifier}">{inside.xml.replace(NS5, "")}</osci:Content>'
    files = [s for s in inside.signed if s.uri.startswith("cid:")]
    signed = [Signed(f"#{identifier}", (C14N,), f"<osci:Content{NS5}{tail}".encode()), *files]
    return Written(f"<osci:Content{tail}", signed, inside.parts, inside.carriers)


def container(
    identifier: str,
    contents: Sequence[Written],
    signers: Sequence[Person] = (),
    style: Style = PLAIN,
    time: str | None = None,
) -> Written:
    """Signed by each of `signers`; `time`: with a claimed signing time."""
    parts: dict[str, bytes] = {}
    for content in contents:
        parts |= content.parts
    signed = [s for content in contents for s in content.signed]
    signatures = "".join(
        signature(s, [*signed, *_time_reference(identifier, n, time)], style, _time_object(identifier, n, time))
        for n, s in enumerate(signers)
    )
    inner = signatures + "".join(content.xml for content in contents)
    xml = f'<osci:ContentContainer{NS5} Id="{identifier}">{inner}</osci:ContentContainer>'
    return Written(xml, signed, parts, "".join(content.carriers for content in contents))


def _properties(identifier: str, number: int, time: str) -> str:
    return (
        f' Id="{identifier}TS{number}"><xades:SignedSignatureProperties><xades:SigningTime>{time}</xades:SigningTime>'
        "</xades:SignedSignatureProperties></xades:SignedProperties>"
    )


def _time_reference(identifier: str, number: int, time: str | None) -> list[Signed]:
    if time is None:
        return []
    context = NS5.replace(" xmlns:xenc", f"{XADES} xmlns:xenc")
    form = f"<xades:SignedProperties{context}{_properties(identifier, number, time)}"
    return [Signed(f"#{identifier}TS{number}", (), form.encode())]


def _time_object(identifier: str, number: int, time: str | None) -> str:
    if time is None:
        return ""
    inner = f"<xades:SignedProperties{_properties(identifier, number, time)}"
    return f"<ds:Object><xades:QualifyingProperties{XADES}>{inner}</xades:QualifyingProperties></ds:Object>"


def encrypted(identifier: str, inside: Written, readers: Sequence[Person], style: Style = PLAIN) -> Written:
    """A container as EncryptedData. Inside a signed container it is hashed without any declaration (ch. 9, no. 1)."""
    end = "</osci:ContentContainer>"
    document = inside.xml.removesuffix(end) + inside.carriers + end
    key, value = encrypt(style, style.rename(document).encode())
    keys = "".join(
        wrapped(
            style, key, reader, f'<ds:RetrievalMethod Type="{DSIG}X509Data" URI="#{reader.id}"></ds:RetrievalMethod>'
        )
        for reader in readers
    )
    xml = (
        f'<xenc:EncryptedData Id="{identifier}" MimeType="text/xml">{method(style)}<ds:KeyInfo>{keys}</ds:KeyInfo>'
        f"<xenc:CipherData><xenc:CipherValue>{lines(value)}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>"
    )
    return Written(xml, [Signed(f"#{identifier}", (C14N,), xml.encode())], inside.parts)


# signatures


def signature(signer: Person, signed: Sequence[Signed], style: Style, more: str = "") -> str:
    uri, algorithm = DIGESTS[style.digest]
    info = f'\n<ds:CanonicalizationMethod Algorithm="{C14N}"></ds:CanonicalizationMethod>'
    info += f'\n<ds:SignatureMethod Algorithm="{_signature_uri(signer, style)}"></ds:SignatureMethod>\n'
    for item in signed:
        steps = "".join(f'<ds:Transform Algorithm="{t}"></ds:Transform>\n' for t in item.transforms)
        transforms = f"<ds:Transforms>\n{steps}</ds:Transforms>\n" if steps else ""
        info += f'<ds:Reference URI="{item.uri}">\n{transforms}<ds:DigestMethod Algorithm="{uri}"></ds:DigestMethod>\n'
        value = base64.b64encode(digest(style, as_written(style, item))).decode()
        info += f"<ds:DigestValue>{value}</ds:DigestValue>\n</ds:Reference>\n"
    value = lines(_sign(signer, style.rename(f"<ds:SignedInfo{NS5}>{info}</ds:SignedInfo>").encode(), algorithm, style))
    return (
        f"<ds:Signature><ds:SignedInfo>{info}</ds:SignedInfo><ds:SignatureValue>{value}</ds:SignatureValue>"
        f'<ds:KeyInfo><ds:RetrievalMethod URI="#{signer.id}"></ds:RetrievalMethod></ds:KeyInfo>{more}</ds:Signature>'
    )


def _signature_uri(signer: Person, style: Style) -> str:
    if isinstance(signer.key, ec.EllipticCurvePrivateKey):
        return f"{MORE}ecdsa-{style.digest}"
    if style.pss:
        return f"{MORE07}{style.digest.replace('_', '-')}-rsa-MGF1"
    return f"{MORE}rsa-{style.digest if style.digest == 'sha512' else 'sha256'}"


def _sign(signer: Person, data: bytes, algorithm: hashes.HashAlgorithm, style: Style) -> bytes:
    if isinstance(signer.key, ec.EllipticCurvePrivateKey):
        r, s = decode_dss_signature(signer.key.sign(data, ec.ECDSA(algorithm)))
        size = (signer.key.curve.key_size + 7) // 8
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")
    if style.pss:
        scheme = padding.PSS(padding.MGF1(algorithm), algorithm.digest_size)
        return signer.key.sign(data, scheme, algorithm)
    hashing = hashes.SHA512() if style.digest == "sha512" else hashes.SHA256()
    return signer.key.sign(data, padding.PKCS1v15(), hashing)


# encryption


def encrypt(style: Style, data: bytes) -> tuple[bytes, bytes]:
    key = os.urandom(SYMMETRIC[style.symmetric])
    if style.symmetric.endswith("gcm"):
        iv = os.urandom(style.iv)
        return key, iv + AESGCM(key).encrypt(iv, data, None)
    iv, fill = os.urandom(16), 16 - len(data) % 16
    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return key, iv + encryptor.update(data + bytes([fill]) * fill) + encryptor.finalize()


def method(style: Style) -> str:
    """IvLength is written unless the setting is 16, with CBC as well (section 3.11)."""
    base = XENC11 if style.symmetric.endswith("gcm") else XENC
    length = (
        f'<osci128:IvLength xmlns:osci128="http://xoev.de/transport/osci12/8" Value="{style.iv}"></osci128:IvLength>'
    )
    inner = "" if style.iv == 16 else length
    return f'<xenc:EncryptionMethod Algorithm="{base}{style.symmetric}">{inner}</xenc:EncryptionMethod>'


def wrapped(style: Style, key: bytes, reader: Person, info: str) -> str:
    public = load_der_x509_certificate(reader.der).public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    if style.oaep is None:
        how = f'<xenc:EncryptionMethod Algorithm="{XENC}rsa-1_5"></xenc:EncryptionMethod>'
        value = public.encrypt(key, padding.PKCS1v15())
    else:
        name, mgf = style.oaep
        uri, algorithm = DIGESTS[name]
        value = public.encrypt(key, padding.OAEP(padding.MGF1(MGF[mgf]), algorithm, None))
        how = (
            f'<xenc:EncryptionMethod Algorithm="{XENC11}rsa-oaep"><xenc11:MGF xmlns:xenc11="{XENC11}" '
            f'Algorithm="{XENC11}mgf1{mgf}"></xenc11:MGF><ds:DigestMethod Algorithm="{uri}"></ds:DigestMethod>'
            "</xenc:EncryptionMethod>"
        )
    return (
        f"<xenc:EncryptedKey>{how}<ds:KeyInfo>{info}</ds:KeyInfo><xenc:CipherData><xenc:CipherValue>{lines(value)}"
        "</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey>"
    )


def reference(name: str) -> str:
    return (
        f'<xenc:CipherData><xenc:CipherReference URI="cid:{name}"><xenc:Transforms><ds:Transform Algorithm="{BASE64}">'
        "</ds:Transform></xenc:Transforms></xenc:CipherReference></xenc:CipherData>"
    )


# messages


@dataclass(frozen=True)
class Job:
    """What differs between message types: schema name, job block, Ids and roles. `quality`: QualityOfTimestamp."""

    kind: str
    block: str
    identifier: str
    ours: tuple[Person, ...] = ()
    quality: tuple[tuple[str, str], ...] = ()
    control: str = ' Id="controlblock" SequenceNumber="0"'
    challenge: str = "<osci:Challenge>Y2hhbGxlbmdl</osci:Challenge>"


def store_job(message_id: str = "fremd-1", subject: str = "Klage", quality: str = "plain") -> Job:
    encoded = base64.b64encode(message_id.encode()).decode()
    block = (
        f'<osci:storeDelivery{NS5} Id="storedelivery"{NEXT}><osci:MessageId>{encoded}</osci:MessageId>'
        f"<osci:Subject>{subject}</osci:Subject></osci:storeDelivery>"
    )
    return Job("StoreDelivery", block, "storedelivery", quality=(("creation", quality), ("reception", quality)))


def certificates(people: Sequence[Person], name: str) -> str:
    inner = "".join(
        f'<osci:{p.element} Id="{p.id}"><ds:X509Data><ds:X509Certificate>{lines(p.der)}</ds:X509Certificate>'
        f"</ds:X509Data></osci:{p.element}>"
        for p in people
    )
    return f'<osci:{name}{NS5} Id="{name.lower()}"{NONE}>{inner}</osci:{name}>' if inner else ""


def features() -> str:
    feature = '<osci2017:Feature Key="DisableBase64" Version="1.2.0"></osci2017:Feature>'
    return (
        f'<osci2017:FeatureDescription{NS6} Id="featuredescription"><osci2017:SupportedFeatures>{feature}'
        "</osci2017:SupportedFeatures></osci2017:FeatureDescription>"
    )


def message(
    job: Job,
    people: Sequence[Person],
    package: Sequence[Written],
    signer: Person | None,
    style: Style = PLAIN,
    custom: Sequence[str] = (),
) -> bytes:
    """The inner MIME message. `custom`: canonical elements with NS5 on their root and an Id."""
    control = f"<osci:ControlBlock{NS5}{job.control}{NEXT}>{job.challenge}</osci:ControlBlock>"
    blocks = [f'<osci:DesiredLanguages{NS5} Id="desiredlanguages" LanguagesList="de en"{NEXT}></osci:DesiredLanguages>']
    for service, quality in job.quality:
        start = f'<osci:QualityOfTimestamp{NS5} Id="qualityoftimestamp_{service}" Quality="{quality}"'
        blocks.append(f'{start} Service="{service}"{NEXT}></osci:QualityOfTimestamp>')
    blocks += [job.block, certificates(job.ours, "IntermediaryCertificates")]
    blocks += [certificates(people, "NonIntermediaryCertificates"), features() if style.features else "", *custom]
    blocks = [block for block in blocks if block]
    order = sorted(package, key=lambda item: not item.xml.startswith("<xenc:"))
    inner = "".join(item.xml for item in order)
    body = f'<soap:Body{NS5} Id="body"><osci:ContentPackage>{inner}</osci:ContentPackage></soap:Body>'
    signed_body = (
        f'<soap:Body{NS5} Id="body"><osci:ContentPackage>{inner.replace(NS5, "")}</osci:ContentPackage></soap:Body>'
    )
    parts: dict[str, bytes] = {}
    for item in package:
        parts |= item.parts
    references = [Signed(f"#{_id(b)}", (C14N,), b.encode()) for b in [control, *blocks]]
    references.append(Signed("#body", (C14N,), signed_body.encode()))
    references += [Signed(f"cid:{name}", (), data) for name, data in parts.items()]
    seal = ""
    if signer is not None:
        name = "SupplierSignature" if job.kind.startswith("ResponseTo") else "ClientSignature"
        inside = signature(signer, references, style)
        seal = f'<osci:{name} Id="{name.lower()}"{NEXT}>{inside}</osci:{name}>'
    header = f"<soap:Header>{control}{seal}{''.join(blocks)}</soap:Header>"
    envelope = f"{envelope_start(job.kind)}{header}{body}</soap:Envelope>"
    return mime(style.rename(envelope), [_part(name, data, style) for name, data in parts.items()])


def _id(block: str) -> str:
    found = re.search(' Id="([^"]*)"', block)
    assert found is not None
    return found[1]


def envelope_start(kind: str) -> str:
    location = f"http://schemas.xmlsoap.org/soap/envelope/ soap{kind}.xsd {DSIG} oscisig.xsd {XENC} oscienc.xsd"
    return f'<soap:Envelope{NS5} xsi:schemaLocation="{location}">'


def _part(name: str, data: bytes, style: Style) -> tuple[str, bytes]:
    raw = lines(data).encode() if style.base64 else data
    encoding = "base64" if style.base64 else "8-bit"
    head = (
        f"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: {encoding}\r\nContent-ID: <{name}>\r\n"
    )
    return f"{head}Content-Length: {len(raw)}\r\n", raw


def mime(envelope: str, parts: Sequence[tuple[str, bytes]]) -> bytes:
    boundary = b"MIME_boundary_" + base64.b64encode(os.urandom(24))
    out = b"MIME-Version: 1.0\r\nContent-Type: Multipart/Related; boundary=" + boundary + b"; type=text/xml\r\n\r\n--"
    out += boundary + b"\r\nContent-Type: text/xml; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\n"
    out += b'Content-ID: <osci@message>\r\n\r\n<?xml version="1.0" encoding="UTF-8"?>\r\n\r\n' + envelope.encode()
    for head, body in parts:
        out += b"\r\n--" + boundary + b"\r\n" + head.encode() + b"\r\n" + body
    return out + b"\r\n--" + boundary + b"--\r\n"


def sealed(inner: bytes, recipient: Person, style: Style = PLAIN) -> bytes:
    """Transport encryption; in base64 style the part is text/base64, 7bit (section 3.2)."""
    key, value = encrypt(style, inner)
    info = f"<ds:X509Data><ds:X509Certificate>{lines(recipient.der)}</ds:X509Certificate></ds:X509Data>"
    start = re.sub(' xmlns:osci="[^"]*"', "", envelope_start("MessageEncrypted"))
    envelope = (
        f'{start}<soap:Body><xenc:EncryptedData MimeType="Multipart/Related">{method(style)}<ds:KeyInfo>'
        f"{wrapped(style, key, recipient, info)}</ds:KeyInfo>{reference('osci_enc')}</xenc:EncryptedData></soap:Body>"
        "</soap:Envelope>"
    )
    kind, encoding = ("text/base64", "7bit") if style.base64 else ("application/octet-stream", "binary")
    head = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\nContent-ID: <osci_enc>\r\n"
    return mime(style.rename(envelope), [(head, lines(value).encode() if style.base64 else value)])
