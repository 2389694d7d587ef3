"""What a screen reader would hear, and how what is too long is cut. UPDATE_GOLDEN=1 writes the golden files anew."""

import os
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.answering import apology, decide
from bot.commands.command import Facts
from bot.errors import BotError
from bot.render import render_plain, split
from bot.reply import (
    Bullets,
    Choice,
    Choices,
    Copyable,
    File,
    Heading,
    Picture,
    Place,
    Reply,
    Row,
    Text,
    Timetable,
    passage,
)
from bot.understanding import understand
from corpus.document import Document

#: When the questions are asked; a plan of a digest counts from it.
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)

GOLDEN = Path(__file__).with_name("golden")
HOSTILE = "<b>bold</b> *stars* _lines_ `code` @here <!channel> <@U1> &amp; [a](http://b) 🎉 \u202bשלום עליכם\u202c"
MESSAGES = {
    "paragraph": "para 32",
    "misprint": "para 2",
    "footnote": "quote 22 sentence 2",
    "first-sentences": "paras 30-33 and 99",
    "section-of-unnumbered-sections": "section IV.C.2",
    "outline": "outline",
    "topic": "topic task force",
    "search": 'search "trade unions"',
    "note": "note 1",
    "citation": "cite 30-33 bibtex",
    "schedule": "schedule",
    "segment": "when is segment 3?",
    "out-of-range": "para 99",
    "refusal": "what is the gdp of mexico?",
    "unknown-command": "hlep",
    "small-talk": "hello",
    "privacy": "privacy",
    "previous": "previous",
}
NUMBERED = re.compile(r"\((\d+) of (\d+)\)\n(.*)", re.DOTALL)
PROSE = st.lists(
    st.sampled_from(["The hearings", "para 32", "were held.", "“Why?”", "No. 97", "10.30 a.m.", "migration", "–", "👍", "é" * 9, "w" * 70, "\n", "\n\n", "  "]),
    max_size=120,
).map(" ".join)  # fmt: skip
SETTLED = settings(derandomize=True, database=None, deadline=None, max_examples=300)


def ask(message: str, document: Document) -> Reply:
    try:
        request = understand(message, document)
    except BotError as error:
        return apology(error)
    assert request is not None
    return decide(request, Facts(document, place=Place(32, 32), now=NOW))


def assert_golden(name: str, text: str) -> None:
    file = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(f"{text}\n", encoding="utf-8")
    assert f"{text}\n" == file.read_text("utf-8")


def hostile_reply(document: Document) -> Reply:
    """Every kind of block, with somebody's text wherever a text can stand."""
    return Reply(
        "hostile",
        (
            Heading(HOSTILE),
            passage(document, 32, 0, 3, answer=(1, 2), marks=((0, 5),)),
            Text(HOSTILE),
            Bullets((HOSTILE, "below"), (0, 1)),
            Timetable((Row("3 p.m.-4.15 p.m.", HOSTILE, HOSTILE, (HOSTILE,)),), HOSTILE),
            Copyable(HOSTILE),
            Picture("timeline", (), HOSTILE),
            File("day.ics", "calendar", (), HOSTILE),
            Choices((Choice("Next: paragraph 33", "para 33", turns=True), Choice("Search", f"search {HOSTILE}"))),
        ),
    )


@pytest.mark.parametrize("name", MESSAGES)
def test_a_reply_reads_as_in_its_golden_file(name: str, document: Document) -> None:
    assert_golden(name, render_plain(ask(MESSAGES[name], document)))


def test_hostile_text_passes_through_literally(document: Document) -> None:
    plain = render_plain(hostile_reply(document))
    assert plain.count(HOSTILE) == 11
    assert_golden("hostile", plain)


@pytest.mark.parametrize("command", ["search", "topic", "section", "help"])
def test_what_a_person_wrote_is_echoed_as_text_without_invisible_signs(command: str, document: Document) -> None:
    plain = render_plain(ask(f"{command} <b>zebra</b> @here &amp; \u202bשלום\u202c\u200b\x07", document))
    assert not re.search("[\u200b\u202b\u202c\x07]", plain)
    assert "&lt;" not in plain


@pytest.mark.parametrize("message", ["section IV.B.2", "section migration"])
def test_the_labels_of_headings_are_parted_so_that_they_are_read_as_letters(message: str, document: Document) -> None:
    reply = ask(message, document)
    plain = render_plain(replace(reply, blocks=tuple(b for b in reply.blocks if not isinstance(b, Choices))))
    assert re.findall(r"ection (?:[IVX]+)[.][A-Z0-9.]+", plain) == []


def test_every_golden_file_has_its_reply() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == {*MESSAGES, "hostile"}


@SETTLED
@given(text=PROSE, limit=st.integers(40, 400))
@example(text="word " * 500, limit=40)
def test_splitting_loses_nothing_numbers_the_parts_and_keeps_the_limit(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(len(part) <= limit for part in parts)
    if len(text) <= limit:
        assert parts == [text]
        return
    found = [NUMBERED.fullmatch(part) for part in parts]
    assert [(int(m[1]), int(m[2])) for m in found if m] == [(n, len(parts)) for n in range(1, len(parts) + 1)]
    assert "".join("".join(m[3].split()) for m in found if m) == "".join(text.split())


@SETTLED
@given(text=PROSE, limit=st.integers(60, 400))
def test_splitting_measures_as_the_platform_counts(text: str, limit: int) -> None:
    assert all(len(part.encode()) <= limit for part in split(text, limit, lambda part: len(part.encode())))


def test_more_than_a_thousand_parts_keep_the_limit() -> None:
    assert {len(part) > 40 for part in split("x" * 40_000, 40)} == {False}


def test_prose_is_cut_at_sentences_and_paragraphs_before_all_else(document: Document) -> None:
    for limit in (700, 1_000, 2_500):
        for part in split(document.paragraph(60).text, limit):
            assert part.endswith(".")
        for part in split("\n\n".join(p.text for p in document.paragraphs), limit):
            assert part.endswith((".", "”"))


def test_words_are_cut_only_where_they_alone_are_too_long() -> None:
    assert split("alpha beta gamma delta epsilon zeta eta", 39) == ["alpha beta gamma delta epsilon zeta eta"]
    parts = split("alpha beta gamma delta epsilon zeta eta theta iota", 40)
    assert [part.partition("\n")[2] for part in parts] == ["alpha beta gamma delta", "epsilon zeta eta theta iota"]


def test_the_rendering_of_a_long_section_survives_being_split(document: Document) -> None:
    plain = render_plain(ask("section IV in full", document))
    parts = [part.partition("\n")[2] for part in split(plain, 4_000)]
    assert "".join("".join(part.split()) for part in parts) == "".join(plain.split())
    assert len(parts) > 5
