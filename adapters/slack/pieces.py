"""A reply as pieces of rich text, each with the same words as `bot.render` says them, so that both are cut at one place.

Source: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Any

from adapters.slack.limits import INDENT
from bot.render import copy_text, head, passage_remarks, passage_title, render_block
from bot.reply import Block, Bullets, Choices, Copyable, Heading, Passage, Row, Timetable

#: What no text has: controls but tab and line feed, and halves of characters.
_STRAY = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
#: A text and whether it is bold, italic or neither.
Span = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of a reply.

    Attributes:
        kind: The element of rich text: "section", "quote", "preformatted" or "list"; "choices" stand as buttons instead.
        before: What parts it from the line before, in the plain text.
        lead: What stands before its words in the plain text alone: a list's blanks and dash.
        block: Which block of the reply it is of; the lines of a block stay together where they fit.
    """

    kind: str
    spans: tuple[Span, ...]
    block: int
    before: str = "\n"
    lead: str = ""
    indent: int = 0

    @property
    def words(self) -> str:
        """What it says."""
        return "".join(text for text, _ in self.spans)

    @property
    def plain(self) -> str:
        """What it says in the plain text."""
        return self.lead + self.words


def pieces_of(blocks: Sequence[Block]) -> list[Piece]:
    """A reply's blocks as pieces; joined, their plain texts are the plain rendering. A heading is one with what it names."""
    made: list[Piece] = []
    unit = 0
    for index, block in enumerate(blocks):
        lines = [replace(piece, block=unit) for piece in _lines(block)]
        made += [replace(lines[0], before="\n\n"), *lines[1:]]
        unit += not (isinstance(block, Heading) and index + 1 < len(blocks))
    return made


def plain_of(pieces: Iterable[Piece]) -> str:
    """Pieces as plain text."""
    text, first = "", True
    for piece in pieces:
        text, first = text + ("" if first else piece.before) + piece.plain, False
    return text


def packed(pieces: Sequence[Piece], room: int, measure: Callable[[str], int]) -> list[list[Piece]]:
    """Pieces in parts that fit: cut between blocks, else between lines, else at a sentence, else at a word.

    Nothing is lost: the parts hold every character but the blanks at the cuts.
    """
    parts: list[list[Piece]] = [[]]

    def used() -> int:
        return measure(plain_of(parts[-1]))

    def fits(more: Iterable[Piece]) -> bool:
        return measure(plain_of([*parts[-1], *more])) <= room

    for _, block in groupby(pieces, lambda piece: piece.block):
        lines = list(block)
        if fits(lines):
            parts[-1] += lines
            continue
        if used() > room // 3:
            parts.append([])
        for line in lines:
            rest: Piece | None = line
            while rest and not fits([rest]):
                left = room - used() - measure(rest.before + rest.lead)
                if left > room // 3:
                    first, rest = _cut(rest, left, measure)
                    parts[-1].append(first)
                parts.append([])
            if rest:
                parts[-1].append(rest)
    return parts


def rich(pieces: Iterable[Piece], at_most: int) -> list[dict[str, Any]]:
    """Pieces as blocks of rich text, one for each block of the reply; those over the most allowed are one."""
    blocks = [_elements(list(lines)) for _, lines in groupby(pieces, lambda piece: piece.block)]
    while len(blocks) > at_most:
        blocks[-2:] = [[*blocks[-2], *blocks[-1]]]
    return [{"type": "rich_text", "elements": elements} for elements in blocks]


def section(text: str, style: str = "") -> dict[str, Any]:
    """A line of rich text as a block."""
    return {"type": "rich_text", "elements": [_element("section", [(text, style)])]}


def without_strays(text: str) -> str:
    """A text without what no text has."""
    return _STRAY.sub("", text)


def _cut(piece: Piece, room: int, measure: Callable[[str], int]) -> tuple[Piece, Piece | None]:
    """The longest beginning of a piece that fits, and the rest of it, if any is left."""
    end = len(head(piece.words, room, measure))
    rest = piece.words[end:].lstrip()
    start = len(piece.words) - len(rest)
    first = replace(piece, spans=_between(piece.spans, 0, end))
    return first, replace(piece, spans=_between(piece.spans, start, len(piece.words)), lead="") if rest else None


