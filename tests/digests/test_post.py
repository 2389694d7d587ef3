"""What a posting says."""

from datetime import date

import pytest

from bot.digests.order import EVERY_DAY, Order
from bot.digests.post import posting_reply, trouble_reply
from bot.digests.subscriptions import Posting, Reason, Sending, State
from bot.message import Room
from bot.render import render_plain
from bot.reply import Passage, Visibility
from corpus.document import Document
from tests.digests.ordered import NOON, an_order, due

DAY = date(2026, 11, 24)


def posting(*paragraphs: int, read: int = 0, of: int = 76, previous: int | None = None) -> Posting:
    before = paragraphs[0] - 1 if previous is None else previous
    return Posting(1, DAY, paragraphs, NOON, read=read or paragraphs[-1], of=of, previous=before)


def text(document: Document, held: Posting, *, ends: bool = False, order: Order | None = None) -> str:
    return render_plain(posting_reply(document, held, order or an_order(), ends))


def test_it_says_the_date_the_place_the_paragraph_whole_progress_and_how_to_go_on_and_stop(document: Document) -> None:
    said = text(document, posting(22))
    assert said.startswith("Tuesday 24 November 2026: paragraph 22\n\nParagraph 22, section II: Key findings\n“")
    assert document.paragraph(22).text in said
    assert "Note 1, after “report”: A/60/871." in said
    assert "22 of 76 paragraphs posted. To read on now, write next in this thread." in said
    assert said.endswith("To stop this digest: digest stop. To rest it: digest pause.")


def test_a_misprint_stands_as_printed_with_its_mark(document: Document) -> None:
    assert "[“to he held”: as printed]" in text(document, posting(2))


def test_a_section_is_introduced_when_it_begins_with_those_above_it(document: Document) -> None:
    said = text(document, posting(23))
    assert "Here begin section III, “" in said
    assert "section III A, “" in said
    assert "(paragraphs 23 to 29)" in said
    assert "Here begin" not in text(document, posting(24))
    both = text(document, posting(31, 32))
    assert both.index("Here begins section IV B 2") > both.index("Paragraph 31")


@pytest.mark.parametrize("number", range(1, 77))
def test_every_paragraph_is_posted_whole_and_verbatim(document: Document, number: int) -> None:
    reply = posting_reply(document, posting(number), an_order(), False)
    [passage] = [block for block in reply.blocks if isinstance(block, Passage)]
    assert passage.whole
    assert passage.text == document.paragraph(number).text
    assert reply.visibility is Visibility.EVERYONE


def test_the_last_says_that_the_document_is_finished_and_what_to_do_next(document: Document) -> None:
    said = text(document, posting(76), ends=True)
    assert "76 of 76 paragraphs posted. The hearings summary is finished: nothing more is posted here." in said
    assert "help digest" in said
    assert "digest stop" not in said
    part = Order(EVERY_DAY, NOON.time(), "UTC", ((32,), (33,)), DAY)
    assert "This digest is finished" in text(document, posting(33, read=2, of=2), ends=True, order=part)
    again = text(document, posting(76), order=an_order(repeating=True))
    assert "The next posting begins again." in again


@pytest.mark.parametrize("reason", [Reason.LEFT, Reason.ARCHIVED, Reason.REFUSED, Reason.FAILED])
def test_people_are_told_why_it_was_paused_and_what_to_do(reason: Reason) -> None:
    held = due(Room("slack", "T1", "C1"), an_order(), NOON, state=State.PAUSED, reason=reason)
    said = render_plain(trouble_reply(held, [posting(3)]))
    assert "I have paused the digest" in said
    assert "digest resume" in said or "digest daily" in said


def test_people_are_told_of_days_without_a_posting(document: Document) -> None:
    held = due(Room("slack", "T1", "C1"), an_order(), NOON)
    failed = [Posting(1, DAY, (3,), NOON, state=Sending.FAILED)]
    assert "was not posted on Tuesday 24 November 2026. Nothing is lost" in render_plain(trouble_reply(held, failed))
    unknown = [Posting(1, DAY, (3,), NOON, state=Sending.UNKNOWN)]
    assert "may not have come out" in render_plain(trouble_reply(held, unknown))
