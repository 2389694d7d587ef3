"""What is installed is enough: the wheel, with the run lock's packages and nothing else, outside the checkout."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from corpus.library import open_document

ROOT = Path(__file__).parents[1]
PIP = ["-m", "pip", "install", "--quiet", "--quiet", "--disable-pip-version-check", "--no-input"]


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


@pytest.mark.slow
def test_the_wheel_answers_with_the_run_locks_packages_alone(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=True)
    python = str(tmp_path / "env" / "bin" / "python")
    run(python, *PIP, "--require-hashes", "--requirement", str(ROOT / "requirements.lock"), cwd=tmp_path)
    run(python, *PIP, "--no-deps", str(wheel), cwd=tmp_path)
    hearings = str(tmp_path / "env" / "bin" / "hearings")
    document = open_document("hearings-2006")
    assert document.paragraph(32).text in run(hearings, "ask", "para 32", cwd=tmp_path)
    assert "20 per cent" in run(hearings, "ask", "how much does it cost to send money home?", cwd=tmp_path)
    assert "76 (1 to 76)" in run(hearings, "corpus", "check", cwd=tmp_path)
    assert run(hearings, "--version", cwd=tmp_path).startswith("hearings 0")
