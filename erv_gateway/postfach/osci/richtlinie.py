"""What OSCI may use and rely upon at a moment: the dated table of `certs`, as policies of `osci`.

Sending needs what is good on that day. An answer of the intermediary has to be as good. A delivery that has come is
read with everything that was not forbidden when it came; relied upon is only what was good then.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

from certs import uris
from certs.algorithms import Eignung, Verwendung, rate, rate_uri
from osci import algorithms as a
from osci.policy import READ_OLD_MAIL, RECEIVING_NOW, SENDING, Policy

MAX_RSA_BITS: Final = 16384  # the most that OpenSSL takes
MAX_EC_BITS: Final = 521
_OK: Final = frozenset({Eignung.OK})
_LESBAR: Final = frozenset({Eignung.OK, Eignung.VERALTET})


def sending_at(at: datetime) -> Policy:
    """For what we write at `at` (aware)."""
    return _dated(SENDING, at, _OK)


def answers_at(at: datetime) -> Policy:
    """For answers of the intermediary to our requests, which are encrypted and signed."""
    return _dated(replace(RECEIVING_NOW, require_encrypted=True), at, _OK)


def mail_of(at: datetime) -> Policy:
    """For a delivery that came at `at`, whenever it is read."""
    return _dated(READ_OLD_MAIL, at, _LESBAR)


def outdated(at: datetime, symmetric: Iterable[str | None], key_transport: str | None) -> tuple[str, ...]:
    """Names of what encryption used that was not good any more at `at`, each once."""
    used = [*((uri, Verwendung.INHALT) for uri in symmetric), (key_transport, Verwendung.SCHLUESSELTRANSPORT)]
    bad = (uri for uri, verwendung in used if uri and not _rated(uri, verwendung, at, _OK))
    return tuple(dict.fromkeys(a.short_name(uri) for uri in bad))


def _dated(policy: Policy, at: datetime, readable: frozenset[Eignung]) -> Policy:
    """`readable`: how good encryption has to be; signatures count only when they are good."""
    osci, transport, inhalt = Verwendung.OSCI, Verwendung.SCHLUESSELTRANSPORT, Verwendung.INHALT
    return replace(
        policy,
        name=f"{policy.name} {at:%Y-%m-%d}",
        symmetric=_kept(policy.symmetric, inhalt, at, readable),
        key_transport=_kept(policy.key_transport, transport, at, readable),
        oaep_digests=_kept(policy.oaep_digests, transport, at, readable),
        oaep_mgfs=frozenset(uri for uri in policy.oaep_mgfs if rate(uris.MGFS[uri], transport, at).eignung in readable),
        digests=_kept(policy.digests, osci, at, _OK),
        signatures=_kept(policy.signatures, osci, at, _OK),
        min_rsa_bits=_least("rsa", osci, at, MAX_RSA_BITS),
        min_ec_bits=_least("ec", osci, at, MAX_EC_BITS),
        min_cipher_rsa_bits=_least("rsa", transport, at, MAX_RSA_BITS),
    )


def _kept(algorithms: Iterable[str], verwendung: Verwendung, at: datetime, good: frozenset[Eignung]) -> frozenset[str]:
    return frozenset(uri for uri in algorithms if _rated(uri, verwendung, at, good))


def _rated(uri: str, verwendung: Verwendung, at: datetime, good: frozenset[Eignung]) -> bool:
    return rate_uri(uri, verwendung, at).eignung in good


def _least(verfahren: str, verwendung: Verwendung, at: datetime, most: int) -> int:
    """The shortest key that is good at `at`: the table knows no longer key that is worse."""
    return bisect_left(
        range(most), True, key=lambda bits: rate(verfahren, verwendung, at, bits=bits).eignung is Eignung.OK
    )
