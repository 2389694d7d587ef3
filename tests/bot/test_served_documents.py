"""Other documents served with no change of code: one without programme, topics and keys, one numbered from 41."""

import re
from datetime import UTC, datetime

import pytest

from bot.answering import apology, decide
from bot.commands.command import Facts
from bot.commands.table import COMMANDS
from bot.errors import BotError
from bot.render import render_plain
from bot.reply import Bullets, Choices, Copyable, Heading, Passage, Place, Reply, Text, Timetable, Visibility
from bot.understanding import understand
from corpus.document import Document

#: When the questions are asked; a plan of a digest counts from it.
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


def ask(message: str, document: Document, place: Place | None = None) -> Reply:
    try:
        request = understand(message, document)
    except BotError as error:
        return apology(error)
    assert request is not None
    return decide(request, Facts(document, place=place, now=NOW))


def said(reply: Reply) -> str:
    return "\n".join(block.text for block in reply.blocks if isinstance(block, Text | Heading | Copyable))


def passages(reply: Reply) -> list[Passage]:
    return [block for block in reply.blocks if isinstance(block, Passage)]


def table(reply: Reply) -> list[str]:
    return [row.name for block in reply.blocks if isinstance(block, Timetable) for row in block.rows]


@pytest.fixture(params=["harbours", "valleys"])
def other(request: pytest.FixtureRequest) -> Document:
    document: Document = request.getfixturevalue(request.param)
    return document


# -- numbered 41 to 70


@pytest.mark.parametrize(
    ("message", "paragraphs"),
    [
        ("para 55", (55,)),
        ("50", (50,)),
        ("paras 41–43", (41, 42, 43)),
        ("the last paragraph", (70,)),
        ("the first paragraph", (41,)),
        ("the first two paragraphs", (41, 42)),
        ("quote 49 sentence 2", (49,)),
    ],
)
def test_paragraphs_are_counted_as_the_document_counts(
    message: str, paragraphs: tuple[int, ...], valleys: Document
) -> None:
    reply = ask(message, valleys)
    assert reply.paragraphs == paragraphs
    assert all(valleys.paragraph(p.number).text.startswith(p.sentences[0]) or p.start for p in passages(reply))
    assert all(p.source == f"Valleys summary, 5 June 2013, paragraph {p.number}" for p in passages(reply))


@pytest.mark.parametrize("message", ["para 1", "40", "para 71", "paras 1-10", "quote 32", "cite 32"])
def test_references_outside_the_numbering_are_told_it(message: str, valleys: Document) -> None:
    reply = ask(message, valleys)
    assert (reply.kind, reply.answered, reply.visibility) == ("error", False, Visibility.ASKER)
    assert "paragraphs 41 to 70" in said(reply)


def test_a_range_over_the_first_number_gives_its_valid_part(valleys: Document) -> None:
    reply = ask("paras 35-42", valleys)
    assert reply.paragraphs == (41, 42)
    assert "paragraphs 41 to 70" in said(reply)
    assert "para 40" not in [c.words for b in reply.blocks if isinstance(b, Choices) for c in b.choices]


@pytest.mark.parametrize(("message", "place"), [("previous", Place(41, 41)), ("next", Place(70, 70))])
def test_moves_stop_at_the_documents_own_edges(message: str, place: Place, valleys: Document) -> None:
    assert not ask(message, valleys, place).answered


@pytest.mark.parametrize(
    ("message", "first", "last"),
    [
        ("section IV.A.1", 43, 44),
        ("section 5.B", 55, 57),
        ("vi b", 68, 70),
        ("section schools", 53, 54),
        ("section general remarks", 64, 65),
        ("section VI", 64, 70),
    ],
)
def test_sections_are_found_by_this_documents_labels_and_titles(
    message: str, first: int, last: int, valleys: Document
) -> None:
    assert ask(message, valleys).paragraphs == tuple(range(first, last + 1))


def test_an_unknown_section_is_told_this_documents_sections(valleys: Document) -> None:
    reply = ask("section I", valleys)
    assert not reply.answered
    assert "sections IV to VI" in said(reply)


