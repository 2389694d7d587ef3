"""`hearings ask`, run as people and scripts run it."""

import json
import os
import re
import selectors
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import pytest

from adapters.terminal.ask import answer_lines, as_text, reply_to
from adapters.terminal.chat import ROOM, Nobody
from bot.bot import Bot
from bot.commands.table import COMMANDS
from bot.message import Message
from bot.render import render_plain
from bot.store.memory import MemoryStore
from corpus.document import Document
from tests.inside import inside

ROOT = Path(__file__).parents[2]
SECONDS = 30
KEYS = ["message", "answered", "kind", "paragraphs", "also", "text", "blocks"]


def environment(variables: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's variables without those that decide settings, language or colours."""
    decides = re.compile(r"HEARINGS.*|PYTHON.*|LC_.*|LANG|NO_COLOR|FORCE_COLOR|COLUMNS", re.IGNORECASE)
    kept = {key: value for key, value in os.environ.items() if not decides.fullmatch(key)}
    return kept | {"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"} | dict(variables or {})


def hearings(
    *arguments: str | bytes, stdin: bytes = b"", variables: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "adapters.cli", *arguments],
        cwd=ROOT,
        env=environment(variables),
        input=stdin,
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )


def objects(stdout: bytes) -> list[dict[str, Any]]:
    """The JSON objects printed, one a line."""
    assert not stdout or stdout.endswith(b"\n")
    return [json.loads(line) for line in stdout.split(b"\n")[:-1]]


class Talk:
    """A running `ask --json -`, spoken to line by line; no answer within the deadline fails."""

    def __init__(self, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "adapters.cli", "ask", "--json", *arguments, "-"],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdin
        assert self._process.stdout
        self._stdin: IO[bytes] = self._process.stdin
        self._stdout: IO[bytes] = self._process.stdout

    def __enter__(self) -> "Talk":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._stdin.close()
        self._stdout.close()

    def ask(self, line: str) -> dict[str, Any]:
        self._stdin.write(f"{line}\n".encode())
        self._stdin.flush()
        until, got = time.monotonic() + SECONDS, b""
        with selectors.DefaultSelector() as ready:
            ready.register(self._stdout, selectors.EVENT_READ)
            while not got.endswith(b"\n"):
                assert ready.select(until - time.monotonic()), f"no answer to {line!r}; so far {got!r}"
                got += os.read(self._stdout.fileno(), 65536)
        [answer] = objects(got)
        return answer

    def end(self) -> int:
        """Close its standard input; the exit status."""
        self._stdin.close()
        assert self._stdout.read() == b""
        return self._process.wait(SECONDS)


@pytest.mark.parametrize(
    ("message", "status"),
    [
        ("para 32", 0),
        ("paras 75-80", 0),
        ("topics", 0),
        ("what is the gdp of mexico?", 1),
        ("search zebra", 1),
        ("para 99", 1),
        ("section IX", 1),
        ("para", 2),
        ("quote 32 sentence 40", 2),
        ("next", 2),
        ("", 2),
    ],
)
def test_the_exit_status_is_0_answered_1_not_said_or_found_2_not_followed(message: str, status: int) -> None:
    done = inside("ask", message)
    assert (done.returncode, done.stderr) == (status, "")
    assert done.stdout.strip()


