"""Nothing is lost: what a document holds, put together again, is its source; and a changed source is read or refused."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.document import Document, Item
from corpus.errors import Unplaced
from corpus.library import SHIPPED
from corpus.reader import read_document, reassemble

HERE = Path(__file__).parent
SOURCES = {
    "hearings": (SHIPPED / "hearings-2006" / "source.txt").read_text(encoding="utf-8"),
    "harbours": (HERE / "documents" / "harbours" / "source.txt").read_text(encoding="utf-8"),
    "valleys": (HERE / "documents" / "valleys" / "source.txt").read_text(encoding="utf-8"),
    "small": (HERE / "small.txt").read_text(encoding="utf-8"),
}
#: Lines that mean something to the reader, and so do most harm in the wrong place.
TELLING = [
    "",
    " ",
    "__________________",
    "_____",
    " 1  A note.",
    " 2  Another note.",
    "* A note.",
    " *  A note.",
    "(a) an item;",
    " (a) A heading",
    " A. A heading",
    "  B. A heading",
    " 1. A heading",
    " I. A heading",
    "  II. A heading",
    "  A heading without a number",
    "1. A paragraph.",
    "77. A paragraph.",
    " 25. A paragraph.",
    " Annex",
    " Annex II",
    " Appendix",
    "10 a.m.-",
    "10 a.m.-11 a.m. An item",
    "3 p.m.-2 p.m. Backwards",
    "25 a.m.-99 p.m. No time",
    "noon-midnight A long item",
    " Statement by somebody",
    "A stray line.",
    "a stray line",
    " An indented stray line.",
    "-",
    "¹",
    "٣. A paragraph.",
    "\x0c",
    "\u200b",
    "\u00a0",
]


def blankless(text: str) -> str:
    return "".join(text.split())


def printed_again(document: Document) -> str:
    """Headings, paragraphs, notes and annex in the order of print, without blanks, made from the values alone.

    The rows of underscores above notes separate and say nothing; no value holds them, so the source lends them.
    """
    rules = [line.strip() for line in document.source.splitlines() if re.fullmatch(r"_{5,}", line.strip())]
    inserts: dict[int, list[tuple[int, int, str]]] = {p.number: [] for p in document.paragraphs}
    page: tuple[int, int] | None = None
    for order, note in enumerate(document.notes):
        inserts[note.paragraph].append((note.offset, 0, note.mark))
        rule = "" if page == (note.printed_in, note.printed_at) else rules.pop(0)
        page = (note.printed_in, note.printed_at)
        inserts[note.printed_in].append((note.printed_at, 1 + order, rule + note.mark + note.text))
    pieces = [
        (section.line, section.label + ("." if section.label.isalnum() else "") + section.title)
        for section in document.sections
    ]
    for paragraph in document.paragraphs:
        text = f"{paragraph.number}."
        at = 0
        for offset, _, printed in sorted(inserts[paragraph.number]):
            text += paragraph.text[at:offset] + printed
            at = offset
        pieces.append((paragraph.lines[0], text + paragraph.text[at:]))
    parts = [text for _, text in sorted(pieces)]
    if annex := document.annex:
        parts += [annex.heading, annex.title, *annex.lines]
        for entry in annex.programme.entries if annex.programme else ():
            label, statements = (entry.label, entry.statements) if isinstance(entry, Item) else ("", ())
            parts += [entry.times, label, entry.title, *statements]
    return blankless("".join(parts))


@pytest.mark.parametrize("name", SOURCES)
def test_headings_paragraphs_notes_and_annex_give_back_every_character_in_order(name: str) -> None:
    document = read_document(SOURCES[name])
    assert printed_again(document) == blankless(SOURCES[name])
    assert reassemble(document) == blankless(SOURCES[name])


def read_or_refused(source: str) -> Document | None:
    """A document that holds the whole of a source; None if the reader refused it."""
    document, refused = None, None
    try:
        document = read_document(source)
    except Unplaced as error:
        refused = error
    if refused is not None:
        assert 1 <= refused.line <= max(1, len(source.splitlines()))
        assert str(refused).startswith(f"line {refused.line}: found “")
    if document is not None:
        assert printed_again(document) == blankless(source)
        assert [p.number for p in document.paragraphs] == list(range(document.first, document.last + 1))
    return document


changed = settings(max_examples=150, deadline=None, database=None)
names = st.sampled_from(sorted(SOURCES))
places = st.integers(0, 10_000)
lines = (
    st.sampled_from([line for source in SOURCES.values() for line in source.splitlines()])
    | st.sampled_from(TELLING)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
)


@changed
@given(names, places)
def test_a_deleted_line_loses_nothing_else(name: str, place: int) -> None:
    source = SOURCES[name].splitlines()
    at = place % len(source)
    read_or_refused("\n".join([*source[:at], *source[at + 1 :]]))


@changed
@given(names, places)
def test_a_doubled_line_is_read_twice_or_refused(name: str, place: int) -> None:
    source = SOURCES[name].splitlines()
    at = place % len(source)
    read_or_refused("\n".join([*source[:at], source[at], *source[at:]]))


@changed
@given(names, st.lists(st.tuples(places, lines), min_size=1, max_size=3))
def test_inserted_lines_are_read_or_refused(name: str, more: list[tuple[int, str]]) -> None:
    source = SOURCES[name].splitlines()
    for place, line in more:
        at = place % (len(source) + 1)
        source = [*source[:at], line, *source[at:]]
    read_or_refused("\n".join(source))


@changed
@given(names, places, places)
def test_two_lines_that_changed_places_are_read_or_refused(name: str, place: int, other: int) -> None:
    source = SOURCES[name].splitlines()
    first, second = place % len(source), other % len(source)
    moved = list(source)
    moved[first], moved[second] = source[second], source[first]
    read_or_refused("\n".join(moved))


@changed
@given(st.lists(lines, max_size=12).map("\n".join) | st.text(max_size=200))
def test_any_text_is_read_or_refused(source: str) -> None:
    read_or_refused(source)


def shape(document: Document) -> object:
    """What was found, without the lines where it stands."""
    return [(p.number, p.text, p.section.title) for p in document.paragraphs], [s.title for s in document.sections]


@pytest.mark.parametrize("name", SOURCES)
def test_a_missing_blank_line_never_merges_or_splits_what_the_source_keeps_apart(name: str) -> None:
    lines = SOURCES[name].splitlines()
    whole = shape(read_document(SOURCES[name]))
    misread = []
    for at, line in enumerate(lines):
        if not line.strip():
            found = read_or_refused("\n".join([*lines[:at], *lines[at + 1 :]]))
            if found is not None and shape(found) != whole:
                misread.append(f"without the blank before line {at + 2}: {lines[at + 1]}")
    assert misread == []


@pytest.mark.parametrize("name", SOURCES)
def test_numbering_from_elsewhere_changes_only_the_numbers(name: str) -> None:
    before = read_document(SOURCES[name])
    lines = SOURCES[name].splitlines()
    for paragraph in before.paragraphs:
        at = paragraph.lines[0] - 1
        lines[at] = lines[at].replace(f"{paragraph.number}.", f"{paragraph.number + 300}.", 1)
    after = read_document("\n".join(lines))
    assert [(p.number - 300, p.text, p.lines) for p in after.paragraphs] == [
        (p.number, p.text, p.lines) for p in before.paragraphs
    ]
    assert [(s.path, s.title, s.first - 300, s.last - 300) for s in after.sections] == [
        (s.path, s.title, s.first, s.last) for s in before.sections
    ]
    assert after.annex == before.annex
