"""What a message asks for: the text to a command with its request.

A message whose first word names a command is that command's, if its grammar takes the rest. Any other goes to the first
command of the table that recognises it; the last of them takes every question. A first word that is nearly a command's
name, in a short message, is offered as that command and never guessed.

The commonest message of all, "para 32", is understood before the other commands are even loaded.
"""

from __future__ import annotations

from functools import cache

from bot.commands.command import Command, Request
from bot.commands.paragraph import PARAGRAPH
from bot.errors import MessageTooLong, UsageError
from bot.hearing import READ_AT_MOST, Said, hear, plain
from bot.reply import shortened
from corpus.document import Document

#: Words in a message up to which its first word may be a mistyped command.
SHORT = 4

#: Commands that go on from what was shown in a thread.
FOLLOWING = frozenset({"move", "more"})

#: What people may mistype besides the words of the table.
_OTHER_NAMES = ("outline", "contents", "next", "previous", "help", "about", "privacy", "footnotes")


@cache
def _by_word() -> dict[str, tuple[Command, ...]]:
    """The commands that a first word names, in the table's order."""
    from bot.commands.table import COMMANDS

    words = {word for command in COMMANDS for word in command.words}
    return {word: tuple(command for command in COMMANDS if word in command.words) for word in words}


def understand(text: str, document: Document, *, addressed: bool = True) -> Request | None:
    """The request in a message; None where it is not for the bot, or says nothing.

    Args:
        addressed: Whether the message was meant for the bot; if not, only references with their noun count.

    Raises:
        UsageError: It names a command and cannot be followed; the message shows how to write it.
        MessageTooLong: It has no reference and is longer than the bot reads.
    """
    said = hear(text, document, addressed=addressed)
    if not addressed:
        return _references_only(said)
    if not any(ch.isalnum() for ch in said.text):
        if said.text.strip("?! .") == "" and "?" in said.text:
            said = hear("help", document)
        else:
            raise UsageError(_nothing_said(text, document))
    for named in (PARAGRAPH,) if said.first in PARAGRAPH.words else _by_word().get(said.first, ()):
        if named.parse and (value := named.parse(said)) is not None:
            return Request(named, value, said.references.whole)
    if len(text) > READ_AT_MOST and not said.references:
        raise MessageTooLong(
            f"that message has {len(text):,} characters and I read the first {READ_AT_MOST:,}, which refer to no paragraph: "
            f"ask in a sentence or two, or name a paragraph, such as para {document.first}"
        )
    _refuse_mistyped(said)
    from bot.commands.table import COMMANDS

    for command in COMMANDS[:-1]:
        if command.recognise and (value := command.recognise(said)) is not None:
            return Request(command, value, command.name in FOLLOWING or said.references.whole)
    question = COMMANDS[-1]
    assert question.recognise
    value = question.recognise(said)
    if value is None:
        raise UsageError(_nothing_said(text, document))
    return Request(question, value)


def _references_only(said: Said) -> Request | None:
    from bot.commands.section import SECTION

    for command in (PARAGRAPH, SECTION):
        assert command.recognise
        references = said.references
        if (references.paragraphs or references.sections) and (value := command.recognise(said)) is not None:
            return Request(command, value)
    return None


def _nothing_said(text: str, document: Document) -> str:
    if any(ch.isdecimal() for ch in text):
        seen = f"“{shortened(plain(text))}” names no paragraph"
    else:
        seen = "that is " + ("a message without words or numbers" if text.strip() else "an empty message")
    return f"{seen}: write, for example, para {document.first}, topics, or a question; help lists all"


def _refuse_mistyped(said: Said) -> None:
    words = said.bare.split()
    if not 1 <= len(words) <= SHORT or len(said.first) < 4 or not said.first.isalpha() or said.bare.endswith("?"):
        return
    names = [*_by_word(), *_OTHER_NAMES]
    if said.first in names or said.first.rstrip("s") in names:
        return
    from corpus.search import nearest

    near = nearest(said.first, names)
    answers = said.document.answers
    if (
        near is None
        or said.document.topics.named(said.bare)
        or (answers.knows(said.first) and not answers.is_slip(said.first))
    ):
        return
    meant = " ".join([near, *words[1:]])
    raise UsageError(f"I know no command “{said.first}”; did you mean {meant}? help lists all")
