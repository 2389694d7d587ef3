"""Which paragraphs answer a question: with what an editor wrote beside the text, and without."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.document import Document
from corpus.keys import load_keys, load_silences
from corpus.library import open_document

SMALL = (Path(__file__).parent / "small.txt").read_text(encoding="utf-8")


def quoted(document: Document, question: str) -> list[int]:
    verdict = document.answers.answer(question)
    return [ranked.number for ranked in verdict.ranked[: verdict.answers]]


# -- without keys


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("how high are annual dues for a boat?", 17),
        ("who bought a dredger?", 16),
        ("What did residents say about rents?", 11),
        ("are crews paid by the crate", 8),
        ("how long do workers wait for vessels", 7),
        ("why are banks unwilling to lend?", 19),
    ],
)
def test_a_text_without_keys_answers_by_its_words(harbours: Document, question: str, number: int) -> None:
    answered = quoted(harbours, question)
    assert answered[:1] == [number]
    assert len(answered) <= 3


@pytest.mark.parametrize("question", ["", "?", "what is it", "xylophones", "which zebras yodel"])
def test_a_text_without_keys_never_claims_that_it_does_not_say(harbours: Document, question: str) -> None:
    verdict = harbours.answers.answer(question)
    assert (verdict.answers, verdict.shown_absent, verdict.ranked) == (0, False, ())


@pytest.mark.parametrize("question", ["what did the inquiry find?", "who landed the fish", "do they fear storms"])
def test_a_form_of_a_word_that_the_text_holds_is_no_slip(harbours: Document, question: str) -> None:
    assert harbours.answers.answer(question).mended == ()


def test_a_slip_is_mended_and_told(harbours: Document) -> None:
    assert harbours.answers.answer("who bought the dreger").mended == (("dreger", "dredger"),)
    assert quoted(harbours, "who bought the dreger")[:1] == [16]


# -- with keys


def test_every_key_is_answered_nearly_always_by_its_own_paragraph_and_never_said_to_be_absent(
    document: Document, by_words: Document
) -> None:
    keys = [(number, question) for number, of in load_keys(document).items() for question in of.questions]
    asked = [(by_words.answers, *key) for key in keys] + [(document.answers, *key) for key in keys[::20]]
    refused, denied, right = [], [], 0
    for answers, number, question in asked:
        verdict = answers.answer(question)
        refused += [] if verdict.answers else [f"{number}: {question}"]
        denied += [f"{number}: {question}"] if verdict.shown_absent else []
        right += number in [ranked.number for ranked in verdict.ranked[: verdict.answers]]
    assert denied == []
    assert refused == []
    assert right >= 0.98 * len(asked)


def test_no_silence_is_answered_by_meaning(document: Document) -> None:
    asked = [silence.ask for silence in load_silences(document)][::10]
    assert [ask for ask in asked if document.answers.answer(ask).answers] == []


@pytest.mark.parametrize(
    "question",
    [
        "are migrants commodities?",
        "who set up the task force",
        "how much does it cost to send remitances",
        "what is it",
    ],
)
def test_the_document_is_not_said_to_be_silent_where_that_cannot_be_shown(document: Document, question: str) -> None:
    assert not document.answers.answer(question).shown_absent


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("how much does it cost to send money home?", 32),
        ("how many member states attended?", 4),
        ("what does it say about brain drain", 16),
        ("should unaccompanied children be protected?", 47),
        ("what should recruitment agencies do", 41),
    ],
)
def test_a_plain_question_is_answered_by_the_paragraph_that_says_it(
    document: Document, question: str, number: int
) -> None:
    assert number in quoted(document, question)


@pytest.mark.parametrize(
    "question", ["what is the gdp of mexico?", "who won the world cup", "what is the capital of peru"]
)
def test_what_stands_nowhere_is_not_answered(document: Document, question: str) -> None:
    assert document.answers.answer(question).answers == 0


@pytest.mark.parametrize("question", ["", "?!", "who are they"])
def test_a_question_without_a_subject_is_neither_answered_nor_denied(document: Document, question: str) -> None:
    verdict = document.answers.answer(question)
    assert (verdict.answers, verdict.shown_absent) == (0, False)


@pytest.mark.parametrize("name", ["Senegal", "Britain", "Chile", "Paris", "Germany"])
def test_a_name_is_never_read_as_a_word(document: Document, name: str) -> None:
    assert document.answers.answer(f"what did {name} say about migration").mended == ()


@pytest.mark.parametrize("number", ["1997", "98", "60228", "12th", "g77"])
def test_a_number_is_never_read_as_another(document: Document, number: str) -> None:
    assert document.answers.answer(f"what happened with {number} migrants").mended == ()


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("how much does it cost to send remitances", "how much does it cost to send remittances"),
        ("are migrant wimen vulnerable", "are migrant women vulnerable"),
        ("does ppl trafficking matter to govts", "does people trafficking matter to governments"),
    ],
)
def test_slips_and_shorthand_give_the_plain_questions_answer(document: Document, typed: str, plain: str) -> None:
    assert quoted(document, typed) == quoted(document, plain) != []


@settings(database=None, deadline=None, max_examples=200)
@given(
    st.text(max_size=60) | st.lists(st.sampled_from("who why migrants 32 xx the ¶ women’s cost".split())).map(" ".join)
)
def test_any_question_gets_a_verdict_of_existing_paragraphs_best_first(document: Document, question: str) -> None:
    verdict = document.answers.answer(question)
    scores = [ranked.score for ranked in verdict.ranked]
    assert scores == sorted(scores, reverse=True)
    assert all(ranked.number in document for ranked in verdict.ranked)
    assert len({ranked.number for ranked in verdict.ranked}) == len(verdict.ranked)
    assert 0 <= verdict.answers <= min(3, len(verdict.ranked))
    assert not (verdict.answers and verdict.shown_absent)


def test_the_same_question_gets_the_same_verdict(document: Document) -> None:
    first, again = (document.answers.answer("who opened the hearings, and when?") for _ in range(2))
    assert first == again


def test_keys_and_silences_of_a_new_document_decide(tmp_path: Path) -> None:
    (tmp_path / "source.txt").write_text(SMALL, encoding="utf-8")
    (tmp_path / "keys.yaml").write_text("2: {questions: [where is the zebra kept, zebra house], terms: [stable]}")
    (tmp_path / "silences.yaml").write_text("- {ask: who painted the giraffe, near: [3]}")
    document = open_document(tmp_path)
    assert quoted(document, "where is the zebra kept?") == [2]
    silent = document.answers.answer("who painted the giraffe?")
    assert (silent.answers, silent.shown_absent) == (0, True)
