"""What stands under an answer that one person alone sees: share it in the channel, or have it in direct messages.

A button holds the words that give the same answer anywhere, so that it works after a restart and nothing is kept for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adapters.slack.deliver import Content
from adapters.slack.drawing import escaped
from adapters.slack.limits import VALUE
from bot.errors import BotError
from bot.reply import Reply, Show, numbers
from bot.understanding import understand
from corpus.document import Document
from corpus.errors import CorpusError

#: The names of the buttons.
SHARE = "share"
SEND = "send"
#: Characters of a name; Slack's own are no longer.
#: Source: https://docs.slack.dev/reference/objects/user-object, display_name
NAME_AT_MOST = 80
#: Commands that mean something else elsewhere.
RELATIVE = frozenset({"move"})


def words_for(reply: Reply, text: str, document: Document) -> str:
    """The words that give the same answer anywhere; "" where it is of no use to others, or nobody could type them."""
    if not reply.answered or not all(isinstance(change, Show) for change in reply.changes):
        return ""
    if reply.kind in {"help", "settings", "smalltalk", "recent", "privacy"}:
        return ""
    try:
        request = understand(text, document)
    except (BotError, CorpusError):
        return ""
    if request and request.command.name in RELATIVE:
        if not reply.paragraphs:
            return ""
        text = f"para{'s' * (len(reply.paragraphs) > 1)} {numbers(reply.paragraphs)}"
    return text if len(text) <= VALUE else ""


def offered(contents: Sequence[Content], words: str) -> list[Content]:
    """An answer with the two buttons under its last part."""
    *before, last = contents
    row = {
        "type": "actions",
        "elements": [_button(SHARE, "Share in channel", words), _button(SEND, "Send to my DM", words)],
    }
    return [*before, {**last, "blocks": [*last["blocks"], row]}]


def shared(contents: Sequence[Content], name: str) -> list[Content]:
    """An answer that says who shared it; their name pings nobody."""
    first, *rest = contents
    said = f"Shared by {name[:NAME_AT_MOST]}"
    line: dict[str, Any] = {"type": "context", "elements": [{"type": "plain_text", "text": said, "emoji": False}]}
    return [{**first, "text": f"{escaped(said)}\n\n{first['text']}", "blocks": [line, *first["blocks"]]}, *rest]


def _button(name: str, label: str, words: str) -> dict[str, Any]:
    return {
        "type": "button",
        "action_id": name,
        "text": {"type": "plain_text", "text": label, "emoji": False},
        "value": words,
    }
