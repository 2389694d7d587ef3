"""`hearings ask`: a message in, a reply out; as text, or as one JSON object a message.

The JSON format is public: see docs/json.md. Nothing here needs an event loop, a store or a drawing library, so that an
answer costs little more than the interpreter's start.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from bot.answering import apology, decide
from bot.commands.command import Facts, Shown
from bot.errors import BotError
from bot.ports import Changed, RoomSettings
from bot.render import render_block, render_plain
from bot.reply import Block, Choose, Hush, OwnZone, Passage, Picture, Place, Reply, Show, Visibility
from bot.understanding import understand
from corpus.document import Document

#: Exit statuses.
ANSWERED, NOT_ANSWERED, USAGE = 0, 1, 2
#: Columns of a drawing in text where there is no terminal to measure.
WIDTH = 80
#: Who asks in a terminal.
ASKER = "you"
#: Answers that a conversation remembers for `recent`; as many as the shell hands to the command.
RECENT_AT_MOST = 10


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a conversation in a terminal goes on from, in memory only.

    Attributes:
        place: Where it stands in the document; None at its beginning.
        zone: The person's time zone as an IANA name; "" if they have named none.
        recent: What was shown, newest first.
    """

    place: Place | None = None
    zone: str = ""
    settings: RoomSettings = field(default_factory=RoomSettings)
    recent: tuple[Shown, ...] = ()


def reply_to(text: str, document: Document, conversation: Conversation | None = None) -> Reply:
    """The reply to one message in a terminal, which is a direct chat without threads.

    Args:
        conversation: What came before; None at its beginning.
    """
    before = conversation or Conversation()
    try:
        request = understand(text, document)
    except BotError as error:
        return apology(error)
    assert request  # every message to the terminal is meant for the bot
    facts = Facts(
        document,
        place=before.place,
        now=_now(),
        zone=before.zone or None,
        asker=ASKER,
        threads=False,
        settings=before.settings,
        recent=before.recent,
    )
    return decide(request, facts)


def continued(before: Conversation, reply: Reply) -> Conversation:
    """A conversation after a reply."""
    after = before
    for change in reply.changes:
        match change:
            case Show(place):
                after = replace(after, place=place.after(before.place))
            case OwnZone(zone):
                after = replace(after, zone=zone)
            case Choose(setting, value):
                changed = Changed(ASKER, _now())
                after = replace(after, settings=after.settings.with_change(setting, value, changed))
            case Hush():
                pass  # there are no threads
    if reply.paragraphs and reply.visibility is Visibility.EVERYONE:
        after = replace(after, recent=(Shown(_now(), reply.paragraphs), *after.recent)[:RECENT_AT_MOST])
    return after


def _now() -> datetime:
    return datetime.now(UTC)


def exit_status(reply: Reply) -> int:
    """0 answered, 1 the document does not say or has no such thing, 2 the message cannot be followed."""
    if reply.answered:
        return ANSWERED
    return USAGE if reply.usage else NOT_ANSWERED


def answer_lines(messages: Iterable[str], document: Document, *, conversation: bool) -> Iterator[tuple[str, Reply]]:
    """Each message with its reply; every message a conversation of its own unless they are joined."""
    so_far = Conversation()
    for message in messages:
        reply = reply_to(message, document, so_far)
        if conversation:
            so_far = continued(so_far, reply)
        yield message, reply


def as_text(reply: Reply, document: Document, width: int = WIDTH) -> str:
    """A reply as plain text, with a drawing in text under the words of each picture."""
    parts = []
    for block in reply.blocks:
        parts.append(render_block(block))
        if isinstance(block, Picture):
            from adapters.terminal.sketch import sketch

            parts.append(sketch(block, document, width))
    return "\n\n".join(part for part in parts if part)


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
