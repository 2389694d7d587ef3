"""What one posting of a digest says: the date, where we are, the paragraphs whole, how far we have come, how to go on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.digests.order import Order
from bot.digests.say import in_full
from bot.digests.subscriptions import Posting, Reason, Sending, State, Subscription
from bot.reply import Block, Heading, Reply, Text, Visibility, in_words, numbers, paragraphs_word, passage
from corpus.document import Document, Section


def posting_reply(document: Document, posting: Posting, order: Order, ends: bool, *, threads: bool = True) -> Reply:
    """One posting as a platform is to show it, to everyone, and not as an answer to anybody.

    Args:
        ends: Whether nothing comes after it.
        threads: Whether the platform has threads.

    Raises:
        ParagraphNotFound: The document has no such paragraph, as after another document took its place.
    """
    blocks: list[Block] = [Heading(f"{in_full(posting.local_date)}: {paragraphs_word(posting.paragraphs)}")]
    before = posting.previous
    for number in posting.paragraphs:
        begun = tuple(sections_begun(document, number, before))
        if begun:
            blocks.append(Text(_introduced(begun)))
        blocks.append(passage(document, number))
        before = number
    blocks += [Text(text) for text in _ending(document, posting, order, ends, threads)]
    return Reply("posting", tuple(blocks))


def sections_begun(document: Document, number: int, before: int) -> Iterator[Section]:
    """The sections that a paragraph begins, outermost first; none in which the paragraph posted before stands too.

    Args:
        before: The paragraph posted before, 0 for none.
    """
    section = document.paragraph(number).section
    for each in (*section.above(), section):
        if each.first == number and before not in each:
            yield each


def _introduced(begun: Sequence[Section]) -> str:
    named = [f"{_called(section)} ({_held(section)})" for section in begun]
    return f"Here {'begins' if len(named) == 1 else 'begin'} {in_words(named)}."


def _called(section: Section) -> str:
    return f"section {section.spoken}, “{section.title}”" if section.label else f"“{section.title}”"


def _held(section: Section) -> str:
    if section.first == section.last:
        return f"paragraph {section.first}"
    return f"paragraphs {numbers(range(section.first, section.last + 1))}"


def _ending(document: Document, posting: Posting, order: Order, ends: bool, threads: bool) -> Iterator[str]:
    done = f"{posting.read} of {posting.of} paragraph{'' if posting.of == 1 else 's'} posted"
    round_ends = posting.read >= posting.of
    if ends:
        name = document.edition.short_title or document.name
        whole = round_ends and set(order.paragraphs) >= {each.number for each in document.paragraphs}
        what = f"The {name[:1].lower()}{name[1:]} is finished" if whole else "This digest is finished"
        yield f"{done}. {what}: nothing more is posted here."
        yield (
            "To read it again: digest daily, or digest daily repeating. To look something up: topics, outline, or ask a "
            "question. help digest says what else can be ordered."
        )
        return
    if round_ends and order.repeating:
        yield f"{done}: that was all of it. The next posting begins again."
    else:
        yield f"{done}. To read on now, write next{' in this thread' if threads else ''}."
    yield "To stop this digest: digest stop. To rest it: digest pause."


#: What people can do, by why the bot paused a digest.
_MENDS = {
    Reason.LEFT: "I am no longer in that room. Invite me again, and write there: digest resume",
    Reason.ARCHIVED: "That room was closed. If it is opened again, write there: digest resume",
    Reason.REFUSED: "I may not post in that room. Let me post there, and write there: digest resume",
    Reason.FAILED: (
        "It holds paragraphs that the document I serve does not have. Order it again: digest daily, and digest stop for "
        "the old one"
    ),
}


def trouble_reply(subscription: Subscription, last: Sequence[Posting]) -> Reply:
    """What who ordered a digest, and who manages its room, are told when it cannot be posted. It names no room.

    Args:
        last: Its last records, newest first.
    """
    days = [in_full(each.local_date) for each in reversed(last)]
    if subscription.state is State.PAUSED and subscription.reason in _MENDS:
        told = f"I have paused the digest that posts {_times(subscription)}. {_MENDS[subscription.reason]}."
    elif any(each.state is Sending.UNKNOWN for each in last):
        told = (
            f"The digest that posts {_times(subscription)} may not have come out on {in_words(days)}. I got no reply, and "
            "may not look whether it is there, so I did not post it again. If it is missing: digest back to, with the "
            "paragraph, in that room."
        )
    else:
        told = (
            f"The digest that posts {_times(subscription)} was not posted on {in_words(days)}. Nothing is lost: the next one "
            "goes on where it stood. digest status, written in that room, says what went wrong; if it goes on, tell whoever "
            "runs me."
        )
    return Reply("trouble", (Text(told),), visibility=Visibility.ASKER)


def _times(subscription: Subscription) -> str:
    at = subscription.order.at
    return f"at {at.hour}:{at.minute:02} ({subscription.order.zone})"
