"""Replies drawn in a terminal, held against golden files. UPDATE_GOLDEN=1 writes them anew."""

import io
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from adapters.terminal.ask import reply_to
from adapters.terminal.draw import READABLE, draw
from bot.render import render_block, render_plain
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
    passage,
)
from corpus.document import Document

GOLDEN = Path(__file__).parent / "golden"
WIDTHS = (40, 80, 160)
HOSTILE = "[bold]x[/bold] [/] [link=file:///etc]y[/link] \\[z] :smile: <b>&amp; *a* _b_ `c` @here #d"
FAR = "👩‍👩‍👧 国际移徙与发展 שלום עולם ه‍ذا e\u0301"


def drawn(reply: Reply, width: int, *, coloured: bool = False) -> str:
    """A reply as `chat` prints it in a terminal of so many columns, without blanks at the ends of lines."""
    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        color_system="standard" if coloured else None,
        force_terminal=coloured,
        legacy_windows=False,
        highlight=False,
    )
    console.print(draw(reply, width), width=min(width, READABLE))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def flowing(text: str) -> str:
    """A text on one line, without the signs that stand at the beginning of lines."""
    return re.sub(r"[\s│•]+", " ", text)


def hostile_blocks(text: str) -> tuple[Block, ...]:
    """Every type of block with a text wherever a text can stand."""
    quoted = Passage(1, text, text, (text, text), 0, 3, text, (1, 2), ((0, 3),), (("1", text, text),), (text,))
    return (
        Heading(text),
        quoted,
        Text(text),
        Bullets((text, text), (0, 1)),
        Timetable((Row("10 a.m.", text, text, (text,)),), text),
        Copyable(text),
        Picture("day", (), text),
        File("day.ics", "calendar", (), text),
        Choices((Choice(text, text),)),
    )


def blocks(case: str, document: Document) -> tuple[Block, ...]:
    match case:
        case "passage":
            return (passage(document, 22), passage(document, 2, 0, 1))
        case "answer":
            return (passage(document, 32, 0, 3, answer=(1, 2)), passage(document, 3, answer=(0, 1)))
        case "timetable":
            assert document.programme
            rows = [
                Row(item.times, item.name, item.title if item.label else "", item.statements)
                for item in document.programme.items
            ]
            return (Heading("The programme"), Timetable(tuple(rows), "times as printed, New York time"))
        case "bullets":
            titles = tuple(f"{section.label}. {section.title}" for section in document.sections[:13])
            return (Heading("Sections"), Bullets(titles, tuple(s.level - 1 for s in document.sections[:13])))
        case "choices":
            choices = (
                Choice("Next: paragraph 33", "para 33", turns=True),
                Choice("Previous: paragraph 31", "para 31", turns=True),
                Choice("Whole section: IV.B", "section IV.B"),
                Choice("Search the whole document", "search remittances"),
            )
            return (Copyable("United Nations, “Summary”,\n  12 July 2006, para. 32."), Choices(choices))
    return (*hostile_blocks(HOSTILE), Text(FAR), Bullets((FAR,)))


CASES = ("passage", "answer", "timetable", "bullets", "choices", "hostile")


@pytest.mark.parametrize("case", CASES)
def test_each_block_is_drawn_as_it_was_approved(case: str, document: Document) -> None:
    reply = Reply("help", blocks(case, document))
    text = "".join(f"{f' {width} columns ':=^{width}}\n{drawn(reply, width)}" for width in WIDTHS)
    file = GOLDEN / f"draw-{case}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
    for width in WIDTHS:
        assert max(map(cell_len, drawn(reply, width).splitlines())) <= width


@pytest.mark.parametrize("block", hostile_blocks(HOSTILE), ids=lambda block: type(block).__name__)
def test_markup_in_a_text_is_shown_as_it_stands(block: Block) -> None:
    reply = Reply("help", (block,))
    assert flowing(drawn(reply, 80)).count(HOSTILE) == flowing(render_plain(reply)).count(HOSTILE) > 0


MESSAGES = [
    "para 22",
    "para 2",
    "section IV.C.2",
    "outline",
    "topics",
    "topic remittances",
    "note 1",
    'search "trade unions"',
    "how much does it cost to send money home?",
    "quote 32 sentence 2",
    "help",
    "about",
    "schedule",
    "when is segment 3?",
    "cite 32 bibtex",
]


def letters(text: str) -> str:
    return "".join(re.findall(r"\w", text))


def told(block: Block) -> str:
    """The letters of a block's plain rendering, without the words for which the drawing has signs and colours."""
    plain = render_block(block)
    if isinstance(block, Passage) and not block.to_copy:
        plain = re.sub(r"\AParagraph (\d+)(?:, section)?", r"\1", plain)
    return letters(plain)


@pytest.mark.parametrize("message", MESSAGES)
def test_no_letter_of_the_plain_rendering_is_lost_however_narrow(message: str, document: Document) -> None:
    whole = reply_to(message, document)
    reply = replace(whole, blocks=tuple(block for block in whole.blocks if not isinstance(block, Choices)))
    wanted = "".join(map(told, reply.blocks))
    assert wanted
    assert [width for width in (20, *WIDTHS) if letters(drawn(reply, width)) != wanted] == []


@pytest.mark.parametrize("width", WIDTHS)
def test_every_way_on_is_shown_with_the_words_to_type(width: int, document: Document) -> None:
    reply = Reply("help", blocks("choices", document)[1:])
    assert all(
        words in flowing(drawn(reply, width)) for words in ("para 33", "para 31", "section IV.B", "search remittances")
    )


def test_number_path_and_text_are_told_apart_by_colour_and_the_answer_by_a_word(document: Document) -> None:
    at = document.paragraph(32).text.index("importance")
    reply = Reply("question", (passage(document, 32, answer=(1, 2), marks=[(at, at + 10)]),))
    coloured = drawn(reply, 160, coloured=True)
    styles = {
        what: re.findall(rf"\x1b\[([0-9;]*)m[^\x1b]*{re.escape(what)}", coloured)[-1]
        for what in ("¶ 32", "IV.B.2", "Impact of", "A number of", "importance", "It was observed")
    }
    assert len(set(styles.values())) == len(styles)
    assert re.findall(rf"\x1b\[{styles['importance']}m([^\x1b]*)", coloured) == ["importance", "Answer: "]
    assert flowing(drawn(reply, 160)).count("Answer: It was observed that in some countries") == 1


def test_choices_keep_the_capitals_of_their_labels() -> None:
    labels = ("As BibTeX", "What I can do", "The United Nations")
    shown = drawn(Reply("help", (Choices(tuple(Choice(label, "para 1") for label in labels)),)), 160)
    assert all(label[1:] in shown for label in labels)


def test_a_text_cannot_steer_the_terminal() -> None:
    shown = drawn(Reply("help", hostile_blocks("a\x1b[31mred\x1b[0m \x1b]0;title\x07 b")), 80)
    assert re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", shown) == []
    assert "red" in shown
