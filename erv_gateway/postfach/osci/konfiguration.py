"""What the adapter must know of one mailbox and its intermediary."""

from dataclasses import dataclass, field

from erv_gateway.postfach.egvp import Visitenkarte
from erv_gateway.postfach.osci.leitung import Leitung
from osci.dialog import Client, Intermediary
from xjustiz import SafeId


@dataclass(frozen=True, slots=True)
class OsciZugang:
    """`endpoint`: the intermediary's URL. `client`: our transport keys. `registrierungs_id`: of the product."""

    name: str
    safe_id: SafeId
    endpoint: str
    client: Client
    intermediary: Intermediary
    visitenkarte: Visitenkarte
    registrierungs_id: str = ""
    leitung: Leitung = field(default_factory=Leitung)
