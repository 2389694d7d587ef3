"""`quote 32`, `quote 32 sentence 2`: quotation and reference as one block to copy."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.commands.command import Command, Fact, Facts
from bot.commands.paragraph import ParagraphRequest, answer_paragraphs, does_not_exist
from bot.errors import UsageError
from bot.hearing import Said, hear
from bot.references import References
from bot.reply import Block, Reply, Show, Text, passage, place_of, shortened
from corpus.document import Document
from corpus.patterns import lazy

_SENTENCES = lazy(
    r",?\s*\b(?:sentences?|sent\.|s\.)\s*(?P<first>\d+)(?:\s*(?:-|to|and)\s*(?P<last>\d+))?|"
    r"\b(?P<word>first|second|third|fourth|fifth|last)\s+sentences?\b(?:\s+of)?",
    re.IGNORECASE,
)
_LEAD = lazy(r"^(?:(?:me|us|from|of|in|the)\s+)+", re.IGNORECASE)
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
_THIS = lazy(r"(?:it|this|that|this one|that one|this paragraph|that paragraph|the last one)?[\s?.!]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class QuoteRequest:
    """Which paragraphs, and which sentences of them, from 1; None for the whole, -1 for the last."""

    references: References | None
    sentences: tuple[int, int] | None = None


def parse_quote(said: Said) -> QuoteRequest | None:
    """A message that begins with "quote".

    Raises:
        UsageError: A number follows that names no paragraph.
    """
    request = _asked(said.rest, said.document)
    if request is None and any(ch.isdecimal() for ch in said.rest) and "note" not in said.lower:
        document = said.document
        raise UsageError(
            f"“{shortened(said.bare)}” names no paragraph to quote; the document has paragraphs {document.first} to "
            f"{document.last}: write, for example, quote {document.middle}"
        )
    return request


def recognise_sentence(said: Said) -> QuoteRequest | None:
    """ "sentence 2 of para 32", "first sentence of 32": a sentence asked for by its place."""
    if "sentence" not in said.lower or not _SENTENCES.search(said.bare):
        return None
    request = _asked(said.bare, said.document)
    return request if request and request.references and request.references.paragraphs else None


def _asked(text: str, document: Document) -> QuoteRequest | None:
    sentences = None
    if match := _SENTENCES.search(text):
        first = _ORDINALS[match["word"].casefold()] if match["word"] else int(match["first"][:9])
        sentences = (first, int(match["last"][:9]) if match["last"] else first)
        text = (text[: match.start()] + " " + text[match.end() :]).strip()
    if _THIS.fullmatch(text):
        return QuoteRequest(None, sentences)
    found = hear(_LEAD.sub("", text), document).references
    return QuoteRequest(found, sentences) if found.paragraphs or found.outside or found.other_text else None


def answer_quote(request: QuoteRequest, facts: Facts) -> Reply:
    """Quotation and reference, ready to paste elsewhere.

    Raises:
        UsageError: Nothing was shown here yet, or the paragraph has no such sentence.
    """
    document, found = facts.document, request.references
    if found is None:
        if facts.place is None:
            raise UsageError(f"nothing was quoted here yet: write, for example, quote {document.middle}")
        which = tuple(range(facts.place.first, facts.place.last + 1))
    elif not found.paragraphs:
        return answer_paragraphs(ParagraphRequest(found), facts)
    else:
        which = found.paragraphs
    blocks: list[Block] = []
    for number in which:
        start, end = _span(request.sentences, document, number)
        blocks.append(replace(passage(document, number, start, end), to_copy=True))
    if found and found.outside:
        blocks.append(Text(does_not_exist(found.outside, document)))
    return Reply("quote", tuple(blocks), changes=(Show(place_of(which)),))


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
