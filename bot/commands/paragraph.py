"""`para 32`, `paras 30-33`, `and 33?`: paragraphs, quoted."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.commands.command import Command, Facts
from bot.errors import UsageError
from bot.hearing import Said
from bot.references import References
from bot.reply import (
    Block,
    Choice,
    Choices,
    Passage,
    Reply,
    Show,
    Text,
    Visibility,
    in_words,
    numbers,
    paragraphs_word,
    passage,
    place_of,
)
from corpus.document import Document
from corpus.pairs import twin
from corpus.patterns import lazy

#: Characters of paragraphs above which more than one is shown by first sentences.
WHOLE_UP_TO = 1_500

_IN_FULL = lazy(
    r"\b(?:in full|full(?:y| text)?|whole text|complete(?:ly)?|entire(?:ly)?|all of (?:it|them))\b", re.IGNORECASE
)
_NOUN_ONLY = lazy(r"(?:para|paragraph|par)s?\.?(?:\s+\S+)?[\s?.!]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ParagraphRequest:
    """Which paragraphs, and whether to quote them whole however long."""

    references: References
    in_full: bool = False


def recognise_paragraphs(said: Said) -> ParagraphRequest | None:
    """Paragraphs referred to anywhere in a message."""
    found = said.references
    if not found.whole and found.paragraphs and asks_the_day(said):
        return None
    if found.paragraphs or found.outside or found.other_text:
        return ParagraphRequest(found, bool(_IN_FULL.search(said.text)))
    return None


def asks_the_day(said: Said) -> bool:
    """Whether a message asks in which item of the programme its paragraphs or sections were discussed; `schedule` answers that."""
    if said.document.programme is None or "wh" not in said.lower:
        return False
    from bot.day import label_word
    from bot.day_text import asked_of_text

    return asked_of_text(said, label_word(said.document.programme)) is not None


def parse_paragraphs(said: Said) -> ParagraphRequest | None:
    """A message that begins with "para"; a UsageError if no number follows."""
    if "sentence" in said.lower:
        return None  # part of a paragraph is quoted by `quote`
    request = recognise_paragraphs(said)
    if request is None and _NOUN_ONLY.fullmatch(said.bare):
        document = said.document
        raise UsageError(
            f"“{said.bare}” names no paragraph; the document has paragraphs {document.first} to {document.last}: "
            f"write, for example, para {document.middle}"
        )
    return request


def answer_paragraphs(request: ParagraphRequest, facts: Facts) -> Reply:
    """Quote the paragraphs that exist, and name those that do not.

    Returns:
        One paragraph whole; several whole up to 1,500 characters, else their first sentences and a way to read all.
    """
    document, found = facts.document, request.references
    if not found.paragraphs:
        return _nothing_to_quote(found, document)
    blocks: list[Block] = list(quoted(document, found.paragraphs, request.in_full))
    if found.outside:
        blocks.append(Text(does_not_exist(found.outside, document)))
    if found.other_text:
        blocks.append(Text(only_this(document)))
    if choices := _choices(document, found.paragraphs, blocks):
        blocks.append(choices)
    return Reply("paragraph", tuple(blocks), changes=(Show(place_of(found.paragraphs)),))


def quoted(document: Document, which: tuple[int, ...], in_full: bool = False) -> list[Passage]:
    """Passages of paragraphs: whole, or by their first sentences where they are several and long."""
    whole = in_full or len(which) == 1 or sum(len(document.paragraph(n).text) for n in which) <= WHOLE_UP_TO
    return [passage(document, number, 0, None if whole else 1) for number in which]


def read_all(which: tuple[int, ...]) -> Choice:
    """The way to read paragraphs whole that were shown by their first sentences."""
    return Choice("Read all in full", f"paras {numbers(which).replace(' to ', '-').replace(' and ', ', ')} in full")


def _choices(document: Document, which: tuple[int, ...], blocks: list[Block]) -> Choices | None:
    made = []
    if any(isinstance(block, Passage) and not block.whole for block in blocks):
        made.append(read_all(which))
    if which[-1] < document.last:
        made.append(Choice(f"Next: paragraph {which[-1] + 1}", f"para {which[-1] + 1}", turns=True))
    if which[0] > document.first:
        made.append(Choice(f"Previous: paragraph {which[0] - 1}", f"para {which[0] - 1}", turns=True))
    section = document.paragraph(which[0]).section
    while section.parent and section.first == section.last:
        section = section.parent
    if section.label:
        made.append(Choice(f"Whole section: {section.spoken}", f"section {section.path}"))
    if len(which) == 1:
        made.append(Choice(f"Cite paragraph {which[0]}", f"cite {which[0]}"))
        if same := twin(document, which[0]):
            made.append(Choice(f"Compare with paragraph {same}, which reports the same", f"compare {which[0]} {same}"))
    return Choices(tuple(made)) if made else None


def does_not_exist(outside: tuple[str, ...], document: Document) -> str:
    """What to say of paragraphs that the document has not: which, and those that it has."""
    shown = in_words([*outside[:5], *(["more"] if len(outside) > 5 else [])], "or")
    many = len(outside) > 1 or " to " in shown
    lead = f"There {'are' if many else 'is'} no paragraph{'s' if many else ''} {shown}"
    return f"{lead}; the document has paragraphs {document.first} to {document.last}."


def only_this(document: Document) -> str:
    """What to say of another text's paragraphs."""
    return f"I only have the {document.edition.short_title.lower() or document.name}; I cannot quote other texts."


def _nothing_to_quote(found: References, document: Document) -> Reply:
    middle = document.middle
    if found.outside:
        said = does_not_exist(found.outside, document)
    else:
        said = f"{only_this(document)} Its own {paragraphs_word([middle])} would be: para {middle}."
    return Reply("error", (Text(said),), answered=False, visibility=Visibility.ASKER)


PARAGRAPH = Command(
    name="paragraph",
    usage="para 32 · paras 30-33 · 3-5, 9 and 12",
    summary="Quote paragraphs, each with its section and source.",
    examples=(
        "para 32",
        "32",
        "¶32",
        "paragraph thirty-two, please",
        "paras 30–33",
        "3-5, 9 and 12",
        "para. 32).",
        "and 33?",
    ),
    answer=answer_paragraphs,
    words=("para", "paragraph", "paras", "paragraphs", "par"),
    parse=parse_paragraphs,
    recognise=recognise_paragraphs,
)
