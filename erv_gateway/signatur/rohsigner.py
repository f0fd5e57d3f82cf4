"""What stands between a signature and the place of its key: a file, a token, a remote service."""

import asyncio
from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from certs.keys import KeyHandle


@runtime_checkable
class RawSigner(Protocol):
    """Signs any number of values with one authorisation of whoever guards the key."""

    @property
    def certificate(self) -> bytes:
        """DER of the signing certificate."""
        ...

    @property
    def chain(self) -> tuple[bytes, ...]:
        """DER of its issuers, as far as they are stored with the key."""
        ...

    async def sign_all(self, data: Sequence[bytes], algorithm: str) -> tuple[bytes, ...]:
        """One signature for each value, in their order, or none at all.

        `algorithm` is a signature URI of XML-DSig; ECDSA gives r || s, each of the field's length. Raises `CertsError`
        children for a key or algorithm that does not fit, `GegenstelleFailed` where a remote service fails.
        """
        ...


class KeySigner:
    """A key that this process can use itself, soft or in a token; the computing is done in a thread."""

    def __init__(self, key: KeyHandle) -> None:
        self._key = key

    @property
    def certificate(self) -> bytes:
        return self._key.certificate

    @property
    def chain(self) -> tuple[bytes, ...]:
        return self._key.chain

    async def sign_all(self, data: Sequence[bytes], algorithm: str) -> tuple[bytes, ...]:
        return await asyncio.to_thread(lambda: tuple(self._key.sign(value, algorithm) for value in data))
