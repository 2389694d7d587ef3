"""`hearings chat`: a conversation in the terminal. What is typed is kept in memory and ends with it."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import count

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document as Typed
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.styles import Style
from rich.console import Console

from adapters.terminal.draw import READABLE, draw
from bot.bot import Bot
from bot.commands.table import COMMANDS
from bot.message import Message, Room
from bot.render import render_plain
from bot.store.memory import MemoryStore
from corpus.document import Document

ROOM = Room("terminal", "local", "chat")
LEAVE = frozenset({"exit", "quit", ":q", "bye", "leave"})


class Nobody:
    """The directory of a terminal: one person, of whom nothing is known."""

    async def zone(self, room: Room, person: str) -> str | None:
        """No zone is known."""
        return None

    async def replied_to(self, room: Room, sent: object) -> bool:
        """Nobody else is there to reply."""
        return False


class Words(Completer):
    """Completes commands, topics and section labels."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.first = sorted(
            {word for command in COMMANDS for word in command.words}
            | {"outline", "help", "about", "privacy", "note", "next", "previous"}
        )

    def get_completions(self, document: Typed, complete_event: CompleteEvent) -> Iterable[Completion]:
        """What the words before the cursor may become."""
        typed = document.text_before_cursor.lstrip()
        first, blank, rest = typed.partition(" ")
        if not blank:
            candidates: Iterable[tuple[str, str]] = ((word, "") for word in self.first)
            begun = first
        elif first in {"topic", "topics"}:
            candidates = ((topic.name, f"{len(topic.paragraphs)} paragraphs") for topic in self.document.topics.topics)
            begun = rest
        elif first in {"section", "sec"}:
            candidates = ((section.path, section.title) for section in self.document.sections if section.label)
            begun = rest
        elif first == "help":
            candidates = ((command.name, command.summary) for command in COMMANDS if not command.hidden)
            begun = rest
        else:
            return
        if begun:
            for text, meta in candidates:
                if text.casefold().startswith(begun.casefold()):
                    yield Completion(text, -len(begun), display_meta=meta[:60])


def run_chat(document: Document) -> None:
    """Talk until the person leaves: Ctrl-D, Ctrl-C twice, or `exit`."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_talk(document))


async def _talk(document: Document) -> None:
    bot = Bot(document, MemoryStore(), Nobody(), clock=lambda: datetime.now(UTC))
    console = Console(highlight=False, soft_wrap=False)
    fancy = sys.stdin.isatty() and sys.stdout.isatty()
    session: PromptSession[str] | None = None
    if fancy:
        session = PromptSession(
            history=InMemoryHistory(),
            completer=Words(document),
            complete_while_typing=False,
            style=Style.from_dict({"prompt": "" if console.no_color else "ansicyan bold"}),
        )
        middle = document.paragraphs[len(document.paragraphs) // 2].number
        title = document.edition.short_title or document.name
        console.print(f"[bold]{title}[/bold]: {len(document.paragraphs)} paragraphs, word for word.")
        console.print(
            f"Try [cyan]para {middle}[/cyan], [cyan]topics[/cyan], [cyan]schedule[/cyan] or a question; [cyan]help[/cyan] lists all, Ctrl-D leaves.\n"
        )
    for number in count(1):
        text = await _line(session)
        if text is None or text.strip().casefold() in LEAVE:
            break
        if not text.strip():
            continue
        message = Message(text, "you", ROOM, str(number), sent=datetime.now(UTC), direct=True)
        reply = await bot.answer(message)
        await bot.delivered(message, [f"{number}a"])
        if fancy:
            width = console.width
            console.print()
            console.print(draw(reply, width), width=min(width, READABLE))
            console.print()
        else:
            print(render_plain(reply), end="\n\n", flush=True)


async def _line(session: PromptSession[str] | None) -> str | None:
    """The next line typed or piped; None at the end."""
    if session is None:
        raw = await asyncio.to_thread(sys.stdin.buffer.readline)
        return raw.decode("utf-8", "replace").rstrip("\r\n") if raw else None
    while True:
        try:
            return await session.prompt_async([("class:prompt", "› ")])
        except KeyboardInterrupt:
            continue
        except EOFError:
            return None
