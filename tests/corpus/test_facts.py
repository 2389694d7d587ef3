"""The fact sheet: the hearings' own holds every number and name of its paragraphs; the reader refuses what does not stand there."""

import re
from pathlib import Path

import pytest

from corpus.document import Document
from corpus.errors import DocumentUnreadable
from corpus.facts import FACTS, KINDS, Fact, load_facts
from corpus.library import open_document

#: Names that are no facts of their own: who takes part in everything, and kinds of things.
GENERAL = {"Member", "State", "States", "Government", "Governments", "Convention", "Conventions", "South-South"}


@pytest.fixture(scope="module")
def facts(document: Document) -> dict[int, tuple[Fact, ...]]:
    return load_facts(document)


def held(facts: dict[int, tuple[Fact, ...]], number: int) -> str:
    return " | ".join(fact.words for fact in facts[number])


def test_every_paragraph_states_something(document: Document, facts: dict[int, tuple[Fact, ...]]) -> None:
    assert sorted(facts) == [p.number for p in document.paragraphs]
    assert {fact.kind for states in facts.values() for fact in states} == set(KINDS)


def test_every_number_in_digits_is_a_fact(document: Document, facts: dict[int, tuple[Fact, ...]]) -> None:
    missing = {
        (p.number, digits)
        for p in document.paragraphs
        for digits in re.findall(r"\d+", p.text)
        if not re.search(rf"\b{digits}\b", held(facts, p.number))
    }
    assert missing == set()


def test_every_capitalised_word_inside_a_sentence_is_in_a_fact(
    document: Document, facts: dict[int, tuple[Fact, ...]]
) -> None:
    missing = {
        (p.number, word)
        for p in document.paragraphs
        for sentence in document.sentences(p.number)
        for word in re.findall(r"(?<=[\w,;(] )[A-Z][\w-]+", sentence)
        if word not in GENERAL and word not in held(facts, p.number)
    }
    assert missing == set()


@pytest.mark.parametrize(
    ("number", "kind", "words"),
    [
        (1, "date", ["12 July 2006", "23 December 2005"]),
        (2, "place", ["New York"]),
        (4, "number", ["About 240 representatives", "94 Member States"]),
        (6, "person", ["Peter Sutherland"]),
        (14, "number", ["about half of all international migrants"]),
        (22, "instrument", ["A/60/871"]),
        (32, "number", ["20 per cent of the total amount transferred"]),
        (40, "speaker", ["A participant"]),
        (58, "place", ["Africa", "Europe"]),
        (74, "number", []),
    ],
)
def test_what_the_hearings_state(facts: dict[int, tuple[Fact, ...]], number: int, kind: str, words: list[str]) -> None:
    assert [fact.words for fact in facts[number] if fact.kind == kind] == words


def test_one_person_is_named_and_three_places(facts: dict[int, tuple[Fact, ...]]) -> None:
    named = {fact for states in facts.values() for fact in states if fact.kind in ("person", "place")}
    assert named == {
        Fact("person", "Peter Sutherland"),
        *(Fact("place", place) for place in ("New York", "Africa", "Europe")),
    }


TEXT = """ I. Start

1. On 2 May 2011 about 30 people met Ann Lee in Porto, who asked for more1 than that.

__________________

 1  A/12/3.

2. All of them left.
"""


def sheet(folder: Path, text: str) -> Document:
    (folder / "source.txt").write_text(TEXT, encoding="utf-8")
    (folder / FACTS).write_text(text, encoding="utf-8")
    return open_document(folder)


def test_a_sheet_gives_facts_in_order_those_of_a_note_with_its_paragraph(tmp_path: Path) -> None:
    document = sheet(
        tmp_path, "1: {number: [about 30 people], person: [Ann Lee]}\nnote 1: {instrument: [A/12/3]}\n2: {}\n"
    )
    assert load_facts(document) == {
        1: (Fact("number", "about 30 people"), Fact("person", "Ann Lee"), Fact("instrument", "A/12/3")),
        2: (),
    }


@pytest.mark.parametrize("text", ["", "{}", "# nothing yet\n"])
def test_an_empty_sheet_and_none_state_nothing(tmp_path: Path, text: str) -> None:
    assert load_facts(sheet(tmp_path, text)) == {}
    (tmp_path / FACTS).unlink()
    assert load_facts(open_document(tmp_path)) == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1: {number: [about 31 people]}", "paragraph 1, number: expected words that stand there"),
        ("1: {number: [bout 30 people]}", "words that stand there"),
        ("2: {person: [Ann Lee]}", "paragraph 2, person: expected words that stand there"),
        ("1: {number: [more]}", "paragraph 1, number: expected a count"),
        ("1: {date: [2 May]}", "paragraph 1, date: expected a day or days with their year"),
        ("1: {person: [Ann Lee in Porto]}", "paragraph 1, person: expected somebody by name"),
        ("1: {place: [in Porto]}", "paragraph 1, place: expected a city"),
        ("1: {place: [Porto, Porto]}", "paragraph 1, place: 'Porto' stands twice"),
        ("1: {colour: [more]}", "paragraph 1: expected entries body, date"),
        ("1: [more]", "paragraph 1: expected entries"),
        ("1: {number: about 30 people}", "paragraph 1, number: expected a list"),
        ("3: {}", "names paragraph 3, which the document has not"),
        ("note 2: {}", "expected paragraph numbers"),
        ("note 1: {instrument: [A/12/4]}", "note 1, instrument: expected words that stand there"),
        ("- 1", "expected paragraph numbers with facts by kind"),
    ],
)
def test_the_reader_refuses_what_does_not_stand_there(tmp_path: Path, text: str, said: str) -> None:
    document = sheet(tmp_path, text)
    with pytest.raises(DocumentUnreadable, match=re.escape(said)):
        load_facts(document)
