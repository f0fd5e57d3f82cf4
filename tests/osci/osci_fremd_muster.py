"""Messages of the second writer, as the reference implementation's vectors have them, with what must come out."""

from functools import cache

import osci_fremd as f
from osci_fremd import PLAIN, Person, Style, Written
from osci_support import own_key, parties

DATA, FILE, TEXT = b"<a>Stra\xc3\x9fe</a>", bytes(range(256)) * 40, b"Zweitens"
TIME = "2026-01-02T03:04:05.678+01:00"
NS_X = f.NS5.replace(" xmlns:xenc", ' xmlns:x="urn:x" xmlns:xenc')
CUSTOM = f'<x:Meta{NS_X} Id="meta"><x:A b="1">&amp;</x:A></x:Meta>'


@cache
def person(name: str, element: str, identifier: str, kind: str = "rsa") -> Person:
    soft = getattr(parties(), name) if hasattr(parties(), name) else own_key(f"fremd {name}", kind=kind)
    return Person(soft._key, soft.certificate, element, identifier)


def originator() -> Person:
    return person("originator", "SignatureCertificateOriginator", "originator_signature_1")


def author(kind: str = "rsa", number: int = 1) -> Person:
    return person(f"author {kind} {number}", "SignatureCertificateOtherAuthor", f"author{number}_signature_1", kind)


def reader(name: str = "reader", number: int = 1) -> Person:
    return person(name, "CipherCertificateOtherReader", f"reader{number}_cipher_1")


def addressee() -> Person:
    return person("addressee", "CipherCertificateAddressee", "addressee_cipher_1")


def originator_cipher() -> Person:
    return person("originator_cipher", "CipherCertificateOriginator", "originator_cipher_1")


def intermediary() -> Person:
    return person("intermediary_cipher", "CipherCertificateIntermediary", "intermed_cipher_1")


def people(*others: Person) -> list[Person]:
    return [originator_cipher(), addressee(), originator(), *others]


def store(
    package: list[Written],
    style: Style = PLAIN,
    *others: Person,
    signed: bool = True,
    job: f.Job | None = None,
    custom: tuple[str, ...] = (),
) -> bytes:
    return f.message(job or f.store_job(), people(*others), package, originator() if signed else None, style, custom)


def signed_container(style: Style = PLAIN, *signers: Person, time: str | None = None) -> Written:
    contents = [f.data_content("content1", DATA), f.file_content("content2", "akte.pdf", FILE, style)]
    return f.container("project_coco", contents, signers or (originator(),), style, time)


def full(style: Style = PLAIN) -> bytes:
    """Content signed and encrypted, transport signed, to be sealed."""
    return store([f.encrypted("encdata_0", signed_container(style), [addressee()], style)], style)


def multi() -> bytes:
    """Two encrypted containers and two open ones, in several hands."""
    authors = (author(number=1), author("p256", 2), author("bp256", 3))
    first = f.encrypted("encdata_0", signed_container(PLAIN, originator(), *authors), [addressee(), reader()])
    second = f.container("govello_coco", [f.data_content("content9", TEXT)], [authors[0]])
    third = f.container("offen1", [f.file_content("content10", "offen.bin", FILE)], [originator()])
    fourth = f.container("offen2", [f.data_content("content11", b"")])
    packed = [first, f.encrypted("encdata_1", second, [reader()]), third, fourth]
    return store(packed, PLAIN, reader(), *authors)


def nested(style: Style | None = None) -> bytes:
    deep = f.container("tief", [f.file_content("c3", "tief.bin", TEXT, style)], [author()])
    middle = f.container("mitte", [f.nested_content("c2", deep), f.data_content("c4", TEXT)])
    outer = f.container("aussen", [f.nested_content("c1", middle), f.data_content("c5", DATA)], [originator()])
    return store([outer if style is None else f.encrypted("encdata_0", outer, [addressee()])], PLAIN, author())


def double(style: Style = PLAIN, *, within: bool = True) -> bytes:
    """Four eyes: encrypted content inside a signed container, which is encrypted itself (`within`)."""
    secret = f.container("geheim", [f.file_content("s1", "geheim.bin", TEXT, style)], [author()], style)
    inner = f.encrypted("encdata_9", secret, [reader()], style)
    outer = f.container("aussen", [f.data_content("c1", DATA), inner], [originator()], style)
    packed = f.encrypted("encdata_0", outer, [addressee()], style) if within else outer
    return store([packed], style, author(), reader())


def sealed(inner: bytes, style: Style = PLAIN) -> bytes:
    return f.sealed(inner, intermediary(), style)
