"""`help`, `help cite`: what people can say, made from the commands themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.commands.command import Command, Facts
from bot.hearing import Said
from bot.reply import Block, Bullets, Choice, Choices, Heading, Reply, Text, Visibility
from corpus.patterns import lazy

_HELP = lazy(
    r"(?:help|commands?|usage|what can (?:you|i|we) (?:do|ask|say)(?: (?:you|here))?|how (?:do|does) (?:this|it|you) work|"
    r"how (?:do|can) i use (?:this|you|it|the bot)|instructions|man|\?+)(?:\s+(?:me\s+)?(?:with\s+|on\s+|about\s+)?(?P<what>[\w-]+(?: \w+)?))?[\s?.!]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class HelpRequest:
    """The command asked about; "" for all."""

    name: str


def recognise_help(said: Said) -> HelpRequest | None:
    """A message that asks what people can say."""
    match = _HELP.fullmatch(said.bare) if len(said.bare) < 60 else None
    if not match:
        return None
    name = (match["what"] or "").casefold()
    if " " in name:
        first = name.split()[0]
        return HelpRequest(first) if _names(first) else None  # "help after return" is about help
    return HelpRequest("" if name in {"me", "please", "all", "commands", "here"} else name)


def _names(word: str) -> bool:
    from bot.commands.table import COMMANDS

    return any(word == command.name or word in command.words for command in COMMANDS)


def answer_help(request: HelpRequest, facts: Facts) -> Reply:
    """Every command with its usage, or one with its examples. Seen by the asker alone, where that is possible."""
    from bot.commands.table import SHOWN

    if not request.name:
        return _all(SHOWN, facts)
    for command in SHOWN:
        if request.name == command.name or request.name in command.words or request.name.rstrip("s") == command.name:
            return _one(command)
    return _unknown(request.name, SHOWN)


def _all(shown: Sequence[Command], facts: Facts) -> Reply:
    document = facts.document
    blocks: list[Block] = [
        Heading("What you can say"),
        Text(
            f"Answers are the exact words of the {document.edition.short_title.lower() or document.name}, with the paragraph number."
        ),
        Bullets(tuple(f"{command.usage} — {command.summary}" for command in shown)),
        Choices(
            (
                Choice("All sections", "outline"),
                Choice("All topics", "topics"),
                Choice("What this document is", "about"),
            )
        ),
    ]
    return Reply("help", tuple(blocks), visibility=Visibility.ASKER)


def _one(command: Command) -> Reply:
    return Reply(
        "help",
        (Heading(command.name.capitalize()), Text(command.summary), Bullets(command.examples)),
        visibility=Visibility.ASKER,
    )


def _unknown(name: str, shown: Sequence[Command]) -> Reply:
    from corpus.search import nearest

    near = nearest(name, [command.name for command in shown])
    text = f"There is no command “{name}”."
    if near:
        blocks: tuple[Block, ...] = (
            Text(text),
            Choices((Choice(f"Help on {near}", f"help {near}"), Choice("All commands", "help"))),
        )
    else:
        blocks = (Text(text), Choices((Choice("All commands", "help"),)))
    return Reply("error", blocks, answered=False, visibility=Visibility.ASKER)


HELP = Command(
    name="help",
    usage="help · help cite",
    summary="This list; or examples of one command.",
    examples=("help", "help cite", "what can you do?"),
    answer=answer_help,
    words=(),
    recognise=recognise_help,
)
