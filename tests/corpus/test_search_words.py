"""Search: stems, exact phrases, places that match, spelling mended and said so, words within a section."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.document import Document
from corpus.words import STOP, stem, words


def marked(document: Document, query: str) -> set[str]:
    found = document.search.find(query)
    texts = [document.paragraph(number).text for number in found.hits]
    return {text[start:end] for text in texts for start, end in found.marks(text)}


@pytest.mark.parametrize(
    ("query", "other"),
    [
        ("remittance", "remittances"),
        ("migrant", "MIGRANTS"),
        ("integrate", "integration"),
        ("labor", "labour"),
        ("organisation", "organization"),
        ("programme", "programs"),
        ("union trade", "trade unions"),
        ("migrants'", "migrants’"),
    ],
)
def test_a_word_is_found_in_any_form_case_and_order(document: Document, query: str, other: str) -> None:
    found, found_other = document.search.find(query), document.search.find(other)
    assert found.hits
    assert found.hits == found_other.hits
    assert (found.mended, found_other.mended, found.unknown, found_other.unknown) == ((), (), (), ())


def test_the_paragraphs_that_say_most_come_first(document: Document) -> None:
    assert set(document.search.find("remittances transfer costs").hits[:3]) <= {13, 32, 57, 63, 66, 67}
    assert document.search.find("microcredit").hits == (32,)
    assert document.search.find("Durban Declaration").hits[0] in {11, 24}


def test_every_word_of_the_document_finds_all_its_paragraphs_and_is_never_mended(document: Document) -> None:
    where: dict[str, set[int]] = {}
    for paragraph in document.paragraphs:
        for word in words(paragraph.text):
            where.setdefault(word, set()).add(paragraph.number)
    for word, numbers in where.items():
        found = document.search.find(word)
        assert found.mended == ()
        assert word in STOP or numbers <= set(found.hits)


def test_no_word_of_the_document_is_ever_called_unknown(document: Document) -> None:
    held = {word for paragraph in document.paragraphs for word in words(paragraph.text)}
    assert {word for word in held if document.search.find(word).unknown} == set()


def test_a_word_in_a_heading_finds_the_paragraphs_under_it(document: Document) -> None:
    assert set(document.search.find("vulnerable groups").hits) >= set(range(45, 51))


def test_a_word_in_a_note_finds_the_paragraph_that_carries_its_mark(document: Document, harbours: Document) -> None:
    assert document.search.find("A/60/871").hits[0] == 22
    assert harbours.search.find("annexed").hits == (18,)


# -- phrases


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ('"low-income"', {16, 33, 35}),
        ('"Low-Income"', {16, 33, 35}),
        ('"his  report\tthat"', {22}),
        ('"to he held"', {2}),
        ('"migrants\' savings"', {66}),
        ('"migrants’ savings"', {66}),
        ('"trade union"', set()),
        ('"unions trade"', set()),
        ('"mode 4"', {25}),
        ('"mode 4" "trade unions"', {25}),
        ('"trade unions" remittances', {66}),
        ('"trade unions" "microcredit"', set()),
        ('"14–15 September"', {2}),
        ('"low‑income"', {16, 33, 35}),
        ('"A/60/871"', {22}),
        ('"[" "(" "*"', set()),
    ],
)
def test_a_phrase_in_quotes_stands_in_every_paragraph_found(document: Document, query: str, numbers: set[int]) -> None:
    assert set(document.search.find(query).hits) == numbers


@settings(database=None, deadline=None, max_examples=150)
@given(st.data())
def test_any_run_of_words_in_quotes_finds_its_paragraph(document: Document, data: st.DataObject) -> None:
    paragraph = data.draw(st.sampled_from(document.paragraphs))
    printed = paragraph.text.split()
    start = data.draw(st.integers(0, len(printed) - 1))
    run = " ".join(printed[start : start + data.draw(st.integers(1, 6))])
    found = document.search.find(f'"{run}"')
    assert paragraph.number in found.hits
    assert found.phrases == (run,)
    for number in found.hits:
        text = document.paragraph(number).text
        assert found.marks(text)
        assert all(run.casefold() in text[first:end].casefold() for first, end in found.marks(text))


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ('"trade unions"', {"trade unions"}),
        ("microcredit", {"microcredit"}),
        ("dual citizenship", {"dual citizenship", "citizens", "dual"}),
        ("Sutherland", {"Sutherland"}),
        ('"Sutherland, Special" Peter', {"Peter Sutherland, Special"}),
    ],
)
def test_the_places_that_match_are_marked_and_adjoining_ones_joined(
    document: Document, query: str, places: set[str]
) -> None:
    assert marked(document, query) <= places
    assert marked(document, query)


@settings(database=None, deadline=None, max_examples=150)
@given(st.text(max_size=40) | st.from_regex(r'["a-zé’\' .()*\\\[-]{1,25}', fullmatch=True))
def test_any_query_gives_paragraphs_once_each_and_marks_in_order(document: Document, query: str) -> None:
    found = document.search.find(query)
    assert len(set(found.hits)) == len(found.hits)
    for number in found.hits:
        text = document.paragraph(number).text
        edges = [edge for mark in found.marks(text) for edge in mark]
        assert edges == sorted(edges)
        assert all(0 <= edge <= len(text) for edge in edges)


@pytest.mark.parametrize("query", ["", "  ", '"', '""', "***", "🙂", "\x00", "“”"])
def test_a_query_without_words_finds_nothing(document: Document, query: str) -> None:
    assert document.search.find(query).hits == ()


# -- spelling


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("remitances", "remittances"),
        ("REMITANCES", "remittances"),
        ("cooperaton", "cooperation"),
        ("migrent", "migrant"),
        ("wimen", "women"),
        ("childern", "children"),
        ("enviroment", "environment"),
        ("gouvernment", "government"),
        ("trafficing", "trafficking"),
        ("familes", "families"),
        ("xenofobia", "xenophobia"),
    ],
)
def test_a_mistyped_word_is_mended_and_it_is_said_so(document: Document, typed: str, read: str) -> None:
    found = document.search.find(typed)
    assert found.mended == ((typed.casefold(), read),)
    assert found.hits == document.search.find(read).hits
    assert found.terms == {stem(read)}


def test_only_the_mistyped_words_of_a_query_are_mended(document: Document) -> None:
    found = document.search.find("remitances trade wimen xylophone")
    assert found.mended == (("remitances", "remittances"), ("wimen", "women"))
    assert found.unknown == ("xylophone",)


@pytest.mark.parametrize("typed", ['"remitances"', '"wimen" women'])
def test_a_phrase_is_never_mended(document: Document, typed: str) -> None:
    found = document.search.find(typed)
    assert (found.hits, found.mended) == ((), ())


@pytest.mark.parametrize("number", ["1997", "98", "2007", "12000", "60/228", "A/61/871", "h1b", "G77"])
def test_a_number_is_never_mended(document: Document, number: str) -> None:
    found = document.search.find(number)
    assert found.mended == ()
    assert found.unknown


@pytest.mark.parametrize("name", ["Mexico", "Germany", "Senegal", "Mali", "Peru", "Chile", "Rome", "UNICEF"])
def test_a_name_is_never_mended_into_a_word(document: Document, name: str) -> None:
    found = document.search.find(f"migrants in {name}")
    assert found.mended == ()
    assert found.unknown == (name.casefold(),)


@pytest.mark.parametrize("word", ["xylophone", "quantum", "teh", "zzzz"])
def test_a_word_like_none_of_the_document_stays_unknown(document: Document, word: str) -> None:
    found = document.search.find(word)
    assert (found.hits, found.mended, found.unknown) == ((), (), (word,))


# -- within


def test_words_are_found_within_a_section(document: Document) -> None:
    section = document.section("IV.B")
    assert section is not None
    within = range(section.first, section.last + 1)
    everywhere = document.search.find("remittances").hits
    assert document.search.find("remittances", within).hits == tuple(n for n in everywhere if n in within) == (32,)
    assert document.search.find('"trade unions"', within).hits == ()
    assert document.search.find("remittances", range(0)).hits == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Migrants’ rights, don't", ["migrants", "rights", "dont"]),
        ("10.30 p.m. on 12 July", ["1030", "pm", "on", "12", "july"]),
        ("low-income A/60/871", ["low", "income", "a", "60", "871"]),
        ("", []),
    ],
)
def test_the_words_of_a_text(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_a_search_never_changes_what_the_next_one_finds(document: Document) -> None:
    before = document.search.find("remittances")
    document.search.find('remitances "trade unions" xylophone')
    assert document.search.find("remittances") == before
    assert re.fullmatch(r"[a-z]+", next(iter(before.terms)))


@pytest.mark.parametrize("word", ["chapter", "taxes", "comrade", "mali", "holland"])
def test_a_right_word_that_the_text_has_not_is_never_mended(word: str, document: Document) -> None:
    assert document.search.mend(word) is None
    assert document.answers.answer(f"what about {word} there").mended == ()
