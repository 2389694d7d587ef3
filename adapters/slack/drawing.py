"""A reply as the contents of Slack messages: the plain rendering, taken literally, with buttons under it.

The words stand in `plain_text`, where nothing is markup and nobody is pinged, and again in `text`, escaped.
Source: https://docs.slack.dev/reference/block-kit/composition-objects/text-object
"""

from __future__ import annotations

import json
from typing import Any

from adapters.slack.deliver import Content
from bot.render import head, render_plain, split
from bot.reply import Choice, Choices, Reply
from corpus.document import Document

#: Characters of a section's text.
#: Source: https://docs.slack.dev/reference/block-kit/blocks/section-block
SECTION_LIMIT = 3_000
#: Characters of one message: what all its blocks may hold together, with room to spare, as found by others.
#: Source: https://github.com/slackapi/bolt-js/issues/2509
MESSAGE_LIMIT = 11_000
#: Characters of a button's text and value.
#: Source: https://docs.slack.dev/reference/block-kit/block-elements/button-element
LABEL_LIMIT = 75
VALUE_LIMIT = 2_000
#: Buttons in a row of them.
#: Source: https://docs.slack.dev/reference/block-kit/blocks/actions-block
ROW_LIMIT = 25
CHOICE = "choice"


def contents(reply: Reply) -> list[Content]:
    """A reply as messages, numbered where it takes more than one; the buttons stand under the last. None for silence."""
    if not reply.blocks:
        return []
    parts = split(render_plain(reply), MESSAGE_LIMIT)
    drawn: list[dict[str, Any]] = [{"text": escaped(part), "blocks": _sections(part)} for part in parts]
    drawn[-1]["blocks"] += _buttons(reply)
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
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def home(document: Document, *, command: str, zone: str) -> dict[str, Any]:
    """The App Home: what can be asked, and the time zone of whoever looks.

    Args:
        zone: As an IANA name; "" where it is not known.
    """
    name = document.edition.short_title or document.name
    lines = [
        f"I quote the {name[:1].lower()}{name[1:]} word for word, with paragraph numbers.",
        f"Write to me, mention me in a channel, or use {command}: para {document.middle}, topics, outline, or a question.",
        "help lists all.",
        "In a thread, choose “Find in the document” in a message's menu.",
        f"Your time zone: {zone}." if zone else "Your time zone is not known. Write to me: timezone Europe/Zurich",
    ]
    return {"type": "home", "blocks": [_section(line) for line in lines]}


def _sections(text: str) -> list[dict[str, Any]]:
    sections = []
    while text:
        part = head(text, SECTION_LIMIT, len)
        text = text[len(part) :].lstrip()
        sections.append(_section(part.rstrip()))
    return sections


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "plain_text", "text": text, "emoji": False}}


def _buttons(reply: Reply) -> list[dict[str, Any]]:
    choices = [choice for block in reply.blocks if isinstance(block, Choices) for choice in block.choices]
    fitting = [choice for choice in choices if len(_value(choice)) <= VALUE_LIMIT][:ROW_LIMIT]
    buttons = [
        {
            "type": "button",
            "action_id": f"{CHOICE} {index}",
            "text": {"type": "plain_text", "text": _label(choice.label), "emoji": False},
            "value": _value(choice),
        }
        for index, choice in enumerate(fitting)
    ]
    return [{"type": "actions", "elements": buttons}] if buttons else []


def _label(text: str) -> str:
    return text if len(text) <= LABEL_LIMIT else f"{text[: LABEL_LIMIT - 1]}…"


def _value(choice: Choice) -> str:
    return json.dumps([choice.words, choice.turns], ensure_ascii=False)
