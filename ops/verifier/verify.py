#!/usr/bin/env python3
"""Prüft ein Nachweisbündel des ERV-Gateways (Format erv-gateway-nachweis/1) ohne Netz und ohne das Gateway.

Aufruf:  python verify.py BUENDEL.zip [--json] [--anker CA.pem]... [--dateien ORDNER]
Ende:    0 gültig, 1 unbestimmt oder ungültig, 2 nicht lesbar oder falsch aufgerufen
Braucht: Python ab 3.9 und das Paket "cryptography" ab 42; sonst nichts.

Das Programm teilt keinen Code mit dem Gateway. Es liest von oben nach unten: was geprüft wird (CHECKS), die Prüfungen,
dann OSCI-Nachrichten, XML-Signatur, kanonisches XML (Canonical XML 1.0), MIME, Zertifikate, ZIP.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import contextlib
import hashlib
import json
import re
import sys
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from xml.parsers import expat

try:
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
except ImportError:
    print("Das Paket 'cryptography' fehlt: pip install cryptography", file=sys.stderr)
    sys.exit(2)
if not hasattr(x509.Certificate, "not_valid_before_utc"):
    print("Das Paket 'cryptography' ist zu alt, gebraucht wird 42 oder neuer.", file=sys.stderr)
    sys.exit(2)

FORMAT = "erv-gateway-nachweis/1"

MAX_ENTRY_BYTES = 64 * 1024 * 1024
MAX_TOTAL_BYTES = 256 * 1024 * 1024
MAX_ENTRIES = 1000
MAX_DIRECTORY_BYTES = 1024 * 1024
END_RECORD_BYTES = 22  # of a ZIP without comment
ZIP64_LOCATOR_BYTES = 20
MAX_XML_DEPTH = 100
MAX_XML_NODES = 200_000
MAX_CHAIN = 6
MIN_RSA_BITS = 3000  # BSI TR-02102-1; EGVP demands it since 2024-01-01
MIN_EC_BITS = 250

MANIFEST = "nachweis.json"
XJUSTIZ = "paket/xjustiz_nachricht.xml"
UMSCHLAG = "uebergabe/umschlag.xml"
ANNAHME = "quittung/annahme.osci"
AKTENPROTOKOLL = "akte/aktenprotokoll.json"
ABDECKUNG = "akte/abdeckung.json"
OPTIONAL = (ANNAHME, AKTENPROTOKOLL, ABDECKUNG)
LAUFZETTEL = "quittung/laufzettel.osci"
VERMITTLER = "zertifikate/vermittler.pem"
ABSENDER = "zertifikate/absender.pem"
PROTOKOLL = "protokoll/eintraege.jsonl"
PDF = "nachweis.pdf"
LIESMICH = "LIESMICH.txt"
REQUIRED = (LIESMICH, PDF, XJUSTIZ, UMSCHLAG, LAUFZETTEL, VERMITTLER, ABSENDER, PROTOKOLL)
INHALT_PATTERN = re.compile(r"uebergabe/inhalt-([1-9][0-9]{0,2})\.xml")
KETTE_PATTERN = re.compile(r"zertifikate/ketten/ca-[1-9][0-9]{0,2}\.pem")
NOT_IN_XJUSTIZ = frozenset({"xjustiz_nachricht.xml", "vhn.xml", "vhn.xml.p7s"})

NS_DS = "http://www.w3.org/2000/09/xmldsig#"
NS_OSCI = "http://www.osci.de/2002/04/osci"
NS_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
NS_XENC = "http://www.w3.org/2001/04/xmlenc#"
NS_XSI = "http://www.w3.org/2001/XMLSchema-instance"
NS_XML = "http://www.w3.org/XML/1998/namespace"
NS_XMLNS = "http://www.w3.org/2000/xmlns/"
NS_XJUSTIZ = "http://www.xjustiz.de"

C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
BASE64 = NS_DS + "base64"
DIGESTS = {NS_XENC + "sha256": hashlib.sha256, NS_XENC + "sha512": hashlib.sha512}
_MORE_2001 = "http://www.w3.org/2001/04/xmldsig-more#"
_MORE_2007 = "http://www.w3.org/2007/05/xmldsig-more#"
SIGNATURES = {
    _MORE_2001 + "rsa-sha256": ("pkcs1", hashes.SHA256()),
    _MORE_2001 + "rsa-sha512": ("pkcs1", hashes.SHA512()),
    _MORE_2007 + "sha256-rsa-MGF1": ("pss", hashes.SHA256()),
    _MORE_2007 + "sha512-rsa-MGF1": ("pss", hashes.SHA512()),
    _MORE_2001 + "ecdsa-sha256": ("ecdsa", hashes.SHA256()),
    _MORE_2001 + "ecdsa-sha512": ("ecdsa", hashes.SHA512()),
}

SIGNATURE_PARTS = [(NS_DS, "SignedInfo"), (NS_DS, "SignatureValue"), (NS_DS, "KeyInfo")]

GUELTIG, UNBESTIMMT, UNGUELTIG = "gueltig", "unbestimmt", "ungueltig"


class Unreadable(Exception):
    """Not a proof bundle at all: exit 2."""


class Mangel(Exception):
    """A check failed; the text says why."""


class Unklar(Exception):
    """A check could not be decided; the text says why."""


@dataclass
class Check:
    name: str
    ok: bool | None
    text: str


@dataclass
class Nachricht:
    """A signed OSCI message: its blocks by local name, and what its transport signature covers."""

    header: Any
    body: Any
    cids: frozenset
    signer: bytes

    def block(self, name: str) -> Any:
        found = [node for node in self.header.elements() if node.is_a(NS_OSCI, name)]
        return only(found, f"Kopfblock {name}")


@dataclass
class Bundle:
    files: dict
    manifest: dict
    anker: list
    dateien_ordner: Path | None = None
    hinweise: list = field(default_factory=list)
    cache: dict = field(default_factory=dict)

    @property
    def claims(self) -> dict:
        return self.manifest["claims"]

    def file(self, path: str) -> bytes:
        if path not in self.files:
            raise Mangel(f"{path} fehlt")
        return self.files[path]

    def once(self, key: str, make: Callable[[], Any]) -> Any:
        if key not in self.cache:
            self.cache[key] = make()
        return self.cache[key]

    def inhalt_paths(self) -> list:
        return sorted(path for path in self.files if INHALT_PATTERN.fullmatch(path))

    def absender(self) -> x509.Certificate:
        return self.once(ABSENDER, lambda: load_pem(self.file(ABSENDER), ABSENDER))

    def vermittler(self) -> x509.Certificate:
        return self.once(VERMITTLER, lambda: load_pem(self.file(VERMITTLER), VERMITTLER))

    def umschlag(self) -> Nachricht:
        return self.once(UMSCHLAG, lambda: read_request(self.file(UMSCHLAG), self.absender()))

    def answer(self, path: str, kind: str) -> Nachricht:
        return self.once(path, lambda: read_answer(self.file(path), kind, self.vermittler()))

    def inhalte(self) -> list:
        return self.once("inhalte", lambda: [read_inhalt(self, path) for path in self.inhalt_paths()])

    def eingang(self) -> datetime:
        return parse_time(self.claims["eingang"])


def verify(quelle: Any, anker: list, dateien_ordner: Path | None = None) -> tuple:
    """(verdict, checks, hinweise) for a bundle given as path or binary file. Raises Unreadable."""
    files = read_zip(quelle)
    if MANIFEST not in files:
        raise Unreadable(f"{MANIFEST} fehlt im Bündel")
    bundle = Bundle(files, parse_manifest(files[MANIFEST]), anker, dateien_ordner)
    checks = [run(name, function, bundle) for name, function in CHECKS]
    if anker:
        checks.append(run("vertrauen", check_vertrauen, bundle))
    if dateien_ordner is not None:
        checks.append(run("dateien", check_dateien, bundle))
    return verdict_of(checks), checks, bundle.hinweise + standing_hinweise(bundle)


def run(name: str, function: Callable[[Bundle], str], bundle: Bundle) -> Check:
    try:
        return Check(name, True, function(bundle))
    except Mangel as mangel:
        return Check(name, False, str(mangel))
    except Unklar as unklar:
        return Check(name, None, str(unklar))
    except Exception as error:  # noqa: BLE001 - whatever a hostile bundle provokes is a failed check
        return Check(name, False, f"nicht auswertbar ({type(error).__name__})")


def verdict_of(checks: list) -> str:
    if any(check.ok is False for check in checks):
        return UNGUELTIG
    return UNBESTIMMT if any(check.ok is None for check in checks) else GUELTIG


def standing_hinweise(bundle: Bundle) -> list:
    hinweise = [
        "Die verschlüsselt übergebenen Anhänge liegen nicht im Bündel. Dass Geheimtext und Klartext dasselbe sind, "
        "beruht auf der Signatur des Absenders über beide.",
        "nachweis.pdf und LIESMICH.txt sind Lesefassungen ohne Signatur; maßgeblich sind die signierten Originale.",
        "Größenangaben, Protokoll und Erstellungszeit sind Angaben des Absenders ohne fremde Signatur und ohne "
        "qualifizierten Zeitstempel.",
        "Ob ein Zertifikat gesperrt war, wird nicht geprüft.",
    ]
    if ANNAHME not in bundle.files:
        hinweise.append("Die Antwort auf die Übergabe (annahme.osci) fehlt; der Laufzettel allein belegt den Eingang.")
    return hinweise


# ---------------------------------------------------------------------------------------------------- the checks


def check_verzeichnis(bundle: Bundle) -> str:
    """(1) Every file listed with its true hash and size, none missing, none surplus; the manifest unchanged."""
    manifest = bundle.manifest
    rest = {key: value for key, value in manifest.items() if key != "pruefsumme"}
    if sha256(canonical_json(rest)) != manifest["pruefsumme"]:
        raise Mangel("nachweis.json passt nicht zu seiner Prüfsumme")
    listed = {entry["path"]: entry for entry in manifest["files"]}
    if len(listed) != len(manifest["files"]):
        raise Mangel("nachweis.json nennt eine Datei doppelt")
    actual = {path: data for path, data in bundle.files.items() if path != MANIFEST}
    for path in sorted(set(listed) | set(actual)):
        check_listed(path, listed.get(path), actual.get(path))
    for path in REQUIRED:
        bundle.file(path)
    if manifest["claims"]["urteil"] != GUELTIG:
        raise Unklar(f"der Absender selbst nennt sein Urteil {manifest['claims']['urteil']!r}")
    return f"{len(listed)} Dateien vollzählig und unverändert"


def check_listed(path: str, entry: dict | None, data: bytes | None) -> None:
    if entry is None:
        raise Mangel(f"{path} steht nicht im Verzeichnis")
    if data is None:
        raise Mangel(f"{path} fehlt")
    if entry["bytes"] != len(data) or entry["sha256"] != sha256(data):
        raise Mangel(f"{path} ist verändert")
    known = path in REQUIRED or path in OPTIONAL or INHALT_PATTERN.fullmatch(path) or KETTE_PATTERN.fullmatch(path)
    if not known:
        raise Mangel(f"{path} gehört nicht in ein Bündel dieses Formats")


def check_umschlag(bundle: Bundle) -> str:
    """(2) Our signed StoreDelivery carries the claimed MessageId, for one addressee, with exactly our attachments."""
    umschlag = bundle.umschlag()
    block = umschlag.block("storeDelivery")
    if decode_message_id(only(block.named(NS_OSCI, "MessageId"), "MessageId")) != bundle.claims["message_id"]:
        raise Mangel("die MessageId im Umschlag ist eine andere als die behauptete")
    package = only(umschlag.body.elements(), "ContentPackage")
    package.expect(NS_OSCI, "ContentPackage")
    empfaenger = addressee_of(umschlag)
    for data in package.elements():
        check_encrypted_for(data, umschlag, empfaenger)
    if len(package.elements()) != len(bundle.inhalt_paths()):
        raise Mangel("im Umschlag stehen nicht so viele Inhaltscontainer wie im Bündel")
    referenced = frozenset(name for inhalt in bundle.inhalte() for name in inhalt["cids"])
    if umschlag.cids != referenced:
        raise Mangel("der Umschlag unterschreibt andere Anhänge, als die Inhalte nennen")
    name = x509.load_der_x509_certificate(empfaenger).subject.rfc4514_string()
    return f"Signatur des Absenders über alle Kopfblöcke, Rumpf und {len(umschlag.cids)} Anhänge gültig; an {name}"


def addressee_of(umschlag: Nachricht) -> bytes:
    certificates = umschlag.block("NonIntermediaryCertificates")
    return certificate_der(only(certificates.named(NS_OSCI, "CipherCertificateAddressee"), "Empfängerzertifikat"))


def check_encrypted_for(data: Any, umschlag: Nachricht, empfaenger: bytes) -> None:
    """Some EncryptedKey must name a certificate element that holds the addressee's certificate."""
    data.expect(NS_XENC, "EncryptedData")
    by_id = {node.get("Id"): node for node in umschlag.block("NonIntermediaryCertificates").elements()}
    for info in data.named(NS_DS, "KeyInfo"):
        for key in info.named(NS_XENC, "EncryptedKey"):
            target = by_id.get(retrieval_id(key))
            if target is not None and certificate_der(target) == empfaenger:
                return
    raise Mangel("ein Inhaltscontainer ist nicht für das Empfängerzertifikat verschlüsselt")


