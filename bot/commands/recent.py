"""`recent`: what was shown in this room last."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.choosing import day, local
from bot.commands.command import Command, Fact, Facts, Shown
from bot.day_words import clock
from bot.hearing import Said
from bot.reply import Block, Bullets, Choice, Choices, Heading, Reply, Text, Visibility, paragraphs_word
from corpus.patterns import lazy

_THINGS = r"(?:passages|quotes|quotations|answers|paragraphs|lookups|searches|history)"
_HERE = r"(?:(?: (?:here|so far|recently|lately|today|before|already|last|in (?:this|the|our) (?:room|channel|chat|thread|conversation)|(?:of|for) (?:this|the|our) (?:room|channel|chat|conversation))){0,3})"
_RECENT = lazy(
    rf"(?:(?:show|list|see|give|what (?:are|were)|what(?:'s| is))\s+)?(?:(?:me|us)\s+)?(?:(?:the|our|your|my|most|this (?:room|channel|chat)'s)\s+)*"
    rf"(?:(?:recent|latest)(?: {_THINGS})?|(?:last|previous|earlier) (?:passages|quotes|quotations|answers)|history){_HERE}[\s?.!]*|"
    rf"what (?:was|has been|were|have you|did you|have we|did we|did i|have i)(?: (?:already|just|recently|last|all))? (?:shown?|quoted?|answer(?:ed)?|look(?:ed)? (?:at|up)|read|seen?|ask(?:ed)?(?: (?:you|about))?|post(?:ed)?)(?: (?:to )?us| me)?"
    r"(?: (?:here|so far|recently|lately|today|before|already|last|in (?:this|the|our) (?:room|channel|chat|thread|conversation))){1,3}[\s?.!]*",
    re.IGNORECASE,
)
#: Paragraphs that are offered again.
OFFERED = 3


@dataclass(frozen=True, slots=True)
class RecentRequest:
    """What was shown last."""


def recognise_recent(said: Said) -> RecentRequest | None:
    """A message that asks what was shown here."""
    return RecentRequest() if len(said.bare) < 90 and _RECENT.fullmatch(said.bare) else None


def answer_recent(request: RecentRequest, facts: Facts) -> Reply:
    """When, which paragraphs, and a link, newest first."""
    if not facts.recent:
        text = f"No paragraph was shown here yet. To see one, write, for example, para {facts.document.first}."
        return Reply("recent", (Text(text),), visibility=Visibility.ASKER)
    zone = facts.zone if facts.direct else facts.settings.zone
    heading = f"Shown in this {'chat' if facts.direct else 'room'} last, newest first (times in {zone or 'UTC'})"
    blocks: list[Block] = [Heading(heading), Bullets(tuple(_line(shown, facts) for shown in facts.recent))]
    if not zone:
        whose = "your" if facts.direct else "this room’s"
        blocks.append(Text(f"To have the times on {whose} clock: timezone and a city, such as timezone Geneva"))
    latest = dict.fromkeys(number for shown in facts.recent for number in shown.numbers)
    offered = [number for number in latest if number in facts.document][:OFFERED]
    blocks.append(Choices(tuple(Choice(f"Paragraph {number}", f"para {number}") for number in offered)))
    return Reply("recent", tuple(blocks), visibility=Visibility.ASKER)


def _line(shown: Shown, facts: Facts) -> str:
    moment = local(shown.at, facts)
    link = f" — {shown.link}" if shown.link else ""
    at = clock(moment.time().replace(second=0, microsecond=0))
    return f"{day(moment)}, {at}: {paragraphs_word(shown.numbers)}{link}"


RECENT = Command(
    name="recent",
    usage="recent",
    summary="The passages shown in this room last, with links.",
    examples=("recent", "history", "what was shown here?", "what did you quote here?", "recent passages"),
    answer=answer_recent,
    words=("recent", "history"),
    parse=recognise_recent,
    recognise=recognise_recent,
    needs=frozenset({Fact.RECENT, Fact.SETTINGS, Fact.ZONE}),
)
