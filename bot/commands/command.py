"""What a command is: a name, its help, its examples, and two plain functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.hearing import Said
from bot.ports import RoomSettings
from bot.reply import Place, Reply
from corpus.document import Document


class Fact(StrEnum):
    """What a command may ask the shell for, besides the document."""

    PLACE = "place"
    NOW = "now"
    ZONE = "zone"
    SETTINGS = "settings"
    RIGHTS = "rights"
    RECENT = "recent"


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
