"""`schedule picture`: the day's programme drawn as a timeline."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.commands.command import Command, Fact, Facts
from bot.commands.schedule import answer_schedule
from bot.day import Asked, ScheduleRequest
from bot.errors import UsageError
from bot.hearing import Said
from bot.render import render_plain
from bot.reply import Choice, Choices, Picture, Reply, Text, in_words, shortened
from bot.zones import Finding, find_zone
from corpus.patterns import lazy

DAY = r"(?:the\s+)?(?:(?:full|whole|entire|day'?s|hearings'?)\s+)?(?:schedule|programme|program|agenda|timetable|day|hearings)"
_KIND = r"(?:picture|image|png|drawing|graphic|graph|chart|diagram|timeline|infographic)"
_PICTURE = lazy(
    r"(?:(?:(?:show|give|send|make|get|see|have|draw)\s+(?:me\s+|us\s+)?)?(?:(?:an?|the)\s+)?"
    rf"(?:{_KIND}\s+(?:of|for|with)\s+{DAY}|{DAY}\s+(?:(?:as|in)\s+(?:an?\s+)?)?{_KIND}|timeline)|"
    rf"(?:draw|sketch|plot|chart|picture|visuali[sz]e)\s+(?:me\s+|us\s+)?{DAY})"
    r"(?:,?\s+(?:in|on|for|with)\s+(?P<zone>.{2,60}))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PictureRequest:
    """The day drawn; `zone` is another clock to draw beside its own, as the person names it, "" for none named."""

    zone: str = ""


def recognise_picture(said: Said) -> PictureRequest | None:
    """A message that asks for the day as a picture."""
    found = _PICTURE.fullmatch(said.bare.strip(" .?!"))
    return PictureRequest(found["zone"] or "") if found else None


def in_words_whole(facts: Facts, zone: str = "") -> str:
    """The whole programme as `schedule` gives it, on a second clock too if one is named, without its ways on."""
    reply = answer_schedule(ScheduleRequest(Asked.DAY, zone=zone), facts)
    return render_plain(replace(reply, blocks=tuple(b for b in reply.blocks if not isinstance(b, Choices))))


def answer_picture(request: PictureRequest, facts: Facts) -> Reply:
    """The picture to be made, with the whole programme in words.

    A second clock is the one asked for, else the asker's own in a direct chat, else the room's.

    Raises:
        UsageError: The zone asked for is none, or several; the message says what to write.
    """
    document = facts.document
    if document.programme is None:
        return Reply("picture", (Text("This document has no programme."),), answered=False)
    named = _zone(request.zone) if request.zone else ""
    zone = named or (facts.zone if facts.direct else facts.settings.zone) or ""
    if not document.zone.value or not document.day or zone == document.zone.value:
        zone = ""
    beside = f", with {zone} beside it" if zone else ""
    picture = Picture("schedule", (zone,), in_words_whole(facts, named))
    choices = Choices((Choice("As a calendar file", "schedule ics"), Choice("The whole day", "schedule")))
    return Reply("picture", (Text(f"The programme as a picture{beside}."), picture, choices))


def _zone(said: str) -> str:
    found = find_zone(said)
    if found.finding is Finding.SURE:
        return found.zones[0]
    typed = shortened(said, 40)
    if found.zones:
        offered = in_words([f"schedule picture in {zone}" for zone in found.zones], "or")
        raise UsageError(f"I am not sure which time zone “{typed}” is; write {offered}")
    raise UsageError(f"I know no time zone “{typed}”; write, for example, schedule picture in Europe/Zurich")


PICTURE = Command(
    name="picture",
    usage="schedule picture · schedule picture in Geneva",
    summary="The day drawn as a timeline.",
    examples=("schedule picture", "picture of the schedule", "draw the schedule", "schedule picture in Geneva"),
    answer=answer_picture,
    words=("picture", "timeline", "schedule", "programme", "program", "agenda", "timetable"),
    recognise=recognise_picture,
    parse=recognise_picture,
    needs=frozenset({Fact.ZONE, Fact.SETTINGS}),
)
