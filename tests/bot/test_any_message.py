"""Whatever is written, a clear reply comes, and what it quotes is the document's."""

import re
import time
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.answering import apology, decide
from bot.commands.command import Facts
from bot.commands.table import COMMANDS
from bot.errors import BotError
from bot.hearing import READ_AT_MOST
from bot.render import render_block, render_plain
from bot.reply import Choose, OwnZone, Passage, Place, Reply, Show, Text, Visibility
from bot.understanding import understand
from corpus.document import Document
from corpus.library import open_document

#: When the questions are asked; a plan of a digest counts from it.
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)

LONG = 100_000
FOLDER = Path(__file__).parents[2] / "corpus" / "documents" / "hearings-2006"
WORDS = sorted(set((FOLDER / "source.txt").read_text("utf-8").split()))
SAYINGS = [
    *(example for command in COMMANDS for example in (*command.examples, *command.words, command.name)),
    *(
        "sentence 2",
        "sentences 2-3",
        "section",
        "in full",
        "bibtex",
        "note",
        "segment 3",
        "paragraph",
        "paras",
        "¶",
        "#",
    ),
    *(
        "next",
        "previous",
        "again",
        "quote it",
        "cite it",
        "the whole section",
        "last",
        "first",
        "thirty-two",
        "IV",
        "iv b 2",
    ),
]
PIECES = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(SAYINGS),
    st.integers(-5, 120).map(str),
    st.integers(0, 10**25).map(str),
    st.sampled_from(
        [
            *"-–—−.,;:/()[]\"'“”?!&+#§¶*_`~>%$€",
            "to",
            "and",
            "of",
            "in",
            "\n",
            "p.m.",
            "11:20",
            "😀",
            "\u202e",
            "\u200b",
            "\ud800",
            "\x00",
        ]
    ),
)
MESSAGES = st.one_of(
    st.text(),
    st.text(st.characters(), max_size=30).map(lambda text: f"para {text}"),
    st.lists(PIECES, max_size=9).map(" ".join),
    st.lists(PIECES, max_size=6).map("".join),
    st.builds("{} {}".format, st.sampled_from(sorted({w for c in COMMANDS for w in c.words})), st.text(max_size=40)),
)
#: The same messages in every run, so that a failure is never a matter of luck.
SETTLED = settings(
    derandomize=True, database=None, deadline=None, max_examples=600, suppress_health_check=[HealthCheck.too_slow]
)


@cache
def hearings() -> Document:
    """The document, kept out of the tests' arguments: on a failure those are printed whole."""
    return open_document(FOLDER)


@cache
def others() -> tuple[Document, Document]:
    folder = Path(__file__).parents[1] / "corpus" / "documents"
    return open_document(folder / "harbours"), open_document(folder / "valleys")


def ask(message: str, document: Document, place: Place | None = None, *, addressed: bool = True) -> Reply | None:
    try:
        request = understand(message, document, addressed=addressed)
    except BotError as error:
        return apology(error)
    return None if request is None else decide(request, Facts(document, place=place, now=NOW))


def answer(message: str, document: Document, place: Place | None = None) -> Reply:
    reply = ask(message, document, place)
    assert reply is not None
    return reply


def passages(reply: Reply) -> Iterator[Passage]:
    return (block for block in reply.blocks if isinstance(block, Passage))


def said(reply: Reply) -> str:
    return "\n".join(block.text for block in reply.blocks if isinstance(block, Text))


