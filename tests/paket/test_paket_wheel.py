"""What is installed is what is in the tree: the wheel alone gives the command with all its data files."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

PACKAGES = ("osci", "xjustiz", "certs", "erv_gateway")
VERIFIER = "erv_gateway/nachweis/data/verify.py"
DATA = {".sql", ".typ", ".html", ".css", ".svg", ".toml", ".txt"}
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the checkout with the build backend that is installed; nothing is downloaded."""
    checkout, folder = Path(__file__).resolve().parents[2], tmp_path_factory.mktemp("wheel")
    _pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(checkout))
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> frozenset[str]:
    with zipfile.ZipFile(wheel) as archive:
        return frozenset(archive.namelist())


@pytest.fixture(scope="module")
def target(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("target")
    _pip("install", "--no-deps", "--target", str(folder), str(wheel))
    return folder


@pytest.fixture
def run(target: Path, tmp_path: Path) -> Run:
    """Python in an empty folder with the wheel and the third-party packages. `-S`: no .pth file is processed, and
    so the editable checkout is out of reach."""
    paths = sysconfig.get_paths()
    search = dict.fromkeys((str(target), paths["purelib"], paths["platlib"]))
    environment = {"PYTHONPATH": os.pathsep.join(search), "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}

    def start(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-S", *arguments]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    return start


def test_the_packages_come_from_the_wheel_and_from_nowhere_else(run: Run, target: Path, checkout: Path) -> None:
    places = "".join(f"import {name}\nprint({name}.__file__)\n" for name in PACKAGES)
    done = run("-c", f"import sys\n{places}print(*sys.path, sep='\\n')")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[: len(PACKAGES)] == [str(target / name / "__init__.py") for name in PACKAGES]
    assert str(checkout) not in lines


def test_the_command_says_its_version(run: Run) -> None:
    done = run("-m", "erv_gateway", "--version")
    assert done.returncode == 0, done.stderr
    assert "0.1.0" in done.stdout


def test_the_command_is_declared(wheel: Path) -> None:
    assert "erv-gateway = erv_gateway.cli:main" in _member(wheel, "entry_points.txt")


def test_it_makes_the_sample_case(run: Run, tmp_path: Path) -> None:
    """Needs the templates (.typ) and the data (.toml) of the sample."""
    done = run("-m", "erv_gateway", "sample", "case", "beispiel")
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "beispiel").rglob("*.zip"))


def test_it_hands_out_the_stand_alone_verifier(run: Run, tmp_path: Path, checkout: Path) -> None:
    done = run("-m", "erv_gateway", "nachweis", "pruefprogramm", "verify.py")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "verify.py").read_bytes() == (checkout / "ops" / "verifier" / "verify.py").read_bytes()
    assert run("verify.py", "--help").returncode == 0


def test_queries_migrations_and_pages_load(run: Run) -> None:
    program = (
        "from erv_gateway.storage.migrate import available\n"
        "import erv_gateway.storage.jobs, erv_gateway.wiring, erv_gateway.cli\n"
        "print(len(available()))"
    )
    done = run("-c", program)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 0


def test_every_file_of_the_packages_is_in_the_wheel(names: frozenset[str], checkout: Path) -> None:
    expected = _tree(checkout)
    assert {Path(name).suffix for name in expected} >= DATA
    assert sorted(name for name in names if ".dist-info/" not in name) == sorted({*expected, VERIFIER})


def test_each_package_is_typed(names: frozenset[str]) -> None:
    assert names >= {f"{package}/py.typed" for package in PACKAGES}


def test_the_licence_is_in_it(wheel: Path, checkout: Path) -> None:
    assert _member(wheel, "licenses/LICENSE") == (checkout / "LICENSE").read_text("utf-8")
    assert "License-Expression: EUPL-1.2" in _member(wheel, "METADATA")


def test_nothing_but_the_packages_is_in_it(names: frozenset[str]) -> None:
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)
    parts = {part for name in names for part in name.split("/")}
    assert not parts & {"tests", "bench", "var", "ops", "__pycache__", "conftest.py"}


def _tree(checkout: Path) -> set[str]:
    files = (path for package in PACKAGES for path in (checkout / package).rglob("*") if path.is_file())
    return {path.relative_to(checkout).as_posix() for path in files if path.suffix != ".pyc"}


def _member(wheel: Path, name: str) -> str:
    with zipfile.ZipFile(wheel) as archive:
        (found,) = (one for one in archive.namelist() if one.endswith(f".dist-info/{name}"))
        return archive.read(found).decode()


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments]
    done = subprocess.run(
        command, env={**os.environ, "PIP_NO_INDEX": "1"}, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
