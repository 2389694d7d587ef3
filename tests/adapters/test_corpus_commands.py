"""`hearings corpus check` and `hearings corpus new`, run as people run them."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from tests.inside import inside

ROOT = Path(__file__).parents[2]
HARBOURS = ROOT / "tests" / "corpus" / "documents" / "harbours" / "source.txt"


def hearings(
    *arguments: str | Path, cwd: Path = ROOT, variables: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    kept = {
        key: value for key, value in os.environ.items() if not key.upper().startswith(("HEARINGS", "PYTHON", "LC_"))
    }
    return subprocess.run(
        [sys.executable, "-m", "adapters.cli", *arguments],
        cwd=cwd,
        env=kept | {"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"} | dict(variables or {}),
        capture_output=True,
        encoding="utf-8",
        errors="backslashreplace",
        timeout=30,
        check=False,
    )


def files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


# -- check


def test_check_reports_what_the_shipped_document_holds() -> None:
    done = hearings("corpus", "check")
    assert (done.returncode, done.stderr) == (0, "")
    for line in (
        r"hearings-2006: everything was placed; SHA-256 [0-9a-f]{64}",
        r"Paragraphs: 76 \(1 to 76\)",
        r"Sections: 37, in 4 levels",
        r"      2\. Impact of remittances, .* \(32(?:-32)?\)",
        r"Notes: 1",
        r"  1 on paragraph 22: A/60/871\.",
        r"Programme: 2 meetings, 6 timed items",
        r"  3 p\.m\.-4\.15 p\.m\.  Segment 3",
    ):
        assert re.search(rf"^(?:{line})$", done.stdout, re.MULTILINE), line


@pytest.mark.parametrize("what", [HARBOURS, HARBOURS.parent, HARBOURS.parent.relative_to(ROOT)], ids=str)
def test_check_takes_a_text_or_a_folder(what: Path) -> None:
    done = inside("corpus", "check", what)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Paragraphs: 24 (1 to 24)" in done.stdout
    assert "1 on paragraph 7: LC/INQ/2010/4, paras. 17 to 23." in done.stdout
    assert "keys.yaml" in done.stdout.partition("Missing")[2]


def test_check_shows_labels_as_they_are_printed() -> None:
    report = inside("corpus", "check", HARBOURS).stdout
    assert "  1. Hours and pay (5-9)" in report
    assert "  (a) Night landings and early starts (5-7)" in report


@pytest.mark.parametrize("language", [{}, {"PYTHONIOENCODING": "latin-1"}, {"LC_ALL": "C"}], ids=str)
def test_check_names_the_line_that_fits_nowhere(tmp_path: Path, language: dict[str, str]) -> None:
    text = HARBOURS.read_text(encoding="utf-8").splitlines(keepends=True)
    broken = tmp_path / "broken.txt"
    broken.write_text("".join([*text[:29], "\n", "“Stray” words\n", *text[29:]]), encoding="utf-8")
    done = hearings("corpus", "check", broken, variables=language)
    assert (done.returncode, done.stderr) == (1, "")
    assert re.search(r"line 31: found .*Stray.* words", done.stdout)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"\xff\xfe1\0", "byte 0 is no UTF-8"),
        ("1. Höhe".encode("latin-1"), "byte 4 is no UTF-8"),
        (b"just words\n", "line 1"),
    ],
)
def test_check_says_why_a_text_cannot_be_read(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "text.txt").write_bytes(content)
    done = inside("corpus", "check", "text.txt", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert said in done.stdout


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("document.yaml", "titel: {value: x, provenance: y}"),
        ("topics.yaml", "- : ["),
        ("topics.yaml", "5"),
        ("keys.yaml", "just words"),
        ("keys.yaml", "{a: {questions: [x], terms: []}}"),
        ("silences.yaml", "5"),
        ("facts.yaml", "{1: {place: [Atlantis]}}"),
    ],
)
def test_check_names_the_file_beside_the_text_that_cannot_be_used(tmp_path: Path, file: str, content: str) -> None:
    (tmp_path / "source.txt").write_bytes(HARBOURS.read_bytes())
    (tmp_path / file).write_text(content)
    done = inside("corpus", "check", tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert file in done.stdout


def test_check_counts_the_questions_of_each_paragraph_and_names_those_with_too_few(tmp_path: Path) -> None:
    (tmp_path / "source.txt").write_bytes(HARBOURS.read_bytes())
    keys = {
        number: {"questions": [f"question {n} of {number}" for n in range(19 if number == 7 else 20)]}
        for number in range(1, 24)
    }
    (tmp_path / "keys.yaml").write_text(yaml.safe_dump(keys), encoding="utf-8")
    done = inside("corpus", "check", tmp_path).stdout
    assert "Keys: 459; questions by paragraph:" in done
    assert "6: 20, 7: 19, 8: 20" in done
    assert "keys.yaml: fewer than 20 questions for 7, 24" in done


# -- new


def test_new_makes_a_folder_that_can_be_served_and_lists_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "harbours.txt").write_bytes(HARBOURS.read_bytes())
    made = hearings("corpus", "new", "harbours.txt", cwd=tmp_path)
    assert (made.returncode, made.stderr) == (0, "")
    assert "Paragraphs: 24 (1 to 24)" in made.stdout
    missing = made.stdout.partition("Missing")[2]
    assert [
        name for name in ("short_title", "date", "topics.yaml", "keys.yaml", "silences.yaml") if name not in missing
    ] == []
    assert set(files(tmp_path / "harbours")) == {"source.txt", "document.yaml"}
    assert (tmp_path / "harbours" / "source.txt").read_bytes() == HARBOURS.read_bytes()
    asked = hearings("ask", "--document", "harbours", "para 1", cwd=tmp_path)
    assert (asked.returncode, asked.stderr) == (0, "")
    assert (
        "“The hearing on the future of small harbours was held at Porto Alvorel on 22 September 2011." in asked.stdout
    )


def test_what_is_filled_in_is_no_longer_missing_and_stands_under_the_quotation(tmp_path: Path) -> None:
    assert inside("corpus", "new", HARBOURS, "--to", tmp_path / "made").returncode == 0
    edition = tmp_path / "made" / "document.yaml"
    data = yaml.safe_load(edition.read_text(encoding="utf-8"))
    assert all(entry == {"value": "", "provenance": ""} for entry in data.values())
    data["short_title"] = {"value": "Harbours summary", "provenance": "its cover"}
    data["date"] = {"value": "2011-09-22", "provenance": "its cover"}
    edition.write_text(yaml.safe_dump(data), encoding="utf-8")
    missing = inside("corpus", "check", tmp_path / "made").stdout.partition("Missing")[2]
    assert "author" in missing
    assert "short_title" not in missing
    assert "date:" not in missing
    asked = inside("ask", "--document", tmp_path / "made", "para 1").stdout
    assert "Harbours summary, 22 September 2011, paragraph 1" in asked


@pytest.mark.parametrize("arguments", [[], ["--to", "harbours"], ["--to", "empty"], ["--to", "harbours.txt"]], ids=str)
def test_new_never_writes_over_anything(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "harbours.txt").write_bytes(HARBOURS.read_bytes())
    (tmp_path / "harbours").mkdir()
    (tmp_path / "harbours" / "document.yaml").write_text("mine")
    (tmp_path / "empty").mkdir()
    before = files(tmp_path)
    done = inside("corpus", "new", "harbours.txt", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert "exists already" in done.stderr
    assert files(tmp_path) == before
    assert list((tmp_path / "empty").iterdir()) == []


@pytest.mark.parametrize("text", ["missing.txt", "folder", "broken.txt", "empty.txt"])
def test_new_makes_nothing_of_what_it_cannot_read(tmp_path: Path, text: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "broken.txt").write_text("just words\n")
    (tmp_path / "empty.txt").write_text("")
    done = inside("corpus", "new", text, "--to", "made", cwd=tmp_path)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert not (tmp_path / "made").exists()


def test_a_text_without_an_ending_gets_a_folder_too(tmp_path: Path) -> None:
    (tmp_path / "harbours").write_bytes(HARBOURS.read_bytes())
    assert inside("corpus", "new", "harbours", cwd=tmp_path).returncode == 0
    [made] = [path for path in tmp_path.iterdir() if path.is_dir()]
    assert inside("ask", "--document", made.name, "para 24", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("name", ["my harbours", "it’s here; $HOME", "hearings-2006"])
def test_the_command_it_shows_serves_the_folder_it_made(tmp_path: Path, name: str) -> None:
    (tmp_path / f"{name}.txt").write_bytes(HARBOURS.read_bytes())
    made = hearings("corpus", "new", f"{name}.txt", cwd=tmp_path)
    assert "Paragraphs: 24 (1 to 24)" in made.stdout
    shown = re.search(r"Serve it with: hearings chat (.*)", made.stdout)
    assert shown
    asked = hearings("ask", *shlex.split(shown[1]), "para 1", cwd=tmp_path)
    assert (asked.returncode, asked.stderr) == (0, "")
    assert "small harbours" in asked.stdout