def assert_is_the_documents(reply: Reply, document: Document) -> None:
    """Every quotation is verbatim, in order and from the paragraph named, and the reply is whole in plain text."""
    for passage in passages(reply):
        paragraph, end = document.paragraph(passage.number), passage.start + len(passage.sentences)
        assert passage.sentences
        assert passage.sentences == document.sentences(passage.number)[passage.start : end]
        assert passage.text in paragraph.text
        assert (passage.of, passage.section) == (len(document.sentences(passage.number)), paragraph.section.path)
        assert passage.source.endswith(f"paragraph {passage.number}")
        assert all(0 <= first < last <= len(passage.text) for first, last in passage.marks)
        assert passage.answer is None or 0 <= passage.answer[0] < passage.answer[1] <= len(passage.sentences)
    assert all(number in document for number in (*reply.paragraphs, *reply.also))
    assert len(set(reply.paragraphs)) == len(reply.paragraphs)
    assert reply.answered or not reply.paragraphs
    assert reply.answered or all(passage.answer is None for passage in passages(reply))
    plain = render_plain(reply)
    plain.encode()
    for passage in passages(reply):
        for sentence in passage.sentences:
            assert sentence in plain
    assert all(render_block(block).strip() for block in reply.blocks)
    for change in reply.changes:
        assert isinstance(change, Show | Choose | OwnZone)
        if isinstance(change, Show):
            assert change.place.first in document
            assert change.place.last in document


@SETTLED
@given(message=MESSAGES, addressed=st.booleans())
@example(message="", addressed=False)
@example(message="\ud800", addressed=True)
@example(message="paras 1-1000000", addressed=True)
@example(message="quote 32 sentence 99999999999999999999", addressed=True)
def test_no_message_raises_and_every_quotation_is_verbatim(message: str, addressed: bool) -> None:
    reply = ask(message, hearings(), addressed=addressed)
    assert reply == ask(message, hearings(), addressed=addressed)
    if addressed:
        assert reply is not None
        assert reply.blocks
    if reply is not None:
        assert_is_the_documents(reply, hearings())


@settings(SETTLED, max_examples=200)
@given(message=MESSAGES)
def test_documents_of_other_shapes_are_served_as_verbatim(message: str) -> None:
    for document in others():
        assert_is_the_documents(answer(message, document), document)


@settings(SETTLED, max_examples=200)
@given(messages=st.lists(st.one_of(st.sampled_from(SAYINGS), MESSAGES), max_size=8))
@example(messages=["para 33, then para 32", "quote it", "again", "next"])
def test_no_conversation_raises(messages: list[str]) -> None:
    place = None
    for message in messages:
        reply = answer(message, hearings(), place)
        assert_is_the_documents(reply, hearings())
        for change in reply.changes:
            if isinstance(change, Show):
                place = change.place


@SETTLED
@given(
    first=st.integers(1, 76), last=st.integers(1, 76), joint=st.sampled_from(["-", "–", " to ", " through ", "..", "‑"])
)
def test_a_range_is_the_paragraphs_between_its_ends(first: int, last: int, joint: str) -> None:
    reply = answer(f"paras {first}{joint}{last}", hearings())
    assert reply.paragraphs == tuple(range(min(first, last), max(first, last) + 1))


