"""XML, envelope, every message type, canonical form: any document."""

import atheris

with atheris.instrument_imports(include=["osci"]):
    from osci.c14n import canonical
    from osci.content import StoredPackage
    from osci.envelope import parse_envelope, read_typed
    from osci.types import MessageType
    from osci.xml import parse

from fuzz.harness import run
from fuzz.seeds import containers, envelopes


def read(document: bytes) -> None:
    form = canonical(parse(document))
    if canonical(parse(form)) != form:
        raise AssertionError("the canonical form of a canonical form is another one")
    envelope = parse_envelope(document)
    if envelope.kind is not MessageType.ENCRYPTED:
        read_typed(envelope, StoredPackage())


if __name__ == "__main__":
    run(read, (seed for source in (envelopes(), containers()) for seed in source))
