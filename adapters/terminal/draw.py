"""Replies drawn in a terminal: number, section path and text told apart at a glance, on narrow and wide screens.

What a colour says, the words say too; without colours nothing is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.segment import Segment
from rich.style import Style
from rich.table import Table
from rich.text import Text as Rich

from bot.render import copy_text, passage_remarks
from bot.reply import Block, Bullets, Choices, Copyable, File, Heading, Passage, Picture, Reply, Text, Timetable

#: Columns that running text is kept to on a wide screen, so that a line can be followed.
READABLE = 92
#: Columns below which a timetable's times stand above what they time.
NARROW = 60

NUMBER, PATH, FAINT, ANSWER, MARK, KEY = "bold cyan", "green", "bright_black", "bold", "bold yellow", "cyan"


class Barred:
    """Text with a bar at its left, as quotations are set."""

    def __init__(self, inner: RenderableType, style: str = FAINT) -> None:
        self.inner = inner
        self.style = style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = max(options.max_width - 2, 20)
        bar = Segment("│ ", Style.parse(self.style))
        for line in console.render_lines(self.inner, options.update(width=width), pad=False):
            yield bar
            yield from line
            yield Segment.line()

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(20, options.max_width)


def draw(reply: Reply, width: int) -> RenderableType:
    """A reply for a terminal of so many columns."""
    parts: list[RenderableType] = []
    for block in reply.blocks:
        if parts:
            parts.append(Rich(""))
        parts.append(_block(block, width))
    return Group(*parts)


def _block(block: Block, width: int) -> RenderableType:
    match block:
        case Passage():
            return _passage(block)
        case Heading(text):
            return Rich(text, style="bold")
        case Text(text):
            return Rich(text)
        case Copyable(text):
            return Padding(Rich(text, style="default"), (0, 0, 0, 2))
        case Bullets(items):
            return Group(*(Padding(_bullet(item), (0, 0, 0, 2 * block.level(i))) for i, item in enumerate(items)))
        case Timetable():
            return _timetable(block, width)
        case Choices(choices):
            line = Rich(style=FAINT, overflow="fold")
            for index, choice in enumerate(choices):
                line.append("   " if index else "")
                line.append(choice.words, style=KEY)
                hint = choice.label.partition(":")[0].lower()
                if hint.split()[0] != choice.words.split()[0]:
                    line.append(f" {hint}")
            return line
        case Picture(_, _, alternative) | File(_, _, _, alternative):
            return Rich(alternative)
        case _:
            assert_never(block)


def _bullet(item: str) -> RenderableType:
    row = Table.grid(padding=(0, 1))
    row.add_row(Rich("•", style=FAINT), Rich(item))
    return row


def _passage(passage: Passage) -> RenderableType:
    if passage.to_copy:
        return Rich(copy_text(passage))
    title = Rich()
    title.append(f"¶ {passage.number}", style=NUMBER)
    if passage.section:
        title.append(f"  {passage.section}", style=PATH)
    title.append(f"  {passage.title}", style=FAINT)
    under = [Rich(remark, style=FAINT) for remark in (*passage_remarks(passage), passage.source)]
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
        text.append(sentence, style=ANSWER if first <= index < end else "")
        for mark, mark_end in passage.marks:
            if at <= mark < at + len(sentence):
                text.stylize(MARK, start + mark - at, start + mark_end - at)
        at += len(sentence) + 1
    return text


def _timetable(timetable: Timetable, width: int) -> RenderableType:
    parts: list[RenderableType] = []
    if width < NARROW:
        for row in timetable.rows:
            parts.append(Rich.assemble((row.times, NUMBER), "  ", (row.name, "bold")))
            parts += [Padding(Rich(line), (0, 0, 0, 2)) for line in ([row.title] if row.title else [])]
            parts += [Padding(_bullet(detail), (0, 0, 0, 2)) for detail in row.details]
    else:
        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True, style=NUMBER)
        table.add_column()
        for row in timetable.rows:
            cell: Sequence[RenderableType] = [Rich.assemble((row.name, "bold"), f"  {row.title}" if row.title else "")]
            table.add_row(row.times, Group(*cell, *map(_bullet, row.details)))
        parts.append(table)
    if timetable.zone:
        parts.append(Rich(timetable.zone, style=FAINT))
    return Group(*parts)