@SETTLED
@given(number=st.integers().filter(lambda n: not 1 <= n <= 76))
def test_no_number_outside_the_document_is_ever_quoted(number: int) -> None:
    for message in (f"para {number}", f"quote {number}"):
        reply = answer(message, hearings())
        assert not reply.answered
        assert "paragraphs 1 to 76" in said(reply)
        assert reply.visibility is Visibility.ASKER


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("", "an empty message"),
        (" \t\r\n\u00a0\u3000", "an empty message"),
        ("\x00\x07\x1b", "without words or numbers"),
        ("\u200b\u200d\ufeff", "without words or numbers"),
        ("\u202e\u2066", "without words or numbers"),
        ("\ud800", "without words or numbers"),
        ("👍🏽 🎉", "without words or numbers"),
        ("…!", "without words or numbers"),
        ("مرحبا بكم", "English only"),
        ("x" * LONG, "100,000 characters"),
        ("word " * (LONG // 5), "100,000 characters"),
        ("para 0", "paragraphs 1 to 76"),
        ("para -3", "paragraphs 1 to 76"),
        ("para 99999999999999999999", "no paragraph 99999999999999999999;"),
        (f"para {'9' * LONG}", "paragraphs 1 to 76"),
        (f"quote 32 sentence {'9' * LONG}", "sentences 1 to 8"),
        ("word " * (LONG // 5) + "para 32", "I read the first"),
        (f"search {'zebra ' * (LONG // 6)}", "not in the document"),
        (f"topic {'zebra ' * (LONG // 6)}", "found no paragraph"),
        (f"section {'zebra ' * (LONG // 6)}", "no section"),
        (f"help {'zebra ' * (LONG // 6)}", "100,001 characters"),
        ('search ""', "hat shall I look for"),
        ("section", "hich section"),
        ("topic", "hich topic"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_bad_input_gets_one_clear_sentence(message: str, words: str, document: Document) -> None:
    reply = answer(message, document)
    assert not reply.answered
    assert words in said(reply)
    assert len(said(reply)) < 500
    assert re.fullmatch(r"[A-Z“].*[.?]", said(reply), re.DOTALL)


@pytest.mark.parametrize(
    "message",
    [
        *(
            "para 32 " + "talk " * (LONG // 5),
            "32 " * (LONG // 3),
            "\x00para\x07 3\x002",
            "\u202epara 32\u202c",
            "para \u200b32",
        ),
        *(
            "para \ud80032",
            "👍 para 32 👍",
            "١٢ و para 32",
            "ＰＡＲＡ ３２",
            "\ufeff32",
            "para\u00ad32",
        ),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_reference_in_bad_input_is_still_found(message: str, document: Document) -> None:
    assert 32 in answer(message, document).paragraphs


def test_an_endless_range_gives_what_the_document_has(document: Document) -> None:
    reply = answer("paras 1-1000000", document)
    assert reply.paragraphs == tuple(range(1, 77))
    assert "paragraphs 1 to 76" in said(reply)


@pytest.mark.parametrize("message", ["$32", "20%", "60/227", "12/07/2006", "+41 22 717 9111", "25:00", "-3", "32-"])
def test_a_message_of_numbers_is_not_said_to_hold_none(message: str, document: Document) -> None:
    assert "without words or numbers" not in said(answer(message, document))


@pytest.mark.parametrize("message", ["`help`\n", "`outline`\n", "“`topics`”", "_help_…", "*para 32*\n"])
def test_marks_of_emphasis_round_a_command_are_not_heard(message: str, document: Document) -> None:
    assert answer(message, document).kind == answer(re.sub(r"\W*(\w.*\w)\W*", r"\1", message), document).kind


@pytest.mark.parametrize(
    "message", ["25:00 \ud800", "20% \u202e\x00", "hlep\u200b", "para x\u202e", "search zebra\ud800\x07"]
)
def test_what_is_echoed_holds_no_invisible_sign(message: str, document: Document) -> None:
    shown = said(answer(message, document))
    assert [sign for sign in shown if unicodedata.category(sign) in {"Cc", "Cf", "Cs"}] == []


@pytest.mark.parametrize(
    "sign", ["§", "¶", "#", "(", "- ", "para ", "IV.", "3,", "the ", "of the ", "\n1. ", "a/", '"', "🎉"]
)
def test_a_sign_without_end_is_answered_at_once(sign: str, document: Document) -> None:
    answer("zebra", document)
    for message in (sign * READ_AT_MOST, f"para 3{sign * READ_AT_MOST}", f"what {sign * READ_AT_MOST}x"):
        start = time.perf_counter()
        answer(message, document)
        assert time.perf_counter() - start < 2


def test_a_message_read_in_part_is_never_longer_than_what_is_read(document: Document) -> None:
    just, over = "word " * (READ_AT_MOST // 5), "word " * (READ_AT_MOST // 5 + 1)
    assert "characters" not in said(answer(just, document))
    assert "characters" in said(answer(over, document))
