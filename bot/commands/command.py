"""What a command is: a name, its help, its examples, and two plain functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from bot.hearing import Said
from bot.message import Room
from bot.ports import RoomSettings
from bot.reply import Place, Reply
from corpus.document import Document

if TYPE_CHECKING:
    from bot.digests.subscriptions import Posting, Subscription


#: The room of facts that belong to none.
NOWHERE = Room("", "", "")


class Fact(StrEnum):
    """What a command may ask the shell for, besides the document."""

    PLACE = "place"
    NOW = "now"
    ZONE = "zone"
    SETTINGS = "settings"
    RIGHTS = "rights"
    RECENT = "recent"
    DIGESTS = "digests"
    POSTINGS = "postings"
    ALL_DIGESTS = "all digests"


@dataclass(frozen=True, slots=True)
class Rights:
    """Whether the asker may change what the room has chosen.

    Attributes:
        inviter: Who invited the bot, as the platform names them; "" if it is not known.
    """

    may_change: bool = True
    inviter: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer that was given in this room: when (UTC), the paragraphs quoted, and a link to it ("" if there is none)."""

    at: datetime
    numbers: tuple[int, ...]
    link: str = ""


@dataclass(frozen=True, slots=True)
class Digests:
    """What is known of digests.

    Attributes:
        posted: Whether whoever runs the bot here posts them; else none can be ordered.
        at_most: Digests that a room may have at a time.
        here: The room's, stopped and finished ones included, in the order in which they were ordered.
        postings: Their last postings, newest first, by their numbers, with a link to each; "" where there is none.
        elsewhere: Those of the account's rooms that the asker manages, or that they ordered.
    """

    posted: bool = False
    at_most: int = 5
    here: tuple[Subscription, ...] = ()
    postings: Mapping[int, tuple[tuple[Posting, str], ...]] = field(default_factory=dict)
    elsewhere: tuple[Subscription, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What a command decides from. Only the facts that it names are filled in, but for those of the message itself.

    Attributes:
        asker: Who asks, as the platform names them.
        direct: Whether nobody else is in the room.
        in_thread: Whether the message stands in a thread.
        threads: Whether there are threads where it stands.
        place: Where this room or thread stands; None if nothing was shown here.
        now: The moment, in UTC.
        zone: The asker's time zone as an IANA name, in a private reply only; None if unknown.
        settings: What the room has chosen.
        recent: What was shown in this room last, newest first.
        room: Where the message stands, and its id there.
        digests: What is known of digests here.
    """

    document: Document
    place: Place | None = None
    now: datetime | None = None
    zone: str | None = None
    asker: str = ""
    direct: bool = True
    in_thread: bool = False
    threads: bool = True
    settings: RoomSettings = field(default_factory=RoomSettings)
    rights: Rights = Rights()
    recent: tuple[Shown, ...] = ()
    room: Room = NOWHERE
    message: str = ""
    digests: Digests = Digests()


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that people can say.

    Attributes:
        name: The reply's kind.
        usage: How to write it, in one line.
        summary: What one gets, in one line.
        examples: Messages that this command answers; a test sends them through the whole understanding.
        answer: The request and the facts to the Reply; pure.
        words: First words that name it.
        parse: A message that begins with one of them to a request; None where it means something else.
        recognise: Any message to a request; None where it is not this command's.
        needs: The facts that `answer` uses.
        hidden: Whether help leaves it out.
    """

    name: str
    usage: str
    summary: str
    examples: tuple[str, ...]
    answer: Callable[[Any, Facts], Reply]
    words: tuple[str, ...] = ()
    parse: Callable[[Said], Any | None] | None = None
    recognise: Callable[[Said], Any | None] | None = None
    needs: frozenset[Fact] = frozenset()
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """What the core understood: a command, and what it is to answer.

    Attributes:
        follow_up: Whether the message is wholly a reference or a move, so that it may be answered in a thread without a
            mention.
    """

    command: Command
    value: Any
    follow_up: bool = False
