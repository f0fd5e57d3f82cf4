"""What the jobs of an intermediary share."""

from dataclasses import dataclass

from osci import certificates as c
from osci.certificates import Certificates
from osci.intermediary.admission import Admission
from osci.intermediary.chunks import ChunkStore
from osci.intermediary.dialogs import Dialogs
from osci.intermediary.inspection import Inspector
from osci.keys import DecryptionKey, SigningKey
from osci.mailbox import DeliveryStore
from osci.policy import Policy
from osci.types import SpoolFactory


@dataclass(frozen=True, slots=True)
class Identity:
    """The intermediary's two keys: one signs the answers, the other opens the requests."""

    signing_key: SigningKey
    decryption_key: DecryptionKey


@dataclass(frozen=True, slots=True)
class Means:
    """`chunks` None: partial messages are not offered. `admit` None: every delivery is taken."""

    identity: Identity
    store: DeliveryStore
    chunks: ChunkStore | None
    dialogs: Dialogs
    spools: SpoolFactory
    receiving: Policy
    sending: Policy
    inspect: Inspector
    admit: Admission | None

    @property
    def own(self) -> Certificates:
        """The one certificate that an answer may carry (chapter 6, no. 6)."""
        return c.intermediary(signature=self.identity.signing_key.certificate)

    @property
    def own_both(self) -> Certificates:
        """For the requests that the intermediary sends as a client (chapter 4)."""
        signature, cipher = self.identity.signing_key.certificate, self.identity.decryption_key.certificate
        return c.intermediary(signature=signature, cipher=cipher)
