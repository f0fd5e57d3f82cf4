"""Limits of an examination: what is beyond them is said to be incomplete, never passed over."""

from typing import Final

MIB: Final = 1024 * 1024
MAX_DATEI_BYTES: Final = 200 * 10**6  # ERVB 2025: no message is larger
MAX_OBJEKTE: Final = 300_000  # own limit; 1,000 pages with text need about 10,000
MAX_WERTE: Final = 3_000_000  # own limit on values inside objects: about four seconds
MAX_SEITEN: Final = 20_000  # own limit
MAX_TEXTSEITEN: Final = 5_000  # own limit
MAX_TEXT_SEKUNDEN: Final = 20.0  # own limit, processor time
MIN_ZEICHEN: Final = 10  # own choice: a stamp or a page number over a scan is no text layer
MAX_XMP_BYTES: Final = 4 * MIB  # own limit; usual are 3 KB
MAX_NAMEN: Final = 10  # fonts, defects and pages that a report names
MAX_TEXT: Final = 200  # characters of one foreign text in a report
MAX_TIFF_BILDER: Final = 10_000  # own limit
MAX_TIFF_EINTRAEGE: Final = 4_096  # own limit on entries of one directory; TIFF 6.0 knows about 90 tags

SEKUNDEN: Final = 120.0
CPU_SEKUNDEN: Final = 45
SPEICHER_BASIS: Final = 768 * MIB
SPEICHER_FAKTOR: Final = 4