def check_inhalt(bundle: Bundle) -> str:
    """(3) Each container signed by the sender; its attachments are the claimed files, no more and no less."""
    inhalte = bundle.inhalte()
    if not inhalte or bundle.inhalt_paths() != sorted(f"uebergabe/inhalt-{n}.xml" for n in range(1, len(inhalte) + 1)):
        raise Mangel("die Inhaltscontainer fehlen oder sind nicht lückenlos nummeriert")
    signed = signed_digests(inhalte)
    claimed = {datei["dateiname"]: datei["sha256"] for datei in bundle.claims["dateien"]}
    if len(claimed) != len(bundle.claims["dateien"]):
        raise Mangel("ein Dateiname ist doppelt behauptet")
    for name in sorted(set(signed) | set(claimed)):
        if name not in claimed or name not in signed:
            raise Mangel(f"{name!r}: {'nicht behauptet' if name in signed else 'nicht unterschrieben'}")
        if signed[name] != claimed[name]:
            raise Mangel(f"{name!r}: unterschriebener und behaupteter Hashwert sind verschieden")
    return f"{len(inhalte)} Container, {len(signed)} Dateien mit Name und SHA-256 unterschrieben"


def signed_digests(inhalte: list) -> dict:
    signed: dict = {}
    for inhalt in inhalte:
        for name, digest in inhalt["cids"].items():
            if name in signed:
                raise Mangel(f"{name!r} wird von zwei Containern genannt")
            signed[name] = digest
    return signed


