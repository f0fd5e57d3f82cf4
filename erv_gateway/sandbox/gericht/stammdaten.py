"""Who the simulated court is, and with which keys it works."""

from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificates

from certs.keys import KeyHandle
from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.sandbox.schluessel import osci_key
from erv_gateway.signatur.pki import Pki, Schluesselort, Teilnehmer
from osci.keys import SoftKey

BEZEICHNUNG: Final = "Simuliertes Verwaltungsgericht (Sandbox)"
GERICHT_CODE: Final = "T6076"
"""gds.gerichte 3.7: a code that exists (a Verwaltungsgericht), since the receiver checks codes. Nothing goes there."""
GERICHTE_VERSION: Final = "3.7"
ORT: Final = "Musterfurt"


@dataclass(frozen=True, slots=True)
class Gerichtsdaten:
    """The court's own keys, and what it knows of the intermediary (DER certificates)."""

    safe_id: str
    signatur: SoftKey
    chiffrat: SoftKey
    vhn: KeyHandle
    vermittler_chiffrat: bytes
    vermittler_signatur: bytes


def gerichtsdaten(pki: Pki) -> Gerichtsdaten:
    """Raises KonfigurationInvalid when the PKI has no court or no intermediary."""
    gericht, vermittler = member(pki, "gericht"), member(pki, "vermittler")
    return Gerichtsdaten(
        safe_id=gericht.safe_id or "",
        signatur=osci_key(gericht.schluessel["postfach-signatur"].load()),
        chiffrat=osci_key(gericht.schluessel["postfach-chiffrat"].load()),
        vhn=gericht.schluessel["vhn"].load(),
        vermittler_chiffrat=leaf(vermittler.schluessel["postfach-chiffrat"]),
        vermittler_signatur=leaf(vermittler.schluessel["postfach-signatur"]),
    )


def member(pki: Pki, rolle: str) -> Teilnehmer:
    found = next((teilnehmer for teilnehmer in pki.teilnehmer.values() if teilnehmer.rolle == rolle), None)
    if found is None:
        raise KonfigurationInvalid(f"the PKI in {pki.folder} has no {rolle}", ordner=str(pki.folder))
    return found


def leaf(ort: Schluesselort) -> bytes:
    """DER of the participant's own certificate."""
    return load_pem_x509_certificates(ort.zertifikat.read_bytes())[0].public_bytes(Encoding.DER)
