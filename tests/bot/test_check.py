"""A quotation from a draft against the document: verbatim or not, where, and which words differ."""

import pytest

from bot.answering import apology, decide
from bot.commands.command import Facts
from bot.errors import BotError
from bot.render import copy_text, render_plain
from bot.reply import Passage, Reply, passage
from bot.understanding import understand
from corpus.document import Document

SENTENCE = (
    "It was observed that in some countries, the cost of remitting money exceeded 20 per cent of the total amount "
    "transferred."
)


def reply_to(message: str, document: Document) -> Reply:
    try:
        request = understand(message, document)
        assert request
        return decide(request, Facts(document))
    except BotError as error:
        return apology(error)


def said_to(message: str, document: Document) -> str:
    reply = reply_to(message, document)
    assert reply.kind == "check", message
    return render_plain(reply)


@pytest.mark.parametrize(
    "message",
    [
        f"check “{SENTENCE}”",
        f'check "{SENTENCE}"',
        f"check {SENTENCE}",
        f"check:\n{SENTENCE}",
        f"verify that this is verbatim: “{SENTENCE}”",
        f"please check the following quotation: “{SENTENCE}”",
        f"check para 32: “{SENTENCE}”",
        f"check “{SENTENCE}” (Hearings summary, 12 July 2006, paragraph 32)",
        f'is "{SENTENCE}" word for word?',
        f"did I quote this right? “{SENTENCE}”",
        f"“{SENTENCE}”",
        f"“{SENTENCE}” (para. 32)",
        f"check > {SENTENCE.replace(' the ', chr(10) + '> the ')}",
    ],
)
def test_a_verbatim_quotation_is_found_however_it_is_pasted(message: str, document: Document) -> None:
    assert said_to(message, document).startswith("Verbatim: paragraph 32, sentence 2.")


@pytest.mark.parametrize(
    ("draft", "forgiven"),
    [
        ("migrants' contributions and savings", "straight quotation marks or apostrophes"),
        ("the cost of\nremitting money exceeded", "a line break"),
        ("the total amount trans-\nferred", "a word broken at the end of a line"),
        ("the total amount trans\u00adferred", "a word broken at the end of a line"),
        ("[T]he cost of remitting money", "a letter changed in square brackets"),
        ("the cost of remitting money [sic] exceeded", "words in square brackets"),
        ("A number of participants … underscored the importance of remittances", "an ellipsis"),
        ("A number of participants [...] underscored the importance of remittances", "an ellipsis"),
        ("it was stated in his report1 that civil society would participate", "the mark of a note"),
    ],
)
def test_what_is_forgiven_is_said(draft: str, forgiven: str, document: Document) -> None:
    said = said_to(f"check “{draft}”", document)
    assert "Not verbatim" not in said
    assert "not in the document" not in said
    assert f"Not counted as a difference: {forgiven}." in said


def test_a_hyphen_at_the_end_of_a_line_may_be_real(document: Document) -> None:
    assert said_to("check “especially that, especially in low-\nincome countries”", document).startswith("Not verbatim")
    assert said_to("check “especially in low-\nincome countries”", document).startswith("Verbatim: paragraph 16")


@pytest.mark.parametrize(
    ("draft", "told"),
    [
        (
            "Remittances were private funds and should not be seen as a substitute for official development assistance",
            ["differs in 2 places from paragraph 13, sentence 5", "draft has “funds”, the document “money”"],
        ),
        (
            "the cost of remitting money exceeded 25 per cent of the total amount transferred",
            ["1 place from paragraph 32", "draft has “25”, the document “20”"],
        ),
        (
            "Member States were urged not to ratify all the core human rights instruments",
            ["draft adds “not” after “States were urged”"],
        ),
        (
            "the cost of remitting exceeded 20 per cent of the total amount transferred",
            ["draft leaves out “money” after “cost of remitting”"],
        ),
        (
            "Participants called for greater cooperation between Governments and migrant organisations",
            ["draft has “organisations”, the document “associations”"],
        ),
    ],
)
def test_differing_words_are_told(draft: str, told: list[str], document: Document) -> None:
    said = said_to(f'check "{draft}"', document)
    assert said.startswith("Not verbatim")
    for words in told:
        assert words in said


def test_capitals_and_punctuation_are_told_apart_from_words(document: Document) -> None:
    said = said_to('check "participants underscored that remittances were private money, and"', document)
    assert said.startswith("The words are those of paragraph 13, sentence 5; capitals or punctuation differ.")
    assert "The draft has “participants”, the document “Participants”" in said


