"""What stands beside the hearings summary: it names only what exists, and says nothing twice or both ways."""

from collections import defaultdict

import pytest

from corpus.document import Document
from corpus.keys import Keys, load_keys, load_silences
from corpus.words import words


@pytest.fixture(scope="module")
def keys(document: Document) -> dict[int, Keys]:
    return load_keys(document)


def plain(question: str) -> str:
    """A question without its signs, cases and spaces."""
    return " ".join(words(question))


def test_every_paragraph_has_at_least_30_different_questions_and_some_terms(keys: dict[int, Keys]) -> None:
    different = {number: len({plain(question) for question in entry.questions}) for number, entry in keys.items()}
    assert {number: count for number, count in different.items() if count < 30} == {}
    assert [
        number for number, entry in keys.items() if not entry.terms or len(set(entry.terms)) < len(entry.terms)
    ] == []
    assert all(plain(text) for entry in keys.values() for text in (*entry.questions, *entry.terms))


def test_keys_stand_for_paragraphs_that_exist_and_for_all_of_them(document: Document, keys: dict[int, Keys]) -> None:
    assert sorted(keys) == [p.number for p in document.paragraphs]


def test_no_question_is_the_key_of_two_paragraphs(keys: dict[int, Keys]) -> None:
    asked: dict[str, set[int]] = defaultdict(set)
    for number, entry in keys.items():
        for question in entry.questions:
            asked[plain(question)].add(number)
    assert {question: numbers for question, numbers in asked.items() if len(numbers) > 1} == {}


def test_no_question_is_both_a_key_and_a_silence(document: Document, keys: dict[int, Keys]) -> None:
    asked = {plain(question) for entry in keys.values() for question in entry.questions}
    assert asked & {plain(silence.ask) for silence in load_silences(document)} == set()


def test_silences_are_asked_once_and_name_paragraphs_that_exist(document: Document) -> None:
    silences = load_silences(document)
    assert len(silences) >= 1300
    assert len({plain(silence.ask) for silence in silences}) == len(silences)
    assert {number for silence in silences for number in silence.near if number not in document} == set()


def test_topics_name_paragraphs_that_exist_each_once(document: Document) -> None:
    assert len(document.topics) >= 160
    for topic in document.topics.topics:
        assert topic.paragraphs
        assert len(set(topic.paragraphs)) == len(topic.paragraphs)
        assert all(number in document for number in topic.paragraphs)


def test_every_paragraph_belongs_to_a_topic(document: Document) -> None:
    treated = {number for topic in document.topics.topics for number in topic.paragraphs}
    assert treated == {p.number for p in document.paragraphs}


def test_no_topic_name_is_used_twice(document: Document) -> None:
    names = [topic.name.casefold() for topic in document.topics.topics]
    assert sorted(set(names)) == sorted(names)


def test_misprints_stand_in_their_paragraphs(document: Document) -> None:
    assert document.edition.misprints
    for number, printed in document.edition.misprints:
        assert document.paragraph(number).text.count(printed) == 1


def test_segments_are_reported_in_sections_that_exist(document: Document) -> None:
    assert document.programme is not None
    items = {item.name for item in document.programme.items}
    for item, path in document.edition.reported_in:
        assert item in items
        assert document.section(path) is not None
