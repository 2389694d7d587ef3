"""`digest yesterday`, `digest on 3 November`, `digest since Monday`: what was posted, with its dates, numbers and links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.commands.command import Command, Fact, Facts
from bot.errors import UsageError
from bot.hearing import Said
from bot.reply import Block, Bullets, Choice, Choices, Heading, Reply, Text, Visibility, shortened
from corpus.patterns import lazy

_PAST = lazy(
    r"(?:(?:what (?:was|were|did you)\s+)?(?:posted?|sent|history|log|past)?\s*)?(?:(?P<since>since|from|after)\s+(?P<first>.+)|(?P<week>(?:this|last|the last|past) week)|"
    r"(?P<day>(?:on\s+|of\s+|from\s+|for\s+)?(?:yesterday|today)(?:'s)?|(?:on|of)\s+.+|last\s+\w+day)|(?P<all>history|log|past|postings|posted))",
    re.IGNORECASE,
)
#: Postings that are listed; more are counted.
LISTED = 30


@dataclass(frozen=True, slots=True)
class PastRequest:
    """Which days are asked about, in the person's words.

    Attributes:
        since: Whether all days from that one on are meant; with no `day`, all days.
    """

    day: str
    since: bool = False


def parse_past(said: Said) -> PastRequest | None:
    """A message that begins with "digest" and asks about days that are past."""
    text = said.rest.strip(" .!?,:")
    match = _PAST.fullmatch(text)
    if not match:
        return None
    if match["all"]:
        return PastRequest("", since=True)
    if match["week"]:
        return PastRequest("monday" if match["week"].casefold() == "this week" else "a week ago", since=True)
    if match["since"]:
        return PastRequest(match["first"], since=True) if _is_date(match["first"]) else None
    day = re.sub(r"(?:'s)$", "", match["day"])
    return PastRequest(day) if _is_date(day) else None


def _is_date(words: str) -> bool:
    """Whether words are a date that is past; "from 23" and "on mondays" are parts of an order."""
    from bot.digests.dates import read_past

    if re.search(r"\bmondays|\bday[s]\b|days\b", words.casefold()):
        return False
    try:
        return read_past(words, date(2100, 1, 1)) is not None
    except UsageError:
        return True


def answer_past(request: PastRequest, facts: Facts) -> Reply:
    """Each posting on its line: date, paragraphs, what became of it, and a link. Seen by the asker alone.

    Raises:
        UsageError: There is no such day, or it is still to come.
    """
    from datetime import timedelta
    from zoneinfo import ZoneInfo

    from bot.digests.dates import read_past
    from bot.digests.say import in_full, record_line, short

    assert facts.now
    here = [each for each in facts.digests.here if facts.digests.postings.get(each.id)]
    if not here:
        text = "No digest was posted here yet. How it stands: digest status"
        return Reply("digest", (Text(text),), visibility=Visibility.ASKER)
    blocks: list[Block] = []
    numbers: list[int] = []
    said = ""
    for each in here:
        today = facts.now.astimezone(ZoneInfo(each.order.zone)).date()
        if request.day == "a week ago":
            first: date | None = today - timedelta(days=7)
        elif request.day:
            first = read_past(request.day, today)
        else:
            first = date.min
        if first is None:
            raise UsageError(f"“{shortened(request.day)}” is no date: write, for example, digest on 3 November")
        last = today if request.since else first
        said = f"since {in_full(first)}" if request.since else f"on {in_full(first)}"
        said = "so far" if first == date.min else said
        found = [(p, link) for p, link in facts.digests.postings[each.id] if first <= p.local_date <= last]
        if not found:
            continue
        if len(here) > 1:
            number = facts.digests.here.index(each) + 1
            blocks.append(Heading(f"Digest {number}: {short(each.order)}"))
        lines = [record_line(posting, each.order.zone, link) for posting, link in reversed(found)]
        if len(lines) > LISTED:
            blocks.append(Text(f"The last {LISTED} of {len(lines)}:"))
        blocks.append(Bullets(tuple(lines[-LISTED:])))
        numbers += [number for posting, _ in found[:1] for number in posting.paragraphs]
    if not blocks:
        text = f"Nothing was posted here {said}. How it stands: digest status"
        return Reply("digest", (Text(text),), visibility=Visibility.ASKER)
    shown = [number for number in dict.fromkeys(numbers) if number in facts.document][:3]
    choices = Choices(tuple(Choice(f"Paragraph {number}", f"para {number}") for number in shown))
    return Reply("digest", (Heading(f"Posted here {said}"), *blocks, choices), visibility=Visibility.ASKER)


DIGEST_PAST = Command(
    name="digest-past",
    usage="digest yesterday · digest on 3 November · digest since Monday",
    summary="What a digest has posted here, with links.",
    examples=("digest yesterday", "digest on 3 November", "digest since Monday", "digest last week", "digest history"),
    answer=answer_past,
    words=("digest", "digests"),
    parse=parse_past,
    needs=frozenset({Fact.NOW, Fact.DIGESTS, Fact.POSTINGS}),
)
