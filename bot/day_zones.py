"""A time zone named in a question about the day: "16:30 Geneva time", "segment 2 in Kathmandu", "4pm CET"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.zones import zones_named
from corpus.document import Document
from corpus.patterns import lazy

#: Words before "time" that name no zone: "what time", "start time".
_NO_ZONE = frozenset(
    (
        "what which that this the a an of first last next much long any some same start starting end finish opening closing "
        "lunch break exact spoken speaking total whole full in at on and or is was short local real all every hours day "
        "segment item by to for seg one two three four five six"
    ).split()
)
_BEFORE_TIME = lazy(
    r"(?:\b(?:in|on|at)\s+)?\b(?P<zone>[^\W\d_][\w/.'’-]*(?:\s+[^\W\d_][\w/.'’-]*){0,2})\s+time\b", re.IGNORECASE
)
_IN_PLACE = lazy(
    r"(?:\bfor (?:people|those|us|colleagues|someone|somebody|viewers|friends|everyone)\s+(?:based\s+|who are\s+|back\s+)?)?\b(?:in|for)\s+(?P<zone>[^\W\d_][\w/.'’-]*(?:\s+[^\W\d_][\w/.'’-]*){0,2})[\s?.!]*$",
    re.IGNORECASE,
)
_AFTER_CLOCK = lazy(
    r"(?<=[\dm.])\s*(?P<zone>(?:UTC|GMT|CES?T|EES?T|WES?T|BST|IST|[ECMP][SD]T|ET|CT|PT|AST|JST|SAST|EAT)|"
    r"(?:utc|gmt|ces?t|ees?t|bst|ist|[ecmp][sd]t|jst))\b"
)


@dataclass(frozen=True, slots=True)
class InZone:
    """A question without the zone that it names.

    Attributes:
        zones: IANA names: one, or several where the name has more than one meaning.
        typed: The zone as the person named it.
    """

    text: str
    zones: tuple[str, ...]
    typed: str


def zone_in(text: str) -> InZone | None:
    """The zone that a question names, and the question without it; None if it names none."""
    for start, end, typed in _candidates(text):
        if zones := zones_named(typed):
            return InZone(f"{text[:start]} {text[end:]}".strip(), zones, typed)
    return None


def _candidates(text: str) -> Iterator[tuple[int, int, str]]:
    if match := _AFTER_CLOCK.search(text):
        yield *match.span(), match["zone"]
    for match in _BEFORE_TIME.finditer(text):
        starts = [
            word.start()
            for word in re.finditer(r"\S+", text[: match.end("zone")])
            if word.start() >= match.start("zone")
        ]
        if text[starts[-1] : match.end("zone")].casefold() in _NO_ZONE:
            continue
        for start in starts:
            yield match.start() if start == starts[0] else start, match.end(), text[start : match.end("zone")]
    if (match := _IN_PLACE.search(text)) and match["zone"].split()[-1].casefold() not in _NO_ZONE:
        yield *match.span(), match["zone"]


def on_the_programme(moment: time, sure: bool, zone: str, document: Document) -> time | None:
    """A time of day in another zone as the programme's clock shows it; None where the two days differ, or no zone is known.

    Args:
        sure: Whether the half of the day was said; else the one of the two that lies within the programme is taken.
    """
    day, programme = document.day, document.programme
    if not (day and document.zone.value and programme):
        return None
    there, here = ZoneInfo(zone), ZoneInfo(document.zone.value)
    halves = [moment, *([moment.replace(hour=moment.hour + 12)] if not sure and moment.hour < 12 else [])]
    shown = [datetime.combine(day, each, there).astimezone(here) for each in halves]
    same_day = [each.time() for each in shown if each.date() == day]
    within = [each for each in same_day if programme.items[0].start <= each <= programme.items[-1].end]
    return (within or same_day or [None])[0]  # type: ignore[list-item]
