"""A reply as the contents of Slack messages, taken literally, with buttons under it.

The words stand in rich text, where nothing is markup and nobody is pinged, and again in `text`, escaped. What takes
more than one message stands in them as it is rendered plainly.
Source: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby, pairwise
from typing import Any

from adapters.slack.deliver import Content
from adapters.slack.limits import ACTIONS, INDENT, LABEL, MESSAGE_BLOCKS, SECTION, TEXT, VALUE
from bot.render import copy_text, head, passage_remarks, passage_title, render_block, render_plain, split
from bot.reply import (
    Block,
    Bullets,
    Choice,
    Choices,
    Copyable,
    File,
    Heading,
    Passage,
    Picture,
    Reply,
    Row,
    Text,
    Timetable,
)
from corpus.document import Document

#: Characters of one message's text, escaped, with room for who shared it.
MESSAGE_LIMIT = TEXT - 400
#: Blocks of one message, with room for three more: who shared it, the choices, and the buttons of a private answer.
BLOCK_LIMIT = MESSAGE_BLOCKS - 3
#: What no text has: controls but tab and line feed, and halves of characters.
_STRAY = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
CHOICE = "choice"


def contents(reply: Reply) -> list[Content]:
    """A reply as messages, numbered where it takes more than one; the buttons stand under the last. None for silence."""
    if not reply.blocks:
        return []
    reply = replace(reply, blocks=tuple(map(_in_words, reply.blocks)))
    parts = split(render_plain(reply), MESSAGE_LIMIT, lambda text: len(escaped(text)))
    drawn: list[dict[str, Any]] = [{"text": escaped(part), "blocks": _sections(part)} for part in parts]
    rich = [_rich(block) for block in reply.blocks if not isinstance(block, Choices)]
    if len(parts) == 1 and 0 < len(rich) <= BLOCK_LIMIT:
        drawn[0]["blocks"] = rich
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
    return _STRAY.sub("", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


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


def _in_words(block: Block) -> Block:
    """What would be a file, in words: none are sent here yet."""
    if isinstance(block, Picture | File):
        return Text(f"I cannot send files in Slack yet; here it is in words.\n\n{block.alternative}")
    return block


def _rich(block: Block) -> dict[str, Any]:
    """One block of a reply, in the words of `render_block` and their order."""
    match block:
        case Passage() if block.to_copy:
            elements = [_element("preformatted", _span(copy_text(block)))]
        case Passage():
            under = "\n".join([*passage_remarks(block), block.source])
            elements = [
                _element("section", _span(passage_title(block), "bold")),
                _element("quote", *_quotation(block)),
                _element("section", _span(under, "italic")),
            ]
        case Copyable(text):
            elements = [_element("preformatted", _span(text))]
        case Heading(text):
            elements = [_element("section", _span(text, "bold"))]
        case Bullets(items):
            levels = [(min(block.level(index), INDENT), item) for index, item in enumerate(items)]
            elements = [_list((item for _, item in run), level) for level, run in groupby(levels, lambda pair: pair[0])]
        case Timetable(rows, zone):
            elements = [element for row in rows for element in _row(row)]
            elements += [_element("section", _span(f"({zone})", "italic"))] if zone else []
        case _:
            elements = [_element("section", _span(render_block(block)))]
    return {"type": "rich_text", "elements": elements}


def _quotation(passage: Passage) -> list[dict[str, Any]]:
    """The quotation, with what answers on a line of its own and what matched in bold."""
    first, end = passage.answer or (0, 0)
    parts = [(0, first, ""), (first, end, "Answer: "), (end, len(passage.sentences), "")]
    spans: list[dict[str, Any]] = []
    start = 0
    for begin, stop, lead in parts:
        if begin == stop:
            continue
        words = " ".join(passage.sentences[begin:stop])
        spans += [_span("\n")] if spans else []
        spans += [_span(lead, "bold")] if lead else []
        spans += [_span("“"), *_marked(words, start, passage.marks, bold=bool(lead)), _span("”")]
        start += len(words) + 1
    return spans


def _marked(words: str, start: int, marks: Iterable[tuple[int, int]], *, bold: bool) -> list[dict[str, Any]]:
    cuts = {0, len(words)}
    inside = [(max(first - start, 0), min(end - start, len(words))) for first, end in marks]
    inside = [(first, end) for first, end in inside if first < end]
    cuts.update(place for pair in inside for place in pair)
    places = sorted(cuts)
    return [
        _span(words[first:end], *(["bold"] if bold or any(a <= first and end <= b for a, b in inside) else []))
        for first, end in pairwise(places)
    ]


def _row(row: Row) -> list[dict[str, Any]]:
    title = f". {row.title}" if row.title else ""
    line = _element("section", _span(row.times, "bold"), _span(f": {row.name}{title}"))
    return [line, _list(row.details, 0)] if row.details else [line]


def _list(items: Iterable[str], indent: int) -> dict[str, Any]:
    elements = [_element("section", _span(item)) for item in items]
    return {"type": "rich_text_list", "style": "bullet", "indent": indent, "elements": elements}


def _element(kind: str, *spans: dict[str, Any]) -> dict[str, Any]:
    return {"type": f"rich_text_{kind}", "elements": list(spans)}


def _span(text: str, *styles: str) -> dict[str, Any]:
    span: dict[str, Any] = {"type": "text", "text": _STRAY.sub("", text) or " "}
    return span | ({"style": dict.fromkeys(styles, True)} if styles else {})


def _sections(text: str) -> list[dict[str, Any]]:
    sections = []
    while text:
        part = head(text, SECTION, len)
        text = text[len(part) :].lstrip()
        sections.append(_section(part.rstrip()))
    return sections


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "plain_text", "text": _STRAY.sub("", text) or " ", "emoji": False}}


def _buttons(reply: Reply) -> list[dict[str, Any]]:
    choices = [choice for block in reply.blocks if isinstance(block, Choices) for choice in block.choices]
    fitting = [choice for choice in choices if len(_value(choice)) <= VALUE][:ACTIONS]
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
    return text if len(text) <= LABEL else f"{text[: LABEL - 1]}…"


def _value(choice: Choice) -> str:
    return json.dumps([choice.words, choice.turns], ensure_ascii=False)
