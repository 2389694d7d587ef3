"""`quote 32`, `quote 32 sentence 2`: quotation and reference as one block to copy."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.commands.command import Command, Fact, Facts
from bot.commands.paragraph import ParagraphRequest, answer_paragraphs, does_not_exist
from bot.commands.topic import TopicRequest, answer_topic
from bot.errors import UsageError
from bot.hearing import Said, hear
from bot.references import References
from bot.reply import Block, Passage, Reply, Show, Text, passage, place_of, shortened
from corpus.document import Document
from corpus.patterns import lazy

_SENTENCES = lazy(
    r",?\s*\b(?:sentences?|sent\.|s\.)\s*(?P<first>\d+)(?:\s*(?:-|to|and)\s*(?P<last>\d+))?|"
    r"\bfirst\s+(?P<count>\d|two|three|four|five)\s+sentences\b(?:\s+of)?|"
    r"\b(?P<word>first|second|third|fourth|fifth|last)\s+sentences?\b(?:\s+of)?",
    re.IGNORECASE,
)
_ABOUT = lazy(
    r"^(?:(?:me|us|something|anything|what|they|it|is|said|says?|the|sentences?|paragraphs?|bits?|parts?|passages?|document|text|on|about|regarding|for|from|all)\b\s*)+",
    re.IGNORECASE,
)
_QUOTES_ON = lazy(
    r"(?:(?:give|get|find|show|need|want|i|me|us|some|a few|any|few|\d+|two|three|four|five|six|good|short)\s+)*(?:quotes?|quotations?)\s+(?:on|about|for|regarding|from .{0,20} on)\s+(?P<about>.{2,80})",
    re.IGNORECASE,
)
_AND = lazy(r"^(?:(?:and|then|now|also|what about|how about|the)\s+)+", re.IGNORECASE)
_NUMBER_FIRST = lazy(r"\d{1,9}(?:\s*(?:-|,|and|to)\s*\d{1,9})*(?![.:/]?\d)")
_LEAD = lazy(r"^(?:(?:me|us|from|of|in|the)\s+)+", re.IGNORECASE)
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5}
_THIS = lazy(
    r"(?:(?:all of )?(?:it|this|that|these|those|them)(?: (?:one|ones|sentence|paragraph|paragraphs|passage|passages|all))?|the last one|all)?[\s?.!]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class QuoteRequest:
    """Which paragraphs, and which sentences of them, from 1; None for the whole, -1 for the last.

    Without references: what was shown last, or what is said on a subject.
    """

    references: References | None
    sentences: tuple[int, int] | None = None
    about: str = ""


def parse_quote(said: Said) -> QuoteRequest | None:
    """A message that begins with "quote".

    Raises:
        UsageError: A number follows that names no paragraph.
    """
    request = _asked(said.rest, said.document)
    if request is None and (about := _ABOUT.sub("", said.rest).strip(" ?.!")) and not any(map(str.isdecimal, about)):
        return QuoteRequest(None, about=about)
    if request is None and any(ch.isdecimal() for ch in said.rest) and "note" not in said.lower:
        document = said.document
        raise UsageError(
            f"“{shortened(said.bare)}” names no paragraph to quote; the document has paragraphs {document.first} to "
            f"{document.last}: write, for example, quote {document.middle}"
        )
    return request


def recognise_sentence(said: Said) -> QuoteRequest | None:
    """ "sentence 2 of para 32", "first sentence of 32": a sentence asked for by its place."""
    if match := _QUOTES_ON.fullmatch(said.bare):
        return QuoteRequest(None, about=match["about"].strip(" ?.!"))
    if "sentence" not in said.lower or not _SENTENCES.search(said.bare):
        return None
    request = _asked(_AND.sub("", said.bare), said.document)
    if request and request.references is None:
        return request  # "and sentence 4?": of what was shown
    return request if request and request.references and request.references.paragraphs else None


def _asked(text: str, document: Document) -> QuoteRequest | None:
    sentences = None
    if match := _SENTENCES.search(text):
        if match["count"]:
            count = match["count"].casefold()
            sentences = (1, int(count) if count.isdecimal() else _COUNTS[count])
        else:
            first = _ORDINALS[match["word"].casefold()] if match["word"] else int(match["first"][:9])
            sentences = (first, int(match["last"][:9]) if match["last"] else first)
        text = (text[: match.start()] + " " + text[match.end() :]).strip()
    if _THIS.fullmatch(text):
        return QuoteRequest(None, sentences)
    bare = _LEAD.sub("", text)
    found = hear(bare, document).references
    if not (found.paragraphs or found.outside or found.other_text) and (number := _NUMBER_FIRST.match(bare)):
        found = hear(number[0], document).references
    return QuoteRequest(found, sentences) if found.paragraphs or found.outside or found.other_text else None


def answer_quote(request: QuoteRequest, facts: Facts) -> Reply:
    """Quotation and reference, ready to paste elsewhere.

    Raises:
        UsageError: Nothing was shown here yet, or the paragraph has no such sentence.
    """
    document, found = facts.document, request.references
    if request.about:
        reply = answer_topic(TopicRequest(request.about), facts)
        blocks = tuple(replace(b, to_copy=True) if isinstance(b, Passage) else b for b in reply.blocks)
        return replace(reply, kind="quote", blocks=blocks)
    if found is None:
        if facts.place is None:
            raise UsageError(f"nothing was quoted here yet: write, for example, quote {document.middle}")
        which = (facts.place.last,) if request.sentences else facts.place.numbers
    elif not found.paragraphs:
        return answer_paragraphs(ParagraphRequest(found), facts)
    else:
        which = found.paragraphs
    made: list[Block] = []
    for number in which:
        start, end = _span(request.sentences, document, number)
        made.append(replace(passage(document, number, start, end), to_copy=True))
    if found and found.outside:
        made.append(Text(does_not_exist(found.outside, document)))
    return Reply("quote", tuple(made), changes=(Show(place_of(which)),))


def _span(sentences: tuple[int, int] | None, document: Document, number: int) -> tuple[int, int | None]:
    if sentences is None:
        return 0, None
    count = len(document.sentences(number))
    first, last = (count if place == -1 else place for place in sentences)
    if not 1 <= first <= last <= count:
        asked = str(first) if first == last else f"{first} to {last}"
        raise UsageError(
            f"paragraph {number} has no sentence {asked}; it has sentences 1 to {count}: write, for example, "
            f"quote {number} sentence {count}"
        )
    return first - 1, last


QUOTE = Command(
    name="quote",
    usage="quote 32 · quote 32 sentence 2",
    summary="Quotation and reference as one block, ready to copy.",
    examples=("quote 32", "quote 32 sentence 2", "quote paras 30-31", "quote it", "second sentence of para 32"),
    answer=answer_quote,
    words=("quote",),
    parse=parse_quote,
    recognise=recognise_sentence,
    needs=frozenset({Fact.PLACE}),
)
