"""`more`, `not that`: the next candidates to the last question of this room or thread, each once.

What was asked is not kept: only which paragraphs, and which sentences of them, come next, by number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.commands.command import Command, Fact, Facts
from bot.errors import UsageError
from bot.hearing import Said
from bot.reply import Block, Choice, Choices, Place, Reply, Show, Text, Visibility, leaning_passage
from corpus.patterns import lazy

#: Candidates that are shown at a time, and those that a question leaves behind.
AT_A_TIME, KEPT = 2, 10

_WHAT = r"(?:answers?|results?|hits?|paragraphs?|paras?|passages?|ones?|options?|candidates?)"
_MORE = lazy(
    rf"(?:(?:no+|nope|nah|hm+|sorry|but|yes|show(?: me| us)?|give(?: me| us)?|i(?:'d like| want)|is there|are there|any|some|the)[\s,.!:;-]+)*"
    rf"(?:more(?: {_WHAT})?|(?:yet )?another(?: {_WHAT})?|(?:that's |that is |it's |it is )?not (?:that|this|it|those|these)(?: {_WHAT})?|"
    rf"not what i (?:asked(?: for)?|meant|wanted|was (?:asking|looking) for)|(?:that's )?(?:the )?wrong (?:one|paragraph|passage)|"
    rf"(?:something|anything|what|who|where) else|others?(?: {_WHAT})?|rest|next(?: best)? (?:answer|result|hit|candidate)|different {_WHAT})"
    r"(?:[\s,.!:;-]+(?:please|another(?: one)?|more|something else|try again|the next(?: one)?|show me (?:another|more|others)|what else))*[\s?.!]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class MoreRequest:
    """The next candidates."""


def recognise_more(said: Said) -> MoreRequest | None:
    """A message that is wholly a wish for other answers."""
    return MoreRequest() if len(said.text) < 80 and _MORE.fullmatch(said.text) else None


def answer_more(request: MoreRequest, facts: Facts) -> Reply:
    """The next two candidates; or that there is none left.

    Raises:
        UsageError: Nothing was asked here yet.
    """
    document, place = facts.document, facts.place
    if place is None:
        raise UsageError(
            f"nothing was asked here yet, so there is nothing more to show: ask a question, or write para {document.first}"
        )
    if place.further is None:
        raise UsageError(
            f"no question was asked here yet; to read on from paragraph {place.last}, write next; to read all of its "
            "section, the whole section"
        )
    now, left = place.further[:AT_A_TIME], place.further[AT_A_TIME:]
    if not now:
        text = "Nothing else comes near to what was asked last. Ask it in other words, or search for one of its words."
        return Reply("more", (Text(text),), answered=False, visibility=Visibility.ASKER)
    blocks: list[Block] = [Text("Next closest to what was asked last; these may not answer it:")]
    blocks += [leaning_passage(document, number, sentence) for number, sentence in now]
    count = f"{len(left)} more come" if len(left) > 1 else "One more comes"
    blocks.append(Text(f"{count} near: write more." if left else "Nothing else comes near."))
    blocks.append(Choices(tuple(Choice(f"Paragraph {number} whole", f"para {number}") for number, _ in now)))
    first = now[0][0]
    return Reply("more", tuple(blocks), changes=(Show(Place(first, first, further=left)),))


MORE = Command(
    name="more",
    usage="more · not that",
    summary="The next closest paragraphs to the last question, none of them twice.",
    examples=("more", "not that", "no, another", "another one please", "not what I meant", "what else?"),
    answer=answer_more,
    recognise=recognise_more,
    needs=frozenset({Fact.PLACE}),
)