def check_empfaenger(bundle: Bundle) -> str:
    """The claimed SAFE-ID stands in the signed nachricht.xml of the package."""
    found = [inhalt["data"]["nachricht.xml"] for inhalt in bundle.inhalte() if "nachricht.xml" in inhalt["data"]]
    if len(found) != 1:
        raise Unklar("die unterschriebene nachricht.xml fehlt, die SAFE-ID des Empfängers ist nur behauptet")
    names = [node for node in parse_xml(found[0]).walk() if node.local == "Empfaengerkennung"]
    if only(names, "Empfaengerkennung").text().strip() != bundle.claims["empfaenger"]:
        raise Mangel("die unterschriebene Nachricht nennt einen anderen Empfänger")
    return f"Empfänger {bundle.claims['empfaenger']} steht in der unterschriebenen Nachricht"


def check_paket(bundle: Bundle) -> str:
    """(4) The XJustiz message is the signed one, lists the same files and carries the claimed own id."""
    data = bundle.file(XJUSTIZ)
    signed = signed_digests(bundle.inhalte())
    if signed.get("xjustiz_nachricht.xml") != sha256(data):
        raise Mangel("xjustiz_nachricht.xml ist nicht die unterschriebene Datei")
    root = parse_xml(data)
    listed = [node.text().strip() for node in root.walk() if node.is_a(NS_XJUSTIZ, "dateiname")]
    expected = {datei["dateiname"] for datei in bundle.claims["dateien"]} - NOT_IN_XJUSTIZ
    if set(listed) - NOT_IN_XJUSTIZ != expected:
        raise Mangel("xjustiz_nachricht.xml nennt andere Dateien als behauptet")
    ids = [node.text().strip() for node in root.walk() if node.is_a(NS_XJUSTIZ, "eigeneNachrichtenID")]
    if only(ids, "eigeneNachrichtenID") != bundle.manifest["sendung"]["eigene_nachrichten_id"]:
        raise Mangel("eigeneNachrichtenID ist eine andere als die behauptete")
    sizes = {entry["dateiname"]: entry["bytes"] for entry in bundle.claims["dateien"]}
    if sizes.get("xjustiz_nachricht.xml") != len(data):
        raise Mangel("die behauptete Größe von xjustiz_nachricht.xml stimmt nicht")
    return f"xjustiz_nachricht.xml unverändert, nennt dieselben {len(expected)} Dateien"


def check_annahme(bundle: Bundle) -> str:
    """(5) The intermediary's signed answer to exactly our request."""
    if ANNAHME not in bundle.files:
        return "nicht im Bündel (zulässig)"
    annahme = bundle.answer(ANNAHME, "ResponseToStoreDelivery")
    challenge = only(bundle.umschlag().block("ControlBlock").named(NS_OSCI, "Challenge"), "Challenge").text()
    response = only(annahme.block("ControlBlock").named(NS_OSCI, "Response"), "Response").text()
    if not challenge or challenge != response:
        raise Mangel("die Antwort gehört nicht zu unserer Anfrage (Response und Challenge verschieden)")
    block = annahme.block("responseToStoreDelivery")
    codes = check_feedback(block)
    for bundle_node in block.named(NS_OSCI, "ProcessCardBundle"):
        if card_message_id(bundle_node) != bundle.claims["message_id"]:
            raise Mangel("die Antwort bestätigt eine andere MessageId")
        if card_creation(bundle_node) != bundle.eingang():
            raise Mangel("die Antwort nennt eine andere Eingangszeit")
    return f"Antwort des Vermittlers auf genau unsere Anfrage, Meldung {', '.join(codes)}"


def check_laufzettel(bundle: Bundle) -> str:
    """(6) The signed process card: our MessageId, Creation = claimed time of entry."""
    laufzettel = bundle.answer(LAUFZETTEL, "ResponseToFetchProcessCard")
    answer = only(laufzettel.body.elements(), "responseToFetchProcessCard")
    answer.expect(NS_OSCI, "responseToFetchProcessCard")
    check_feedback(answer)
    cards = answer.named(NS_OSCI, "ProcessCardBundle")
    ours = [card for card in cards if card_message_id(card) == bundle.claims["message_id"]]
    creation = card_creation(only(ours, "Laufzettel mit unserer MessageId"))
    if creation != bundle.eingang():
        raise Mangel("der Laufzettel nennt eine andere Eingangszeit als behauptet")
    return f"vom Vermittler unterschrieben: Eingang {creation.isoformat()}"


def check_feedback(block: Any) -> list:
    entries = only(block.named(NS_OSCI, "Feedback"), "Feedback").named(NS_OSCI, "Entry")
    codes = [only(entry.named(NS_OSCI, "Code"), "Code").text().strip() for entry in entries]
    if not any(code.startswith("08") for code in codes) or any(code.startswith("9") for code in codes):
        raise Mangel(f"der Vermittler meldet keinen Erfolg: {', '.join(codes) or 'nichts'}")
    return codes


def card_message_id(card: Any) -> str:
    return decode_message_id(only(card.named(NS_OSCI, "MessageId"), "MessageId"))


def card_creation(card: Any) -> datetime:
    creation = only(only(card.named(NS_OSCI, "ProcessCard"), "ProcessCard").named(NS_OSCI, "Creation"), "Creation")
    stamp = only(creation.elements(), "Zeitangabe")
    if not stamp.is_a(NS_OSCI, "Plain"):
        raise Unklar("die Eingangszeit ist ein kryptographischer Zeitstempel, den dieses Programm nicht liest")
    return parse_time(stamp.text().strip())


def decode_message_id(node: Any) -> str:
    try:
        return decode_base64(node.text()).decode("utf-8")
    except UnicodeDecodeError:
        raise Mangel("eine MessageId ist nicht lesbar") from None


# ------------------------------------------------------------------------------------------------------- the log

ENTRY_KEYS = {"angaben", "art", "format", "gegenstand", "handelnd", "id", "nonce", "zeitpunkt"}
START = ""
_NACH_UNGEWISS = {"sendung.uebergeben", "sendung.nicht-angekommen"}
_NACH_KENNUNG = {"sendung.kennung-erhalten", "sendung.uebergabe-begonnen", "sendung.ungewiss"}
_ENTWURFSARBEIT = {
    "sendung.geteilt",
    "sendung.teilung-aufgehoben",
    "sendung.korrigiert",
    "sendung.korrektur-zurueckgenommen",
}  # what people do to a draft: after any of it the draft is checked again
ORDER = {
    START: {"sendung.angelegt"},
    **{art: _ENTWURFSARBEIT | {"sendung.geprueft"} for art in ("sendung.angelegt", *sorted(_ENTWURFSARBEIT))},
    "sendung.geprueft": _ENTWURFSARBEIT | {"sendung.angelegt", "sendung.geprueft", "sendung.freigegeben"},
    "sendung.freigegeben": {"sendung.freigegeben", "sendung.beauftragt"},
    "sendung.beauftragt": {"sendung.kennung-erhalten", "sendung.ungewiss"},
    "sendung.kennung-erhalten": _NACH_KENNUNG,
    "sendung.uebergabe-begonnen": {"sendung.uebergabe-begonnen", "sendung.uebergeben", "sendung.ungewiss"},
    "sendung.ungewiss": _NACH_UNGEWISS,
    "sendung.nicht-angekommen": {"sendung.beauftragt", "sendung.kennung-erhalten", "sendung.uebergabe-begonnen"},
    "sendung.uebergeben": {"sendung.bestaetigt", "sendung.beanstandet"},
    "sendung.beanstandet": {"sendung.bestaetigt"},
    "sendung.bestaetigt": {"sendung.abgelegt"},
    "sendung.abgelegt": set(),
}
DOUBTS = ("sendung.ungewiss", "sendung.beanstandet")  # what these name may have been superseded
NEEDED = ("sendung.uebergabe-begonnen", "sendung.uebergeben", "sendung.bestaetigt")


