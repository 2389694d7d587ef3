"""The command line around its subcommands: help, and the choice of the document."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from adapters.cli import main
from tests.inside import inside

ROOT = Path(__file__).parents[2]
HARBOURS = ROOT / "tests" / "corpus" / "documents" / "harbours"


def hearings(*arguments: str | bytes, cwd: Path = ROOT, stdin: str = "") -> subprocess.CompletedProcess[str]:
    kept = {
        key: value for key, value in os.environ.items() if not key.upper().startswith(("HEARINGS", "PYTHON", "LC_"))
    }
    return subprocess.run(
        [sys.executable, "-m", "adapters.cli", *arguments],
        cwd=cwd,
        env=kept | {"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"},
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=30,
        check=False,
    )


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from commands(below, (*path, name))


@pytest.mark.parametrize(
    ("path", "command"), list(commands(main)), ids=lambda part: " ".join(part) if isinstance(part, tuple) else ""
)
def test_every_command_explains_itself(path: tuple[str, ...], command: click.Command) -> None:
    done = inside(*path, "--help") if path else hearings("--help")
    assert (done.returncode, done.stderr) == (0, "")
    said = " ".join(done.stdout.split())
    assert command.help
    assert " ".join(command.help.split()) in said
    for parameter in command.params:
        shown = (
            parameter.opts[0] if isinstance(parameter, click.Option) else parameter.make_metavar(click.Context(command))
        )
        assert shown in said
    if isinstance(command, click.Group):
        assert all(re.search(rf"\b{name}\b", said) for name in command.commands)


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (["ask", "--json", "-"], "nowhere"),
        (["chat"], "nowhere"),
        (["ask", "para 1"], "no\nwhere"),
        (["ask", "para 1"], b"\xff"),
        (["ask", "para 1"], "."),
        (["ask", "para 1"], str(HARBOURS / "source.txt")),
    ],
    ids=ascii,
)
def test_an_unknown_document_is_one_line_and_status_2(command: list[str], name: str | bytes, tmp_path: Path) -> None:
    given = [*command, "--document"]
    if isinstance(name, bytes):
        done = hearings(*given, name, cwd=tmp_path, stdin="para 1\n")
    else:
        done = inside(*given, name, cwd=tmp_path, stdin="para 1\n")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert done.stderr.startswith("hearings: no document ")
    assert "hearings-2006" in done.stderr


@pytest.mark.parametrize(
    "name", ["harbours", "./harbours", "harbours/", str(HARBOURS)], ids=["name", "dot", "slash", "absolute"]
)
def test_a_folder_is_served_by_its_path(name: str) -> None:
    done = inside("ask", "--document", name, "para 24", cwd=HARBOURS.parent)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Harbours summary, 22 September 2011, paragraph 24" in done.stdout


def test_a_document_that_is_broken_stops_the_start_with_one_line(tmp_path: Path) -> None:
    (tmp_path / "source.txt").write_text("just words\n")
    done = hearings("ask", "--document", str(tmp_path), "para 1")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert "line 1" in done.stderr
