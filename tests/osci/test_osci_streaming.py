"""A large delivery passes through with constant memory, in a process of its own so that its peak can be measured."""

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ATTACHMENT_MIB, ATTACHMENTS = 32, 4
MAX_GROWTH_MIB = 60
"""Measured about 20; the payload is 128 MiB."""

SCRIPT = """
import hashlib, io, json, resource, sys, tempfile
sys.path.insert(0, sys.argv[1])
from osci_support import parties, store
from osci.content import Attachment, AttachmentContent, ContentContainer, ContentPackage, EncryptedContainer
from osci.policy import RECEIVING_NOW, SENDING
from osci.reader import read_message
from osci.transport import seal
from osci.writer import write_message

MIB, COUNT = int(sys.argv[2]), int(sys.argv[3])
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
block = bytes(range(256)) * 4096
p = parties()
files = [AttachmentContent(Attachment(f"a{i}.bin", MIB << 20, lambda: iter([block] * MIB))) for i in range(COUNT)]
inside = ContentContainer(tuple(files), signers=(p.originator,))
package = ContentPackage((EncryptedContainer(inside, (p.addressee.certificate,)),))
spool = tempfile.TemporaryFile
before = peak()
inner = write_message(store(package), p.originator, spool, SENDING)
wire = seal(inner, p.intermediary_cipher.certificate, SENDING)
largest = 0
def chunks():
    global largest
    for chunk in wire.chunks():
        largest = max(largest, len(chunk))
        yield chunk
received = read_message(chunks(), (p.intermediary_cipher,), RECEIVING_NOW, spool)
(container,) = received.open_containers((p.addressee,))
sums = {content.sha256 for content in container.contents}
lengths = [sum(map(len, content.chunks())) for content in container.contents]
print(json.dumps({"growth": peak() - before, "sums": sorted(sums), "lengths": lengths, "largest": largest,
                  "expected": hashlib.sha256(block * MIB).hexdigest()}))
"""


CHUNKED = """
import hashlib, json, resource, sys, tempfile
sys.path.insert(0, sys.argv[1])
from osci_gegenseite import Peer, dialog, opened
from osci_support import parties
from osci import Attachment, AttachmentContent, ContentContainer, ContentPackage, Delivery, Download, Upload
from osci import messages as m
from osci.partial import chunk_content, chunk_package, piece, total_chunks
from osci.policy import RECEIVING_NOW
from osci.reader import read_message
from osci.spool import Slice, append
import osci_gegenseite, osci_support
osci_gegenseite.spool = osci_support.spool = tempfile.TemporaryFile

MIB, COUNT = int(sys.argv[2]), int(sys.argv[3])
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
block = bytes(range(256)) * 4096
p, peer, to = parties(), Peer(), parties().addressee.certificate
file = Attachment("a.bin", COUNT * MIB << 20, lambda: iter([block] * MIB * COUNT))
package = ContentPackage((ContentContainer((AttachmentContent(file),), signers=(p.originator,)),))
talk = opened(peer)
before = peak()
upload = Upload("id-1", dialog().store_delivery("id-1", Delivery(package, to)).inner, tempfile.TemporaryFile())
arrived = tempfile.TemporaryFile()
largest = 0
while (number := upload.next()) is not None:
    request = talk.store_chunk(upload, to)
    received = read_message(request.wire.chunks(), (p.intermediary_cipher,), RECEIVING_NOW, tempfile.TemporaryFile)
    for chunk in chunk_content(received).chunks():
        largest = max(largest, len(chunk))
        arrived.write(chunk)
    state = m.ChunkInformation(number=number, received=tuple(range(1, number + 1)), total=upload.total)
    data = peer.answer(request, m.ResponseToPartialStoreDelivery, "0801", chunk=state)
    peer.seen.clear()
    upload.note(talk.receive([data]).message)
message = Slice(arrived, 0, arrived.seek(0, 2))
received = read_message(message.chunks(), (), RECEIVING_NOW, tempfile.TemporaryFile)
(container,) = received.open_containers(())
lengths = [content.length for content in container.contents]
digest = hashlib.sha256()
for _ in range(MIB * COUNT):
    digest.update(block)
expected = digest.hexdigest()
print(json.dumps({"growth": peak() - before, "sums": [c.sha256 for c in container.contents], "lengths": lengths,
                  "largest": largest, "chunks": upload.total,
                  "expected": expected}))
"""


def test_a_delivery_in_chunks_needs_little_memory() -> None:
    command = [sys.executable, "-c", CHUNKED, str(HERE), "16", "4"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["lengths"] == [64 << 20]
    assert result["sums"] == [result["expected"]]
    assert result["chunks"] == 9
    assert result["largest"] <= 2 << 20
    assert result["growth"] < MAX_GROWTH_MIB


def test_a_large_delivery_needs_little_memory() -> None:
    command = [sys.executable, "-c", SCRIPT, str(HERE), str(ATTACHMENT_MIB), str(ATTACHMENTS)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["lengths"] == [ATTACHMENT_MIB << 20] * ATTACHMENTS
    assert result["sums"] == [result["expected"]]
    assert result["largest"] <= 2 << 20, "no chunk holds a whole attachment"
    assert result["growth"] < MAX_GROWTH_MIB
