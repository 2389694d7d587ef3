"""Replies drawn in a terminal, held against golden files. UPDATE_GOLDEN=1 writes them anew."""

import io
import os
import re
from collections import Counter
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from adapters.terminal.ask import reply_to
from adapters.terminal.draw import READABLE, draw
from bot.render import render_plain
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


def drawn(reply: Reply, width: int, colours: str | None = None) -> str:
    """A reply as `chat` prints it in a terminal of so many columns, without blanks at the ends of lines."""
    out = io.StringIO()
    system = "standard" if colours else None
    console = Console(file=out, width=width, color_system=system, force_terminal=bool(colours), highlight=False)
    console.print(draw(reply, width), width=min(width, READABLE))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


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
        case "marks":
            return (Heading("“remittances”: 2 paragraphs"), passage(document, 32, 0, 1, marks=[(45, 59), (62, 65)]))
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
                Choice("As BibTeX", "cite 32 bibtex"),
            )
            return (Copyable("United Nations, “Summary”,\n  12 July 2006, para. 32."), Choices(choices))
    return (*hostile_blocks(HOSTILE), Text(FAR), Bullets((FAR,)))


CASES = ("passage", "answer", "marks", "timetable", "bullets", "choices", "hostile")


@pytest.mark.parametrize("case", CASES)
def test_each_block_is_drawn_as_it_was_approved(case: str, document: Document) -> None:
    reply = Reply("help", blocks(case, document))
    text = "".join(f"{f' {width} columns ':=^{width}}\n{drawn(reply, width)}" for width in WIDTHS)
    file = GOLDEN / f"draw-{case}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("block", hostile_blocks(HOSTILE), ids=lambda block: type(block).__name__)
def test_markup_in_a_text_is_shown_as_it_stands(block: Block) -> None:
    words = re.escape(HOSTILE).replace("\\ ", r"[\s│]+")
    assert len(re.findall(words, drawn(Reply("help", (block,)), 160))) >= 1
    plain, seen = (Counter(re.findall(r"\[\S*\]", text)) for text in (HOSTILE, drawn(Reply("help", (block,)), 160)))
    assert not plain - seen


@pytest.mark.parametrize("width", [20, *WIDTHS])
@pytest.mark.parametrize("case", CASES)
def test_no_line_is_longer_than_the_terminal_is_wide(case: str, width: int, document: Document) -> None:
    lines = drawn(Reply("help", blocks(case, document)), width).splitlines()
    assert max(map(cell_len, lines)) <= width


MESSAGES = ("para 22", "para 2", "paras 30-33", "section IV.C.2", "outline", "topics", "topic remittances", "note 1")
MESSAGES += (
    'search "trade unions"',
    "how much does it cost to send money home?",
    "quote 32 sentence 2",
    "help",
    "about",
)
MESSAGES += (
    "schedule",
    "when is segment 3?",
    "what did segment 2 say",
    "cite 32",
    "cite 32 bibtex",
    "para 99",
    "hello",
)


@pytest.mark.parametrize("width", [12, 20, *WIDTHS])
@pytest.mark.parametrize("message", MESSAGES)
def test_no_word_of_the_plain_rendering_is_lost(message: str, width: int, document: Document) -> None:
    reply = reply_to(message, document)
    said_by_signs = ("Paragraph", "section", "Answer") if any(isinstance(b, Passage) for b in reply.blocks) else ()
    # Letters, not words: a narrow terminal breaks long words in two.
    told = "".join(re.findall(r"\w", drawn(reply, width).casefold()))
    plain = render_plain(reply)
    for word in sorted(set(re.findall(r"\w+", plain)) - set(said_by_signs)):
        wanted = len(re.findall(rf"\b{word}\b", plain)) if width >= 40 else 1
        assert told.count(word.casefold()) >= wanted, word


def test_number_path_and_text_are_told_apart_by_colour_and_the_answer_by_a_sign(document: Document) -> None:
    reply = Reply("question", (passage(document, 32, answer=(1, 2)),))
    coloured = drawn(reply, 160, colours="standard")
    styles = {
        what: re.findall(rf"\x1b\[([0-9;]*)m[^\x1b]*{re.escape(what)}", coloured)[-1]
        for what in ("¶ 32", "IV.B.2", "Impact of remittances", "A number of participants", "It was observed")
    }
    assert len(set(styles.values())) == len(styles)
    assert "▸ It was observed that in some countries" in drawn(reply, 160)
    assert drawn(reply, 160).count("▸") == 1


def test_choices_keep_the_capitals_of_their_labels() -> None:
    labels = ("As BibTeX", "What I can do", "Section IV")
    shown = drawn(Reply("help", (Choices(tuple(Choice(label, "help") for label in labels)),)), 160)
    assert all(label[1:] in shown for label in labels)


@pytest.mark.parametrize(
    "block", hostile_blocks("a\x1b[31mred\x1b[0m \x1b]0;title\x07 b"), ids=lambda b: type(b).__name__
)
def test_a_text_cannot_steer_the_terminal(block: Block) -> None:
    shown = drawn(Reply("help", (block,)), 80)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", shown)
    assert "red" in shown
