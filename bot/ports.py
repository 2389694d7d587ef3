"""What the shell asks of the world: a Store that remembers ids, numbers and settings, a Directory that knows people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from bot.message import EPOCH, Message, Room
from bot.reply import Place, Visibility

if TYPE_CHECKING:
    from bot.digests.subscriptions import Lateness, Posting, Subscription, Taken


@dataclass(frozen=True, slots=True)
class Answered:
    """A message that was answered, so that its edits, its deletion and the buttons under its answer can be followed.

    Attributes:
        message: The message's id in its room.
        thread: The root of the thread that holds question and answer.
        version: The highest version of the message that was seen.
        at: When the message was sent, in UTC.
        sent: The ids of the answer's parts, in order; empty until they are delivered.
        delivered: Whether the answer to that version was sent. A process that ended in between answers once more.
        numbers: The paragraphs shown.
        before: Where the room or thread stood before, so that a move means the same after an edit.
        after: Where the answer left the room or thread; an edit moves it only while it still stands there.
        contested: Whether somebody other than the asker has written there since.
        replied: Whether somebody other than the asker has replied to the answer, or written on in its thread.
        withdrawn: Whether the answer was taken back because its question became none; the version is still known.
        removed: Whether somebody else took the answer away; it stays away.
    """

    room: Room
    message: str
    thread: str | None
    sender: str
    version: int
    visibility: Visibility
    at: datetime = EPOCH
    sent: tuple[str, ...] = ()
    delivered: bool = False
    numbers: tuple[int, ...] = ()
    before: Place | None = None
    after: Place | None = None
    contested: bool = False
    replied: bool = False
    withdrawn: bool = False
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Changed:
    """Who changed a setting last, as the platform names them, and when, in UTC."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RoomSettings:
    """What a room has chosen.

    Attributes:
        expand: Whether references in running talk are quoted without a mention.
        quiet: Whether nothing is answered without a mention, not even in threads that the bot answered.
        answers: "thread" or "reply": where an answer goes; "" where the room has not chosen.
        zone: The room's time zone as an IANA name; "" where the room has not chosen.
        changed: Who changed what, by the name of the setting.
    """

    expand: bool = False
    quiet: bool = False
    answers: str = ""
    zone: str = ""
    changed: Mapping[str, Changed] = field(default_factory=dict)

    def with_change(self, setting: str, value: str, changed: Changed) -> RoomSettings:
        """The settings after one of them was changed: `expand` and `quiet` to "on" or "off", the others to a value."""
        by = {**self.changed, setting: changed}
        match setting:
            case "expand":
                return replace(self, expand=value == "on", changed=by)
            case "quiet":
                return replace(self, quiet=value == "on", changed=by)
            case "answers":
                return replace(self, answers=value, changed=by)
            case "zone":
                return replace(self, zone=value, changed=by)
            case _:
                raise ValueError(f"{setting!r} is no setting of a room")


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of the place where a message stands.

    Attributes:
        answered: What was answered to this very message; None if nothing was.
        place: Where its room, or the thread that it stands in, is in the document; None if nothing was shown there.
        open: Whether the bot has answered in the message's thread so that all could see it, the answer still stands, and
            nobody has asked for quiet there.
    """

    settings: RoomSettings
    answered: Answered | None = None
    place: Place | None = None
    open: bool = False


class Digests(Protocol):
    """Standing orders for digests, and the record of each posting: one for each subscription and local date."""

    async def subscribe(self, subscription: Subscription) -> Subscription:
        """Store a new subscription; it comes back with its number."""

    async def subscription(self, number: int) -> Subscription | None:
        """A subscription by its number."""

    async def of_room(self, room: Room) -> list[Subscription]:
        """The subscriptions of a room, stopped and finished ones included, in the order in which they were made."""

    async def of_account(self, platform: str, account: str) -> list[Subscription]:
        """The subscriptions of an account, room by room."""

    async def amend(self, subscription: Subscription) -> bool:
        """Store a change of a subscription, decided from its `version`; False if it has changed since, or is gone."""

    async def forget_account(self, platform: str, account: str) -> None:
        """Forget all subscriptions of an account, with their records."""

    async def take(self, platform: str, now: datetime, lateness: Lateness, at_most: int = 200) -> list[Taken]:
        """Take what is due on a platform: its records are made, and it stands at what comes next.

        Who has a job engine takes with `Ledger.take` instead, in the transaction that hands the jobs over.
        """

    async def posting(self, subscription: int, day: date) -> Posting | None:
        """The record of a posting."""

    async def try_posting(self, subscription: int, day: date) -> Posting | None:
        """Raise a posting's `tries`, before it is sent; the record as it stands then, None if there is none."""

    async def record(self, posting: Posting) -> None:
        """Store how far a posting has come."""

    async def last_postings(self, subscription: int, at_most: int) -> list[Posting]:
        """The last records of a subscription, newest first."""

    async def postings_between(self, subscription: int, first: date, last: date) -> list[Posting]:
        """The records of a stretch of local dates, both included, in order."""


