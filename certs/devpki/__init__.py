"""A development PKI shaped like the real one: a root, one issuing CA per purpose, leaves for every participant.

For training, tests and the sandbox. Nothing it makes is trusted anywhere else.
"""

from certs.devpki.build import Ausstellung, DevPki, build
from certs.devpki.plan import Eintrag, KeySpec, Plan, Rolle, Teilnehmerplan, entries, generate_key, safe_id

__all__ = [
    "Ausstellung",
    "DevPki",
    "Eintrag",
    "KeySpec",
    "Plan",
    "Rolle",
    "Teilnehmerplan",
    "build",
    "entries",
    "generate_key",
    "safe_id",
]
