"""`hearings chat`: a conversation in the terminal. What is typed is kept in memory and ends with it."""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import count, takewhile

from prompt_toolkit import PromptSession
from prompt_toolkit.application import run_in_terminal
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document as Typed
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.styles import Style
from rich.console import Console
from rich.text import Text as Rich

from adapters.errors import AdapterError
from adapters.terminal.ask import answer_lines, as_text
from adapters.terminal.draw import KEY, READABLE, draw
from adapters.terminal.files import save_files
from adapters.terminal.postings import post_while_open
from adapters.terminal.streams import lines, write
from bot.bot import Bot
from bot.commands.table import COMMANDS
from bot.drawing.make import Maker
from bot.message import Message, Room
from bot.reply import Reply
from bot.store.memory import MemoryStore
from corpus.document import Document
from corpus.errors import CorpusError

ROOM = Room("terminal", "local", "chat")
#: Digests at a time.
DIGESTS_AT_MOST = 5
LEAVE = frozenset({"exit", "quit", ":q", "bye", "leave"})


class Nobody:
    """The directory of a terminal: one person, of whom nothing is known."""

    async def zone(self, room: Room, person: str) -> str | None:
        """No zone is known."""
        return None

    async def manages(self, room: Room, person: str) -> bool:
        """It is their own terminal."""
        return True

    async def belongs(self, room: Room, person: str) -> bool:
        return True

    def link(self, room: Room, sent: str) -> str:
        """A terminal has no links."""
        return ""


class Words(Completer):
    """Completes commands, topics and section labels."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.first = sorted(
            {word for command in COMMANDS for word in command.words}
            | {"outline", "help", "about", "privacy", "note", "next", "previous", "quiet"}
        )

    def get_completions(self, document: Typed, complete_event: CompleteEvent) -> Iterable[Completion]:
        """What the words before the cursor may become; nothing where the document's data cannot be read."""
        first, blank, rest = document.text_before_cursor.lstrip().partition(" ")
        begun = rest if blank else first
        if not begun:
            return
        try:
            candidates = self._after(first.casefold()) if blank else [(word, "") for word in self.first]
        except CorpusError:
            return
        for text, meta in candidates:
            if text.casefold().startswith(begun.casefold()):
                yield Completion(text, -len(begun), display_meta=meta[:60])

    def _after(self, first: str) -> list[tuple[str, str]]:
        if first in {"topic", "topics"}:
            return [(topic.name, f"{len(topic.paragraphs)} paragraphs") for topic in self.document.topics.topics]
        if first in {"section", "sec"}:
            return [(section.path, section.title) for section in self.document.sections if section.label]
        if first == "help":
            return [(command.name, command.summary) for command in COMMANDS if not command.hidden]
        return []


def run_chat(document: Document) -> None:
    """Talk until the person leaves: Ctrl-D or `exit`; piped, until the input ends.

    Raises:
        AdapterError: Standard input or output is closed.
    """
    try:
        if sys.stdin and sys.stdout and sys.stdin.isatty() and sys.stdout.isatty():
            asyncio.run(_talk(document))
        else:
            _talk_piped(document)
    except KeyboardInterrupt:
        pass


def _talk_piped(document: Document) -> None:
    said = (line for line in takewhile(lambda line: line.strip().casefold() not in LEAVE, lines()) if line.strip())
    maker = Maker(document)
    for _, reply in answer_lines(said, document, conversation=True):
        write(as_text(reply, document) + "\n\n")
        try:
            for line in save_files(reply, maker):
                write(f"{line}\n\n")
        except AdapterError as error:
            write(f"{error}\n\n")


async def _talk(document: Document) -> None:
    store = MemoryStore()
    bot = Bot(document, store, Nobody(), clock=lambda: datetime.now(UTC), threads=False, digests=DIGESTS_AT_MOST)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that has not every sign still shows the words
    console = Console(highlight=False)
    session: PromptSession[str] = PromptSession(
        history=InMemoryHistory(),
        completer=Words(document),
        complete_while_typing=False,
        style=Style.from_dict({"prompt": "" if console.no_color else "ansicyan bold"}),
    )
    console.print(_welcome(document))
    maker = Maker(document)

    async def show(reply: Reply) -> None:
        def above() -> None:
            console.print()
            console.print(draw(reply, console.width, document), width=min(console.width, READABLE))
            console.print()

        await run_in_terminal(above)

    posting = asyncio.create_task(post_while_open(document, store, ROOM, show))
    for number in count(1):
        text = await _line(session)
        if text is None or text.strip().casefold() in LEAVE:
            break
        if not text.strip():
            continue
        message = Message(text, "you", ROOM, str(number), sent=datetime.now(UTC), direct=True)
        reply = await bot.answer(message)
        await bot.delivered(message, [f"{number}a"])
        width = console.width
        console.print()
        console.print(draw(reply, width, document), width=min(width, READABLE))
        try:
            for line in await asyncio.to_thread(list, save_files(reply, maker)):
                console.print(f"\n{line}", markup=False)
        except AdapterError as error:
            console.print(f"\n{error}", markup=False)
        console.print()
    posting.cancel()


def _welcome(document: Document) -> Rich:
    title = document.edition.short_title or document.name
    schedule: list[str | tuple[str, str]] = [", ", ("schedule", KEY)] if document.programme else []
    return Rich.assemble(
        (title, "bold"),
        f": {len(document.paragraphs)} paragraphs, word for word.\nTry ",
        (f"para {document.middle}", KEY),
        ", ",
        ("topics", KEY),
        *schedule,
        " or a question; ",
        ("help", KEY),
        " lists all, Ctrl-D leaves.\n",
    )


async def _line(session: PromptSession[str]) -> str | None:
    """The next line typed; None at the end."""
    while True:
        try:
            return await session.prompt_async([("class:prompt", "› ")])
        except KeyboardInterrupt:
            continue
        except EOFError:
            return None
