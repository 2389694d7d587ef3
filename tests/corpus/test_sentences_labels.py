"""Sentences that joined are the text, and section labels in every spelling."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.document import Document
from corpus.labels import readings, roman, spellings
from corpus.sentences import split_sentences


@pytest.fixture(scope="module", params=["hearings", "harbours", "valleys"])
def text(request: pytest.FixtureRequest, document: Document, harbours: Document, valleys: Document) -> Document:
    return {"hearings": document, "harbours": harbours, "valleys": valleys}[str(request.param)]


# -- sentences


def test_the_sentences_of_every_paragraph_joined_are_its_text(text: Document) -> None:
    for paragraph in text.paragraphs:
        sentences = text.sentences(paragraph.number)
        assert " ".join(sentences) == paragraph.text
        assert all(re.match(r"[“(]?[A-Z]", sentence) for sentence in sentences)
        assert all(re.search(r"[.?!]”?$", sentence) for sentence in sentences)


def test_every_character_is_in_the_sentence_that_holds_it(text: Document) -> None:
    for paragraph in text.paragraphs:
        end = 0
        for index, sentence in enumerate(text.sentences(paragraph.number)):
            start, end = paragraph.text.index(sentence, end), paragraph.text.index(sentence, end) + len(sentence)
            assert {text.sentence_at(paragraph.number, offset) for offset in range(start + 1, end + 1)} == {index}


@settings(database=None, deadline=None)
@given(st.text(st.sampled_from("Aa.?! “”()’1é\n") | st.characters(exclude_categories=["Cs"])))
def test_sentences_joined_are_any_text(text: str) -> None:
    assert " ".join(split_sentences(text)) == text


@pytest.mark.parametrize(
    "sentences",
    [
        ("Conventions Nos. 97 and 143 apply.", "They matter."),
        ("See No. 97.", "The rest follows."),
        ("See paras. 17 to 23.", "They differ."),
        ("See Art. V of it.", "It holds."),
        ("Mr. Smith spoke.", "Dr. Jones and Mrs. Gray left."),
        ("J. S. Smith came.", "He left."),
        ("Some workers (e.g. Mexican ones) came.", "Others (i.e. All) went."),
        ("The doors closed at 5.40 p.m.", "The hearing ended."),
        ("It was heated until 10 p.m.", "A compromise was found."),
        ("He said “stop.”", "“Why?”", "Then he left (slowly.)", "All wept!", "Who came?"),
        ("The report (A/60/871).", "Participants read it."),
        ("Élan mattered.", "Être too."),
        ("The fields lay in zone C.", "The keeper explained it."),
        ("One sentence only",),
    ],
    ids=lambda sentences: str(sentences[0]),
)
def test_a_text_is_cut_at_the_ends_of_sentences_and_not_after_abbreviations(sentences: tuple[str, ...]) -> None:
    assert split_sentences(" ".join(sentences)) == sentences


def test_an_empty_text_is_one_empty_sentence() -> None:
    assert split_sentences("") == ("",)


# -- labels


def written(path: str) -> set[str]:
    """A path as people write it."""
    labels = [label.strip("()") for label in path.split(".")]
    numbers = {"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5", "VI": "6"}
    mixed = [[numbers.get(labels[0], labels[0]), *labels[1:]], labels, path.split(".")]
    forms = {glue.join(parts) for parts in mixed for glue in (".", " ", ". ", "", "-", "/")}
    return forms | {form.lower() for form in forms} | {form.upper() for form in forms} | {f"{path}.", f" {path} "}


def test_a_section_is_found_by_every_spelling_of_its_label(text: Document) -> None:
    for section in text.sections:
        if section.label:
            assert {spelling: text.section(spelling) for spelling in written(section.path)} == dict.fromkeys(
                written(section.path), section
            )


@pytest.mark.parametrize(
    "label", ["", ".", "VI", "IV.F", "IV.B.7", "IV.B.2.1", "0", "B.2", "II.A", "iv b two", "Ⅳ", "🙂"]
)
def test_a_label_that_the_document_has_not_finds_nothing(document: Document, label: str) -> None:
    assert document.section(label) is None


@pytest.mark.parametrize(
    ("value", "numeral"),
    [(1, "i"), (4, "iv"), (9, "ix"), (14, "xiv"), (40, "xl"), (49, "xlix"), (90, "xc"), (99, "xcix"), (199, "cxcix")],
)
def test_a_number_as_a_roman_numeral(value: int, numeral: str) -> None:
    assert roman(value) == numeral


def test_a_roman_numeral_is_read_as_the_number_it_was_made_from() -> None:
    for value in range(1, 200):
        assert ("lower roman", value) in readings(roman(value))
        assert ("upper roman", value) in readings(roman(value).upper())


@pytest.mark.parametrize(
    ("label", "stands_for"),
    [
        ("I", [("upper roman", 1), ("upper letter", 9)]),
        ("C", [("upper letter", 3), ("upper roman", 100)]),
        ("(b)", [("lower letter", 2)]),
        ("(ii)", [("lower roman", 2)]),
        ("IV", [("upper roman", 4)]),
        ("12", [("arabic", 12)]),
        ("12.", [("arabic", 12)]),
        ("IIII", []),
        ("AB", []),
        ("", []),
        ("()", []),
    ],
)
def test_what_a_label_can_stand_for_likeliest_first(label: str, stands_for: list[tuple[str, int]]) -> None:
    assert readings(label) == stands_for


@pytest.mark.parametrize(
    ("path", "keys"),
    [("IV.B.2", {"ivb2", "4b2"}), ("C.1.(a)", {"c1a"}), ("V", {"v", "5"}), ("II.(iv)", {"iiiv", "2iv", "ii4", "24"})],
)
def test_the_keys_under_which_a_path_is_looked_up(path: str, keys: set[str]) -> None:
    assert spellings(path) == keys
