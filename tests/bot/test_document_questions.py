"""Questions about the document as a whole: counted in its text, or from its data with how that is known."""

import pytest

from bot.answering import decide
from bot.commands.command import Facts
from bot.render import render_plain
from bot.reply import Passage, Reply
from bot.understanding import understand
from corpus.document import Document


def reply_to(message: str, document: Document) -> Reply:
    request = understand(message, document)
    assert request
    return decide(request, Facts(document))


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (
            "how many paragraphs are there?",
            "76 paragraphs (1 to 76), 37 sections (5 at the top), 1 footnote and an annex.",
        ),
        ("how many sections does it have", "37 sections"),
        ("How many footnotes are in the document?", "1 footnote"),
        ("how long is the document", "6,954 words in 76 paragraphs"),
        ("how many pages", "it numbers no pages"),
        ("what is the misprint?", "“to he held” in paragraph 2"),
        ("are there any typos in it", "“to he held” in paragraph 2"),
        ("what is the symbol", "The text states no document symbol"),
        ("does the document have a symbol?", "The text states no document symbol"),
        ("who wrote this document?", "The text names no author."),
        (
            "when was it published?",
            "The text states no date of publication. The day that it reports on is 12 July 2006.",
        ),
        ("what is the title of the document", "How the title is known: Descriptive, made from paragraph 1"),
        ("what is it about?", "Summary of the informal interactive hearings of the General Assembly"),
        ("what's in the document", "- II. Key findings"),
        ("how is it structured?", "37 sections, 76 paragraphs"),
        ("summarise the key findings", "Section II: Key findings (paragraphs 8 to 22)"),
        ("what are the main conclusions?", "Section II: Key findings (paragraphs 8 to 22)"),
        ("who attended", "94 Member States also attended"),
        ("is there a footnote", "A/60/871."),
    ],
)
def test_questions_about_the_whole_are_answered(message: str, said: str, document: Document) -> None:
    reply = reply_to(message, document)
    assert reply.answered
    assert said in render_plain(reply)
    for block in reply.blocks:
        if isinstance(block, Passage):
            assert block.text in document.paragraph(block.number).text


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("how long is it", "schedule"),
        ("how many people attended the hearings?", "question"),
        ("summarize the document", "smalltalk"),
        ("about", "about"),
        ("what errors did governments make?", ""),
        ("how many words did Sutherland say", ""),
    ],
)
def test_other_questions_go_elsewhere(message: str, kind: str, document: Document) -> None:
    found = reply_to(message, document).kind
    assert found != "document"
    assert not kind or found in {kind, "not_found", "not_said"}


def test_another_document_says_what_it_has(harbours: Document, valleys: Document) -> None:
    for document in (harbours, valleys):
        assert f"{len(document.paragraphs)} paragraphs" in render_plain(reply_to("how many paragraphs?", document))
        assert reply_to("what is it about", document).paragraphs == (document.first,)
        said = render_plain(reply_to("any misprints?", document))
        assert ("No misprint" in said) == (not document.edition.misprints)