def test_a_wrong_number_is_said(document: Document) -> None:
    said = said_to('check para 13: "remittances were private transfers"', document)
    assert said.startswith("Verbatim: paragraph 32, sentence 1. Not paragraph 13, as the draft says.")
    assert "the document has paragraphs 1 to 76" in said_to('check para 99: "remittances were private"', document)


def test_the_paragraph_that_the_draft_names_comes_first(document: Document) -> None:
    words = "including their age, sex, level of educational attainment and occupation"
    for number, other in ((21, 61), (61, 21)):
        said = said_to(f'check para {number}: "{words}"', document)
        assert said.startswith(f"Verbatim: paragraph {number}, sentence 2.")
        assert f"The same words stand in paragraph {other} too." in said


def test_several_paragraphs_are_checked_each(document: Document) -> None:
    thirteen, fourteen = document.paragraph(13).text, document.paragraph(14).text.replace("about half", "one third")
    for draft in (f"13. {thirteen}\n\n14. {fourteen}", f"“{thirteen}” and “{fourteen}”", f'"{thirteen} {fourteen}"'):
        reply = reply_to(f"check {draft}", document)
        assert reply.paragraphs == (13, 14)
        assert "“one third”" in render_plain(reply)


def test_a_quotation_over_two_paragraphs_is_verbatim_in_both(document: Document) -> None:
    words = f"{document.sentences(13)[-1]} {document.sentences(14)[0]}"
    assert said_to(f"check “{words}”", document).startswith("Verbatim: paragraphs 13 and 14.")


@pytest.mark.parametrize(
    "draft",
    ["The sky is green and full of dragons", "zxcv qwer", "Remittances amounted to $167 billion in 2005", "x"],
)
def test_what_is_not_in_the_document_is_said_plainly(draft: str, document: Document) -> None:
    reply = reply_to(f'check "{draft}"', document)
    assert not reply.answered
    assert reply.paragraphs == ()
    assert render_plain(reply).startswith("These words are not in the document.")


def test_one_right_and_one_wrong_sentence_are_told_apart(document: Document) -> None:
    said = said_to(f'check "{SENTENCE} Dragons were invited to attend the closing ceremony."', document)
    assert said.startswith("1 of 2 parts verbatim.")
    assert "Part 2, “Dragons were invited to attend the clos…”: These words are not in the document." in said


def test_a_part_with_other_capitals_is_not_counted_as_verbatim(document: Document) -> None:
    said = said_to(f'check "{SENTENCE}" and "Remittances were Private money"', document)
    assert said.startswith("1 of 2 parts verbatim.")
    assert "Part 2, “Remittances were Private money”: The words are those of" in said


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("check", "error"),
        ("check this", "error"),
        ('check ""', "error"),
        ("check para 32", "paragraph"),
        ("check when segment 3 starts", "schedule"),
        ('"trade unions"', "search"),
        ('where is "trade unions" mentioned word for word?', "search"),
    ],
)
def test_what_is_no_quotation_goes_elsewhere(message: str, kind: str, document: Document) -> None:
    assert reply_to(message, document).kind == kind


@pytest.mark.parametrize(
    "draft",
    [
        "\x00\x01" * 50 + "remittances were private money",
        "“" * 400,
        "\"'“”’…[[[((((…))))]]]" * 60 + " money",
        "a-\n" * 1500,
        "[...] " * 900,
        "remittances " * 600,
        "🙂 \u202eremittances\u202c were <b>private</b> @here *money*",
        "1. " * 1000,
        "(" * 3000,
    ],
)
def test_hostile_drafts_get_an_answer(draft: str, document: Document) -> None:
    assert reply_to(f"check {draft}", document).blocks


def test_what_is_quoted_to_copy_is_verbatim_when_pasted_back(document: Document) -> None:
    for number in (1, 2, 13, 22, 32, 45, 76):
        for index in range(len(document.sentences(number))):
            pasted = copy_text(passage(document, number, index, index + 1))
            assert said_to(f"check {pasted}", document).startswith(f"Verbatim: paragraph {number}"), (number, index)


def test_the_matching_words_are_marked(document: Document) -> None:
    reply = reply_to('check "remittances were private money"', document)
    quoted = next(block for block in reply.blocks if isinstance(block, Passage))
    assert [quoted.text[a:b] for a, b in quoted.marks] == ["remittances were private money"]
