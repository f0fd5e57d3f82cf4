"""One exception root, split by who is at fault.

`LocalProtocolError`: the caller asked for something the protocol does not allow; nothing was sent.
`RemoteProtocolError`: the other side's bytes or its answer are wrong; `code` is the OSCI code (section 3.14).
"""

from osci.feedback import Feedback


class OsciError(Exception):
    """Everything that this package raises on purpose."""


class LocalProtocolError(OsciError):
    """A mistake on our side: wrong order, a name outside the safe alphabet, an algorithm outside the policy."""


class RemoteProtocolError(OsciError):
    """What came in is not acceptable. `feedback` holds all entries when the other side reported the error itself."""

    def __init__(self, code: str, text: str, feedback: Feedback = ()) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text
        self.feedback = feedback


class BrokenMime(RemoteProtocolError):
    """The MIME frame is broken: code 9100, or 9202 where the frame came out of a transport envelope (chapter 8)."""


class NotAnOsciMessage(BrokenMime):
    """Code 9100, and not even the frame (MIME with an OSCI envelope in it) could be recognised."""


class UnusableKey(RemoteProtocolError):
    """Code 9202: a wrapped session key that our private key does not open."""


class RemoteFault(RemoteProtocolError):
    """The other side answered with a SOAP fault. `code` is its OSCI code, `text` its faultstring."""


def broken_mime(text: str) -> BrokenMime:
    return BrokenMime("9100", text)


def invalid(text: str) -> RemoteProtocolError:
    """9100: the bytes are not a valid OSCI message."""
    return RemoteProtocolError("9100", text)
