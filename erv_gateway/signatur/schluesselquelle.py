"""Keys as the settings name them: a PKCS#12 file, a PKCS#11 token, a remote signing service."""

from pathlib import Path

from certs.certificate import pem_to_der
from certs.errors import CertsError
from certs.keys import KeyHandle
from certs.lebenslauf import Schluesselart, Schluesseleintrag, Schluesselzustand
from erv_gateway.settings import KeySettings, PostfachSettings
from erv_gateway.settings.sections import CscKeySettings, TokenKeySettings
from erv_gateway.signatur.csc import Ausweis, CscSigner, CscSignerV2
from erv_gateway.signatur.csc_http import Anmeldung, Dienst
from erv_gateway.signatur.fehler import SchluesselInvalid
from erv_gateway.signatur.passwort import read_small
from erv_gateway.signatur.pkcs11 import Pkcs11Key, Schluesselname
from erv_gateway.signatur.rohsigner import RawSigner
from erv_gateway.signatur.schluessel import load_key
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.token import Tokenort, Tokens


def open_key(entry: KeySettings, tokens: Tokens) -> KeyHandle:
    """A key that this process uses itself. `SchluesselInvalid` when it does not open, or lies at a service."""
    if entry.file is not None:
        return load_key(entry.file, entry.password_file)
    if entry.pkcs11 is not None:
        return _token_key(entry.pkcs11, tokens)
    raise SchluesselInvalid("a key at a signing service only signs documents")


def open_signer(entry: KeySettings, tokens: Tokens) -> Signer:
    """The signer of documents; a service is not asked before the first signature."""
    source: KeyHandle | RawSigner = open_key(entry, tokens) if entry.csc is None else _service(entry.csc)
    try:
        return Signer(source)
    except CertsError as error:
        raise SchluesselInvalid(str(error)) from error


def certificate_of(entry: KeySettings, tokens: Tokens) -> bytes:
    """DER of the certificate that belongs to a key, wherever it lies."""
    if entry.csc is not None:
        return read_certificates(entry.csc.certificate_file)[0]
    return open_key(entry, tokens).certificate


def keys_of(entry: PostfachSettings, tokens: Tokens) -> tuple[Schluesseleintrag, ...]:
    """All keys of a mailbox with their states. `SchluesselInvalid` when one does not open."""
    aktive = {
        Schluesselart.SIGNATUR: entry.signature_key,
        Schluesselart.CHIFFRAT: entry.cipher_key,
        Schluesselart.VHN: entry.vhn_key,
        Schluesselart.DOKUMENT: entry.document_key or entry.signature_key,
    }
    alle = [(art, Schluesselzustand.AKTIV, key) for art, key in aktive.items()]
    alle += [(Schluesselart(one.art), Schluesselzustand(one.zustand), one) for one in entry.schluessel]
    certificates = {key: certificate_of(key, tokens) for key in dict.fromkeys(key for _, _, key in alle)}
    return tuple(Schluesseleintrag(art, zustand, certificates[key]) for art, zustand, key in alle)


def _token_key(entry: TokenKeySettings, tokens: Tokens) -> Pkcs11Key:
    chain = () if entry.certificate_file is None else read_certificates(entry.certificate_file)
    token = tokens.token(Tokenort(entry.module_file, entry.token, entry.serial, entry.pin_file))
    name = Schluesselname(entry.key, entry.key_id)
    return Pkcs11Key(token, name, chain[0] if chain else None, chain[1:])


def _service(entry: CscKeySettings) -> CscSigner:
    certificate, *chain = read_certificates(entry.certificate_file)
    anmeldung = None
    if entry.token_url is not None and entry.client_id is not None and entry.client_secret_file is not None:
        anmeldung = Anmeldung(entry.token_url, entry.client_id, entry.client_secret_file, entry.scope)
    dienst = Dienst(entry.url, anmeldung, entry.token_file)
    kind = CscSignerV2 if entry.version == 2 else CscSigner
    try:
        return kind(dienst, Ausweis(entry.credential, entry.pin_file), certificate, tuple(chain), entry.batch)
    except CertsError as error:
        raise SchluesselInvalid(f"{entry.certificate_file.name}: {error}") from error


def read_certificates(path: Path) -> tuple[bytes, ...]:
    """DER of all certificates in a PEM file, at least one; `SchluesselInvalid` otherwise."""
    try:
        found = tuple(pem_to_der(read_small(path)))
    except CertsError as error:
        raise SchluesselInvalid(f"{path.name}: {error}", datei=path.name) from error
    if not found:
        raise SchluesselInvalid(f"{path.name} holds no certificate", datei=path.name)
    return found
