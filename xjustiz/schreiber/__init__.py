"""From the model to bytes."""

from xjustiz.schreiber.nachricht import write

__all__ = ["write"]
