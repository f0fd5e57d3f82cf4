"""What stands in the containers of a delivery, and what is wrong with them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from erv_gateway.kern.xml import XmlRefused
from erv_gateway.postfach.egvp import PROJECT_COCO, VISITENKARTE, Visitenkarte, read_visitenkarte
from erv_gateway.sandbox.gericht.anlagen import Anlage, anlage_of
from osci.errors import OsciError
from osci.keys import DecryptionKey
from osci.opened import OpenedContainer, OpenedContent
from osci.reader import Received
from osci.types import SpoolFactory, Verdict

MAX_DATA_BYTES: Final = 2**20
"""A business card has about 1 KB."""


@dataclass(frozen=True, slots=True)
class Inhalt:
    """Verified contents only; `gruende` say what could not be verified."""

    anlagen: tuple[Anlage, ...]
    visitenkarte: Visitenkarte | None
    gruende: tuple[str, ...]


def open_inhalt(received: Received, key: DecryptionKey, spools: SpoolFactory) -> Inhalt:
    """Decrypts with the court's key and checks every signature and digest. Raises nothing for bad content."""
    try:
        containers = received.open_containers((key,), spool_factory=spools)
    except OsciError as error:
        return Inhalt((), None, (f"Inhalt ist nicht lesbar: {error}",))
    contents = [content for container in containers for content in _verified(container)]
    anlagen = tuple(anlage for content in contents if (anlage := anlage_of(content)))
    gruende = tuple(fault for container in containers for fault in _faults(container))
    return Inhalt(anlagen, _visitenkarte(contents), (*gruende, *_doubled(anlagen)))


def _verified(container: OpenedContainer) -> tuple[OpenedContent, ...]:
    return container.contents if container.verdict is Verdict.VALID else ()


def _faults(container: OpenedContainer) -> Iterator[str]:
    if container.verdict is not Verdict.VALID:
        reasons = [problem.text for problem in container.problems]
        reasons += [reason for status in container.signatures for reason in status.reasons]
        yield f"Container {container.id}: {'; '.join(reasons) or 'nicht lesbar'}"
    elif container.id == PROJECT_COCO and not container.signatures:
        yield f"Container {container.id} ist nicht signiert"


def _doubled(anlagen: tuple[Anlage, ...]) -> Iterator[str]:
    names = [anlage.name for anlage in anlagen]
    yield from (f"Anhang {name} kommt mehrfach vor" for name in sorted(set(names)) if names.count(name) > 1)


def _visitenkarte(contents: list[OpenedContent]) -> Visitenkarte | None:
    found = next((content for content in contents if content.kind == "data" and content.id == VISITENKARTE), None)
    if found is None or (found.length or 0) > MAX_DATA_BYTES:
        return None
    try:
        return read_visitenkarte(b"".join(found.chunks()))
    except XmlRefused:
        return None
