"""From bytes to the model."""

from xjustiz.leser.nachricht import Gelesen, read

__all__ = ["Gelesen", "read"]
