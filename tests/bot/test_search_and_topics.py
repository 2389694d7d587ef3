"""Searching in one section; topics joined by "and"; what a topic's summary is made of."""

import pytest

from bot.answering import apology, decide
from bot.commands.command import Facts
from bot.commands.topic import TopicRequest, answer_topic
from bot.errors import BotError
from bot.render import render_plain
from bot.reply import Passage, Reply
from bot.understanding import understand
from corpus.document import Document
from corpus.topics import LEANING


def reply_to(message: str, document: Document) -> Reply:
    try:
        request = understand(message, document)
        assert request
        return decide(request, Facts(document))
    except BotError as error:
        return apology(error)


@pytest.mark.parametrize(
    ("message", "which"),
    [
        ('search "trade unions" in IV', (44, 46, 54)),
        ('search "trade unions" in section IV.C', (44, 46, 54)),
        ('search in IV for "trade unions"', (44, 46, 54)),
        ("search section IV for unions", (44, 54, 46)),
        ("search women in part V", (68, 74)),
        ("search remittances in the key findings", (13,)),
        ("search women in gender", (26,)),
    ],
)
def test_a_search_may_be_kept_to_a_section(message: str, which: tuple[int, ...], document: Document) -> None:
    assert sorted(reply_to(message, document).paragraphs) == sorted(which)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ('search "trade unions" in IV.B', "“trade unions” is not in section IV B; it is in paragraphs 20, 25, 27, 28,"),
        ("search remittances in section III", "“remittances” is not in section III; it is in paragraphs 13, 32,"),
        ("search zebras in IV", "“zebras” is not in section IV."),
        ("search rights in XII", "There is no section XII"),
    ],
)
def test_what_a_section_lacks_is_never_said_of_the_document(message: str, said: str, document: Document) -> None:
    reply = reply_to(message, document)
    assert render_plain(reply).startswith(said)
    assert not reply.answered


@pytest.mark.parametrize("message", ["search migration in Africa", "search jobs in countries of origin"])
def test_other_words_after_in_are_looked_for(message: str, document: Document) -> None:
    assert "in section" not in render_plain(reply_to(message, document)).splitlines()[0]


def test_topics_joined_by_and_give_the_paragraphs_on_both(document: Document) -> None:
    for message in ("topic women and trade unions", "what does it say about women & trade unions?"):
        reply = reply_to(message, document)
        said = render_plain(reply)
        assert reply.paragraphs == (46,)
        assert said.startswith("Topics: migrant women (for “women”) and trade unions; both treated in 1 paragraph\n")
        assert "participation of migrant women in trade unions" in said
        assert "- trade unions: paragraphs 20, 25, 27, 28, 44, 46, 54, 65, 66 and 75" in said


def test_topics_that_no_paragraph_joins_are_listed_each(document: Document) -> None:
    reply = reply_to("topic racism and banks", document)
    said = render_plain(reply)
    assert said.startswith(
        "I found no paragraph on both: racism and xenophobia (for “racism”) and financial institutions (for “banks”)."
    )
    assert not {11, 24, 69, 73} & {13, 32, 37, 57}
    assert {69, 32} <= set(reply.paragraphs)


@pytest.mark.parametrize("message", ["topic migration and development", "topic racism and xenophobia"])
def test_one_topic_with_an_and_in_its_name_stays_one(message: str, document: Document) -> None:
    assert render_plain(reply_to(message, document)).startswith("Topic: ")


def test_every_summary_is_short_from_different_paragraphs_and_stands_by_itself(document: Document) -> None:
    for topic in document.topics.topics:
        quoted = [b for b in answer_topic(TopicRequest(topic.name), Facts(document)).blocks if isinstance(b, Passage)]
        numbers = [passage.number for passage in quoted]
        count = sum(len(passage.sentences) for passage in quoted)
        assert min(3, len(topic.paragraphs)) <= count <= 6, topic.name
        assert len(set(numbers)) == len(numbers)
        for passage in quoted:
            assert passage.start == 0 or not LEANING.match(passage.sentences[0]), (topic.name, passage.number)
        for short, full in document.pairs:
            if {short, full} <= set(numbers):
                assert numbers.index(short) < numbers.index(full), topic.name
