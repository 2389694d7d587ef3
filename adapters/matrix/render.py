"""A reply as the contents of Matrix messages: pure, and free of the client library.

`body` is the plain rendering, whole and in words; `formatted_body` the same richer, in the elements that every client
shows. Nothing that a person or the document wrote is markup, and `m.mentions` is empty, so that nobody is pinged.
Source: https://spec.matrix.org/v1.15/client-server-api/#mroommessage-msgtypes
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, assert_never

from adapters.matrix.markup import Element, Run, Writer, as_html, cut, flowing, plain_text
from bot.render import copy_text, head, passage_remarks
from bot.reply import (
    Block,
    Bullets,
    Choices,
    Copyable,
    File,
    Heading,
    Passage,
    Picture,
    Reply,
    Text,
    Timetable,
    Visibility,
)

#: The content of an `m.room.message`.
Content = dict[str, Any]

#: Bytes of a whole event. https://spec.matrix.org/v1.15/client-server-api/#size-limits
EVENT_LIMIT = 65_536
#: Bytes kept for what is no text: ids, relations, hashes, signatures, the events before (at most 20) and the authorising
#: ones, what encryption adds. https://spec.matrix.org/v1.15/rooms/v12/#event-format
ENVELOPE = 6_000
#: Bytes that the texts of one message may have, so that the event holds them encrypted, which is in base64: 4 for 3.
TEXT_LIMIT = (EVENT_LIMIT - ENVELOPE) * 3 // 4

FORMAT = "org.matrix.custom.html"


def render(reply: Reply, *, private: bool, limit: int = TEXT_LIMIT) -> list[Content]:
    """A reply as messages, numbered where it takes more than one.

    Args:
        private: Whether it is for one person and stands in a shared room: then it is one line, help a short list.
        limit: The most that `size` may say of one message.
    """
    notice = reply.visibility is Visibility.ASKER or reply.kind == "error"
    kind = "m.notice" if notice else "m.text"
    runs = _short(reply) if private else _runs(reply, "\n\n")
    body, formatted = plain_text(runs), as_html(runs)
    if size(body, formatted) <= limit:
        return [_content(kind, body, formatted)]
    room = limit - size(*_numbered("", "", 999, 999))
    parts = cut(runs, lambda text, measure: head(text, room, measure), size)
    return [_content(kind, *_numbered(*part, index, len(parts))) for index, part in enumerate(parts, 1)]


def size(body: str, formatted: str) -> int:
    """Bytes that a message's texts take at most: an edit holds `body` twice, and nio encrypts JSON in ASCII."""
    return 2 * len(json.dumps(body)) + len(json.dumps(formatted))


def edited(content: Content, event_id: str) -> Content:
    """What puts a content in the place of a message of the bot's."""
    return {
        "msgtype": content["msgtype"],
        "body": f"* {content['body']}",
        "m.mentions": {},
        "m.new_content": content,
        "m.relates_to": {"rel_type": "m.replace", "event_id": event_id},
    }


def related(content: Content, *, event_id: str, thread: str | None) -> Content:
    """A content as an answer to a message, in a thread if one is given.

    Args:
        thread: The root of the thread; the message itself where its answer opens one. To clients that know no threads
            that is a reply, others need not be shown the root again.
    """
    relation: dict[str, Any] = {"m.in_reply_to": {"event_id": event_id}}
    if thread is not None:
        relation |= {"rel_type": "m.thread", "event_id": thread, "is_falling_back": thread == event_id}
    return {**content, "m.relates_to": relation}


def _content(kind: str, body: str, formatted: str) -> Content:
    return {"msgtype": kind, "body": body, "format": FORMAT, "formatted_body": formatted, "m.mentions": {}}


def _numbered(body: str, formatted: str, index: int, count: int) -> tuple[str, str]:
    return f"({index} of {count})\n{body}", f"<p><em>({index} of {count})</em></p>{formatted}"


def _runs(reply: Reply, gap: str) -> list[Run]:
    to = Writer()
    for index, block in enumerate(reply.blocks):
        if index:
            to.write(gap, "")
        _block(to, block, reply.kind)
    return to.runs


def _short(reply: Reply) -> list[Run]:
    """One line; a list where the reply is more than lines of text."""
    if any(isinstance(block, Passage | Bullets | Timetable) for block in reply.blocks):
        return _runs(reply, "\n")
    to = Writer()
    for index, block in enumerate(reply.blocks):
        if index:
            to.write(" ")
        match block:
            case Choices():
                _choices(to, block)
            case Heading(text) | Text(text) | Copyable(text) | Picture(_, _, text) | File(_, _, _, text):
                to.write(text)
            case _:
                raise AssertionError
    return flowing(to.runs)


