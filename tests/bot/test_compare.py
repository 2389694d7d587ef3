"""Two paragraphs side by side: what differs is told in words, and verbatim."""

import re

import pytest

from bot.answering import apology, decide
from bot.commands.command import Facts
from bot.errors import BotError
from bot.render import render_plain
from bot.reply import Passage, Place, Reply
from bot.understanding import understand
from corpus.document import Document


def reply_to(message: str, document: Document, place: Place | None = None) -> Reply:
    try:
        request = understand(message, document)
        assert request
        return decide(request, Facts(document, place=place))
    except BotError as error:
        return apology(error)


@pytest.mark.parametrize(
    ("message", "which"),
    [
        ("compare 13 32", (13, 32)),
        ("compare 13-32", (13, 32)),
        ("compare 13 to 32", (13, 32)),
        ("compare paragraph thirteen with thirty-two", (13, 32)),
        ("Compare para 13 & para. 32, please", (13, 32)),
        ("what is the difference between paragraphs 13 and 32?", (13, 32)),
        ("difference between para 13 and 32", (13, 32)),
        ("how does paragraph 61 differ from 21?", (61, 21)),
        ("are para 21 and para 61 the same?", (21, 61)),
        ("13 vs 32", (13, 32)),
        ("compare 61", (61, 21)),
        ("compare 5 and 44", (5, 44)),
    ],
)
def test_two_paragraphs_are_compared_however_they_are_named(
    message: str, which: tuple[int, int], document: Document
) -> None:
    reply = reply_to(message, document)
    assert (reply.kind, reply.paragraphs) == ("compare", which)
    assert all(block.whole for block in reply.blocks if isinstance(block, Passage))


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("compare", "Which paragraphs?"),
        ("compare 5 6 7", "two paragraphs at a time"),
        ("compare 23 23", "with which other?"),
        ("compare 13 99", "no paragraph 99"),
        ("compare section III and section IV", "paragraphs, not sections"),
        ("compare para 32 with paragraph 7 of resolution 60/227", "I only have the hearings summary"),
    ],
)
def test_what_cannot_be_compared_is_said(message: str, said: str, document: Document) -> None:
    reply = reply_to(message, document)
    assert said in render_plain(reply)
    assert reply.kind != "compare"


def test_one_is_compared_with_what_was_shown_last(document: Document) -> None:
    assert reply_to("compare it with 32", document, Place(60, 60)).paragraphs == (60, 32)


@pytest.mark.parametrize("message", ["compare women and men", "how do women differ from men?", "compare the costs"])
def test_other_comparisons_are_questions(message: str, document: Document) -> None:
    assert reply_to(message, document).kind != "compare"


def test_the_differing_words_are_told_and_marked(document: Document) -> None:
    reply = reply_to("compare 21 61", document)
    said = render_plain(reply)
    assert "The two report the same: paragraph 21 (section II) and paragraph 61 (section IV E)." in said
    assert (
        "Sentence 1 of paragraph 21 and sentence 1 of paragraph 61: 21 has “There was widespread agreement on”, 61 "
        "“Several participants highlighted”; 21 has “relationship”, 61 “interrelations”." in said
    )
    assert "Sentence 2 of paragraph 21 and sentence 2 of paragraph 61: only 61 has “international”." in said
    assert "In paragraph 61 alone, with no like sentence in paragraph 21: sentence 3." in said
    first = next(block for block in reply.blocks if isinstance(block, Passage))
    assert [first.text[a:b] for a, b in first.marks] == ["There was widespread agreement on", "relationship"]


def test_every_pair_differs_in_words_that_stand_in_the_document(document: Document) -> None:
    for pair in document.pairs:
        said = render_plain(reply_to(f"compare {pair[0]} {pair[1]}", document))
        told = [line for line in said.splitlines() if line.startswith("- ")]
        assert told, pair
        texts = " ".join(document.paragraph(number).text for number in pair)
        for words in re.findall(r"“([^“”]+)”", " ".join(told)):
            assert words in texts, (pair, words)


def test_a_document_without_pairs_is_compared_too(harbours: Document) -> None:
    one, other = harbours.first, harbours.last
    said = render_plain(reply_to(f"compare {one} {other}", harbours))
    assert "not listed as a short and a full account" in said or "report the same" in said