@pytest.mark.parametrize("arguments", [["ask"], ["ask", "--jsno", "para 3"], ["aks", "para 3"], ["chat", "para 3"]])
def test_a_command_line_that_cannot_be_followed_says_so_on_standard_error_alone(arguments: list[str]) -> None:
    done = hearings(*arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr
    assert b"Traceback" not in done.stderr


def test_arguments_are_joined_to_one_message() -> None:
    assert [reply["message"] for reply in objects(hearings("ask", "para", "32", "--json").stdout)] == ["para 32"]


def test_every_reply_has_the_seven_keys_and_its_plain_text(document: Document) -> None:
    messages = [example for command in COMMANDS for example in command.examples]
    messages += ["para 99", "paras 75-80", "what is the gdp of mexico?", "search zebra", "when is segment 9", "hello"]
    stdin = "".join(f"{message}\n" for message in messages).encode()
    replies = objects(hearings("ask", "--json", "-", stdin=stdin).stdout)
    assert [reply["message"] for reply in replies] == messages
    for reply in replies:
        assert list(reply) == KEYS
        assert [type(value) for value in reply.values()] == [str, bool, str, list, list, str, list]
        assert all(block["type"] and reply["text"] for block in reply["blocks"])
        quoted = [block["number"] for block in reply["blocks"] if block["type"] == "passage"]
        assert reply["paragraphs"] == (list(dict.fromkeys(quoted)) if reply["answered"] else [])
        assert not set(reply["paragraphs"]) & set(reply["also"])
        assert all(type(number) is int and number in document for number in reply["paragraphs"] + reply["also"])
        for block in reply["blocks"]:
            if block["type"] == "passage":
                assert block["text"] in document.paragraph(block["number"]).text
    drawn = [as_text(reply_to(message, document), document) for message in messages]
    for text, reply in zip(drawn, replies, strict=True):
        if any(block["type"] == "picture" for block in reply["blocks"]):
            assert set(reply["text"].splitlines()) < set(text.splitlines())  # the drawing comes beside all of the words
        else:
            assert text == reply["text"]
    plain = hearings("ask", "-", stdin=stdin)
    assert plain.stdout.decode() == "".join(f"{text}\n\n" for text in drawn)
    assert hearings("ask", messages[-1]).stdout.decode() == f"{replies[-1]['text']}\n"


@pytest.mark.parametrize(
    ("arguments", "paragraphs"),
    [([], [[3], [], [], [], [5]]), (["--conversation"], [[3], [4], [], [5], [5]])],
    ids=["each line alone", "one conversation"],
)
def test_each_line_is_answered_before_the_next_is_written(
    arguments: Sequence[str], paragraphs: list[list[int]]
) -> None:
    with Talk(*arguments) as talk:
        said = [talk.ask(line) for line in ("para 3", "next", "para 99", "next", "para 5")]
        assert [answer["paragraphs"] for answer in said] == paragraphs
        assert talk.end() == 0


def test_the_status_of_many_lines_is_that_of_the_last() -> None:
    assert [hearings("ask", "-", stdin=lines).returncode for lines in (b"para\npara 3\n", b"para 3\npara 99\n")] == [
        0,
        1,
    ]


def test_no_line_is_no_object_and_no_fault() -> None:
    done = hearings("ask", "--json", "-")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


#: A line as it comes in, the message as it is read, and the paragraphs quoted where that is certain.
LINES: list[tuple[bytes, str, list[int] | None]] = [
    (b"para 32\xff", "para 32\ufffd", [32]),
    (b"\xff\xfe\xc3\x28", "\ufffd\ufffd\ufffd(", []),
    (b"", "", []),
    (b" \t ", " \t ", []),
    (b"\0\0", "\0\0", []),
    (b"pa\0ra\0 32", "pa\0ra\0 32", [32]),
    (b"para 3\r", "para 3", [3]),
    (b"\r", "", []),
    (b"x" * 100_000, "x" * 100_000, []),
    (b"para 32 " + b"and so on " * 10_000, "para 32 " + "and so on " * 10_000, [32]),
    (b"\xed\xb0\x80 para 4", "\ufffd\ufffd\ufffd para 4", [4]),
    ("\u202epara\u200b 5\u2069".encode(), "\u202epara\u200b 5\u2069", [5]),
    ("para 6\u2028para 7".encode(), "para 6\u2028para 7", [6, 7]),
    ("\ufeffpara 8 👩‍👩‍👧".encode(), "\ufeffpara 8 👩‍👩‍👧", [8]),
    (b"\x1b[31mpara 9\x1b[0m", "\x1b[31mpara 9\x1b[0m", None),
    (b'{"message": "para 10"}', '{"message": "para 10"}', None),
    (b"para 11", "para 11", [11]),
]


def test_whatever_stands_on_a_line_it_gets_one_object() -> None:
    done = hearings("ask", "--json", "-", stdin=b"\n".join(line for line, _, _ in LINES))  # the last without its end
    replies = objects(done.stdout)
    assert done.stderr == b""
    assert [reply["message"] for reply in replies] == [message for _, message, _ in LINES]
    for reply, (_, _, paragraphs) in zip(replies, LINES, strict=True):
        assert reply["text"].strip()
        assert paragraphs in (None, reply["paragraphs"])


@pytest.mark.parametrize("language", [{}, {"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}], ids=str)
def test_a_message_with_bytes_that_are_no_text_is_answered(language: dict[str, str]) -> None:
    done = hearings("ask", "--json", b"para 32 \xed\xb0\x80\xff", variables=language)
    assert (done.returncode, done.stderr) == (0, b"")
    assert [reply["paragraphs"] for reply in objects(done.stdout)] == [[32]]


@pytest.mark.parametrize("arguments", [["ask", "para 22"], ["ask", "--json", "topic “brain drain”"]], ids=" ".join)
def test_the_output_is_the_same_in_every_locale(arguments: list[str]) -> None:
    languages = [{}, {"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "latin-1"}]
    done = [hearings(*arguments, variables=language) for language in languages]
    assert [(one.returncode, one.stderr) for one in done] == [(0, b"")] * len(languages)
    assert len({one.stdout for one in done}) == 1
    assert "“" in done[0].stdout.decode()


@pytest.mark.parametrize("arguments", [["ask", "-"], ["ask", "--json", "-"]], ids=" ".join)
def test_a_reader_that_leaves_early_ends_it_quietly(arguments: list[str], tmp_path: Path) -> None:
    lines, said = tmp_path / "lines", tmp_path / "said"
    lines.write_bytes(b"para 32\n" * 2_000)
    with lines.open("rb") as stdin, said.open("wb") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "adapters.cli", *arguments],
            cwd=ROOT,
            env=environment(),
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=stderr,
        )
        assert process.stdout
        process.stdout.read(10)
        process.stdout.close()
        assert process.wait(SECONDS) in (0, 1)
    assert said.read_text() == ""


@pytest.mark.parametrize(
    "shell",
    [
        'hearings ask "para 32" >&-',
        "hearings ask --json - <&-",
        'hearings ask "para 32" >/dev/full',
        "hearings chat <&-",
        "echo para 32 | hearings chat >/dev/full",
        "hearings corpus check >/dev/full",
    ],
)
def test_a_closed_or_full_end_is_at_most_one_line_and_no_traceback(shell: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f'hearings() {{ "{sys.executable}" -m adapters.cli "$@"; }}; {shell}'],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    assert "Traceback" not in done.stderr.decode()
    assert len(done.stderr.splitlines()) <= 1
    assert "full" not in shell or done.returncode != 0  # an answer that was lost is no success


HEAVY = ("asyncio", "pydantic", "prompt_toolkit", "rich", "rapidfuzz", "Stemmer", "sqlalchemy")


def test_a_paragraph_is_quoted_without_loading_anything_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "adapters.cli", "ask", "para 32"],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=True,
    )
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "corpus.reader" in loaded
    assert "config.settings" not in loaded
    assert not {name for name in loaded if name.partition(".")[0] in HEAVY}
    assert not {f"bot.commands.{name}" for name in ("table", "settings", "timezone", "recent", "quiet")} & loaded
    assert not {"bot.zones", "bot.choosing"} & loaded


TALK = (
    *("recent", "timezone", "timezone geneva", "when is segment 3?", "settings", "para 32", "topic remittances"),
    *("para 99", "next", "recent", "expand on", "quiet", "answers thread", "answers reply", "timezone EST", "next"),
    *("timezone", "history", "timezone off", "when is segment 3?", "settings", "recent"),
)


async def test_a_conversation_says_the_same_as_through_the_shell(document: Document) -> None:
    bot = Bot(document, MemoryStore(), Nobody(), lambda: datetime.now(UTC), threads=False)
    for number, (text, reply) in enumerate(answer_lines(TALK, document, conversation=True)):
        message = Message(text, "you", ROOM, str(number), sent=datetime.now(UTC), direct=True)
        through_the_shell = await bot.answer(message)
        await bot.delivered(message, [f"{number}a"])
        assert without_times(render_plain(reply)) == without_times(render_plain(through_the_shell)), text


def without_times(text: str) -> str:
    """A text without the moment that it was made at."""
    return re.sub(r"It is .*? there now|\d+ \w+ 20[2-9]\d, (?:[\d.]+ [ap]\.m\.|noon|midnight)", "…", text)