def check_protokoll(bundle: Bundle) -> str:
    """(7) Leaf hashes right, ids unique, order legal, named digests true."""
    entries = [parse_entry(line) for line in log_lines(bundle.file(PROTOKOLL))]
    if len({entry["id"] for entry in entries}) != len(entries):
        raise Mangel("zwei Protokolleinträge haben dieselbe Id")
    numbers = [entry["seq"] for entry in entries]
    if numbers != sorted(set(numbers)):
        raise Mangel("die Protokolleinträge sind nicht aufsteigend nummeriert")
    ours = [entry for entry in entries if entry["gegenstand"] == bundle.manifest["sendung"]["id"]]
    if any(not entry["art"].startswith("akte.") for entry in entries if entry not in ours):
        raise Mangel("ein Protokolleintrag gehört zu einem anderen Vorgang")
    check_order([entry["art"] for entry in ours])
    compared = compare_named(bundle, {entry["art"]: entry["angaben"] for entry in ours if entry["art"] not in DOUBTS})
    return f"{len(entries)} Einträge in zulässiger Reihenfolge, {compared} genannte Werte stimmen"


def log_lines(data: bytes) -> list:
    if not data.endswith(b"\n"):
        raise Mangel("das Protokoll ist abgeschnitten")
    return data[:-1].split(b"\n")


def parse_entry(line: bytes) -> dict:
    outer = parse_json(line)
    if not isinstance(outer, dict) or set(outer) != {"body", "leaf_hash", "seq"} or type(outer["seq"]) is not int:
        raise Mangel("eine Protokollzeile hat nicht die vereinbarte Form")
    try:
        body = base64.b64decode(outer["body"].encode("ascii"), validate=True)
    except (ValueError, AttributeError):
        raise Mangel("ein Protokolleintrag ist nicht lesbar") from None
    if sha256(b"\x00" + body) != outer["leaf_hash"]:
        raise Mangel(f"Protokolleintrag {outer['seq']}: Blatt-Hashwert falsch")
    entry = parse_json(body)
    if not isinstance(entry, dict) or set(entry) != ENTRY_KEYS or canonical_json(entry) != body:
        raise Mangel(f"Protokolleintrag {outer['seq']} hat nicht die vereinbarte Form")
    if type(entry["format"]) is not int or entry["format"] != 1 or not isinstance(entry["angaben"], dict):
        raise Mangel(f"Protokolleintrag {outer['seq']} hat ein unbekanntes Format")
    if not all(isinstance(entry[key], str) for key in ENTRY_KEYS - {"format", "angaben"}):
        raise Mangel(f"Protokolleintrag {outer['seq']} hat nicht die vereinbarte Form")
    parse_time(entry["zeitpunkt"])
    return {**entry, "seq": outer["seq"]}


def check_order(arten: list) -> None:
    before = START
    for art in arten:
        if art not in ORDER.get(before, set()):
            raise Mangel(f"das Protokoll springt von {before or 'Anfang'} nach {art}")
        before = art
    for art in NEEDED:
        if art not in arten:
            raise Mangel(f"im Protokoll fehlt {art}")


def compare_named(bundle: Bundle, last: dict) -> int:
    """Compare what the last entry of each kind names with the bundle; returns how many values were compared."""
    expected = named_values(bundle)
    compared = 0
    for art, angaben in sorted(last.items()):
        for key in sorted(set(angaben) & set(expected)):
            same = same_moment(angaben[key], expected[key]) if key == "eingang" else angaben[key] == expected[key]
            if not same:
                raise Mangel(f"Protokolleintrag {art} nennt ein anderes {key}")
            compared += 1
    if not compared:
        bundle.hinweise.append("Das Protokoll nennt keine Hashwerte, die sich vergleichen ließen.")
    return compared


def named_values(bundle: Bundle) -> dict:
    paths = {"xjustiz_sha256": XJUSTIZ, "umschlag_sha256": UMSCHLAG, "annahme_sha256": ANNAHME}
    paths["laufzettel_sha256"] = LAUFZETTEL
    paths |= {"aktenprotokoll_sha256": AKTENPROTOKOLL, "abdeckung_sha256": ABDECKUNG}
    for path in bundle.inhalt_paths():
        paths[f"inhalt_{path[len('uebergabe/inhalt-') : -len('.xml')]}_sha256"] = path
    values = {key: sha256(bundle.files[path]) for key, path in paths.items() if path in bundle.files}
    values["vermittler_sha256"] = fingerprint(bundle.vermittler())
    values["absender_sha256"] = fingerprint(bundle.absender())
    for key in ("message_id", "eingang", "empfaenger"):
        values[key] = bundle.claims[key]
    values["eigene_nachrichten_id"] = bundle.manifest["sendung"]["eigene_nachrichten_id"]
    return values


def same_moment(left: Any, right: str) -> bool:
    return isinstance(left, str) and parse_time(left) == parse_time(right)


# ------------------------------------------------------------------------------------------- certificates, trust


def check_zertifikate(bundle: Bundle) -> str:
    """(8) Both certificates and their issuers were in their validity at the time of entry, and the chains close."""
    others = bundle_cas(bundle)
    roots = []
    for role, leaf in (("Vermittler", bundle.vermittler()), ("Absender", bundle.absender())):
        chain = build_chain(leaf, others + bundle.anker)
        check_chain(role, chain, bundle.eingang())
        roots.append(chain[-1])
        if not bundle.anker:
            bundle.hinweise.append(root_hinweis(role, chain[-1]))
    return "Vermittler und Absender zum Zeitpunkt des Eingangs gültig, Ketten vollständig"


def root_hinweis(role: str, root: x509.Certificate) -> str:
    return (
        f"{role}: Diese Wurzel ist mit der veröffentlichten zu vergleichen (oder --anker angeben): "
        f"{root.subject.rfc4514_string()}, SHA-256 {fingerprint(root)}"
    )


def check_vertrauen(bundle: Bundle) -> str:
    trusted = {fingerprint(anker) for anker in bundle.anker}
    others = bundle_cas(bundle)
    for role, leaf in (("Vermittler", bundle.vermittler()), ("Absender", bundle.absender())):
        chain = build_chain(leaf, others + bundle.anker)
        if not trusted & {fingerprint(certificate) for certificate in chain}:
            raise Unklar(f"{role}: die Kette führt zu keinem der angegebenen Vertrauensanker")
    return "beide Ketten führen zu den angegebenen Vertrauensankern"


def bundle_cas(bundle: Bundle) -> list:
    return [load_pem(bundle.files[path], path) for path in sorted(bundle.files) if KETTE_PATTERN.fullmatch(path)]


def build_chain(leaf: x509.Certificate, others: list) -> list:
    chain = [leaf]
    while not issued_by(chain[-1], chain[-1]):
        issuer = next((other for other in others if other not in chain and issued_by(chain[-1], other)), None)
        if issuer is None:
            raise Unklar(f"zu {chain[-1].subject.rfc4514_string()} fehlt das Zertifikat des Ausstellers")
        chain.append(issuer)
        if len(chain) > MAX_CHAIN:
            raise Mangel("eine Zertifikatskette ist zu lang")
    return chain


def issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    if certificate.issuer != issuer.subject:
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


def check_chain(role: str, chain: list, moment: datetime) -> None:
    for depth, certificate in enumerate(chain):
        if not certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc:
            name = certificate.subject.rfc4514_string()
            raise Mangel(f"{role}: {name} war zum Zeitpunkt des Eingangs nicht gültig")
        if depth > 0:
            check_ca(role, certificate, depth - 1)