def _block(to: Writer, block: Block, kind: str) -> None:
    match block:
        case Passage():
            _passage(to, block)
        case Heading(text):
            to.write(text, None, "h4")
        case Text(text) | Picture(_, _, text) | File(_, _, _, text):
            to.write(text, None, "p")
        case Copyable(text):
            # `pre` keeps lines, and does not wrap them: what is one line is read more easily as wrapping code.
            to.write(text, None, *(("pre", "code") if "\n" in text else ("p", "code")))
        case Choices():
            with to.within("p"):
                _choices(to, block)
        case Bullets():
            _bullets(to, block, examples=kind == "help")
        case Timetable():
            _timetable(to, block)
        case _:
            assert_never(block)


def _choices(to: Writer, block: Choices) -> None:
    for index, choice in enumerate(block.choices):
        if index:
            to.write("; ", " · ")
        to.write(f"{choice.label.partition(':')[0]}: ")
        to.write(choice.words, None, "code")


def _passage(to: Writer, passage: Passage) -> None:
    if passage.to_copy:
        to.write(copy_text(passage), None, "blockquote")
        return
    with to.within("p"):
        to.write(f"Paragraph {passage.number}", None, "strong")
        if passage.section:
            to.write(f", section {passage.section.replace('.', ' ')}", f", section {passage.section}")
        to.write(f": {passage.title}")
    to.write("\n", "")
    with to.within("blockquote"):
        _quotation(to, passage)
    to.write("\n", "")
    with to.within("p"):
        remarks = passage_remarks(passage)
        if not passage.whole:
            said, colon, words = remarks.pop(0).rpartition(": ")
            to.write(said + colon)
            to.write(words, None, "code")
            to.write("\n")
        for remark in remarks:
            to.write(f"{remark}\n")
        to.write(passage.source, None, "em")


def _quotation(to: Writer, passage: Passage) -> None:
    """The sentences; those that answer on lines of their own, after the word that says so."""
    sentences = passage.sentences
    first, end = passage.answer or (0, 0)
    parts = [part for part in ((0, first), (first, end), (end, len(sentences))) if part[0] < part[1]]
    at = 0
    for index, (start, stop) in enumerate(parts):
        if index:
            to.write("\n")
        if passage.answer == (start, stop):
            to.write("Answer:", None, "strong")
            to.write(" ")
        text = " ".join(sentences[start:stop])
        to.write("“")
        _marked(to, text, [(max(a - at, 0), b - at) for a, b in passage.marks])
        to.write("”")
        at += len(text) + 1


def _marked(to: Writer, text: str, marks: Iterable[tuple[int, int]]) -> None:
    at = 0
    for start, end in sorted(marks):
        start, end = max(start, at), min(end, len(text))  # noqa: PLW2901
        if start < end:
            to.write(text[at:start])
            to.write(text[start:end], None, "strong")
            at = end
    to.write(text[at:])


def _bullets(to: Writer, block: Bullets, *, examples: bool) -> None:
    """A list with the lists in it; in one of examples, what stands before the dash are words to type."""
    items: list[tuple[Element, ...]] = []  # where the last item of each level stands
    for index, item in enumerate(block.items):
        to.write(f"{chr(10) if index else ''}{'  ' * block.level(index)}- ", "")
        level = min(block.level(index), len(items))
        above = items[level - 1] if level else ()
        among = items[level][:-1] if level < len(items) else (*above, to.element("ul"))
        items[level:] = [(*among, to.element("li"))]
        with to.inside(items[level]):
            if examples:
                _example(to, item)
            else:
                to.write(item)


def _example(to: Writer, item: str) -> None:
    usage, dash, summary = item.partition(" — ")
    for index, words in enumerate(usage.split(" · ")):
        if index:
            to.write(" · ")
        to.write(words, None, "code")
    to.write(dash + summary)


def _timetable(to: Writer, block: Timetable) -> None:
    """A list and no table, which is too wide for a phone."""
    with to.within("ul"):
        for index, row in enumerate(block.rows):
            if index:
                to.write("\n", "")
            with to.within("li"):
                to.write(row.times, None, "strong")
                to.write(": ", "\n")
                to.write(row.name + (f". {row.title}" if row.title else ""))
                if row.details:
                    with to.within("ul"):
                        for detail in row.details:
                            to.write("\n  - ", "")
                            to.write(detail, None, "li")
    if block.zone:
        to.write("\n", "")
        to.write(f"({block.zone})", None, "p", "em")
