"""Checks 1-4 of a bundle (docs/nachweis.md): what was sent. Each returns its German line or raises Mangel, Unklar."""

import hashlib

from cryptography import x509

from erv_gateway.nachweis.befund import Mangel, Unklar, only
from erv_gateway.nachweis.behauptung import Verzeichniseintrag
from erv_gateway.nachweis.buendel import Buendel
from erv_gateway.nachweis.modell import (
    INHALT,
    KETTE,
    MANIFEST,
    NOT_IN_XJUSTIZ,
    OPTIONAL,
    REQUIRED,
    XJUSTIZ,
    XJUSTIZ_DATEINAME,
    NachweisUrteil,
    inhalt_path,
)
from erv_gateway.nachweis.oscinachricht import OsciNachricht, certificate_der, decode_message_id
from erv_gateway.nachweis.xmlbaum import DS, OSCI, XENC, Element, children, named, one, parse_xml, sole_child, text_of
from erv_gateway.nachweis.xmlbaum import XJUSTIZ as XJUSTIZ_NS
from erv_gateway.nachweis.xmlsignatur import retrieval_id

_NACHRICHT = "nachricht.xml"
_NIC = "NonIntermediaryCertificates"


def check_verzeichnis(buendel: Buendel) -> str:
    """(1) Every file listed with its true hash and size, none missing, none surplus; the manifest unchanged."""
    behauptung = buendel.behauptung
    if behauptung.computed != behauptung.pruefsumme:
        raise Mangel("nachweis.json passt nicht zu seiner Prüfsumme")
    listed = {eintrag.path: eintrag for eintrag in behauptung.files}
    actual = buendel.files.keys() - {MANIFEST}
    different = sorted(listed.keys() ^ actual)
    if different or len(listed) != len(behauptung.files):
        raise Mangel(f"Verzeichnis und Inhalt des Bündels weichen ab: {', '.join(different) or 'doppelt genannt'}")
    for path, eintrag in sorted(listed.items()):
        _check_file(path, eintrag, buendel.files[path])
    for path in REQUIRED:
        buendel.file(path)
    if behauptung.claims.urteil != NachweisUrteil.GUELTIG:
        raise Unklar(f"der Absender selbst nennt sein Urteil {behauptung.claims.urteil!r}")
    return f"{len(listed)} Dateien vollzählig und unverändert"


def _check_file(path: str, eintrag: Verzeichniseintrag, data: bytes) -> None:
    if (eintrag.bytes, eintrag.sha256) != (len(data), sha256_hex(data)):
        raise Mangel(f"{path} ist verändert")
    if path not in {*REQUIRED, *OPTIONAL} and not INHALT.fullmatch(path) and not KETTE.fullmatch(path):
        raise Mangel(f"{path} gehört nicht in ein Bündel dieses Formats")


def check_umschlag(buendel: Buendel) -> str:
    """(2) Our signed StoreDelivery: the claimed MessageId, for one addressee, with exactly our attachments."""
    umschlag = buendel.umschlag
    message_id = decode_message_id(one(umschlag.block("storeDelivery"), OSCI, "MessageId"))
    if message_id != buendel.behauptung.claims.message_id:
        raise Mangel("die MessageId im Umschlag ist eine andere als die behauptete")
    package = sole_child(umschlag.body, OSCI, "ContentPackage")
    empfaenger = certificate_der(one(umschlag.block(_NIC), OSCI, "CipherCertificateAddressee"))
    for element in children(package):
        _check_encrypted_for(element, umschlag, empfaenger)
    if len(package) != len(buendel.inhalte):
        raise Mangel("im Umschlag stehen nicht so viele Inhaltscontainer wie im Bündel")
    if umschlag.cids != {name for inhalt in buendel.inhalte for name in inhalt.dateien}:
        raise Mangel("der Umschlag unterschreibt andere Anhänge, als die Inhalte nennen")
    name = x509.load_der_x509_certificate(empfaenger).subject.rfc4514_string()
    return f"Signatur des Absenders über alle Kopfblöcke, Rumpf und {len(umschlag.cids)} Anhänge gültig; an {name}"


