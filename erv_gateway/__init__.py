"""Gateway between an authority's case files and the courts."""

from typing import Final

__version__: Final = "0.1.0"
