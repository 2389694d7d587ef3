"""A reply as the contents of Slack messages, taken literally, with buttons under it.

The words stand in rich text, where nothing is markup and nobody is pinged, and again in `text`, escaped; both are cut at
the same places. Pictures and files are in words here: whoever can send them takes them out first (`files`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from adapters.slack.deliver import Content
from adapters.slack.limits import ACTIONS, LABEL, MESSAGE_BLOCKS, TEXT, VALUE
from adapters.slack.pieces import packed, pieces_of, plain_of, rich, section, without_strays
from bot.reply import Choice, Choices, Reply

#: Characters of one message's text, escaped, with room for who shared it.
MESSAGE_LIMIT = TEXT - 400
#: Characters of these that are kept for "(12 of 34)".
NUMBER_LIMIT = 20
#: Blocks of one message, with room for four more: its number, who shared it, the choices, and the buttons of a private answer.
BLOCK_LIMIT = MESSAGE_BLOCKS - 4
CHOICE = "choice"


def contents(reply: Reply) -> list[Content]:
    """A reply as messages, numbered where it takes more than one; the buttons stand under the last. None for silence."""
    pieces = pieces_of(reply.blocks)
    if not pieces:
        return []
    parts = packed(pieces, MESSAGE_LIMIT, _measure)
    if len(parts) > 1:
        parts = packed(pieces, MESSAGE_LIMIT - NUMBER_LIMIT, _measure)
    drawn: list[dict[str, Any]] = []
    for index, part in enumerate(parts, 1):
        number = f"({index} of {len(parts)})" if len(parts) > 1 else ""
        numbered = [section(number, "italic")] if number else []
        shown = [piece for piece in part if piece.kind != "choices"]
        text = f"{number}\n{plain_of(part)}" if number else plain_of(part)
        drawn.append({"text": escaped(text), "blocks": numbered + rich(shown, BLOCK_LIMIT)})
    drawn[-1]["blocks"] += buttons([c for block in reply.blocks if isinstance(block, Choices) for c in block.choices])
    return list(drawn)


def choice_of(action: str, value: str) -> Choice | None:
    """The choice that a button holds; None for one that is not ours, or of an older program."""
    if not action.startswith(CHOICE):
        return None
    try:
        words, turns = json.loads(value)
    except (ValueError, TypeError):
        return None
    return Choice("", words, turns) if isinstance(words, str) and words and isinstance(turns, bool) else None


def escaped(text: str) -> str:
    """A text that means itself where Slack reads markup.

    Source: https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    return without_strays(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def buttons(choices: Iterable[Choice]) -> list[dict[str, Any]]:
    """A row of buttons, of as many choices as fit; none for none."""
    fitting = [choice for choice in choices if len(_value(choice)) <= VALUE][:ACTIONS]
    row = [
        {
            "type": "button",
            "action_id": f"{CHOICE} {index}",
            "text": {"type": "plain_text", "text": _label(choice.label), "emoji": False},
            "value": _value(choice),
        }
        for index, choice in enumerate(fitting)
    ]
    return [{"type": "actions", "elements": row}] if row else []


def _measure(text: str) -> int:
    return len(escaped(text))


def _label(text: str) -> str:
    return text if len(text) <= LABEL else f"{text[: LABEL - 1]}…"


def _value(choice: Choice) -> str:
    return json.dumps([choice.words, choice.turns], ensure_ascii=False)