def check_ca(role: str, certificate: x509.Certificate, cas_below: int) -> None:
    constraints = extension(certificate, x509.BasicConstraints)
    if constraints is None or not constraints.ca:
        raise Mangel(f"{role}: ein Aussteller ist keine Zertifizierungsstelle")
    if constraints.path_length is not None and constraints.path_length < cas_below:
        raise Mangel(f"{role}: die Zertifikatskette ist länger, als die Zertifizierungsstelle erlaubt")
    usage = extension(certificate, x509.KeyUsage)
    if usage is not None and not usage.key_cert_sign:
        raise Mangel(f"{role}: ein Aussteller darf keine Zertifikate ausstellen")


def extension(certificate: x509.Certificate, kind: Any) -> Any:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
    except ValueError:
        raise Mangel("ein Zertifikat ist fehlerhaft") from None


def load_pem(data: bytes, path: str) -> x509.Certificate:
    try:
        certificate = x509.load_pem_x509_certificate(data)
        encoded = certificate.public_bytes(serialization.Encoding.PEM)
    except ValueError:
        raise Mangel(f"{path} ist kein Zertifikat") from None
    if encoded != data:
        raise Mangel(f"{path} enthält anderes als genau ein Zertifikat")
    return certificate


def fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex()


def check_dateien(bundle: Bundle) -> str:
    """Optional: the documents themselves, laid beside the bundle, are the ones that were signed."""
    assert bundle.dateien_ordner is not None  # noqa: S101 - called only then
    for datei in bundle.claims["dateien"]:
        name = datei["dateiname"]
        path = bundle.dateien_ordner / name
        if "/" in name or "\\" in name or not path.is_file():
            raise Unklar(f"{name!r} liegt nicht im Ordner")
        digest = hashlib.sha256()
        with path.open("rb") as stream:
            for chunk in iter(lambda: stream.read(1 << 20), b""):
                digest.update(chunk)
        if digest.hexdigest() != datei["sha256"] or path.stat().st_size != datei["bytes"]:
            raise Mangel(f"{name!r} im Ordner ist nicht die gesendete Datei")
    return f"{len(bundle.claims['dateien'])} Dateien im Ordner sind die gesendeten"


CHECKS: list = [
    ("verzeichnis", check_verzeichnis),
    ("umschlag", check_umschlag),
    ("inhalt", check_inhalt),
    ("empfaenger", check_empfaenger),
    ("paket", check_paket),
    ("annahme", check_annahme),
    ("laufzettel", check_laufzettel),
    ("protokoll", check_protokoll),
    ("zertifikate", check_zertifikate),
]


# ------------------------------------------------------------------------------------------------- OSCI messages


def read_request(data: bytes, absender: x509.Certificate) -> Nachricht:
    return read_message(parse_xml(data), "StoreDelivery", "ClientSignature", ORIGINATOR, absender)


def read_answer(data: bytes, kind: str, vermittler: x509.Certificate) -> Nachricht:
    nachricht = read_message(parse_xml(single_part(data)), kind, "SupplierSignature", INTERMEDIARY, vermittler)
    if nachricht.cids:
        raise Mangel("die Antwort unterschreibt Anhänge, die es nicht gibt")
    return nachricht


ORIGINATOR = ("NonIntermediaryCertificates", "SignatureCertificateOriginator")
INTERMEDIARY = ("IntermediaryCertificates", "SignatureCertificateIntermediary")


def read_message(root: Any, kind: str, signature_block: str, role: tuple, certificate: x509.Certificate) -> Nachricht:
    """Fixed structure, then the transport signature over exactly all other header blocks, the body and cid: parts."""
    root.expect(NS_SOAP, "Envelope")
    tokens = (root.get("schemaLocation", NS_XSI) or "").split(" ")
    if len(tokens) != 6 or tokens[0] != NS_SOAP or tokens[1] != f"soap{kind}.xsd":
        raise Mangel(f"keine Nachricht der Art {kind}")
    parts = root.elements()
    if [(node.ns, node.local) for node in parts] != [(NS_SOAP, "Header"), (NS_SOAP, "Body")]:
        raise Mangel("die Nachricht hat nicht genau einen Kopf und einen Rumpf")
    header, body = parts
    blocks = header.elements()
    if [(block.ns, block.local) for block in blocks[:2]] != [(NS_OSCI, "ControlBlock"), (NS_OSCI, signature_block)]:
        raise Mangel("die Nachricht ist nicht unterschrieben")
    signature = parse_signature(only(blocks[1].elements(), "Signatur"))
    covered = [blocks[0], *blocks[2:], body]
    cids = check_transport_references(signature, covered)
    nachricht = Nachricht(header, body, cids, certificate.public_bytes(serialization.Encoding.DER))
    check_role_certificate(nachricht, signature, role)
    signature.check_value(certificate)
    return nachricht


def check_transport_references(signature: Signature, covered: list) -> frozenset:
    expected: dict = {}
    for node in covered:
        expected["#" + (node.get("Id") or "")] = node
    if "#" in expected or len(expected) != len(covered):
        raise Mangel("ein Teil der Nachricht hat keine eigene Id")
    local = {uri for uri in signature.references if not uri.startswith("cid:")}
    if local != set(expected):
        raise Mangel("die Signatur umfasst nicht genau alle Teile der Nachricht")
    for uri, node in expected.items():
        signature.check_digest(uri, [C14N], canonicalize(node))
    for uri in signature.references:
        if uri.startswith("cid:") and signature.references[uri].transforms:
            raise Mangel("ein Anhang ist mit Umformung unterschrieben")
    return frozenset(uri[4:] for uri in signature.references if uri.startswith("cid:"))


def check_role_certificate(nachricht: Nachricht, signature: Signature, role: tuple) -> None:
    block, element = role
    certificates = nachricht.block(block)
    node = only(certificates.named(NS_OSCI, element), element)
    if signature.key_id != node.get("Id"):
        raise Mangel("die Signatur nennt ein anderes Zertifikat als das ihrer Rolle")
    if certificate_der(node) != nachricht.signer:
        raise Mangel("das Zertifikat der Nachricht ist nicht das im Bündel")


def certificate_der(node: Any) -> bytes:
    data = only(node.elements(), "X509Data")
    data.expect(NS_DS, "X509Data")
    value = only(data.elements(), "X509Certificate")
    value.expect(NS_DS, "X509Certificate")
    return decode_base64(value.text())


def read_inhalt(bundle: Bundle, path: str) -> dict:
    """{"cids": {name: sha256 hex}, "data": {Id: bytes}} of a container whose signature is checked."""
    container = parse_xml(bundle.file(path))
    container.expect(NS_OSCI, "ContentContainer")
    signatures = container.named(NS_DS, "Signature")
    contents = container.named(NS_OSCI, "Content")
    if len(signatures) + len(contents) != len(container.elements()):
        raise Mangel(f"{path}: unerwartetes Element im Container")
    signature = parse_signature(only(signatures, f"{path}: Signatur"))
    data, hrefs, expected = {}, [], {}
    for content in contents:
        read_content(path, content, data, hrefs, expected)
    wanted = set(expected) | {"cid:" + name for name in hrefs}
    if len(set(hrefs)) != len(hrefs) or set(signature.references) != wanted:
        raise Mangel(f"{path}: die Signatur umfasst nicht genau alle Inhalte")
    for uri, (transform, octets) in expected.items():
        signature.check_digest(uri, [transform], octets)
    node = only(bundle.umschlag().block(ORIGINATOR[0]).named(NS_OSCI, ORIGINATOR[1]), ORIGINATOR[1])
    if signature.key_id != node.get("Id"):
        raise Mangel(f"{path}: die Signatur nennt ein anderes Zertifikat als das des Absenders")
    signature.check_value(bundle.absender())
    return {"cids": {name: signature.sha256_of("cid:" + name) for name in hrefs}, "data": data}


