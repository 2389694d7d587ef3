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
from bot.reply import Place, Reply, Text, Visibility, in_words
from corpus.document import Document
from corpus.patterns import lazy

NEXT, PREVIOUS, AGAIN, SECTION = "next", "previous", "again", "section"
NEXT_SECTION, PREVIOUS_SECTION, NTH, MORE = "next section", "previous section", "nth", "more"

_MOVE = lazy(
    r"(?:(?:and|ok|okay|now|then|go|show(?: me)?|give me|read|the|to|what(?:'s| is| comes)?|a)\s+)*(?:"
    r"(?P<next_section>(?:the )?next (?:sub)?section)|(?P<previous_section>(?:the )?(?:previous|prev|last|preceding) (?:sub)?section)|"
    r"(?:the )?(?P<nth>first|second|third|fourth|fifth|sixth|1st|2nd|3rd|4th|5th|last) one|"
    r"(?P<more>yes(?: please)?|and\?)|"
    r"(?P<next>next(?: (?:one|para(?:graph)?|please))?|forward|go on|continue|carry on|keep going|read on|on|one after(?: that)?|following(?: one| para(?:graph)?)?)|"
    r"(?P<previous>prev(?:ious)?(?: (?:one|para(?:graph)?))?|back(?: one)?|before(?: that)?|one before(?: that)?|preceding(?: one| para(?:graph)?)?)|"
    r"(?P<section>(?:quote )?(?:the )?(?:whole|full|entire|complete|rest of the|all of the|this|same) section(?: please)?|"
    r"(?:in )?(?:what|which) section (?:is (?:this|it|that)(?: in)?|am i in|are we in|i am(?: in)?)|section it is in)|"
    r"(?P<again>again|repeat|same again|once more|(?:whole|full|entire) (?:one|para(?:graph)?|text)|all of (?:it|them|these|those)(?: in full)?|read it|(?:them )?(?:all )?in full|full)"
    r")[\s?.!]*",
    re.IGNORECASE,
)


_NTH = {
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
    "fifth": 5,
    "5th": 5,
    "sixth": 6,
    "last": -1,
}


@dataclass(frozen=True, slots=True)
class MoveRequest:
    """Where to go from the last passage; `nth` of what was shown, from 1, or -1 for the last."""

    where: str
    nth: int = 0


def recognise_move(said: Said) -> MoveRequest | None:
    """A message that is wholly a move."""
    if len(said.bare) > 60 or not (match := _MOVE.fullmatch(said.bare)):
        return None
    names = (NEXT_SECTION, PREVIOUS_SECTION, NTH, MORE, NEXT, PREVIOUS, SECTION, AGAIN)
    where = next((name for name in names if match[name.replace(" ", "_")]), None)
    if where == NTH:
        return MoveRequest(NTH, _NTH[match["nth"].casefold()])
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
        section = document.paragraph(place.last).section
        while place.first not in section and section.parent:
            section = section.parent
        for above in (section, *reversed(section.above())):
            if (above.first, above.last) == (place.first, place.last):
                section = above  # the section itself was shown
        return answer_section(SectionRequest((section,)), facts)
    if request.where in (NEXT_SECTION, PREVIOUS_SECTION):
        return _beside(document, place, facts, after=request.where == NEXT_SECTION)
    if request.where == MORE:
        raise UsageError(
            f"to read on from paragraph {place.last}, write next; to read all of its section, the whole section"
        )
    if request.where == AGAIN:
        return answer_paragraphs(ParagraphRequest(References(place.numbers), in_full=True), facts)
    if request.where == NTH:
        shown = place.numbers
        if request.nth > len(shown):
            raise UsageError(f"only {len(shown)} paragraphs were shown last: {in_words(map(str, shown))}")
        nth = shown[-1] if request.nth == -1 else shown[request.nth - 1]
        return answer_paragraphs(ParagraphRequest(References((nth,))), facts)
    number = place.last + 1 if request.where == NEXT else place.first - 1
    if number not in document:
        edge = (
            f"Paragraph {document.last} is the last one."
            if request.where == NEXT
            else f"Paragraph {document.first} is the first one."
        )
        return Reply("paragraph", (Text(edge),), answered=False, visibility=Visibility.ASKER)
    return answer_paragraphs(ParagraphRequest(References((number,))), facts)


def _beside(document: Document, place: Place, facts: Facts, *, after: bool) -> Reply:
    """The section after or before the one that the place is in."""
    here = document.paragraph(place.last if after else place.first).section
    beside = [s for s in document.sections if (s.first > here.last if after else s.last < here.first)]
    if not beside:
        edge = "last" if after else "first"
        return Reply("section", (Text(f"That is the {edge} section."),), answered=False, visibility=Visibility.ASKER)
    level = max(
        s.level
        for s in beside
        if s.first == (beside[0].first if after else 0) or s.last == (0 if after else beside[-1].last)
    )
    near = [s for s in beside if s.level == level]
    return answer_section(SectionRequest((near[0] if after else near[-1],)), facts)


MOVE = Command(
    name="move",
    usage="next · previous · the whole section",
    summary="Go on from the last passage shown here.",
    examples=("next", "previous", "the whole section", "next paragraph please", "go back"),
    answer=answer_move,
    recognise=recognise_move,
    needs=frozenset({Fact.PLACE}),
)