@pytest.mark.parametrize(
    ("message", "words", "items"),
    [
        ("when is panel 2?", ["3 p.m.", "4.25 p.m.", "afternoon"], ["Panel 2"]),
        ("panels 2 and 3", ["1 hour 25 minutes", "1 hour 30 minutes"], ["Panel 2", "Panel 3"]),
        (
            "what was on at 12:15",
            ["Presentation of the trial register"],
            ["Presentation of the trial register of valleys"],
        ),
        ("what came after panel 3", ["Panel 4"], ["Panel 4"]),
        ("what was on in the evening", ["Panel 4"], ["Panel 4", "Closing of the consultation"]),
        ("how long was lunch", ["12.30 p.m.", "3 p.m.", "2 hours 30 minutes"], None),
        ("who opened", ["Chair of the Standing Conference", "Delegate"], ["Opening of the consultation"]),
        ("when did it end", ["9 p.m."], ["Closing of the consultation"]),
    ],
)
def test_the_programme_is_asked_with_this_documents_words(
    message: str, words: list[str], items: list[str] | None, valleys: Document
) -> None:
    reply = ask(message, valleys)
    assert (reply.kind, reply.answered) == ("schedule", True)
    assert all(word in said(reply) for word in words)
    assert items is None or table(reply) == items


def test_an_unknown_item_is_told_this_documents_items(valleys: Document) -> None:
    reply = ask("when is panel 9", valleys)
    assert not reply.answered
    assert "Panel 1, Panel 2, Panel 3 and Panel 4" in said(reply)


def test_the_whole_programme_has_three_meetings_and_seven_items(valleys: Document) -> None:
    reply = ask("schedule", valleys)
    assert len(table(reply)) == 7
    assert [block.text for block in reply.blocks if isinstance(block, Heading)][1:] == [
        "Morning meeting, 9.30 a.m.-12.30 p.m.",
        "Afternoon meeting, 3 p.m.-6 p.m.",
        "Evening meeting, 7.30 p.m.-9 p.m.",
    ]
    assert Choices(()) not in reply.blocks


# -- without programme, and with other labels


@pytest.mark.parametrize("message", ["schedule", "programme", "agenda please"])
def test_a_document_without_a_programme_says_so(message: str, harbours: Document) -> None:
    reply = ask(message, harbours)
    assert not reply.answered
    assert "no programme" in said(reply)


@pytest.mark.parametrize(
    "message", ["when is segment 2", "what was on at 11:20", "how long was lunch", "what did segment 2 say"]
)
def test_without_a_programme_its_questions_are_not_answered_with_something_else(
    message: str, harbours: Document
) -> None:
    assert not ask(message, harbours).answered


@pytest.mark.parametrize(
    ("message", "first", "last"),
    [
        ("section A", 1, 4),
        ("section B.1", 5, 9),
        ("section b 1", 5, 9),
        ("section B.1.(a)", 5, 7),
        ("section B.1.b", 8, 9),
        ("B.1.(a)", 5, 7),
        ("B.2", 10, 14),
        ("section piece rates", 8, 9),
        ("section seasonal crews", 13, 14),
    ],
)
def test_sections_with_letters_at_the_top_are_found(message: str, first: int, last: int, harbours: Document) -> None:
    assert ask(message, harbours).paragraphs == tuple(range(first, last + 1))


def test_two_notes_each_come_with_their_paragraph(harbours: Document) -> None:
    assert ask("note 2", harbours).paragraphs == (18,)
    assert ask("footnotes", harbours).paragraphs == (7, 18)
    assert "notes 1 and 2" in said(ask("note 3", harbours))


# -- without topics and keys


@pytest.mark.parametrize("message", ["topics", "outline"])
def test_without_a_topic_list_the_sections_are_shown(message: str, other: Document) -> None:
    [listed] = [block for block in ask(message, other).blocks if isinstance(block, Bullets)]
    assert len(listed.items) == len(other.sections)
    assert all(section.title in item for section, item in zip(other.sections, listed.items, strict=True))


@pytest.mark.parametrize(
    ("document", "phrase", "paragraphs"),
    [("harbours", "dues", {17, 18, 20}), ("harbours", "dredging", {15, 16}), ("valleys", "nurses", {55, 56, 66})],
)
def test_a_topic_is_gathered_from_the_words_alone(
    document: str, phrase: str, paragraphs: set[int], request: pytest.FixtureRequest
) -> None:
    reply = ask(f"topic {phrase}", request.getfixturevalue(document))
    assert reply.answered
    assert paragraphs <= set(reply.paragraphs) | set(reply.also)
    assert len(passages(reply)) == len(set(reply.paragraphs)) <= 6