def read_content(path: str, content: Any, data: dict, hrefs: list, expected: dict) -> None:
    href = content.get("href")
    if href is not None:
        if not href.startswith("cid:") or content.elements() or not content.get("Id"):
            raise Mangel(f"{path}: ein Anhang ist falsch benannt")
        hrefs.append(href[4:])
        expected["#" + content.get("Id")] = (C14N, canonicalize(content))
        return
    value = only(content.elements(), f"{path}: Inhalt")
    value.expect(NS_OSCI, "Base64Content")
    identity = value.get("Id")
    if not identity:
        raise Mangel(f"{path}: ein Inhalt hat keine Id")
    data[identity] = decode_base64(value.text())
    expected["#" + identity] = (BASE64, data[identity])


# -------------------------------------------------------------------------------------------------- XML signature


@dataclass
class Reference:
    transforms: list
    method: str
    digest: bytes


@dataclass
class Signature:
    references: dict
    signed_octets: bytes
    method: str
    value: bytes
    key_id: str

    def check_digest(self, uri: str, transforms: list, octets: bytes) -> None:
        reference = self.references[uri]
        if reference.transforms != transforms:
            raise Mangel(f"{uri}: unerwartete Umformung in der Signatur")
        if DIGESTS[reference.method](octets).digest() != reference.digest:
            raise Mangel(f"{uri}: Hashwert falsch, der Teil ist verändert")

    def sha256_of(self, uri: str) -> str:
        reference = self.references[uri]
        if reference.transforms or reference.method != NS_XENC + "sha256":
            raise Mangel(f"{uri}: nicht mit SHA-256 ohne Umformung unterschrieben")
        return reference.digest.hex()

    def check_value(self, certificate: x509.Certificate) -> None:
        usage = extension(certificate, x509.KeyUsage)
        if usage is not None and not (usage.digital_signature or usage.content_commitment):
            raise Mangel("das Zertifikat ist nicht zum Unterschreiben bestimmt")
        family, algorithm = SIGNATURES[self.method]
        try:
            verify_value(certificate.public_key(), family, algorithm, self.value, self.signed_octets)
        except InvalidSignature:
            raise Mangel("die Signatur ist falsch") from None


def verify_value(key: Any, family: str, algorithm: Any, value: bytes, octets: bytes) -> None:
    if family == "ecdsa":
        if not isinstance(key, ec.EllipticCurvePublicKey) or key.key_size < MIN_EC_BITS:
            raise Mangel("Schlüssel und Signaturverfahren passen nicht zusammen")
        size = (key.key_size + 7) // 8
        if len(value) != 2 * size:
            raise Mangel("die Signatur hat eine falsche Länge")
        numbers = int.from_bytes(value[:size], "big"), int.from_bytes(value[size:], "big")
        key.verify(encode_dss_signature(*numbers), octets, ec.ECDSA(algorithm))
        return
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < MIN_RSA_BITS:
        raise Mangel("der Schlüssel ist zu kurz oder passt nicht zum Signaturverfahren")
    scheme: Any = padding.PKCS1v15()
    if family == "pss":
        scheme = padding.PSS(mgf=padding.MGF1(algorithm), salt_length=algorithm.digest_size)
    key.verify(value, octets, scheme, algorithm)


def parse_signature(node: Any) -> Signature:
    """ds:Signature with exactly SignedInfo, SignatureValue, KeyInfo/RetrievalMethod; only listed algorithms."""
    node.expect(NS_DS, "Signature")
    parts = node.elements()
    if [(part.ns, part.local) for part in parts] != SIGNATURE_PARTS:
        raise Mangel("eine Signatur hat einen unerwarteten Aufbau")
    info, value, _ = parts
    methods = info.elements()
    if len(methods) < 3 or not methods[0].is_a(NS_DS, "CanonicalizationMethod") or methods[0].get("Algorithm") != C14N:
        raise Mangel("eine Signatur verwendet eine andere Normalform")
    methods[1].expect(NS_DS, "SignatureMethod")
    if methods[0].elements() or methods[1].elements() or methods[1].get("Algorithm") not in SIGNATURES:
        raise Mangel(f"Signaturverfahren nicht zugelassen: {methods[1].get('Algorithm')}")
    references: dict = {}
    for item in methods[2:]:
        uri, reference = parse_reference(item)
        if uri in references:
            raise Mangel("eine Signatur nennt einen Teil doppelt")
        references[uri] = reference
    octets = canonicalize(info)
    return Signature(references, octets, methods[1].get("Algorithm"), decode_base64(value.text()), retrieval_id(node))


def parse_reference(node: Any) -> tuple:
    node.expect(NS_DS, "Reference")
    if not node.get("URI") or node.get("URI") == "#":
        raise Mangel("eine Signatur nennt einen Teil ohne Namen")
    parts = node.elements()
    transforms = []
    if parts and parts[0].is_a(NS_DS, "Transforms"):
        for transform in parts.pop(0).elements():
            transform.expect(NS_DS, "Transform")
            if transform.elements():
                raise Mangel("eine Umformung hat Parameter")
            transforms.append(transform.get("Algorithm"))
    if [(part.ns, part.local) for part in parts] != [(NS_DS, "DigestMethod"), (NS_DS, "DigestValue")]:
        raise Mangel("eine Signatur hat einen unerwarteten Aufbau")
    method = parts[0].get("Algorithm")
    if method not in DIGESTS:
        raise Mangel(f"Hashverfahren nicht zugelassen: {method}")
    return node.get("URI"), Reference(transforms, method, decode_base64(parts[1].text()))


def retrieval_id(node: Any) -> str:
    info = only(node.named(NS_DS, "KeyInfo"), "KeyInfo")
    method = only(info.elements(), "RetrievalMethod")
    method.expect(NS_DS, "RetrievalMethod")
    uri = method.get("URI") or ""
    if not uri.startswith("#") or len(uri) < 2:
        raise Mangel("eine Signatur nennt kein Zertifikat")
    return uri[1:]


# ----------------------------------------------------------------------------------- XML tree and canonical form


class Node:
    """An element: name, declared namespaces, attributes {(namespace, local): value}, children (Node or str)."""

    def __init__(self, parent: Node | None, name: str, raw: dict) -> None:
        self.parent = parent
        self.name = name
        declared = {key[6:]: value for key, value in raw.items() if key == "xmlns" or key.startswith("xmlns:")}
        for prefix, uri in declared.items():
            if prefix in ("xml", "xmlns") or uri in (NS_XML, NS_XMLNS) or (prefix and not uri):
                raise Mangel("XML mit unzulässiger Namensraumangabe")
        self.scope: dict = {**(parent.scope if parent else {}), **declared}
        prefix, self.local = split_name(name)
        self.ns = self.resolve(prefix) if prefix else self.scope.get("", "")
        self.attributes: dict = {}
        self.qualified: dict = {}
        for key, value in raw.items():
            if key != "xmlns" and not key.startswith("xmlns:"):
                self.add_attribute(key, value)
        self.children: list = []

    def add_attribute(self, key: str, value: str) -> None:
        prefix, local = split_name(key)
        expanded = (self.resolve(prefix) if prefix else "", local)
        if expanded in self.attributes:
            raise Mangel("XML mit doppeltem Attribut")
        self.attributes[expanded] = value
        self.qualified[expanded] = key

    def resolve(self, prefix: str) -> str:
        if prefix == "xml":
            return NS_XML
        if prefix not in self.scope:
            raise Mangel("XML mit unbekanntem Namensraum")
        return self.scope[prefix]

    def get(self, local: str, ns: str = "") -> str | None:
        return self.attributes.get((ns, local))

    def is_a(self, ns: str, local: str) -> bool:
        return self.ns == ns and self.local == local

    def expect(self, ns: str, local: str) -> None:
        if not self.is_a(ns, local):
            raise Mangel(f"{local} erwartet, {self.local} gefunden")

    def elements(self) -> list:
        """Child elements; any text between them but white space is refused."""
        if any(isinstance(child, str) and child.strip(" \t\r\n") for child in self.children):
            raise Mangel(f"Text zwischen Elementen in {self.local}")
        return [child for child in self.children if isinstance(child, Node)]

    def named(self, ns: str, local: str) -> list:
        return [child for child in self.elements() if child.is_a(ns, local)]

    def text(self) -> str:
        if any(isinstance(child, Node) for child in self.children):
            raise Mangel(f"Elemente statt Text in {self.local}")
        return "".join(self.children)

    def walk(self) -> Any:
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()


