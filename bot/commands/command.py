"""What a command is: a name, its help, its examples, and two plain functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.hearing import Said
from bot.reply import Place, Reply
from corpus.document import Document


class Fact(StrEnum):
    """What a command may ask the shell for, besides the document."""

    PLACE = "place"
    NOW = "now"
    ZONE = "zone"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a command decides from. Only the facts that it names are filled in.

    Attributes:
        place: Where this room or thread stands; None if nothing was shown here.
        now: The moment, in UTC.
        zone: The asker's time zone as an IANA name, in a private reply only; None if unknown.
    """

    document: Document
    place: Place | None = None
    now: datetime | None = None
    zone: str | None = None


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
