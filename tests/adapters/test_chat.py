"""`hearings chat`: piped, and in a real terminal."""

import contextlib
import fcntl
import os
import re
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pexpect
import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document as Typed

from adapters.terminal.ask import reply_to
from adapters.terminal.chat import Words
from bot.commands.table import COMMANDS
from bot.render import render_plain
from corpus.document import Document
from corpus.library import open_document

ROOT = Path(__file__).parents[2]
HARBOURS = ROOT / "tests" / "corpus" / "documents" / "harbours" / "source.txt"
CHAT = [sys.executable, "-m", "adapters.cli", "chat"]
SECONDS = 30
ESCAPE = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|[@-Z\\-_])")
COLOUR = re.compile(r"\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])[0-9;]*m")


def environment(home: Path, variables: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's variables without those that decide settings, language or colours; and an empty home."""
    decides = re.compile(r"HEARINGS.*|PYTHON.*|LC_.*|LANG|NO_COLOR|FORCE_COLOR|COLUMNS|LINES|XDG_.*", re.IGNORECASE)
    kept = {key: value for key, value in os.environ.items() if not decides.fullmatch(key)}
    kept |= {"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "HOME": str(home), "TERM": "xterm-256color"}
    return kept | {"PROMPT_TOOLKIT_NO_CPR": "1"} | dict(variables or {})


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """An empty home; nothing may have been written there at the end."""
    folder = tmp_path / "home"
    folder.mkdir()
    yield folder
    assert list(folder.rglob("*")) == []


def piped(
    said: bytes, home: Path, *arguments: str, variables: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*CHAT, *arguments],
        cwd=home,
        env=environment(home, variables),
        input=said,
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )


class Terminal:
    """A chat in a pseudo-terminal."""

    def __init__(
        self, home: Path, *arguments: str, columns: int = 100, variables: Mapping[str, str] | None = None
    ) -> None:
        self.all = ""
        self._read = 0
        self._child: pexpect.spawn[str] = pexpect.spawn(
            CHAT[0],
            [*CHAT[1:], *arguments],
            cwd=str(home),
            env=environment(home, variables),
            dimensions=(50, columns),
            encoding="utf-8",
            codec_errors="replace",
        )

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        self._child.close(force=True)

    def type(self, keys: str) -> None:
        self._child.send(keys)

    def wait(self, pattern: str) -> str:
        """What came since the last wait, without escapes, up to a pattern; fails when it does not come."""
        until = time.monotonic() + SECONDS
        while True:
            text = ESCAPE.sub("", self.all).replace("\r", "")
            if found := re.compile(pattern, re.MULTILINE).search(text, self._read):
                came, self._read = text[self._read : found.end()], found.end()
                return came
            assert time.monotonic() < until, f"no {pattern!r} in {text!r}"
            try:
                self.all += self._child.read_nonblocking(65536, 1)
            except pexpect.TIMEOUT:
                continue
            except pexpect.EOF:
                raise AssertionError(f"it ended without {pattern!r}: {text!r}") from None

    def answer(self, message: str) -> str:
        """Type a message and read what is drawn up to the next prompt."""
        self.type(f"{message}\r")
        self.wait(r"^\n")  # the line typed ends here
        return self.wait("^›")

    def leave(self) -> int | None:
        """Type Ctrl-D; the exit status."""
        self.type("\x04")
        while True:
            try:
                self.all += self._child.read_nonblocking(65536, SECONDS)
            except pexpect.EOF:
                self._child.close()
                return self._child.exitstatus


# -- piped


def test_piped_it_answers_in_plain_text_and_ends_with_its_input(document: Document, home: Path) -> None:
    said = piped(b"para 3\r\nnext\n\n   \nbogus \xff\npara 99", home, variables={"FORCE_COLOR": "1"})
    assert (said.returncode, said.stderr) == (0, b"")
    answers = [render_plain(reply_to(message, document)) for message in ("para 3", "para 4", "bogus \ufffd", "para 99")]
    assert said.stdout.decode() == "".join(f"{answer}\n\n" for answer in answers)


@pytest.mark.parametrize("word", ["exit", "Quit", " :q "])
def test_a_word_leaves_too(word: str, home: Path) -> None:
    said = piped(f"{word}\npara 3\n".encode(), home)
    assert (said.returncode, said.stdout, said.stderr) == (0, b"", b"")


@pytest.mark.parametrize(
    "language", [{"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "latin-1"}], ids=str
)
def test_piped_it_says_the_same_in_every_locale(language: dict[str, str], home: Path) -> None:
    said = piped(b"para 22\n", home, variables=language)
    assert (said.returncode, said.stderr) == (0, b"")
    assert "“desirable and appropriate”" in said.stdout.decode()


def test_a_reader_that_leaves_early_ends_it_quietly(home: Path, tmp_path: Path) -> None:
    lines, complaints = tmp_path / "lines", tmp_path / "complaints"
    lines.write_bytes(b"para 32\n" * 500)
    with lines.open("rb") as stdin, complaints.open("wb") as stderr:
        process = subprocess.Popen(
            CHAT, cwd=home, env=environment(home), stdin=stdin, stdout=subprocess.PIPE, stderr=stderr
        )
        assert process.stdout
        process.stdout.read(10)
        process.stdout.close()
        process.wait(SECONDS)
    assert complaints.read_text() == ""


def test_an_interrupt_ends_a_piped_chat_that_waits_for_input(home: Path) -> None:
    outlet, inlet = os.pipe()
    with subprocess.Popen(
        CHAT, cwd=home, env=environment(home), stdin=outlet, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        os.write(inlet, b"para 99\n")
        process.stdout.readline()
        os.write(inlet, b"an unfinished line")
        until = time.monotonic() + SECONDS
        while waiting(outlet) and time.monotonic() < until:
            time.sleep(0.01)  # it has not read all of it yet
        try:
            while process.poll() is None and time.monotonic() < until:
                process.send_signal(signal.SIGINT)  # one that comes just before it waits again is met by the next
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(1)
            if process.poll() is None:
                process.kill()
                pytest.fail("still there after several interrupts")
        finally:
            os.close(inlet)
            os.close(outlet)
        assert b"Traceback" not in process.stderr.read()


def waiting(outlet: int) -> int:
    """How many bytes of a pipe nobody has read yet."""
    return int.from_bytes(fcntl.ioctl(outlet, termios.FIONREAD, bytes(4)), sys.byteorder)


# -- in a terminal


def test_it_quotes_with_number_path_and_text_and_goes_on(home: Path) -> None:
    with Terminal(home) as chat:
        assert "76 paragraphs" in chat.wait("^›")
        first = chat.answer("para 32")
        assert re.search(r"^¶ 32  IV\.B\.2  Impact of remittances", first, re.MULTILINE)
        assert "the cost of remitting money exceeded" in first
        assert "¶ 33  IV.B.3" in chat.answer("next")
        assert "¶ 32 " in chat.answer("previous")
        assert "There is no paragraph 99" in chat.answer("para 99")
        assert COLOUR.search(chat.all)
        assert chat.leave() == 0


def test_tab_completes_commands_topics_and_sections_and_arrows_bring_back_what_was_typed(home: Path) -> None:
    with Terminal(home) as chat:
        chat.wait("^›")
        for begun, whole, answer in (
            ("outl", "outline", "I. Introduction"),
            ("topic co-d", "co-development", "Topic: co-development"),
            ("section iv.d", r"IV\.D", r"Section IV D: Intergovernmental cooperation"),
        ):
            chat.type(f"{begun}\t")
            chat.wait(whole)
            chat.type("\r")
            chat.wait(answer)
            chat.wait("^›")
        assert "I. Introduction" in chat.answer("\x1b[A\x1b[A\x1b[A")
        assert chat.leave() == 0


def test_an_interrupt_drops_the_line_and_keeps_the_conversation(home: Path) -> None:
    with Terminal(home) as chat:
        chat.wait("^›")
        chat.answer("para 3")
        for _ in range(3):
            chat.type("para 70\x03")
            chat.wait(r"para 70\s+\n›")
        assert "¶ 4 " in chat.answer("next")
        assert chat.leave() == 0


def test_without_colours_nothing_is_coloured_not_even_the_menu(home: Path) -> None:
    with Terminal(home, variables={"NO_COLOR": "1"}) as chat:
        chat.wait("^›")
        assert "¶ 32 " in chat.answer("para 32")
        chat.type("topic remit\t")
        chat.wait("remittance transfer costs")
        chat.type("\x03")
        chat.wait("^›")
        assert chat.leave() == 0
    assert COLOUR.findall(chat.all) == []


def test_no_line_is_wider_than_a_narrow_terminal(home: Path) -> None:
    with Terminal(home, columns=40) as chat:
        chat.wait("^›")
        drawn = chat.answer("schedule") + chat.answer("para 32")
        assert chat.leave() == 0
    assert max(len(line) for line in drawn.splitlines()) <= 40


def test_a_terminal_that_cannot_show_every_character_still_answers(home: Path) -> None:
    with Terminal(home, variables={"PYTHONIOENCODING": "ascii"}) as chat:
        chat.wait("^[›?>]")
        chat.type("para 3\r")
        chat.wait("task force")
        assert chat.leave() == 0


def test_a_title_with_brackets_is_shown_as_it_is(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "draft"
    folder.mkdir()
    (folder / "source.txt").write_bytes(HARBOURS.read_bytes())
    (folder / "document.yaml").write_text('short_title: {value: "Harbours [draft] [/]", provenance: ""}\n')
    with Terminal(home, "--document", str(folder)) as chat:
        assert "Harbours [draft] [/]: 24 paragraphs" in chat.wait("^›")
        assert chat.leave() == 0


# -- completion


def completed(document: Document, typed: str) -> list[str]:
    """What a line could become, as a whole."""
    found = Words(document).get_completions(Typed(typed), CompleteEvent())
    return [typed[: len(typed) + completion.start_position] + completion.text for completion in found]


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("out", ["outline"]),
        ("PRIV", ["privacy"]),
        ("topic remit", ["topic remittances", "topic remittance transfer costs"]),
        ("Topic Remit", ["Topic remittances", "Topic remittance transfer costs"]),
        ("section iv.b.2", ["section IV.B.2"]),
        ("help sche", ["help schedule"]),
        ("", []),
        ("what ab", []),
    ],
)
def test_completion_knows_commands_topics_and_labels_in_any_case(
    document: Document, typed: str, lines: list[str]
) -> None:
    assert completed(document, typed) == lines


def test_every_command_that_help_explains_can_be_completed(document: Document) -> None:
    named = {command.name for command in COMMANDS if not command.hidden}
    assert {line.removeprefix("help ") for name in named for line in completed(document, f"help {name[:2]}")} == named


def test_completion_offers_nothing_where_the_topics_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "source.txt").write_bytes(HARBOURS.read_bytes())
    (tmp_path / "topics.yaml").write_text("- : [")
    assert completed(open_document(tmp_path), "topic a") == []