class Store(Protocol):
    """What is remembered. No text: ids, numbers, settings."""

    @property
    def digests(self) -> Digests:
        """Standing orders, and the records of their postings."""

    async def standing(self, message: Message, *, wrote: bool) -> Standing:
        """What is known where a message stands.

        Args:
            wrote: Whether the message is new talk: then answers to other people in its thread (in the whole room, if it
                stands in none) are contested from now on, and those that it replies to, or whose thread it goes on, are
                replied to.
        """

    async def remember(self, answered: Answered, places: Mapping[str | None, Place]) -> None:
        """Remember an answer, in place of what was known of its message, and where the room (None) and threads now stand.

        All of it or, where the process ends, nothing. An answer that was contested or replied to stays so.
        """

    async def sent(self, room: Room, message: str, sent: Sequence[str]) -> None:
        """Remember which messages an answer became; nothing if the answer is not known."""

    async def answered(self, room: Room, message: str) -> Answered | None:
        """What was answered to a message; None if nothing was."""

    async def answer_with(self, room: Room, sent: str) -> Answered | None:
        """The record of the answer that a sent message is part of."""

    async def forget_answer(self, room: Room, message: str) -> None:
        """Forget what was answered to a message."""

    async def place(self, room: Room, thread: str | None) -> Place | None:
        """Where a room, or a thread in it, stands; None if nothing was shown there."""

    async def recent(self, room: Room, at_most: int) -> list[Answered]:
        """The last answers in a room that quoted something for all to see and still stand, newest first."""

    async def pressed(self, room: Room, delivery: str) -> bool:
        """Whether the press of a button was remembered."""

    async def first_time(self, room: Room, delivery: str) -> bool:
        """Remember the press of a button, after what it gives was sent; whether it was not known."""

    async def settings(self, room: Room) -> RoomSettings:
        """What a room has chosen, with the defaults for the rest."""

    async def change(self, room: Room, setting: str, value: str, changed: Changed) -> None:
        """Remember what a room has chosen: `expand` and `quiet` "on" or "off", the others as in RoomSettings."""

    async def hush(self, room: Room, thread: str) -> None:
        """Remember that nothing more is to be answered in a thread without a mention."""

    async def zone(self, room: Room, person: str) -> str:
        """The zone that a person of the room's account has chosen, as an IANA name; "" if none."""

    async def set_zone(self, room: Room, person: str, zone: str) -> None:
        """Remember a person's zone; "" forgets it."""

    async def inviter(self, room: Room) -> str:
        """Who invited the bot to a room, as the platform names them; "" if it is not known."""

    async def invited(self, room: Room, by: str) -> None:
        """Remember who invited the bot to a room."""

    async def forget(self, room: Room) -> None:
        """Forget a room and everything in it, but for its subscriptions."""

    async def move(self, room: Room, to: Room) -> None:
        """Carry everything of a room, its subscriptions too, over to the one that takes its place."""


class Directory(Protocol):
    """What a platform knows of its people and rooms."""

    async def zone(self, room: Room, person: str) -> str | None:
        """A person's time zone as their profile has it, as an IANA name; None if it is not known."""

    async def manages(self, room: Room, person: str) -> bool:
        """Whether a person manages the room: power level 50 and up in Matrix, an admin or owner in Slack."""

    async def belongs(self, room: Room, person: str) -> bool:
        """Whether a person is of the account's own people: no guest, and not of another workspace or server."""

    def link(self, room: Room, sent: str) -> str:
        """A link to a message; "" where the platform has none."""
