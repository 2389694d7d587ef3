"""What the README shows is what happens. UPDATE_GOLDEN=1 writes its transcripts and its table of commands anew."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.commands.table import SHOWN

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
TRANSCRIPTS = re.compile(r"```transcript\n(.*?)```", re.DOTALL)
COMMAND_TABLE = re.compile(r"(<!-- commands: made from bot/commands -->\n)(.*?)(?=\n## )", re.DOTALL)


def hearings(*arguments: str, cwd: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.upper().startswith("HEARINGS")}
    return subprocess.run(
        [sys.executable, "-m", "adapters.cli", *arguments],
        cwd=cwd,
        env=environment | {"PYTHONPATH": str(ROOT)},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def conversation(messages: list[str], cwd: Path) -> str:
    """The messages with their answers, as a transcript shows them."""
    stdin = "\n".join(messages) + "\n"
    said = hearings("ask", "--json", "--conversation", "-", cwd=cwd, stdin=stdin)
    answers = [json.loads(line)["text"] for line in said.stdout.splitlines()]
    chat = hearings("chat", cwd=cwd, stdin=stdin)
    assert (chat.returncode, chat.stderr, chat.stdout) == (0, "", "".join(f"{answer}\n\n" for answer in answers))
    return "\n".join(f"› {message}\n\n{answer}\n" for message, answer in zip(messages, answers, strict=True))


def command_table() -> str:
    rows = [f"| {' · '.join(f'`{u}`' for u in c.usage.split(' · '))} | {c.summary} |\n" for c in SHOWN]
    return "\n| you write | you get |\n| --- | --- |\n" + "".join(rows)


def test_the_transcripts_are_what_a_conversation_gives(tmp_path: Path) -> None:
    text = README.read_text(encoding="utf-8")

    def anew(match: re.Match[str]) -> str:
        messages = re.findall(r"^› (.*)$", match[1], re.MULTILINE)
        return f"```transcript\n{conversation(messages, tmp_path).rstrip()}\n```"

    made = TRANSCRIPTS.sub(anew, text)
    if os.environ.get("UPDATE_GOLDEN"):
        README.write_text(made, encoding="utf-8")
    assert made == README.read_text(encoding="utf-8")


def test_the_table_of_commands_is_the_commands() -> None:
    text = README.read_text(encoding="utf-8")
    made = COMMAND_TABLE.sub(lambda match: match[1] + command_table(), text)
    if os.environ.get("UPDATE_GOLDEN"):
        README.write_text(made, encoding="utf-8")
    assert made == README.read_text(encoding="utf-8")


def test_it_opens_with_the_two_commands() -> None:
    commands = re.findall(r"^    (.*)$", README.read_text(encoding="utf-8"), re.MULTILINE)[:2]
    assert commands == ["make chat", "make test"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert all(re.search(rf"^{command.removeprefix('make ')}:", makefile, re.MULTILINE) for command in commands)
    assert commands[1] in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_its_commands_run_as_written(tmp_path: Path) -> None:
    shutil.copy(ROOT / "tests" / "corpus" / "documents" / "valleys" / "source.txt", tmp_path / "summary.txt")
    lines = re.findall(r"^    hearings (.*)$", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(lines) >= 4
    for line in lines:
        arguments = re.findall(r'"([^"]*)"|(\S+)', line)
        done = hearings(*(quoted or bare for quoted, bare in arguments), cwd=tmp_path, stdin="para 45\n")
        assert (done.returncode, done.stderr) == (0, ""), line
        assert done.stdout


@pytest.mark.parametrize(
    "name", ["README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/matrix.md", "CHANGELOG.md"]
)
def test_links_lead_to_files(name: str) -> None:
    page = ROOT / name
    for link in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert link.startswith("https://") or (page.parent / link).exists(), link