def _check_encrypted_for(element: Element, umschlag: OsciNachricht, empfaenger: bytes) -> None:
    if element.tag != f"{{{XENC}}}EncryptedData":
        raise Mangel("ein Inhaltscontainer wurde unverschlüsselt übergeben")
    certificates = {child.get("Id"): child for child in children(umschlag.block(_NIC))}
    keys = [key for info in named(element, DS, "KeyInfo") for key in named(info, XENC, "EncryptedKey")]
    targets = [certificates.get(retrieval_id(one(key, DS, "KeyInfo"))) for key in keys]
    if not any(target is not None and certificate_der(target) == empfaenger for target in targets):
        raise Mangel("ein Inhaltscontainer ist nicht für das Empfängerzertifikat verschlüsselt")


def check_inhalt(buendel: Buendel) -> str:
    """(3) Each container signed by the sender; its attachments are the claimed files, no more and no less."""
    count = len(buendel.inhalte)
    if not count or buendel.inhalt_paths != sorted(inhalt_path(number) for number in range(1, count + 1)):
        raise Mangel("die Inhaltscontainer fehlen oder sind nicht lückenlos nummeriert")
    signed = buendel.unterschriebene()
    dateien = buendel.behauptung.claims.dateien
    claimed = {datei.dateiname: datei.sha256 for datei in dateien}
    if len(claimed) != len(dateien):
        raise Mangel("ein Dateiname ist doppelt behauptet")
    different = sorted(name for name in claimed.keys() | signed.keys() if claimed.get(name) != signed.get(name))
    if different:
        raise Mangel(f"behauptet und unterschrieben ist Verschiedenes: {', '.join(map(repr, different))}")
    return f"{count} Container, {len(signed)} Dateien mit Name und SHA-256 unterschrieben"


def check_empfaenger(buendel: Buendel) -> str:
    """The claimed SAFE-ID stands in the signed nachricht.xml of the package."""
    found = [inhalt.data[_NACHRICHT] for inhalt in buendel.inhalte if _NACHRICHT in inhalt.data]
    if len(found) != 1:
        raise Unklar("die unterschriebene nachricht.xml fehlt, die SAFE-ID des Empfängers ist nur behauptet")
    named_there = only(list(parse_xml(found[0]).iter("{*}Empfaengerkennung")), "Empfaengerkennung")
    empfaenger = buendel.behauptung.claims.empfaenger
    if text_of(named_there).strip() != empfaenger:
        raise Mangel("die unterschriebene Nachricht nennt einen anderen Empfänger")
    return f"Empfänger {empfaenger} steht in der unterschriebenen Nachricht"


def check_paket(buendel: Buendel) -> str:
    """(4) The XJustiz message is the signed one, lists the same files and carries the claimed own id."""
    data = buendel.file(XJUSTIZ)
    if buendel.unterschriebene().get(XJUSTIZ_DATEINAME) != sha256_hex(data):
        raise Mangel("xjustiz_nachricht.xml ist nicht die unterschriebene Datei")
    root = parse_xml(data)
    listed = {text_of(element).strip() for element in root.iter(f"{{{XJUSTIZ_NS}}}dateiname")}
    dateien = {datei.dateiname: datei.bytes for datei in buendel.behauptung.claims.dateien}
    if listed - NOT_IN_XJUSTIZ != dateien.keys() - NOT_IN_XJUSTIZ:
        raise Mangel("xjustiz_nachricht.xml nennt andere Dateien als behauptet")
    own_id = only(list(root.iter(f"{{{XJUSTIZ_NS}}}eigeneNachrichtenID")), "eigeneNachrichtenID")
    if text_of(own_id).strip() != buendel.behauptung.sendung.eigene_nachrichten_id:
        raise Mangel("eigeneNachrichtenID ist eine andere als die behauptete")
    if dateien.get(XJUSTIZ_DATEINAME) != len(data):
        raise Mangel("die behauptete Größe von xjustiz_nachricht.xml stimmt nicht")
    return f"xjustiz_nachricht.xml unverändert, nennt dieselben {len(dateien.keys() - NOT_IN_XJUSTIZ)} Dateien"


def sha256_hex(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
