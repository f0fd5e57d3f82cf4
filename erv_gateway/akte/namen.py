"""File names in a delivery. They are kept as they came, so what leaves its folder or deceives a reader is refused."""

import unicodedata
from collections.abc import Iterable

MAX_NAME_BYTES = 255  # POSIX NAME_MAX, ext4 and NTFS
MAX_PFAD_ZEICHEN = 1000  # own limit, below PATH_MAX
MAX_ORDNER_EBENEN = 8  # own limit: deliveries are flat by xdomea, shallow by manifest
FORBIDDEN_CHARACTERS = frozenset('\\:*?"<>|')  # Windows file names; the backslash is a separator there
FORBIDDEN_CATEGORIES = frozenset(
    {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
)  # control, bidi override, surrogate, unassigned
WINDOWS_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))}
)


def name_fault(name: str) -> str | None:
    """Why `name` (path inside a delivery, "/" between folders) is refused, as a German phrase; None when it is fine."""
    if not name:
        return "leer"
    if name.startswith("/"):
        return "absoluter Pfad"
    if len(name) > MAX_PFAD_ZEICHEN:
        return f"länger als {MAX_PFAD_ZEICHEN} Zeichen"
    parts = name.split("/")
    if len(parts) > MAX_ORDNER_EBENEN:
        return f"tiefer als {MAX_ORDNER_EBENEN} Ordner"
    return next((fault for part in parts if (fault := _part_fault(part)) is not None), None)


def _part_fault(part: str) -> str | None:
    if part in {"", ".", ".."}:
        return "verlässt seinen Ordner oder enthält leere Teile"
    if any(zeichen in FORBIDDEN_CHARACTERS for zeichen in part):
        return "unzulässiges Zeichen"
    if any(unicodedata.category(zeichen) in FORBIDDEN_CATEGORIES for zeichen in part):
        return "Steuerzeichen oder unsichtbares Zeichen"
    if part[-1] in " ." or part[0] == " ":
        return "Leerzeichen oder Punkt am Rand"
    if part.split(".", maxsplit=1)[0].casefold() in WINDOWS_DEVICES:
        return "reservierter Gerätename"
    return f"länger als {MAX_NAME_BYTES} Byte" if len(part.encode()) > MAX_NAME_BYTES else None


def folded(name: str) -> str:
    """The form in which two names must differ: Unicode NFC, without case (Windows and macOS recipients)."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def collisions(names: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs (later, earlier) of names that are the same for a recipient, in the order given."""
    seen: dict[str, str] = {}
    found: list[tuple[str, str]] = []
    for name in names:
        earlier = seen.setdefault(folded(name), name)
        if earlier is not name:
            found.append((name, earlier))
    return found
