"""What a development PKI holds: participants, their certificates, and the keys these need."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid5

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from certs.anchors import Zweck
from certs.errors import PkiInvalid

SAFE_NAMESPACE: Final = UUID("6f1d2a54-0b8e-5c0e-9d0b-2f3f1d6a7b10")
"""Ours: SAFE-IDs of the development PKI are name-based, so that every run knows the same participants."""


class Rolle(StrEnum):
    AMT = "amt"
    GERICHT = "gericht"
    VERMITTLER = "vermittler"
    TSA = "tsa"


class KeySpec(StrEnum):
    """Kinds of keys; the length of RSA keys is the plan's."""

    RSA_CA = "rsa-ca"
    RSA_LEAF = "rsa-leaf"
    BRAINPOOL = "brainpoolP256r1"


class Profil(StrEnum):
    """Certificate profiles, after real ones."""

    ROOT = "root"
    CA = "ca"
    POSTFACH_SIGNATUR = "postfach-signatur"
    POSTFACH_CHIFFRAT = "postfach-chiffrat"
    VHN = "vhn"
    SIGNATUR = "signatur"
    TSA = "tsa"


@dataclass(frozen=True, slots=True)
class Teilnehmerplan:
    """`kennung` is the folder name; `safe_id` is None for what has no mailbox."""

    kennung: str
    name: str
    rolle: Rolle
    safe_id: str | None


@dataclass(frozen=True, slots=True)
class Eintrag:
    """One key and certificate to be: `pfad` is "<folder>/<name>", the same in the tree of files."""

    pfad: str
    profil: Profil
    zweck: Zweck | None
    name: str
    safe_id: str | None
    key: KeySpec


@dataclass(frozen=True, slots=True)
class Plan:
    """The participants. The signature key of the last of several authorities is on brainpoolP256r1."""

    aemter: tuple[str, ...] = ("Stadt Musterfurt", "Landkreis Auental")
    gericht: str = "Verwaltungsgericht Musterfurt"
    vermittler: str = "Intermediär der Sandbox"
    ca_bits: int = 4096
    leaf_bits: int = 3072

    def teilnehmer(self) -> tuple[Teilnehmerplan, ...]:
        """All of them, authorities first. `PkiInvalid` when two names give the same folder."""
        plan = (
            *(Teilnehmerplan(slug(name), name, Rolle.AMT, safe_id(name)) for name in self.aemter),
            Teilnehmerplan(slug(self.gericht), self.gericht, Rolle.GERICHT, safe_id(self.gericht)),
            Teilnehmerplan("vermittler", self.vermittler, Rolle.VERMITTLER, None),
            Teilnehmerplan("tsa", "Zeitstempeldienst der Sandbox", Rolle.TSA, None),
        )
        folders = [teilnehmer.kennung for teilnehmer in plan]
        if not self.aemter or len(set(folders)) != len(folders) or {"ca", "anchors"} & set(folders):
            raise PkiInvalid("every participant needs a name of its own, and there must be an authority")
        return plan


def entries(plan: Plan) -> tuple[Eintrag, ...]:
    """Every certificate of the plan, issuers before what they issue."""
    return (*_authorities(), *(entry for teilnehmer in plan.teilnehmer() for entry in _leaves(plan, teilnehmer)))


def _authorities() -> Iterator[Eintrag]:
    yield Eintrag("ca/root", Profil.ROOT, None, "SAFE Entwicklung root CA", None, KeySpec.RSA_CA)
    names = {
        Zweck.MAILBOX: "Postfach Entwicklung CA",
        Zweck.VHN_BEBPO: "beBPo Entwicklung VHN CA",
        Zweck.VHN_JUSTIZ: "Justiz Entwicklung VHN CA",
        Zweck.SIGNATUR: "Signatur Entwicklung CA",
        Zweck.TSA: "Zeitstempel Entwicklung CA",
    }
    for zweck, name in names.items():
        yield Eintrag(f"ca/{zweck}-ca", Profil.CA, zweck, name, None, KeySpec.RSA_CA)


def _leaves(plan: Plan, teilnehmer: Teilnehmerplan) -> Iterator[Eintrag]:
    def leaf(profil: Profil, zweck: Zweck, key: KeySpec = KeySpec.RSA_LEAF) -> Eintrag:
        return Eintrag(f"{teilnehmer.kennung}/{profil}", profil, zweck, teilnehmer.name, teilnehmer.safe_id, key)

    if teilnehmer.rolle is Rolle.TSA:
        yield leaf(Profil.TSA, Zweck.TSA)
        return
    yield leaf(Profil.POSTFACH_SIGNATUR, Zweck.MAILBOX)
    yield leaf(Profil.POSTFACH_CHIFFRAT, Zweck.MAILBOX)
    if teilnehmer.rolle is not Rolle.VERMITTLER:
        yield leaf(Profil.VHN, Zweck.VHN_BEBPO if teilnehmer.rolle is Rolle.AMT else Zweck.VHN_JUSTIZ)
        brainpool = len(plan.aemter) > 1 and teilnehmer.name == plan.aemter[-1]
        yield leaf(Profil.SIGNATUR, Zweck.SIGNATUR, KeySpec.BRAINPOOL if brainpool else KeySpec.RSA_LEAF)


def generate_key(plan: Plan, spec: KeySpec) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
    """A fresh key. RSA releases the interpreter lock while it searches, so threads share the work."""
    if spec is KeySpec.BRAINPOOL:
        return ec.generate_private_key(ec.BrainpoolP256R1())
    bits = plan.ca_bits if spec is KeySpec.RSA_CA else plan.leaf_bits
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def safe_id(name: str) -> str:
    """The fictional SAFE-ID of a participant, the same at every run: `DE.Justiz.<uuid>.<4 hex>`."""
    return f"DE.Justiz.{uuid5(SAFE_NAMESPACE, name)}.{hashlib.sha256(name.encode()).hexdigest()[:4]}"


def slug(name: str) -> str:
    """A folder name: lower case, ä to ae, everything else to hyphens. `PkiInvalid` when nothing is left."""
    written = name.lower()
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        written = written.replace(umlaut, letters)
    plain = unicodedata.normalize("NFKD", written).encode("ascii", "ignore").decode()
    result = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if not result:
        raise PkiInvalid(f"{name!r} gives no folder name")
    return result
