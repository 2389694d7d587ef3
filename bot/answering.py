"""Deciding, which is pure: a request and the facts to a Reply, and every error that a person can meet as a Reply."""

from __future__ import annotations

from bot.commands.command import Facts, Request
from bot.errors import BotError, MessageTooLong, UsageError
from bot.reply import Choice, Choices, Reply, Text, Visibility
from corpus.errors import CorpusError


def decide(request: Request, facts: Facts) -> Reply:
    """The reply to a request: the same for the same facts."""
    try:
        return request.command.answer(request.value, facts)
    except (BotError, CorpusError) as error:
        return apology(error)


def apology(error: Exception) -> Reply:
    """What the person who wrote the message is told, and nobody else."""
    text = str(error)
    said = text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")
    blocks = (Text(said), Choices((Choice("What I can do", "help"),)))
    return Reply(
        "error",
        blocks,
        answered=False,
        visibility=Visibility.ASKER,
        usage=isinstance(error, UsageError | MessageTooLong),
    )
