"""The stand-alone verifier `verify.py` as it ships with the gateway."""

from importlib import resources
from pathlib import Path

from erv_gateway.nachweis.modell import NachweisRefused

_IN_SOURCE_TREE = Path(__file__).resolve().parents[2] / "ops" / "verifier" / "verify.py"


def pruefprogramm() -> bytes:
    """The source of verify.py: out of the installed package, or out of the source tree when running from there."""
    shipped = resources.files(__package__).joinpath("data", "verify.py")
    if shipped.is_file():
        return shipped.read_bytes()
    if _IN_SOURCE_TREE.is_file():
        return _IN_SOURCE_TREE.read_bytes()
    raise NachweisRefused("this installation does not contain verify.py")
