"""The scenarios in the terminal: the conversation that a piped `hearings chat` holds, and the command itself."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from adapters.terminal.ask import answer_lines
from adapters.terminal.files import save_files
from bot.drawing.make import Maker
from bot.render import render_plain
from corpus.document import Document
from tests.conformance.runner import Shown, file_kind, play
from tests.conformance.scenarios import LINES, ROWS, Need, Scenario, Where, load_scenarios

SCENARIOS = load_scenarios()
#: What a terminal has not: it is one conversation of one person, in which nothing is taken back.
GAPS = frozenset(Need) - {Need.FILES}
#: Lines of what holds everywhere that need other people, threads or messages that change.
NOT_IN_A_TERMINAL = {"belongs to its question", "edit and delete", "steady discussion", "without a mention", "joining"}
PLAYED = [scenario for scenario in SCENARIOS if not scenario.needs & GAPS]
SECONDS = 60


class TerminalStage:
    """One conversation, line by line."""

    gaps = GAPS
    relates = False
    quiet = False

    def __init__(self, document: Document, folder: Path, maker: Maker) -> None:
        self._document = document
        self._folder = folder
        self._maker = maker
        self._said: list[str] = []
        self._shown: list[Shown] = []

    async def enter(self, where: Where) -> None:
        assert where is Where.DIRECT
        self._replies = answer_lines(self._lines(), self._document, conversation=True)

    async def say(
        self, who: str, text: str, *, addressed: bool, thread: str | None = None, reply_to: str | None = None
    ) -> str:
        assert "\n" not in text
        self._said.append(text)
        _, reply = next(self._replies)
        self._shown.append(Shown(f"answer {len(self._said)}", render_plain(reply), kind=reply.kind))
        for line in save_files(reply, self._maker, str(self._folder)):
            path = Path(line.removeprefix("Saved as "))
            self._shown.append(Shown(str(path), line, kind=reply.kind, file=file_kind(path.read_bytes())))
        return f"line {len(self._said)}"

    async def edit(self, who: str, message: str, text: str, *, addressed: bool) -> None:
        raise NotImplementedError

    async def delete(self, who: str, message: str) -> None:
        raise NotImplementedError

    async def remove(self, shown: str) -> None:
        raise NotImplementedError

    async def redeliver(self, message: str) -> None:
        raise NotImplementedError

    async def react(self, who: str, shown: str, sign: str) -> None:
        raise NotImplementedError

    async def shown(self, until: Callable[[Sequence[Shown]], bool]) -> Sequence[Shown]:
        if not until(self._shown):
            raise TimeoutError(f"shown is only {self._shown}")
        return self._shown

    def _lines(self) -> Iterator[str]:
        while True:
            yield self._said[-1]


@pytest.fixture(scope="module")
def maker(document: Document) -> Maker:
    return Maker(document)


@pytest.mark.parametrize("scenario", PLAYED, ids=lambda scenario: scenario.name)
async def test_a_scenario_plays_in_the_terminal(
    scenario: Scenario, document: Document, maker: Maker, tmp_path: Path
) -> None:
    await play(scenario, TerminalStage(document, tmp_path, maker), document)


def test_only_what_a_terminal_has_not_is_left_out() -> None:
    left_out = [scenario for scenario in SCENARIOS if scenario not in PLAYED]
    assert all(scenario.needs & GAPS for scenario in left_out)
    assert {need for scenario in left_out for need in scenario.needs} - {Need.FILES} == GAPS
    assert {need for scenario in PLAYED for need in scenario.needs} == {Need.FILES}
    shown = {shows for scenario in PLAYED for shows in scenario.shows}
    assert {*ROWS, *LINES} - shown == NOT_IN_A_TERMINAL


def test_the_piped_command_says_what_the_scenarios_judge(document: Document, tmp_path: Path) -> None:
    lines = [step.said for scenario in PLAYED if not scenario.needs for step in scenario.steps]
    said = subprocess.run(
        [str(Path(sys.executable).with_name("hearings")), "chat"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        input="\n".join(lines).encode(),
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    assert (said.returncode, said.stderr) == (0, b"")
    expected = [render_plain(reply) for _, reply in answer_lines(lines, document, conversation=True)]
    assert _timeless(said.stdout.decode()) == _timeless("".join(f"{answer}\n\n" for answer in expected))


def _timeless(text: str) -> str:
    """A text without the moments on the clock on the wall, which `recent` and `timezone` tell."""
    return re.sub(
        r"(?:\b\d{1,2} [A-Z][a-z]+ \d{4}, )?\b\d{1,2}(?:\.\d\d)? [ap]\.m\.|\b(?:noon|midnight)\b", "then", text
    )