def split_name(name: str) -> tuple:
    prefix, colon, local = name.rpartition(":")
    if not local or ":" in prefix or (colon and not prefix):
        raise Mangel("XML mit unzulässigem Namen")
    return prefix, local


class TreeBuilder:
    """expat without DTD, entities, processing instructions; bounded depth and number of elements; unique Ids."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.current: Node | None = None
        self.depth = 0
        self.count = 0
        self.ids: set = set()

    def start(self, name: str, attributes: dict) -> None:
        self.depth += 1
        self.count += 1
        if self.depth > MAX_XML_DEPTH or self.count > MAX_XML_NODES:
            raise Mangel("XML zu tief oder zu groß")
        node = Node(self.current, name, attributes)
        self.note_id(node)
        if self.current is None:
            self.root = node
        else:
            self.current.children.append(node)
        self.current = node

    def note_id(self, node: Node) -> None:
        identity = node.get("Id")
        if identity is None:
            return
        if identity in self.ids:
            raise Mangel(f"XML mit doppelter Id {identity!r}")
        self.ids.add(identity)

    def end(self, _name: str) -> None:
        self.depth -= 1
        self.current = self.current.parent if self.current else None

    def text(self, data: str) -> None:
        if self.current is not None:
            self.current.children.append(data)

    def declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.upper() != "UTF-8":
            raise Mangel("XML nicht in UTF-8")

    def refuse(self, *_args: Any) -> None:
        raise Mangel("XML mit DOCTYPE, Entität oder Verarbeitungsanweisung")


def parse_xml(data: bytes) -> Node:
    try:
        data.decode("utf-8")  # expat would follow the byte order mark of another encoding
    except UnicodeDecodeError:
        raise Mangel("XML nicht in UTF-8") from None
    builder = TreeBuilder()
    parser = expat.ParserCreate("UTF-8")
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.XmlDeclHandler = builder.declaration
    parser.StartDoctypeDeclHandler = builder.refuse
    parser.EntityDeclHandler = builder.refuse
    parser.ProcessingInstructionHandler = builder.refuse
    parser.ExternalEntityRefHandler = builder.refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        raise Mangel("kein wohlgeformtes XML") from None
    if builder.root is None:
        raise Mangel("leeres XML")
    return builder.root


def canonicalize(apex: Node) -> bytes:
    """Canonical XML 1.0 without comments of the element with everything in it (inclusive: all namespaces in scope)."""
    ancestor = apex.parent
    while ancestor is not None:
        if any(ns == NS_XML for ns, _ in ancestor.attributes):
            raise Mangel("xml:-Attribut oberhalb eines unterschriebenen Teils")
        ancestor = ancestor.parent
    out: list = []
    write_canonical(apex, {}, out)
    return "".join(out).encode("utf-8")


def write_canonical(node: Node, rendered: dict, out: list) -> None:
    out.append("<" + node.name)
    for prefix in sorted(node.scope):
        if node.scope[prefix] != rendered.get(prefix, ""):
            out.append(f' xmlns{":" if prefix else ""}{prefix}="{escape_attribute(node.scope[prefix])}"')
    for expanded in sorted(node.attributes):
        out.append(f' {node.qualified[expanded]}="{escape_attribute(node.attributes[expanded])}"')
    out.append(">")
    for child in node.children:
        if isinstance(child, Node):
            write_canonical(child, node.scope, out)
        else:
            out.append(escape_text(child))
    out.append(f"</{node.name}>")


def escape_text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#xD;")


def escape_attribute(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return text.replace("\t", "&#x9;").replace("\n", "&#xA;").replace("\r", "&#xD;")


# ---------------------------------------------------------------------------------------- MIME, values, JSON, ZIP


def single_part(data: bytes) -> bytes:
    """The XML of a MIME message (multipart/related, CRLF) that must have exactly one part."""
    head, rest = split_head(data.lstrip(b"\r\n"))
    match = re.search(r';\s*boundary=(?:"([^"]+)"|([^;\s"]+))', head.get("content-type", ""))
    if match is None or not head["content-type"].lower().startswith("multipart/related"):
        raise Mangel("keine mehrteilige MIME-Nachricht")
    boundary = (match.group(1) or match.group(2)).encode("latin-1")
    pieces = (b"\r\n" + rest).split(b"\r\n--" + boundary)
    if len(pieces) != 3 or pieces[0] or not pieces[1].startswith(b"\r\n") or pieces[2].rstrip(b"\r\n") != b"--":
        raise Mangel("die MIME-Nachricht hat nicht genau einen Teil")
    part_head, body = split_head(pieces[1][2:])
    if not part_head.get("content-type", "").lower().startswith("text/"):
        raise Mangel("der MIME-Teil ist kein XML")
    encoding = part_head.get("content-transfer-encoding", "").lower()
    return decode_base64(body.decode("latin-1")) if encoding == "base64" else body


def split_head(data: bytes) -> tuple:
    head, blank, rest = data.partition(b"\r\n\r\n")
    if not blank:
        raise Mangel("MIME-Kopf ohne Ende")
    fields: dict = {}
    for line in re.sub(r"\r\n[ \t]+", " ", head.decode("latin-1")).split("\r\n"):
        name, colon, value = line.partition(":")
        if not colon or name.lower() in fields:
            raise Mangel("MIME-Kopf fehlerhaft")
        fields[name.lower()] = value.strip()
    return fields, rest


def only(items: list, what: str) -> Any:
    if len(items) != 1:
        raise Mangel(f"{what}: {'fehlt' if not items else 'mehrfach vorhanden'}")
    return items[0]


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def decode_base64(text: str) -> bytes:
    compact = re.sub(r"[ \t\r\n]+", "", text)
    try:
        return base64.b64decode(compact.encode("ascii"), validate=True)
    except (ValueError, binascii.Error):
        raise Mangel("fehlerhaftes Base64") from None


TIME_PATTERN = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,6}))?(?:Z|([+-])([01][0-9]|2[0-3]):([0-5][0-9]))"
)


def parse_time(text: str) -> datetime:
    """xsd:dateTime with zone, as a moment in UTC."""
    match = TIME_PATTERN.fullmatch(text)
    if match is None:
        raise Mangel(f"keine Zeitangabe mit Zone: {text!r}")
    numbers = [int(part) for part in match.groups()[:6]]
    offset = timedelta(hours=int(match.group(9) or 0), minutes=int(match.group(10) or 0))
    try:
        moment = datetime(*numbers, int((match.group(7) or "0").ljust(6, "0")), tzinfo=timezone.utc)  # noqa: UP017 - 3.9
        return moment + offset if match.group(8) == "-" else moment - offset
    except (ValueError, OverflowError):
        raise Mangel(f"unmögliche Zeitangabe: {text!r}") from None


def canonical_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("utf-8")


def parse_json(data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=unique_object, parse_constant=refuse_constant)
    except (ValueError, RecursionError):
        raise Mangel("fehlerhaftes JSON") from None


def unique_object(pairs: list) -> dict:
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("duplicate key")
    return dict(pairs)


def refuse_constant(name: str) -> None:
    raise ValueError(name)


TEXT, ZAHL = str, int
DATEI_SHAPE = {"dateiname": TEXT, "bytes": ZAHL, "sha256": TEXT}
MANIFEST_SHAPE: dict = {
    "format": TEXT,
    "created": TEXT,
    "sendung": {"id": TEXT, "eigene_nachrichten_id": TEXT},
    "claims": {"message_id": TEXT, "eingang": TEXT, "empfaenger": TEXT, "dateien": [DATEI_SHAPE], "urteil": TEXT},
    "files": [{"path": TEXT, "sha256": TEXT, "bytes": ZAHL}],
    "pruefsumme": TEXT,
}


def parse_manifest(data: bytes) -> dict:
    try:
        manifest = parse_json(data)
        check_shape(manifest, MANIFEST_SHAPE)
        parse_time(manifest["created"])
    except Mangel as mangel:
        raise Unreadable(f"{MANIFEST} ist nicht lesbar: {mangel}") from None
    if manifest["format"] != FORMAT:
        raise Unreadable(f"unbekanntes Format {manifest['format']!r}; dieses Programm liest {FORMAT}")
    return manifest


def check_shape(value: Any, shape: Any) -> None:
    """Exactly these keys with exactly these types."""
    if isinstance(shape, list):
        if not isinstance(value, list):
            raise Mangel("Liste erwartet")
        for item in value:
            check_shape(item, shape[0])
    elif isinstance(shape, dict):
        if not isinstance(value, dict) or set(value) != set(shape):
            raise Mangel("andere Angaben als vereinbart")
        for key, inner in shape.items():
            check_shape(value[key], inner)
    elif type(value) is not shape or (shape is TEXT and not is_encodable(value)):
        raise Mangel("Angabe von falscher Art")


def is_encodable(text: str) -> bool:
    """False for lone surrogates, which JSON can smuggle in."""
    return text == text.encode("utf-8", "ignore").decode("utf-8")


PATH_PATTERN = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*){0,3}")


def read_zip(quelle: Any) -> dict:
    """{path: bytes} of a ZIP within the limits; everything odd about the container itself is Unreadable."""
    try:
        with quelle.open("rb") if isinstance(quelle, Path) else contextlib.nullcontext(quelle) as stream:
            check_directory(stream)
            with zipfile.ZipFile(stream) as archive:
                return read_entries(archive)
    except Unreadable:
        raise
    except OSError as error:
        raise Unreadable(f"Datei nicht lesbar: {error.strerror or error}") from None
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, EOFError, OverflowError):
        raise Unreadable("kein unbeschädigtes ZIP-Archiv") from None
    except Exception as error:  # noqa: BLE001 - zipfile leaks struct.error, KeyError and more on broken archives
        raise Unreadable(f"kein lesbares ZIP-Archiv ({type(error).__name__})") from None


def check_directory(stream: Any) -> None:
    """zipfile reads the whole directory before anyone can count it: bound it first. No comment, no ZIP64."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - END_RECORD_BYTES - ZIP64_LOCATOR_BYTES))
    tail = stream.read()
    end = tail[-END_RECORD_BYTES:]
    if len(end) < END_RECORD_BYTES or end[:4] != b"PK\x05\x06" or end[-2:] != b"\x00\x00":
        raise Unreadable("kein vollständiges ZIP-Archiv")
    if tail.startswith(b"PK\x06\x07") or int.from_bytes(end[12:16], "little") > MAX_DIRECTORY_BYTES:
        raise Unreadable("das Bündel enthält zu viel")


