"""The contents of one container after its parts were opened (sections 3.8 and 3.10)."""

import hashlib
from collections.abc import Iterator

from osci import base64text
from osci.algorithms import SHA256
from osci.constants import DS, OSCI, XENC
from osci.content_signature import attachment_name, content_id
from osci.errors import RemoteProtocolError, invalid
from osci.opened import OpenedContent
from osci.opened_parts import AttachmentOpener
from osci.types import Problem
from osci.xml import Element


def read_contents(container: Element, opener: AttachmentOpener, problems: list[Problem]) -> Iterator[OpenedContent]:
    """Each Content in order; what an attachment lacks goes to `problems`. RemoteProtocolError 9100: malformed."""
    for child in container.elements():
        if child.is_(OSCI, "Content"):
            yield _content(child, opener, problems)
        elif not (child.is_(DS, "Signature") or child.is_(XENC, "EncryptedData")):
            raise invalid(f"{child.local} in a ContentContainer")


def _content(content: Element, opener: AttachmentOpener, problems: list[Problem]) -> OpenedContent:
    children = content.elements()
    name = attachment_name(content)
    if name is not None and not children:
        return _attachment(content_id(content), name, opener, problems)
    if name is not None or len(children) != 1 or children[0].namespace != OSCI:
        raise invalid("a Content that is neither data, nor attachment, nor container")
    if children[0].local == "Base64Content":
        data = base64text.decode(children[0].text())
        digest = hashlib.sha256(data).hexdigest()
        return OpenedContent(content_id(content), "data", None, len(data), digest, source=lambda: iter((data,)))
    if children[0].local == "ContentContainer":
        return OpenedContent(content_id(content), "container", children[0].get("Id"))
    raise invalid(f"{children[0].local} in a Content")


def _attachment(identifier: str, name: str, opener: AttachmentOpener, problems: list[Problem]) -> OpenedContent:
    try:
        part = opener.open(name)
    except RemoteProtocolError as error:
        problems.append(Problem(error.code, error.text))
        return OpenedContent(identifier, "attachment", name)
    return OpenedContent(
        id=identifier,
        kind="attachment",
        name=name,
        length=part.length,
        sha256=part.digests[SHA256].hex(),
        content_type=part.content_type,
        method=part.method,
        source=part.source,
    )
