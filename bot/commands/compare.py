"""`compare 13 32`: two paragraphs, and in which words they differ."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.commands.command import Command, Fact, Facts
from bot.commands.paragraph import ParagraphRequest, answer_paragraphs
from bot.errors import UsageError
from bot.hearing import Said
from bot.references import References, find_references
from bot.reply import (
    Block,
    Bullets,
    Choice,
    Choices,
    Heading,
    Reply,
    Show,
    Text,
    in_words,
    numbers,
    passage,
    place_of,
)
from corpus.document import Document
from corpus.pairs import twin
from corpus.patterns import lazy
from corpus.wording import Difference, differences, likeness

#: How like two sentences must be, from 0 to 1, for the words in which they differ to be told.
ALIKE = 0.4
#: Words in which a pair of sentences differs that are told; of more, the first ones.
TOLD = 8

_NOISE = lazy(
    r"\b(?:what(?:'s| is| are)?|how|do(?:es)?|the|a|an|any|difference[s]?|diff|differs?|comparison|compared?|compare|contrast|of|is|are|me|us|show|"
    r"between|there|wording|words|text|texts|versions?|from each other|each other|side by side|please|it|this|that|one|say|different|same|both)\b",
    re.IGNORECASE,
)
_JOINT = lazy(
    r"\s*(?:\b(?:and|to|with|vs|versus|against|from|or|than|as|in)\b\.?|&|/|\+|,)\s*|(?<=\d)(?:\s*-\s*|\s+)(?=\d)",
    re.IGNORECASE,
)
_ASKED = lazy(
    r"\b(?:compar(?:e|ed|ing|ison)|contrast|differ(?:s|ence|ences|ent|ently)?|vs|versus|(?:is|are|says?) (?:\S+ ){1,6}the same)\b",
    re.IGNORECASE,
)
_THIS = lazy(r"\b(?:it|this|that|this one|that one)\b|^\W*(?:with|to|and)\b", re.IGNORECASE)


Marks = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class CompareRequest:
    """What to compare; `with_shown` where one of the two is what was shown last."""

    found: References
    with_shown: bool = False


def parse_compare(said: Said) -> CompareRequest | None:
    """A message that begins with "compare" or "difference".

    Raises:
        UsageError: It names no paragraph; or sections, which are not compared.
    """
    found = _named(said.rest, said.document)
    if found.paragraphs or found.outside or found.other_text:
        return CompareRequest(found, len(found.paragraphs) == 1 and bool(_THIS.search(said.rest)))
    if said.references.sections:
        raise UsageError(f"I compare paragraphs, not sections: write, for example, {_example(said.document)}")
    if said.first == "compare" and len(said.bare.split()) < 4:
        raise UsageError(f"which paragraphs? Write two numbers, for example {_example(said.document)}")
    return None


def recognise_compare(said: Said) -> CompareRequest | None:
    """A message that asks how two paragraphs differ."""
    if len(said.bare) > 120 or not _ASKED.search(said.bare):
        return None
    found = _named(said.bare, said.document)
    two = len(found.paragraphs) + len(found.outside) == 2 and not said.references.sections
    return CompareRequest(found) if two and found.whole else None


def _named(text: str, document: Document) -> References:
    """The paragraphs in a text in which everything that joins numbers means "and"."""
    if (other := find_references(text, document)).other_text:
        return other
    bare = _JOINT.sub(" and ", _NOISE.sub(" ", text)).strip(" ?.!:,;")
    bare = re.sub(r"^(?:\s*and\b)+|\b(?:and\s*)+$", "", re.sub(r"(?:\band\b\s*){2,}", "and ", bare)).strip()
    return find_references(bare, document)


def answer_compare(request: CompareRequest, facts: Facts) -> Reply:
    """Both paragraphs, whether an editor put them together, and sentence by sentence the words in which they differ.

    Raises:
        UsageError: There are not two different ones.
    """
    document, found = facts.document, request.found
    if found.other_text or found.outside:
        return answer_paragraphs(ParagraphRequest(found), facts)
    which = found.paragraphs
    if len(which) == 1 and request.with_shown and facts.place and facts.place.last != which[0]:
        which = (facts.place.last, which[0])
    if len(which) == 1 and (same := twin(document, which[0])):
        which = (which[0], same)
    if len(which) == 1:
        raise UsageError(f"compare paragraph {which[0]} with which other? Write two numbers: {_example(document)}")
    if len(which) > 2:
        raise UsageError(
            f"I compare two paragraphs at a time, and that names {len(which)}: write, for example, compare {which[0]} {which[1]}"
        )
    one, other = which
    pairs = sentence_pairs(document, one, other)
    marked = _marks(document, pairs, one, other)
    blocks: list[Block] = [Heading(f"Paragraphs {one} and {other} compared"), Text(relation(document, one, other))]
    blocks += [passage(document, one, marks=marked[0]), passage(document, other, marks=marked[1])]
    blocks.append(Bullets(tuple(_told(document, one, other, pairs))))
    blocks.append(Choices(tuple(Choice(f"Paragraph {n}", f"para {n}") for n in which)))
    return Reply("compare", tuple(blocks), changes=(Show(place_of(which)),))


def relation(document: Document, one: int, other: int) -> str:
    """Whether an editor put two paragraphs together, as a sentence."""
    if twin(document, one) != other:
        return "The two are not listed as a short and a full account of the same."
    named = []
    for number in (one, other):
        section = document.paragraph(number).section
        named.append(f"paragraph {number} (section {section.spoken or section.title})")
    return f"The two report the same: {in_words(named)}. An editor put them together; the document itself does not."


def sentence_pairs(document: Document, one: int, other: int) -> list[tuple[int, int]]:
    """Which sentences of two paragraphs are like each other, by their index, in the order of the first; each once."""
    first, second = document.sentences(one), document.sentences(other)
    scored = sorted(((likeness(a, b), -i, -j) for i, a in enumerate(first) for j, b in enumerate(second)), reverse=True)
    pairs: dict[int, int] = {}
    for score, i, j in scored:
        if score >= ALIKE and -i not in pairs and -j not in pairs.values():
            pairs[-i] = -j
    return sorted(pairs.items())


def _marks(document: Document, pairs: list[tuple[int, int]], one: int, other: int) -> tuple[Marks, Marks]:
    """The words in which paired sentences differ, as places in the two paragraphs."""
    marks: tuple[Marks, Marks] = ([], [])
    for i, j in pairs:
        for side, number, index in ((0, one, i), (1, other, j)):
            sentences = document.sentences(number)
            at = sum(len(sentence) + 1 for sentence in sentences[:index])
            for difference in differences(document.sentences(one)[i], document.sentences(other)[j]):
                first, end = difference.other if side else difference.one
                if first < end:
                    marks[side].append((at + first, at + end))
    return marks


def _told(document: Document, one: int, other: int, pairs: list[tuple[int, int]]) -> list[str]:
    """In words: how each pair of sentences differs, and which sentences have no like."""
    if not pairs:
        return ["No sentence of the one is like a sentence of the other."]
    lines = []
    for i, j in pairs:
        first, second = document.sentences(one)[i], document.sentences(other)[j]
        which = f"Sentence {i + 1} of paragraph {one} and sentence {j + 1} of paragraph {other}"
        found = differences(first, second)
        if not found:
            lines.append(f"{which} have the same words.")
            continue
        parts = [_difference(first, second, difference, one, other) for difference in found[:TOLD]]
        if len(found) > TOLD:
            parts.append(f"and {len(found) - TOLD} more")
        lines.append(f"{which}: {'; '.join(parts)}.")
    for number, matched in ((one, {i for i, _ in pairs}), (other, {j for _, j in pairs})):
        alone = [index + 1 for index in range(len(document.sentences(number))) if index not in matched]
        if alone:
            word = "sentence" if len(alone) == 1 else "sentences"
            where = other if number == one else one
            lines.append(
                f"In paragraph {number} alone, with no like sentence in paragraph {where}: {word} {numbers(alone)}."
            )
    return lines


def _difference(first: str, second: str, difference: Difference, one: int, other: int) -> str:
    here, there = (text[span[0] : span[1]] for text, span in ((first, difference.one), (second, difference.other)))
    if not there:
        return f"only {one} has “{here}”"
    if not here:
        return f"only {other} has “{there}”"
    return f"{one} has “{here}”, {other} “{there}”"


def _example(document: Document) -> str:
    one, other = document.pairs[0] if document.pairs else (document.first, document.last)
    return f"compare {one} {other}"


COMPARE = Command(
    name="compare",
    usage="compare 13 32",
    summary="Two paragraphs, and in which words they differ.",
    examples=(
        "compare 13 32",
        "compare 13 and 32",
        "difference between para 13 and 32",
        "how does paragraph 61 differ from 21?",
        "compare 13 with 60",
        "compare para 21",
    ),
    answer=answer_compare,
    words=("compare", "difference", "differences", "diff", "contrast", "comparison"),
    parse=parse_compare,
    recognise=recognise_compare,
    needs=frozenset({Fact.PLACE}),
)