def read_entries(archive: zipfile.ZipFile) -> dict:
    entries = [info for info in archive.infolist() if not (info.filename.endswith("/") and info.file_size == 0)]
    if len(archive.infolist()) > MAX_ENTRIES or sum(info.file_size for info in entries) > MAX_TOTAL_BYTES:
        raise Unreadable("das Bündel enthält zu viel")
    files: dict = {}
    for info in entries:
        if not PATH_PATTERN.fullmatch(info.filename) or info.filename in files:
            raise Unreadable(f"unzulässiger oder doppelter Name im Bündel: {info.filename!r}")
        if info.flag_bits & 0x1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unreadable("das Bündel ist verschlüsselt oder anders gepackt als vereinbart")
        files[info.filename] = read_entry(archive, info)
    return files


def read_entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    if info.file_size > MAX_ENTRY_BYTES:
        raise Unreadable(f"{info.filename} ist zu groß")
    with archive.open(info) as stream:
        data = stream.read(info.file_size + 1)
    if len(data) != info.file_size:
        raise Unreadable(f"{info.filename} ist nicht so groß wie angegeben")
    return data


# ---------------------------------------------------------------------------------------------------- command line

VERDICT_TEXT = {
    GUELTIG: "GÜLTIG: Die Sendung ist zur genannten Zeit eingegangen, mit genau diesen Dateien. Die Hinweise beachten!",
    UNBESTIMMT: "UNBESTIMMT: Nichts ist widerlegt, aber nicht alles belegt.",
    UNGUELTIG: "UNGÜLTIG: Mindestens eine Prüfung ist gescheitert.",
}
MARKS = {True: "✓", False: "✗", None: "?"}


def main(arguments: list | None = None) -> int:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    options = parse_arguments(arguments)
    try:
        anker = [certificate for path in options.anker for certificate in load_anker(path)]
        verdict, checks, hinweise = verify(options.buendel, anker, options.dateien)
    except Unreadable as error:
        print(json.dumps({"error": str(error)}, ensure_ascii=False) if options.json else "", end="")
        print(f"Nicht prüfbar: {error}", file=sys.stderr)
        return 2
    if options.json:
        listed = [{"name": check.name, "ok": check.ok, "text": check.text} for check in checks]
        print(json.dumps({"verdict": verdict, "checks": listed, "hinweise": hinweise}, ensure_ascii=False, indent=2))
    else:
        print_report(verdict, checks, hinweise)
    return 0 if verdict == GUELTIG else 1


def parse_arguments(arguments: list | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("buendel", type=Path, help="das Nachweisbündel (ZIP)")
    parser.add_argument("--json", action="store_true", help="Ergebnis als JSON")
    parser.add_argument("--anker", type=Path, action="append", default=[], help="Vertrauensanker (PEM), mehrfach")
    parser.add_argument("--dateien", type=Path, help="Ordner mit den gesendeten Dateien zum Vergleich")
    options = parser.parse_args(arguments)
    if options.dateien is not None and not options.dateien.is_dir():
        parser.error(f"{options.dateien} ist kein Ordner")
    return options


def load_anker(path: Path) -> list:
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError):
        raise Unreadable(f"{path} ist kein lesbarer Vertrauensanker") from None


def print_report(verdict: str, checks: list, hinweise: list) -> None:
    for check in checks:
        print(f" {MARKS[check.ok]} {check.name:12} {printable(check.text)}")
    if hinweise:
        print("\nHinweise:")
    for hinweis in hinweise:
        print(f" - {printable(hinweis)}")
    print(f"\n{VERDICT_TEXT[verdict]}")


def printable(text: str) -> str:
    """Names in a bundle come from outside and must not steer the terminal."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


if __name__ == "__main__":
    sys.exit(main())
