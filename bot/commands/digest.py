"""`digest plan daily at 9:00 Geneva, 2 paragraphs`: every date of a digest with its paragraphs, before it is ordered.

Ordering one is not there yet, and the other digest sentences say so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.commands.command import Command, Fact, Facts
from bot.hearing import Said
from bot.reply import Block, Bullets, Copyable, Heading, Reply, Text, Visibility
from corpus.patterns import lazy

_PLAN = lazy(r"(?:me\s+)?(?:the\s+)?(?:plan(?:ning)?|preview|dates)\b[\s:,]*(?P<order>.*)", re.IGNORECASE)
_CSV = lazy(r"[\s,]*\b(?:as\s+)?(?:an?\s+)?csv(?:\s+file)?\b[\s,]*", re.IGNORECASE)
_CALENDAR = lazy(r"[\s,]*\b(?:as\s+)?(?:an?\s+)?(?:ics|ical|calendar(?:\s+file)?)\b[\s,]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DigestRequest:
    """A plan to be shown.

    Attributes:
        order: The order in the person's words; None where something other than a plan is asked for.
        csv: Whether the plan is wanted as a table to be copied.
        calendar: Whether it is wanted as a calendar file.
    """

    order: str | None
    csv: bool = False
    calendar: bool = False


def parse_digest(said: Said) -> DigestRequest | None:
    """A message that begins with "digest"."""
    match = _PLAN.fullmatch(said.rest.strip(" .!?"))
    if not match:
        return DigestRequest(None)
    order, tables = _CSV.subn(" ", match["order"])
    order, calendars = _CALENDAR.subn(" ", order)
    return DigestRequest(order.strip(), tables > 0, calendars > 0)


def answer_digest(request: DigestRequest, facts: Facts) -> Reply:
    """The order said back in a sentence and every date with its paragraphs, to the asker alone.

    Raises:
        UsageError: The order is not understood; the message says what to write.
        NotThere: It names what the document has not.
    """
    if request.order is None:
        text = (
            "Digests cannot be ordered in this version yet. What one would post, and when, is shown by: "
            "digest plan daily at 9:00 Geneva, 2 paragraphs"
        )
        return Reply("digest", (Text(text),), answered=False, visibility=Visibility.ASKER)
    if request.calendar:
        text = "A plan as a calendar file is not available in this version yet; as a table it is, with csv for ics."
        return Reply("digest", (Text(text),), answered=False, visibility=Visibility.ASKER)
    from bot.digests.plan import as_csv, one_round
    from bot.digests.read import read_order
    from bot.digests.say import TO_CHANGE, describe, lines

    assert facts.now
    zone = facts.zone if facts.direct else facts.settings.zone
    order = read_order(request.order, facts.document, facts.now, zone or "")
    postings = one_round(order)
    blocks: tuple[Block, ...] = (Heading("Plan of a digest, not ordered"), Text(describe(order, postings)))
    if request.csv:
        blocks += (Copyable(as_csv(order, postings).rstrip()),)
    else:
        blocks += (Bullets(lines(postings)),)
    return Reply("digest", (*blocks, Text(TO_CHANGE)), visibility=Visibility.ASKER)


DIGEST = Command(
    name="digest",
    usage="digest plan daily at 9:00 Geneva, 2 paragraphs · digest plan mondays and thursdays at 8.30am New York",
    summary="Every date of a daily digest with its paragraphs, before one is ordered; ordering is not there yet.",
    examples=(
        "digest plan daily at 9:00 Geneva",
        "digest plan every morning at 8.30 New York, 2 paragraphs, from 3",
        "digest plan mondays and thursdays at 10am Geneva, stop at headings",
        "digest plan weekly at 16:00 Nairobi, 5 paragraphs, shuffled, repeating",
        "digest plan daily at 9:00 Geneva, skip 24 December to 2 January",
        "digest plan daily at 9:00 Geneva csv",
    ),
    answer=answer_digest,
    words=("digest", "digests"),
    parse=parse_digest,
    needs=frozenset({Fact.NOW, Fact.ZONE, Fact.SETTINGS}),
)
