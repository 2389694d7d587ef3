"""`next`, `previous`, `the whole section`: on from the last passage of this room or thread."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.commands.command import Command, Fact, Facts
from bot.commands.paragraph import ParagraphRequest, answer_paragraphs
from bot.commands.section import SectionRequest, answer_section
from bot.errors import UsageError
from bot.hearing import Said
from bot.references import References
from bot.reply import Reply, Text, Visibility
from corpus.patterns import lazy

NEXT, PREVIOUS, AGAIN, SECTION = "next", "previous", "again", "section"

_MOVE = lazy(
    r"(?:(?:and|ok|okay|now|then|go|show(?: me)?|give me|read|the|to|what(?:'s| is| comes)?|a)\s+)*(?:"
    r"(?P<next>next(?: (?:one|para(?:graph)?|please))?|forward|go on|continue|carry on|keep going|read on|on|one after(?: that)?|following(?: one| para(?:graph)?)?)|"
    r"(?P<previous>prev(?:ious)?(?: (?:one|para(?:graph)?))?|back(?: one)?|before(?: that)?|one before(?: that)?|preceding(?: one| para(?:graph)?)?)|"
    r"(?P<section>(?:whole|full|entire|complete|rest of the|all of the|this|same) section(?: please)?|section it is in)|"
    r"(?P<again>again|repeat|same again|once more|(?:whole|full|entire) (?:one|para(?:graph)?|text)|all of it|read it|in full)"
    r")[\s?.!]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class MoveRequest:
    """Where to go from the last passage."""

    where: str


def recognise_move(said: Said) -> MoveRequest | None:
    """A message that is wholly a move."""
    if len(said.bare) > 60 or not (match := _MOVE.fullmatch(said.bare)):
        return None
    where = next((name for name in (NEXT, PREVIOUS, SECTION, AGAIN) if match[name]), None)
    return MoveRequest(where) if where else None


def answer_move(request: MoveRequest, facts: Facts) -> Reply:
    """Quote what lies in that direction.

    Raises:
        UsageError: Nothing was shown here yet.
    """
    document, place = facts.document, facts.place
    if place is None:
        raise UsageError(
            f"nothing was quoted here yet, so there is nothing to go on from: write, for example, para {document.first}"
        )
    if request.where == SECTION:
        section = document.paragraph(place.first).section
        return answer_section(SectionRequest((section,)), facts)
    if request.where == AGAIN:
        which = tuple(range(place.first, place.last + 1))
        return answer_paragraphs(ParagraphRequest(References(which), in_full=True), facts)
    number = place.last + 1 if request.where == NEXT else place.first - 1
    if number not in document:
        edge = (
            f"Paragraph {document.last} is the last one."
            if request.where == NEXT
            else f"Paragraph {document.first} is the first one."
        )
        return Reply("paragraph", (Text(edge),), answered=False, visibility=Visibility.ASKER)
    return answer_paragraphs(ParagraphRequest(References((number,))), facts)


MOVE = Command(
    name="move",
    usage="next · previous · the whole section",
    summary="Go on from the last passage shown here.",
    examples=("next", "previous", "the whole section", "next paragraph please", "go back"),
    answer=answer_move,
    recognise=recognise_move,
    needs=frozenset({Fact.PLACE}),
)
