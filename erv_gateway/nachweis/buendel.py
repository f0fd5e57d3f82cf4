"""An opened bundle: its files, what it claims, and its signed messages, each read and verified once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from cryptography import x509

from erv_gateway.nachweis.befund import Mangel
from erv_gateway.nachweis.behauptung import Behauptung, parse_time
from erv_gateway.nachweis.modell import ABSENDER, INHALT, KETTE, UMSCHLAG, VERMITTLER
from erv_gateway.nachweis.oscinachricht import Inhalt, OsciNachricht, read_answer, read_inhalt, read_umschlag
from erv_gateway.nachweis.zertifikatskette import load_pem


@dataclass(frozen=True)
class Buendel:
    """Every access raises Mangel when the part is missing or does not hold. `hinweise` collects what to tell."""

    files: Mapping[str, bytes]
    behauptung: Behauptung
    anker: tuple[x509.Certificate, ...]
    hinweise: list[str] = field(default_factory=list)

    def file(self, path: str) -> bytes:
        if path not in self.files:
            raise Mangel(f"{path} fehlt")
        return self.files[path]

    @property
    def inhalt_paths(self) -> list[str]:
        return sorted(path for path in self.files if INHALT.fullmatch(path))

    @property
    def eingang(self) -> datetime:
        return parse_time(self.behauptung.claims.eingang)

    @cached_property
    def absender(self) -> x509.Certificate:
        return load_pem(self.file(ABSENDER), ABSENDER)

    @cached_property
    def vermittler(self) -> x509.Certificate:
        return load_pem(self.file(VERMITTLER), VERMITTLER)

    @cached_property
    def aussteller(self) -> tuple[x509.Certificate, ...]:
        paths = sorted(path for path in self.files if KETTE.fullmatch(path))
        return (*(load_pem(self.files[path], path) for path in paths), *self.anker)

    @cached_property
    def umschlag(self) -> OsciNachricht:
        return read_umschlag(self.file(UMSCHLAG), self.absender)

    @cached_property
    def inhalte(self) -> tuple[Inhalt, ...]:
        return tuple(read_inhalt(self.files[path], self.umschlag, self.absender) for path in self.inhalt_paths)

    def answer(self, path: str, message_type: str) -> OsciNachricht:
        return read_answer(self.file(path), message_type, self.vermittler)

    def unterschriebene(self) -> dict[str, str]:
        """SHA-256 (hex) by name over all containers. A name in two of them is a Mangel."""
        pairs = [pair for inhalt in self.inhalte for pair in inhalt.dateien.items()]
        if len(dict(pairs)) != len(pairs):
            raise Mangel("ein Anhang wird von zwei Containern genannt")
        return dict(pairs)
