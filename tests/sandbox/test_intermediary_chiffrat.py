"""A client whose answers could not be encrypted: it is told before anything is done for it."""

import io
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from sandbox_hilfe import START, Keys, Line, make_package

from osci import certificates as c
from osci.certificates import Certificates
from osci.mailbox import DeliveryStore
from osci.messages import ControlBlock, InitDialog, Message, StoreDelivery
from osci.policy import SENDING
from osci.transport import seal
from osci.types import Role, Use
from osci.writer import write_message


def useless(kind: str) -> bytes:
    if kind == "no certificate":
        return b"kein Zertifikat"
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey = ec.generate_private_key(ec.SECP256R1())
    if kind == "short":
        key = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, kind)])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(START).not_valid_after(START.replace(year=2030))
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


@pytest.mark.parametrize("kind", ["short", "EC", "no certificate"])
def test_nothing_is_done_for_it(line: Line, keys: Keys, store: DeliveryStore, kind: str) -> None:
    own = c.originator(signature=keys.sender.signing_key.certificate, cipher=useless(kind))
    court = keys.court.decryption_key.certificate
    certificates = own + Certificates((c.entry(Role.ADDRESSEE, Use.CIPHER, court),))
    block = ControlBlock(challenge="QQ==", sequence_number=0)
    message_id = line.new_message_id(keys.sender)
    package = make_package(keys)
    requests: tuple[Message, ...] = (
        InitDialog(control_block=replace(block, sequence_number=None), certificates=own),
        StoreDelivery(control_block=block, certificates=certificates, message_id=message_id, package=package),
    )
    for message in requests:
        built = write_message(message, keys.sender.signing_key, io.BytesIO, SENDING)
        reply = line.server.handle(seal(built, keys.intermediary.decryption_key.certificate, SENDING).chunks())
        assert reply.codes == ("9500",)
    assert store.pick(court, None) is None
    line.store(message_id, package)
