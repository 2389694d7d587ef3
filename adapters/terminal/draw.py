"""Replies drawn in a terminal: number, section path and text told apart at a glance, on narrow and wide screens.

What a colour says, the words say too; without colours nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import assert_never

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.segment import Segment
from rich.style import Style
from rich.table import Table
from rich.text import Text as Rich

from adapters.terminal.sketch import sketch
from bot.render import copy_text, passage_remarks
from bot.reply import Block, Bullets, Choices, Copyable, File, Heading, Passage, Picture, Reply, Text, Timetable
from corpus.document import Document

#: Columns that running text is kept to on a wide screen, so that a line can be followed.
READABLE = 92
#: Columns below which a timetable's times stand above what they time.
NARROW = 60

_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

NUMBER, PATH, FAINT, ANSWER, MARK, KEY = "bold cyan", "green", "bright_black", "bold", "bold yellow", "cyan"


class Barred:
    """Text with a bar at its left, as quotations are set."""

    def __init__(self, inner: RenderableType, style: str = FAINT) -> None:
        self.inner = inner
        self.style = style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = max(options.max_width - 2, 1)
        bar = Segment("│ ", Style.parse(self.style))
        for line in console.render_lines(self.inner, options.update(width=width), pad=False):
            yield bar
            yield from line
            yield Segment.line()

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(1, options.max_width)


def draw(reply: Reply, width: int, document: Document | None = None) -> RenderableType:
    """A reply for a terminal of so many columns, with its pictures in text too where the document is given."""
    parts: list[RenderableType] = []
    for block in reply.blocks:
        if parts:
            parts.append(Rich(""))
        parts.append(_block(block, width))
        if document and isinstance(block, Picture) and (drawn := sketch(block, document, min(width, READABLE))):
            parts += [Rich(""), Rich(drawn, no_wrap=True, overflow="ignore")]
    return Group(*parts)


def _words(text: str, style: str = "") -> Rich:
    """Literal text; what would steer the terminal is left out."""
    return Rich(_plain(text), style=style, overflow="fold")


def _plain(text: str) -> str:
    return _STEERING.sub("", text)


def _block(block: Block, width: int) -> RenderableType:
    match block:
        case Passage():
            return _passage(block)
        case Heading(text):
            return _words(text, "bold")
        case Text(text):
            return _words(text)
        case Copyable(text):
            return Padding(_words(text), (0, 0, 0, 2))
        case Bullets(items):
            return Group(*(Padding(_bullet(item), (0, 0, 0, 2 * block.level(i))) for i, item in enumerate(items)))
        case Timetable():
            return _timetable(block, width)
        case Choices(choices):
            line = Rich(style=FAINT, overflow="fold")
            for index, choice in enumerate(choices):
                line.append("   " if index else "")
                line.append(_plain(choice.words), style=KEY)
                hint = _plain(choice.label).partition(":")[0]
                if hint.casefold().split()[:1] != choice.words.split()[:1]:
                    line.append(f" {hint[:1].lower()}{hint[1:]}")
            return line
        case Picture(_, _, alternative) | File(_, _, _, alternative):
            return _words(alternative)
        case _:
            assert_never(block)


def _bullet(item: str) -> RenderableType:
    row = Table.grid(padding=(0, 1))
    row.add_column(width=1)
    row.add_column(overflow="fold")
    row.add_row(Rich("•", style=FAINT), _words(item))
    return row


def _passage(passage: Passage) -> RenderableType:
    if passage.to_copy:
        return _words(copy_text(passage))
    title = Rich()
    title.append(f"¶ {passage.number}", style=NUMBER)
    if passage.section:
        title.append(f"  {_plain(passage.section)}", style=PATH)
    title.append(f"  {_plain(passage.title)}", style=FAINT)
    under = [_words(remark, FAINT) for remark in (*passage_remarks(passage), passage.source)]
    return Group(title, Barred(_quotation(passage)), *under)


def _quotation(passage: Passage) -> Rich:
    """The sentences as running text; those that answer on lines of their own, after the word that says so."""
    text = Rich()
    at = 0
    first, end = passage.answer or (-1, -1)
    for index, sentence in enumerate(passage.sentences):
        if index:
            text.append("\n" if index in (first, end) else " ")
        if index == first:
            text.append("Answer: ", style=MARK)
        start = len(text)
        text.append(_plain(sentence), style=ANSWER if first <= index < end else "")
        for mark, mark_end in passage.marks:
            if at <= mark < at + len(sentence):
                text.stylize(MARK, start + mark - at, start + mark_end - at)
        at += len(sentence) + 1
    return text


def _timetable(timetable: Timetable, width: int) -> RenderableType:
    parts: list[RenderableType] = []
    if width < NARROW:
        for row in timetable.rows:
            parts.append(Rich.assemble((_plain(row.times), NUMBER), "  ", (_plain(row.name), "bold")))
            parts += [Padding(_words(line), (0, 0, 0, 2)) for line in ([row.title] if row.title else [])]
            parts += [Padding(_bullet(detail), (0, 0, 0, 2)) for detail in row.details]
    else:
        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True, style=NUMBER)
        table.add_column()
        for row in timetable.rows:
            cell: Sequence[RenderableType] = [
                Rich.assemble((_plain(row.name), "bold"), f"  {_plain(row.title)}" if row.title else "")
            ]
            table.add_row(_plain(row.times), Group(*cell, *map(_bullet, row.details)))
        parts.append(table)
    if timetable.zone:
        parts.append(_words(timetable.zone, FAINT))
    return Group(*parts)
