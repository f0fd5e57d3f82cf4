"""The official Schematron rules of XJustiz, run where they are right."""

from xjustiz.schematron.auswertung import Schematron, SchematronErgebnis, Verstoss
from xjustiz.schematron.regelwerk import Regelwerk, parse_regelwerk

__all__ = ["Regelwerk", "Schematron", "SchematronErgebnis", "Verstoss", "parse_regelwerk"]
