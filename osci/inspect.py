"""What is in a message, as far as the given keys show it: for people, support and the record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from osci import algorithms as a
from osci.errors import NotAnOsciMessage, RemoteProtocolError
from osci.keys import DecryptionKey, subject
from osci.messages import Fault, Message, ProcessDelivery, ResponseToPartialFetchDelivery
from osci.opened import OpenedContainer
from osci.policy import READ_OLD_MAIL
from osci.reader import Received, read_message
from osci.signature import SignatureStatus
from osci.sniff import Sniffer
from osci.transport import TransportEncryption
from osci.types import Problem, SpoolFactory, Verdict


class Finding(StrEnum):
    """The verdict in the words of the reports."""

    GUELTIG = "gueltig"
    UNBESTIMMT = "unbestimmt"
    UNGUELTIG = "ungueltig"


@dataclass(frozen=True, slots=True)
class InspectReport:
    """`message_type` is the name on the wire. Everything that could not be read is None or empty."""

    message_type: str | None
    message_id: str | None
    subject: str | None
    transport_encryption: TransportEncryption
    transport_signature: SignatureStatus | None
    containers: tuple[OpenedContainer, ...]
    verdict: Finding
    problems: tuple[Problem, ...]

    @property
    def exit_code(self) -> int:
        return 0 if self.verdict is Finding.GUELTIG else 1

    def to_dict(self) -> dict[str, Any]:
        """The JSON contract of `erv-gateway osci inspect --json`."""
        encryption = self.transport_encryption
        return {
            "message_type": self.message_type,
            "message_id": self.message_id,
            "subject": self.subject,
            "transport_encryption": {
                "present": encryption.present,
                "symmetric": encryption.symmetric,
                "key_transport": encryption.key_transport,
            },
            "transport_signature": _transport_signature(self.transport_signature),
            "containers": [_container(c) for c in self.containers],
            "verdict": str(self.verdict),
            "problems": [{"code": p.code, "text": p.text} for p in self.problems],
        }


def inspect(chunks: Iterable[bytes], keys: Sequence[DecryptionKey], spool_factory: SpoolFactory) -> InspectReport:
    """Reads whatever can be read, old algorithms included. NotAnOsciMessage where nothing of OSCI is recognisable."""
    sniffer = Sniffer(chunks)
    try:
        received = read_message(sniffer.chunks(), keys, READ_OLD_MAIL, spool_factory)
    except NotAnOsciMessage:
        raise
    except RemoteProtocolError as error:
        return _unreadable(error, sniffer)
    return _report(received, keys)


def _unreadable(error: RemoteProtocolError, sniffer: Sniffer) -> InspectReport:
    kind = sniffer.message_type()
    if kind is None:
        raise NotAnOsciMessage(error.code, error.text) from error
    locked = error.code == "9200"
    return InspectReport(
        message_type=kind.value,
        message_id=None,
        subject=None,
        transport_encryption=sniffer.transport_encryption(),
        transport_signature=None,
        containers=(),
        verdict=Finding.UNBESTIMMT if locked else Finding.UNGUELTIG,
        problems=(Problem(error.code, error.text),),
    )


def _report(received: Received, keys: Sequence[DecryptionKey]) -> InspectReport:
    message = received.unsafe_message
    problems: list[Problem] = []
    containers: tuple[OpenedContainer, ...] = ()
    broken = False
    try:
        containers = received.open_containers(keys)
    except RemoteProtocolError as error:
        broken = True
        problems.append(Problem(error.code, error.text))
    problems = [*_signature_problems(received), *problems, *_container_problems(containers)]
    if isinstance(message, Fault):
        problems.append(Problem(message.code, f"fault: {message.text}"))
    verdicts = {received.transport_signature.verdict, *(c.verdict for c in containers)}
    report = InspectReport(
        message_type=received.message_type.value,
        message_id=_message_id(message),
        subject=getattr(message, "subject", None),
        transport_encryption=received.transport_encryption,
        transport_signature=received.transport_signature,
        containers=containers,
        verdict=_finding({Verdict.INVALID} if broken else verdicts),
        problems=tuple(problems),
    )
    return replace(report, problems=(*report.problems, *_outdated(report)))


def _message_id(message: Message) -> str | None:
    """The id of the delivery that the message makes or is answered with; answers to fetching name none of their own."""
    if isinstance(message, ProcessDelivery):
        return message.message_id_response
    if isinstance(message, ResponseToPartialFetchDelivery):
        return None
    return getattr(message, "message_id", None)


def _finding(verdicts: set[Verdict]) -> Finding:
    if Verdict.INVALID in verdicts:
        return Finding.UNGUELTIG
    return Finding.UNBESTIMMT if Verdict.INDETERMINATE in verdicts else Finding.GUELTIG


def _signature_problems(received: Received) -> list[Problem]:
    status = received.transport_signature
    if status.verdict is Verdict.VALID:
        return []
    return [Problem(status.code or "9601", f"transport signature: {reason}") for reason in status.reasons]


def _container_problems(containers: tuple[OpenedContainer, ...]) -> list[Problem]:
    found = []
    for container in containers:
        found += [Problem(p.code, f"container {container.id}: {p.text}") for p in container.problems]
        for status in container.signatures:
            found += [Problem(status.code or "9601", f"container {container.id}: {r}") for r in status.reasons]
        if container.locked:
            found.append(Problem("no-key", f"container {container.id} is encrypted, and no key for it was given"))
    return found


def _outdated(report: InspectReport) -> list[Problem]:
    """CBC, RSA 1.5 and SHA-1 are named, but do not spoil the verdict by themselves (chapter 9, no. 7)."""
    used = {report.transport_encryption.symmetric, report.transport_encryption.key_transport}
    statuses = [report.transport_signature] if report.transport_signature else []
    for container in report.containers:
        statuses += container.signatures
        used |= {content.method.algorithm for content in container.unsafe_contents if content.method}
        if container.encryption is not None:
            used |= {container.encryption.symmetric, container.encryption.key_transport}
    for status in statuses:
        used |= {status.algorithm, *status.digests}
    return [Problem("outdated", f"outdated algorithm: {a.short_name(u)}") for u in sorted(a.OUTDATED & used)]


def _transport_signature(status: SignatureStatus | None) -> dict[str, Any]:
    if status is None or not status.present:
        return {"present": False, "valid": False, "algorithm": None, "signer": None}
    return {"present": True, **_signature(status)}


def _signature(status: SignatureStatus) -> dict[str, Any]:
    return {
        "signer": subject(status.signer) if status.signer else None,
        "valid": status.verdict is Verdict.VALID,
        "algorithm": status.algorithm,
    }


def _container(container: OpenedContainer) -> dict[str, Any]:
    return {
        "id": container.id,
        "encrypted": container.encryption is not None,
        "signatures": [_signature(s) for s in container.signatures],
        "contents": [
            {"id": c.id, "kind": c.kind, "length": c.length, "sha256": c.sha256} for c in container.unsafe_contents
        ],
    }