def _between(spans: Iterable[Span], first: int, end: int) -> tuple[Span, ...]:
    kept, at = [], 0
    for text, style in spans:
        part = text[max(first - at, 0) : max(end - at, 0)]
        kept += [(part, style)] if part else []
        at += len(text)
    return tuple(kept)


def _lines(block: Block) -> list[Piece]:
    match block:
        case Passage() if block.to_copy:
            return [Piece("preformatted", ((copy_text(block), ""),), 0)]
        case Passage():
            under = [((line, "italic"),) for line in [*passage_remarks(block), block.source]]
            return [
                Piece("section", ((passage_title(block), "bold"),), 0),
                *(Piece("quote", tuple(spans), 0) for spans in _quotation(block)),
                *(Piece("section", spans, 0) for spans in under),
            ]
        case Copyable(text):
            return [Piece("preformatted", ((text, ""),), 0)]
        case Heading(text):
            return [Piece("section", ((text, "bold"),), 0)]
        case Bullets(items):
            levels = [block.level(index) for index in range(len(items))]
            return [_item(item, level) for item, level in zip(items, levels, strict=True)]
        case Timetable(rows, zone):
            lines = [piece for row in rows for piece in _row(row)]
            return [*lines, *([Piece("section", ((f"({zone})", "italic"),), 0)] if zone else [])]
        case Choices():
            return [Piece("choices", ((render_block(block), ""),), 0)]
        case _:
            return [Piece("section", ((render_block(block), ""),), 0)]


def _quotation(passage: Passage) -> Iterator[list[Span]]:
    """The lines of the quotation, with what answers on a line of its own and what matched in bold."""
    first, end = passage.answer or (0, 0)
    start = 0
    for begin, stop, lead in [(0, first, ""), (first, end, "Answer: "), (end, len(passage.sentences), "")]:
        if begin == stop:
            continue
        words = " ".join(passage.sentences[begin:stop])
        opening: list[Span] = [(lead, "bold")] if lead else []
        yield [*opening, ("“", ""), *_marked(words, start, passage.marks, bold=bool(lead)), ("”", "")]
        start += len(words) + 1


def _marked(words: str, start: int, marks: Iterable[tuple[int, int]], *, bold: bool) -> Iterator[Span]:
    cuts = {0, len(words)}
    inside = [(max(first - start, 0), min(end - start, len(words))) for first, end in marks]
    inside = [(first, end) for first, end in inside if first < end]
    cuts.update(place for pair in inside for place in pair)
    for first, end in pairwise(sorted(cuts)):
        yield words[first:end], "bold" if bold or any(a <= first and end <= b for a, b in inside) else ""


def _row(row: Row) -> list[Piece]:
    title = f". {row.title}" if row.title else ""
    line = Piece("section", ((row.times, "bold"), (f": {row.name}{title}", "")), 0)
    return [line, *(replace(_item(detail, 0), lead="  - ") for detail in row.details)]


def _item(text: str, level: int) -> Piece:
    return Piece("list", ((text, ""),), 0, lead=f"{'  ' * level}- ", indent=min(level, INDENT))


def _elements(pieces: list[Piece]) -> list[dict[str, Any]]:
    """The elements of a block; what is quoted on several lines is one quotation, items that follow one another one list."""
    elements: list[dict[str, Any]] = []
    for (kind, indent), run in groupby(pieces, lambda piece: (piece.kind, piece.indent)):
        lines = list(run)
        if kind == "list":
            items = [_element("section", line.spans) for line in lines]
            elements.append({"type": "rich_text_list", "style": "bullet", "indent": indent, "elements": items})
        elif kind == "quote":
            spans = [span for line in lines for span in (("\n", ""), *line.spans)]
            elements.append(_element("quote", spans[1:]))
        else:
            elements += [_element(kind, line.spans) for line in lines]
    return elements


def _element(kind: str, spans: Iterable[Span]) -> dict[str, Any]:
    drawn = [
        {"type": "text", "text": text} | ({"style": {style: True}} if style else {})
        for text, style in ((without_strays(text), style) for text, style in spans)
        if text
    ]
    return {"type": f"rich_text_{kind}", "elements": drawn or [{"type": "text", "text": " "}]}
