"""`digest daily at 9:00 Geneva, 2 paragraphs`: ordering a digest, changing it, and how it stands; `digest plan …` before that.

What is said after "digest" is a change of one that is there, or an order. Several in a room are told apart by their number,
which comes first or last: `digest 2 pause`, `digest pause 2`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.commands.command import Command, Fact, Facts
from bot.hearing import Said
from bot.reply import Block, Bullets, Copyable, File, Heading, Reply, Text, Visibility
from corpus.patterns import lazy


class Do(StrEnum):
    """What is asked of digests."""

    PLAN = "plan"
    ORDER = "order"
    STATUS = "status"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    UNDO = "undo"
    SKIP = "skip"
    BACK = "back"
    NOW = "now"
    TIME = "time"
    ZONE = "timezone"


_IT = r"(?:\s+(?:it|this|that|the|my|our|digest|again|please|here|for now))*"
_NUMBER = r"(?:#|no\.?\s*|number\s*)?(?P<number>[1-9]\d?)"
_OF = rf"(?:{_IT}\s+{_NUMBER})?{_IT}"
#: What is said after "digest", in the order in which it is tried. `rest` is what the change is about.
_SAID = (
    (Do.PLAN, r"(?:me\s+)?(?:the\s+)?(?:plan(?:ning)?|preview|dates)\b[\s:,]*(?P<rest>.*)"),
    (
        Do.STATUS,
        (
            rf"(?:(?:what(?:'s| is)\s+)?(?:the\s+)?(?:status|state|progress|info)|show|next|when(?:'s| is)?(?: the)? next(?: one)?|"
            rf"what (?:is|was) ordered(?: here)?){_OF}"
        ),
    ),
    (Do.UNDO, rf"(?:undo|revert|take (?:it |that )?back){_OF}"),
    (Do.RESUME, rf"(?:resume|unpause|continue|go on|carry on|restart|wake(?: up)?|start again){_OF}"),
    (Do.STOP, rf"(?:stop|cancel|end|off|unsubscribe|delete|remove|quit){_OF}"),
    (Do.NOW, rf"(?:(?:post|send|read|give)?{_IT}\s*(?:next(?: one)?\s+)?(?:right\s+)?now){_OF}"),
    (Do.PAUSE, rf"(?:pause|rest|hold|suspend|snooze|mute){_OF}(?:\s+(?P<rest>(?:until|till|to|for)\s+.+|\d.*))?"),
    (Do.SKIP, r"(?:skip|leave out|omit|not on|except)(?:\s+(?P<rest>.+))?"),
    (
        Do.BACK,
        (
            r"(?:(?:go\s+|jump\s+)?back(?:\s+to)?|(?:go|jump|move|forward|ahead|on)(?:\s+(?:on|forward|ahead))?\s+to|"
            r"continue (?:from|at|with)|resume (?:from|at|with)|set to)\s+(?:paragraph|para|number|no\.?|#|¶)?\s*(?P<rest>\d{1,4})"
        ),
    ),
    (
        Do.TIME,
        r"(?:(?:change|set|move)\s+(?:the\s+)?)?(?:time|hour)(?:\s+(?:to|is|at|:|=))?\s+(?P<rest>.+)|(?:change|set|move)\s+(?:it\s+)?to\s+(?P<to>.+)",
    ),
    (
        Do.ZONE,
        r"(?:(?:change|set|use)\s+(?:the\s+)?)?(?:time\s?-?\s?zone|tz|zone|clock)(?:\s+(?:to|is|of|:|=))?\s+(?P<rest>.+)",
    ),
)
_PATTERNS = tuple((do, lazy(pattern, re.IGNORECASE)) for do, pattern in _SAID)
_CHANGES = r"pause|rest|resume|unpause|continue|stop|cancel|undo|skip|back|now|post now|time|time\s?zone|zone|status|change|set"
_FIRST = lazy(rf"{_NUMBER}\s+(?P<rest>(?:{_CHANGES})\b.*)", re.IGNORECASE)
_CSV = lazy(r"[\s,]*\b(?:as\s+)?(?:an?\s+)?csv(?:\s+file)?\b[\s,]*", re.IGNORECASE)
_CALENDAR = lazy(r"[\s,]*\b(?:as\s+)?(?:an?\s+)?(?:ics|ical|calendar(?:\s+file)?)\b[\s,]*", re.IGNORECASE)
#: Words before an order that say nothing.
_ORDERING = lazy(
    r"(?:please\s+)?(?:order|start|subscribe|new|add|set up|create|schedule|post|send)(?:\s+(?:a|an|another|me|us|one|new|digest))*\s+(?=\S)",
    re.IGNORECASE,
)
#: "Pause our digest until 5 January"; "send us a daily digest at 9:00".
_STOP_THE = lazy(
    r"(?P<verb>stop|cancel|end|pause|resume|undo|skip|unpause|continue)\s+(?:the|this|our|my|that)\s+(?:daily\s+|weekly\s+)?digests?(?:\s+(?P<rest>.+))?",
    re.IGNORECASE,
)
_ORDER_A = lazy(
    r"(?:(?:order|start|subscribe(?: us)?(?: to)?|set up|create|schedule|post|send|give|add|i want|we want|i'd like|we'd like|get|make)\s+"
    r"(?:(?:me|us|a|an|the|another|new)\s+)*)?(?P<daily>daily|weekly|weekday|morning)?\s*digests?\s*(?:of|with|for|:|,)?\s+(?P<rest>.*\d.*)",
    re.IGNORECASE,
)
#: Characters of a message in which an order may come after other words.
LONGEST = 300


@dataclass(frozen=True, slots=True)
class DigestRequest:
    """What is asked of digests.

    Attributes:
        number: Which of the room's digests, as it is counted there; 0 where none is named.
        rest: In the person's words: an order, dates, a paragraph, a time or a place.
        csv: Whether a plan is wanted as a table to be copied.
        calendar: Whether it is wanted as a calendar file.
    """

    do: Do
    number: int = 0
    rest: str = ""
    csv: bool = False
    calendar: bool = False


def parse_digest(said: Said) -> DigestRequest | None:
    """A message that begins with "digest"."""
    text = said.rest.strip(" .!?,:")
    if not text:
        return DigestRequest(Do.STATUS)
    number = 0
    if first := _FIRST.fullmatch(text):
        number, text = int(first["number"]), first["rest"]
    for do, pattern in _PATTERNS:
        if match := pattern.fullmatch(text):
            found = match.groupdict()
            rest = (found.get("rest") or found.get("to") or "").strip()
            if do is Do.PLAN:
                return _plan_request(rest)
            return DigestRequest(do, number or int(found.get("number") or 0), rest)
    ordering = _ORDERING.sub("", text, 1) if _ORDERING.match(text) else text
    return DigestRequest(Do.ORDER, number, ordering)


def recognise_digest(said: Said) -> DigestRequest | None:
    """ "stop the digest", "order a digest daily at 9:00", "daily digest at 9:00": the same in another order of words."""
    if len(said.bare) > LONGEST or "digest" not in said.lower:
        return None
    if match := _STOP_THE.fullmatch(said.bare.strip(" .!")):
        words = f"{match['verb']} {match['rest'] or ''}"
    elif match := _ORDER_A.fullmatch(said.bare.strip(" .!")):
        words = f"{match['daily'] or ''} {match['rest']}"
    else:
        return None
    return parse_digest(replace(said, first="digest", rest=words.strip()))


def _plan_request(rest: str) -> DigestRequest:
    order, tables = _CSV.subn(" ", rest)
    order, calendars = _CALENDAR.subn(" ", order)
    return DigestRequest(Do.PLAN, 0, order.strip(), tables > 0, calendars > 0)


def answer_digest(request: DigestRequest, facts: Facts) -> Reply:
    """What was understood, and what becomes of it; a plan and the state are for the asker alone.

    Raises:
        UsageError: The words are not understood; the message says what to write.
        NotThere: They name what the document has not.
    """
    if request.do is Do.PLAN:
        return _plan(request, facts)
    from bot.digests import answer

    return answer.answer(request, facts)


def known_zone(facts: Facts) -> str:
    """The zone that holds where none is named: the room's, in a direct chat the asker's; "" if it is not known."""
    return (facts.zone if facts.direct else facts.settings.zone) or ""


def _plan(request: DigestRequest, facts: Facts) -> Reply:
    from bot.digests.order import as_json
    from bot.digests.plan import as_csv, one_round
    from bot.digests.read import read_order
    from bot.digests.say import TO_CHANGE, describe, lines

    assert facts.now
    order = read_order(request.rest, facts.document, facts.now, known_zone(facts))
    postings = one_round(order)
    blocks: tuple[Block, ...] = (Heading("Plan of a digest, not ordered"), Text(describe(order, postings)))
    if request.csv:
        blocks += (Copyable(as_csv(order, postings).rstrip()),)
    elif request.calendar:
        held = (as_json(order), f"{facts.now:%Y-%m-%dT%H:%M:%S%z}")
        blocks += (File(f"{facts.document.name}-digest.ics", "plan", held, "\n".join(lines(postings))),)
    else:
        blocks += (Bullets(lines(postings)),)
    return Reply("digest", (*blocks, Text(TO_CHANGE)), visibility=Visibility.ASKER)


DIGEST = Command(
    name="digest",
    usage="digest daily at 9:00 Geneva, 2 paragraphs · digest status · digest pause · digest stop · digest plan …",
    summary="A few paragraphs a day, posted here; what was ordered, and how to change it.",
    examples=(
        "digest daily at 9:00 Geneva",
        "digest mondays and thursdays at 8.30am New York, 2 paragraphs, from 3",
        "digest weekly at 16:00 Nairobi, 5 paragraphs, shuffled, repeating",
        "digest daily at 9:00 Geneva until 18 December, stop at headings",
        "digest plan daily at 9:00 Geneva, skip 24 December to 2 January",
        "digest plan daily at 9:00 Geneva csv",
        "digest plan daily at 9:00 Geneva ics",
        "digest status",
        "digest pause until 5 January",
        "digest resume",
        "digest skip 24 December to 2 January",
        "digest back to 20",
        "digest now",
        "digest time 10:00",
        "digest timezone New York",
        "digest undo",
        "digest stop",
    ),
    answer=answer_digest,
    words=("digest", "digests"),
    parse=parse_digest,
    recognise=recognise_digest,
    needs=frozenset({Fact.NOW, Fact.ZONE, Fact.SETTINGS, Fact.RIGHTS, Fact.DIGESTS}),
)
