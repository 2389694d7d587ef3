"""What is installed is enough: the wheel, with the run lock's packages and nothing else, outside the checkout."""

import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.markers import Marker

from corpus.library import open_document

ROOT = Path(__file__).parents[1]
PIP = ("-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input")
LOCKED = re.compile(r"^([\w.-]+)==([^\s;]+)(?: ; ([^\\\n]+))?", re.MULTILINE)


def run(*command: str, cwd: Path) -> str:
    kept = {key: value for key, value in os.environ.items() if not key.upper().startswith(("HEARINGS", "PYTHON"))}
    return subprocess.run(
        command, cwd=cwd, env=kept | {"HOME": str(cwd)}, capture_output=True, text=True, check=True, timeout=600
    ).stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(
        sys.executable,
        *("-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)),
        cwd=folder,
    )
    [made] = folder.glob("*.whl")
    return made


@pytest.mark.slow
def test_the_wheel_carries_every_data_file_and_no_test(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    data = {str(path.relative_to(ROOT)) for path in (ROOT / "corpus" / "documents").rglob("*") if path.is_file()}
    data |= {"config/example.yaml", "corpus/english.txt"}
    assert data <= held
    assert {name.split("/")[0] for name in held if ".dist-info" not in name} == {"adapters", "bot", "config", "corpus"}


def with_the_run_locks_packages(folder: Path) -> Path:
    """A new environment with the packages of the run lock alone, taken from the one that the tests run in; its Python."""
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    [packages] = folder.glob("lib/python*/site-packages")
    for name, version, marker in LOCKED.findall((ROOT / "requirements.lock").read_text(encoding="utf-8")):
        if marker and not Marker(marker.strip()).evaluate():
            continue
        found = distribution(name)
        assert found.version == version, f"{name} {found.version} is installed, {version} is locked: make it anew"
        for file in found.files or ():
            if ".." not in file.parts and "__pycache__" not in file.parts:
                (packages / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(str(found.locate_file(file)), packages / file)
    return python


@pytest.mark.slow
def test_the_wheel_answers_with_the_run_locks_packages_alone(wheel: Path, tmp_path: Path) -> None:
    python = with_the_run_locks_packages(tmp_path / "env")
    run(sys.executable, *PIP, "--python", str(python), "install", "--no-deps", "--no-index", str(wheel), cwd=tmp_path)
    hearings = str(python.with_name("hearings"))
    document = open_document("hearings-2006")
    assert document.paragraph(32).text in run(hearings, "ask", "para 32", cwd=tmp_path)
    assert "20 per cent" in run(hearings, "ask", "how much does it cost to send money home?", cwd=tmp_path)
    assert "76 (1 to 76)" in run(hearings, "corpus", "check", cwd=tmp_path)
    assert run(hearings, "--version", cwd=tmp_path).startswith("hearings 0")
    unsigned = subprocess.run(
        [hearings, "matrix", "run"],
        cwd=tmp_path,
        env={"HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (unsigned.returncode, unsigned.stdout) == (1, "")
    assert "hearings matrix login" in unsigned.stderr