@pytest.mark.parametrize("phrase", ["zebra", "brain drain", "GDP of Mexico"])
def test_what_is_in_no_paragraph_is_no_topic(phrase: str, other: Document) -> None:
    reply = ask(f"topic {phrase}", other)
    assert not reply.answered
    assert reply.paragraphs == ()


@pytest.mark.parametrize(
    ("document", "question", "number", "words"),
    [
        ("harbours", "how much does a boat pay in dues?", 17, "annual dues ranged from €240"),
        ("harbours", "what did the second-hand dredger cost?", 16, "4.2 million euros"),
        ("valleys", "how much was a nurse paid?", 55, "3,900 francs a month"),
        ("valleys", "how many valleys have no school?", 53, "97 no longer had a school"),
    ],
)
def test_a_question_is_answered_from_the_words_alone(
    document: str, question: str, number: int, words: str, request: pytest.FixtureRequest
) -> None:
    best = passages(ask(question, request.getfixturevalue(document)))[0]
    assert best.number == number
    assert best.answer is not None
    assert words in " ".join(best.sentences[slice(*best.answer)])


@pytest.mark.parametrize("question", ["what is the gdp of mexico?", "who won the football?", "brain drain", "xyzzy?"])
def test_without_keys_it_is_never_claimed_that_the_document_does_not_say(question: str, other: Document) -> None:
    reply = ask(question, other)
    assert not reply.answered
    assert "found no paragraph" in said(reply)


def test_a_misspelt_word_is_read_by_this_documents_words(valleys: Document, harbours: Document) -> None:
    assert "“nurses”" in said(ask("search nurces", valleys))
    assert ask("search dreger", harbours).paragraphs == (16,)


# -- every document


def test_citations_name_the_document_and_its_day(harbours: Document, valleys: Document) -> None:
    assert said(ask("cite 55", valleys)).startswith(
        "“Summary of the consultation on life and work in the upper valleys”, 5 June 2013, para. 55."
    )
    assert "@misc{harbours," in said(ask("cite 5 bibtex", harbours))


def test_about_describes_the_document_served(harbours: Document, valleys: Document) -> None:
    assert "24 paragraphs (1 to 24), 14 sections, 2 footnotes" in render_plain(ask("about", harbours))
    assert "30 paragraphs (41 to 70), 20 sections, 1 footnote, a programme of 7 timed items" in render_plain(
        ask("about", valleys)
    )
    assert "programme" not in render_plain(ask("about", harbours)).casefold()


EXAMPLE = re.compile(r'\b(?:quote|para) \d+|\b(?:topic|section|search) (?:"[^"]+"|[\w.()]+)(?=[,.]| or)|\bschedule\b')


@pytest.mark.parametrize(
    "message",
    [
        "",
        "quote it",
        "next",
        "topic",
        "section",
        "para",
        "search",
        "hello",
        "rewrite it",
        "para 12 of the Global Compact",
    ],
)
def test_what_is_given_as_an_example_works_in_the_document_served(message: str, other: Document) -> None:
    given = EXAMPLE.findall(said(ask(message, other)))
    assert given
    assert [example for example in given if not ask(example, other).answered] == []


def test_no_reply_speaks_of_the_other_document(other: Document) -> None:
    for command in COMMANDS:
        for example in command.examples:
            assert "igration" not in said(ask(example, other, Place(other.last, other.last)))


def test_every_choice_works_in_the_document_served(other: Document) -> None:
    messages = [f"para {n}" for n in range(other.first, other.last + 1)]
    messages += [f"section {section.title}" for section in other.sections]
    messages += [example for command in COMMANDS for example in command.examples]
    messages += ["panel 2", "schedule", "note 1", "topic schools", "topic dues", "search insulin"]
    offered = {c.words for m in messages for b in ask(m, other).blocks if isinstance(b, Choices) for c in b.choices}
    assert [words for words in sorted(offered) if not ask(words, other).answered] == []
