"""Sessions with PKCS#11 tokens: opened with the PIN from a file, used by one thread at a time, reopened when lost.

A login belongs to the process and not to the session (PKCS#11 §5.6), so all keys of a token share one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any, Final, TypeVar

import pkcs11
from pkcs11 import exceptions as p11

from erv_gateway.signatur.fehler import SchluesselInvalid, SignierdienstFailed
from erv_gateway.signatur.passwort import read_password

_T = TypeVar("_T")
LOST: Final = (
    p11.SessionHandleInvalid,
    p11.SessionClosed,
    p11.UserNotLoggedIn,
    p11.DeviceError,
    p11.DeviceRemoved,
    p11.TokenNotPresent,
    p11.KeyHandleInvalid,
    p11.ObjectHandleInvalid,
    p11.NoSuchKey,  # without a login the private keys are just not seen
    p11.NoSuchToken,
)
"""What a session that ended says; another one may do better."""
_WRONG: Final = (
    p11.PinIncorrect,
    p11.PinInvalid,
    p11.PinLenRange,
    p11.PinLocked,
    p11.PinExpired,
    p11.NoSuchKey,
    p11.NoSuchToken,
    p11.MultipleObjectsReturned,
    p11.MultipleTokensReturned,
)
"""What the administrator must put right."""


@dataclass(frozen=True, slots=True)
class Tokenort:
    """Which token: the PKCS#11 library, and the token by its label or its serial number."""

    modul: Path
    label: str | None
    serial: str | None
    pin_file: Path

    def __str__(self) -> str:
        return f"token {self.label or self.serial} of {self.modul.name}"


class Modul:
    """One PKCS#11 library. Its calls run one after the other; `generation` changes when it was started anew."""

    def __init__(self, path: Path) -> None:
        self.lock = RLock()
        self.generation = 0
        try:
            self.lib = pkcs11.lib(str(path))
        except (p11.PKCS11Error, RuntimeError, OSError, SystemError, ValueError) as error:
            raise SchluesselInvalid(f"{path} is no usable PKCS#11 library: {_text(error)}", datei=path.name) from error

    def restart(self) -> None:
        """Ends all sessions: the only way to find a token that was put in or exchanged."""
        self.lib.reinitialize()
        self.generation += 1


class Token:
    def __init__(self, ort: Tokenort, modul: Modul) -> None:
        self.ort = ort
        self._modul = modul
        self._session: pkcs11.Session | None = None
        self._generation = -1

    def use(self, work: Callable[[pkcs11.Session], _T]) -> _T:
        """What `work` does with the session; once more with a new one when the first was lost.

        `SchluesselInvalid` for a wrong PIN, token or key, `SignierdienstFailed` when the device does not do it.
        Errors of other kinds are `work`'s own and pass.
        """
        with self._modul.lock:
            try:
                return self._attempts(work)
            except _WRONG as error:
                raise SchluesselInvalid(f"{self.ort}: {_text(error)}", datei=self.ort.modul.name) from error
            except p11.PKCS11Error as error:
                raise SignierdienstFailed(f"{self.ort}: {_text(error)}") from error

    def _attempts(self, work: Callable[[pkcs11.Session], _T]) -> _T:
        for prepare in (self._close, self._modul.restart):
            try:
                return work(self._open())
            except LOST:
                prepare()
        return work(self._open())

    def _open(self) -> pkcs11.Session:
        if self._session is None or self._generation != self._modul.generation:
            self._session = self._login()
            self._generation = self._modul.generation
        return self._session

    def _login(self) -> pkcs11.Session:
        found: dict[str, Any] = {}
        if self.ort.label is not None:
            found["token_label"] = self.ort.label
        if self.ort.serial is not None:
            found["token_serial"] = self.ort.serial.encode()
        token = self._modul.lib.get_token(**found)
        try:
            return token.open(user_pin=read_password(self.ort.pin_file))
        except p11.UserAlreadyLoggedIn:
            return token.open()

    def _close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            try:
                session.close()
            except p11.PKCS11Error:
                return  # it was lost: nothing is left to be closed

    def close(self) -> None:
        """Log out. The next use logs in again."""
        with self._modul.lock:
            self._close()


def _text(error: BaseException) -> str:
    return f"{type(error).__name__} {error}".strip()


class Tokens:
    """The tokens of this process: asked for twice, opened once."""

    def __init__(self) -> None:
        self._module: dict[Path, Modul] = {}
        self._tokens: dict[Tokenort, Token] = {}

    def token(self, ort: Tokenort) -> Token:
        """Raises `SchluesselInvalid` when the library cannot be used."""
        if ort not in self._tokens:
            if ort.modul not in self._module:
                self._module[ort.modul] = Modul(ort.modul)
            self._tokens[ort] = Token(ort, self._module[ort.modul])
        return self._tokens[ort]
