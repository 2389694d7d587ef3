"""`hearings ask`: a message in, a reply out; as text, or as one JSON object a message.

The JSON format is public: see docs/json.md. Nothing here needs an event loop, a store or a drawing library, so that an
answer costs little more than the interpreter's start.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator
from typing import Any

from bot.answering import apology, decide
from bot.commands.command import Facts
from bot.errors import BotError
from bot.render import render_plain
from bot.reply import Block, Passage, Place, Reply, Show
from bot.understanding import understand
from corpus.document import Document

#: Exit statuses.
ANSWERED, NOT_ANSWERED, USAGE = 0, 1, 2


def reply_to(text: str, document: Document, place: Place | None = None) -> Reply:
    """The reply to one message in a terminal.

    Args:
        place: Where the conversation stands; None at its beginning.
    """
    try:
        request = understand(text, document)
    except BotError as error:
        return apology(error)
    assert request  # every message to the terminal is meant for the bot
    return decide(request, Facts(document, place=place))


def place_after(reply: Reply, place: Place | None) -> Place | None:
    """Where a conversation stands after a reply."""
    for change in reply.changes:
        match change:
            case Show(shown):
                place = shown
    return place


def exit_status(reply: Reply) -> int:
    """0 answered, 1 the document does not say or has no such thing, 2 the message cannot be followed."""
    if reply.answered:
        return ANSWERED
    return USAGE if reply.usage else NOT_ANSWERED


def answer_lines(messages: Iterable[str], document: Document, *, conversation: bool) -> Iterator[tuple[str, Reply]]:
    """Each message with its reply; every message a conversation of its own unless they are joined."""
    place: Place | None = None
    for message in messages:
        reply = reply_to(message, document, place)
        if conversation:
            place = place_after(reply, place)
        yield message, reply


def as_json(message: str, reply: Reply) -> str:
    """One reply as a JSON object on one line. Source of the format: docs/json.md."""
    return json.dumps(
        {
            "message": message,
            "answered": reply.answered,
            "kind": reply.kind,
            "paragraphs": list(reply.paragraphs),
            "also": list(reply.also),
            "text": render_plain(reply),
            "blocks": [block_as_data(block) for block in reply.blocks],
        },
        ensure_ascii=False,
    )


def block_as_data(block: Block) -> dict[str, Any]:
    """A block as plain data, with its `type`; a passage also with its whole `text`."""
    data: dict[str, Any] = {"type": type(block).__name__.lower()}
    data |= dataclasses.asdict(block)
    if isinstance(block, Passage):
        data["text"] = block.text
        data["whole"] = block.whole
    return data
