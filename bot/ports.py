"""What the shell asks of the world: a Store that remembers ids, numbers and settings, a Directory that knows people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.message import Room
from bot.reply import Place, Visibility


@dataclass(frozen=True, slots=True)
class Answered:
    """A message that was answered, so that its edits, its deletion and the buttons under its answer can be followed.

    Attributes:
        message: The message's id in its room.
        thread: The root of the thread that holds question and answer.
        version: The highest version of the message that was seen.
        sent: The ids of the answer's parts, in order; empty until they are delivered.
        numbers: The paragraphs shown.
        before: Where the room or thread stood before, so that a move means the same after an edit.
        after: Where it stood after, so that an edit moves only what nobody has moved since.
        contested: Whether somebody other than the asker has written there since.
        withdrawn: Whether the answer was taken back because its question became none; the version is still known.
    """

    room: Room
    message: str
    thread: str | None
    sender: str
    version: int
    visibility: Visibility
    sent: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    before: Place | None = None
    after: Place | None = None
    contested: bool = False
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class RoomSettings:
    """What a room has chosen.

    Attributes:
        expand: Whether references in running talk are quoted without a mention.
    """

    expand: bool = False


class Store(Protocol):
    """What is remembered. No text: ids, numbers, settings."""

    async def first_time(self, room: Room, delivery: str) -> bool:
        """Whether a delivery is seen for the first time; remembers it."""

    async def place(self, room: Room, thread: str | None) -> Place | None:
        """Where a room, or a thread in it, stands; None if nothing was shown there."""

    async def set_place(self, room: Room, threads: Sequence[str | None], place: Place) -> None:
        """Remember where a room and threads in it stand."""

    async def settings(self, room: Room) -> RoomSettings:
        """What a room has chosen, with the defaults for the rest."""

    async def answered(self, room: Room, message: str) -> Answered | None:
        """What was answered to a message; None if nothing was."""

    async def answer_with(self, room: Room, sent: str) -> Answered | None:
        """The record of the answer that a sent message is part of."""

    async def thread_answered(self, room: Room, thread: str) -> bool:
        """Whether the bot has answered in a thread so that all could see it, and the answer still stands."""

    async def remember(self, answered: Answered) -> None:
        """Remember an answer, in place of what was known of its message."""

    async def wrote(self, room: Room, thread: str | None, sender: str) -> None:
        """Remember that somebody wrote: the answers there to other people are contested from now on."""

    async def forget_answer(self, room: Room, message: str) -> None:
        """Forget what was answered to a message."""

    async def forget(self, room: Room) -> None:
        """Forget a room and everything in it."""

    async def move(self, room: Room, to: Room) -> None:
        """Carry everything of a room over to the one that takes its place."""


class Directory(Protocol):
    """What a platform knows of its people."""

    async def zone(self, room: Room, person: str) -> str | None:
        """A person's time zone as an IANA name; None if it is not known."""

    async def replied_to(self, room: Room, sent: Sequence[str]) -> bool:
        """Whether anybody has replied to one of the bot's messages."""
